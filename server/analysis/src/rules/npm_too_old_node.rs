use crate::checker::npm_version::{node_24_remedy, too_old_node, why_too_old, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::use_node_24;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `node-version` that brings an npm which cannot do trusted publishing, when nothing upgrades npm
    /// before the publish step and the publisher uses the npm on the PATH.
    ///
    /// ## Why it matters
    ///
    /// The token exchange is in npm from 11.5.1 on. Every Node 22 brings npm 10, every Node 23 too; it was never
    /// ported back. An older npm does not know that there is anything to exchange, and what it prints speaks of
    /// something else:
    ///
    /// ```text
    /// npm error code E404
    /// npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found
    /// npm error 404  '@acme/widget@1.2.3' is not in this registry.
    /// ```
    ///
    /// or `ENEEDAUTH` where no `.npmrc` holds a token line.
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
    ///           node-version: 22
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Use Node 24, which brings npm 11. If the job must keep its Node, and that is 20.17 to 20.x, or 22.9 or newer, run
    /// `npm install -g npm@^11.5.1` before publishing; not `npm@latest`, which refuses to be installed on older Node.
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
    ///       - run: npm publish
    /// ```
    ///
    /// The fix is safe where the version is written in the publishing job itself; elsewhere other jobs may use it.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://github.com/nodejs/node/blob/main/doc/changelogs/CHANGELOG_V22.md>
    NPM_TOO_OLD_NODE {
        id: "npm-too-old-node",
        summary: "The Node of the publishing job brings an npm without trusted publishing.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some((severity, NodeOrigin::SetupInput | NodeOrigin::Command, place)) = too_old_node(site) else {
            continue;
        };
        let is_early_24 = super::node_24_early::is_early_24(site);
        if is_early_24 || super::node_version_float::surprise(context, site).is_some() {
            continue;
        }
        let message = format!(
            "{}: {}; {}",
            consequence(site, severity),
            why_too_old(site),
            node_24_remedy(context, site)
        );
        let diagnostic = NPM_TOO_OLD_NODE
            .at(place, severity, message)
            .related(&site.place, "this is where it publishes")
            .fix(with_node_24(context, site, use_node_24(context, site, place)));
        findings.push(diagnostic);
    }
}
