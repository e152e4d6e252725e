//! The properties of an object that code exports: `module.exports = { publish: false }`.

use super::tokens::{Placed, Token, tokens};
use crate::text::TextRange;

/// What code sets a property to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CodeValue<'t> {
    /// A text in quotes.
    Text(&'t str),
    /// `true` or `false`.
    Boolean(bool),
    /// Anything else, or one of several values.
    Computed,
}

/// What code sets a property of its outermost objects to, and where. Those of objects inside of them are other properties. None if
/// nothing sets it by this name; an object that is spread into it may.
pub(crate) fn property_of_code<'t>(code: &'t str, name: &str) -> Option<(CodeValue<'t>, TextRange)> {
    let tokens = tokens(code);
    // For each brace that is open, whether its object is the value of a property.
    let mut braces: Vec<bool> = Vec::new();
    let mut found = None;
    for (at, placed) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let is_after = |sign| before.is_some_and(|before| before.token.is_sign(sign));
        match placed.token {
            Token::Sign(b'{') => braces.push(is_after(b':')),
            Token::Sign(b'}') => drop(braces.pop()),
            Token::Word(word) | Token::Text(word)
                if word == name && !braces.contains(&true) && (is_after(b'{') || is_after(b',')) =>
            {
                let rest = tokens.get(at + 1..).unwrap_or_default();
                let Some(value) = value_in(rest) else { continue };
                let quotes = if matches!(placed.token, Token::Text(_)) {
                    2
                } else {
                    0
                };
                let range = TextRange::new(placed.start, placed.start + word.len() + quotes);
                found = Some(match found {
                    None => (value, range),
                    Some((_, first)) => (CodeValue::Computed, first),
                });
            }
            _ => {}
        }
    }
    found
}

/// The value in the tokens after the name of a property; none if it was not one.
fn value_in<'t>(rest: &[Placed<'t>]) -> Option<CodeValue<'t>> {
    let sign_at = |at: usize, signs: &[u8]| match rest.get(at).map(|placed| placed.token) {
        Some(Token::Sign(sign)) => signs.contains(&sign),
        other => other.is_none(),
    };
    // `{ registry }`
    if sign_at(0, b",}") {
        return Some(CodeValue::Computed);
    }
    if !sign_at(0, b":") {
        return None;
    }
    let value = rest.get(1)?.token;
    let is_whole = sign_at(2, b",}");
    Some(match value {
        Token::Text(text) if is_whole => CodeValue::Text(text),
        Token::Word("true") if is_whole => CodeValue::Boolean(true),
        Token::Word("false") if is_whole => CodeValue::Boolean(false),
        _ => CodeValue::Computed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'t>(code: &'t str, name: &str) -> Option<CodeValue<'t>> {
        property_of_code(code, name).map(|(value, _)| value)
    }

    #[test]
    fn a_property_is_known_where_it_is_written_out() {
        let url = Some(CodeValue::Text("https://a.com"));
        let computed = Some(CodeValue::Computed);
        for (code, expected) in [
            ("module.exports = { registry: 'https://a.com' };", url),
            ("export default {\n  \"registry\": \"https://a.com\",\n};", url),
            ("{ \"registry\": \"https://a.com\" }", url),
            (
                "module.exports = () => { return { registry: 'https://a.com' } }",
                url,
            ),
            (
                "export default defineConfig({ a, registry: 'https://a.com' })",
                url,
            ),
            ("const registry = x();\nmodule.exports = { registry };", computed),
            ("module.exports = { registry: process.env.REGISTRY };", computed),
            ("module.exports = { registry: a ? 'b' : 'c' };", computed),
            ("module.exports = { registry: 'b' + c };", computed),
            ("module.exports = { registry: 'b', registry: 'c' };", computed),
            ("// registry: 'https://a.com'\nmodule.exports = {};", None),
            ("/*\n registry: 'https://a.com'\n*/\nmodule.exports = {};", None),
            ("module.exports = { a: { registry: 'b' } };", None),
            ("module.exports = { npmregistry: 'a', b: c.registry };", None),
            ("module.exports = { b: 'registry: c' };", None),
            ("f(a, registry);", None),
            ("", None),
        ] {
            assert_eq!(value(code, "registry"), expected, "{code}");
        }
    }

    #[test]
    fn a_switch_counts_where_nothing_comments_it_out() {
        for (code, expected) in [
            ("module.exports = { publish: false };", Some(false)),
            ("module.exports = {\n  // a\n  publish: false,\n};", Some(false)),
            ("/* a */ module.exports = { 'publish': true };", Some(true)),
            ("module.exports = {\n  // publish: false,\n};", None),
            ("module.exports = { branch: 'a' }; // publish: false", None),
            ("/* { publish: false } */\nmodule.exports = {};", None),
            ("module.exports = { changelog: { publish: false } };", None),
            ("module.exports = { npmPublish: false };", None),
        ] {
            let expected = expected.map(CodeValue::Boolean);
            assert_eq!(value(code, "publish"), expected, "{code}");
        }
    }

    #[test]
    fn the_place_is_that_of_the_name() {
        for code in ["x = { a: 1, 'registry': 'b' }", "x = { registry }"] {
            let (_, range) = property_of_code(code, "registry").expect("the property is there");
            assert_eq!(range.slice(code).trim_matches('\''), "registry");
        }
    }
}
