use std::collections::HashSet;

use crate::checker::prelude::*;
use crate::fixes::permissions::node_of;
use crate::model::job::Job;
use crate::model::workflow::Workflow;
use crate::publish::{DeadClause, PublishStop, dead_clauses};
use crate::text::FilePath;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a part of a publish job's `if` that asks whether a needed job was skipped, failed or was cancelled, without a status
    /// function such as `!cancelled()`.
    ///
    /// A part that is negated is not reported, and neither is a failure that the needed job's `continue-on-error` covers.
    ///
    /// ## Why it matters
    ///
    /// GitHub adds `success()` to an `if` without a status function. It is false if a needed job is skipped or fails, and then the
    /// publish job is skipped too, whatever the rest of the `if` says. The run is green, and nothing is published.
    ///
    /// ## Example
    ///
    /// Here nothing is published in a run by hand, although the `if` asks for just that.
    ///
    /// ```yaml,bad
    /// on: [push, workflow_dispatch]
    /// jobs:
    ///   tag:
    ///     if: github.event_name == 'push'
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./tag.sh
    ///   publish:
    ///     needs: tag
    ///     if: needs.tag.result == 'success' || needs.tag.result == 'skipped'
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
    /// Begin the `if` with `!cancelled() &&`, and ask for the result of each job that matters: `success()` does not hold for them any
    /// more.
    ///
    /// ```yaml,good
    /// on: [push, workflow_dispatch]
    /// jobs:
    ///   tag:
    ///     if: github.event_name == 'push'
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./tag.sh
    ///   publish:
    ///     needs: tag
    ///     if: ${{ !cancelled() && (needs.tag.result == 'success' || needs.tag.result == 'skipped') }}
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
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions>
    /// - <https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-jobs#defining-prerequisite-jobs>
    NEEDS_RESULT_NEVER_TRUE {
        id: "needs-result-never-true",
        summary: "The `if` asks for a result with which GitHub skips the job.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let mut seen: HashSet<Place> = HashSet::new();
    for publish_job in context.jobs {
        let sites = context.sites.get(publish_job.sites.clone()).unwrap_or_default();
        // Where no run gets to the job, another rule says why.
        let site = sites.iter().find(|site| {
            let stop = site.outcome.stop.as_ref();
            !site.publishing_tool.is_guess && !stop.is_some_and(PublishStop::is_certain_at_start)
        });
        let (Some(site), Some(workflow), Some(job)) = (site, publish_job.job.workflow, publish_job.job.job)
        else {
            continue;
        };
        let own = (&publish_job.job.path, workflow, job);
        let callers = &publish_job.job.entry.callers;
        let jobs = callers
            .iter()
            .map(|calling| (&calling.path, calling.workflow, calling.job));
        for (path, workflow, job) in jobs.chain([own]) {
            for (place, clause) in clauses_of(context, path, workflow, job) {
                if seen.insert(place.clone()) {
                    findings.push(diagnostic(&place, &clause, job, site));
                }
            }
        }
    }
}

/// The clauses of a job's `if:` that are never true, with their places in its file.
fn clauses_of(
    context: &CheckContext<'_>,
    path: &FilePath,
    workflow: &Workflow,
    job: &Job,
) -> Vec<(Place, DeadClause)> {
    let (Some(condition), Some(file)) = (&job.condition, context.sources.file(path)) else {
        return Vec::new();
    };
    let whole = Place::new(path, condition.range);
    let node = node_of(file, &whole);
    let found = dead_clauses(workflow, job).into_iter();
    let placed = found.map(|clause| {
        let range = node.map_or(condition.range, |node| {
            node.content_range(&file.text, clause.range)
        });
        (Place::new(path, range), clause)
    });
    placed.collect()
}

