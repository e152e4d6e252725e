//! Whether a job survives to its publish step, and the publish command until it sends something. A step that certainly fails
//! is noted when the walk meets it; what stops a publish command itself is looked for when its site is built.

use super::stops::detached_head::CheckedOut;
use super::{WalkFrame, Walker};
use crate::knowledge::actions::leaves_git_alone;
use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::pnpm_releases::needs_branch;
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::find::start::{step_never_runs, step_of_action_never_runs};
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{ActionQuestion, Prediction, PublishStop, Site, StopCause, StopPoint, UsedAction};
use crate::publish::tools::Tool;
use crate::versions::action_reference::ActionReference;
use crate::versions::version::Truth;

/// A step that certainly fails when it runs, and so ends its job.
pub(crate) struct NotedStop {
    /// What to say of the publish steps after it.
    stop: PublishStop,
    /// The `if:` around the step.
    conditions: Vec<String>,
}

/// How much the walk had found at some point.
#[derive(Clone, Copy)]
pub(super) struct Found {
    sites: usize,
    stops: usize,
    left_out: usize,
}

/// Of what a site is, nothing follows for its outcome.
pub(super) fn forget_outcome(site: &mut Site<'_>) {
    site.outcome.stop = None;
    site.outcome.refusal = None;
    site.outcome.prediction = Prediction::UNKNOWN;
}

