//! Whether an `if:` holds wherever others hold: `if: a && b` implies `if: a`.

use std::cell::OnceCell;

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr};

/// How deep a condition may nest.
const MOST_DEPTH: usize = 24;

/// Conditions that hold at a step. They are parsed where the first question asks for more than one of them as it is written.
pub(crate) struct Known<'c> {
    conditions: &'c [String],
    facts: OnceCell<Facts>,
}

impl<'c> Known<'c> {
    pub(crate) fn new(conditions: &'c [String]) -> Self {
        Self {
            conditions,
            facts: OnceCell::new(),
        }
    }

    /// Whether `wanted` holds for certain, provided that everything before went well.
    pub(crate) fn implies(&self, wanted: &str) -> bool {
        if self.conditions.is_empty() || self.conditions.iter().any(|condition| condition == wanted) {
            return !self.conditions.is_empty();
        }
        let Ok(wanted) = Expr::parse(wanted) else {
            return false;
        };
        let facts = self.facts.get_or_init(|| Facts::of(self.conditions));
        facts.show(&wanted, true, 0)
    }
}

/// What is known to hold, each in one spelling.
#[derive(Default)]
struct Facts(Vec<String>);

impl Facts {
    fn of(conditions: &[String]) -> Self {
        let mut facts = Self::default();
        for condition in conditions {
            if let Ok(condition) = Expr::parse(condition) {
                facts.add(&condition, true, 0);
            }
        }
        facts
    }

    /// Adds that an expression holds, or that it does not.
    fn add(&mut self, expression: &SpannedExpr<'_>, holds: bool, depth: usize) {
        if depth > MOST_DEPTH {
            return;
        }
        match (&expression.inner, holds) {
            (Expr::UnExpr { expr, .. }, _) => return self.add(expr, !holds, depth + 1),
            (Expr::BinExpr(both @ BinExpr { op: BinOp::And, .. }), true)
            | (Expr::BinExpr(both @ BinExpr { op: BinOp::Or, .. }), false) => {
                self.add(&both.lhs, holds, depth + 1);
                self.add(&both.rhs, holds, depth + 1);
            }
            _ => {}
        }
        if is_tag_test(expression) && holds {
            self.0.push(statement("github.ref_type=='tag'", true));
        }
        let fact = spelled(expression, holds, depth);
        if let Some(any) = any_release(&fact).filter(|_| holds) {
            self.0.push(statement(&format!("{any}=='true'"), true));
            self.0.push(statement(&any, true));
        }
        self.0.push(fact);
    }

    /// Whether an expression holds, or whether it does not, by what is known.
    fn show(&self, expression: &SpannedExpr<'_>, holds: bool, depth: usize) -> bool {
        if depth > MOST_DEPTH {
            return false;
        }
        let by_parts = match (&expression.inner, holds) {
            (Expr::UnExpr { expr, .. }, _) => self.show(expr, !holds, depth + 1),
            (
                Expr::BinExpr(BinExpr {
                    lhs,
                    op: BinOp::And,
                    rhs,
                }),
                true,
            )
            | (
                Expr::BinExpr(BinExpr {
                    lhs,
                    op: BinOp::Or,
                    rhs,
                }),
                false,
            ) => self.show(lhs, holds, depth + 1) && self.show(rhs, holds, depth + 1),
            (
                Expr::BinExpr(BinExpr {
                    lhs,
                    op: BinOp::Or,
                    rhs,
                }),
                true,
            )
            | (
                Expr::BinExpr(BinExpr {
                    lhs,
                    op: BinOp::And,
                    rhs,
                }),
                false,
            ) => self.show(lhs, holds, depth + 1) || self.show(rhs, holds, depth + 1),
            (Expr::Call(call), _) => went_well(call) == Some(holds),
            (
                Expr::BinExpr(BinExpr {
                    lhs,
                    op: BinOp::Neq,
                    rhs,
                }),
                true,
            ) => self.shows_other(lhs, rhs, depth),
            (
                Expr::BinExpr(BinExpr {
                    lhs,
                    op: BinOp::Eq,
                    rhs,
                }),
                false,
            ) => self.shows_other(lhs, rhs, depth),
            _ => false,
        };
        by_parts || self.0.contains(&spelled(expression, holds, depth))
    }

