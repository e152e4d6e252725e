use super::JsonValue;
use crate::syntax::Parsed;

/// Parses a JSON text. The tree is none where the text is empty or an error stopped the reader.
pub fn parse_json(_text: &str) -> Parsed<Option<JsonValue>> {
    Parsed {
        tree: None,
        errors: Vec::new(),
    }
}
