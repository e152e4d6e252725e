use super::publish_token_env::report_tokens;
use crate::checker::prelude::*;
use crate::publish::CredentialSource;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a command that writes a publish token to an `.npmrc` or to npm's configuration: `echo … > .npmrc`,
    /// `npm config set //registry.npmjs.org/:_authToken …`.
    ///
    /// ## Why it matters
    ///
    /// The token stays in the file for every later step, and npm silently falls back to it when trusted publishing fails.
    /// So it hides mistakes until it expires, and then the publish fails with
    ///
    /// ```text
    /// npm error code E404
    /// npm notice Access token expired or revoked. Please try logging in again.
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: |
    ///           npm config set //registry.npmjs.org/:_authToken ${{ secrets.NPM_TOKEN }}
    ///           npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Set up the trusted publisher on npm first, then remove the line.
    ///
    /// ```yaml,good
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: |
    ///           npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    RUN_WRITES_NPMRC_TOKEN {
        id: "run-writes-npmrc-token",
        summary: "A script writes a publish token to npm's configuration.",
        severity: Warning,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    report_tokens(&RUN_WRITES_NPMRC_TOKEN, context, findings, |credential| {
        credential.source == CredentialSource::NpmrcCommand
    });
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    fn job(step: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {step}
      - run: npm publish
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
        )
    }

    #[test]
    fn configuration_without_a_token_is_not_reported() {
        for step in [
            "echo 'registry=https://registry.npmjs.org' > .npmrc",
            "npm config set //npm.pkg.github.com/:_authToken ${{ secrets.GITHUB_TOKEN }}",
            "npm config set fund false",
        ] {
            check_rule("run-writes-npmrc-token", &job(step));
        }
    }
}
