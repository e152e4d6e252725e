use super::YamlTree;
use crate::syntax::Parsed;

/// Parses a YAML text.
pub fn parse_yaml(_text: &str) -> Parsed<YamlTree> {
    Parsed {
        tree: YamlTree::default(),
        errors: Vec::new(),
    }
}
