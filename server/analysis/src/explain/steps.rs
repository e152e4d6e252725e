//! Which steps failed. A log of GitHub says so of each, and a step that it does not say so of may have printed an error that it
//! expected.

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
    let is_failure = |hit: &Hit| {
        hit.signal.tells() != Tells::Fact
            || matches!(
                hit.signal,
                Signal::OtherCode | Signal::CommandFailed | Signal::PushFailed
            )
    };
    hits.iter()
        .filter(|hit| !(is_failure(hit) && is_tolerated(hit)))
        .cloned()
        .collect()
}
