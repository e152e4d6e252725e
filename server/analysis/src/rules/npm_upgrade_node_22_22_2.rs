use crate::checker::prelude::*;
use crate::fixes::node::use_node_24;
use crate::knowledge::npm_spec::InstallOutcome;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a global installation of npm 11.12 or later in a publish job that uses exactly Node 22.22.2.
    ///
    /// ## Why it matters
    ///
    /// Node 22.22.2 ships a broken npm 10.9.7. It cannot replace itself with npm 11.12 or later:
    ///
    /// ```text
    /// npm error code MODULE_NOT_FOUND
    /// npm error Cannot find module 'promise-retry'
    /// ```
    ///
    /// Older releases can be installed, for example 11.11.1, which has trusted publishing. Node 22.22.3 fixed it.
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
    ///           node-version: 22.22.2
    ///       - run: npm install -g npm@^11.5.1
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Use Node 24, which needs no upgrade of npm.
    ///
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
    ///           node-version: 24
    ///       - run: npm install -g npm@^11.5.1
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/nodejs/node/issues/62430>
    /// - <https://github.com/npm/cli/issues/9151>
    NPM_UPGRADE_NODE_22_22_2 {
        id: "npm-upgrade-node-22.22.2",
        summary: "The npm of Node 22.22.2 cannot replace itself with npm 11.12 or later.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        for attempt in &site.node_and_npm.installations {
            if attempt.outcome != InstallOutcome::BrokenSelfUpgrade || !attempt.is_certain {
                continue;
            }
            let place = attempt
                .installation
                .version
                .place
                .as_ref()
                .unwrap_or(&attempt.installation.command);
            let message =
                "The npm of Node 22.22.2 cannot replace itself: this step will fail with MODULE_NOT_FOUND";
            let mut diagnostic = NPM_UPGRADE_NODE_22_22_2
                .at(place, Severity::Error, message)
                .help("It ships a broken npm 10.9.7, which cannot install npm 11.12 or later. Use Node 24.");
            if let Some(node) = &attempt.node.place {
                diagnostic = diagnostic.related(node, "Node is chosen here").fix(
                    use_node_24(context, site, node).map(|fix| Fix {
                        applicability: Applicability::Unsafe,
                        ..fix
                    }),
                );
            }
            findings.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites, no_fix};

    fn job(steps: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 22.22.2 }}
{steps}#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
        )
    }

    #[test]
    fn the_broken_npm_cannot_install_npm_11_12_or_later() {
        for spec in ["11.12.0", "^11.5.1", "latest", "12"] {
            let carets = "^".repeat(spec.len() + 4);
            let fixture = job(&format!(
                "      - run: npm i -g npm@{spec}\n#                     {carets} \
                 error💡?[npm-upgrade-node-22.22.2]: …\n      - run: npm publish\n"
            ));
            check_rule("npm-upgrade-node-22.22.2", &fixture);
            let sites = job(&format!(
                "      - run: npm i -g npm@{spec}\n      - run: npm publish\n"
            ));
            check_sites(
                &sites,
                "release.yml:10 publish; outcome=not-reached; error=MODULE_NOT_FOUND",
            );
        }
    }

    #[test]
    fn an_older_npm_is_not_reported() {
        for commands in [
            "npm i -g npm@11.5.1",
            "npm i -g npm@~11.10.0",
            "npm i -g npm@11.11.1",
            "npm i -g npm@~11.10.0 && npm i -g npm@latest",
            "npm i -g npm@10; npm i -g npm@11",
        ] {
            let fixture = job(&format!("      - run: {commands}\n      - run: npm publish\n"));
            check_rule("npm-upgrade-node-22.22.2", &fixture);
            check_sites(&fixture, "release.yml:10 publish; outcome=oidc");
        }
    }

    #[test]
    fn an_image_gets_no_fix() {
        no_fix(
            "npm-upgrade-node-22.22.2",
            "
            #- .github/workflows/release.yml
            on: push
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                runs-on: ubuntu-24.04
                container: node:22.22.2
                steps:
                  - run: npm install -g npm@latest
                  - run: npm publish
            ",
        );
    }
}
