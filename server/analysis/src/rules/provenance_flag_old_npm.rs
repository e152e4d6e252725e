use crate::checker::npm_version::npm_name;
use crate::checker::prelude::*;
use crate::knowledge::npm_releases::PROVENANCE_MINIMUM;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `--provenance`, and every other way to request it, if the npm that publishes is older than 9.5.0 and publishes
    /// with a token. Without a token, an npm this old cannot publish at all, which other rules report.
    ///
    /// ## Why it matters
    ///
    /// npm before 9.5.0 does not recognize the setting and silently ignores it. The package is published without provenance,
    /// and the job is green.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
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
    ///           node-version: 16.20.2
    ///       - run: npm publish --provenance --userconfig ci/publish.npmrc
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Use a newer Node, whose npm also has trusted publishing.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
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
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/generating-provenance-statements>
    PROVENANCE_FLAG_OLD_NPM {
        id: "provenance-flag-old-npm",
        summary: "This npm is too old and ignores `--provenance`.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites.iter().filter(|site| site.is_npm()) {
        let Some(provenance) = site.target.requested_provenance() else {
            continue;
        };
        let may_have_token = site.intent() != Intent::Oidc;
        let is_too_old = site.node_and_npm.npm_at_least(&PROVENANCE_MINIMUM) == Truth::No;
        if !may_have_token || !is_too_old || !site.target.is_npm() {
            continue;
        }
        let message = format!("{} ignores this and publishes without provenance", npm_name(site));
        let diagnostic = PROVENANCE_FLAG_OLD_NPM
            .at(&provenance.place, Severity::Warning, message)
            .help("Provenance needs npm 9.5.0 or later. Use Node 24.")
            .related(&site.place, "published here");
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    #[test]
    fn only_an_old_npm_that_publishes_with_a_token_is_reported() {
        let job = |node: &str, token: &str| {
            format!(
                "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node}, registry-url: 'https://registry.npmjs.org' }}
      - run: npm publish --provenance
{token}"
            )
        };
        let token = "        env: { NODE_AUTH_TOKEN: '${{ secrets.X }}' }\n";
        let mark = format!(
            "#{}^^^^^^^^^^^^ warning[provenance-flag-old-npm]: npm 8.19.4 ignores this…\n",
            " ".repeat(24)
        );
        check_rule(
            "provenance-flag-old-npm",
            &job("16.20.2", &format!("{mark}{token}")),
        );
        check_rule("provenance-flag-old-npm", &job("16.20.2", ""));
        check_rule("provenance-flag-old-npm", &job("18.20.0", token));
        check_rule("provenance-flag-old-npm", &job("${{ vars.NODE }}", token));
    }
}
