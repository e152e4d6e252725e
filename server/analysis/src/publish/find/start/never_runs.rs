//! Jobs and steps that no run gets to: a condition never holds, or a needed job is always skipped.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::REFUSED;
use super::condition::{ConditionScope, Inputs, StepEnd, StepResult};
use super::run_kind::RunKind;
use crate::model::job::{Job, Step};
use crate::model::workflow::Workflow;
use crate::publish::eval::BoundInput;
use crate::publish::site::{JobFact, NeverRuns, PublishStop, SkippedJob, StopCause, StopPoint};
use crate::text::{FilePath, Place, Ranged};
use crate::versions::version::Truth;

/// More kinds of runs than this are not looked at.
const MOST_RUNS: usize = 64;
/// Longer chains of jobs are not followed.
const MOST_NEEDS: usize = 64;

/// Why no run gets to a job, if its condition, those of the jobs it needs, or those of the calling jobs say so.
pub(crate) fn job_never_runs(fact: &JobFact<'_>) -> Option<PublishStop> {
    let levels = Level::of(fact)?;
    if !levels.iter().any(Level::has_condition) {
        return None;
    }
    let runs = runs_of(fact)?;
    let mut blocked: Vec<Blocked<'_>> = Vec::new();
    for run in &runs {
        blocked.push(levels.iter().find_map(|level| level.blocks(run))?);
    }
    let first = blocked.iter().find(|blocked| blocked.needs).or(blocked.first())?;
    let (place, never) = match first.needs {
        false => (
            first.level.condition_place()?,
            NeverRuns::Condition {
                events: events(&runs),
            },
        ),
        true => {
            let job = first.level.job;
            let place = job.needs.first().map_or(job.id.range, |need| need.range);
            let mut skipped: Vec<SkippedJob> = Vec::new();
            for (blocked, run) in blocked.iter().zip(&runs) {
                let skipped_job = SkippedJob {
                    job: blocked.skipped.clone().unwrap_or_default(),
                    event: run.event.to_owned(),
                };
                if blocked.needs && blocked.skipped.is_some() && !skipped.contains(&skipped_job) {
                    skipped.push(skipped_job);
                }
            }
            let never = NeverRuns::Needs {
                job: job.id.value.clone(),
                needs: job.needs.iter().map(|need| need.value.clone()).collect(),
                has_condition: job.condition.is_some(),
                skipped,
            };
            (Place::new(first.level.path, place), never)
        }
    };
    Some(stop(place, never))
}

/// Why no run gets to a step with this condition in the workflow of a job.
pub(crate) fn step_never_runs(fact: &JobFact<'_>, condition: &Ranged<String>) -> Option<PublishStop> {
    let levels = Level::of(fact)?;
    never_holds(
        fact,
        &fact.path,
        levels.last()?.inputs,
        condition,
        &later_steps(fact, condition),
    )
}

/// Why no run gets to a step with this condition in a composite action, in the file at `path`, that the job uses.
pub(crate) fn step_of_action_never_runs(
    fact: &JobFact<'_>,
    path: &FilePath,
    inputs: Option<&[BoundInput]>,
    condition: &Ranged<String>,
) -> Option<PublishStop> {
    let inputs = inputs.map_or(Inputs::Unknown, Inputs::OfAction);
    never_holds(fact, path, inputs, condition, &[])
}

/// The names in an expression, as far as they may be those of steps, in lower case: GitHub compares without regard to case.
pub(crate) fn names_in(expression: &str) -> impl Iterator<Item = String> {
    let names = expression.split(|c| !is_part_of_name(c));
    names.filter(|name| !name.is_empty()).map(str::to_ascii_lowercase)
}

/// Whether an id of a step is one that [`names_in`] finds.
pub(crate) fn is_name(id: &str) -> bool {
    !id.is_empty() && id.chars().all(is_part_of_name)
}

fn is_part_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// The step with a condition, and those after it.
fn later_steps(fact: &JobFact<'_>, condition: &Ranged<String>) -> Vec<StepResult> {
    if !condition.value.contains("steps") {
        return Vec::new();
    }
    let steps = fact.job.map_or(&[][..], |job| &job.steps);
    let is_own = |step: &Step| {
        step.condition
            .as_ref()
            .is_some_and(|own| own.range == condition.range)
    };
    let later = steps.iter().skip_while(|step| !is_own(step));
    let ids = later.filter_map(|step| step.id.as_ref());
    let named: HashSet<String> = names_in(&condition.value).collect();
    let ids = ids.filter(|id| !is_name(&id.value) || named.contains(&id.value.to_ascii_lowercase()));
    ids.map(|id| StepResult {
        id: id.value.clone(),
        end: StepEnd::Later,
    })
    .collect()
}

