use crate::checker::npm_version::{node_24_remedy, too_old_node, why_too_old, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::use_node_24;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `node-version` that ships an npm without trusted publishing, if nothing upgrades npm
    /// before the publish step and the publishing tool uses the npm on the PATH.
    ///
    /// ## Why it matters
    ///
    /// npm exchanges the ID token from 11.5.1 on. Every release of Node 22 and 23 ships npm 10, and the exchange was never
    /// ported back. An older npm does not try the exchange, and its error is about
    /// something else:
    ///
    /// ```text
    /// npm error code E404
    /// npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found
    /// npm error 404  '@acme/widget@1.2.3' is not in this registry.
    /// ```
    ///
    /// or, if no `.npmrc` has a token line, `ENEEDAUTH`.
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
    /// Use Node 24, which ships npm 11. If the job must keep its Node, and that is 20.17 to 20.x, or 22.9 or newer, run
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
    /// The fix is safe if the version is written in the publish job itself. Elsewhere, other jobs may use it.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://github.com/nodejs/node/blob/main/doc/changelogs/CHANGELOG_V22.md>
    NPM_TOO_OLD_NODE {
        id: "npm-too-old-node",
        summary: "The Node of the publish job ships an npm without trusted publishing.",
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
        let message = format!("{}: {}", why_too_old(site), consequence(site, severity));
        let diagnostic = NPM_TOO_OLD_NODE
            .at(place, severity, message)
            .related(&site.place, "published here")
            .fix(with_node_24(context, site, use_node_24(context, site, place)))
            .remedy(&sentence(&node_24_remedy(context, site)));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "npm-too-old-node";

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
    fn a_node_with_an_old_npm_is_reported() {
        check(
            "22.14.0",
            "#                       ^^^^^^^ error💡[npm-too-old-node]: Node 22.14.0 ships npm 10.9.2, but trusted publishing needs npm 11.5.1: \
             `npm publish` will fail with ENEEDAUTH\n",
        );
    }

    #[test]
    fn the_remedy_is_named_without_a_fix() {
        check(
            "${{ '22.14.0' }}",
            "#                       ^^^^^^^^^^^^^^^^ error[npm-too-old-node]: …\n#                       ^^^^^^^^^^^^^^^^ help[npm-too-old-node]: \
             Use Node 24.\n",
        );
    }

    /// Trusted publishing makes provenance, which npm refuses from the runner that it may be. Today the token publishes.
    #[test]
    fn where_provenance_may_be_refused_no_newer_npm_is_offered() {
        let job = |runner: &str, mark: &str| {
            format!(
                "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: {runner}
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 22.14.0
{mark}          registry-url: https://registry.npmjs.org
      - run: npm publish
        env: {{ NODE_AUTH_TOKEN: '${{{{ secrets.T }}}}' }}
"
            )
        };
        let mark =
            |bulb: &str| format!("#                       ^^^^^^^ information{bulb}[npm-too-old-node]: …\n");
        check_rule(RULE, &job("ubuntu-24.04", &mark("💡")));
        let may_be = "\"${{ github.repository_owner == 'acme' && 'blacksmith-2vcpu-ubuntu-2404' || 'ubuntu-24.04' }}\"";
        for runner in [may_be, "blacksmith-2vcpu-ubuntu-2404"] {
            let help = "#                       ^^^^^^^ help[npm-too-old-node]: Use Node 24 on a runner that GitHub hosts.\n";
            check_rule(RULE, &job(runner, &(mark("") + help)));
        }
    }

    #[test]
    fn a_new_or_unknown_node_is_not_reported() {
        for version in ["24", "26", "lts/*", "${{ inputs.node }}"] {
            check(version, "");
        }
    }
}
