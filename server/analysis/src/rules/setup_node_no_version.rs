use crate::checker::npm_version::{npm_name, too_old_node, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::add_node_version;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `setup-node` step without a version, or with a version file that names none, in a job whose npm
    /// is too old for trusted publishing.
    ///
    /// ## Why it matters
    ///
    /// Without `node-version` and `node-version-file`, setup-node leaves the runner image's Node as it is: it only
    /// writes the `.npmrc`. Most images bring Node 22 with npm 10, and trusted publishing needs npm 11.5.1. With the token line
    /// of `registry-url`, as here, the older npm ends with the following, and without one with `ENEEDAUTH`:
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
        summary: "setup-node without a version leaves the runner image's npm, which is too old.",
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
            "{}: setup-node is given no version, so the runner image's {} stays, and trusted publishing needs npm \
             11.5.1; set `node-version: 24`",
            consequence(site, severity),
            npm_name(site)
        );
        let diagnostic = SETUP_NODE_NO_VERSION
            .at(place, severity, message)
            .related(&site.place, "this is where it publishes")
            .fix(with_node_24(context, site, add_node_version(context, place)));
        findings.push(diagnostic);
    }
}
