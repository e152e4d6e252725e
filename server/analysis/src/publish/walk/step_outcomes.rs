//! What conditions see of earlier steps: `steps.test.outcome`.

use std::collections::{BTreeSet, HashMap};

use super::{WalkFrame, Walker};
use crate::model::job::Step;
use crate::publish::eval::condition_inside;
use crate::publish::find::start::{StepEnd, StepResult, condition_fails_after, is_name, names_in};
use crate::publish::site::{PublishStop, StopPoint};

/// A step with an id that certainly fails when it runs, after which the job goes on.
pub(crate) struct FailedStep {
    /// The outcome that conditions see.
    pub(super) result: StepResult,
    /// Why it fails.
    pub(super) stop: PublishStop,
}

/// The steps so far of which conditions certainly see how they end, in order.
#[derive(Default)]
pub(super) struct FailedSteps {
    all: Vec<FailedStep>,
    /// Where those with an id are, in lower case; those whose id is not a name have none.
    by_id: HashMap<String, Vec<usize>>,
}

impl FailedSteps {
    fn push(&mut self, failed: FailedStep) {
        let id = Some(&failed.result.id).filter(|id| is_name(id));
        let key = id.map_or(String::new(), |id| id.to_ascii_lowercase());
        self.by_id.entry(key).or_default().push(self.all.len());
        self.all.push(failed);
    }

    /// Those that a condition may name.
    fn named_in(&self, conditions: &[String]) -> impl Iterator<Item = &FailedStep> {
        let asked = conditions.iter().filter(|condition| condition.contains("steps"));
        let names: BTreeSet<String> = match self.all.is_empty() {
            true => BTreeSet::new(),
            false => asked.flat_map(|condition| names_in(condition)).collect(),
        };
        let names = names.iter().map(String::as_str).chain([""]);
        let found = names.filter_map(|name| self.by_id.get(name)).flatten();
        let found: BTreeSet<usize> = found.copied().collect();
        found.into_iter().filter_map(|at| self.all.get(at))
    }
}

impl<'a> Walker<'_, 'a> {
    /// Notes that a step certainly fails whose failure the job survives.
    pub(super) fn note_failed_step(&mut self, frame: &WalkFrame<'a>, stop: PublishStop) {
        let Some(id) = frame.surviving_step.clone().filter(|_| stop.is_in_every_run) else {
            return;
        };
        let result = StepResult {
            id,
            end: match frame.conditions.is_empty() {
                true => StepEnd::Failed,
                false => StepEnd::FailedOrSkipped,
            },
        };
        self.failed_steps.push(FailedStep { result, stop });
    }

    /// Notes that a step of the job certainly does not run, as conditions of later steps see it.
    pub(super) fn note_skipped_step(&mut self, frame: &WalkFrame<'a>, step: &Step) {
        let Some(id) = step.id.as_ref().filter(|_| !frame.is_composite) else {
            return;
        };
        // Where the job ends before it, there are no later steps.
        let stop = self.skipped_after_failure(frame).or(frame.never_runs.clone());
        if let Some(stop) = stop.filter(|stop| stop.is_in_every_run) {
            let result = StepResult {
                id: id.value.clone(),
                end: StepEnd::Skipped,
            };
            self.failed_steps.push(FailedStep { result, stop });
        }
    }

    /// What keeps the steps at `frame` from running: a condition that asks whether an earlier step succeeded, which it does
    /// not.
    pub(super) fn skipped_after_failure(&self, frame: &WalkFrame<'a>) -> Option<PublishStop> {
        let failed = self.failed_steps.named_in(&frame.conditions).find(|failed| {
            let results = std::slice::from_ref(&failed.result);
            let mut conditions = frame.conditions.iter();
            conditions.any(|condition| condition_fails_after(&self.job, condition, results))
        })?;
        let point = match &failed.stop.point {
            StopPoint::EarlierStep(name) => StopPoint::SkippedAfter(name.clone()),
            other => other.clone(),
        };
        Some(PublishStop {
            point,
            error: None,
            ..failed.stop.clone()
        })
    }
}

