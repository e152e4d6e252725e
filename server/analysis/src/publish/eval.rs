//! What a text with `${{ }}` may be when the job runs: known, one of a few, or unknown.

mod condition;
mod format;
mod inputs;
mod texts;

use std::sync::Arc;

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::context::Context;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr};

pub(crate) use condition::{condition_inside, has_status_function};
pub(crate) use inputs::BoundInput;

use super::changed_env::ChangedEnv;
use crate::model::job::Matrix;
use crate::model::read::{Variable, VariableTable};
use crate::syntax::expression::{ExpressionPiece, has_expression, split_expressions};
use crate::text::FilePath;
use crate::text::Place;
use crate::versions::version::Truth;

/// One value that a text may have.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Possible {
    /// This text.
    Text(String),
    /// The secret of this name. A secret that is not set is the empty string, which the files do not show.
    Secret(String),
    /// The job's `GITHUB_TOKEN`.
    GithubToken,
    /// Something that only the run knows.
    Unknown,
}

/// Every value that a text may have; never empty.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Evaluated(Vec<Possible>);

/// How many values a text may have before it counts as unknown.
const MOST_VALUES: usize = 24;
/// How deep `env` may refer to `env` and expressions may nest.
const MOST_DEPTH: usize = 12;

impl Evaluated {
    /// A text without any expression.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self(vec![Possible::Text(text.into())])
    }

    /// Nothing is known.
    pub(crate) fn unknown() -> Self {
        Self(vec![Possible::Unknown])
    }

    fn of(values: Vec<Possible>) -> Self {
        let mut distinct: Vec<Possible> = Vec::with_capacity(values.len());
        for value in values {
            if !distinct.contains(&value) {
                distinct.push(value);
            }
        }
        if distinct.is_empty() || distinct.len() > MOST_VALUES {
            Self::unknown()
        } else {
            Self(distinct)
        }
    }

    /// The values.
    pub(crate) fn values(&self) -> &[Possible] {
        &self.0
    }

    /// The only value, where it is a known text.
    pub(crate) fn known(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Possible::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// All values, where all are known texts.
    pub(crate) fn texts(&self) -> Option<Vec<&str>> {
        self.0
            .iter()
            .map(|value| match value {
                Possible::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Whether the value is the empty text whatever happens.
    pub(crate) fn is_empty(&self) -> bool {
        self.known() == Some("")
    }

    /// Both sets of values.
    pub(crate) fn or(self, other: Self) -> Self {
        let mut values = self.0;
        values.extend(other.0);
        Self::of(values)
    }
}

/// An `env:` block, and what its own expressions see.
#[derive(Clone, Debug)]
pub(crate) struct EnvLayer<'a> {
    /// The variables.
    pub variables: &'a [Variable],
    table: VariableTable,
    /// `inputs` where the block is.
    pub inputs: Option<Arc<[BoundInput]>>,
    /// The file that holds the block.
    pub path: FilePath,
    /// Whether the block is a step's. It is set last, so nothing that ran before can change it.
    pub is_step: bool,
}

impl<'a> EnvLayer<'a> {
    /// An `env:` block of the file at `path`.
    pub(crate) fn new(
        variables: &'a [Variable],
        inputs: Option<Arc<[BoundInput]>>,
        path: &FilePath,
        is_step: bool,
    ) -> Self {
        Self {
            variables,
            table: VariableTable::new(variables),
            inputs,
            path: path.clone(),
            is_step,
        }
    }

    /// The variable with a name. Letter case does not count.
    pub(crate) fn find(&self, name: &str) -> Option<&'a Variable> {
        self.table.find(self.variables, name)
    }

    /// The variables whose names are those of secrets.
    pub(crate) fn secrets(&self, is_secret: impl Fn(&str) -> bool) -> Vec<&'a Variable> {
        self.table.secrets(self.variables, is_secret)
    }
}

