//! The forms in which a report is printed. Each is a function from a [`Report`](crate::report::Report) to a text.

pub(crate) mod github;
pub(crate) mod json;
mod printable;
pub(crate) mod sarif;
mod snippet;
pub(crate) mod summary;
#[cfg(test)]
mod test_report;
pub(crate) mod text;

pub(crate) use printable::{printable, printable_lines};

/// A value as JSON for people and programs: indented, with a line break at its end.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    // Only a map with keys that are no strings could fail, and there is none.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