fn never_holds(
    fact: &JobFact<'_>,
    path: &FilePath,
    inputs: Inputs<'_>,
    condition: &Ranged<String>,
    steps: &[StepResult],
) -> Option<PublishStop> {
    let runs = runs_of(fact)?;
    let never_holds = !runs
        .iter()
        .any(|run| may_hold(run, inputs, &condition.value, steps));
    let place = Place::new(path, condition.range);
    let never = NeverRuns::Condition {
        events: events(&runs),
    };
    never_holds.then(|| stop(place, never))
}

/// Whether a condition holds in no run once these steps have failed, and may hold otherwise.
pub(crate) fn condition_fails_after(fact: &JobFact<'_>, condition: &str, failed: &[StepResult]) -> bool {
    let names_step = condition.contains("steps");
    let runs = || {
        let inputs = Level::of(fact)?.last()?.inputs;
        Some((runs_of(fact)?, inputs))
    };
    let Some((runs, inputs)) = names_step.then(runs).flatten() else {
        return false;
    };
    let may_hold = |failed: &[StepResult]| runs.iter().any(|run| may_hold(run, inputs, condition, failed));
    may_hold(&[]) && !may_hold(failed)
}

/// Whether no run that may get to a step sets an input, here an expression such as `inputs.tag`. A start by hand may set it,
/// even if this file does not declare it.
pub(crate) fn input_is_unset(fact: &JobFact<'_>, conditions: &[String], input: &str) -> bool {
    let open = || {
        let levels = Level::of(fact)?;
        let inputs = levels.last()?.inputs;
        let mut runs = runs_of(fact)?;
        runs.retain(|run| {
            let mut conditions = conditions.iter();
            conditions.all(|condition| may_hold(run, inputs, condition, &[]))
                && levels.iter().all(|level| level.blocks(run).is_none())
        });
        let may_be_set =
            |run: &RunKind<'_>| run.event == "workflow_dispatch" || may_hold(run, inputs, input, &[]);
        Some(!runs.is_empty() && !runs.iter().any(may_be_set))
    };
    fact.entry.callers.is_empty() && open().unwrap_or_default()
}

pub(super) fn stop(place: Place, never: NeverRuns) -> PublishStop {
    let reason = match &never {
        NeverRuns::Condition { .. } => "its condition never holds",
        NeverRuns::WorkflowRun { .. } => "no workflow of this repository starts it",
        NeverRuns::Needs { .. } => "its job is always skipped",
        NeverRuns::CallOutside { .. } => REFUSED,
    };
    PublishStop {
        cause: StopCause::NeverRuns(never),
        point: StopPoint::Start(reason),
        place,
        error: None,
        is_in_every_run: true,
    }
}

/// The kinds of runs that lead to a job; none if others start it too, from outside of the repository.
pub(super) fn runs_of<'f>(fact: &'f JobFact<'_>) -> Option<Vec<RunKind<'f>>> {
    let (_, workflow) = fact.starting_workflow()?;
    if fact.entry.has_unknown_caller || workflow.is_reusable() {
        return None;
    }
    let runs = RunKind::of(workflow);
    (!runs.is_empty() && runs.len() <= MOST_RUNS).then_some(runs)
}

/// A run that may get to a publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OpenRun {
    /// The event that starts it.
    pub(crate) event: String,
    /// Whether it is for a tag.
    pub(crate) is_for_tag: bool,
}

/// The runs that may get to the steps of a job with this condition; none if others may start it from outside of the
/// repository.
pub(crate) fn open_runs(fact: &JobFact<'_>, condition: Option<&Ranged<String>>) -> Option<Vec<OpenRun>> {
    let levels = Level::of(fact)?;
    let inputs = levels.last()?.inputs;
    let is_open = |run: &RunKind<'_>| {
        let holds = condition.is_none_or(|condition| may_hold(run, inputs, &condition.value, &[]));
        holds && levels.iter().all(|level| level.blocks(run).is_none())
    };
    let runs = runs_of(fact)?;
    let open = runs.iter().filter(|run| is_open(run)).map(|run| OpenRun {
        event: run.event.to_owned(),
        is_for_tag: run.is_for_tag(),
    });
    Some(open.collect())
}

