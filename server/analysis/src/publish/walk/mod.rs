//! The walk through the steps of a job: what each does to the runner, and where one publishes.

mod actions;
mod commands;
mod effects;
mod guesses;
mod npm;
mod packages;
mod programs;
mod site_builder;
mod site_facts;
mod step_outcomes;
mod stops;
mod survival;

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use effects::Effects;
use survival::runs_after_failure;

use super::eval::{BoundInput, EnvLayer, EvalScope, Evaluated, condition_inside};
use super::machine::{Effect, EffectKind, Machine};
use crate::model::action::Action;
use crate::model::job::{Job, Step};
use crate::model::permissions::Grant;
use crate::model::workflow::Workflow;
use crate::publish::entry::{WorkflowEntry, entries};
use crate::publish::find::id_token::id_token;
use crate::publish::find::runner::{runner, start_node};
use crate::publish::find::start::{job_never_runs, run_never_starts};
use crate::publish::read::relevance::Relevance;
use crate::publish::site::IdTokenFact;
use crate::publish::site::{CutStep, JobContents, Limit, PublishJob, PublishStop};
use crate::publish::site::{IgnoredBy, IgnoredFailure};
use crate::publish::site::{JobFact, Outcome, RunnerFact};
use crate::publish::site::{RegistryCommand, Site, Walked};
use crate::sources::Sources;
use crate::text::FilePath;
use crate::text::Place;
use crate::text::Ranged;
use crate::versions::version::Truth;
use commands::failures::of_continue_on_error;
use commands::made_tokens::HandedOn;
use packages::prereleases::MadePrerelease;
use step_outcomes::{FailedSteps, surviving_step};
use stops::dirty_tree::UncommittedChange;
use survival::NotedStop;

/// How deep actions and package scripts may lead into each other.
const MOST_DEPTH: usize = 8;
/// How many commands a job is followed into through functions, package scripts, files, tasks and actions: a long script that is
/// called many times would cost the product. No real job known leads to a tenth of that. What comes after is not known.
const MOST_CALLED_COMMANDS: usize = 50_000;
/// How many package scripts a step is followed into. The largest real step known leads to about a hundred.
const MOST_SCRIPTS: usize = 1000;
/// How many actions of the repository a step is followed into. Actions that use each other ten times each would be walked a
/// million times. What is after the last one is not known.
const MOST_ACTIONS: usize = 100;

/// Walks through every job of a workflow, for each way in which the workflow is entered.
pub(crate) fn walk_workflow<'a>(
    sources: &Sources<'a>,
    path: &FilePath,
    workflow: &'a Workflow,
) -> Walked<'a> {
    let mut walked = Walked::default();
    let relevance = Relevance::new(sources, path, workflow);
    let jobs: Vec<&Job> = workflow
        .jobs
        .iter()
        .filter(|job| relevance.includes(job))
        .collect();
    if jobs.is_empty() {
        return walked;
    }
    let entries = entries(sources, path, workflow);
    let fact = |entry: &WorkflowEntry<'a>, job: &'a Job| JobFact {
        path: path.clone(),
        workflow: Some(workflow),
        job: Some(job),
        entry: entry.clone(),
        runner: runner(path, job, &entry.scope_of_job(job)),
    };
    // A way into the workflow that never leads to a job is none, unless it is the only one.
    let ways_to = |job: &'a Job| -> Vec<JobFact<'a>> {
        if entries.len() < 2 {
            return Vec::new();
        }
        let facts = entries.iter().map(|entry| fact(entry, job));
        facts.filter(|fact| job_never_runs(fact).is_none()).collect()
    };
    let ways: Vec<Vec<JobFact<'a>>> = jobs.iter().map(|job| ways_to(job)).collect();
    for entry in &entries {
        let no_run = run_never_starts(sources, entry, path, workflow);
        for (job, ways) in jobs.iter().copied().zip(&ways) {
            let fact = fact(entry, job);
            let never = job_never_runs(&fact);
            if never.is_some() && !ways.is_empty() {
                continue;
            }
            let id_token = id_token(entry, path, workflow, job);
            let mut walker = Walker {
                ways,
                ..Walker::new(sources, fact, id_token)
            };
            walker.stop_at_start = no_run
                .clone()
                .filter(|stop| stop.is_in_every_run || never.is_none())
                .or(never);
            walker.walk_job(path, workflow, job);
            walker.finish(&mut walked);
        }
    }
    walked
}

