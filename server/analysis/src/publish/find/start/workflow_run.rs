//! Workflows that start after a workflow that does not exist. Source: "Events that trigger workflows" (`workflow_run`) in GitHub's
//! documentation: `workflows` lists names; a workflow without `name` is called by its path.

use super::never_runs::stop;
use crate::model::workflow::Workflow;
use crate::publish::site::{NeverRuns, PublishStop};
use crate::sources::Sources;
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
        let other = sources.workflow(other_path)?;
        // Nothing is known of a file that cannot be read.
        if other.triggers.is_empty() || other.jobs.is_empty() {
            return None;
        }
        let own = match &other.name {
            Some(name) => name.value.as_str(),
            None => other_path.as_str(),
        };
        let is_it = |name: &str| {
            name.eq_ignore_ascii_case(own.trim()) || (other.name.is_none() && name == other_path.file_name())
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
