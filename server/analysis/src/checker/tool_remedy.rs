//! Remedies for publishing tools that do not support trusted publishing.

use super::prelude::*;
use crate::versions::version::Version;

/// "update lerna to 9", or what to publish with instead.
pub(crate) fn tool_remedy(site: &Site<'_>) -> String {
    let publisher = &site.publisher;
    match &publisher.since {
        Some((package, since)) => update(package, since),
        None if publisher.command.starts_with("js-devtools/npm-publish") => {
            "use version 4 of the action".to_owned()
        }
        None => "publish with `npm publish`".to_owned(),
    }
}

/// "update lerna to 9"
pub(crate) fn update(package: &str, since: &Version) -> String {
    format!("update {package} to {}", short(since))
}

/// `9` of 9.0.0, `4.10` of 4.10.0.
fn short(version: &Version) -> String {
    match (version.minor(), version.patch()) {
        (0, 0) => version.major().to_string(),
        (minor, 0) => format!("{}.{minor}", version.major()),
        _ => version.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[test]
    fn an_update_is_named_where_one_helps() {
        for (tool, command, remedy) in [
            ("\"lerna\": \"^7.1.3\"", "npx lerna publish", "update lerna to 9"),
            (
                "\"semantic-release\": \"^22.0.0\"",
                "npx semantic-release",
                "update semantic-release to 25",
            ),
            ("\"x\": \"1\"", "yarn publish", "publish with `npm publish`"),
        ] {
            let value = "${{ secrets.NPM_TOKEN }}";
            let carets = "^".repeat("NODE_AUTH_TOKEN: ".len() + value.len());
            let command_name = command.trim_start_matches("npx ");
            check_rule(
                "publish-token-env",
                &format!(
                    "#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    permissions: {{ contents: read }}\n    \
                     runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ registry-url: \
                     'https://registry.npmjs.org' }}\n      - run: {command}\n        env:\n          NODE_AUTH_TOKEN: {value}\n\
                     #         {carets} information[publish-token-env]: `{command_name}` publishes with this token, but trusted \
                     publishing needs no secret\n\
                     #         {carets} help[publish-token-env]: To use trusted publishing, grant `id-token: write`, {remedy}, and set up \
                     the trusted publisher on npm.\n\
                     #- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"devDependencies\": {{ {tool} }} }}\n"
                ),
            );
        }
    }
}