/// The `uses:` of a step, or the first line of its script.
fn place_of_step(path: &FilePath, step: &Step) -> Option<Place> {
    let uses = step.uses.as_ref().map(|uses| uses.range);
    uses.or_else(|| step.run.as_ref().map(|run| run.range))
        .map(|range| Place::new(path, range))
}

/// Walks through a composite action that nothing in the repository uses.
pub(crate) fn walk_action<'a>(sources: &Sources<'a>, path: &FilePath, action: &'a Action) -> Walked<'a> {
    let entry = WorkflowEntry {
        callers: Vec::new(),
        inputs: None,
        event_inputs: Vec::new(),
        has_unknown_caller: true,
    };
    let fact = JobFact {
        path: path.clone(),
        workflow: None,
        job: None,
        entry,
        runner: RunnerFact::Unknown,
    };
    let id_token = IdTokenFact {
        grant: Grant::Unknown,
        cause: crate::publish::site::IdTokenCause::Unknown,
        place: Place::new(path, crate::text::TextRange::default()),
    };
    let mut walker = Walker::new(sources, fact, id_token);
    walker.add(&[], EffectKind::UnknownCredentials);
    let frame = WalkFrame {
        path: path.clone(),
        is_composite: true,
        ..WalkFrame::default_at(path)
    };
    walker.walk_steps(&frame, &action.steps);
    let mut walked = Walked::default();
    walker.finish(&mut walked);
    walked
}

/// The walk through one job.
struct Walker<'r, 'a> {
    sources: &'r Sources<'a>,
    job: JobFact<'a>,
    /// All ways that may lead to the job, where there are several.
    ways: &'r [JobFact<'a>],
    id_token: IdTokenFact,
    start: Machine,
    effects: Effects,
    /// What the step that is being walked does for the steps after it alone.
    effects_after_step: Vec<Effect>,
    sites: Vec<Site<'a>>,
    dry_runs: Vec<Site<'a>>,
    registry_commands: Vec<RegistryCommand<'a>>,
    /// Tokens that the job has made itself so far.
    made_tokens: Vec<HandedOn>,
    /// Commands that run a script which was not read and whose name speaks of publishing.
    guesses: Vec<Site<'a>>,
    /// How many commands so far run a script that was not read.
    unread_scripts: usize,
    /// The variables that the scripts under way export which a step or another script calls.
    exported_by_called: Vec<String>,
    /// How many more commands the job may lead to through functions, scripts, tasks and actions.
    called_commands_left: usize,
    /// How many more package scripts the step may lead to that is being walked.
    scripts_left: usize,
    /// How many more actions of the repository the step may lead to that is being walked.
    actions_left: usize,
    /// How many more calls of functions the command may lead to that is being walked.
    function_calls_left: usize,
    /// How many more calls of task runners are followed in the script that is being walked.
    task_calls_left: usize,
    /// The first step that leads to more than is followed.
    cut_step: Option<CutStep>,
    /// How many publish sites, and how many commands that need a login, come before it.
    before_cut: (usize, usize),
    /// Whether something before it ends the job.
    stops_before_cut: bool,
    /// The step of the job that is being walked.
    step_of_job: Option<Place>,
    /// What the job runs beside its publish commands.
    contents: JobContents<'a>,
    /// What has been checked out so far, and where.
    checkouts: Vec<actions::checkouts::Checkout>,
    /// What keeps the job from starting.
    stop_at_start: Option<PublishStop>,
    /// Whether something so far may have given git another token than that of the checkout.
    has_other_git_credentials: bool,
    /// Whether something so far may have installed dependencies.
    may_have_installed: bool,
    /// A change that nothing has committed so far.
    uncommitted: Option<UncommittedChange>,
    /// The branch that a command of the job has certainly made and checked out.
    made_branch: Option<String>,
    /// Whether a command of the job has made another repository.
    may_be_in_other_repository: bool,
    /// The prerelease that a command has made last, if nothing has changed the version since.
    prerelease: Option<MadePrerelease>,
    /// The steps so far that end the job.
    stops: Vec<NotedStop>,
    /// The steps so far that certainly fail and whose failure the job survives.
    failed_steps: FailedSteps,
    /// What the script that is being walked leaves out, and why.
    left_out: Vec<(crate::text::TextRange, PublishStop)>,
    /// Whether the repository's root has something by which a package manager may refuse commands.
    root_may_refuse: OnceCell<bool>,
    /// Whether a script of the job may give later commands a token for GitHub.
    a_script_gives_token: OnceCell<bool>,
    /// Whether the workflow has git leave changed files out.
    git_looks_away: OnceCell<bool>,
}

