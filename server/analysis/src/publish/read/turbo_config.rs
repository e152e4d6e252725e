//! Which variables turbo hands to the tasks that it runs.

use super::tool_config::json_in;
use crate::sources::Sources;
use crate::syntax::json::JsonValue;
use crate::text::FolderPath;
use crate::versions::version::Truth;

/// What npm needs for the token exchange and turbo does not hand on unasked. Without `GITHUB_ACTIONS` npm does not know that it
/// runs there.
/// Source: lib/utils/oidc.js of npm 11.19.1 and ci-info 4.
const ID_TOKEN_VARIABLES: [&str; 2] = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];

/// What stands for `--env-mode` where that is not written.
pub(crate) const ENV_MODE_VARIABLE: &str = "TURBO_ENV_MODE";

/// The release whose strict mode is the default.
pub(crate) const STRICT_BY_DEFAULT: u64 = 2;

/// The first release that hands `GITHUB_*` on unasked in strict mode.
/// Source: measured with 2.0.0, 2.1.3, 2.3.4, 2.4.4, 2.5.8, 2.6.0 to 2.6.2 (they do not), 2.6.3, 2.7.0 and 2.11.11 (they do).
pub(crate) const HANDS_GITHUB_ON: (u64, u64, u64) = (2, 6, 3);

/// Which turbo runs a task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TurboRelease {
    /// Its major.
    pub major: u64,
    /// Whether it is [`HANDS_GITHUB_ON`] or later.
    pub hands_github_on: Truth,
}

/// Whether a task of turbo gets the variables with which npm requests the ID token. `packages` are the folders in which the
/// task runs.
///
/// From 2.0 on, a task gets the variables that `turbo.json` lists and a few others, such as `CI`, unless `envMode` is `loose`.
/// Before, it gets all unless something is listed.
/// Source: <https://turborepo.dev/docs/crafting-your-repository/using-environment-variables>; measured with 1.13.4 and 2.11.11.
pub(crate) fn hands_id_token_on(
    sources: &Sources<'_>,
    folder: &FolderPath,
    task: &str,
    packages: &[FolderPath],
    turbo: TurboRelease,
) -> Truth {
    let folders = std::iter::successors(Some(folder.clone()), FolderPath::parent);
    let Some(root) = folders.into_iter().find_map(|folder| config_in(sources, &folder)) else {
        return Truth::Maybe;
    };
    let mut lists: Vec<&JsonValue> = ["globalEnv", "globalPassThroughEnv"]
        .iter()
        .filter_map(|key| root.get(key))
        .collect();
    let own = packages.iter().filter_map(|package| config_in(sources, package));
    for config in own.chain([root]) {
        lists.extend(lists_of_task(config, task));
    }
    if turbo.major < STRICT_BY_DEFAULT {
        let is_plain = lists.is_empty() && root.get("globalPassThroughEnv").is_none();
        return if is_plain { Truth::Yes } else { Truth::Maybe };
    }
    match root.get("envMode").and_then(JsonValue::as_str) {
        Some("loose") => return Truth::Yes,
        Some("strict") | None => {}
        Some(_) => return Truth::Maybe,
    }
    let patterns = lists.iter().flat_map(|list| list.elements());
    let patterns: Vec<&str> = patterns.filter_map(JsonValue::as_str).collect();
    if patterns.iter().any(|pattern| pattern.starts_with('!')) {
        return Truth::Maybe;
    }
    let is_listed = |name: &&str| patterns.iter().any(|pattern| fits(pattern, name));
    match ID_TOKEN_VARIABLES.iter().all(is_listed) {
        true if is_listed(&"GITHUB_ACTIONS") => Truth::Yes,
        true => turbo.hands_github_on,
        false => Truth::No,
    }
}

/// Whether a task also runs in the packages that a chosen one depends on: `"dependsOn": ["^publish"]`.
/// Source: <https://turborepo.dev/docs/reference/configuration#dependson>.
pub(crate) fn runs_in_dependencies(sources: &Sources<'_>, folder: &FolderPath, task: &str) -> bool {
    let Some(tasks) =
        config_in(sources, folder).and_then(|root| root.get("tasks").or_else(|| root.get("pipeline")))
    else {
        return false;
    };
    let needed = tasks.get(task).and_then(|task| task.get("dependsOn"));
    let mut needed = needed.map(JsonValue::elements).unwrap_or_default().iter();
    needed.any(|needed| needed.as_str().and_then(|needed| needed.strip_prefix('^')) == Some(task))
}

fn config_in<'a>(sources: &Sources<'a>, folder: &FolderPath) -> Option<&'a JsonValue> {
    ["turbo.json", "turbo.jsonc"]
        .iter()
        .find_map(|name| json_in(sources, folder, name))
}

/// `env` and `passThroughEnv` of a task, also of `package#task`.
fn lists_of_task<'a>(config: &'a JsonValue, task: &str) -> Vec<&'a JsonValue> {
    let tasks = ["tasks", "pipeline"].iter().find_map(|key| config.get(key));
    let members = tasks.map(JsonValue::members).unwrap_or_default();
    let is_meant = |name: &str| name == task || name.rsplit_once('#').is_some_and(|(_, own)| own == task);
    let meant = members.iter().filter(|member| is_meant(&member.key.value));
    meant
        .flat_map(|member| ["env", "passThroughEnv"].map(|key| member.value.get(key)))
        .flatten()
        .collect()
}

/// Whether a pattern with `*` fits a name.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name, expected) in [
            ("A_URL", "A_URL", true),
            ("A_URL", "A_URL2", false),
            ("A_*", "A_URL", true),
            ("*", "A_URL", true),
            ("*_URL", "A_URL", true),
            ("A*_T*N", "A_B_TOKEN", true),
            ("B_*", "A_URL", false),
            ("A_*_X", "A_URL", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
