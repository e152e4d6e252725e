use crate::checker::npm_version::{too_old_node, why_too_old, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::use_node_24;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `node-version` that pins one of the first releases of Node 24, 24.0 to 24.4.
    ///
    /// ## Why it matters
    ///
    /// Node 24.0 to 24.2 ship npm 11.3.0, and 24.3 and 24.4 ship npm 11.4.2. Trusted publishing needs npm 11.5.1,
    /// which came with Node 24.5.0. So Node 24 is new enough only from there on, and the error is the same as with
    /// Node 22: `ENEEDAUTH`, or, if an `.npmrc` has a token line (as with `registry-url`):
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
    ///           node-version: 24.3.0
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
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/nodejs/node/blob/main/doc/changelogs/CHANGELOG_V24.md>
    NODE_24_EARLY {
        id: "node-24-early",
        summary: "The first releases of Node 24 ship an npm without trusted publishing.",
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
        if !is_early_24(site) || super::node_version_float::surprise(context, site).is_some() {
            continue;
        }
        let message = format!("{}: {}", why_too_old(site), consequence(site, severity));
        let diagnostic = NODE_24_EARLY
            .at(place, severity, message)
            .help("Node 24.5 was the first to ship npm 11.5.1.")
            .related(&site.place, "published here")
            .fix(with_node_24(context, site, use_node_24(context, site, place)))
            .remedy("Use Node 24.");
        findings.push(diagnostic);
    }
}

/// Whether the Node of a site is one of the first releases of Node 24.
pub(crate) fn is_early_24(site: &Site<'_>) -> bool {
    let candidates = &site.node_and_npm.node.candidates;
    !candidates.is_empty()
        && candidates
            .iter()
            .all(|node| node.major() == 24 && node.minor() < 5)
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "node-24-early";

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
    fn the_first_releases_are_reported() {
        check(
            "24.3.0",
            "#                       ^^^^^^ error💡[node-24-early]: Node 24.3.0 ships npm 11.4.2, but trusted publishing needs npm 11.5.1: \
             `npm publish` will fail with ENEEDAUTH\n#                       ^^^^^^ help[node-24-early]: Node 24.5 was the first to ship npm 11.5.1.\n",
        );
    }

    #[test]
    fn later_and_other_releases_are_not_reported() {
        for version in ["24", "24.5.0", "24.x", "22.14.0"] {
            check(version, "");
        }
    }
}
