//! The jobs of a log, each explained for itself: a log of `gh run view --log` holds all of a run.

use std::collections::{BTreeMap, BTreeSet};

use super::decide;
use super::facts::Facts;
use super::failures::failures;
use super::scan::Hit;
use super::scripts::without_output_of_scripts;
use super::signals::{Signal, Tells};
use super::steps::{JobEnd, by_failed_step, hidden_publish, job_end, without_good_runs, without_tolerated};
use super::{Cause, CauseId, Origin, Stage, repository, words};
use crate::knowledge::npm_errors::NpmError;

/// A job of the log.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct LoggedJob {
    /// Its name, as the log has it; none if the log names no jobs.
    pub(crate) name: Option<String>,
    /// What it tells, with what the log tells outside of jobs.
    pub(crate) hits: Vec<Hit>,
}

/// What is known about a job that failed, or did not.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct JobExplanation {
    /// Its name in the log.
    name: Option<String>,
    /// Its id in the workflow, where the repository has one job of that name.
    id: Option<String>,
    pub(crate) facts: Facts,
    pub(crate) causes: Vec<Cause>,
    has_failure: bool,
    /// The lines that count, in order: not those of steps that did not fail.
    lines: Vec<usize>,
    /// How it ended.
    end: JobEnd,
    /// Whether it succeeded, although a publish in it failed.
    pub(crate) succeeded: bool,
    /// Whether it published before it failed, at something else.
    pub(crate) is_after_publish: bool,
}

/// The jobs, in the order in which they appear, one at a time. One without a name where the log names none.
pub(crate) fn jobs(hits: &[Hit]) -> impl Iterator<Item = LoggedJob> {
    let names = names(hits);
    let nameless = names.is_empty().then_some(None);
    let names = names.into_iter().map(Some).chain(nameless);
    names.map(|name| {
        let is_of = |hit: &&Hit| hit.job.is_none() || hit.job.as_deref() == name;
        LoggedJob {
            name: name.map(str::to_owned),
            hits: hits.iter().filter(is_of).cloned().collect(),
        }
    })
}

/// The names of the jobs, in the order in which they appear. Of very many, those in which something failed.
fn names(hits: &[Hit]) -> Vec<&str> {
    /// More than the legs of one matrix.
    const MOST_JOBS: usize = 300;
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut has_failed: BTreeSet<&str> = BTreeSet::new();
    for (at, hit) in hits.iter().enumerate() {
        if let Some(name) = hit.job.as_deref() {
            places.entry(name).or_insert(at);
            if hit.signal.tells() == Tells::Failure {
                has_failed.insert(name);
            }
        }
    }
    let mut names: Vec<(&str, usize)> = places.into_iter().collect();
    if names.len() > MOST_JOBS {
        names.sort_by_key(|(name, at)| (!has_failed.contains(name), *at));
        names.truncate(MOST_JOBS);
    }
    names.sort_by_key(|(_, at)| *at);
    names.into_iter().map(|(name, _)| name).collect()
}

/// The jobs that failed, those that came to their publish first. Legs of a matrix that failed for the same reason are told once.
pub(crate) fn told(jobs: &[JobExplanation]) -> Vec<JobExplanation> {
    let mut told: Vec<JobExplanation> = Vec::new();
    // Where the log tells which jobs failed, the others printed an error that they expected.
    let is_told = jobs
        .iter()
        .any(|job| job.end == JobEnd::Failed && !job.is_cancelled());
    let may_have_failed = |job: &&JobExplanation| !is_told || job.name.is_none() || job.end == JobEnd::Failed;
    let failed = jobs
        .iter()
        .filter(|job| job.has_failure || !job.causes.is_empty());
    for job in failed.filter(may_have_failed) {
        match told.iter_mut().find(|other| other.fails_like(job)) {
            Some(other) => other.add_name(job.name.as_deref()),
            None => told.push(job.clone()),
        }
    }
    // GitHub ends the other legs of a matrix when one fails.
    if is_told || told.iter().any(|job| !job.is_cancelled()) {
        told.retain(|job| !job.is_cancelled());
    }
    let is_before_publish = |job: &JobExplanation| {
        let first = job.causes.first();
        first.is_none_or(|cause| cause.id.text().stage == Stage::Job)
    };
    told.sort_by_key(is_before_publish);
    told
}

