use crate::checker::npm_version::{npm_name, too_old_node, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::insert_setup_node;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publishing job that installs no Node and so uses the one of the runner image, when the npm that
    /// comes with it is too old.
    ///
    /// ## Why it matters
    ///
    /// `ubuntu-22.04`, `ubuntu-24.04` and others bring Node 22 with npm 10. Trusted publishing needs npm 11.5.1, so the
    /// publish ends with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// What an image brings changes without notice, and a label like `ubuntu-latest` stands for two images while GitHub
    /// moves it: then this is a warning.
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
    ///       - uses: actions/checkout@v6
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Set up Node 24 before the publish step.
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
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/runner-images#available-images>
    NO_SETUP_NODE {
        id: "no-setup-node",
        summary: "The publishing job uses the runner image's npm, which is too old.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some((severity, NodeOrigin::RunnerImage, place)) = too_old_node(site) else {
            continue;
        };
        let message = format!(
            "{}: no step installs Node, so npm is the one of the runner image, {}, and trusted publishing needs npm \
             11.5.1; set up Node 24 before",
            consequence(site, severity),
            npm_name(site)
        );
        let diagnostic = NO_SETUP_NODE
            .at(&site.place, severity, message)
            .related(place, "this image brings it")
            .fix(with_node_24(context, site, insert_setup_node(context, site)));
        findings.push(diagnostic);
    }
}
