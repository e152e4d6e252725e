use crate::checker::prelude::*;
use crate::fixes::node::use_node_24;
use crate::knowledge::npm_releases::BROKEN_SELF_UPGRADE;
use crate::knowledge::npm_spec::InstallOutcome;
use crate::publish::NpmAttempt;
use crate::versions::version::Version;
use crate::versions::version::parse_version;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish job that uses the newest Node 22 and upgrades its npm to a version that is not pinned.
    ///
    /// ## Why it matters
    ///
    /// Both versions change over time. In March 2026 the newest Node 22 was 22.22.2, whose npm 10.9.7 lacked a module, and
    /// every release job of this kind stopped before it published anything:
    ///
    /// ```text
    /// npm error code MODULE_NOT_FOUND
    /// npm error Cannot find module 'promise-retry'
    /// ```
    ///
    /// Node 22.22.3 fixed it, so the step works today. Node 24 ships an npm that is new enough and needs no such step.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 22
    ///       - run: npm install -g npm@latest
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Use Node 24, and remove the step. If Node has to stay, pin npm to one version.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
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
    /// - <https://github.com/npm/cli/issues/9151>
    /// - <https://github.com/nodejs/node/issues/62430>
    NPM_UPGRADE_FRAGILE {
        id: "npm-upgrade-fragile",
        summary: "An unpinned npm upgrade runs on an unpinned Node 22.",
        severity: Hint,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        for attempt in site
            .node_and_npm
            .installations
            .iter()
            .filter(|attempt| is_fragile(attempt))
        {
            let installation = &attempt.installation;
            let place = installation
                .version
                .place
                .as_ref()
                .unwrap_or(&installation.command);
            let help = format!(
                "Node 22.22.2 shipped npm {}, which could not replace itself. Use Node 24, which needs no upgrade of npm, or pin npm.",
                *BROKEN_SELF_UPGRADE
            );
            let mut diagnostic = NPM_UPGRADE_FRAGILE
                .at(
                    place,
                    Severity::Hint,
                    "Unpinned npm upgrade on an unpinned Node 22: a new release of Node 22 can break it",
                )
                .help(help);
            if let Some(node) = &attempt.node.place {
                let fix = use_node_24(context, site, node).map(|fix| Fix {
                    applicability: Applicability::Unsafe,
                    ..fix
                });
                diagnostic = diagnostic.related(node, "Node is chosen here").fix(fix);
            }
            findings.push(diagnostic);
        }
    }
}

/// Whether the npm 10.9 that the newest Node 22 ships replaces itself with whichever npm is the newest.
fn is_fragile(attempt: &NpmAttempt) -> bool {
    let is_pinned = |text: &Option<String>| text.as_deref().is_some_and(|text| parse_version(text).is_some());
    let is_22 = |node: &Version| node.major() == 22;
    let candidates = &attempt.node.candidates;
    attempt.installation.checks_engines
        && !is_pinned(&attempt.installation.version.text)
        && !is_pinned(&attempt.node.text)
        && !candidates.is_empty()
        && candidates.iter().all(is_22)
        && matches!(
            attempt.outcome,
            InstallOutcome::Installs | InstallOutcome::MayFail
        )
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, no_fix};

    fn job(node: &str, upgrade: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node} }}
      - run: {upgrade}
      - run: npm publish
"
        )
    }

    #[test]
    fn only_an_unpinned_npm_on_an_unpinned_node_is_reported() {
        let fixture = job("22", "npm i -g npm@latest");
        let marked = fixture.replace(
            "npm@latest\n",
            "npm@latest\n#                     ^^^^^^^^^^ hint💡?[npm-upgrade-fragile]: Unpinned npm upgrade on an unpinned Node 22: …\n",
        );
        check_rule("npm-upgrade-fragile", &marked);
        for (node, upgrade) in [
            ("22", "npm i -g npm@11.6.0"),
            ("22.23.1", "npm i -g npm@latest"),
            ("22.22.2", "npm i -g npm@11"),
            ("24", "npm i -g npm@latest"),
            ("20", "npm i -g npm@latest"),
            ("22", "pnpm add -g npm@latest"),
            ("'${{ vars.NODE }}'", "npm i -g npm@latest"),
        ] {
            check_rule("npm-upgrade-fragile", &job(node, upgrade));
        }
    }

    #[test]
    fn node_24_needs_no_upgrade() {
        check_fix(
            "npm-upgrade-fragile",
            &job("22", "npm i -g npm@latest"),
            &job("24", "npm i -g npm@latest"),
        );
    }

    #[test]
    fn a_runner_gets_no_fix() {
        no_fix(
            "npm-upgrade-fragile",
            "
            #- .github/workflows/release.yml
            on: push
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                runs-on: ubuntu-24.04
                steps:
                  - run: npm install -g npm@11
                  - run: npm publish
            ",
        );
    }
}
