//! Workflows that start after a workflow that does not exist. Source: "Events that trigger workflows" (`workflow_run`) in GitHub's
//! documentation: `workflows` lists names; a workflow without `name` is called by its path.

use std::collections::BTreeMap;

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
    if names().any(|name| may_exist(&name.value)) {
        return None;
    }
    // All workflows share one fact.
    let shared = sources.workflow_paths().next().unwrap_or(path);
    let known = sources.fact::<WorkflowNames>(shared);
    // Nothing is known of a file that cannot be read.
    let is_unknown = known.unknown.iter().any(|other| other != path);
    if is_unknown || names().any(|name| known.has_other(path, name.value.trim())) {
        return None;
    }
    let others = known.names.iter().filter(|(other, _)| other != path);
    let existing = others.map(|(_, name)| name.clone()).collect();
    let place = Place::new(path, names().next()?.range);
    let names = names().map(|name| name.value.clone()).collect();
    Some(stop(place, NeverRuns::WorkflowRun { names, existing }))
}

/// What the workflows call themselves.
#[derive(PartialEq)]
struct WorkflowNames {
    /// Each workflow with its `name`, or with its path where it has none.
    names: Vec<(FilePath, String)>,
    /// Those without events or jobs: what they are meant to be is not known.
    unknown: Vec<FilePath>,
    /// Where those are that have a name, in lower case, and those without one that have a file name.
    by_name: BTreeMap<String, Vec<usize>>,
    by_file: BTreeMap<String, Vec<usize>>,
}

impl WorkflowNames {
    /// Whether another workflow than that at `path` is called so.
    fn has_other(&self, path: &FilePath, name: &str) -> bool {
        let named = self.by_name.get(&name.to_ascii_lowercase());
        let mut found = named.into_iter().chain(self.by_file.get(name)).flatten();
        found.any(|at| self.names.get(*at).is_some_and(|(other, _)| other != path))
    }
}

impl FileFact for WorkflowNames {
    fn find(sources: &Sources<'_>, _: &FilePath) -> Self {
        let mut found = Self {
            names: Vec::new(),
            unknown: Vec::new(),
            by_name: BTreeMap::new(),
            by_file: BTreeMap::new(),
        };
        for path in sources.workflow_paths() {
            let workflow = sources.workflow(path);
            let Some(workflow) =
                workflow.filter(|workflow| !workflow.triggers.is_empty() && !workflow.jobs.is_empty())
            else {
                found.unknown.push(path.clone());
                continue;
            };
            let at = found.names.len();
            let name = match &workflow.name {
                Some(name) => name.value.clone(),
                None => {
                    let of_file = found.by_file.entry(path.file_name().to_owned());
                    of_file.or_default().push(at);
                    path.to_string()
                }
            };
            let named = found.by_name.entry(name.trim().to_ascii_lowercase());
            named.or_default().push(at);
            found.names.push((path.clone(), name));
        }
        found
    }
}
