//! `format('pnpm publish --tag {0}', …)`: the text that it makes.

use github_actions_expressions::Expr;
use github_actions_expressions::call::{Call, Function};

use super::{EvalScope, Evaluated, condition_inside};

impl EvalScope<'_> {
    /// What `format` makes, where all that it names is known.
    pub(super) fn format(&self, call: &Call<'_>, depth: usize) -> Evaluated {
        let text = self.format_with(call, depth, |_| None);
        text.map_or_else(Evaluated::unknown, Evaluated::text)
    }

    /// A text that is nothing but a call of `format`, as it would be written without it: an argument that only the run knows
    /// becomes an expression of its own.
    pub(crate) fn without_format(&self, text: &str) -> Option<String> {
        let inside = text.trim().strip_prefix("${{")?.strip_suffix("}}")?;
        let expression = Expr::parse(condition_inside(inside)).ok()?;
        let Expr::Call(call) = &expression.inner else {
            return None;
        };
        let is_format = call.func == Function::Format;
        is_format.then(|| self.format_with(call, 1, |argument| Some(format!("${{{{ {argument} }}}}"))))?
    }

    fn format_with(
        &self,
        call: &Call<'_>,
        depth: usize,
        of_unknown: impl Fn(&str) -> Option<String>,
    ) -> Option<String> {
        let mut arguments = call.args.iter();
        let template = self.expression(arguments.next()?, depth + 1);
        let mut text = template.known()?.to_owned();
        for (n, argument) in arguments.enumerate() {
            let placeholder = format!("{{{n}}}");
            if !text.contains(&placeholder) {
                continue;
            }
            let value = self.expression(argument, depth + 1);
            let value = match value.known() {
                Some(known) => known.to_owned(),
                None => of_unknown(argument.origin.raw)?,
            };
            text = text.replace(&placeholder, &value);
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use crate::publish::eval::EvalScope;
    use crate::test_support::check_sites;

    #[test]
    fn an_argument_that_only_the_run_knows_stays_an_expression() {
        for (text, expected) in [
            (
                "${{ format('npm publish {0}', github.ref) }}",
                Some("npm publish ${{ github.ref }}"),
            ),
            (
                "${{ format('a {1} {0}', 'x', github.sha) }}",
                Some("a ${{ github.sha }} x"),
            ),
            ("${{ format('npm publish') }}", Some("npm publish")),
            ("${{ format(github.sha) }}", None),
            ("${{ github.sha }}", None),
            ("npm publish ${{ format('{0}', 1) }}", None),
            ("${{ a }} ${{ format('b') }}", None),
        ] {
            assert_eq!(
                EvalScope::default().without_format(text).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_script_that_format_makes_is_read() {
        let fixture = "\
#- .github/workflows/release.yml
on: push
jobs:
  release:
    runs-on: ubuntu-24.04
    permissions: { id-token: write }
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: ${{ format('npm publish {0}', contains(github.ref_name, 'beta') && '--tag beta' || '') }}
";
        check_sites(fixture, "release.yml:9 release; publisher=npm; outcome=oidc");
    }
}
