use crate::checker::npm_version::{too_old_node, why_too_old, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::use_node_24_image;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publishing job in a `node` container whose Node brings an npm that is too old. Other images are not known
    /// and never reported.
    ///
    /// ## Why it matters
    ///
    /// Inside a container the image's Node and npm count. Node 22 and older bring npm 10, and Node 24.0 to 24.4 an npm 11
    /// that is too old as well. It ends with `ENEEDAUTH`, or, if an `.npmrc` has a token line (as with `registry-url`), with:
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
    ///     container: node:22
    ///     steps:
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    ///
    /// ```yaml,good
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     container: node:24
    ///     steps:
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    CONTAINER_OLD_NPM {
        id: "container-old-npm",
        summary: "The container of the publishing job brings an npm without trusted publishing.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some((severity, NodeOrigin::Container, place)) = too_old_node(site) else {
            continue;
        };
        let message = format!(
            "{}: {}; use `node:24`",
            consequence(site, severity),
            why_too_old(site)
        );
        let diagnostic = CONTAINER_OLD_NPM
            .at(place, severity, message)
            .related(&site.place, "this is where it publishes")
            .fix(with_node_24(context, site, use_node_24_image(context, place)));
        findings.push(diagnostic);
    }
}
