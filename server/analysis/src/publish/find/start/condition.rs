//! Whether an `if:` holds in a kind of run.

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::run_kind::RunKind;
use super::value::{TextPattern, Value};
use crate::model::workflow::InputDeclaration;
use crate::publish::eval::{BoundInput, Possible, condition_inside, context_path, has_status_function};
use crate::versions::version::Truth;

/// Expressions that nest deeper are not evaluated.
const MOST_DEPTH: usize = 32;

/// What a condition sees.
pub(super) struct ConditionScope<'s> {
    pub run: &'s RunKind<'s>,
    pub inputs: Inputs<'s>,
    /// `success()`
    pub success: Truth,
    /// `failure()`
    pub failure: Truth,
    /// Whether a needed job may run; none if nothing is known of it.
    pub may_run: &'s dyn Fn(&str) -> Option<bool>,
    /// The steps of which it is known how they ended.
    pub failed_steps: &'s [StepResult],
}

/// What is known of how another step ended.
#[derive(Clone, Debug)]
pub(crate) struct StepResult {
    /// Its id.
    pub id: String,
    /// How it ended.
    pub end: StepEnd,
}

/// How a step ended, after which its job goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum StepEnd {
    /// It failed.
    Failed,
    /// It failed or was skipped.
    FailedOrSkipped,
    /// It was skipped.
    Skipped,
    /// It comes later, so that nothing is there yet.
    Later,
}

/// What `inputs` is.
#[derive(Clone, Copy)]
pub(super) enum Inputs<'s> {
    /// Those that somebody enters who starts the workflow by hand; empty for other events.
    OfRun,
    /// Those that a caller gives, with their declarations.
    Bound(&'s [BoundInput], &'s [InputDeclaration]),
    /// Those of a composite action, which are texts.
    OfAction(&'s [BoundInput]),
    /// They are not known.
    Unknown,
}

