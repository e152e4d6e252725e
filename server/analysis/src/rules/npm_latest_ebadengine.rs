use crate::checker::prelude::*;
use crate::fixes::node::use_node_24;
use crate::fixes::npm::{install_npm_11, npm_11_runs_on};
use crate::knowledge::npm_spec::InstallOutcome;
use crate::versions::version::shown_versions;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `npm install -g npm@latest`, `npm@12` and similar in a publish job if the new npm does not run on its
    /// Node.
    ///
    /// ## Why it matters
    ///
    /// npm 12 needs Node ^22.22.2, ^24.15.0, or 26 and later. Since July 2026, the upgrade step itself fails on Node 20, 23 and
    /// 25, and on older releases of 22 and 24:
    ///
    /// ```text
    /// npm error code EBADENGINE
    /// npm error engine Unsupported engine
    /// npm error notsup Not compatible with your version of node/npm: npm@12.2.2
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
    ///           node-version: 20
    ///       - run: npm install -g npm@latest
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Install `npm@^11.5.1`, which runs on Node 20.17 to 20.x and from 22.9 on, or use Node 24 and leave out the step.
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
    ///           node-version: 20
    ///       - run: npm install -g npm@^11.5.1
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/npm/cli/releases>
    NPM_LATEST_EBADENGINE {
        id: "npm-latest-ebadengine",
        summary: "The newest npm cannot be installed on this Node.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        for attempt in &site.node_and_npm.installations {
            let severity = match attempt.outcome {
                InstallOutcome::FailsEbadengine if attempt.is_certain => Severity::Error,
                InstallOutcome::FailsEbadengine => Severity::Warning,
                _ => continue,
            };
            let place = attempt
                .installation
                .version
                .place
                .as_ref()
                .unwrap_or(&attempt.installation.command);
            let (npm, suffix) = shown_versions(&attempt.installation.version.candidates);
            let npm = npm
                .last()
                .map_or_else(|| "This npm".to_owned(), |npm| format!("npm {npm}{suffix}"));
            let node = attempt.node.text.as_deref();
            let node = node.map_or_else(|| "the job's Node".to_owned(), |node| format!("Node {node}"));
            let runs_npm_11 = npm_11_runs_on(&attempt.node.candidates);
            let help = match runs_npm_11 {
                true => "Install `npm@^11.5.1`, or use Node 24 and remove this step.",
                false => "Use Node 24 and remove this step.",
            };
            let fails = match severity {
                Severity::Error => "will fail",
                _ => "may fail",
            };
            let message = format!("{npm} does not run on {node}: this step {fails} with EBADENGINE");
            let mut diagnostic = NPM_LATEST_EBADENGINE.at(place, severity, message).help(help);
            if let Some(node) = &attempt.node.place {
                diagnostic = diagnostic.related(node, "Node is chosen here");
            }
            let fix = match runs_npm_11 {
                true => install_npm_11(context, site, place, &attempt.node),
                false => attempt
                    .node
                    .place
                    .as_ref()
                    .and_then(|node| use_node_24(context, site, node)),
            };
            findings.push(diagnostic.fix(fix));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    fn job(node: &str, npm: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node} }}
      - run: npm install -g npm@{npm}
      - run: npm publish
"
        )
    }

    #[test]
    fn npm_11_is_installed_if_it_runs() {
        check_fix(
            "npm-latest-ebadengine",
            &job("22.12.0", "latest"),
            &job("22.12.0", "^11.5.1"),
        );
    }

    #[test]
    fn another_node_is_chosen_if_no_npm_with_trusted_publishing_runs() {
        for node in ["18", "20.1", "22.1"] {
            for npm in ["latest", "11", "^11.5.1"] {
                check_fix("npm-latest-ebadengine", &job(node, npm), &job("24", npm));
            }
        }
    }

    #[test]
    fn an_npm_that_does_not_run_is_reported() {
        let marks = |remedy: &str| {
            format!(
                "latest\n#                           ^^^^^^^^^^ error💡[npm-latest-ebadengine]: npm 12.2.2 does not run on Node \
                 VERSION: this step will fail with EBADENGINE\n#                           ^^^^^^^^^^ help[npm-latest-ebadengine]: {remedy}"
            )
        };
        for (node, remedy) in [
            (
                "22.12.0",
                "Install `npm@^11.5.1`, or use Node 24 and remove this step.",
            ),
            ("18", "Use Node 24 and remove this step."),
        ] {
            let marks = marks(remedy).replace("VERSION", node);
            check_rule("npm-latest-ebadengine", &job(node, &marks));
        }
    }

    #[test]
    fn an_npm_that_runs_is_not_reported() {
        for (node, npm) in [("24", "latest"), ("22.12.0", "^11.5.1"), ("20.17.0", "11")] {
            check_rule("npm-latest-ebadengine", &job(node, npm));
        }
    }
}
