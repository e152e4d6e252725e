//! How a workflow is entered: by an event of its own, or through jobs that call it.

use super::eval::{BoundInput, EvalScope, Evaluated};
use crate::model::job::{Call, Job};
use crate::model::read::VariableTable;
use crate::model::workflow::{InputDeclaration, Workflow};
use crate::sources::Sources;
use crate::text::FilePath;
use crate::text::Place;
use crate::versions::action_reference::local_path;

/// One way in which a workflow is entered.
#[derive(Clone, Debug)]
pub(crate) struct WorkflowEntry<'a> {
    /// The jobs that call, the outermost first; empty where an event starts the workflow itself.
    pub callers: Vec<CallingJob<'a>>,
    /// The values of `inputs`, given by the callers; none if an event starts the workflow or the caller is unknown.
    pub inputs: Option<Vec<BoundInput>>,
    /// What is known of the inputs of the event.
    pub event_inputs: Vec<BoundInput>,
    /// Whether the outermost caller is not in this repository.
    pub has_unknown_caller: bool,
}

/// A job that calls a reusable workflow.
#[derive(Clone, Debug)]
pub(crate) struct CallingJob<'a> {
    /// The workflow that holds the job.
    pub path: FilePath,
    /// That workflow.
    pub workflow: &'a Workflow,
    /// The job.
    pub job: &'a Job,
    /// What it calls and with what.
    pub call: &'a Call,
}

/// GitHub allows ten levels of reusable workflows.
const MOST_LEVELS: usize = 10;
/// More ways into one workflow than this are not told apart.
const MOST_ENTRIES: usize = 64;

/// More calls than this are not followed: workflows that call each other ten times each have a million ways that are too
/// long.
const MOST_CALLS: usize = 1000;

/// Every way in which the workflow at `path` is entered; at least one.
pub(crate) fn entries<'a>(
    sources: &Sources<'a>,
    path: &FilePath,
    workflow: &'a Workflow,
) -> Vec<WorkflowEntry<'a>> {
    let mut found = Vec::new();
    let mut calls_left = MOST_CALLS;
    collect(
        sources,
        (path, workflow),
        &mut Vec::new(),
        &mut calls_left,
        &mut found,
    );
    if found.is_empty() {
        found.push(WorkflowEntry {
            callers: Vec::new(),
            inputs: None,
            event_inputs: Vec::new(),
            has_unknown_caller: true,
        });
    }
    found
}

/// `inner` holds the calling jobs found so far, the innermost first.
fn collect<'a>(
    sources: &Sources<'a>,
    (path, workflow): (&FilePath, &'a Workflow),
    inner: &mut Vec<CallingJob<'a>>,
    calls_left: &mut usize,
    found: &mut Vec<WorkflowEntry<'a>>,
) {
    if found.len() >= MOST_ENTRIES {
        return;
    }
    let callers = if workflow.is_reusable() {
        sources.callers_of(path)
    } else {
        &[]
    };
    let starts_by_itself = workflow.starts_by_itself() || !workflow.is_reusable();
    if starts_by_itself || callers.is_empty() {
        found.push(entry_through(inner, !starts_by_itself));
    }
    for caller in callers {
        let is_cycle = inner.iter().any(|job| job.path == caller.path);
        if is_cycle || inner.len() >= MOST_LEVELS || *calls_left == 0 {
            continue;
        }
        *calls_left -= 1;
        let Some(calling_workflow) = sources.workflow(&caller.path) else {
            continue;
        };
        let Some(job) = calling_workflow.jobs.get(caller.job) else {
            continue;
        };
        let Some(call) = &job.call else { continue };
        inner.push(CallingJob {
            path: caller.path.clone(),
            workflow: calling_workflow,
            job,
            call,
        });
        collect(
            sources,
            (&caller.path, calling_workflow),
            inner,
            calls_left,
            found,
        );
        inner.pop();
    }
    // A caller's own inputs are bound from the outside in, which needs each callee's declarations.
    if inner.is_empty() {
        for entry in found.iter_mut() {
            let first = entry.callers.first().map_or(workflow, |calling| calling.workflow);
            if !entry.has_unknown_caller {
                entry.event_inputs = event_inputs(first);
            }
            entry.inputs = bind_inputs(sources, entry, workflow);
        }
    }
}

