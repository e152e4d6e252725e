//! TOML as the same tree of values that JSON is read into, so that both are understood by the same code.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::syntax::SyntaxError;
use crate::syntax::json::{JsonKind, JsonMember, JsonValue};
use crate::text::{Ranged, TextRange};

/// Reads a TOML document as far as it can be read.
pub(crate) fn parse_toml(text: &str) -> (JsonValue, Vec<SyntaxError>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let root = JsonValue {
        range: TextRange::new(0, text.len()),
        kind: JsonKind::Object(members(table.get_ref())),
    };
    let errors = errors.iter().map(|error| {
        let range = error.span().unwrap_or(text.len()..text.len());
        SyntaxError {
            message: error.message().trim().replace('\n', ", "),
            range: TextRange::new(range.start.min(text.len()), range.end.min(text.len())),
            is_fatal: false,
        }
    });
    (root, errors.collect())
}

/// The errors without those that only follow from an earlier one, and whether a range is in a part that is misread because of it:
/// after `[rules` without `]`, the next keys count as keys of another table, and an array without `]` takes in the rest of the file.
pub(super) fn without_consequences(
    text: &str,
    errors: Vec<SyntaxError>,
) -> (Vec<SyntaxError>, impl Fn(TextRange) -> bool) {
    let mut kept: Vec<SyntaxError> = Vec::new();
    let mut misread: Vec<TextRange> = Vec::new();
    let unclosed = errors.iter().find(|error| {
        ["unclosed array,", "unclosed inline table,"]
            .iter()
            .any(|sign| error.message.starts_with(sign))
    });
    let unclosed = unclosed.map(|error| error.message.clone());
    for mut error in errors {
        let start = error.range.start();
        if misread.iter().any(|part| includes(*part, start)) {
            continue;
        }
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let is_header = text
            .get(line_start..)
            .is_some_and(|line| line.trim_start().starts_with('['));
        if let Some(message) = unclosed.as_ref().filter(|_| is_in_value(before)) {
            // The bracket belongs to the end of what was written so far.
            let end = before.trim_end().len();
            error.message.clone_from(message);
            error.range = TextRange::new(end, end);
            // What the table lacks may be in the part that the array has taken in.
            let table = before.rfind("\n[").map_or(0, |at| at + 1);
            misread.push(TextRange::new(table, text.len() + 1));
        } else if is_header {
            let rest = text.get(start..).unwrap_or_default();
            let next = rest.find("\n[").map_or(text.len() + 1, |at| start + at + 1);
            misread.push(TextRange::new(start, next));
        }
        kept.push(error);
    }
    (kept, move |range: TextRange| {
        misread.iter().any(|part| includes(*part, range.start()))
    })
}

fn includes(part: TextRange, at: usize) -> bool {
    part.start() <= at && at < part.end()
}

/// Whether a text ends in an array or an inline table that is not closed.
fn is_in_value(text: &str) -> bool {
    let signs = ["= [", "=[", "= {", "={"];
    let start = signs.iter().filter_map(|sign| text.rfind(sign)).max();
    start.is_some_and(|start| {
        let value = text.get(start..).unwrap_or_default();
        let count = |signs: [char; 2]| value.matches(signs).count();
        count(['[', '{']) > count([']', '}'])
    })
}

fn members(table: &DeTable<'_>) -> Vec<JsonMember> {
    let mut members: Vec<JsonMember> = table
        .iter()
        .map(|(key, value)| JsonMember {
            key: Ranged::new(key.get_ref().to_string(), range_of(key)),
            value: value_of(value),
        })
        .collect();
    members.sort_by_key(|member| member.key.range);
    members
}

fn value_of(value: &Spanned<DeValue<'_>>) -> JsonValue {
    let kind = match value.get_ref() {
        DeValue::String(text) => JsonKind::String(text.to_string()),
        DeValue::Integer(number) => JsonKind::Number(number.as_str().to_owned()),
        DeValue::Float(number) => JsonKind::Number(number.as_str().to_owned()),
        DeValue::Datetime(date) => JsonKind::Number(date.to_string()),
        DeValue::Boolean(value) => JsonKind::Bool(*value),
        DeValue::Array(values) => JsonKind::Array(values.iter().map(value_of).collect()),
        DeValue::Table(table) => JsonKind::Object(members(table)),
    };
    JsonValue {
        range: range_of(value),
        kind,
    }
}

fn range_of<T>(spanned: &Spanned<T>) -> TextRange {
    let range = spanned.span();
    TextRange::new(range.start, range.end)
}
