//! Reading the log of a failed publish: what it shows, and what the cause is.

mod causes;
mod decide;
mod evidence_topic;
mod explanation;
mod facts;
mod failures;
mod registry_text;
mod repository;
mod scan;
mod signals;
#[cfg(test)]
mod tests;
mod words;

pub use causes::{CauseGroup, CauseId, CauseText, Stage};
pub use evidence_topic::EvidenceTopic;
pub use explanation::{Cause, Confidence, Explanation, LogEvidence, Origin, PublisherEntry};
pub use registry_text::RegistryAnswer;
pub use scan::{ScannedLog, Scanner};

use crate::knowledge::npm_errors::NpmError;
use crate::publish::Tool;
use facts::Facts;

/// Explains a log that is at hand as a whole.
pub fn explain(log: &str, origin: &Origin<'_>) -> Explanation {
    let mut scanner = Scanner::new();
    scanner.push(log.as_bytes());
    explain_scanned(&scanner.finish(), origin)
}

/// Explains a log that was read in parts.
pub fn explain_scanned(log: &ScannedLog, origin: &Origin<'_>) -> Explanation {
    let hits = &log.hits;
    let facts = Facts::new(hits);
    let failures = failures::failures(hits);
    let has_failure = !failures.is_empty() && facts.has_failure();
    let verdicts = failures.iter().flat_map(|failure| {
        let facts = Facts::new(&failure.hits);
        let is_told = facts.has_failure() || facts.has_code(NpmError::BadEngine) || facts.job_failed();
        let verdicts = if is_told {
            decide::decide(&facts)
        } else {
            Vec::new()
        };
        let package = failure.package.clone();
        verdicts.into_iter().map(move |(id, confidence)| Cause {
            detail: words::detail(id, &facts),
            packages: package.iter().cloned().collect(),
            ..Cause::new(id, confidence)
        })
    });
    let causes = repository::weigh(merged(verdicts), &facts, origin);
    let has_entry = |cause: &Cause| cause.id.group() == Some(CauseGroup::TrustedPublisher);
    let compare = match causes.iter().any(has_entry) {
        true => repository::registrations(origin),
        false => Vec::new(),
    };
    let would_decide = words::would_decide(&facts, &causes);
    let further = repository::further(&causes, origin);
    let next = words::next(&facts, &causes, origin.repository.is_some());
    Explanation {
        tool: facts
            .tool
            .and_then(Tool::entry)
            .map(|entry| entry.name.to_owned())
            .or_else(|| words::npm_speaks(&facts)),
        versions: words::versions(&facts),
        evidence: words::evidence(hits),
        has_failure: has_failure || !causes.is_empty(),
        published: facts.published.clone(),
        registry_says: registry_text::registry_answers(hits),
        causes,
        compare,
        would_decide,
        next,
        further,
    }
}

/// The causes, each once, with all packages that it may be of.
fn merged(causes: impl Iterator<Item = Cause>) -> Vec<Cause> {
    let mut merged: Vec<Cause> = Vec::new();
    for cause in causes {
        match merged
            .iter_mut()
            .find(|other| other.id == cause.id && other.detail == cause.detail)
        {
            Some(other) => {
                other.confidence = other.confidence.max(cause.confidence);
                other.packages.extend(cause.packages);
            }
            None => merged.push(cause),
        }
    }
    merged
}