/// The id of a step whose failure the job survives, as conditions call it.
/// Source: `continue-on-error` in "Workflow syntax": the `outcome` of such a step is `failure`, its `conclusion` is `success`.
pub(super) fn surviving_step(frame: &WalkFrame<'_>, step: &Step) -> Option<String> {
    let continues = step
        .continue_on_error
        .as_ref()
        .map(|value| condition_inside(&value.value));
    match (frame.is_composite, continues) {
        (false, Some("true")) => step.id.as_ref().map(|id| id.value.clone()),
        (false, _) | (true, Some(_)) => None,
        // The step that uses the action fails with it.
        (true, None) => frame.surviving_step.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{Fixture, check_sites, contradictions};

    /// A job whose first step certainly fails and is survived, and whose last step publishes under a condition.
    fn fixture(first: &str, condition: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - {first}
      - run: npm publish
        if: {condition}
"
        )
    }

    const FAILS: &str = "{ id: who, run: npm whoami, continue-on-error: true }";

    #[test]
    fn a_failure_that_the_job_survives_is_an_outcome() {
        for condition in [
            "steps.who.outcome == 'success'",
            "${{ steps.who.outcome == 'success' }}",
            "steps.who.outcome != 'failure'",
            "steps['who'].outcome == 'success'",
            "github.ref == 'refs/heads/main' && steps.WHO.outcome == 'success'",
            "always() && steps.who.outcome == 'success'",
            "steps.who.conclusion == 'failure'",
        ] {
            check_sites(
                &fixture(FAILS, condition),
                "release.yml:10 publish; outcome=not-reached; error=-",
            );
        }
    }

    /// What becomes of the last step of a job, which publishes under a condition.
    fn check_last(steps: &str, condition: &str, after: &str, expected: &str) {
        let fixture = fixture(&format!("run: date\n{steps}"), condition);
        let fixture = format!("{fixture}{after}");
        let workspace = Fixture::parse(&fixture).unwrap().repository.workspace();
        let sites: Vec<_> = workspace
            .sites()
            .map(|site| site.outcome.name().to_owned())
            .collect();
        assert_eq!(sites.last().map(String::as_str), Some(expected), "{fixture}");
        assert_eq!(contradictions(&workspace), [""; 0], "{fixture}");
    }

    #[test]
    fn a_step_that_is_skipped_is_not_a_success() {
        let skipped = "      - { id: who, run: npm whoami, continue-on-error: true }\n      - { id: y, if: steps.who.outcome == 'success', run: date }";
        let of_event = "      - { id: y, if: github.event_name == 'release', run: date }";
        for (steps, condition, expected) in [
            (skipped, "steps.y.conclusion == 'success'", "not-reached"),
            (skipped, "steps.y.outcome == 'success'", "not-reached"),
            (skipped, "steps.y.outcome == 'skipped'", "oidc"),
            (skipped, "steps.y.outcome != 'success'", "oidc"),
            (of_event, "steps.y.conclusion == 'success'", "not-reached"),
            (of_event, "steps.y.conclusion != 'failure'", "oidc"),
            (
                "      - { id: y, run: date }",
                "steps.y.conclusion == 'success'",
                "oidc",
            ),
            (
                "      - { id: y, if: \"github.ref == 'refs/heads/x'\", run: date }",
                "steps.y.outcome == 'success'",
                "oidc",
            ),
        ] {
            check_last(steps, condition, "", expected);
        }
    }

    #[test]
    fn a_later_step_has_no_outcome_yet() {
        let after = "      - { id: late, run: date }\n";
        for (condition, expected) in [
            ("steps.late.outcome == 'success'", "not-reached"),
            ("always() && steps.late.conclusion == 'success'", "not-reached"),
            ("steps.late.outcome != 'success'", "oidc"),
            ("steps.late.outputs.x == ''", "oidc"),
            ("steps.early.outcome == 'success'", "oidc"),
        ] {
            check_last("      - { id: early, run: date }", condition, after, expected);
        }
    }

    #[test]
    fn other_outcomes_are_not_decided() {
        for condition in [
            "steps.who.conclusion == 'success'",
            "steps.who.outcome == 'failure'",
            "steps.other.outcome == 'success'",
            "steps.who.outputs.name == ''",
            "steps.who.outcome == 'success' || github.ref == 'refs/heads/main'",
        ] {
            check_sites(&fixture(FAILS, condition), "release.yml:10 publish; outcome=oidc");
        }
        for first in [
            "{ id: who, run: npm whoami || true, continue-on-error: true }",
            "{ id: who, run: npm ci, continue-on-error: true }",
            "{ id: who, run: npm whoami, continue-on-error: '${{ inputs.x }}' }",
            "{ id: other, run: npm whoami, continue-on-error: true }",
        ] {
            check_sites(
                &fixture(first, "steps.who.outcome == 'success'"),
                "release.yml:10 publish; outcome=oidc",
            );
        }
        // A step that is skipped is not a success either.
        let first = "{ id: who, if: inputs.x, run: npm whoami, continue-on-error: true }";
        check_sites(
            &fixture(first, "steps.who.outcome == 'success'"),
            "release.yml:10 publish; outcome=not-reached",
        );
        check_sites(
            &fixture(first, "steps.who.outcome != 'failure'"),
            "release.yml:10 publish; outcome=oidc",
        );
    }
}