impl<'a> Walker<'_, 'a> {
    pub(super) fn found(&self) -> Found {
        Found {
            sites: self.sites.len(),
            stops: self.stops.len(),
            left_out: self.left_out.len(),
        }
    }

    /// Says that what was found since then may be otherwise.
    pub(super) fn make_unknown_since(&mut self, found: Found) {
        self.stops.truncate(found.stops);
        self.left_out.truncate(found.left_out);
        for site in self.sites.iter_mut().skip(found.sites) {
            site.credentials.may_have_others = true;
            forget_outcome(site);
        }
    }

    /// Notes that a step certainly fails. Nothing follows from it if the job may go on all the same.
    pub(crate) fn note_stop(&mut self, frame: &WalkFrame<'a>, stop: PublishStop) {
        if frame.may_go_on_after_failure {
            return self.note_failed_step(frame, stop);
        }
        let conditions = frame.conditions.clone();
        self.stops.push(NotedStop { stop, conditions });
    }

    /// What keeps the steps at `frame` from being reached: that the job does not start, or that a step before ends it.
    pub(crate) fn stop_before(&self, frame: &WalkFrame<'a>) -> Option<PublishStop> {
        let start = self.stop_at_start.as_ref();
        if start.is_some_and(PublishStop::is_certain_at_start) {
            return start.cloned();
        }
        let noted = self.noted_before(frame);
        let is_certain = noted.as_ref().is_some_and(|stop| stop.is_in_every_run);
        match start {
            Some(start) if !is_certain => Some(start.clone()),
            _ => noted,
        }
    }

    /// What keeps the steps at `frame` from being reached, or from running.
    pub(crate) fn stop_at(&self, frame: &WalkFrame<'a>) -> Option<PublishStop> {
        let stop = self.stop_before(frame);
        let is_certain = |stop: &PublishStop| stop.is_in_every_run;
        let stop = match stop.as_ref().is_some_and(is_certain) {
            true => stop,
            false => self.skipped_after_failure(frame).or(stop),
        };
        if stop.as_ref().is_some_and(is_certain) {
            return stop;
        }
        frame.never_runs.clone().or(stop)
    }

    /// Why a step runs in none of the runs of this way into the job, as far as its own condition says.
    pub(crate) fn step_never_runs(&self, frame: &WalkFrame<'a>, step: &Step) -> Option<PublishStop> {
        let condition = step.condition.as_ref()?;
        match frame.is_composite {
            true => step_of_action_never_runs(&self.job, &frame.path, frame.inputs.as_deref(), condition),
            false => step_never_runs(&self.job, condition),
        }
    }

    /// Whether a step that never runs here may be meant for others: another way leads to its job in which it may run, or it is
    /// in an action, whose conditions choose among its callers.
    pub(crate) fn may_be_meant_for_others(&self, frame: &WalkFrame<'a>, step: &Step) -> bool {
        let Some(condition) = &step.condition else {
            return false;
        };
        let mut ways = self.ways.iter();
        frame.is_composite || ways.any(|way| step_never_runs(way, condition).is_none())
    }

    /// The stop that a step before has noted: the first that certainly comes true, or else the first that may.
    fn noted_before(&self, frame: &WalkFrame<'a>) -> Option<PublishStop> {
        if frame.runs_after_failure {
            return None;
        }
        let is_certain = |noted: &&NotedStop| {
            let mut conditions = noted.conditions.iter();
            conditions.all(|condition| frame.conditions.contains(condition))
        };
        let noted = self.stops.iter().find(is_certain);
        let (noted, is_certain) = match noted {
            Some(noted) => (noted, true),
            None => (self.stops.first()?, false),
        };
        let mut stop = noted.stop.clone();
        stop.is_in_every_run &= is_certain;
        Some(stop)
    }

    /// What certainly stops a publish command before it sends anything, in some runs or in all. `pnpm` is the version of pnpm
    /// as it is written.
    pub(crate) fn stop_of(
        &self,
        frame: &WalkFrame<'a>,
        publish: &PublishCommand,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        let stop = |by_ref, is_in_every_run| PublishStop {
            cause: StopCause::DetachedHead { by_ref },
            point: StopPoint::Command,
            place: site.place.clone(),
            error: Some(NpmError::GitUnknownBranch),
            is_in_every_run,
        };
        if self.has_no_branch(frame, publish, pnpm, site) {
            let (_, workflow) = site.job.starting_workflow()?;
            // A run started by hand is usually for a branch.
            return Some(stop(false, workflow.trigger("workflow_dispatch").is_none()));
        }
        match self.head_for_pnpm(frame, publish, pnpm, site) {
            CheckedOut::Commit => Some(stop(true, !site.command.is_conditional)),
            CheckedOut::PerhapsCommit => Some(stop(true, false)),
            CheckedOut::Unknown | CheckedOut::Branch => None,
        }
    }

    /// Whether pnpm looks for the branch and finds none: the run is for a tag or a release, for which actions/checkout checks
    /// out a commit.
    fn has_no_branch(
        &self,
        frame: &WalkFrame<'a>,
        publish: &PublishCommand,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> bool {
        let is_pnpm = publish.tool == Tool::Pnpm && !publish.is_configured && !publish.is_staged;
        let is_old = || pnpm.is_some_and(|text| needs_branch(text) == Truth::Yes);
        if !is_pnpm || !is_old() || !site.step.conditions.is_empty() || site.command.is_conditional {
            return false;
        }
        let (Some(job), Some((_, workflow))) = (site.job.job, site.job.starting_workflow()) else {
            return false;
        };
        !site.job.entry.has_unknown_caller
            && workflow.runs_for_tags()
            // A container without git gets the files and no repository, where pnpm does not look.
            && job.container.is_none()
            && self.is_on_the_commit()
            && self.looks_at_git(frame, publish, pnpm, site)
    }

    /// Whether the working tree is a checkout of the run's commit that nothing before may have changed.
    pub(crate) fn is_on_the_commit(&self) -> bool {
        let contents = &self.contents;
        let checks_out = |action: &UsedAction<'_>| checks_out_the_commit(action) == Some(true);
        let may_leave = |action: &UsedAction<'_>| checks_out_the_commit(action).is_none();
        !contents.may_choose_branch
            && contents.any_action(ActionQuestion::ChecksOutTheCommit, checks_out)
            && !contents.any_action(ActionQuestion::MayLeaveTheCommit, may_leave)
            && !self.has_unread_action()
    }

    /// Whether the job uses an action of the repository that was not walked.
    pub(crate) fn has_unread_action(&self) -> bool {
        self.contents.any_action(ActionQuestion::IsUnread, |action| {
            let folder = action.reference.folder();
            folder.is_some_and(|folder| {
                let found = self.sources.action_in(&folder);
                !found.is_some_and(|(_, action)| action.is_composite)
            })
        })
    }
}

/// Whether a step under this condition runs although an earlier one failed.
pub(super) fn runs_after_failure(condition: &str) -> bool {
    ["always(", "failure(", "cancelled("]
        .iter()
        .any(|function| condition.contains(function))
}

/// Whether an action is `actions/checkout` for the commit of the run; none if it may leave another one or a branch.
fn checks_out_the_commit(action: &UsedAction<'_>) -> Option<bool> {
    match &action.reference {
        ActionReference::Remote(remote) if remote.is("actions/checkout") => {
            let mut chooses = ["ref", "repository", "path"].iter();
            let is_plain = chooses.all(|input| find_input(&action.step.with, input).is_none());
            is_plain.then_some(true)
        }
        ActionReference::Remote(remote) => leaves_git_alone(remote).then_some(false),
        // What the actions in a composite action do is looked at by itself.
        ActionReference::Local(_) | ActionReference::RepositoryRoot(_) => Some(false),
        ActionReference::Docker(_) | ActionReference::Invalid => None,
    }
}
