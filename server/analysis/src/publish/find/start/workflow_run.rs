//! Workflows that start after a workflow that does not exist. Source: "Events that trigger workflows" (`workflow_run`) in GitHub's
//! documentation: `workflows` lists names; a workflow without `name` is called by its path.

use super::never_runs::stop;
use crate::model::workflow::Workflow;
use crate::publish::site::{NeverRuns, PublishStop};
use crate::sources::{FileFact, Sources};
use crate::text::{FilePath, Place};

/// Words in the names of workflows that GitHub adds by itself, without a file.
const ADDED_BY_GITHUB: [&str; 5] = ["pages", "codeql", "dependabot", "dependency", "copilot"];

/// The names that the workflow at `path` waits for, if it waits for nothing else and no workflow has one of them.
pub(super) fn waits_for_nothing(
    sources: &Sources<'_>,
    path: &FilePath,
    workflow: &Workflow,
) -> Option<PublishStop> {
    let waits = !workflow.triggers.is_empty()
        && workflow
            .triggers
            .iter()
            .all(|trigger| trigger.name.value == "workflow_run" && !trigger.workflows.is_empty());
    if !waits {
        return None;
    }
    let names = || workflow.triggers.iter().flat_map(|trigger| &trigger.workflows);
    let may_exist = |name: &str| {
        let lower = name.to_ascii_lowercase();
        name.contains(['*', '$']) || ADDED_BY_GITHUB.iter().any(|word| lower.contains(word))
    };
    let mut existing = Vec::new();
    for other_path in sources.workflow_paths().filter(|other| *other != path) {
        let other = sources.fact::<WorkflowName>(other_path);
        // Nothing is known of a file that cannot be read.
        let WorkflowName::Known(other_name) = &*other else {
            return None;
        };
        let own = other_name.as_deref().unwrap_or(other_path.as_str());
        let is_it = |name: &str| {
            name.eq_ignore_ascii_case(own.trim()) || (other_name.is_none() && name == other_path.file_name())
        };
        if names().any(|name| may_exist(&name.value) || is_it(name.value.trim())) {
            return None;
        }
        existing.push(own.to_owned());
    }
    let place = Place::new(path, names().next()?.range);
    let names = names().map(|name| name.value.clone()).collect();
    Some(stop(place, NeverRuns::WorkflowRun { names, existing }))
}

/// What a workflow calls itself.
#[derive(PartialEq)]
enum WorkflowName {
    /// Its `name`, if it has one.
    Known(Option<String>),
    /// It has no events or no jobs: what it is meant to be is not known.
    Unknown,
}

impl FileFact for WorkflowName {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        let workflow = sources.workflow(path);
        match workflow.filter(|workflow| !workflow.triggers.is_empty() && !workflow.jobs.is_empty()) {
            Some(workflow) => Self::Known(workflow.name.as_ref().map(|name| name.value.clone())),
            None => Self::Unknown,
        }
    }
}
