//! What a log of a failed publish tells, for people, for editors and for programs.

pub(crate) mod json;
#[cfg(test)]
mod tests;

use trustpub_analysis::document::Document;
use trustpub_analysis::explain::{self, Explanation, Length};

use super::place::place_of;
use crate::report::{Report, RepositoryReport};

/// The explanation for people, with places in the repository.
pub(crate) fn document(explanation: &Explanation, report: &Report, length: Length) -> Document {
    explain::document(explanation, length, |path, range| {
        repository(report).map(|repository| place_of(repository, path, range))
    })
}

/// The repository in which the log is explained; none outside one.
fn repository(report: &Report) -> Option<&RepositoryReport> {
    report.repositories.first()
}
