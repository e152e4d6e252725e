//! JSON Lines: an object for each repository on a line of its own, and one with the totals.

use serde::Serialize;

use crate::report::Report;

use super::json::{CheckDocument, Summary};
use super::printable::printable_json;

/// The report. The repositories are taken out and put back, since paths are relative to the root where there is one.
pub(crate) fn render(report: &mut Report) -> String {
    #[derive(Serialize)]
    struct Line<'r> {
        repository: &'r str,
        #[serde(flatten)]
        document: CheckDocument<'r>,
    }
    #[derive(Serialize)]
    struct Last {
        schema: u32,
        total: Total,
    }
    #[derive(Serialize)]
    struct Total {
        repositories: usize,
        repositories_with_findings: usize,
        #[serde(flatten)]
        summary: Summary,
    }
    let mut text = String::new();
    let total = Total {
        repositories: report.repositories.len(),
        repositories_with_findings: report.with_findings(),
        summary: Summary::of(report),
    };
    for repository in std::mem::take(&mut report.repositories) {
        let mut alone = Report {
            repositories: vec![repository],
            is_complete: report.is_complete,
        };
        for repository in &alone.repositories {
            let line = Line {
                repository: repository.shown_root(),
                document: CheckDocument::new(&alone),
            };
            text.push_str(&to_line(&line));
        }
        report.repositories.append(&mut alone.repositories);
    }
    text.push_str(&to_line(&Last { schema: 1, total }));
    text
}

fn to_line(value: &impl Serialize) -> String {
    // This fails only for a map whose keys are not strings, and all keys here are.
    let mut line = printable_json(&serde_json::to_string(value).unwrap_or_default());
    line.push('\n');
    line
}