/// Where the walk is: the file, and what its steps see.
#[derive(Clone, Debug)]
struct WalkFrame<'a> {
    path: FilePath,
    is_composite: bool,
    /// `env:` from the outside in.
    env: Vec<EnvLayer<'a>>,
    inputs: Option<Arc<[BoundInput]>>,
    /// The texts of the `if:` around the steps.
    conditions: Vec<String>,
    /// What hides a failure of the steps.
    ignored_failure: Option<IgnoredFailure>,
    /// Whether the job may go on after a step that fails.
    may_go_on_after_failure: bool,
    /// The id of the step of the job, if the job goes on after it fails.
    surviving_step: Option<String>,
    /// How the walk came here.
    trail: Vec<Place>,
    /// `defaults.run.working-directory`.
    working_directory: Option<&'a Ranged<String>>,
    /// Whether an `if:` has the steps run although an earlier one failed.
    runs_after_failure: bool,
    /// The first `if:` around the steps that holds in no run.
    never_runs: Option<PublishStop>,
    depth: usize,
}

impl<'a> WalkFrame<'a> {
    fn default_at(path: &FilePath) -> Self {
        Self {
            path: path.clone(),
            is_composite: false,
            env: Vec::new(),
            inputs: None,
            conditions: Vec::new(),
            ignored_failure: None,
            may_go_on_after_failure: false,
            surviving_step: None,
            trail: Vec::new(),
            working_directory: None,
            runs_after_failure: false,
            never_runs: None,
            depth: 0,
        }
    }

    /// The frame of a step: its `env:` and its `if:` added.
    fn of_step(&self, step: &'a Step, condition: Option<String>) -> Self {
        let mut frame = self.clone();
        frame.surviving_step = surviving_step(self, step);
        frame
            .env
            .push(EnvLayer::new(&step.env, self.inputs.clone(), &self.path, true));
        frame.conditions.extend(condition);
        let own = step.condition.as_ref();
        frame.runs_after_failure |= own.is_some_and(|own| runs_after_failure(&own.value));
        let continues = step.continue_on_error.as_ref();
        frame.may_go_on_after_failure |= continues.is_some_and(|value| value.value.trim() != "false");
        frame.ignored_failure =
            of_continue_on_error(step.continue_on_error.as_ref(), IgnoredBy::Step, &self.path)
                .or(frame.ignored_failure);
        frame
    }
}

impl<'r, 'a> Walker<'r, 'a> {
    fn new(sources: &'r Sources<'a>, job: JobFact<'a>, id_token: IdTokenFact) -> Self {
        let start = Machine::new(start_node(&job));
        Self {
            sources,
            job,
            ways: &[],
            id_token,
            start,
            effects: Effects::default(),
            effects_after_step: Vec::new(),
            sites: Vec::new(),
            dry_runs: Vec::new(),
            registry_commands: Vec::new(),
            made_tokens: Vec::new(),
            guesses: Vec::new(),
            unread_scripts: 0,
            exported_by_called: Vec::new(),
            called_commands_left: MOST_CALLED_COMMANDS,
            scripts_left: 0,
            actions_left: 0,
            function_calls_left: 0,
            task_calls_left: 0,
            cut_step: None,
            before_cut: (0, 0),
            stops_before_cut: false,
            step_of_job: None,
            contents: JobContents::default(),
            stop_at_start: None,
            has_other_git_credentials: false,
            may_have_installed: false,
            uncommitted: None,
            made_branch: None,
            may_be_in_other_repository: false,
            prerelease: None,
            stops: Vec::new(),
            failed_steps: FailedSteps::default(),
            left_out: Vec::new(),
            checkouts: Vec::new(),
            root_may_refuse: OnceCell::new(),
            a_script_gives_token: OnceCell::new(),
            git_looks_away: OnceCell::new(),
        }
    }

