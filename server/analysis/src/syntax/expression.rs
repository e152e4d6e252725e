//! `${{ }}` expressions inside YAML scalars, read by github-actions-expressions.

use crate::text::TextRange;

/// A piece of a scalar's value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ExpressionPiece<'a> {
    /// Text outside `${{ }}`.
    Text(&'a str),
    /// The inside of a `${{ }}`, without the braces, and the range of all of it in the value.
    Expression(&'a str, TextRange),
}

/// Splits a scalar's value into text and expressions. An unclosed `${{` is text.
pub(crate) fn split_expressions(value: &str) -> Vec<ExpressionPiece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    while let Some(open) = value
        .get(rest..)
        .and_then(|tail| tail.find("${{"))
        .map(|at| rest + at)
    {
        let Some(close) = closing_braces(value, open + 3) else {
            break;
        };
        if open > rest {
            pieces.push(ExpressionPiece::Text(value.get(rest..open).unwrap_or("")));
        }
        let inside = value.get(open + 3..close).unwrap_or("").trim();
        pieces.push(ExpressionPiece::Expression(
            inside,
            TextRange::new(open, close + 2),
        ));
        rest = close + 2;
    }
    if rest < value.len() {
        pieces.push(ExpressionPiece::Text(value.get(rest..).unwrap_or("")));
    }
    pieces
}

/// Whether the value holds a `${{ }}`.
pub(crate) fn has_expression(value: &str) -> bool {
    value.contains("${{")
}

/// The offset of the `}}` that closes an expression; braces inside '…' do not count.
pub(crate) fn closing_braces(value: &str, from: usize) -> Option<usize> {
    let bytes = value.as_bytes();
    let mut in_string = false;
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\'' => in_string = !in_string,
            b'}' if !in_string && bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_strings_do_not_close() {
        let value = "a ${{ format('}}{0}', x) }}b";
        assert_eq!(
            split_expressions(value),
            [
                ExpressionPiece::Text("a "),
                ExpressionPiece::Expression("format('}}{0}', x)", TextRange::new(2, 27)),
                ExpressionPiece::Text("b")
            ]
        );
        assert_eq!(split_expressions("${{ open"), [ExpressionPiece::Text("${{ open")]);
    }
}
