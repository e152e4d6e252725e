use crate::checker::advised_job::{AdvisedJob, advised_jobs};
use crate::checker::prelude::*;
use crate::edit::yaml::{EntryPosition, YamlSnippet, insert_entry};
use crate::fixes::builder::{editable, fix_of_file, listed, node};
use crate::model::workflow::{Trigger, Workflow};

/// What the fix writes: one run at a time for each branch or tag, and no run is cancelled.
const GROUP: &str = "${{ github.workflow }}-${{ github.ref }}";

/// Events whose changes are not published.
const NO_RELEASE: [&str; 5] = [
    "pull_request",
    "pull_request_target",
    "pull_request_review",
    "merge_group",
    "workflow_call",
];

declare_rule! {
    /// ## What it does
    ///
    /// Advises to set `concurrency` if several events, or pushes to a branch, start the publish job, and neither the job nor
    /// its workflow nor a calling workflow limits how many runs there are at a time.
    ///
    /// It does not report jobs with an `if:` that checks the event or tags, because it may choose one event.
    ///
    /// ## Why it matters
    ///
    /// Two merges within a minute, or a tag and the release made from it, start two runs that publish at the same time.
    /// Both find that the version is not published yet. One of them fails:
    ///
    /// ```text
    /// npm error code E403
    /// npm error 403 403 Forbidden - PUT … - You cannot publish over the previously published versions: 1.2.3.
    /// ```
    ///
    /// If npm 11 or later finds the version before it sends its own, it prints the last line without a code and without `403`.
    ///
    /// In a monorepo, each of them may publish some of the packages, and `latest` may end up at the older commit.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on:
    ///   push:
    ///     branches: [main]
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
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Let the second run wait for the first. Without `cancel-in-progress`, no publish is cancelled halfway.
    ///
    /// ```yaml,good
    /// on:
    ///   push:
    ///     branches: [main]
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     concurrency: ${{ github.workflow }}-${{ github.ref }}
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
    /// - <https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency>
    CONCURRENCY_MISSING {
        id: "concurrency-missing",
        summary: "Two runs of the publish job may publish at the same time.",
        severity: Hint,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for job in advised_jobs(context) {
        if has_concurrency(&job) || may_choose_an_event(&job) {
            continue;
        }
        let Some(reason) = reason(entry_workflow(&job)) else {
            continue;
        };
        let message = format!("{reason} without `concurrency`: two runs may publish at the same time");
        let summary = "two runs may publish at the same time";
        let diagnostic = job.advise(&CONCURRENCY_MISSING, &job.place(), summary, message);
        let help = "With it, the second run waits for the first.";
        findings.push(diagnostic.help(help).fix(fix(context, &job)));
    }
}

/// The workflow that an event starts.
fn entry_workflow<'a>(job: &AdvisedJob<'_, 'a>) -> &'a Workflow {
    let outermost = job.facts.job.entry.callers.first();
    outermost.map_or(job.workflow, |calling| calling.workflow)
}

fn has_concurrency(job: &AdvisedJob<'_, '_>) -> bool {
    job.job.has_concurrency
        || job.workflow.has_concurrency
        || job
            .facts
            .job
            .entry
            .callers
            .iter()
            .any(|calling| calling.job.has_concurrency || calling.workflow.has_concurrency)
}

/// Whether a condition on the way to the publish step may let only one of the events through.
fn may_choose_an_event(job: &AdvisedJob<'_, '_>) -> bool {
    let of_jobs = std::iter::once(job.job)
        .chain(job.facts.job.entry.callers.iter().map(|calling| calling.job))
        .map(|job| &job.condition);
    let of_steps = job.sites.iter().map(|site| &site.step.step.condition);
    of_jobs.chain(of_steps).flatten().any(|condition| {
        ["event_name", "github.event.", "refs/tags", "ref_type", "inputs."]
            .iter()
            .any(|word| condition.value.contains(word))
    })
}

/// Which events may start two runs at a time.
fn reason(workflow: &Workflow) -> Option<String> {
    let events: Vec<&Trigger> = workflow
        .triggers
        .iter()
        .filter(|trigger| !NO_RELEASE.contains(&trigger.name.value.as_str()))
        .collect();
    match events.as_slice() {
        [only] if only.is_push_to_branch() => Some("Every push to a branch starts this job".to_owned()),
        [_, _, ..] => {
            let names: Vec<String> = events
                .iter()
                .map(|event| format!("`{}`", event.name.value))
                .collect();
            Some(format!("{} start this job", listed(&names)))
        }
        _ => None,
    }
}

fn fix(context: &CheckContext<'_>, job: &AdvisedJob<'_, '_>) -> Option<Fix> {
    let path = &job.facts.job.path;
    let file = editable(context, path)?;
    let mapping = node(file, job.job.node)?;
    mapping.entry("runs-on")?;
    let group = YamlSnippet::Scalar(GROUP.to_owned());
    let edits = insert_entry(
        &file.text,
        mapping,
        "concurrency",
        &group,
        EntryPosition::Before("runs-on"),
    );
    fix_of_file(
        format!("Add `concurrency` to the job `{}`", job.job.id.value),
        Applicability::Unsafe,
        path,
        edits,
    )
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    const RULE: &str = "concurrency-missing";

    /// A workflow with these triggers, these lines after them, and a publish job with these lines.
    fn workflow(on: &str, top: &str, job: &str, mark: &str) -> String {
        format!(
            "#- .github/workflows/release.yml\n\
             on: {on}\n{top}permissions: {{ contents: read, id-token: write }}\n\
             jobs:\n  publish:\n{mark}{job}    runs-on: ubuntu-latest\n    steps:\n\
             \x20     - uses: actions/setup-node@v6\n        with: {{ node-version: 24 }}\n\
             \x20     - run: npm publish\n"
        )
    }

    #[test]
    fn events_that_may_overlap() {
        for (on, message) in [
            (
                "push",
                "Every push to a branch starts this job without `concurrency`: two runs may publish at the same time",
            ),
            (
                "{ push: { branches: [main] } }",
                "Every push to a branch starts this job …",
            ),
            (
                "{ push: { paths: [package.json] } }",
                "Every push to a branch starts this job …",
            ),
            (
                "{ push: { tags: ['v*'] }, workflow_dispatch: }",
                "`push` and `workflow_dispatch` start this job …",
            ),
            (
                "[release, workflow_dispatch]",
                "`release` and `workflow_dispatch` start this job …",
            ),
        ] {
            let mark = format!(
                "# ^^^^^^^ hint💡?[concurrency-missing]: {message}\n# ^^^^^^^ help[concurrency-missing]: With it, the second run \
                 waits for the first.\n"
            );
            check_rule(RULE, &workflow(on, "", "", &mark));
        }
    }

    #[test]
    fn a_single_event_that_happens_once_is_not_reported() {
        for on in [
            "{ push: { tags: ['v*'] } }",
            "{ push: { tags: ['v*'], paths: [src] } }",
            "{ release: { types: [published] } }",
            "workflow_dispatch",
            "{ release: { types: [published] }, pull_request: }",
        ] {
            check_rule(RULE, &workflow(on, "", "", ""));
        }
    }

    #[test]
    fn something_limits_the_runs() {
        check_rule(RULE, &workflow("push", "concurrency: release\n", "", ""));
        check_rule(
            RULE,
            &workflow("push", "", "    concurrency: { group: release }\n", ""),
        );
        for condition in [
            "github.event_name == 'push'",
            "startsWith(github.ref, 'refs/tags/')",
        ] {
            check_rule(
                RULE,
                &workflow(
                    "[push, workflow_dispatch]",
                    "",
                    &format!("    if: {condition}\n"),
                    "",
                ),
            );
        }
        let mark = "# ^^^^^^^ hint💡?[concurrency-missing]: …\n";
        check_rule(
            RULE,
            &workflow("push", "", "    if: github.ref == 'refs/heads/main'\n", mark),
        );
    }

    #[test]
    fn the_caller_may_limit_the_runs() {
        for (top, mark) in [
            (
                "",
                "\n        # ^^^^^^^ hint💡?[concurrency-missing]: Every push …",
            ),
            ("concurrency: release", ""),
        ] {
            check_rule(
                RULE,
                &format!(
                    "
        #- .github/workflows/release.yml
        on: push
        {top}
        permissions: {{ contents: read, id-token: write }}
        jobs:
          call:
            uses: ./.github/workflows/publish.yml
        #- .github/workflows/publish.yml
        on: workflow_call
        jobs:
          publish:{mark}
            runs-on: ubuntu-latest
            steps:
              - uses: actions/setup-node@v6
                with: {{ node-version: 24 }}
              - run: npm publish
        "
                ),
            );
        }
    }

    #[test]
    fn runs_wait_for_each_other() {
        check_fix(
            RULE,
            &workflow("push", "", "    needs: build # first\n", "").replace(
                "jobs:\n",
                "jobs:\n  build: { runs-on: ubuntu-latest, steps: [] }\n",
            ),
            &workflow(
                "push",
                "",
                "    needs: build # first\n    concurrency: ${{ github.workflow }}-${{ github.ref }}\n",
                "",
            )
            .replace(
                "jobs:\n",
                "jobs:\n  build: { runs-on: ubuntu-latest, steps: [] }\n",
            ),
        );
    }
}
