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
