use crate::checker::npm_version::{npm_name, too_old_node, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::add_node_version;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `setup-node` step without a version, or with a version file that contains none, in a job whose npm
    /// is too old for trusted publishing.
    ///
    /// ## Why it matters
    ///
    /// Without `node-version` and `node-version-file`, setup-node keeps the runner image's Node and only writes the `.npmrc`.
    /// Most images include Node 22 with npm 10, but trusted publishing needs npm 11.5.1. With the token line of `registry-url`,
    /// as here, the older npm fails with the following, and without it with `ENEEDAUTH`:
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
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           registry-url: https://registry.npmjs.org
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml,good
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           registry-url: https://registry.npmjs.org
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node#usage>
    SETUP_NODE_NO_VERSION {
        id: "setup-node-no-version",
        summary: "setup-node without a version keeps the runner image's npm, which is too old.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some((severity, NodeOrigin::SetupWithoutVersion, place)) = too_old_node(site) else {
            continue;
        };
        let message = format!(
            "setup-node has no version and keeps {}: {}",
            npm_name(site),
            consequence(site, severity)
        );
        let diagnostic = SETUP_NODE_NO_VERSION
            .at(place, severity, message)
            .help("The runner image's npm is too old for trusted publishing, which needs npm 11.5.1. Set `node-version: 24`.")
            .related(&site.place, "published here")
            .fix(with_node_24(context, site, add_node_version(context, place)));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    fn job(setup: &str) -> String {
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
{setup}
      - run: npm publish
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
        )
    }

    #[test]
    fn a_step_without_a_version_is_reported() {
        check_rule(
            "setup-node-no-version",
            &job(
                "#             ^^^^^^^^^^^^^^^^^^^^^ error💡[setup-node-no-version]: setup-node has no version and keeps npm …",
            ),
        );
    }

    #[test]
    fn a_version_is_not_reported() {
        check_rule(
            "setup-node-no-version",
            &job("        with: { node-version: 24 }"),
        );
        check_rule(
            "setup-node-no-version",
            &job("        with: { node-version: '${{ vars.NODE }}' }"),
        );
    }
}
