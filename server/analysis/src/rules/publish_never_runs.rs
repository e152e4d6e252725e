use crate::checker::prelude::*;
use crate::checker::published_packages::list_of;
use crate::checker::stops::{FoundStop, find_stops};
use crate::edit::yaml::{EntryPosition, YamlSnippet, insert_entry};
use crate::fixes::builder::{editable, fix_of_file, node};
use crate::publish::{NeverRuns, SkippedJob, StopCause};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step that no run of its workflow reaches: the `if` of its job or of the step is false for all events
    /// that start the workflow, a job that it needs is always skipped, or `workflow_run` waits for a workflow that does not
    /// exist. GitHub also refuses the whole workflow if a job of it calls a workflow that is not directly in
    /// `.github/workflows`.
    ///
    /// All events in `on` are tried, with the branches and tags that they name. What only the run knows may be anything.
    /// Nothing is reported if other repositories can call the workflow, or if a job is turned off with `if: false`. Nor is a
    /// step that runs for one caller of a reusable workflow and not for another, or a condition inside a composite action,
    /// because such conditions choose among the callers.
    ///
    /// ## Why it matters
    ///
    /// GitHub shows the job as skipped and the run as successful. Nothing is published, and nothing fails. A workflow that GitHub
    /// refuses starts no run but one that fails at once.
    ///
    /// A job without a status function such as `!cancelled()` in its `if` runs only if all jobs before it have succeeded. A
    /// skipped job has not succeeded. This includes the jobs that the needed jobs need themselves.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on:
    ///   push:
    ///     branches: [main]
    /// jobs:
    ///   publish:
    ///     if: startsWith(github.ref, 'refs/tags/')
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Let the event start the workflow, or change the condition.
    ///
    /// ```yaml,good
    /// on:
    ///   push:
    ///     branches: [main]
    ///     tags: ['v*']
    /// jobs:
    ///   publish:
    ///     if: startsWith(github.ref, 'refs/tags/')
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// If a needed job is always skipped, here `tag` before `build`, check only the jobs that matter. The fix adds such a
    /// condition if the job needs only one job.
    ///
    /// ```yaml,bad
    /// on: workflow_dispatch
    /// jobs:
    ///   tag:
    ///     if: github.event_name == 'push'
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./tag.sh
    ///   build:
    ///     needs: tag
    ///     if: ${{ !cancelled() }}
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./build.sh
    ///   publish:
    ///     needs: build
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ```yaml,good
    /// on: workflow_dispatch
    /// jobs:
    ///   tag:
    ///     if: github.event_name == 'push'
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./tag.sh
    ///   build:
    ///     needs: tag
    ///     if: ${{ !cancelled() }}
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./build.sh
    ///   publish:
    ///     needs: build
    ///     if: ${{ !cancelled() && needs.build.result == 'success' }}
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
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
    /// - <https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-jobs#defining-prerequisite-jobs>
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions>
    PUBLISH_NEVER_RUNS {
        id: "publish-never-runs",
        summary: "No run of the workflow reaches the publish step.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, never_runs)
        .iter()
        .filter(|found| !found.site.publishing_tool.is_guess)
    {
        let command = &found.site.publishing_tool.command;
        let (message, help, fix) = match found.cause {
            NeverRuns::Condition { events } => (
                format!("This condition never holds, so `{command}` never runs"),
                format!(
                    "It is false in every run that the workflow's events start ({}). Change the condition or `on`.",
                    quoted(events)
                ),
                None,
            ),
            NeverRuns::CallOutside { uses } => (
                format!(
                    "GitHub refuses this workflow, so `{command}` never runs: it calls one outside `.github/workflows`"
                ),
                format!(
                    "`{}` is not directly in `.github/workflows`. Move the file there.",
                    file_of(uses)
                ),
                None,
            ),
            NeverRuns::WorkflowRun { names, existing } => (
                format!(
                    "No workflow is named {}, so `{command}` never runs",
                    quoted(names)
                ),
                match existing.as_slice() {
                    [] => "Give a workflow this name.".to_owned(),
                    existing => format!("Use the name of an existing workflow: {}.", list_of(existing)),
                },
                None,
            ),
            NeverRuns::Needs {
                job,
                needs,
                has_condition,
                skipped,
            } => {
                let help = advice(needs, *has_condition, skipped);
                let skipped: Vec<String> = skipped
                    .iter()
                    .map(|skipped| format!("`{}`, skipped on `{}`", skipped.job, skipped.event))
                    .collect();
                let message = format!("Always skipped: `{job}` needs {}", skipped.join(", and "));
                let need = match needs.as_slice() {
                    [need] if !has_condition => Some(need),
                    _ => None,
                };
                (
                    message,
                    help,
                    need.and_then(|need| add_condition(context, found, job, need)),
                )
            }
        };
        findings.push(found.report(&PUBLISH_NEVER_RUNS, message).help(help).fix(fix));
    }
}

fn never_runs(cause: &StopCause) -> Option<&NeverRuns> {
    match cause {
        StopCause::NeverRuns(never) => Some(never),
        _ => None,
    }
}

/// The file that a `uses` names, without the ref.
fn file_of(uses: &str) -> &str {
    uses.split('@').next().unwrap_or(uses)
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// What makes the job run.
fn advice(needs: &[String], has_condition: bool, skipped: &[SkippedJob]) -> String {
    let is_skipped = |need: &String| skipped.iter().any(|skipped| skipped.job == *need);
    match needs {
        [need] if is_skipped(need) => {
            format!("Let `{need}` run for the same events, or remove it from `needs`.")
        }
        [need] if has_condition => format!("Write `{}` in its `if`.", succeeded(need)),
        [need] => format!("Add `if: ${{{{ {} }}}}`.", succeeded(need)),
        _ => "Add `!cancelled()` to its `if`, and check only the jobs that matter.".to_owned(),
    }
}

fn succeeded(need: &str) -> String {
    format!("!cancelled() && needs.{need}.result == 'success'")
}

/// Lets the job run when the job that it needs has succeeded, if that job runs.
fn add_condition(
    context: &CheckContext<'_>,
    found: &FoundStop<'_, '_, &NeverRuns>,
    job: &str,
    need: &str,
) -> Option<Fix> {
    let NeverRuns::Needs { skipped, .. } = found.cause else {
        return None;
    };
    if skipped.iter().any(|skipped| skipped.job == need) {
        return None;
    }
    let path = &found.stop.place.path;
    let file = editable(context, path)?;
    let mut jobs = context.sources.workflow(path)?.jobs.iter();
    let publishing = jobs.find(|known| known.id.value == job)?;
    let condition = YamlSnippet::Scalar(format!("${{{{ {} }}}}", succeeded(need)));
    let mapping = node(file, publishing.node)?;
    let edits = insert_entry(
        &file.text,
        mapping,
        "if",
        &condition,
        EntryPosition::After("needs"),
    );
    let title = format!("Run `{job}` whenever `{need}` has succeeded");
    fix_of_file(title, Applicability::Unsafe, path, edits)
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "publish-never-runs";

    /// A workflow with these events, these jobs before the one that publishes, and these keys of that job.
    fn workflow(on: &str, jobs: &str, keys: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: {on}
jobs:
{jobs}
  publish:
{keys}
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
        )
    }

    #[test]
    fn github_calls_only_workflows_in_their_folder() {
        for (uses, is_refused) in [
            ("./ci/build.yml", true),
            ("./.github/workflows/ci/build.yml", true),
            ("acme/ci/build.yml@v1", true),
            ("./.github/workflows/build.yml", false),
        ] {
            let mark = format!(
                "\n    #     {} error[publish-never-runs]: GitHub refuses this workflow, so `npm publish` never runs: it calls one \
                 outside `.github/workflows`\n    #     {} help[publish-never-runs]: `{}` is not directly in …",
                "^".repeat(uses.len()),
                "^".repeat(uses.len()),
                uses.split('@').next().unwrap_or_default()
            );
            let mark = if is_refused { mark } else { String::new() };
            let jobs = format!("  build:\n    uses: {uses}{mark}");
            check_rule(RULE, &workflow("push", &jobs, ""));
        }
    }

    fn outcome_of(fixture: &str) -> &'static str {
        let line = fixture
            .lines()
            .position(|line| line == "      - run: npm publish")
            .unwrap_or(0)
            - 1;
        for outcome in ["oidc", "not-reached"] {
            let expected = format!("release.yml:{line} publish; outcome={outcome}");
            if std::panic::catch_unwind(|| check_sites(fixture, &expected)).is_ok() {
                return outcome;
            }
        }
        "another"
    }

    const CHOICE: &str = "  tag:\n    if: github.event_name == 'push'\n    runs-on: ubuntu-24.04\n    steps: [{ run: 'true' }]\n  \
                          ask:\n    if: github.event_name == 'workflow_dispatch'\n    runs-on: ubuntu-24.04\n    steps: [{ run: 'true' }]\n  \
                          build:\n    needs: [tag, ask]\n    if: always() && (needs.tag.result == 'success' || needs.ask.result == \
                          'success')\n    runs-on: ubuntu-24.04\n    steps: [{ run: 'true' }]";
    const BOTH: &str = "[push, workflow_dispatch]";

    #[test]
    fn a_needed_job_is_always_skipped() {
        for (on, keys) in [
            (BOTH, "    needs: build"),
            (BOTH, "    needs: [tag, ask]"),
            (
                BOTH,
                "    needs: [build]\n    if: github.ref == 'refs/heads/main'",
            ),
            (BOTH, "    needs: [build]\n    if: success()"),
            ("push", "    needs: ask"),
            (
                "push",
                "    needs: ask\n    if: always() && needs.ask.result == 'success'",
            ),
            ("push", "    needs: ask\n    if: needs.ask.outputs.version == '1'"),
            ("push", "    needs: ask\n    if: ${{ failure() }}"),
        ] {
            assert_eq!(
                outcome_of(&workflow(on, CHOICE, keys)),
                "not-reached",
                "{on} {keys}"
            );
        }
        for (on, keys) in [
            (
                BOTH,
                "    needs: build\n    if: always() && needs.build.result == 'success'",
            ),
            (BOTH, "    needs: build\n    if: ${{ !cancelled() }}"),
            (
                BOTH,
                "    needs: [tag, ask]\n    if: ${{ !failure() && !cancelled() }}",
            ),
            (BOTH, "    needs: tag"),
            ("push", "    needs: tag\n    if: needs.tag.outputs.version"),
        ] {
            assert_eq!(outcome_of(&workflow(on, CHOICE, keys)), "oidc", "{on} {keys}");
        }
        let off = CHOICE.replace("github.event_name == 'push'", "false");
        assert_eq!(outcome_of(&workflow("push", &off, "    needs: tag")), "oidc");
    }

    #[test]
    fn the_words_are_marked_and_a_condition_is_added() {
        let marked = workflow(
            BOTH,
            CHOICE,
            "    needs: build\n#          ^^^^^ error💡?[publish-never-runs]: Always skipped: `publish` needs `ask`, \
             skipped on `push`, and `tag`, skipped on `workflow_dispatch`\n#          ^^^^^ help[publish-never-runs]: Add `if: \
             ${{ !cancelled() && needs.build.result == 'success' }}`.",
        );
        check_rule(RULE, &marked);
        check_fix(
            RULE,
            &workflow(BOTH, CHOICE, "    needs: build"),
            &workflow(
                BOTH,
                CHOICE,
                "    needs: build\n    if: ${{ !cancelled() && needs.build.result == 'success' }}",
            ),
        );
        let condition = "    if: github.event_name == 'release'\n#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[publish-never-runs]: This \
                         condition never holds, so `npm publish` never runs\n#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ help[publish-never-runs]: It is \
                         false in every run that the workflow's events start (`push`). Change the condition or `on`.";
        check_rule(RULE, &workflow("push", "", condition));
    }

    #[test]
    fn the_advice_fits_the_job_that_is_skipped() {
        for (keys, advice) in [
            (
                "    needs: ask\n#          ^^^",
                "Let `ask` run for the same events, or remove it from `needs`.",
            ),
            (
                "    needs: [tag, ask]\n#           ^^^",
                "Add `!cancelled()` to its `if`, and check only the jobs that matter.",
            ),
        ] {
            let mark = format!(
                " error[publish-never-runs]: Always skipped: `publish` needs `ask`, skipped on `push`\n{} help[publish-never-runs]: {advice}",
                keys.lines().last().unwrap_or_default()
            );
            check_rule(RULE, &workflow("push", CHOICE, &format!("{keys}{mark}")));
        }
    }

    #[test]
    fn inputs_that_exclude_each_other() {
        for (kind, one, other) in [
            ("{ type: boolean }", "inputs.go", "${{ !inputs.go }}"),
            (
                "{ type: boolean }",
                "github.event.inputs.go == 'true'",
                "github.event.inputs.go != 'true'",
            ),
            (
                "{ type: choice, options: [a, b] }",
                "inputs.go == 'a'",
                "inputs.go != 'a'",
            ),
        ] {
            let jobs = CHOICE
                .replace("github.event_name == 'push'", one)
                .replace("github.event_name == 'workflow_dispatch'", other);
            let on = format!("{{ workflow_dispatch: {{ inputs: {{ go: {kind} }} }} }}");
            assert_eq!(
                outcome_of(&workflow(&on, &jobs, "    needs: build")),
                "not-reached",
                "{kind}"
            );
            assert_eq!(
                outcome_of(&workflow(&on, &jobs, "    needs: tag")),
                "oidc",
                "{kind}"
            );
        }
    }

    #[test]
    fn a_workflow_that_waits_for_none() {
        let after = |names: &str, name: &str| {
            let on = format!("{{ workflow_run: {{ workflows: [{names}], types: [completed] }} }}");
            let other = format!(
                "\
#- .github/workflows/ci.yml
{name}on: push
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: [{{ run: 'true' }}]
"
            );
            format!("{}{other}", workflow(&on, "", ""))
        };
        for (names, name) in [("Build", "name: CI\n"), ("ci.yml", "name: CI\n"), ("Build", "")] {
            assert_eq!(outcome_of(&after(names, name)), "not-reached", "{names}");
        }
        for (names, name) in [
            ("CI", "name: CI\n"),
            ("Build, CI", "name: CI\n"),
            (".github/workflows/ci.yml", ""),
            ("pages-build-deployment", "name: CI\n"),
        ] {
            assert_eq!(outcome_of(&after(names, name)), "oidc", "{names}");
        }
        let by_hand = after("Build", "name: CI\n")
            .replace("on: { workflow_run", "on: { workflow_dispatch: {}, workflow_run");
        assert_eq!(outcome_of(&by_hand), "oidc");
    }
}
