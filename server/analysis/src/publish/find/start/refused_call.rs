//! Calls of reusable workflows that GitHub refuses: a called workflow or one of its jobs asks for more permissions than
//! the caller grants. GitHub compares them before it starts anything, so conditions do not matter, and the whole run is
//! refused. Source: actions/runner, src/Sdk/WorkflowParser/Conversion, `PermissionsHelper.ValidateEmbeddedPermissions`
//! and `WorkflowTemplateConverter.ConvertToReferencedWorkflow`.

use super::{MOST_CALLS, MOST_LEVELS, REFUSED};
use crate::model::permissions::Permissions;
use crate::model::token_scopes::{Level, SCOPES};
use crate::model::workflow::Workflow;
use crate::publish::entry::WorkflowEntry;
use crate::publish::site::{ExcessPermission, GrantingJob, PublishStop, RefusedCall, StopCause, StopPoint};
use crate::sources::Sources;
use crate::text::{FilePath, Place};
use crate::versions::action_reference::local_path;

/// The call that makes GitHub refuse the run of the workflow at `path`, entered by `entry`: a certain one rather than one
/// that the repository's settings decide about, and one on the way to that workflow rather than another.
pub(super) fn refused_call(
    sources: &Sources<'_>,
    entry: &WorkflowEntry<'_>,
    path: &FilePath,
    workflow: &Workflow,
) -> Option<PublishStop> {
    let on_the_way = entry.callers.iter();
    let mut search = CallSearch {
        sources,
        on_the_way: on_the_way
            .map(|calling| Place::new(&calling.path, calling.job.id.range))
            .collect(),
        calls: 0,
        found: None,
    };
    let (path, workflow) = match entry.callers.first() {
        Some(outermost) => (&outermost.path, outermost.workflow),
        None => (path, workflow),
    };
    let limit = match entry.has_unknown_caller {
        true => Limit::Unknown,
        false => Limit::Default(None),
    };
    search.jobs(path, workflow, &limit, 0);
    search.found.map(|(_, stop)| stop)
}

/// The most that the jobs of a called workflow may ask for.
#[derive(Clone)]
enum Limit<'a> {
    /// What the repository's settings grant; nothing sets `permissions`. The job is the outermost that calls.
    Default(Option<GrantingJob>),
    /// A block.
    Block(GrantingBlock<'a>),
    /// The files do not show it.
    Unknown,
}

/// A `permissions` block that limits what a called workflow may ask for.
#[derive(Clone)]
struct GrantingBlock<'a> {
    path: &'a FilePath,
    block: &'a Permissions,
    /// The job that has it.
    job: GrantingJob,
    is_outermost: bool,
}

/// How much a finding counts: whether it is certain, and whether it is on the way.
type Weight = (bool, bool);

struct CallSearch<'s, 'a> {
    sources: &'s Sources<'a>,
    /// The calling jobs on the way to the workflow that is analyzed.
    on_the_way: Vec<Place>,
    calls: usize,
    found: Option<(Weight, PublishStop)>,
}

impl CallSearch<'_, '_> {
    /// Follows the calls of a workflow's jobs.
    fn jobs(&mut self, path: &FilePath, workflow: &Workflow, outer: &Limit<'_>, depth: usize) {
        for job in &workflow.jobs {
            let callee = job.call.as_ref().and_then(|call| local_path(&call.uses.value));
            let callee = callee.and_then(|path| Some((self.sources.workflow(&path)?, path)));
            let Some((called, called_path)) = callee else {
                continue;
            };
            self.calls += 1;
            if depth >= MOST_LEVELS || self.calls > MOST_CALLS {
                return;
            }
            let caller = Place::new(path, job.id.range);
            let calling = GrantingJob {
                id: job.id.value.clone(),
                place: caller.clone(),
            };
            let limit = match job.permissions.as_ref().or(workflow.permissions.as_ref()) {
                Some(block) => Limit::Block(GrantingBlock {
                    path,
                    block,
                    job: calling,
                    is_outermost: depth == 0,
                }),
                None => match outer {
                    Limit::Default(None) => Limit::Default(Some(calling)),
                    outer => outer.clone(),
                },
            };
            self.compare(&caller, &limit, &called_path, called);
            self.jobs(&called_path, called, &limit, depth + 1);
        }
    }

    /// Compares what a called workflow asks for with what its caller grants.
    fn compare(&mut self, caller: &Place, limit: &Limit<'_>, path: &FilePath, called: &Workflow) {
        let excess = limit.excess_of(path, called);
        if excess.is_empty() {
            return;
        }
        let (place, granting_job, is_outermost, is_certain) = match limit {
            Limit::Block(granting) => {
                let place = Place::new(granting.path, granting.block.key);
                (place, granting.job.clone(), granting.is_outermost, true)
            }
            Limit::Default(Some(job)) => (job.place.clone(), job.clone(), true, false),
            Limit::Default(None) | Limit::Unknown => return,
        };
        let weight = (is_certain, self.on_the_way.contains(caller));
        if self.found.as_ref().is_some_and(|(found, _)| *found >= weight) {
            return;
        }
        let stop = PublishStop {
            cause: StopCause::RefusedCall(RefusedCall {
                granting_job,
                is_outermost,
                excess,
            }),
            point: StopPoint::Start(REFUSED),
            place,
            error: None,
            is_in_every_run: is_certain,
        };
        self.found = Some((weight, stop));
    }
}

impl Limit<'_> {
    /// What a called workflow and its jobs ask for beyond this limit.
    fn excess_of(&self, path: &FilePath, called: &Workflow) -> Vec<ExcessPermission> {
        let of_workflow = called.permissions.iter().map(|block| (None, block));
        let of_jobs = called
            .jobs
            .iter()
            .filter_map(|job| Some((Some(&job.id.value), job.permissions.as_ref()?)));
        let mut found: Vec<ExcessPermission> = Vec::new();
        for (job, asking) in of_workflow.chain(of_jobs) {
            for scope in SCOPES {
                // What the files do not show is taken to be granted.
                let (Some(asked), Some(granted)) = (asking.level(scope), self.level(scope)) else {
                    continue;
                };
                let known = found
                    .iter()
                    .any(|other| other.scope == scope && other.asked >= asked);
                if asked > granted && !known {
                    found.retain(|other| other.scope != scope);
                    found.push(ExcessPermission {
                        scope,
                        asked,
                        granted,
                        job: job.cloned(),
                        place: Place::new(path, asking.key),
                    });
                }
            }
        }
        found
    }

    /// How much of a scope may be asked for; none if the files do not show it.
    fn level(&self, scope: &str) -> Option<Level> {
        match self {
            Self::Block(granting) => granting.block.level(scope),
            // `LimitedRead` in `PermissionsHelper.CreatePermissionsFromPolicy`, the default of newer repositories.
            Self::Default(_) if matches!(scope, "contents" | "packages") => Some(Level::Read),
            Self::Default(_) => Some(Level::None),
            Self::Unknown => None,
        }
    }
}
