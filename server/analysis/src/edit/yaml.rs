//! Operations on YAML.
#![allow(missing_docs, unused_variables, reason = "interface draft")]
use super::Refused;
use crate::syntax::yaml::{YamlEntry, YamlNode};
use crate::text::{TextEdit, TextRange};
pub enum Quoting {
    Keep,
    Plain,
    Single,
    Double,
}
#[derive(Clone)]
pub enum YamlSnippet {
    Scalar(String),
    Mapping(Vec<(String, YamlSnippet)>),
}
pub enum Position<'a> {
    First,
    Last,
    After(&'a str),
    Before(&'a str),
}
type R = Result<Vec<TextEdit>, Refused>;
const NO: R = Err(Refused("draft"));
pub fn set_scalar(text: &str, scalar: YamlNode<'_>, value: &str, quoting: Quoting) -> R {
    NO
}
pub fn replace_value(text: &str, entry: YamlEntry<'_>, snippet: &YamlSnippet) -> R {
    NO
}
pub fn insert_entry(
    text: &str,
    mapping: YamlNode<'_>,
    key: &str,
    snippet: &YamlSnippet,
    position: Position<'_>,
) -> R {
    NO
}
pub fn remove_entry(text: &str, mapping: YamlNode<'_>, key: &str) -> R {
    NO
}
pub fn remove_entry_and_empty_parents(text: &str, mapping: YamlNode<'_>, key: &str) -> R {
    NO
}
pub fn insert_item(text: &str, sequence: YamlNode<'_>, index: usize, snippet: &YamlSnippet) -> R {
    NO
}
pub fn remove_lines_of_literal(text: &str, scalar: YamlNode<'_>, range: TextRange) -> R {
    NO
}