fn diagnostic(
    place: &Place,
    clause: &DeadClause,
    job: &Job,
    site: &Site<'_>,
) -> crate::diagnostic::Diagnostic {
    let need = match &clause.need {
        Some(need) => format!("`{need}`"),
        None => "a needed job".to_owned(),
    };
    let (ends, job) = (clause.ends, &job.id.value);
    NEEDS_RESULT_NEVER_TRUE
        .at(
            place,
            Severity::Warning,
            format!(
                "Never true: if {need} {ends}, GitHub skips `{job}`, and `{}` does not run",
                site.publishing_tool.command
            ),
        )
        .help("Without a status function, `if` also asks for `success()`. Begin it with `!cancelled() &&`.")
        .related(&site.place, "published here")
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "needs-result-never-true";

    fn workflow(condition: &str, mark: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: [push, workflow_dispatch]
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: npm test
  core:
    if: github.event_name == 'push'
    runs-on: ubuntu-24.04
    steps:
      - run: npm test
  lint:
    continue-on-error: true
    runs-on: ubuntu-24.04
    steps:
      - run: npm run lint
  publish:
    needs: [test, core, lint]
    if: {condition}
{mark}    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
"
        )
    }

    #[test]
    fn a_result_with_which_the_job_is_skipped_is_never_true() {
        for (condition, dead, ends) in [
            (
                "needs.core.result == 'success' || needs.core.result == 'skipped'",
                "needs.core.result == 'skipped'",
                "`core` is skipped",
            ),
            (
                "${{ needs.core.result == 'success' || needs.core.result == 'skipped' }}",
                "needs.core.result == 'skipped'",
                "`core` is skipped",
            ),
            (
                "needs.test.result == 'success' && (needs.core.result == 'success' || 'skipped' == needs.CORE.result)",
                "'skipped' == needs.CORE.result",
                "`core` is skipped",
            ),
            (
                "needs.core.result == 'Skipped'",
                "needs.core.result == 'Skipped'",
                "`core` is skipped",
            ),
            (
                "needs['core'].result == 'skipped'",
                "needs['core'].result == 'skipped'",
                "`core` is skipped",
            ),
            (
                "needs.test.result == 'failure'",
                "needs.test.result == 'failure'",
                "`test` fails",
            ),
            (
                "github.ref == 'x' || needs.test.result != 'success'",
                "needs.test.result != 'success'",
                "`test` does not succeed",
            ),
            (
                "needs.test.result == 'success' || contains(needs.*.result, 'skipped')",
                "contains(needs.*.result, 'skipped')",
                "a needed job is skipped",
            ),
        ] {
            let mark = format!(
                "#       {}{} warning[{RULE}]: Never true: if {ends}, GitHub skips `publish`, and `npm publish` does not run\n",
                " ".repeat(condition.find(dead).unwrap()),
                "^".repeat(dead.len())
            );
            let help = mark.replace("warning", "help");
            let help = help.split_once("Never").unwrap().0.to_owned() + "…\n";
            check_rule(RULE, &workflow(condition, &(mark + &help)));
        }
    }

    #[test]
    fn what_may_be_true_is_not_reported() {
        for condition in [
            "${{ !cancelled() && (needs.core.result == 'success' || needs.core.result == 'skipped') }}",
            "always() && needs.core.result == 'skipped'",
            "success() || needs.core.result == 'skipped'",
            "failure() && needs.core.result == 'failure'",
            "needs.core.result == 'success'",
            "needs.core.result != 'skipped'",
            "${{ !(needs.core.result == 'skipped') }}",
            "${{ !contains(needs.*.result, 'failure') }}",
            "(needs.core.result == 'skipped') == false",
            // It needs no such job.
            "needs.other.result == 'skipped'",
            "needs.core.outputs.result == 'skipped'",
            // The failure is covered.
            "needs.lint.result == 'failure'",
            "contains(needs.*.result, 'failure')",
            "needs.core.result == matrix.result",
            "core ${{ needs.core.result == 'skipped' }}",
        ] {
            check_rule(RULE, &workflow(condition, ""));
        }
    }

    #[test]
    fn the_job_that_calls_is_looked_at_too() {
        check_rule(
            RULE,
            "
            #- .github/workflows/publish.yml
            on: workflow_call
            jobs:
              publish:
                permissions: { contents: read, id-token: write }
                runs-on: ubuntu-24.04
                steps:
                  - uses: actions/setup-node@v6
                    with: { node-version: 24 }
                  - run: npm publish
            #            ^^^^^^^^^^^ related[needs-result-never-true]: published here
            #- .github/workflows/release.yml
            on: [push, workflow_dispatch]
            jobs:
              core:
                if: github.event_name == 'push'
                runs-on: ubuntu-24.04
                steps:
                  - run: npm test
              release:
                needs: core
                if: |
                  github.event_name == 'push' ||
                  needs.core.result == 'skipped'
            #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[needs-result-never-true]: …
            #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ help[needs-result-never-true]: …
                permissions: { contents: read, id-token: write }
                uses: ./.github/workflows/publish.yml
            ",
        );
    }
}
