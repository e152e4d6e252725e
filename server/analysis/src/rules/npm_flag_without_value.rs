use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::publish::{Argument, StopCause};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `npm publish` whose `--workspace`, `-w` or `--tag` has no value, because nothing follows it or because the
    /// expression after it is empty in every run: `github.event.input.package` instead of `github.event.inputs.package`, or an
    /// input in a workflow that only other events start.
    ///
    /// ## Why it matters
    ///
    /// npm reads the next flag as the workspace name and finds no such workspace. It refuses an empty dist-tag as a version
    /// range:
    ///
    /// ```text
    /// npm error No workspaces found:
    /// npm error   --workspace=--ignore-scripts
    /// ```
    ///
    /// ```text
    /// npm error Tag name must not be a valid SemVer range:
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// #- .github/workflows/release.yml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       package:
    ///         type: string
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish --workspace ${{ github.event.input.package }} --ignore-scripts
    /// ```
    ///
    /// ## Fix
    ///
    /// Give the flag a value.
    ///
    /// ```yaml,good
    /// #- .github/workflows/release.yml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       package:
    ///         type: string
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish --workspace ${{ inputs.package }} --ignore-scripts
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/commands/npm-publish>
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#inputs-context>
    NPM_FLAG_WITHOUT_VALUE {
        id: "npm-flag-without-value",
        summary: "A flag of `npm publish` has no value.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, flag_without_value) {
        let (flag, taken) = found.cause;
        let flag = &flag.text;
        let (error, help) = match flag.as_str() {
            "--tag" => (
                "Tag name must not be a valid SemVer range",
                "Add the name of a dist-tag.",
            ),
            _ => ("No workspaces found", "Add the name of a workspace."),
        };
        let why = match taken {
            Some(taken) if flag != "--tag" => format!(", so npm takes `{taken}` as its value"),
            _ => String::new(),
        };
        let message = format!(
            "`{flag}` has no value{why}: `{}` will fail with \"{error}\"",
            found.site.publishing_tool.command
        );
        let diagnostic = NPM_FLAG_WITHOUT_VALUE.at(&found.stop.place, found.stop.severity(), message);
        findings.push(diagnostic.help(help));
    }
}

fn flag_without_value(cause: &StopCause) -> Option<(&Argument, &Option<String>)> {
    match cause {
        StopCause::FlagWithoutValue { flag, taken } => Some((flag, taken)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "npm-flag-without-value";

    #[track_caller]
    fn check(run: &str, mark: &str) {
        check_rule(
            RULE,
            &format!(
                "\
#- .github/workflows/release.yml
on: workflow_dispatch
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    env: {{ EMPTY: '' }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {run}
{mark}"
            ),
        );
    }

    #[test]
    fn a_flag_without_a_value_is_reported() {
        check(
            "npm publish --workspace ${{ github.event.input.package }} --provenance",
            "#                        ^^^^^^^^^^^ error[npm-flag-without-value]: `--workspace` has no value, so npm takes `--provenance` as its value: `npm publish` will fail with \"No workspaces found\"\n#                        ^^^^^^^^^^^ help[npm-flag-without-value]: Add the name of a workspace.\n",
        );
        check(
            "npm publish -w ${{ env.EMPTY }}",
            "#                        ^^ error[npm-flag-without-value]: `-w` has no value: …\n",
        );
        check(
            "npm publish --workspace=${{ github.event.input.package }} --provenance",
            "#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[npm-flag-without-value]: `--workspace` has no value: …\n",
        );
        check(
            "npm publish ./a --tag ${{ github.event.input.tag }} --access public",
            "#                            ^^^^^ error[npm-flag-without-value]: `--tag` has no value: `npm publish` will fail with \"Tag name must not be a valid SemVer range\"\n#                            ^^^^^ help[npm-flag-without-value]: Add the name of a dist-tag.\n",
        );
    }

    #[test]
    fn a_flag_that_may_have_a_value_is_not_reported() {
        for run in [
            "npm publish --workspace ${{ inputs.package }} --provenance",
            "npm publish --workspace ${{ github.event.inputs.package }} --provenance",
            "npm publish --workspace $PACKAGE --provenance",
            "npm publish --tag ${{ env.TAG }} --access public",
            "npm publish --tag=${{ github.event.input.tag || 'next' }}",
            "npm publish --tag next -w a",
            "npm publish ${{ github.event.input.flags }} --provenance",
            "pnpm publish -w --tag next",
        ] {
            check(run, "");
        }
    }

    /// A workflow that these events start, with this publish command.
    fn started_by(on: &str, step: &str, mark: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: {on}
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {step}
{mark}"
        )
    }

    const BY_HAND: &str = "{ push: , workflow_dispatch: { inputs: { tag: { type: string } } } }";

    #[test]
    fn an_input_is_empty_unless_the_workflow_is_started_by_hand() {
        let mark = "        #                ^^^^^ error[npm-flag-without-value]: `--tag` has no value: …\n";
        for input in ["inputs.tag", "github.event.inputs.tag"] {
            let step = format!("npm publish --tag ${{{{ {input} }}}}");
            check_rule(RULE, &started_by("push", &step, mark));
            let if_pushed = format!("{step}\n{mark}        if: github.event_name == 'push'");
            check_rule(RULE, &started_by(BY_HAND, &if_pushed, ""));
            // The user may set it.
            check_rule(RULE, &started_by(BY_HAND, &step, ""));
            check_rule(RULE, &started_by("workflow_dispatch", &step, ""));
            check_rule(
                RULE,
                &started_by(
                    "{ push: , workflow_call: { inputs: { tag: { type: string } } } }",
                    &step,
                    "",
                ),
            );
            let or_latest = format!("npm publish --tag ${{{{ {input} || 'latest' }}}}");
            check_rule(RULE, &started_by("push", &or_latest, ""));
            // npm takes the folder as the tag.
            check_rule(RULE, &started_by("push", &format!("{step} ./dist"), ""));
        }
        let boolean = "{ push: , workflow_dispatch: { inputs: { tag: { type: boolean } } } }";
        check_rule(
            RULE,
            &started_by(boolean, "npm publish --tag ${{ inputs.tag }}", ""),
        );
    }
}
