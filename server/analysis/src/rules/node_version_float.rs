use crate::checker::npm_version::{npm_name, too_old_node};
use crate::checker::prelude::*;
use crate::fixes::node::quote_version;
use crate::knowledge::node_spec::{FloatSurprise, float_surprise};
use crate::syntax::yaml::{ScalarStyle, node_at};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an unquoted `node-version` that YAML reads as another number than it shows: `24.10` is the number
    /// 24.1, and `22.20` is 22.2.
    ///
    /// ## Why it matters
    ///
    /// setup-node installs the version that it is given, so `24.10` brings Node 24.1 with npm 11.3.0 instead of
    /// Node 24.10 with npm 11.6. The publish ends with `ENEEDAUTH`, or, if an `.npmrc` has a token line (as with
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
        summary: "YAML reads the unquoted version as another number.",
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
            Severity::Warning => "another Node than the text says is installed".to_owned(),
            severity => consequence(site, severity),
        };
        let message = format!(
            "{consequence}: without quotes YAML reads `{}` as the number {}, which is a Node with {}; quote it",
            surprise.meant,
            surprise.becomes,
            npm_name(site)
        );
        let diagnostic = NODE_VERSION_FLOAT
            .at(&place, severity, message)
            .related(&site.place, "this is where it publishes")
            .fix(quote_version(context, &place, &surprise.meant));
        findings.push(diagnostic);
    }
}

/// The version that YAML reads differently, where it decides the Node of a site.
pub(crate) fn surprise(context: &CheckContext<'_>, site: &Site<'_>) -> Option<(FloatSurprise, Place)> {
    let place = site.node_and_npm.node.place.as_ref()?;
    let file = context.sources.file(&place.path)?;
    let scalar = node_at(file.yaml()?, place.range.start())?;
    let is_plain = scalar.scalar_style() == Some(ScalarStyle::Plain);
    let surprise = float_surprise(scalar.as_str()?, is_plain)?;
    Some((surprise, place.clone()))
}
