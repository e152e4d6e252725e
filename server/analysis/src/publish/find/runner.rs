//! Where a job runs, and which Node it finds there.

use crate::knowledge::container_images::node_of_image;
use crate::knowledge::runner_images::{Runner, classify};
use crate::model::job::Job;
use crate::publish::site::{JobFact, RunnerFact};
use crate::publish::site::{NodeOrigin, NpmOrigin, VersionFact};
use crate::syntax::expression::has_expression;
use crate::text::FilePath;
use crate::text::Place;

/// Where the job runs, as far as `runs-on` shows.
pub(crate) fn runner(path: &FilePath, job: &Job) -> RunnerFact {
    let Some(runs_on) = &job.runs_on else {
        return RunnerFact::Unknown;
    };
    let mut fact = if runs_on.has_group {
        RunnerFact::Unknown
    } else {
        RunnerFact::GithubHosted
    };
    for label in &runs_on.labels {
        match classify(&label.value) {
            Runner::SelfHosted | Runner::ThirdParty(_) => {
                return RunnerFact::SelfHosted {
                    label: label.value.clone(),
                    place: Place::new(path, label.range),
                };
            }
            Runner::GithubHosted(_) => {}
            Runner::Unknown => fact = RunnerFact::Unknown,
        }
    }
    if runs_on.labels.is_empty() {
        RunnerFact::Unknown
    } else {
        fact
    }
}

/// The Node that the job finds before its first step.
pub(crate) fn start_node(job: &JobFact<'_>) -> VersionFact<NodeOrigin> {
    let Some(node) = job.job else {
        return VersionFact::unknown_node();
    };
    if let Some(container) = &node.container {
        let candidates = if has_expression(&container.value) {
            Vec::new()
        } else {
            node_of_image(&container.value)
        };
        let origin = if candidates.is_empty() {
            NodeOrigin::Unknown
        } else {
            NodeOrigin::Container
        };
        return VersionFact {
            candidates,
            text: Some(container.value.clone()),
            origin,
            place: Some(Place::new(&job.path, container.range)),
        };
    }
    let label = node
        .runs_on
        .as_ref()
        .and_then(|runs_on| match runs_on.labels.as_slice() {
            [label] if !runs_on.has_group => Some(label),
            _ => None,
        });
    let Some(label) = label else {
        return VersionFact::unknown_node();
    };
    match classify(&label.value) {
        Runner::GithubHosted(known) => VersionFact {
            candidates: known.node(),
            text: Some(label.value.clone()),
            origin: NodeOrigin::RunnerImage,
            place: Some(Place::new(&job.path, label.range)),
        },
        _ => VersionFact::unknown_node(),
    }
}

impl VersionFact<NodeOrigin> {
    /// Nothing is known about Node.
    pub(crate) fn unknown_node() -> Self {
        Self {
            candidates: Vec::new(),
            text: None,
            origin: NodeOrigin::Unknown,
            place: None,
        }
    }
}

impl VersionFact<NpmOrigin> {
    /// Nothing is known about npm.
    pub(crate) fn unknown_npm() -> Self {
        Self {
            candidates: Vec::new(),
            text: None,
            origin: NpmOrigin::Unknown,
            place: None,
        }
    }
}
