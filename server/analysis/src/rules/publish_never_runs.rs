use crate::checker::prelude::*;
use crate::checker::stops::{FoundStop, find_stops};
use crate::edit::yaml::{EntryPosition, YamlSnippet, insert_entry};
use crate::fixes::builder::{editable, fix_of_file, node};
use crate::publish::{NeverRuns, StopCause};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step that no run of its workflow gets to: the `if` of its job or of the step holds for none of the
    /// events that start the workflow, a job that it needs is always skipped, or `workflow_run` waits for a workflow that does not
    /// exist.
    ///
    /// All events in `on` are tried, with the branches and tags that they name. What only the run knows may be anything.
    /// If other repositories can call the workflow, or a job is switched off with `if: false`, nothing is reported.
    ///
    /// ## Why it matters
    ///
    /// GitHub shows the job as skipped and the run as successful. Nothing is published, and nothing fails.
    ///
    /// A job without a status function such as `!cancelled()` in its `if` runs only if all jobs before it have succeeded. A
    /// skipped job has not, and that holds for the jobs that its needed jobs need, too.
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
    /// If a needed job is always skipped, here `tag` before `build`, look only at the jobs that matter. The fix adds such a condition if
    /// the job needs one job only.
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
        summary: "No run of the workflow gets to the publish step.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, never_runs)
        .iter()
        .filter(|found| !found.site.publisher.is_guess)
    {
        let (message, fix) = match found.cause {
            NeverRuns::Condition { events } => (of_condition(found.site, events), None),
            NeverRuns::WorkflowRun { names, existing } => {
                (of_workflow_run(found.site, names, existing), None)
            }
            NeverRuns::Needs {
                job,
                needs,
                has_condition,
                skipped,
            } => {
                let skipped: Vec<String> = skipped
                    .iter()
                    .map(|skipped| format!("`{}` is skipped on `{}`", skipped.job, skipped.event))
                    .collect();
                let advice = match needs.as_slice() {
                    [need] => format!("add `if: ${{{{ {} }}}}`", succeeded(need)),
                    _ => "add an `if` with `!cancelled()` that looks at the jobs that matter".to_owned(),
                };
                let message = format!(
                    "Always skipped: job `{job}` needs jobs that all succeed, but {}; {advice}",
                    skipped.join(" and ")
                );
                let need = match needs.as_slice() {
                    [need] if !has_condition => Some(need),
                    _ => None,
                };
                (
                    message,
                    need.and_then(|need| add_condition(context, found, job, need)),
                )
            }
        };
        let diagnostic = PUBLISH_NEVER_RUNS
            .at(&found.stop.place, found.stop.severity(), message)
            .related(&found.site.place, "this is where it publishes")
            .fix(fix);
        findings.push(diagnostic);
    }
}

fn never_runs(cause: &StopCause) -> Option<&NeverRuns> {
    match cause {
        StopCause::NeverRuns(never) => Some(never),
        _ => None,
    }
}

fn of_condition(site: &Site<'_>, events: &[String]) -> String {
    let events: Vec<String> = events.iter().map(|event| format!("`{event}`")).collect();
    format!(
        "This condition never holds, so `{}` never runs: none of the events that start the workflow fits ({}); change the condition or \
         `on`",
        site.publisher.command,
        events.join(", ")
    )
}

fn of_workflow_run(site: &Site<'_>, names: &[String], existing: &[String]) -> String {
    let list = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    format!(
        "No workflow is named {}, so `{}` never runs; name one of those that there are: {}",
        list(names),
        site.publisher.command,
        list(existing)
    )
}

fn succeeded(need: &str) -> String {
    format!("!cancelled() && needs.{need}.result == 'success'")
}