/// Whether the condition of a step may hold in a kind of run.
pub(super) fn may_hold(
    run: &RunKind<'_>,
    inputs: Inputs<'_>,
    condition: &str,
    failed_steps: &[StepResult],
) -> bool {
    let scope = ConditionScope {
        run,
        inputs,
        success: Truth::Maybe,
        failure: Truth::Maybe,
        may_run: &|_| None,
        failed_steps,
    };
    scope.holds(condition) != Truth::No
}

fn events(runs: &[RunKind<'_>]) -> Vec<String> {
    let mut events: Vec<String> = runs.iter().map(|run| run.event.to_owned()).collect();
    events.dedup();
    events
}

/// A job on the way to the publish step: the jobs that call, the outermost first, and the one that publishes.
pub(super) struct Level<'f> {
    path: &'f FilePath,
    workflow: &'f Workflow,
    job: &'f Job,
    pub inputs: Inputs<'f>,
}

/// Why a run does not get to a job.
pub(super) struct Blocked<'f> {
    level: &'f Level<'f>,
    /// Whether a needed job is what keeps it from running; else its own condition does.
    needs: bool,
    /// The job that is skipped.
    skipped: Option<String>,
}

impl<'f> Level<'f> {
    pub(super) fn of(fact: &'f JobFact<'_>) -> Option<Vec<Self>> {
        let callers = fact.entry.callers.iter().enumerate();
        let mut levels: Vec<Self> = callers
            .map(|(depth, calling)| Level {
                path: &calling.path,
                workflow: calling.workflow,
                job: calling.job,
                inputs: match depth {
                    0 => Inputs::OfRun,
                    _ => Inputs::Unknown,
                },
            })
            .collect();
        let workflow = fact.workflow?;
        levels.push(Level {
            path: &fact.path,
            workflow,
            job: fact.job?,
            inputs: match (&fact.entry.inputs, fact.entry.callers.is_empty()) {
                (_, true) => Inputs::OfRun,
                (Some(bound), false) => Inputs::Bound(bound, &workflow.call_inputs),
                (None, false) => Inputs::Unknown,
            },
        });
        Some(levels)
    }

    /// Whether a condition here may keep the job from running.
    fn has_condition(&self) -> bool {
        let mut jobs = self.workflow.jobs.iter();
        self.job.condition.is_some()
            || (!self.job.needs.is_empty() && jobs.any(|job| job.condition.is_some()))
    }

    fn condition_place(&self) -> Option<Place> {
        let condition = self.job.condition.as_ref()?;
        Some(Place::new(self.path, condition.range))
    }

