//! Which steps failed. A log of GitHub says so of each, and a step that it does not say so of may have printed an error that it
//! expected.

use super::registry_text::sent_to;
use super::scan::Hit;
use super::signals::{Signal, Tells};

/// How a job ended, as far as the log shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum JobEnd {
    /// A step failed.
    Failed,
    /// The job came to its end, and no step failed.
    Succeeded,
    /// The log does not show it.
    Unknown,
}

/// How the job of these lines ended.
pub(crate) fn job_end(hits: &[Hit]) -> JobEnd {
    let has = |signal| hits.iter().any(|hit| hit.signal == signal);
    match () {
        () if has(Signal::StepFailed) => JobEnd::Failed,
        () if has(Signal::JobEnded) => JobEnd::Succeeded,
        () => JobEnd::Unknown,
    }
}

/// The lines without the failures of steps that did not fail.
pub(crate) fn without_tolerated(hits: &[Hit]) -> Vec<Hit> {
    let failed: Vec<&str> = hits
        .iter()
        .filter(|hit| hit.signal == Signal::StepFailed)
        .filter_map(|hit| hit.step.as_deref())
        .collect();
    let has_ended_well = job_end(hits) == JobEnd::Succeeded;
    let is_tolerated = |hit: &Hit| match hit.step.as_deref() {
        Some(step) => has_ended_well || (!failed.is_empty() && !failed.contains(&step)),
        None => has_ended_well,
    };
    hits.iter()
        .filter(|hit| !(hit.signal.is_failure() && is_tolerated(hit)))
        .cloned()
        .collect()
}

/// The lines of a job that ended well, if a publish in it failed all the same: `npm publish || true`. None if the registry refused
/// nothing in a step that publishes.
pub(crate) fn hidden_publish(hits: &[Hit]) -> Option<Vec<Hit>> {
    let is_refused = |hit: &Hit| hit.signal.tells() == Tells::Failure && sent_to(&hit.text).is_some();
    let is_hidden = |hit: &Hit| is_refused(hit) && hit.step.as_deref().is_some_and(publishes);
    let has_ended_well = job_end(hits) == JobEnd::Succeeded;
    (has_ended_well && hits.iter().any(is_hidden)).then(|| {
        let is_of_publish =
            |hit: &&Hit| !hit.signal.is_failure() || hit.step.as_deref().is_some_and(publishes);
        hits.iter().filter(is_of_publish).cloned().collect()
    })
}

/// Whether a step publishes, by its name or its first command. One that tests how errors are told has another name.
fn publishes(step: &str) -> bool {
    let step = step.to_ascii_lowercase();
    ["publish", "release", "changeset", "deploy"]
        .iter()
        .any(|word| step.contains(word))
}

/// The lines without what npm told on its way to a good end: a dependency that is optional, for example.
pub(crate) fn without_good_runs(hits: Vec<Hit>) -> Vec<Hit> {
    let mut is_of_good_run = vec![false; hits.len()];
    for (at, ended) in hits
        .iter()
        .enumerate()
        .filter(|(_, hit)| hit.signal == Signal::EndedWell)
    {
        let before = hits.iter().zip(&mut is_of_good_run).take(at).rev();
        let is_of_run = |(hit, _): &(&Hit, &mut bool)| {
            !matches!(hit.signal, Signal::NpmVerbose | Signal::EndedWell) && hit.job == ended.job
        };
        for (hit, is_good) in before.take_while(is_of_run) {
            *is_good = hit.signal.is_failure() && !is_error_of_npm(&hit.text);
        }
    }
    let pairs = hits.into_iter().zip(is_of_good_run);
    pairs
        .filter_map(|(hit, is_good)| (!is_good).then_some(hit))
        .collect()
}

/// Whether npm printed a line as an error, or somebody else printed it.
fn is_error_of_npm(line: &str) -> bool {
    let level = line
        .strip_prefix("npm ")
        .and_then(|rest| rest.split_whitespace().next());
    !matches!(
        level,
        Some("verbose" | "verb" | "silly" | "sill" | "info" | "http" | "timing" | "warn" | "notice")
    )
}

/// The lines once for each step that failed by itself, without the failures of the others; all together unless several did.
pub(crate) fn by_failed_step(hits: &[Hit]) -> Vec<Vec<Hit>> {
    let mut failed: Vec<&str> = Vec::new();
    for hit in hits.iter().filter(|hit| hit.signal == Signal::StepFailed) {
        if let Some(step) = hit.step.as_deref()
            && !failed.contains(&step)
            && hits
                .iter()
                .any(|hit| hit.step.as_deref() == Some(step) && hit.signal.is_failure())
        {
            failed.push(step);
        }
    }
    if failed.len() < 2 {
        return vec![hits.to_vec()];
    }
    let is_of = |hit: &Hit, step: &str| {
        let other = hit.step.as_deref().filter(|other| *other != step);
        !(hit.signal.is_failure() && other.is_some_and(|other| failed.contains(&other)))
    };
    let of_step = |step: &&str| hits.iter().filter(|hit| is_of(hit, step)).cloned().collect();
    failed.iter().map(of_step).collect()
}
