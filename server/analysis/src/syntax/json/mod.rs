//! JSON: values with byte ranges, read by jsonc-parser.

mod dialect;
mod parse;

pub(crate) use dialect::{JsonDialect, JsonExtensions};
pub(crate) use parse::{parse_json, parse_json_of};

use crate::text::{Ranged, TextRange};

/// A JSON value with its range; a string's range includes its quotes.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct JsonValue {
    /// Where it is.
    pub range: TextRange,
    /// What it is.
    pub kind: JsonKind,
}

/// What a JSON value is.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<JsonValue>),
    /// An object, its members in text order, duplicates included.
    Object(Vec<JsonMember>),
}

/// A member of an object.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct JsonMember {
    /// The name; its range includes the quotes.
    pub key: Ranged<String>,
    /// The value.
    pub value: JsonValue,
}

impl JsonValue {
    /// The members of an object; none for anything else.
    pub(crate) fn members(&self) -> &[JsonMember] {
        match &self.kind {
            JsonKind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; none for anything else.
    pub(crate) fn elements(&self) -> &[Self] {
        match &self.kind {
            JsonKind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The member with this name. Where it occurs twice the last one counts, as for JSON.parse.
    pub(crate) fn member(&self, key: &str) -> Option<&JsonMember> {
        self.members().iter().rev().find(|member| member.key.value == key)
    }

    /// The value of the member with this name.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.value)
    }

    /// A string's value.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            JsonKind::String(value) => Some(value),
            _ => None,
        }
    }

    /// A boolean's value.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.kind {
            JsonKind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether this is an object.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self.kind, JsonKind::Object(_))
    }

    /// A string's value with its range.
    pub(crate) fn to_ranged(&self) -> Option<Ranged<String>> {
        Some(Ranged::new(self.as_str()?.to_owned(), self.range))
    }
}