    /// Whether one side is known to be another text than the other side.
    fn shows_other(&self, lhs: &SpannedExpr<'_>, rhs: &SpannedExpr<'_>, depth: usize) -> bool {
        let (name, text) = match (&lhs.inner, &rhs.inner) {
            (_, Expr::Literal(_)) => (lhs, rhs),
            (Expr::Literal(_), _) => (rhs, lhs),
            _ => return false,
        };
        let (name, text) = (text_of(name, depth + 1), text_of(text, depth + 1));
        let equals = format!("{name}=='");
        let mut texts = self.0.iter().filter_map(|fact| fact.strip_prefix(&equals));
        text.starts_with('\'') && texts.any(|other| !text.ends_with(&format!("'{other}")))
    }
}

/// What a status function answers where everything before went well.
fn went_well(call: &Call<'_>) -> Option<bool> {
    match call.func {
        Function::Success | Function::Always => Some(true),
        Function::Cancelled | Function::Failure => Some(false),
        _ => None,
    }
}

/// `startsWith(github.ref, 'refs/tags/v')`
fn is_tag_test(expression: &SpannedExpr<'_>) -> bool {
    let text = text_of(expression, 0);
    text.starts_with("startswith(github.ref,'refs/tags/")
}

/// Where release-please has released a package, it says too that it has released something:
/// `steps.rp.outputs['packages/a--release_created']` implies `steps.rp.outputs.releases_created == 'true'`.
/// Source: <https://github.com/googleapis/release-please-action#outputs>.
fn any_release(fact: &str) -> Option<String> {
    let name = fact.strip_suffix("=='true'").unwrap_or(fact);
    let (owner, output) = name.split_once(".outputs")?;
    let output = output.trim_end_matches([']', '\'']);
    let is_of_package = output.ends_with("--release_created") || output == ".release_created";
    is_of_package.then(|| format!("{owner}.outputs.releases_created"))
}

/// That an expression holds, or that it does not, in one spelling for all that say the same.
fn spelled(expression: &SpannedExpr<'_>, holds: bool, depth: usize) -> String {
    if depth > MOST_DEPTH {
        return expression.origin.raw.to_owned();
    }
    match &expression.inner {
        Expr::UnExpr { expr, .. } => spelled(expr, !holds, depth + 1),
        Expr::BinExpr(BinExpr {
            lhs,
            op: op @ (BinOp::Eq | BinOp::Neq),
            rhs,
        }) => {
            let holds = holds == (*op == BinOp::Eq);
            let (left, right) = (text_of(lhs, depth + 1), text_of(rhs, depth + 1));
            match (left.as_str(), right.as_str()) {
                (text, "true") | ("true", text) => statement(text, holds),
                (text, "false") | ("false", text) => statement(text, !holds),
                (text, name) if text.starts_with('\'') => statement(&format!("{name}=={text}"), holds),
                (name, text) => statement(&format!("{name}=={text}"), holds),
            }
        }
        _ if text_of(expression, depth) == "startswith(github.ref,'refs/tags/')" => {
            statement("github.ref_type=='tag'", holds)
        }
        _ => statement(&text_of(expression, depth), holds),
    }
}

fn statement(text: &str, holds: bool) -> String {
    if holds {
        text.to_owned()
    } else {
        format!("!({text})")
    }
}

