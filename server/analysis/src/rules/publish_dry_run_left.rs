use crate::checker::prelude::*;
use crate::fixes::command::remove_flag;
use crate::knowledge::actions::publish_action;
use crate::model::job::Step;
use crate::model::workflow::Workflow;
use crate::publish::DryRun;
use crate::sources::{FileFact, Sources};
use crate::text::FilePath;
use crate::versions::action_reference::ActionReference;
use crate::versions::version::Truth;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish command with `--dry-run` in a workflow that a release or a pushed tag starts, if nothing else in
    /// that workflow publishes.
    ///
    /// It does not report dry runs under a condition or whose output is used, dry runs next to something that publishes or may
    /// publish (a step, an unknown action, another workflow of the repository), or workflows that other events start: there
    /// the dry run is a check.
    ///
    /// ## Why it matters
    ///
    /// A dry run sends nothing, signs nothing and does not log in. The run is green, and nothing is on npm: `--dry-run` is often
    /// left over from trying out the workflow.
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
    for site in context.dry_runs.iter().filter(|site| is_left_over(context, site)) {
        let command = &site.publishing_tool.command;
        let message = format!(
            "Only a dry run: `{command}` sends nothing to npm, and no other step of this workflow publishes"
        );
        let place = match &site.command.dry_run {
            Some(DryRun::Flag(flag)) => &flag.place,
            Some(DryRun::Setting) | None => &site.place,
        };
        let mut diagnostic = PUBLISH_DRY_RUN_LEFT
            .at(place, Severity::Warning, message)
            .help("The run succeeds, but nothing is published. To publish, remove what makes it a dry run.");
        if let Some(DryRun::Flag(flag)) = &site.command.dry_run {
            diagnostic = diagnostic.fix(remove_flag(context, flag));
        }
        findings.push(diagnostic);
    }
}

/// Whether a dry run seems to be what is left of the release.
pub(crate) fn is_left_over(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    // The workflows that call this one may publish too.
    let is_called = !site.job.entry.callers.is_empty() || site.job.entry.has_unknown_caller;
    let Some(workflow) = site.job.workflow.filter(|_| !is_called) else {
        return false;
    };
    is_unconditional(context, site)
        && site.target.is_npm()
        && site.packages.is_private != Truth::Yes
        && workflow.runs_for_tags()
        && !publishes_elsewhere(context, workflow)
}

/// Whether the step always runs and nothing uses the output of the dry run.
fn is_unconditional(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    let job_has_condition = site.job.job.is_some_and(|job| job.condition.is_some());
    let file = context.sources.file(&site.place.path);
    let line = file.and_then(|file| file.text.get(..site.place.range.start()));
    let line = line
        .and_then(|before| before.lines().next_back())
        .unwrap_or_default();
    let is_looked_at = line.contains("$(")
        || line.contains('`')
        || line
            .split_whitespace()
            .map(|word| word.trim_start_matches(['"', '\'']))
            .any(|word| matches!(word, "if" | "elif" | "until" | "while" | "!"));
    !job_has_condition && !is_looked_at && site.step.conditions.is_empty() && !site.command.is_conditional
}

/// Whether something else publishes, or may publish unseen: a called workflow, an unknown action, a script that starts
/// another workflow, another workflow of the repository.
fn publishes_elsewhere(context: &CheckContext<'_>, workflow: &Workflow) -> bool {
    !context.sites.is_empty()
        || workflow
            .jobs
            .iter()
            .any(|job| job.call.is_some() || job.steps.iter().any(may_publish))
        || context
            .sources
            .workflow_paths()
            .filter(|path| *path != context.path)
            .any(|path| context.sources.fact::<SpeaksOfPublishing>(path).0)
}

/// Whether the text of a workflow mentions publishing.
#[derive(PartialEq)]
struct SpeaksOfPublishing(bool);

impl FileFact for SpeaksOfPublishing {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        let speaks = |text: &str| text.contains("publish") || text.contains("release");
        Self(sources.file(path).is_some_and(|file| speaks(&file.text)))
    }
}

