//! Reading the log of a failed publish: what it shows, and what the cause is.

mod causes;
mod colours;
mod decide;
mod explanation;
mod facts;
mod repository;
mod scan;
mod signals;
#[cfg(test)]
mod tests;
mod words;

pub use causes::{CauseId, CauseText, Stage};
pub use explanation::{Cause, Confidence, Explanation, LogEvidence, Origin};

use crate::knowledge::npm_errors::NpmError;
use crate::publish::Tool;
use facts::Facts;

/// Explains a log.
pub fn explain(log: &str, origin: &Origin<'_>) -> Explanation {
    let hits = scan::scan(log);
    let facts = Facts::new(&hits);
    let has_failure = facts.has_failure();
    let verdicts = if has_failure || facts.has_code(NpmError::BadEngine) {
        decide::decide(&facts)
    } else {
        Vec::new()
    };
    let causes = repository::weigh(verdicts, &facts, origin);
    let would_decide = words::would_decide(&facts, &causes, &repository::registrations(origin));
    let further = repository::further(&causes, origin);
    let next = words::next(&facts, &causes, origin.repository.is_some());
    Explanation {
        tool: facts
            .tool
            .and_then(Tool::entry)
            .map(|entry| entry.name.to_owned())
            .or_else(|| words::npm_speaks(&facts)),
        versions: words::versions(&facts),
        evidence: words::evidence(&hits),
        has_failure: has_failure || !causes.is_empty(),
        published: facts.published.clone(),
        causes,
        would_decide,
        next,
        further,
    }
}
