//! Whether a job starts at all: what GitHub decides before the first step runs. One file per subject.

mod branches;
mod condition;
mod dead_clauses;
mod environment;
mod never_runs;
mod outside_call;
mod refused_call;
mod run_kind;
#[cfg(test)]
mod tests;
mod value;
mod workflow_run;

use crate::model::workflow::Workflow;
use crate::publish::entry::WorkflowEntry;
use crate::publish::site::PublishStop;
use crate::sources::Sources;
use crate::text::FilePath;

pub(crate) use branches::BranchRuns;
pub(crate) use condition::{StepEnd, StepResult};
pub(crate) use dead_clauses::{DeadClause, dead_clauses};
pub(crate) use never_runs::{
    condition_fails_after, input_is_unset, is_name, job_never_runs, names_in, open_runs, step_never_runs,
    step_of_action_never_runs,
};

/// GitHub allows ten levels of reusable workflows.
const MOST_LEVELS: usize = 10;
/// More calls than this in one run are not looked at.
const MOST_CALLS: usize = 64;

const REFUSED: &str = "GitHub refuses to start the run";

/// What keeps every run of the workflow at `path` from starting, entered by `entry`, or may keep it from that.
pub(crate) fn run_never_starts(
    sources: &Sources<'_>,
    entry: &WorkflowEntry<'_>,
    path: &FilePath,
    workflow: &Workflow,
) -> Option<PublishStop> {
    let (start_path, start) = match entry.callers.first() {
        Some(outermost) => (&outermost.path, outermost.workflow),
        None => (path, workflow),
    };
    outside_call::call_outside(sources, entry, path, workflow)
        .or_else(|| environment::environment_on_call(entry))
        .or_else(|| workflow_run::waits_for_nothing(sources, start_path, start))
        .or_else(|| refused_call::refused_call(sources, entry, path, workflow))
}