/// Lets the job run when the one that it needs has succeeded, if that one runs.
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

    #[test]
    fn a_condition_that_fits_no_event() {
        for (on, condition) in [
            ("push", "github.event_name == 'release'"),
            (
                "{ push: { branches: [main] } }",
                "startsWith(github.ref, 'refs/tags/')",
            ),
            ("{ push: { branches: [main] } }", "github.ref_type == 'tag'"),
            (
                "{ push: { branches: [main] } }",
                "github.ref == 'refs/heads/master'",
            ),
            (
                "{ push: { branches: [main, 'release/**'] } }",
                "contains(github.ref, 'refs/tags/')",
            ),
            ("{ push: { tags: ['v*'] } }", "github.ref == 'refs/heads/main'"),
            ("{ push: { tags: ['v*'] } }", "github.ref_name == 'main'"),
            (
                "{ push: { tags: ['v*'] } }",
                "${{ startsWith(github.ref_name, 'release-') }}",
            ),
            ("{ pull_request: {} }", "github.ref == 'refs/heads/main'"),
            ("push", "github.event.release.tag_name != ''"),
            ("push", "github.event.pull_request.merged == true"),
            ("push", "inputs.publish"),
            (
                "[push, workflow_dispatch]",
                "github.event_name == 'push' && github.event_name == 'workflow_dispatch'",
            ),
            (
                "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
                "inputs.go == 'true'",
            ),
            (
                "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
                "github.event.inputs.go == true",
            ),
            (
                "{ release: { types: [published] } }",
                "github.event.action == 'created'",
            ),
            (
                "push",
                "contains(fromJSON('[\"release\", \"create\"]'), github.event_name)",
            ),
        ] {
            let fixture = workflow(on, "", &format!("    if: {condition}"));
            assert_eq!(outcome_of(&fixture), "not-reached", "{on} {condition}");
            let step = workflow(on, "", "").replace(
                "- run: npm publish",
                &format!("- if: {condition}\n        run: npm publish"),
            );
            let lines = step
                .lines()
                .position(|line| line.trim() == "run: npm publish")
                .unwrap_or(0)
                - 1;
            check_sites(
                &step,
                &format!("release.yml:{lines} publish; outcome=not-reached"),
            );
        }
    }

    #[test]
    fn a_condition_that_may_hold() {
        for (on, condition) in [
            ("push", "startsWith(github.ref, 'refs/tags/')"),
            ("{ push: { paths: [src/**] } }", "github.ref_type == 'tag'"),
            (
                "{ push: { branches: ['**'] } }",
                "github.ref == 'refs/heads/main'",
            ),
            (
                "{ push: { branches: ['main?'] } }",
                "github.ref == 'refs/heads/mai'",
            ),
            (
                "{ push: { branches: [main] } }",
                "github.ref == 'refs/heads/Main'",
            ),
            (
                "{ push: { tags: ['v*'] } }",
                "startsWith(github.ref, 'refs/tags/v2')",
            ),
            (
                "[push, workflow_dispatch]",
                "github.event_name == 'workflow_dispatch'",
            ),
            ("workflow_dispatch", "startsWith(github.ref, 'refs/tags/')"),
            (
                "{ release: { types: [published] } }",
                "startsWith(github.ref, 'refs/tags/')",
            ),
            (
                "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
                "inputs.go",
            ),
            (
                "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
                "inputs.go == true",
            ),
            (
                "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
                "github.event.inputs.go == 'true'",
            ),
            (
                "{ workflow_dispatch: { inputs: { go: {} } } }",
                "inputs.go == 'true'",
            ),
            ("push", "inputs.publish != 'no'"),
            ("push", "!contains(github.event.head_commit.message, '[skip]')"),
            ("push", "github.repository == 'a/widget' && vars.PUBLISH == 'yes'"),
            ("push", "always()"),
            ("push", "success() && !cancelled()"),
            ("push", "${{ github.event_name == 'release' }} && true"),
            ("push", "contains(fromJSON('[\"push\"]'), github.event_name)"),
            ("push", "github.evnt_name == 'push'"),
            ("push", "broken ("),
        ] {
            let fixture = workflow(on, "", &format!("    if: {condition}"));
            assert_eq!(outcome_of(&fixture), "oidc", "{on} {condition}");
        }
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
            "    needs: build\n#          ^^^^^ error💡?[publish-never-runs]: Always skipped: job `publish` needs jobs that all succeed, but \
             `ask` is skipped on `push` and `tag` is skipped on `workflow_dispatch`; add `if: ${{ !cancelled() && needs.build.result == \
             'success' }}`",
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
                         condition never holds, so `npm publish` never runs: none of the events that start the workflow fits (`push`); \
                         change the condition or `on`";
        check_rule(RULE, &workflow("push", "", condition));
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
                "#- .github/workflows/ci.yml\n{name}on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{{ run: 'true' }}]\n"
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

    /// A caller with this condition and this input, of a workflow whose job has this condition.
    fn call(caller: &str, condition: &str) -> String {
        format!(
            "#- .github/workflows/release.yml\non: {{ workflow_call: {{ inputs: {{ go: {{ type: boolean }} }} }} }}\njobs:\n  publish:\n{condition}    \
             permissions: {{ id-token: write }}\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npm publish\n#- \
             .github/workflows/call.yml\non: push\npermissions: {{ id-token: write }}\njobs:\n  call:\n{caller}    uses: \
             ./.github/workflows/release.yml\n"
        )
    }

    #[test]
    fn calls_are_followed() {
        let never = "publish; outcome=not-reached; entry=call.yml";
        let go = "    with: { go: true }\n";
        check_sites(
            &call("    if: github.event_name == 'release'\n", ""),
            &format!("release.yml:7 {never}"),
        );
        check_sites(
            &call("", "    if: inputs.go\n"),
            &format!("release.yml:8 {never}"),
        );
        check_sites(
            &call(go, "    if: inputs.go == 'true'\n"),
            &format!("release.yml:8 {never}"),
        );
        for condition in ["    if: inputs.go\n", "    if: github.event_name == 'push'\n"] {
            check_sites(
                &call(go, condition),
                "release.yml:8 publish; outcome=fails; entry=call.yml",
            );
        }
    }

    #[test]
    fn only_ways_that_lead_to_the_job_count() {
        let other = "#- .github/workflows/test.yml\non: pull_request\npermissions: { id-token: write }\njobs:\n  call:\n    uses: \
                     ./.github/workflows/release.yml\n";
        let fixture = format!(
            "{}{other}",
            call("    with: { go: true }\n", "    if: inputs.go\n")
        );
        check_sites(&fixture, "release.yml:8 publish; entry=call.yml");
        // Who calls it from elsewhere is not known.
        let open = workflow("[push, workflow_call]", "", "    if: inputs.publish");
        assert_eq!(outcome_of(&open), "oidc");
    }
}
