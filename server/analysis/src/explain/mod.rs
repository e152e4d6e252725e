//! Reading the log of a failed publish: what it shows, and what the cause is.

mod causes;
mod decide;
mod evidence_topic;
mod explanation;
mod facts;
mod failures;
mod jobs;
mod page;
mod registry_text;
mod repository;
mod scan;
mod scripts;
mod signals;
mod steps;
#[cfg(test)]
mod tests;
mod words;

pub use causes::{CauseGroup, CauseId, CauseText, Stage};
pub use evidence_topic::EvidenceTopic;
pub use explanation::{Cause, Confidence, Explanation, LogEvidence, Origin, PublisherEntry};
pub use page::{Length, document};
pub use registry_text::RegistryAnswer;
pub use scan::{ScannedLog, Scanner};

use crate::publish::Tool;
use facts::Facts;
use jobs::JobExplanation;
use scan::Hit;
use signals::Signal;

/// Explains a log that is at hand as a whole.
pub fn explain(log: &str, origin: &Origin<'_>) -> Explanation {
    let mut scanner = Scanner::new();
    scanner.push(log.as_bytes());
    explain_scanned(&scanner.finish(), origin)
}

/// Explains a log that was read in parts.
pub fn explain_scanned(log: &ScannedLog, origin: &Origin<'_>) -> Explanation {
    let jobs = jobs::jobs(&log.hits);
    let explained: Vec<JobExplanation> = jobs.map(|job| JobExplanation::new(&job, origin)).collect();
    let told = jobs::told(&explained);
    // What a step printed that did not fail, and what other jobs printed, speaks for nothing.
    let shown = if told.is_empty() { &explained } else { &told };
    let counts = |hit: &&Hit| shown.iter().any(|job| job.counts(hit));
    let hits: Vec<Hit> = log.hits.iter().filter(counts).cloned().collect();
    // What runs is told of the job that failed.
    let facts = told
        .first()
        .map_or_else(|| Facts::new(&hits), |job| job.facts.clone());
    let causes: Vec<Cause> = told.iter().flat_map(|job| job.causes.clone()).collect();
    let has_entry = |cause: &Cause| cause.id.group() == Some(CauseGroup::TrustedPublisher);
    let of_first = told.first().map_or(*origin, |job| job.origin(origin));
    let compare = match causes.iter().any(has_entry) {
        true => repository::registrations(&of_first),
        false => Vec::new(),
    };
    let would_decide = words::would_decide(&facts, &causes);
    let further = repository::further(&causes, &of_first);
    let next = words::next(&facts, &causes, origin.repository.is_some());
    let published = explained.iter().flat_map(|job| job.facts.published.clone());
    Explanation {
        tool: facts
            .tool
            .and_then(Tool::entry)
            .map(|entry| entry.name.to_owned())
            .or_else(|| words::npm_speaks(&facts)),
        versions: words::versions(&facts),
        evidence: words::evidence(&hits),
        has_failure: !told.is_empty(),
        is_after_publish: !told.is_empty() && told.iter().all(|job| job.is_after_publish),
        job_succeeded: !told.is_empty() && told.iter().all(|job| job.succeeded),
        found_nothing: facts.has(Signal::NothingToPublish),
        published: published.collect(),
        registry_says: registry_text::registry_answers(&hits),
        causes,
        compare,
        would_decide,
        next,
        further,
    }
}
