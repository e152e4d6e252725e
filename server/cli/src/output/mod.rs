//! The forms in which a report is printed. Each is a function from a [`Report`](crate::report::Report) to a text.

pub(crate) mod csv;
pub(crate) mod explanation;
pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod json_lines;
pub(crate) mod markdown;
pub(crate) mod migration;
mod place;
mod printable;
pub(crate) mod sarif;
pub(crate) mod setup;
pub(crate) mod sites;
mod snippet;
pub(crate) mod statistics;
pub(crate) mod summary;
pub(crate) mod terminal;
#[cfg(test)]
pub(crate) mod test_report;
pub(crate) mod text;
pub(crate) mod verify;
pub(crate) mod verify_json;

use trustpub_analysis::rules::Rule;

pub(crate) use trustpub_analysis::printable;

pub(crate) use printable::{printable_lines, terminal_text};

/// A value as JSON for people and programs: indented, with a line break at its end.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    // Only a map with keys that are not strings could fail, and there is none.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut text = printable::printable_json(&text);
    text.push('\n');
    text
}

/// A rule's page. The words after the language of an example (`yaml,bad`) are for tests and left out.
pub(crate) fn rule_markdown(rule: &Rule) -> String {
    let markdown = rule.markdown();
    let lines = markdown.trim().lines().map(|line| match line.split_once(',') {
        Some((fence, _)) if fence.trim_start().starts_with("```") => fence,
        _ => line,
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}