impl JobExplanation {
    pub(crate) fn new(job: &LoggedJob, origin: &Origin<'_>) -> Self {
        let end = job_end(&job.hits);
        let hidden = hidden_publish(&job.hits);
        let succeeded = hidden.is_some();
        let hits = hidden.unwrap_or_else(|| without_tolerated(&job.hits));
        let hits = without_output_of_scripts(without_good_runs(hits));
        let facts = Facts::new(&hits);
        let name = job.name.as_deref();
        let id = match (origin.job, origin.repository, name) {
            (None, Some(workspace), Some(name)) => repository::job_id(workspace, name, origin),
            _ => None,
        };
        let mut explained = Self {
            name: job.name.clone(),
            id,
            has_failure: facts.has_failure() && !failures(&hits).is_empty(),
            lines: hits.iter().map(|hit| hit.line).collect(),
            end,
            succeeded,
            is_after_publish: false,
            facts,
            causes: Vec::new(),
        };
        let of_steps = by_failed_step(&hits).into_iter().map(|hits| {
            let facts = Facts::new(&hits);
            repository::weigh(merged(causes(&hits, name)), &facts, &explained.origin(origin))
        });
        let causes = joined(of_steps.collect());
        let is_elsewhere = causes.iter().all(|cause| cause.id.text().stage == Stage::Job);
        explained.is_after_publish = is_elsewhere && fails_after_publish(&hits);
        explained.causes = causes;
        // The tool went on, and rightly.
        explained.has_failure &= !succeeded || !explained.causes.is_empty();
        explained.succeeded &= explained.has_failure;
        explained
    }

    /// Whether a line is one that counts in this job.
    pub(crate) fn counts(&self, hit: &Hit) -> bool {
        self.lines.binary_search(&hit.line).is_ok()
    }

    /// Where the job is in the repository.
    pub(crate) fn origin<'o>(&'o self, origin: &Origin<'o>) -> Origin<'o> {
        Origin {
            job: origin.job.or(self.id.as_deref()),
            ..*origin
        }
    }

    /// Whether another job failed for the same.
    fn fails_like(&self, other: &Self) -> bool {
        let told = |cause: &Cause| (cause.id, cause.detail.clone(), cause.packages.clone());
        let causes = |job: &Self| job.causes.iter().map(told).collect::<Vec<_>>();
        causes(self) == causes(other)
    }