impl ConditionScope<'_> {
    /// Whether a job or a step with this condition runs. Without a status function, `success()` is part of it.
    pub(super) fn holds(&self, text: &str) -> Truth {
        let inside = condition_inside(text);
        if inside.is_empty() {
            return self.success;
        }
        let Ok(expression) = Expr::parse(inside) else {
            return and(self.success, Truth::Maybe);
        };
        let truth = self.value(&expression, 0).truth();
        match has_status_function(&expression, 0) {
            true => truth,
            false => and(self.success, truth),
        }
    }

    fn value(&self, expression: &SpannedExpr<'_>, depth: usize) -> Value {
        if depth > MOST_DEPTH {
            return Value::UNKNOWN;
        }
        let value = |expression| self.value(expression, depth + 1);
        match &expression.inner {
            Expr::Literal(Literal::Null) => Value::Null,
            Expr::Literal(Literal::Boolean(value)) => Value::Bool(*value),
            Expr::Literal(Literal::Number(value)) => Value::Number(*value),
            Expr::Literal(literal) => Value::text(&literal.as_str()),
            Expr::Call(call) => self.call(call, depth),
            Expr::UnExpr { expr, .. } => Value::Unknown(!value(expr).truth()),
            Expr::Context(context) => match context_path(context) {
                Some(path) => {
                    let path: Vec<String> = path.iter().map(|part| part.to_ascii_lowercase()).collect();
                    let path: Vec<&str> = path.iter().map(String::as_str).collect();
                    self.context(&path)
                }
                None => Value::UNKNOWN,
            },
            Expr::BinExpr(BinExpr { lhs, op, rhs }) => {
                let left = value(lhs);
                match (op, left.truth()) {
                    (BinOp::And, Truth::No) | (BinOp::Or, Truth::Yes) => left,
                    (BinOp::And, Truth::Yes) | (BinOp::Or, Truth::No) => value(rhs),
                    (BinOp::And, Truth::Maybe) => Value::Unknown(and(Truth::Maybe, value(rhs).truth())),
                    (BinOp::Or, Truth::Maybe) => Value::Unknown(!and(Truth::Maybe, !value(rhs).truth())),
                    (BinOp::Eq, _) => Value::Unknown(left.equals(&value(rhs))),
                    (BinOp::Neq, _) => Value::Unknown(!left.equals(&value(rhs))),
                    _ => Value::UNKNOWN,
                }
            }
            _ => Value::UNKNOWN,
        }
    }

    fn call(&self, call: &Call<'_>, depth: usize) -> Value {
        let argument = |n: usize| {
            call.args
                .get(n)
                .map_or(Value::Null, |argument| self.value(argument, depth + 1))
        };
        Value::Unknown(match call.func {
            Function::Success => self.success,
            Function::Failure => self.failure,
            Function::Always => Truth::Yes,
            // Whether somebody cancels the run is not a property of the workflow.
            Function::Cancelled => Truth::No,
            Function::StartsWith => argument(0).starts_with(&argument(1)),
            Function::EndsWith => argument(0).ends_with(&argument(1)),
            Function::Contains => argument(0).contains(&argument(1)),
            Function::FromJSON => match call.args.first().map(|argument| &argument.inner) {
                Some(Expr::Literal(Literal::String(text))) => return of_json(text),
                _ => Truth::Maybe,
            },
            _ => Truth::Maybe,
        })
    }

    fn context(&self, path: &[&str]) -> Value {
        match path {
            ["github", "event_name"] => Value::text(self.run.event),
            ["github", "ref"] => Value::Text(self.run.refs.clone()),
            ["github", "ref_name"] => {
                let name = |pattern: &TextPattern| {
                    pattern.without_prefix(&["refs/heads/", "refs/tags/", "refs/pull/"])
                };
                Value::Text(self.run.refs.iter().map(name).collect())
            }
            ["github", "ref_type"] => self.ref_type(),
            ["github", "head_ref" | "base_ref"] => match self.run.is_for_pull_request() {
                true => Value::any_text(),
                false => Value::text(""),
            },
            ["github", "event", rest @ ..] => self.event(rest),
            ["inputs", name] => self.input(name),
            ["needs", job, rest @ ..] => match ((self.may_run)(job), rest) {
                (Some(false), ["result"]) => Value::text("skipped"),
                (Some(false), ["outputs", _]) => Value::text(""),
                (Some(true), ["result"]) => Value::Text(
                    ["success", "failure", "cancelled", "skipped"]
                        .map(TextPattern::exactly)
                        .to_vec(),
                ),
                _ => Value::UNKNOWN,
            },
            ["steps", id, kind @ ("outcome" | "conclusion")] => self.step_result(id, kind),
            _ => Value::UNKNOWN,
        }
    }

    /// The outcome of a step that fails is `failure`, and its conclusion is `success`, since the job goes on. Both are `skipped`
    /// where it does not run, and the `steps` context has only the steps that have run.
    /// Source: "steps context" in "Contexts reference" of GitHub's documentation.
    fn step_result(&self, id: &str, kind: &str) -> Value {
        let mut failed = self.failed_steps.iter();
        let Some(step) = failed.find(|step| step.id.eq_ignore_ascii_case(id)) else {
            return Value::UNKNOWN;
        };
        let failed = match kind {
            "outcome" => "failure",
            _ => "success",
        };
        let ends: &[&str] = match step.end {
            StepEnd::Failed => &[failed],
            StepEnd::FailedOrSkipped => &[failed, "skipped"],
            StepEnd::Skipped => &["skipped"],
            StepEnd::Later => return Value::Null,
        };
        Value::Text(ends.iter().map(|end| TextPattern::exactly(end)).collect())
    }

    fn ref_type(&self) -> Value {
        let of = |prefix| {
            self.run
                .refs
                .iter()
                .all(|pattern| pattern_starts_with(pattern, prefix))
        };
        match (of("refs/heads/"), of("refs/tags/")) {
            (true, _) => Value::text("branch"),
            (_, true) => Value::text("tag"),
            _ => Value::Text(["branch", "tag"].map(TextPattern::exactly).to_vec()),
        }
    }

    /// What an event does not have is null.
    fn event(&self, path: &[&str]) -> Value {
        let event = self.run.event;
        let is_there = match path {
            ["action"] => {
                if let Some(types) = &self.run.types {
                    return Value::Text(types.iter().map(|kind| TextPattern::exactly(kind)).collect());
                }
                !matches!(
                    event,
                    "push" | "schedule" | "workflow_dispatch" | "create" | "delete"
                )
            }
            ["release", ..] => event == "release",
            ["pull_request", ..] => event.starts_with("pull_request"),
            ["head_commit" | "commits", ..] => event == "push",
            ["workflow_run", ..] => event == "workflow_run",
            ["client_payload", ..] => event == "repository_dispatch",
            ["schedule"] => event == "schedule",
            ["inputs", name] if event == "workflow_dispatch" => {
                let mut inputs = self.run.workflow.dispatch_inputs.iter();
                return match inputs.find(|input| input.name.eq_ignore_ascii_case(name)) {
                    // Here all inputs are texts.
                    Some(input) if input.is_boolean => match self.chosen(name) {
                        Some(Value::Bool(value)) => Value::text(&value.to_string()),
                        _ => Value::Text(["true", "false"].map(TextPattern::exactly).to_vec()),
                    },
                    Some(_) if self.chosen(name).is_some() => self.chosen(name).unwrap_or(Value::UNKNOWN),
                    Some(_) => Value::any_text(),
                    None => Value::Null,
                };
            }
            ["inputs", ..] => event == "workflow_dispatch",
            _ => true,
        };
        match is_there {
            true => Value::UNKNOWN,
            false => Value::Null,
        }
    }

    /// The value of an input in this kind of run.
    fn chosen(&self, name: &str) -> Option<Value> {
        let mut chosen = self.run.chosen.iter();
        let found = chosen.find(|(input, _)| input.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone())
    }

    fn input(&self, name: &str) -> Value {
        let is_called = |input: &&InputDeclaration| input.name.eq_ignore_ascii_case(name);
        match self.inputs {
            Inputs::Unknown => Value::UNKNOWN,
            Inputs::OfRun if self.run.event != "workflow_dispatch" => Value::Null,
            Inputs::OfRun if self.chosen(name).is_some() => self.chosen(name).unwrap_or(Value::UNKNOWN),
            Inputs::OfRun => match self.run.workflow.dispatch_inputs.iter().find(is_called) {
                Some(input) if input.is_boolean => Value::SomeBool,
                Some(_) => Value::UNKNOWN,
                None => Value::Null,
            },
            Inputs::OfAction(bound) => {
                let bound = bound.iter().find(|input| input.name.eq_ignore_ascii_case(name));
                match bound.map(|input| input.value.values()) {
                    Some([Possible::Text(text)]) if text.parse::<f64>().is_err() => Value::text(text),
                    _ => Value::UNKNOWN,
                }
            }
            Inputs::Bound(bound, declared) => {
                let Some(declared) = declared.iter().find(is_called) else {
                    return Value::Null;
                };
                let bound = bound.iter().find(|input| input.name.eq_ignore_ascii_case(name));
                let values = bound.map(|input| input.value.values());
                match (values, declared.is_boolean) {
                    (Some([Possible::Text(text)]), true) => match text.as_str() {
                        "true" => Value::Bool(true),
                        "false" | "" => Value::Bool(false),
                        _ => Value::SomeBool,
                    },
                    (Some([Possible::Text(text)]), false) if text.parse::<f64>().is_err() => {
                        Value::text(text)
                    }
                    (_, true) => Value::SomeBool,
                    (_, false) => Value::UNKNOWN,
                }
            }
        }
    }
}

fn pattern_starts_with(pattern: &TextPattern, prefix: &str) -> bool {
    Value::Text(vec![pattern.clone()])
        .starts_with(&Value::text(prefix))
        .is_yes()
}

/// Both.
pub(super) fn and(left: Truth, right: Truth) -> Truth {
    match (left, right) {
        (Truth::No, _) | (_, Truth::No) => Truth::No,
        (Truth::Yes, Truth::Yes) => Truth::Yes,
        _ => Truth::Maybe,
    }
}

/// A list of texts, as in `fromJSON('["push", "release"]')`.
fn of_json(text: &str) -> Value {
    let inside = text
        .trim()
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let item = |item: &str| Some(item.trim().strip_prefix('"')?.strip_suffix('"')?.to_owned());
    let items = inside.and_then(|inside| inside.split(',').map(item).collect::<Option<Vec<_>>>());
    items.map_or(Value::UNKNOWN, Value::List)
}