    fn walk_job(&mut self, path: &FilePath, workflow: &'a Workflow, job: &'a Job) {
        if is_never(job.condition.as_ref()) {
            return;
        }
        let inputs: Option<Arc<[BoundInput]>> = self.job.entry.inputs.as_deref().map(Arc::from);
        let frame = WalkFrame {
            env: vec![
                EnvLayer::new(&workflow.env, inputs.clone(), path, false),
                EnvLayer::new(&job.env, inputs.clone(), path, false),
            ],
            inputs,
            ignored_failure: of_continue_on_error(job.continue_on_error.as_ref(), IgnoredBy::Job, path),
            working_directory: job
                .working_directory
                .as_ref()
                .or(workflow.working_directory.as_ref()),
            ..WalkFrame::default_at(path)
        };
        if let Some(call) = &job.call {
            self.guess_from_call(&frame, call);
        }
        self.walk_steps(&frame, &job.steps);
    }

    /// Adds what was found. A script whose name speaks of publishing counts only where nothing that was read publishes.
    fn finish(mut self, walked: &mut Walked<'a>) {
        let publishes_without_token = self
            .sites
            .iter()
            .chain(&self.guesses)
            .any(|site| site.credentials.tokens.is_empty());
        for site in &mut self.sites {
            site.credentials.is_beside_tokenless =
                publishes_without_token && !site.credentials.tokens.is_empty();
        }
        if self.sites.is_empty() {
            self.sites.append(&mut self.guesses);
        }
        if let Some(step) = self.cut_step.take() {
            // What was not followed may change npm, the registry or the token, or end the job.
            let (sites, commands) = self.before_cut;
            if self.sites.is_empty() || sites < self.sites.len() {
                walked.cut_steps.push(step);
            }
            for site in self.sites.iter_mut().skip(sites) {
                site.credentials.may_have_others = true;
                let is_stopped =
                    site.outcome.prediction.outcome == Outcome::NotReached && self.stops_before_cut;
                if !is_stopped {
                    survival::forget_outcome(site);
                }
            }
            for command in self.registry_commands.iter_mut().skip(commands) {
                command.site.credentials.may_have_others = true;
            }
        }
        let first = walked.sites.len();
        walked.sites.append(&mut self.sites);
        walked.dry_runs.append(&mut self.dry_runs);
        walked.registry_commands.append(&mut self.registry_commands);
        if walked.sites.len() > first {
            walked.jobs.push(PublishJob {
                job: self.job,
                sites: first..walked.sites.len(),
                contents: self.contents,
            });
        }
    }

    fn walk_steps(&mut self, frame: &WalkFrame<'a>, steps: &'a [Step]) {
        if frame.depth > MOST_DEPTH {
            self.note_limit(Limit::Actions);
            return;
        }
        for step in steps {
            let condition = match self.condition(frame, step) {
                Condition::Never => continue,
                Condition::Always => None,
                Condition::Sometimes(text) => Some(text),
            };
            let never_runs = self.step_never_runs(frame, step);
            if never_runs.is_some() && self.may_be_meant_for_others(frame, step) {
                continue;
            }
            if frame.depth == 0 {
                self.step_of_job = place_of_step(&frame.path, step);
                self.scripts_left = MOST_SCRIPTS;
                self.actions_left = MOST_ACTIONS;
            }
            let mut frame = frame.of_step(step, condition);
            if never_runs.is_some()
                && let Some(condition) = frame.conditions.last()
            {
                self.effects.add_never_holding(condition.clone());
            }
            frame.never_runs = frame.never_runs.or(never_runs);
            self.note_skipped_step(&frame, step);
            if let Some(uses) = &step.uses {
                self.walk_action(&frame, step, uses);
            }
            if let Some(run) = &step.run {
                self.walk_run(&frame, step, run);
            }
            self.end_step();
        }
    }

