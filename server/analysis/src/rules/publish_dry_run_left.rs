use crate::checker::prelude::*;
use crate::fixes::command::remove_flag;
use crate::knowledge::actions::publish_action;
use crate::model::job::Step;
use crate::model::workflow::Workflow;
use crate::publish::DryRun;
use crate::versions::action_reference::ActionReference;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish command with `--dry-run` in a workflow that a release or a pushed tag starts, when nothing else in
    /// that workflow publishes.
    ///
    /// A step that runs under a condition, a dry run next to a step that publishes, and workflows that other events start are
    /// left alone: there the dry run is a check.
    ///
    /// ## Why it matters
    ///
    /// A dry run does everything but send the package. The run is green, and nothing is on npm: `--dry-run` is often left over
    /// from trying out the workflow.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on:
    ///   release:
    ///     types: [published]
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
    ///       - run: npm publish --dry-run
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove the flag.
    ///
    /// ```yaml,good
    /// on:
    ///   release:
    ///     types: [published]
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
    /// - <https://docs.npmjs.com/cli/commands/npm-publish#dry-run>
    PUBLISH_DRY_RUN_LEFT {
        id: "publish-dry-run-left",
        summary: "The only publish step of a release workflow is a dry run.",
        severity: Warning,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.dry_runs {
        // What the workflows that call this one do besides is not seen here.
        let is_called = !site.job.entry.callers.is_empty() || site.job.entry.has_unknown_caller;
        let Some(workflow) = site.job.workflow.filter(|_| !is_called) else {
            continue;
        };
        let is_certain = site.step.conditions.is_empty() && !site.command.is_conditional;
        if !is_certain || !workflow.runs_for_tags() || publishes_elsewhere(context, workflow) {
            continue;
        }
        let command = &site.publisher.command;
        let message = format!(
            "Only a dry run: `{command}` sends nothing to npm, and no other step of this workflow publishes"
        );
        let place = match &site.command.dry_run {
            Some(DryRun::Flag(flag)) => &flag.place,
            Some(DryRun::Setting) | None => &site.place,
        };
        let mut diagnostic = PUBLISH_DRY_RUN_LEFT.at(place, Severity::Warning, message);
        if let Some(DryRun::Flag(flag)) = &site.command.dry_run {
            diagnostic = diagnostic.fix(remove_flag(context, flag));
        }
        findings.push(diagnostic);
    }
}

/// Whether something else in the workflow publishes, or may publish unseen: a called workflow, an action that is not known.
fn publishes_elsewhere(context: &CheckContext<'_>, workflow: &Workflow) -> bool {
    let may_publish = |step: &Step| {
        let uses = step.uses.as_ref().map(|uses| uses.value.as_str());
        let reference = uses.map(|uses| ActionReference::parse(uses, None));
        let remote = reference.as_ref().and_then(ActionReference::remote);
        remote.is_some_and(|action| {
            let name = action.name();
            let speaks_of_it = name.contains("publish") || name.contains("release");
            speaks_of_it && publish_action(action).is_none() && !RELEASES_ON_GITHUB.contains(&name.as_str())
        })
    };
    !context.sites.is_empty()
        || workflow
            .jobs
            .iter()
            .any(|job| job.call.is_some() || job.steps.iter().any(may_publish))
}

/// Actions that make a release on GitHub and publish nothing to npm.
const RELEASES_ON_GITHUB: [&str; 4] = [
    "softprops/action-gh-release",
    "ncipollo/release-action",
    "release-drafter/release-drafter",
    "googleapis/release-please-action",
];

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    const RULE: &str = "publish-dry-run-left";

    /// A workflow that these events start, with one job that has these steps.
    fn workflow(on: &str, steps: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: {on}
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
{steps}
"#
        )
    }

    #[test]
    fn the_flag_is_reported() {
        for on in [
            "release",
            "{ push: { tags: ['v*'] } }",
            "[release, workflow_dispatch]",
        ] {
            check_rule(
                RULE,
                &workflow(
                    on,
                    r#"
      - run: npm publish --dry-run --access public
        #                ^^^^^^^^^ warning💡?[publish-dry-run-left]: Only a dry run: `npm publish` sends nothing to npm, and no other step of this workflow publishes
"#,
                ),
            );
        }
    }

    #[test]
    fn variables_and_inputs_of_actions_ask_for_it_too() {
        check_rule(
            RULE,
            &workflow(
                "release",
                r#"
      - run: pnpm publish
        #    ^^^^^^^^^^^^ warning[publish-dry-run-left]: …
        env:
          npm_config_dry_run: true
"#,
            ),
        );
        check_rule(
            RULE,
            &workflow(
                "release",
                r#"
      - uses: JS-DevTools/npm-publish@v4
        #     ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[publish-dry-run-left]: …
        with:
          dry-run: true
"#,
            ),
        );
    }

    #[test]
    fn a_release_on_github_publishes_nothing() {
        check_rule(
            RULE,
            &workflow(
                "release",
                r#"
      - uses: softprops/action-gh-release@v2
      - run: npm publish --dry-run
        #                ^^^^^^^^^ warning💡?[publish-dry-run-left]: …
"#,
            ),
        );
    }

    #[test]
    fn a_check_is_left_alone() {
        let dry_run = "      - run: npm publish --dry-run";
        // Other events.
        check_rule(RULE, &workflow("push", dry_run));
        check_rule(RULE, &workflow("[release, pull_request]", dry_run));
        check_rule(RULE, &workflow("workflow_dispatch", dry_run));
        check_rule(
            RULE,
            &workflow("{ push: { tags: ['v*'], branches: [main] } }", dry_run),
        );
        // A step that publishes.
        check_rule(
            RULE,
            &workflow("release", &format!("{dry_run}\n      - run: npm publish")),
        );
        // Something that may publish unseen.
        check_rule(
            RULE,
            &workflow("release", &format!("{dry_run}\n      - uses: acme/publish@v1")),
        );
        let call = "  other:\n    uses: acme/workflows/.github/workflows/publish.yml@v1\n";
        check_rule(RULE, &format!("{}{call}", workflow("release", dry_run)));
        // A condition, in the workflow or in the script.
        check_rule(
            RULE,
            &workflow(
                "release",
                &format!("{dry_run}\n        if: github.event.release.prerelease"),
            ),
        );
        check_rule(
            RULE,
            &workflow(
                "release",
                "      - run: if [ \"$DRY\" ]; then npm publish --dry-run; fi",
            ),
        );
        // A flag that only the run knows.
        check_rule(
            RULE,
            &workflow("release", "      - run: npm publish --dry-run=${{ inputs.dry }}"),
        );
    }

    #[test]
    fn the_fix_removes_the_flag() {
        check_fix(
            RULE,
            &workflow(
                "release",
                "      - run: npm publish --dry-run --access public # later",
            ),
            &workflow("release", "      - run: npm publish --access public # later"),
        );
    }
}
