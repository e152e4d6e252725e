use std::sync::LazyLock;

use crate::config::{Config, KeyKind, KnownNames};
use crate::publish::tools;
use crate::rules::rules;

/// The names of rules and publishing tools, for whoever reads a configuration.
pub(crate) fn known_names() -> KnownNames {
    static RULES: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| rules().iter().map(|rule| rule.id).collect());
    static TOOLS: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| tools().iter().map(|tool| tool.key).collect());
    KnownNames {
        rules: &RULES,
        tools: &TOOLS,
    }
}

/// Reads the settings that an editor sends: the keys of `trustpub.toml` as JSON. The second part of the result says what
/// could not be understood and therefore has no effect.
pub fn editor_settings(json: &str) -> (Config, Vec<String>) {
    let config = Config::from_json(json, known_names());
    let problems = config.problems.iter().map(|problem| problem.message.clone());
    let problems = problems.collect();
    (config, problems)
}

/// The names to choose from for a value of this kind, for example the ids of the rules for an element of
/// [`KeyKind::Rules`] and the severities for [`KeyKind::Levels`]. Empty if it is free text or a list of tables.
pub fn config_names(kind: KeyKind) -> Vec<&'static str> {
    kind.names(known_names())
}