/// What the names in expressions stand for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EvalScope<'a> {
    /// The `env:` blocks, the outermost first.
    pub env: &'a [EnvLayer<'a>],
    /// Names that a step before may have put into the environment.
    pub changed_env: ChangedEnv<'a>,
    /// `inputs` that a caller gives; none if they are those of the event, or where the caller is unknown.
    pub inputs: Option<&'a [BoundInput]>,
    /// Whether `inputs` are those of a composite action, which are texts.
    pub inputs_are_texts: bool,
    /// What is known of the inputs of the event.
    pub event_inputs: &'a [BoundInput],
    /// `matrix`
    pub matrix: Option<&'a Matrix>,
    /// `github.event_name`; none if it may be any.
    pub event: Option<&'a str>,
}

impl EvalScope<'_> {
    /// What `text` may be.
    pub(crate) fn evaluate(&self, text: &str) -> Evaluated {
        self.evaluate_deep(text, 0)
    }

    /// Whether an `if:` holds, where everything in front of it went well.
    pub(crate) fn condition(&self, text: &str) -> Truth {
        let inside = condition_inside(text);
        if matches!(inside, "" | "success()" | "always()" | "!cancelled()") {
            return Truth::Yes;
        }
        let Ok(expression) = Expr::parse(inside) else {
            return Truth::Maybe;
        };
        match self.expression(&expression, 1).known() {
            Some(known) => Truth::from(!self.is_false(&expression, known)),
            None => Truth::Maybe,
        }
    }

    /// What an environment variable may be at the step, or none if nothing in the files sets it.
    pub(crate) fn env_value(&self, name: &str) -> Option<Evaluated> {
        self.env_deep(name, 0)
    }

    /// Where the value of `text` is written out, when `text` is nothing but a reference to an input, a variable
    /// or the matrix; `at` where it is written out itself.
    pub(crate) fn written_at(&self, text: &str, at: &Place) -> Option<Place> {
        let inside = match split_expressions(text).as_slice() {
            [] | [ExpressionPiece::Text(_)] => return Some(at.clone()),
            [ExpressionPiece::Expression(inside, _)] => *inside,
            _ => return None,
        };
        let expression = Expr::parse(inside).ok()?;
        let Expr::Context(context) = &expression.inner else {
            return None;
        };
        let path = context_path(context)?;
        match path.as_slice() {
            [head, name] if head.eq_ignore_ascii_case("inputs") => {
                BoundInput::find(self.inputs?, name)?.place.clone()
            }
            [head, name] if head.eq_ignore_ascii_case("env") => {
                let mut layers = self.env.iter().rev();
                let (layer, variable) = layers.find_map(|layer| Some((layer, layer.find(name)?)))?;
                let is_plain = !has_expression(&variable.value.value);
                is_plain.then(|| Place::new(&layer.path, variable.value.range))
            }
            _ => None,
        }
    }

    fn evaluate_deep(&self, text: &str, depth: usize) -> Evaluated {
        if !has_expression(text) {
            return Evaluated::text(text);
        }
        if depth > MOST_DEPTH {
            return Evaluated::unknown();
        }
        let mut results: Option<Evaluated> = None;
        for piece in split_expressions(text) {
            let values = match piece {
                ExpressionPiece::Text(text) => Evaluated::text(text),
                ExpressionPiece::Expression(inside, _) => self.expression_text(inside, depth),
            };
            results = Some(match results {
                None => values,
                Some(before) => concatenate(&before, &values),
            });
        }
        results.unwrap_or_else(|| Evaluated::text(""))
    }

    fn expression_text(&self, inside: &str, depth: usize) -> Evaluated {
        match Expr::parse(inside) {
            Ok(expression) => self.expression(&expression, depth + 1),
            Err(_) => Evaluated::unknown(),
        }
    }

    fn expression(&self, expression: &SpannedExpr<'_>, depth: usize) -> Evaluated {
        if depth > MOST_DEPTH {
            return Evaluated::unknown();
        }
        match &expression.inner {
            Expr::Literal(literal) => match literal {
                Literal::Null => Evaluated::text(""),
                literal => Evaluated::text(literal.as_str()),
            },
            Expr::Context(context) => self.context(context, depth),
            Expr::Call(call) => self.call(call, depth),
            Expr::BinExpr(BinExpr {
                lhs,
                op: BinOp::Or,
                rhs,
            }) => self.either(lhs, rhs, depth),
            Expr::BinExpr(BinExpr {
                lhs,
                op: BinOp::And,
                rhs,
            }) => {
                match self.expression(lhs, depth + 1).known() {
                    Some(known) if self.is_false(lhs, known) => Evaluated::text(known),
                    Some(_) => self.expression(rhs, depth + 1),
                    // The left side is a condition: where it does not hold, what it leaves counts as false.
                    None => self.expression(rhs, depth + 1).or(Evaluated::text("")),
                }
            }
            Expr::BinExpr(BinExpr { lhs, op, rhs }) => self.comparison(lhs, op, rhs, depth),
            Expr::UnExpr { expr, .. } => match self.expression(expr, depth + 1).known() {
                Some(known) => Evaluated::text(self.is_false(expr, known).to_string()),
                None => Evaluated::unknown(),
            },
            _ => Evaluated::unknown(),
        }
    }

    /// `left || right`: values of the left side that count as false give way to the right side.
    fn either(&self, lhs: &SpannedExpr<'_>, right: &SpannedExpr<'_>, depth: usize) -> Evaluated {
        let left = self.expression(lhs, depth + 1);
        let truthy: Vec<Possible> = left
            .values()
            .iter()
            .filter(|value| !matches!(value, Possible::Text(text) if self.is_false(lhs, text)))
            .cloned()
            .collect();
        let is_certain = truthy.len() == left.values().len()
            && truthy
                .iter()
                .all(|value| matches!(value, Possible::Text(_) | Possible::GithubToken));
        if is_certain {
            return left.clone();
        }
        let right = self.expression(right, depth + 1);
        if truthy.is_empty() {
            right
        } else {
            Evaluated::of(truthy).or(right)
        }
    }

    fn comparison(
        &self,
        lhs: &SpannedExpr<'_>,
        op: &BinOp,
        rhs: &SpannedExpr<'_>,
        depth: usize,
    ) -> Evaluated {
        let (left, right) = (self.expression(lhs, depth + 1), self.expression(rhs, depth + 1));
        let is_equal = match (left.known(), right.known()) {
            (Some(left), Some(right)) => self
                .equals_literal(lhs, left, rhs)
                .or_else(|| self.equals_literal(rhs, right, lhs))
                .unwrap_or_else(|| left.eq_ignore_ascii_case(right)),
            _ => return Evaluated::unknown(),
        };
        match op {
            BinOp::Eq => Evaluated::text(is_equal.to_string()),
            BinOp::Neq => Evaluated::text((!is_equal).to_string()),
            _ => Evaluated::unknown(),
        }
    }

    fn context(&self, context: &Context<'_>, depth: usize) -> Evaluated {
        let Some(path) = context_path(context) else {
            return Evaluated::unknown();
        };
        let mut parts = path.iter().map(String::as_str);
        let head = parts.next().unwrap_or_default().to_ascii_lowercase();
        let rest: Vec<&str> = parts.collect();
        match (head.as_str(), rest.as_slice()) {
            ("env", [name]) => self.env_deep(name, depth).unwrap_or_else(Evaluated::unknown),
            ("inputs", [name]) => self.input(name),
            ("github", [event, inputs, name])
                if event.eq_ignore_ascii_case("event") && inputs.eq_ignore_ascii_case("inputs") =>
            {
                self.event_input(name)
            }
            ("matrix", rest) => self.matrix_value(&rest.join("."), depth),
            ("secrets", [name]) if name.eq_ignore_ascii_case("GITHUB_TOKEN") => {
                Evaluated(vec![Possible::GithubToken])
            }
            ("secrets", [name]) => Evaluated(vec![Possible::Secret((*name).to_owned())]),
            ("github", [name]) if name.eq_ignore_ascii_case("token") => {
                Evaluated(vec![Possible::GithubToken])
            }
            ("github", [name]) if name.eq_ignore_ascii_case("event_name") => {
                self.event.map_or_else(Evaluated::unknown, Evaluated::text)
            }
            // No event has this: the inputs are in `github.event.inputs`.
            // Source: <https://docs.github.com/en/webhooks/webhook-events-and-payloads>.
            ("github", ["event", "input", ..]) => Evaluated::text(""),
            _ => Evaluated::unknown(),
        }
    }

    fn env_deep(&self, name: &str, depth: usize) -> Option<Evaluated> {
        let may_be_changed = self.changed_env.contains(name);
        for (n, layer) in self.env.iter().enumerate().rev() {
            if may_be_changed && !layer.is_step {
                break;
            }
            if let Some(variable) = layer.find(name) {
                // A block does not see itself, only the blocks around it.
                let outer = self.env.get(..n).unwrap_or_default();
                let scope = EvalScope {
                    env: outer,
                    inputs: layer.inputs.as_deref(),
                    ..*self
                };
                return Some(scope.evaluate_deep(&variable.value.value, depth + 1));
            }
        }
        may_be_changed.then(Evaluated::unknown)
    }

    fn input(&self, name: &str) -> Evaluated {
        match self.inputs {
            None => self.event_input(name),
            // To GitHub an input that is not declared is empty.
            Some(inputs) => value_of(inputs, name).unwrap_or_else(|| Evaluated::text("")),
        }
    }

    fn event_input(&self, name: &str) -> Evaluated {
        value_of(self.event_inputs, name).unwrap_or_else(Evaluated::unknown)
    }

    fn matrix_value(&self, name: &str, depth: usize) -> Evaluated {
        let Some(values) = self.matrix.and_then(|matrix| matrix.values_of(name)) else {
            return Evaluated::unknown();
        };
        values
            .iter()
            .map(|value| self.evaluate_deep(&value.value, depth + 1))
            .reduce(Evaluated::or)
            .unwrap_or_else(Evaluated::unknown)
    }

    /// `fromJSON`: a text, a number or a truth value as the text that it is; a list or an object stays JSON.
    fn of_json(&self, call: &Call<'_>, depth: usize) -> Evaluated {
        let Some(argument) = call.args.first() else {
            return Evaluated::unknown();
        };
        let evaluated = self.expression(argument, depth + 1);
        let values = evaluated.values().iter().map(|value| match value {
            Possible::Text(text) => {
                let text = text.trim();
                let unquoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                Evaluated::text(unquoted.unwrap_or(text))
            }
            _ => Evaluated::unknown(),
        });
        values.reduce(Evaluated::or).unwrap_or_else(Evaluated::unknown)
    }

    fn call(&self, call: &Call<'_>, depth: usize) -> Evaluated {
        if call.func == Function::FromJSON {
            return self.of_json(call, depth);
        }
        if call.func != Function::Format {
            return Evaluated::unknown();
        }
        self.format(call, depth)
    }
}

