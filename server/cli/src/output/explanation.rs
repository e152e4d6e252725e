//! What a log of a failed publish tells, for people, for editors and for programs.

pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod text;

use trustpub_analysis::explain::Explanation;

use crate::report::{Report, RepositoryReport};

/// What the log is about, in a sentence.
fn headline(explanation: &Explanation) -> String {
    let versions: Vec<String> = explanation
        .versions
        .iter()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    let who = match (&explanation.tool, versions.as_slice()) {
        (Some(tool), []) => tool.clone(),
        (Some(tool), versions) if explanation.versions.iter().any(|(name, _)| name == tool) => {
            versions.join(", ")
        }
        (Some(tool), versions) => format!("{tool} ({})", versions.join(", ")),
        (None, versions) => versions.join(", "),
    };
    match (explanation.has_failure, explanation.causes.len()) {
        (false, _) => {
            "The log shows no failed publish. Does it hold the step that publishes? `gh run view --log` prints all of them."
                .to_owned()
        }
        (true, 0) => format!(
            "{} failed, and the log does not show why. Add `--loglevel silly` to the publish command, run it again and explain \
             that log.",
            if who.is_empty() { "The publish" } else { &who }
        ),
        (true, 1) => format!("{} could not publish.", if who.is_empty() { "The job" } else { &who }),
        (true, number) => format!(
            "{} could not publish, and the log leaves {number} causes, the likeliest first.",
            if who.is_empty() { "The job" } else { &who }
        ),
    }
}

/// The repository in which the log is explained; none outside one.
fn repository(report: &Report) -> Option<&RepositoryReport> {
    report.repositories.first()
}