fn entry_through<'a>(inner: &[CallingJob<'a>], has_unknown_caller: bool) -> WorkflowEntry<'a> {
    let callers = inner.iter().rev().cloned().collect();
    WorkflowEntry {
        callers,
        inputs: None,
        event_inputs: Vec::new(),
        has_unknown_caller,
    }
}

/// What is known of the inputs of an event that starts the workflow: a choice has one of its options. They are empty if
/// another event starts the workflow.
fn event_inputs(workflow: &Workflow) -> Vec<BoundInput> {
    let is_other = |name: &str| !matches!(name, "workflow_dispatch" | "workflow_call");
    let has_other_event = workflow
        .triggers
        .iter()
        .any(|trigger| is_other(&trigger.name.value));
    let bind = |input: &InputDeclaration| {
        let options = input.options.iter().map(Evaluated::text);
        let chosen = options.reduce(Evaluated::or)?;
        // A start through GitHub's API may leave out an input.
        let may_be_empty = has_other_event || input.default.is_none();
        Some(BoundInput {
            name: input.name.clone(),
            value: match may_be_empty {
                true => chosen.or(Evaluated::text("")),
                false => chosen,
            },
            place: None,
        })
    };
    BoundInput::in_order(workflow.dispatch_inputs.iter().filter_map(bind))
}

/// The inputs of the innermost workflow.
fn bind_inputs(
    sources: &Sources<'_>,
    entry: &WorkflowEntry<'_>,
    innermost: &Workflow,
) -> Option<Vec<BoundInput>> {
    let mut inputs: Option<Vec<BoundInput>> = None;
    for calling in &entry.callers {
        let callee_path = local_path(&calling.call.uses.value);
        let callee = callee_path.as_ref().and_then(|path| sources.workflow(path));
        let declared = callee.map_or(&innermost.call_inputs, |callee| &callee.call_inputs);
        let scope = EvalScope {
            inputs: inputs.as_deref(),
            event_inputs: &entry.event_inputs,
            matrix: Some(&calling.job.matrix),
            ..EvalScope::default()
        };
        let table = VariableTable::new(&calling.call.with);
        let bound = declared.iter().map(|input| {
            let given = table.find(&calling.call.with, &input.name);
            let (value, place) = match (given, &input.default) {
                (Some(given), _) => {
                    let at = Place::new(&calling.path, given.value.range);
                    (
                        scope.evaluate(&given.value.value),
                        scope.written_at(&given.value.value, &at),
                    )
                }
                (None, Some(default)) => {
                    let at = callee_path.as_ref().map(|path| Place::new(path, default.range));
                    (scope.evaluate(&default.value), at)
                }
                (None, None) => (Evaluated::text(""), None),
            };
            BoundInput {
                name: input.name.clone(),
                value,
                place,
            }
        });
        inputs = Some(BoundInput::in_order(bound));
    }
    inputs
}

impl WorkflowEntry<'_> {
    /// What an expression outside of the steps of a job may use.
    pub(crate) fn scope_of_job<'s>(&'s self, job: &'s Job) -> EvalScope<'s> {
        EvalScope {
            inputs: self.inputs.as_deref(),
            event_inputs: &self.event_inputs,
            matrix: Some(&job.matrix),
            ..EvalScope::default()
        }
    }

    /// The file name of the workflow that an event starts: what npm compares with the trusted publisher.
    /// `path` is the innermost workflow. None if the caller is not in this repository.
    pub(crate) fn entry_workflow<'p>(&'p self, path: &'p FilePath) -> Option<&'p str> {
        if self.has_unknown_caller {
            return None;
        }
        Some(
            self.callers
                .first()
                .map_or(path, |outermost| &outermost.path)
                .file_name(),
        )
    }
}
