//! A configuration of semantic-release that is written in code.

use super::{COMMANDS, EXEC_PLUGIN, NPM_PLUGIN, PackageRoot, Plugin, PluginOptions, ReleaseConfig};

/// Signs of code that computes its configuration, or takes it from elsewhere.
const COMPUTED: [&str; 12] = [
    "require(", "import ", "import(", "...", "process.", " ? ", "&&", "||", ".push(", ".filter(", ".concat(",
    "if (",
];

/// Code is only searched for the names of plugins and for their options. Where it does more than list them, nothing is known.
pub(super) fn of_code(text: &str) -> ReleaseConfig {
    let text = without_comments(text);
    let text = text.as_str();
    let named = |name: &str, options: PluginOptions| Plugin {
        name: Some(name.to_owned()),
        options,
    };
    let npm = named(NPM_PLUGIN, PluginOptions::default());
    let commands: Vec<String> = COMMANDS
        .iter()
        .filter_map(|name| literal_of(text, name))
        .collect();
    let exec = PluginOptions {
        commands,
        ..PluginOptions::default()
    };
    // The name of another plugin may also be put together, or come from another file.
    let rest = text.replace(NPM_PLUGIN, "").replace("npmPublish", "");
    let has_other = ["npm", "yarn"].iter().any(|word| rest.contains(word)) && exec.commands.is_empty()
        || text.contains("publishCmd") && literal_of(text, "publishCmd").is_none();
    let known = text.contains(NPM_PLUGIN).then_some(npm);
    let is_exec = text.contains(EXEC_PLUGIN).then(|| named(EXEC_PLUGIN, exec));
    let other = has_other.then(Plugin::default);
    let npm_publish = value_of(text, "npmPublish").map(|value| match value {
        value if value.starts_with("true") => Some(true),
        value if value.starts_with("false") => Some(false),
        _ => None,
    });
    ReleaseConfig {
        branches: list_of(text, "branches"),
        plugins: text
            .contains("plugins")
            .then(|| known.into_iter().chain(is_exec).chain(other).collect()),
        extends: text.contains("extends"),
        is_computed: COMPUTED.iter().any(|sign| text.contains(sign)) || npm_publish == Some(None),
        is_dry_run: value_of(text, "dryRun").is_some_and(|value| value.starts_with("true")),
        shared: PluginOptions {
            npm_publish: npm_publish.flatten(),
            package_root: match (value_of(text, "pkgRoot"), literal_of(text, "pkgRoot")) {
                (None, _) => PackageRoot::Own,
                (Some(_), Some(root)) => PackageRoot::Folder(root),
                (Some(_), None) => PackageRoot::Unknown,
            },
            ..PluginOptions::default()
        },
    }
}

/// The code without its comments. A `//` in a text, as in a URL, follows a colon.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, rest)| rest);
    }
    kept.push_str(rest);
    let lines = kept.lines().map(|line| {
        let mut starts = line.match_indices("//").map(|(at, _)| at);
        let start = starts.find(|&at| !line.get(..at).unwrap_or_default().ends_with(':'));
        line.get(..start.unwrap_or(line.len())).unwrap_or_default()
    });
    lines.collect::<Vec<&str>>().join("\n")
}

/// What follows a key in code: `npmPublish: false`, `"pkgRoot": "dist"`.
fn value_of<'t>(code: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = code.split_once(key)?;
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start();
    Some(rest.strip_prefix(':')?.trim_start())
}

/// The literals of a list after a key in code; empty if one of them is something else.
fn list_of(code: &str, key: &str) -> Vec<String> {
    let list = value_of(code, key).and_then(|value| value.strip_prefix('[')?.split_once(']'));
    let Some((inside, _)) = list else {
        return Vec::new();
    };
    let literal = |item: &str| {
        let item = item.trim();
        let quote = item.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let text = item.strip_prefix(quote)?.strip_suffix(quote)?;
        (!text.contains(quote)).then(|| text.to_owned())
    };
    let items = inside.trim().trim_end_matches(',').split(',');
    items
        .map(literal)
        .collect::<Option<Vec<String>>>()
        .unwrap_or_default()
}

/// The literal after a key in code; none if it is computed.
fn literal_of(code: &str, key: &str) -> Option<String> {
    let value = value_of(code, key)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let (literal, rest) = value.get(1..)?.split_once(quote)?;
    let is_whole = rest.trim_start().starts_with([',', '}', ']', ')']);
    is_whole.then(|| literal.to_owned())
}
