//! Where a job runs, and which Node it finds there.

use crate::knowledge::container_images::node_of_image;
use crate::knowledge::runner_images::{Runner, classify};
use crate::model::job::Job;
use crate::publish::eval::{EvalScope, Possible};
use crate::publish::site::{JobFact, RunnerFact};
use crate::publish::site::{NodeOrigin, NpmOrigin, VersionFact};
use crate::syntax::expression::has_expression;
use crate::syntax::json::{JsonValue, parse_json};
use crate::text::FilePath;
use crate::text::Place;

/// Where the job runs, as far as `runs-on` shows.
pub(crate) fn runner(path: &FilePath, job: &Job, scope: &EvalScope<'_>) -> RunnerFact {
    let Some(runs_on) = &job.runs_on else {
        return RunnerFact::Unknown;
    };
    let mut fact = match runs_on.has_group || runs_on.labels.is_empty() {
        true => RunnerFact::Unknown,
        false => RunnerFact::GithubHosted,
    };
    for label in &runs_on.labels {
        let place = || Place::new(path, label.range);
        match host_of(&label.value, scope) {
            Host::Own(label) => {
                return RunnerFact::SelfHosted {
                    label,
                    place: place(),
                };
            }
            Host::MaybeOwn(label) => {
                fact = RunnerFact::MaybeSelfHosted {
                    label,
                    place: place(),
                };
            }
            Host::Github => {}
            Host::Unknown if matches!(fact, RunnerFact::MaybeSelfHosted { .. }) => {}
            Host::Unknown => fact = RunnerFact::Unknown,
        }
    }
    fact
}

/// Whose machine a label names.
enum Host {
    /// Not GitHub's.
    Own(String),
    /// One of several, and one of them is not GitHub's.
    MaybeOwn(String),
    Github,
    Unknown,
}

/// What a label says, also one that an expression chooses.
fn host_of(label: &str, scope: &EvalScope<'_>) -> Host {
    let is_own = |label: &String| matches!(classify(label), Runner::SelfHosted | Runner::ThirdParty(_));
    if !has_expression(label) {
        return match classify(label) {
            Runner::SelfHosted | Runner::ThirdParty(_) => Host::Own(label.to_owned()),
            Runner::GithubHosted(_) => Host::Github,
            Runner::Unknown => Host::Unknown,
        };
    }
    let evaluated = scope.evaluate(label);
    // Of each value, the first label that is not GitHub's.
    let own: Vec<Option<String>> = evaluated
        .values()
        .iter()
        .map(|value| match value {
            Possible::Text(text) => labels_of(text).into_iter().find(is_own),
            _ => None,
        })
        .collect();
    let found = own.iter().flatten().next().cloned();
    match found {
        Some(label) if own.iter().all(Option::is_some) => Host::Own(label),
        Some(label) => Host::MaybeOwn(label),
        None => Host::Unknown,
    }
}

/// The labels in the value of `runs-on`: one, or a list that `fromJSON` makes.
fn labels_of(text: &str) -> Vec<String> {
    let list = parse_json(text)
        .tree
        .filter(|_| text.trim_start().starts_with('['));
    let items = list.as_ref().map(JsonValue::elements);
    match items {
        Some(items) => items
            .iter()
            .filter_map(JsonValue::as_str)
            .map(str::to_owned)
            .collect(),
        None => vec![text.to_owned()],
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
