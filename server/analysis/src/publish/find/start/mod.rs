//! Whether a job starts at all: what GitHub decides before the first step runs. One file per subject.

mod condition;
mod environment;
mod never_runs;
mod refused_call;
mod run_kind;
mod value;

use crate::model::workflow::Workflow;
use crate::publish::entry::WorkflowEntry;
use crate::publish::site::PublishStop;
use crate::sources::Sources;
use crate::text::FilePath;

pub(crate) use never_runs::{job_never_runs, step_never_runs};

const REFUSED: &str = "GitHub refuses to start the run";

/// What makes GitHub refuse every run of the workflow at `path`, entered by `entry`, or perhaps refuse it.
pub(crate) fn refused_run(
    sources: &Sources<'_>,
    entry: &WorkflowEntry<'_>,
    path: &FilePath,
    workflow: &Workflow,
) -> Option<PublishStop> {
    environment::environment_on_call(entry)
        .or_else(|| refused_call::refused_call(sources, entry, path, workflow))
}
