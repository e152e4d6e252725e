//! A job that calls a workflow and has an `environment`, which GitHub does not allow there: "Unexpected value 'environment'".

use super::REFUSED;
use crate::publish::entry::WorkflowEntry;
use crate::publish::site::{PublishStop, StopCause, StopPoint};
use crate::text::Place;

/// The environment of a calling job on the way into the workflow.
pub(super) fn environment_on_call(entry: &WorkflowEntry<'_>) -> Option<PublishStop> {
    let mut callers = entry.callers.iter();
    callers.find_map(|calling| {
        let environment = calling.job.environment.as_ref()?;
        Some(PublishStop {
            cause: StopCause::EnvironmentOnCall,
            point: StopPoint::Start(REFUSED),
            place: Place::new(&calling.path, environment.range),
            error: None,
            is_in_every_run: true,
        })
    })
}
