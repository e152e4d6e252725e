//! Which expressions are texts, and when their values count as true.

use github_actions_expressions::call::Function;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::{EvalScope, MOST_DEPTH, condition_inside, context_path};

impl EvalScope<'_> {
    /// Whether a value of an expression counts as false.
    pub(super) fn is_false(&self, expression: &SpannedExpr<'_>, value: &str) -> bool {
        match self.is_text(expression) {
            true => value.is_empty(),
            false => is_falsy(value),
        }
    }

    /// Whether an expression is a text whatever it says. Every text but the empty one counts as true, `'false'` too.
    /// Source: <https://docs.github.com/actions/reference/workflows-and-actions/expressions#literals>, and actions/runner
    /// issue 2238 on the inputs of composite actions.
    fn is_text(&self, expression: &SpannedExpr<'_>) -> bool {
        match &expression.inner {
            Expr::Literal(literal) => matches!(literal, Literal::String(_)),
            Expr::Context(context) => match context_path(context).as_deref() {
                Some([head, _]) if head.eq_ignore_ascii_case("env") => true,
                Some([head, _]) => self.inputs_are_texts && head.eq_ignore_ascii_case("inputs"),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a text that is one expression may leave the truth value `false`, which is then the text `false`:
    /// `${{ github.ref_type == 'tag' && 'npm' }}`.
    /// Source: `Validate` in `src/Sdk/WorkflowParser/ObjectTemplating/TemplateEvaluator.cs` of actions/runner, August 2026.
    pub(crate) fn may_be_false(&self, text: &str) -> bool {
        let inside = text
            .trim()
            .strip_prefix("${{")
            .and_then(|text| text.strip_suffix("}}"));
        let expression = inside.and_then(|inside| Expr::parse(condition_inside(inside)).ok());
        expression.is_some_and(|expression| self.leaves_false(&expression, 0))
    }

    fn leaves_false(&self, expression: &SpannedExpr<'_>, depth: usize) -> bool {
        if depth > MOST_DEPTH {
            return false;
        }
        match &expression.inner {
            Expr::BinExpr(BinExpr {
                lhs,
                op: BinOp::And,
                rhs,
            }) => match self.expression(lhs, depth + 1).known() {
                Some(known) if !self.is_false(lhs, known) => self.leaves_false(rhs, depth + 1),
                Some(_) => self.leaves_false(lhs, depth + 1),
                None => self.leaves_false(lhs, depth + 1) || self.leaves_false(rhs, depth + 1),
            },
            Expr::BinExpr(BinExpr {
                op: BinOp::Or, rhs, ..
            }) => self.leaves_false(rhs, depth + 1),
            Expr::BinExpr(_) | Expr::UnExpr { .. } => {
                self.expression(expression, depth + 1).known() != Some("true")
            }
            Expr::Call(call) => matches!(
                call.func,
                Function::Contains | Function::StartsWith | Function::EndsWith
            ),
            Expr::Literal(Literal::Boolean(value)) => !value,
            _ => false,
        }
    }

    /// Whether a text equals a literal that is not text: both are compared as numbers.
    pub(super) fn equals_literal(
        &self,
        text: &SpannedExpr<'_>,
        value: &str,
        other: &SpannedExpr<'_>,
    ) -> Option<bool> {
        let Expr::Literal(Literal::Boolean(wanted)) = &other.inner else {
            return None;
        };
        let number = match value.trim() {
            "" => Some(0.0),
            digits => digits.parse::<f64>().ok(),
        };
        self.is_text(text)
            .then(|| number == Some(if *wanted { 1.0 } else { 0.0 }))
    }
}

fn is_falsy(text: &str) -> bool {
    matches!(text, "" | "false" | "0")
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// A workflow that uses an action whose last step publishes under a condition.
    fn fixture(with: &str, condition: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: {{ push: {{ tags: ['v*'] }} }}
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    env: {{ OFF: false, ON: true }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - uses: ./.github/actions/p
        with: {{ {with} }}
#- .github/actions/p/action.yml
name: p
inputs:
  publish: {{ default: 'false' }}
runs:
  using: composite
  steps:
    - if: {condition}
      shell: bash
      run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/b" }}
"#
        )
    }

    const SITE: &str = "action.yml:9 (composite); outcome=oidc";

    #[test]
    fn an_input_of_an_action_is_a_text_and_so_true() {
        for (with, condition) in [
            ("publish: false", "inputs.publish"),
            ("other: x", "inputs.publish"),
            ("publish: '0'", "${{ inputs.publish }}"),
            ("publish: true", "inputs.publish"),
            ("publish: true", "inputs.publish == 'true'"),
            ("publish: false", "inputs.publish && true"),
            ("publish: false", "inputs.publish != 'true'"),
            ("publish: ''", "${{ !inputs.publish }}"),
            ("publish: ''", "inputs.publish == false"),
            ("publish: x", "env.OFF"),
        ] {
            check_sites(&fixture(with, condition), SITE);
        }
    }

    #[test]
    fn an_empty_text_and_another_one_are_not() {
        for (with, condition) in [
            ("publish: ''", "inputs.publish"),
            ("publish: false", "inputs.publish == 'true'"),
            ("publish: false", "${{ !inputs.publish }}"),
            // A text that is not a number equals no truth value.
            ("publish: true", "inputs.publish == true"),
            ("publish: false", "inputs.publish == false"),
        ] {
            check_sites(&fixture(with, condition), "");
        }
    }

    #[test]
    fn an_input_of_a_called_workflow_has_a_type() {
        let fixture = |publish: &str| {
            format!(
                r#"#- .github/workflows/release.yml
on: push
jobs:
  call:
    permissions: {{ contents: read, id-token: write }}
    uses: ./.github/workflows/publish.yml
    with: {{ publish: {publish} }}
#- .github/workflows/publish.yml
on:
  workflow_call:
    inputs:
      publish: {{ type: boolean }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - if: inputs.publish
        run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/b" }}
"#
            )
        };
        check_sites(&fixture("false"), "");
        check_sites(&fixture("true"), "publish.yml:13 publish; outcome=oidc");
    }
}