    fn add_name(&mut self, name: Option<&str>) {
        for cause in &mut self.causes {
            if let (Some(job), Some(name)) = (&mut cause.job, name) {
                job.push_str(", ");
                job.push_str(name);
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        self.causes.iter().all(|cause| cause.id == CauseId::JobCancelled) && !self.causes.is_empty()
    }
}

/// Whether the first failure comes after the last package that was published.
fn fails_after_publish(hits: &[Hit]) -> bool {
    let published = hits.iter().rposition(|hit| hit.signal == Signal::Published);
    let failed = hits.iter().position(|hit| hit.signal.tells() == Tells::Failure);
    published
        .zip(failed)
        .is_some_and(|(published, failed)| published < failed)
}

/// The causes of each failure in the lines, whatever the repository says.
fn causes(hits: &[Hit], job: Option<&str>) -> impl Iterator<Item = Cause> {
    failures(hits).into_iter().flat_map(move |failure| {
        let facts = Facts::new(&failure.hits);
        let is_told = facts.has_failure()
            || facts.has_code(NpmError::BadEngine)
            || facts.job_failed()
            || decide::of_other_code(&facts).is_some();
        let verdicts = match is_told {
            true if failure.is_read => decide::read(&facts),
            true => decide::decide(&facts),
            false => Vec::new(),
        };
        let step = failure.step();
        verdicts.into_iter().map(move |(id, confidence)| Cause {
            detail: words::detail(id, &facts),
            packages: failure.package.iter().cloned().collect(),
            job: job.map(str::to_owned),
            step: step.clone(),
            ..Cause::new(id, confidence)
        })
    })
}

/// The causes of steps that failed one after the other: those of a publish first, each once.
fn joined(mut of_steps: Vec<Vec<Cause>>) -> Vec<Cause> {
    let is_elsewhere = |causes: &Vec<Cause>| causes.iter().all(|cause| cause.id.text().stage == Stage::Job);
    let is_cancelled = |causes: &Vec<Cause>| causes.iter().all(|cause| cause.id == CauseId::JobCancelled);
    if !of_steps.iter().all(is_cancelled) {
        of_steps.retain(|causes| !is_cancelled(causes));
    }
    of_steps.sort_by_key(is_elsewhere);
    let mut steps = of_steps.into_iter();
    let mut joined = steps.next().unwrap_or_default();
    for cause in steps.flatten() {
        let known = joined
            .iter_mut()
            .find(|other| (other.id, &other.detail) == (cause.id, &cause.detail));
        match known {
            Some(other) if other.packages != cause.packages => other.packages.extend(cause.packages),
            Some(_) => {}
            None => joined.push(cause),
        }
    }
    joined
}

/// The causes, each once, with all packages that it may be of.
fn merged(causes: impl Iterator<Item = Cause>) -> Vec<Cause> {
    let mut merged: Vec<Cause> = Vec::new();
    for cause in causes {
        let known = merged
            .iter_mut()
            .find(|other| other.id == cause.id && other.detail == cause.detail);
        match known {
            Some(other) => {
                other.confidence = other.confidence.max(cause.confidence);
                other.packages.extend(cause.packages);
            }
            None => merged.push(cause),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::super::{Confidence, Explanation, explain};
    use super::*;

    fn explained(log: &str) -> Explanation {
        explain(log, &Origin::default())
    }

    /// Each cause with its job.
    fn causes(log: &str) -> Vec<String> {
        let causes = explained(log).causes;
        let told = |cause: &Cause| format!("{}: {}", cause.job.as_deref().unwrap_or("-"), cause.id.name());
        causes.iter().map(told).collect()
    }

    fn line(job: &str, text: &str) -> String {
        format!("{job}\tRun npm publish\t2026-11-01T10:00:00.1000000Z {text}\n")
    }

    const EXISTS: &str = "npm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - You cannot publish over the previously published versions: 1.0.0.";

    #[test]
    fn each_job_is_read_for_itself() {
        let log = line("publish (20)", "+ w@1.0.0") + &line("publish (22)", EXISTS);
        assert_eq!(causes(&log), ["publish (22): version-exists"]);
        let explanation = explained(&log);
        assert_eq!(explanation.published, ["w@1.0.0"]);
        assert_eq!(explanation.causes[0].step.as_deref(), Some("Run npm publish"));
        // What one job has is not what another lacks.
        let log = line("a", "npm info using npm@11.19.1")
            + &line("a", "+ w@1.0.0")
            + &line("b", "npm error code ENEEDAUTH")
            + &line("b", "npm info using npm@10.9.2");
        assert_eq!(causes(&log), ["b: npm-too-old", "b: token-empty"]);
    }

    #[test]
    fn legs_that_fail_alike_are_told_once_and_cancelled_ones_not_at_all() {
        let log = line("p (20)", EXISTS)
            + &line("p (22)", EXISTS)
            + &line("p (24)", "##[error]The operation was canceled.");
        assert_eq!(causes(&log), ["p (20), p (22): version-exists"]);
        // It failed at something that no line explains.
        let unknown = line("p (18)", "##[error]Process completed with exit code 1.");
        let cancelled = line("p (24)", "##[error]The operation was canceled.");
        assert_eq!(causes(&(unknown + &cancelled)), [] as [&str; 0]);
        let alone = line("p (24)", "##[error]The operation was canceled.");
        assert_eq!(causes(&alone), ["p (24): job-cancelled"]);
    }

    #[test]
    fn the_job_that_came_to_its_publish_comes_first() {
        let log = line("lint", "npm error Missing script: \"lint\"") + &line("publish", EXISTS);
        assert_eq!(causes(&log), ["publish: version-exists", "lint: script-missing"]);
    }

    #[test]
    fn a_confidence_is_the_best_of_all_packages() {
        let cause = |confidence, package: &str| Cause {
            packages: vec![package.to_owned()],
            ..Cause::new(CauseId::VersionExists, confidence)
        };
        let both = [cause(Confidence::Possible, "a"), cause(Confidence::Certain, "b")];
        let merged = merged(both.into_iter());
        assert_eq!(merged.len(), 1);
        assert_eq!(
            (merged[0].confidence, merged[0].packages.join(" ")),
            (Confidence::Certain, "a b".to_owned())
        );
    }
}
