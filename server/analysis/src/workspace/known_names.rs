use std::sync::LazyLock;

use crate::config::KnownNames;
use crate::publish::tools;
use crate::rules::rules;

/// The names of rules and publishing tools, for whoever reads a configuration.
pub fn known_names() -> KnownNames {
    static RULES: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| rules().iter().map(|rule| rule.id).collect());
    static TOOLS: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| tools().iter().map(|tool| tool.key).collect());
    KnownNames {
        rules: &RULES,
        tools: &TOOLS,
    }
}
