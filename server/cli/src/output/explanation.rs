//! What a log of a failed publish tells, for people, for editors and for programs.

pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod text;

use trustpub_analysis::explain::{Confidence, Explanation, Stage};

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
            versions.join(" with ")
        }
        (Some(tool), versions) => format!("{tool} ({})", versions.join(", ")),
        (None, versions) => versions.join(" with "),
    };
    let or = |other: &'static str| if who.is_empty() { other } else { &who };
    let number = explanation.causes.len();
    let are_certain = explanation
        .causes
        .iter()
        .all(|cause| cause.confidence == Confidence::Certain);
    let is_before = explanation
        .causes
        .first()
        .is_some_and(|cause| cause.id.text().stage == Stage::Job);
    match (explanation.has_failure, explanation.published.as_slice(), number) {
        (false, [], _) => {
            "The log shows no failed publish to npm. Does it hold the step that publishes? `gh run view --log` prints all of them."
                .to_owned()
        }
        (false, published, _) => format!(
            "The log shows no failed publish to npm: it says that {} published.",
            listed(published)
        ),
        (true, _, 0) => format!(
            "{} failed, and the log does not show why. Add `--loglevel silly` to the publish command, run it again and explain \
             that log.",
            or("The publish")
        ),
        (true, _, _) if is_before => "The job failed, and not at the publish itself.".to_owned(),
        (true, _, 1) => format!("{} could not publish.", or("The job")),
        (true, _, number) if are_certain => {
            format!("{} could not publish, and the log names {number} causes.", or("The job"))
        }
        (true, _, number) => format!(
            "{} could not publish, and the log leaves {number} causes, the likeliest first.",
            or("The job")
        ),
    }
}

/// `a@1.0.0 was`, `a@1.0.0 and b@1.0.0 were`
fn listed(packages: &[String]) -> String {
    const MOST: usize = 3;
    match packages {
        [only] => format!("{only} was"),
        [first, second] => format!("{first} and {second} were"),
        packages => {
            let shown: Vec<&str> = packages.iter().take(MOST).map(String::as_str).collect();
            match packages.len() - shown.len() {
                0 => format!("{} were", shown.join(", ")),
                more => format!("{} and {more} more were", shown.join(", ")),
            }
        }
    }
}

/// The repository in which the log is explained; none outside one.
fn repository(report: &Report) -> Option<&RepositoryReport> {
    report.repositories.first()
}
