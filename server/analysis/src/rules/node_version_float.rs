use crate::checker::npm_version::{npm_name, too_old_node};
use crate::checker::prelude::*;
use crate::fixes::node::quote_version;
use crate::knowledge::node_spec::{FloatSurprise, float_surprise};
use crate::syntax::yaml::{ScalarStyle, node_at};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an unquoted `node-version` that YAML reads as a different number: `24.10` is the number
    /// 24.1, and `22.20` is 22.2.
    ///
    /// ## Why it matters
    ///
    /// setup-node installs the version that it gets, so `24.10` installs Node 24.1 with npm 11.3.0 instead of
    /// Node 24.10 with npm 11.6. The publish fails with `ENEEDAUTH`, or, if an `.npmrc` has a token line (as with
    /// `registry-url`), with:
    ///
    /// ```text
    /// npm error 404  '@acme/widget@1.2.3' is not in this registry.
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
    ///           node-version: 24.10
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Quote it.
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
    ///           node-version: '24.10'
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://yaml.org/spec/1.2.2/#1032-tag-resolution>
    NODE_VERSION_FLOAT {
        id: "node-version-float",
        summary: "YAML reads the unquoted version as a different number.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some((surprise, place)) = surprise(context, site) else {
            continue;
        };
        let severity = too_old_node(site).map_or(Severity::Warning, |(severity, ..)| severity);
        let consequence = match severity {
            Severity::Warning => "it installs another version of Node".to_owned(),
            severity => consequence(site, severity),
        };
        let message = format!(
            "Without quotes, YAML reads `{}` as {}: {consequence}",
            surprise.meant, surprise.becomes
        );
        let help = format!("Node {} ships {}.", surprise.becomes, npm_name(site));
        let diagnostic = NODE_VERSION_FLOAT
            .at(&place, severity, message)
            .help(help)
            .related(&site.place, "published here")
            .fix(quote_version(context, &place, &surprise.meant))
            .remedy("Quote the version.");
        findings.push(diagnostic);
    }
}

/// The version that YAML reads differently, if it decides the Node of a site.
pub(crate) fn surprise(context: &CheckContext<'_>, site: &Site<'_>) -> Option<(FloatSurprise, Place)> {
    let place = site.node_and_npm.node.place.as_ref()?;
    let file = context.sources.file(&place.path)?;
    let scalar = node_at(file.yaml()?, place.range.start())?;
    let is_plain = scalar.scalar_style() == Some(ScalarStyle::Plain);
    let surprise = float_surprise(scalar.as_str()?, is_plain)?;
    Some((surprise, place.clone()))
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "node-version-float";

    #[track_caller]
    fn check(version: &str, marks: &str) {
        check_rule(
            RULE,
            &format!(
                "\
#- .github/workflows/release.yml
on: push
permissions: {{ id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: {version}
{marks}      - run: npm publish
"
            ),
        );
    }

    #[test]
    fn a_version_that_loses_its_last_digit_is_reported() {
        check(
            "24.10",
            "#                       ^^^^^ error💡[node-version-float]: Without quotes, YAML reads `24.10` as 24.1: `npm publish` will fail with \
             ENEEDAUTH\n#                       ^^^^^ help[node-version-float]: Node 24.1 ships npm 11.3.0.\n",
        );
    }

    #[test]
    fn quoted_and_whole_versions_are_not_reported() {
        for version in ["'24.10'", "24", "24.11", "24.10.0"] {
            check(version, "");
        }
    }
}