    fn condition(&self, frame: &WalkFrame<'a>, step: &Step) -> Condition {
        let Some(condition) = &step.condition else {
            return Condition::Always;
        };
        match self.scope(frame).condition(&condition.value) {
            Truth::No => Condition::Never,
            Truth::Yes => Condition::Always,
            Truth::Maybe => {
                Condition::Sometimes(self.in_its_scope(frame, condition_inside(&condition.value)))
            }
        }
    }

    /// The inputs of an action are not those of the workflow, so they get another name.
    fn in_its_scope(&self, frame: &WalkFrame<'a>, condition: &str) -> String {
        let call = frame.trail.last().filter(|_| frame.is_composite);
        match call.filter(|_| condition.contains("inputs.")) {
            Some(call) => {
                let name = format!("inputs_{}_{}.", frame.trail.len(), call.range.start());
                condition.replace("inputs.", &name)
            }
            None => condition.to_owned(),
        }
    }

    /// What a text may be for the steps of `frame`.
    fn evaluate(&self, frame: &WalkFrame<'a>, text: &str) -> Evaluated {
        if !text.contains("${{") {
            return Evaluated::text(text);
        }
        self.scope(frame).evaluate(text)
    }

    fn scope<'s>(&'s self, frame: &'s WalkFrame<'a>) -> EvalScope<'s> {
        EvalScope {
            env: &frame.env,
            changed_env: self.effects.changed_env(),
            inputs: frame.inputs.as_deref(),
            inputs_are_texts: frame.is_composite,
            event_inputs: &self.job.entry.event_inputs,
            matrix: self.job.job.map(|job| &job.matrix),
            ..EvalScope::default()
        }
    }

    fn add(&mut self, conditions: &[String], kind: EffectKind) {
        self.effects.push(Effect {
            conditions: conditions.to_vec(),
            kind,
        });
    }

    /// Whether so many commands that something calls may still be walked. From the first that may not on, none is.
    fn may_follow(&mut self, count: impl FnOnce() -> usize) -> bool {
        if self.called_commands_left > 0 {
            self.called_commands_left = self.called_commands_left.saturating_sub(count());
        }
        if self.called_commands_left == 0 {
            self.note_limit(Limit::Commands);
        }
        self.called_commands_left > 0
    }

    /// Notes that the step leads to more than is followed.
    fn note_limit(&mut self, limit: Limit) {
        if self.cut_step.is_none()
            && let Some(place) = self.step_of_job.clone()
        {
            self.cut_step = Some(CutStep { place, limit });
            self.before_cut = (self.sites.len(), self.registry_commands.len());
            self.stops_before_cut = self.stop_at_start.is_some() || !self.stops.is_empty();
        }
    }

    /// The runner after the steps so far, at a step under `conditions`.
    fn machine(&self, conditions: &[String]) -> Rc<Machine> {
        let known = self.known_conditions(conditions);
        self.effects.machine(&self.start, known, conditions)
    }

    /// What holds where `conditions` hold: the job's own `if:` does too.
    fn known_conditions(&self, conditions: &[String]) -> Vec<String> {
        let of_job = self.job.job.and_then(|job| job.condition.as_ref());
        let of_job = of_job.map(|condition| condition_inside(&condition.value).to_owned());
        conditions.iter().cloned().chain(of_job).collect()
    }
}

enum Condition {
    Never,
    Always,
    Sometimes(String),
}

/// Whether an `if:` is the word `false`.
fn is_never(condition: Option<&Ranged<String>>) -> bool {
    condition.is_some_and(|condition| condition_inside(&condition.value) == "false")
}
