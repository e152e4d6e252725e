//! The expression that an `if:` is.

use github_actions_expressions::call::Function;
use github_actions_expressions::op::BinExpr;
use github_actions_expressions::{Expr, SpannedExpr};

use crate::syntax::expression::{ExpressionPiece, has_expression, split_expressions};

/// Expressions that nest deeper are not looked at.
const MOST_DEPTH: usize = 32;

/// The expression of an `if:`, with or without `${{ }}` around it. If anything else is around a `${{ }}`, be it the line break at the
/// end of a block, GitHub takes all of it for a text. That is not empty and so counts as true: only a status function in it changes
/// what that means. What GitHub cannot read stays as it is.
/// Sources: actions/runner#1173; the rule `if-cond` of actionlint; CodeQL's query `actions/if-expression-always-true`.
pub(crate) fn condition_inside(text: &str) -> &str {
    match split_expressions(text).as_slice() {
        [ExpressionPiece::Expression(inside, _)] => inside,
        pieces => always_true(pieces).unwrap_or(text.trim()),
    }
}

/// The expression that means the same as a text around expressions. None if it is not one, or if it may be empty.
fn always_true(pieces: &[ExpressionPiece<'_>]) -> Option<&'static str> {
    let mut has_text = false;
    let mut has_status = false;
    let mut expressions = 0;
    for piece in pieces {
        match piece {
            ExpressionPiece::Text(text) if has_expression(text) => return None,
            ExpressionPiece::Text(_) => has_text = true,
            ExpressionPiece::Expression(inside, _) => {
                expressions += 1;
                has_status |= has_status_function(&Expr::parse(inside).ok()?, 0);
            }
        }
    }
    // Without a status function, `success()` is part of the condition.
    let meaning = if has_status { "always()" } else { "success()" };
    (has_text && expressions > 0).then_some(meaning)
}

/// Whether the expression calls `success()`, `failure()`, `always()` or `cancelled()`.
pub(crate) fn has_status_function(expression: &SpannedExpr<'_>, depth: usize) -> bool {
    let inner =
        |expression: &SpannedExpr<'_>| depth < MOST_DEPTH && has_status_function(expression, depth + 1);
    match &expression.inner {
        Expr::Call(call) => {
            let is_status = matches!(
                call.func,
                Function::Success | Function::Failure | Function::Always | Function::Cancelled
            );
            is_status || call.args.iter().any(inner)
        }
        Expr::BinExpr(BinExpr { lhs, rhs, .. }) => inner(lhs) || inner(rhs),
        Expr::UnExpr { expr, .. } => inner(expr),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_around_an_expression_makes_it_true() {
        for (text, inside) in [
            ("github.ref == 'x'", "github.ref == 'x'"),
            ("github.ref == 'x'\n", "github.ref == 'x'"),
            ("${{ github.ref == 'x' }}", "github.ref == 'x'"),
            ("", ""),
            ("${{ a }} && ${{ b }}", "success()"),
            ("github.ref == '${{ env.REF }}'", "success()"),
            ("false || ${{ false }}", "success()"),
            // A block that keeps its line break.
            ("${{ github.ref == 'x' }}\n", "success()"),
            ("${{ always() }} && ${{ a }}", "always()"),
            ("!cancelled() && ${{ a }}", "success()"),
            // Both may be empty.
            ("${{ a }}${{ b }}", "${{ a }}${{ b }}"),
        ] {
            assert_eq!(condition_inside(text), inside, "{text:?}");
        }
    }

    #[test]
    fn what_github_cannot_read_is_no_expression() {
        for text in [
            "${{ a } && ${{ b }}",
            "${{ a }} && ${{ b }",
            "${{ a }} && ${{ b ~ }}",
            "${{ a",
        ] {
            let inside = condition_inside(text);
            assert!(Expr::parse(inside).is_err(), "{text}: {inside}");
        }
    }
}
