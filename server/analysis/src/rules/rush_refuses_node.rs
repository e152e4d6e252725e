use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish with Rush on a Node that `nodeSupportedVersionRange` in `rush.json` leaves out.
    ///
    /// ## Why it matters
    ///
    /// Rush stops before it does anything:
    ///
    /// ```text
    /// Your dev environment is running Node.js version v24.11.0 which does not meet the requirements for building this repository.
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
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
    ///       - run: rush publish --publish --include-all
    /// #- rush.json
    /// { "pnpmVersion": "11.1.0", "nodeSupportedVersionRange": ">=18 <21", "projects": [] }
    /// ```
    ///
    /// ## Fix
    ///
    /// Widen the range, or set up a Node inside it. npm documents Node 22.14 for trusted publishing. What matters is npm 11.5.1,
    /// which ships with Node 24.5.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
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
    ///       - run: rush publish --publish --include-all
    /// #- rush.json
    /// { "pnpmVersion": "11.1.0", "nodeSupportedVersionRange": ">=24.5", "projects": [] }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://rushjs.io/pages/configs/rush_json/>
    /// - <https://docs.npmjs.com/trusted-publishers>
    RUSH_REFUSES_NODE {
        id: "rush-refuses-node",
        summary: "Rush does not run on this Node.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let node = &site.node_and_npm.node;
        if site.refuses_node(context.sources, &node.candidates) != Truth::Yes {
            continue;
        }
        let first = || node.candidates.first().map(ToString::to_string);
        let version = node.text.clone().or_else(first).unwrap_or_default();
        let message = format!(
            "`rush.json` does not support Node {version}: `{}` will fail",
            site.publishing_tool.command
        );
        let place = node.place.as_ref().unwrap_or(&site.place);
        let diagnostic = RUSH_REFUSES_NODE
            .at(place, Severity::Error, message)
            .help("`nodeSupportedVersionRange` excludes it. Widen the range, or set up another version of Node.")
            .related(&site.place, "published here");
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[track_caller]
    fn check(step: &str, range: &str) {
        check_rule(
            "rush-refuses-node",
            &format!(
                r#"#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: {step}
      - run: rush publish --publish --include-all
#- rush.json
{{ "pnpmVersion": "11.1.0", {range}"projects": [] }}
"#
            ),
        );
    }

    #[test]
    fn a_node_outside_the_range_is_reported() {
        check(
            "24\n#                       ^^ error[rush-refuses-node]: `rush.json` does not support Node 24: `rush publish` will fail",
            "\"nodeSupportedVersionRange\": \"<21\", ",
        );
    }

    #[test]
    fn a_node_that_may_be_in_the_range_is_not_reported() {
        for (node, range) in [
            ("24", ""),
            ("24", "\"nodeSupportedVersionRange\": \">=20\", "),
            ("24", "\"nodeSupportedVersionRange\": \"nonsense\", "),
            ("${{ vars.NODE }}", "\"nodeSupportedVersionRange\": \"<21\", "),
        ] {
            check(node, range);
        }
    }
}
