use crate::checker::npm_version::{npm_name, too_old_node, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::insert_setup_node;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish job that does not install Node, and so uses the Node of the runner image, if its npm is too old.
    ///
    /// ## Why it matters
    ///
    /// `ubuntu-22.04`, `ubuntu-24.04` and others ship Node 22 with npm 10. Trusted publishing needs npm 11.5.1, so the
    /// publish fails with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// The contents of an image change without notice, and a label like `ubuntu-latest` means two images while GitHub
    /// moves it. Then this is a warning.
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
        summary: "The publish job uses the runner image's npm, which is too old.",
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
            "No step sets up Node, and the runner image ships {}: {}",
            npm_name(site),
            consequence(site, severity)
        );
        let diagnostic = NO_SETUP_NODE
            .at(&site.place, severity, message)
            .help("Trusted publishing needs npm 11.5.1.")
            .related(place, "this image ships it")
            .fix(with_node_24(context, site, insert_setup_node(context, site)))
            .remedy("Set up Node 24 before the publish step.");
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[track_caller]
    fn check(runner: &str, steps: &str) {
        check_rule(
            "no-setup-node",
            &format!(
                "\
#- .github/workflows/release.yml
on: push
permissions: {{ id-token: write }}
jobs:
  publish:
    runs-on: {runner}
    steps:
{steps}"
            ),
        );
    }

    #[test]
    fn the_npm_of_the_image_is_reported() {
        check(
            "ubuntu-24.04",
            "      - run: npm publish\n#            ^^^^^^^^^^^ error💡?[no-setup-node]: No step sets up Node, and the runner image ships npm \
             10.9.8: `npm publish` will fail with ENEEDAUTH\n#            ^^^^^^^^^^^ help[no-setup-node]: Trusted publishing needs npm 11.5.1.\n",
        );
    }

    #[test]
    fn other_runners_and_jobs_with_a_new_npm_are_not_reported() {
        check("self-hosted", "      - run: npm publish\n");
        check(
            "ubuntu-24.04",
            "      - uses: actions/setup-node@v6\n        with: { node-version: 24 }\n      - run: npm publish\n",
        );
        check(
            "ubuntu-24.04",
            "      - run: npm install -g npm@^11.5.1\n      - run: npm publish\n",
        );
    }
}
