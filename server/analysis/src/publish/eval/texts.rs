//! Which expressions are texts, and when their values count as true.

use github_actions_expressions::literal::Literal;
use github_actions_expressions::{Expr, SpannedExpr};

use super::{EvalScope, context_path};

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
            "#- .github/workflows/release.yml\non: {{ push: {{ tags: ['v*'] }} }}\npermissions: {{ contents: read, id-token: write }}\njobs:\n  publish:\n    \
             runs-on: ubuntu-24.04\n    env: {{ OFF: false, ON: true }}\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 24 }}\n      - \
             uses: ./.github/actions/p\n        with: {{ {with} }}\n#- .github/actions/p/action.yml\nname: p\ninputs:\n  publish: {{ default: 'false' }}\nruns:\n  \
             using: composite\n  steps:\n    - if: {condition}\n      shell: bash\n      run: npm publish\n#- package.json\n{{ \"name\": \"w\", \
             \"version\": \"1.0.0\", \"repository\": \"a/b\" }}\n"
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
                "#- .github/workflows/release.yml\non: push\njobs:\n  call:\n    permissions: {{ contents: read, id-token: write }}\n    uses: \
                 ./.github/workflows/publish.yml\n    with: {{ publish: {publish} }}\n#- .github/workflows/publish.yml\non:\n  workflow_call:\n    inputs:\n      publish: \
                 {{ type: boolean }}\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    permissions: {{ contents: read, id-token: write }}\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 24 }}\n      - \
                 if: inputs.publish\n        run: npm publish\n#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/b\" }}\n"
            )
        };
        check_sites(&fixture("false"), "");
        check_sites(&fixture("true"), "publish.yml:13 publish; outcome=oidc");
    }
}
