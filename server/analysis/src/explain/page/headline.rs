//! The sentence that an explanation begins with.

use super::answer::Answers;
use super::parts;
use crate::explain::{Confidence, Explanation, Stage};

/// What the log is about, in a sentence.
pub(super) fn headline(explanation: &Explanation, answers: &Answers<'_>) -> String {
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
    let number = answers.len();
    let are_certain = explanation
        .causes
        .iter()
        .all(|cause| cause.confidence == Confidence::Certain);
    let is_before = explanation
        .causes
        .first()
        .is_some_and(|cause| cause.id.text().stage == Stage::Job);
    let place = match answers.are_of_several_jobs() {
        true => String::new(),
        false => answers
            .first
            .first()
            .map(|first| parts::place(first.main))
            .unwrap_or_default(),
    };
    match (explanation.has_failure, explanation.published.as_slice(), number) {
        (false, [], _) if explanation.found_nothing => {
            "No publish failed: the tool found nothing to publish.".to_owned()
        }
        (false, [], _) => {
            "No failed publish to npm was found in this log. Does it contain the publish step? `gh run view --log` prints \
             all steps."
                .to_owned()
        }
        (false, published, _) => format!(
            "The log shows no failed publish to npm: it says that {} published.",
            listed(published)
        ),
        (true, _, 0) => format!(
            "{} failed, and the log does not show why. Set `NPM_CONFIG_LOGLEVEL: verbose` in the step's `env`, run it again and \
             explain that log.",
            or("The publish")
        ),
        (true, _, _) if explanation.job_succeeded => {
            format!(
                "{} could not publish{place}, but the job succeeded: it ignores the exit code of the publish.",
                or("The job")
            )
        }
        (true, published, _) if explanation.is_after_publish => {
            format!("{} published. What failed came after it{place}.", listed(published))
        }
        (true, _, _) if is_before => format!("The job failed{place}, not at the publish itself."),
        (true, _, 1) => format!("{} could not publish{place}.", or("The job")),
        (true, _, _) if answers.are_of_several_jobs() => {
            format!("{} could not publish. Each job that failed has its own answer.", or("The run"))
        }
        (true, _, _) if answers.are_of_several_steps() => {
            format!("{} could not publish{place}. Each step that failed has its own answer.", or("The job"))
        }
        (true, _, _) if answers.are_of_several_packages() => {
            format!("{} could not publish{place}. Each package has its own answer.", or("The job"))
        }
        (true, _, number) if are_certain => {
            format!(
                "{} could not publish{place}, and the log names {number} causes.",
                or("The job")
            )
        }
        (true, _, number) => format!(
            "{} could not publish{place}, and the log leaves {number} causes, the likeliest first.",
            or("The job")
        ),
    }
}

/// `a@1.0.0 was`, `a@1.0.0 and b@1.0.0 were`
fn listed(packages: &[String]) -> String {
    let verb = if packages.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", parts::enumerated(packages))
}