    /// Why a run does not get to the job; none if it may.
    pub(super) fn blocks(&self, run: &RunKind<'_>) -> Option<Blocked<'_>> {
        if !self.has_condition() {
            return None;
        }
        let jobs = self.workflow.jobs.iter();
        let mut jobs = JobsOfRun {
            level: self,
            run,
            by_id: jobs
                .rev()
                .map(|job| (job.id.value.to_ascii_lowercase(), job))
                .collect(),
            known: BTreeMap::new(),
        };
        if jobs.may_run(self.job, 0) {
            return None;
        }
        let skipped = jobs.skipped_before(self.job);
        let alone = jobs.holds(self.job, Truth::Maybe, Truth::Maybe);
        Some(Blocked {
            level: self,
            needs: alone != Truth::No,
            skipped,
        })
    }
}

/// Which jobs of a workflow may run in a kind of run.
struct JobsOfRun<'l, 'r> {
    level: &'l Level<'l>,
    run: &'r RunKind<'r>,
    /// By their ids in small letters, as GitHub compares them. Of several with one id, the first.
    by_id: BTreeMap<String, &'l Job>,
    /// What is known about a job, by its id in small letters.
    known: BTreeMap<String, KnownJob>,
}

/// What becomes of a job in a kind of run.
#[derive(Clone, Copy)]
struct KnownJob {
    may_run: bool,
    /// Whether one of the jobs that it needs, or that these need, is skipped, and whether all of them are.
    after_skipped: bool,
    after_only_skipped: bool,
}

impl KnownJob {
    /// `success()` and `failure()` of a job: a skipped job anywhere before it is not a success.
    /// Source: "Defining prerequisite jobs" in GitHub's documentation and actions/runner issue 491.
    fn status(self, job: &Job) -> (Truth, Truth) {
        let success = match self.after_skipped {
            true => Truth::No,
            false if job.needs.is_empty() => Truth::Yes,
            false => Truth::Maybe,
        };
        let failure = match self.after_only_skipped {
            true => Truth::No,
            false => Truth::Maybe,
        };
        (success, failure)
    }
}

impl<'l> JobsOfRun<'l, '_> {
    /// A job that is switched off with `if: false` is left aside: somebody wants it so.
    fn may_run(&mut self, job: &'l Job, depth: usize) -> bool {
        let id = job.id.value.to_ascii_lowercase();
        if let Some(known) = self.known.get(&id) {
            return known.may_run;
        }
        if depth > MOST_NEEDS {
            return true;
        }
        // While it is looked at, and if it needs itself.
        let looked_at = KnownJob {
            may_run: true,
            after_skipped: false,
            after_only_skipped: false,
        };
        self.known.insert(id.clone(), looked_at);
        let needed: Vec<&Job> = self.needed(job).collect();
        for need in needed {
            self.may_run(need, depth + 1);
        }
        let is_off = job.condition.as_ref().is_some_and(|condition| {
            let text = condition.value.trim();
            matches!(text, "false" | "${{ false }}" | "${{false}}")
        });
        let mut known = self.before(job);
        let (success, failure) = known.status(job);
        known.may_run = is_off || self.holds(job, success, failure) != Truth::No;
        self.known.insert(id, known);
        known.may_run
    }

    fn needed(&self, job: &'l Job) -> impl Iterator<Item = &'l Job> {
        let needs = job.needs.iter();
        needs.filter_map(|need| self.by_id.get(&need.value.to_ascii_lowercase()).copied())
    }

    /// The jobs that a job needs, and those that these need.
    fn ancestors(&self, job: &'l Job) -> Vec<&'l Job> {
        let mut found: Vec<&Job> = Vec::new();
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        let mut next = Some(job);
        let mut at = 0;
        while let Some(job) = next {
            found.extend(self.needed(job).filter(|need| ids.insert(&need.id.value)));
            next = found.get(at).copied();
            at += 1;
        }
        found
    }

    fn is_skipped(&self, job: &Job) -> bool {
        self.known_of(job).is_some_and(|known| !known.may_run)
    }

    /// The first job before another that does not run.
    fn skipped_before(&self, job: &'l Job) -> Option<String> {
        let ancestors = self.ancestors(job);
        // The one that is skipped for itself explains the others.
        let skipped: Vec<&Job> = ancestors.into_iter().filter(|job| self.is_skipped(job)).collect();
        let by_itself = skipped
            .iter()
            .find(|job| !self.ancestors(job).iter().any(|job| self.is_skipped(job)));
        by_itself.or(skipped.first()).map(|job| job.id.value.clone())
    }

    fn known_of(&self, job: &Job) -> Option<KnownJob> {
        self.known.get(&job.id.value.to_ascii_lowercase()).copied()
    }

    /// What a job finds before it, from the jobs that it needs.
    fn before(&self, job: &'l Job) -> KnownJob {
        let is_first = |need: &Job| need.needs.is_empty();
        KnownJob {
            may_run: true,
            after_skipped: self.needed(job).any(|need| {
                let known = self.known_of(need);
                known.is_some_and(|known| !known.may_run || known.after_skipped)
            }),
            after_only_skipped: self.needed(job).all(|need| {
                let known = self.known_of(need);
                known.is_some_and(|known| !known.may_run && (is_first(need) || known.after_only_skipped))
            }),
        }
    }

    /// Whether the job's own condition holds.
    fn holds(&self, job: &Job, success: Truth, failure: Truth) -> Truth {
        let Some(condition) = &job.condition else {
            return success;
        };
        let scope = ConditionScope {
            run: self.run,
            inputs: self.level.inputs,
            success,
            failure,
            may_run: &|id| {
                self.known
                    .get(&id.to_ascii_lowercase())
                    .map(|known| known.may_run)
            },
            failed_steps: &[],
        };
        scope.holds(&condition.value)
    }
}
