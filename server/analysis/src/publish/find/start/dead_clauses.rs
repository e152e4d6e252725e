//! Clauses of a job's `if:` that ask for the result of a needed job and are never true.
//!
//! Without a status function, `success()` is part of the condition, and it is false if a needed job is skipped, fails or is cancelled.
//! Source: "Status check functions" in GitHub's "Evaluate expressions in workflows and actions", and "Defining prerequisite jobs": "If
//! a job fails or is skipped, all jobs that need it are skipped unless the jobs use a conditional expression that causes the job to
//! continue."

use github_actions_expressions::call::Function;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr};

use crate::model::job::Job;
use crate::model::workflow::Workflow;
use crate::publish::eval::{context_path, has_status_function};
use crate::syntax::expression::{ExpressionPiece, split_expressions};
use crate::text::TextRange;

/// Expressions that nest deeper are not looked at.
const MOST_DEPTH: usize = 32;

/// A clause that is never true.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DeadClause {
    /// The needed job; none if it may be any of them.
    pub need: Option<String>,
    /// How that job ends: "is skipped".
    pub ends: &'static str,
    /// The clause, in the value of the `if:`.
    pub range: TextRange,
}

/// The clauses of the job's `if:` that are never true.
pub(crate) fn dead_clauses(workflow: &Workflow, job: &Job) -> Vec<DeadClause> {
    let Some(condition) = &job.condition else {
        return Vec::new();
    };
    let text = condition.value.as_str();
    let pieces = split_expressions(text);
    let inside = match pieces.as_slice() {
        [ExpressionPiece::Expression(inside, _)] => *inside,
        [ExpressionPiece::Text(inside)] => *inside,
        _ => return Vec::new(),
    };
    if !inside.contains("needs") {
        return Vec::new();
    }
    let (Ok(expression), Some(start)) = (Expr::parse(inside), text.find(inside)) else {
        return Vec::new();
    };
    let mut search = Search {
        workflow,
        job,
        start,
        found: Vec::new(),
    };
    if !has_status_function(&expression, 0) {
        search.look_at(&expression, 0);
    }
    search.found
}

struct Search<'s> {
    workflow: &'s Workflow,
    job: &'s Job,
    /// Where the expression begins in the value.
    start: usize,
    found: Vec<DeadClause>,
}

impl Search<'_> {
    /// Looks at the parts that make the condition true if they are. What is negated or compared may be meant so.
    fn look_at(&mut self, expression: &SpannedExpr<'_>, depth: usize) {
        if depth > MOST_DEPTH {
            return;
        }
        let clause = match &expression.inner {
            Expr::BinExpr(BinExpr {
                lhs,
                op: BinOp::And | BinOp::Or,
                rhs,
            }) => {
                self.look_at(lhs, depth + 1);
                return self.look_at(rhs, depth + 1);
            }
            Expr::BinExpr(BinExpr {
                lhs,
                op: op @ (BinOp::Eq | BinOp::Neq),
                rhs,
            }) => {
                let asked = match (text_of(lhs), text_of(rhs)) {
                    (None, Some(result)) => Some((&**lhs, result)),
                    (Some(result), None) => Some((&**rhs, result)),
                    _ => None,
                };
                asked.and_then(|(context, result)| self.asks(context, matches!(op, BinOp::Eq), &result))
            }
            Expr::Call(call) if matches!(call.func, Function::Contains) => match call.args.as_slice() {
                [all, result] if all.origin.raw.trim() == "needs.*.result" => {
                    let ends = text_of(result).and_then(|result| ends_with(true, &result));
                    ends.filter(|ends| self.job.needs.iter().all(|need| self.counts(&need.value, ends)))
                        .map(|ends| (None, ends))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some((need, ends)) = clause {
            let span = expression.origin.span.as_range();
            let range = TextRange::new(self.start + span.start, self.start + span.end);
            self.found.push(DeadClause { need, ends, range });
        }
    }

    /// Whether a comparison asks for a result with which the job itself is skipped.
    fn asks(
        &self,
        context: &SpannedExpr<'_>,
        is_equal: bool,
        result: &str,
    ) -> Option<(Option<String>, &'static str)> {
        let Expr::Context(context) = &context.inner else {
            return None;
        };
        let path = context_path(context)?;
        let [needs, need, part] = path.as_slice() else {
            return None;
        };
        if !needs.eq_ignore_ascii_case("needs") || !part.eq_ignore_ascii_case("result") {
            return None;
        }
        let ends = ends_with(is_equal, result)?;
        let mut own = self.job.needs.iter();
        let need = own.find(|own| own.value.eq_ignore_ascii_case(need))?;
        self.counts(&need.value, ends)
            .then(|| (Some(need.value.clone()), ends))
    }

    /// Whether such an end of a needed job skips those that need it. After a failure that `continue-on-error` covers, they run.
    fn counts(&self, need: &str, ends: &str) -> bool {
        let mut jobs = self.workflow.jobs.iter();
        let job = jobs.find(|job| job.id.value.eq_ignore_ascii_case(need));
        ends == SKIPPED || job.is_some_and(|job| job.continue_on_error.is_none())
    }
}

const SKIPPED: &str = "is skipped";

/// How a needed job ends if this holds for its result; none if it may have succeeded. GitHub ignores the case of texts.
fn ends_with(is_equal: bool, result: &str) -> Option<&'static str> {
    match (is_equal, result.to_ascii_lowercase().as_str()) {
        (true, "skipped") => Some(SKIPPED),
        (true, "failure") => Some("fails"),
        (true, "cancelled") => Some("is cancelled"),
        (false, "success") => Some("does not succeed"),
        _ => None,
    }
}

fn text_of(expression: &SpannedExpr<'_>) -> Option<String> {
    match &expression.inner {
        Expr::Literal(Literal::String(text)) => Some(text.to_string()),
        _ => None,
    }
}