fn value_of(inputs: &[BoundInput], name: &str) -> Option<Evaluated> {
    BoundInput::find(inputs, name).map(|input| input.value.clone())
}

/// `env.NAME` and `env['NAME']` as `["env", "NAME"]`; none if an index is computed.
pub(crate) fn context_path(context: &Context<'_>) -> Option<Vec<String>> {
    context
        .parts
        .iter()
        .map(|part| match &part.inner {
            Expr::Identifier(identifier) => Some(identifier.as_str().to_owned()),
            Expr::Index(index) => match &index.inner {
                Expr::Literal(literal) => Some(literal.as_str().into_owned()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn concatenate(left: &Evaluated, right: &Evaluated) -> Evaluated {
    let mut values = Vec::new();
    for a in left.values() {
        for b in right.values() {
            values.push(match (a, b) {
                (Possible::Text(a), Possible::Text(b)) => Possible::Text(format!("{a}{b}")),
                (secret @ (Possible::Secret(_) | Possible::GithubToken), Possible::Text(_))
                | (Possible::Text(_), secret @ (Possible::Secret(_) | Possible::GithubToken)) => {
                    secret.clone()
                }
                _ => Possible::Unknown,
            });
        }
    }
    Evaluated::of(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::changed_env::Names;
    use crate::text::{Ranged, TextRange};

    fn variable(name: &str, value: &str) -> Variable {
        let range = TextRange::default();
        Variable {
            name: Ranged::new(name.to_owned(), range),
            value: Ranged::new(value.to_owned(), range),
            node: crate::syntax::yaml::NodeId(0),
        }
    }

    fn show(text: &str) -> String {
        let workflow = [variable("NODE", "20"), variable("LOOP", "${{ env.LOOP }}")];
        let input = |name: &str, value: &str| BoundInput {
            name: name.to_owned(),
            value: Evaluated::text(value),
            place: None,
        };
        let inputs = [input("version", ""), input("tag", "next")];
        let matrix = Matrix {
            values: vec![(
                "node".to_owned(),
                ["22", "24"]
                    .map(|v| Ranged::new(v.to_owned(), TextRange::default()))
                    .to_vec(),
            )],
            ..Matrix::default()
        };
        let path = FilePath::new("release.yml").unwrap();
        let layers = [EnvLayer::new(&workflow, None, &path, false)];
        let mut changed = Names::default();
        changed.add("CHANGED");
        let scope = EvalScope {
            env: &layers,
            changed_env: ChangedEnv::OfJob(&changed),
            inputs: Some(&inputs),
            matrix: Some(&matrix),
            ..EvalScope::default()
        };
        let shown: Vec<String> = scope
            .evaluate(text)
            .values()
            .iter()
            .map(|value| match value {
                Possible::Text(text) => format!("{text:?}"),
                Possible::Secret(name) => format!("secret {name}"),
                Possible::GithubToken => "github token".to_owned(),
                Possible::Unknown => "?".to_owned(),
            })
            .collect();
        shown.join(" or ")
    }

    #[test]
    fn texts_are_known_one_of_a_few_or_unknown() {
        for (text, expected) in [
            ("24", r#""24""#),
            ("${{ env.NODE }}.x", r#""20.x""#),
            ("${{ env['NODE'] }}", r#""20""#),
            ("${{ env.LOOP }}", "?"),
            ("${{ env.CHANGED }}", "?"),
            ("${{ inputs.version || '24' }}", r#""24""#),
            ("${{ inputs.undeclared || '24' }}", r#""24""#),
            ("${{ matrix.node }}", r#""22" or "24""#),
            ("v${{ matrix.node }}", r#""v22" or "v24""#),
            (
                "${{ github.event_name == 'push' && 'latest' || 'next' }}",
                r#""latest" or "next""#,
            ),
            ("${{ 'a' == 'A' && 'same' || 'other' }}", r#""same""#),
            ("${{ format('{0}-{1}', inputs.tag, 'x') }}", r#""next-x""#),
            ("${{ secrets.NPM_TOKEN }}", "secret NPM_TOKEN"),
            ("${{ secrets.NPM_TOKEN || '' }}", r#"secret NPM_TOKEN or """#),
            ("${{ secrets.GITHUB_TOKEN }}", "github token"),
            ("${{ github.token }}", "github token"),
            ("Bearer ${{ secrets.X }}", "secret X"),
            ("${{ steps.a.outputs.b }}", "?"),
            ("${{ broken", r#""${{ broken""#),
            ("${{ 1 + }}", "?"),
            ("", r#""""#),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }
}
