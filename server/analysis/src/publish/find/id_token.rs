//! Whether a job can get an ID token, and which words of which file decide it.

use crate::model::job::Job;
use crate::model::permissions::{Grant, Permissions};
use crate::model::workflow::Workflow;
use crate::publish::entry::{CallingJob, WorkflowEntry};
use crate::publish::site::IdTokenCause;
use crate::publish::site::IdTokenFact;
use crate::text::FilePath;
use crate::text::Place;

/// Whether `job` of the workflow at `path` can get an ID token when it is entered by `entry`.
pub(crate) fn id_token(
    entry: &WorkflowEntry<'_>,
    path: &FilePath,
    workflow: &Workflow,
    job: &Job,
) -> IdTokenFact {
    let mut outer = None;
    for calling in &entry.callers {
        let is_outermost = outer.is_none();
        let has_unknown_caller = is_outermost && entry.has_unknown_caller;
        let CallingJob {
            path, workflow, job, ..
        } = calling;
        outer = Some(one_level(outer, has_unknown_caller, path, workflow, job));
    }
    let has_unknown_caller = outer.is_none() && entry.has_unknown_caller;
    one_level(outer, has_unknown_caller, path, workflow, job)
}

fn one_level(
    outer: Option<IdTokenFact>,
    has_unknown_caller: bool,
    path: &FilePath,
    workflow: &Workflow,
    job: &Job,
) -> IdTokenFact {
    let block = job.permissions.as_ref().or(workflow.permissions.as_ref());
    let Some(block) = block else {
        return match outer {
            // Without a block the callee has what its caller has.
            Some(outer) => through_caller(outer),
            None if has_unknown_caller => unknown(Place::new(path, job.id.range)),
            None => IdTokenFact {
                grant: Grant::No,
                cause: IdTokenCause::NoBlock,
                place: Place::new(path, job.id.range),
            },
        };
    };
    let place = Place::new(path, block.key);
    match (block.grants_id_token(), outer) {
        (Grant::Yes, None) if has_unknown_caller => unknown(place),
        (Grant::Yes, None) => IdTokenFact {
            grant: Grant::Yes,
            cause: IdTokenCause::Granted,
            place,
        },
        (Grant::Yes, Some(outer)) => match (outer.grant, innermost_cause(&outer.cause)) {
            (Grant::Yes, _) => IdTokenFact {
                grant: Grant::Yes,
                cause: IdTokenCause::Granted,
                place,
            },
            // Within one repository a caller without any block has been seen to work and to be refused,
            // by the repository's settings.
            (Grant::No, IdTokenCause::NoBlock) => IdTokenFact {
                grant: Grant::Unknown,
                ..through_caller(outer)
            },
            _ => through_caller(outer),
        },
        (Grant::Unknown, _) => unknown(place),
        (Grant::No, _) => IdTokenFact {
            grant: Grant::No,
            cause: refusal(block, workflow, job),
            place,
        },
    }
}

fn refusal(block: &Permissions, workflow: &Workflow, job: &Job) -> IdTokenCause {
    let is_the_jobs = job.permissions.as_ref().is_some_and(|own| own.key == block.key);
    let workflow_grants = workflow
        .permissions
        .as_ref()
        .is_some_and(|outer| outer.grants_id_token() == Grant::Yes);
    match (is_the_jobs, workflow_grants) {
        (true, true) => IdTokenCause::DroppedByJob,
        (true, false) => IdTokenCause::JobBlock,
        (false, _) => IdTokenCause::WorkflowBlock,
    }
}

fn through_caller(outer: IdTokenFact) -> IdTokenFact {
    let cause = match outer.cause {
        cause @ (IdTokenCause::Granted | IdTokenCause::Caller(_) | IdTokenCause::Unknown) => cause,
        cause => IdTokenCause::Caller(Box::new(cause)),
    };
    IdTokenFact { cause, ..outer }
}

fn innermost_cause(cause: &IdTokenCause) -> &IdTokenCause {
    match cause {
        IdTokenCause::Caller(inner) => innermost_cause(inner),
        cause => cause,
    }
}

fn unknown(place: Place) -> IdTokenFact {
    IdTokenFact {
        grant: Grant::Unknown,
        cause: IdTokenCause::Unknown,
        place,
    }
}
