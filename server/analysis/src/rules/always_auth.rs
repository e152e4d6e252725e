use crate::checker::prelude::*;
use crate::fixes::token::{remove_input, remove_npmrc_line};
use crate::model::read::find_input;
use crate::syntax::npmrc::NpmrcKey;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `always-auth`, as an input of setup-node in a publish job or as a line of an `.npmrc`.
    ///
    /// ## Why it matters
    ///
    /// npm dropped the setting in 7.11.1 and warns about it today. setup-node dropped the input in v6.1. Trusted publishing
    /// does not need it:
    ///
    /// ```text
    /// npm warn Unknown user config "always-auth". This will stop working in the next major version of npm.
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
    ///           node-version: 24
    ///           registry-url: https://registry.npmjs.org
    ///           always-auth: true
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove it.
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
    ///           registry-url: https://registry.npmjs.org
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node/releases>
    ALWAYS_AUTH {
        id: "always-auth",
        summary: "npm no longer recognizes `always-auth`.",
        severity: Information,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if let Some(npmrc) = context.file.npmrc() {
        for setting in npmrc
            .settings
            .iter()
            .filter(|setting| setting.meaning() == NpmrcKey::AlwaysAuth)
        {
            let diagnostic = ALWAYS_AUTH
                .at(
                    &Place::new(context.path, setting.line),
                    Severity::Information,
                    "npm no longer recognizes `always-auth`",
                )
                .help("npm has warned about it since 7.11.1.")
                .fix(remove_npmrc_line(context, context.path, setting))
                .remedy("Remove the line.");
            findings.push(diagnostic);
        }
    }
    for site in context.first_sites() {
        let steps = site.job.job.map_or(&[][..], |job| &job.steps);
        for step in steps {
            let Some(input) = find_input(&step.with, "always-auth") else {
                continue;
            };
            if !step.uses_action("actions/setup-node") {
                continue;
            }
            let place = Place::new(&site.job.path, input.range());
            let diagnostic = ALWAYS_AUTH
                .at(
                    &place,
                    Severity::Information,
                    "setup-node no longer recognizes `always-auth`",
                )
                .help("setup-node dropped it in v6.1, and npm ignores it.")
                .fix(remove_input(context, &place))
                .remedy("Remove the input.");
            findings.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "always-auth";

    fn job(action: &str, marks: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: {action}
        with:
          node-version: 24
          always-auth: true
{marks}      - run: npm publish
"
        )
    }

    #[test]
    fn the_input_and_the_line_are_reported() {
        let marks = "#         ^^^^^^^^^^^^^^^^^ information💡[always-auth]: setup-node no longer recognizes `always-auth`\n\
                     #         ^^^^^^^^^^^^^^^^^ help[always-auth]: setup-node dropped it in v6.1, and npm ignores it.\n";
        check_rule(RULE, &job("actions/setup-node@v6", marks));
        check_rule(
            RULE,
            "
            #- .npmrc
            always-auth=true
            ^^^^^^^^^^^^^^^^ information💡[always-auth]: npm no longer recognizes `always-auth`
            ^^^^^^^^^^^^^^^^ help[always-auth]: npm has warned about it since 7.11.1.
            ",
        );
    }

    #[test]
    fn other_actions_and_settings_are_not_reported() {
        check_rule(RULE, &job("acme/setup-registry@v1", ""));
        check_rule(
            RULE,
            "\
#- .npmrc
# always-auth=true
access=public
",
        );
    }
}