/// Whether a step may publish by other means than a publish command.
fn may_publish(step: &Step) -> bool {
    const UNSEEN: [&str; 5] = [
        "gh workflow run",
        "dispatches",
        "libnpmpublish",
        "docker run",
        "ssh ",
    ];
    if let Some(run) = &step.run {
        return UNSEEN.iter().any(|words| run.text.contains(words));
    }
    let Some(uses) = &step.uses else {
        return false;
    };
    let reference = ActionReference::parse(&uses.value, None);
    let Some(action) = reference.remote() else {
        // An action of the repository, or an image, may do anything.
        return true;
    };
    let name = action.name();
    if publish_action(action).is_some() || RELEASES_ON_GITHUB.contains(&name.as_str()) {
        return false;
    }
    let words = ["publish", "release", "deploy", "dispatch", "github-script"];
    let mut values = step.with.iter().chain(&step.env);
    words.iter().any(|word| name.contains(word))
        || values.any(|variable| variable.value.value.to_ascii_lowercase().contains("npm_"))
}

/// Actions that create a release on GitHub and publish nothing to npm.
const RELEASES_ON_GITHUB: [&str; 4] = [
    "softprops/action-gh-release",
    "ncipollo/release-action",
    "release-drafter/release-drafter",
    "googleapis/release-please-action",
];

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

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
    fn variables_and_inputs_of_actions_are_reported_too() {
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
    fn a_check_is_not_reported() {
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
        check_rule(
            RULE,
            &workflow("release", dry_run).replace(
                "    runs-on",
                "    if: github.event.release.prerelease\n    runs-on",
            ),
        );
        // Something uses its output.
        for step in [
            "if npm publish --dry-run; then echo fine; fi",
            "'! npm publish --dry-run'",
            "echo \"$(npm publish --dry-run 2>&1)\" >> \"$GITHUB_STEP_SUMMARY\"",
            "SIZE=$(npm publish --dry-run --json | jq .size)",
        ] {
            check_rule(RULE, &workflow("release", &format!("      - run: {step}")));
        }
        // Elsewhere: another workflow, which this one may start.
        for step in [
            "run: gh workflow run publish.yml",
            "run: curl -X POST https://api.github.com/repos/a/b/dispatches",
            "uses: peter-evans/repository-dispatch@v4",
            "uses: actions/github-script@v8",
            "uses: ./.github/actions/publish",
            "uses: docker://acme/npm-publish",
            "{ uses: acme/ship@v1, with: { token: '${{ secrets.NPM_TOKEN }}' } }",
        ] {
            check_rule(RULE, &workflow("release", &format!("{dry_run}\n      - {step}")));
        }
        let other = "\
#- .github/workflows/publish.yml
on: release
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: npm publish
";
        check_rule(RULE, &format!("{}{other}", workflow("release", dry_run)));
        // Nothing would go to npm.
        check_rule(
            RULE,
            &workflow(
                "release",
                &format!("{dry_run} --registry https://npm.pkg.github.com"),
            ),
        );
        check_rule(
            RULE,
            &format!(
                "{}#- package.json\n{{ \"name\": \"widget\", \"version\": \"1.0.0\", \"private\": true }}\n",
                workflow("release", dry_run)
            ),
        );
        // A flag that only the run knows.
        check_rule(
            RULE,
            &workflow("release", "      - run: npm publish --dry-run=${{ inputs.dry }}"),
        );
    }

    #[test]
    fn a_flag_with_a_value_of_its_own_is_not_removed() {
        check_rule(
            RULE,
            &workflow(
                "release",
                r#"
      - run: npm publish --dry-run true --access public
        #    ^^^^^^^^^^^ warning[publish-dry-run-left]: …
"#,
            ),
        );
    }

    #[test]
    fn a_configured_command_has_flags_of_its_own() {
        let configured = format!(
            "{}#- trustpub.toml\n[[publish-command]]\ncommand = \"acme ship\"\npublisher = \"nx\"\n",
            workflow("release", "      - run: acme ship -d dist")
        );
        check_rule(RULE, &configured);
        check_sites(&configured, "release.yml:12 publish; publisher=nx");
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