/// An expression without spaces and brackets that mean nothing, in lower case: GitHub compares without regard to case.
fn text_of(expression: &SpannedExpr<'_>, depth: usize) -> String {
    if depth > MOST_DEPTH {
        return expression.origin.raw.to_owned();
    }
    match &expression.inner {
        Expr::Literal(literal) => {
            let text = literal.as_str().to_ascii_lowercase();
            match literal {
                github_actions_expressions::literal::Literal::String(_) => format!("'{text}'"),
                _ => text,
            }
        }
        Expr::UnExpr { .. }
        | Expr::BinExpr(BinExpr {
            op: BinOp::Eq | BinOp::Neq,
            ..
        }) => spelled(expression, true, depth + 1),
        Expr::BinExpr(BinExpr {
            lhs,
            op: op @ (BinOp::And | BinOp::Or),
            rhs,
        }) => {
            let mut parts = [spelled(lhs, true, depth + 1), spelled(rhs, true, depth + 1)];
            parts.sort();
            let operator = if *op == BinOp::And { "&&" } else { "||" };
            format!("({})", parts.join(operator))
        }
        Expr::Call(Call { func, args }) => {
            let arguments: Vec<String> = args.iter().map(|argument| text_of(argument, depth + 1)).collect();
            format!("{func:?}({})", arguments.join(",")).to_ascii_lowercase()
        }
        _ => {
            let raw = expression.origin.raw.chars().filter(|c| !c.is_whitespace());
            raw.collect::<String>().to_ascii_lowercase()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    fn implies(known: &[String], wanted: &str) -> bool {
        Known::new(known).implies(wanted)
    }

    #[test]
    fn a_condition_implies_its_parts() {
        for (known, wanted, expected) in [
            ("a && b", "a", true),
            ("b && a", "a", true),
            ("(a) && (b && c)", "c", true),
            (
                "inputs.dry != true && inputs.skip != true",
                "inputs.skip != true",
                true,
            ),
            ("inputs.dry != true && inputs.skip != true", "!inputs.skip", true),
            ("a && b", "success() && a", true),
            ("a && b", "!cancelled() && a", true),
            ("always() && a", "a", true),
            ("a && b", "b && a", true),
            ("a && b", "a || c", true),
            ("a || b", "b || a", true),
            ("!(a || b)", "!a", true),
            (
                "github.ref == 'refs/heads/main'",
                "'REFS/heads/main' == github.ref",
                true,
            ),
            (
                "github.event_name == 'push'",
                "github.event_name != 'release'",
                true,
            ),
            ("github.event_name=='push'", "github.event_name == 'push'", true),
            (
                "startsWith(github.ref, 'refs/tags/v')",
                "github.ref_type == 'tag'",
                true,
            ),
            (
                "startsWith(github.ref,'refs/tags/')",
                "startsWith( github.ref, 'refs/tags/' )",
                true,
            ),
            ("steps.a.outputs.b == 'true'", "steps.a.outputs.b == true", false),
            ("a", "a && b", false),
            ("a || b", "a", false),
            ("a", "!a", false),
            ("a", "failure()", false),
            ("a", "b", false),
            (
                "github.event_name == 'push'",
                "github.event_name != 'push'",
                false,
            ),
            (
                "github.event_name != 'push'",
                "github.event_name != 'release'",
                false,
            ),
            (
                "steps.rp.outputs['packages/a--release_created']",
                "steps.rp.outputs.releases_created == 'true'",
                true,
            ),
            (
                "needs.rp.outputs.release_created == 'true'",
                "needs.rp.outputs.releases_created",
                true,
            ),
            (
                "steps.rp.outputs.releases_created == 'true'",
                "steps.rp.outputs.release_created",
                false,
            ),
            (
                "steps.rp.outputs.release_created == 'false'",
                "steps.rp.outputs.releases_created",
                false,
            ),
            (
                "!steps.rp.outputs.release_created",
                "steps.rp.outputs.releases_created",
                false,
            ),
            (
                "steps.a.outputs.release_created",
                "steps.b.outputs.releases_created",
                false,
            ),
            ("a &&", "a", false),
            ("a", "Scalar { x } 1..2", false),
        ] {
            let known = [known.to_owned()];
            assert_eq!(implies(&known, wanted), expected, "{known:?} => {wanted}");
        }
        assert!(!implies(&[], "a"));
        assert!(implies(&["a".to_owned(), "b".to_owned()], "a && b"));
    }
}
