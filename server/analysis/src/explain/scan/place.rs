//! Which job and which step wrote a line.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::dress::{columns, unstamped};
use super::step::{Listing, is_named_for_tests};

/// What a text tells about the job or the step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PlaceSign {
    /// GitHub starts a step.
    Step,
    /// A group ends, and with it the list of a step's commands.
    EndGroup,
    /// The steps are over, and what they leave is cleaned up.
    Cleanup,
    /// The log of a job starts.
    JobStart,
    /// The name of the job follows.
    JobName,
    /// `act` starts a step.
    StepOfAct,
}

/// GitHub's runner prints these, and [act](https://github.com/nektos/act) the last.
pub(super) static PLACE_TEXTS: &[(&str, PlaceSign)] = &[
    ("##[group]Run ", PlaceSign::Step),
    ("##[endgroup]", PlaceSign::EndGroup),
    ("Post job cleanup.", PlaceSign::Cleanup),
    ("Cleaning up orphan processes", PlaceSign::Cleanup),
    ("Current runner version: '", PlaceSign::JobStart),
    ("Complete job name: ", PlaceSign::JobName),
    ("] ⭐ Run ", PlaceSign::StepOfAct),
    ("] ⭐  Run ", PlaceSign::StepOfAct),
];

/// Bytes at the start of a line that may name its job and its step.
pub(super) const LONGEST_HEAD: usize = 600;
/// More names of jobs and steps are not told apart.
const MOST_NAMES: usize = 1_000;
const LONGEST_NAME: usize = 200;

/// What a line changes about the job of those that do not name theirs.
pub(super) enum JobChange {
    /// Nothing.
    None,
    /// The log of another job starts, whose name comes later.
    Started,
    /// This is the job's name, also of its lines before.
    Named(Arc<str>),
}

/// The name of a job or a step, shared by all lines.
pub(super) type Name = Option<Arc<str>>;

/// The jobs and steps of a log, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Places {
    names: HashSet<Arc<str>>,
    /// The job of lines that do not name theirs.
    job: Name,
    /// The step that each job is at.
    steps: HashMap<Name, Step>,
}

/// A step that GitHub started.
#[derive(Debug)]
struct Step {
    name: Arc<str>,
    /// Whether it does nothing but test.
    is_test: bool,
    /// Whether the log is still at the list of its commands.
    is_in_listing: bool,
}

/// Where a line was written.
pub(super) struct Place {
    pub(super) job: Name,
    pub(super) step: Name,
    /// Whether that step does nothing but test.
    pub(super) is_of_test: bool,
    /// Whether GitHub lists the commands of that step here.
    pub(super) is_in_listing: bool,
}

impl Places {
    /// The job and the step of a line, by its start.
    pub(super) fn of_line(&mut self, head: &str) -> Place {
        let job = self.job_of(head);
        let column = columns(head).map(|(_, step, _)| step.trim());
        let started = self.steps.get(&job);
        // Without the list of its commands, only the name of a step is known.
        let is_of_test = match started {
            Some(step) => step.is_test,
            None => column.is_some_and(is_named_for_tests),
        };
        let is_in_listing = started.is_some_and(|step| step.is_in_listing);
        let step = match column {
            // What gh prints if it cannot tell.
            None | Some("UNKNOWN STEP" | "") => started.map(|step| Arc::clone(&step.name)),
            Some(step) => self.name(step),
        };
        Place {
            job,
            step,
            is_of_test,
            is_in_listing,
        }
    }

    /// Takes note of a line that tells the job or the step.
    pub(super) fn take(&mut self, sign: PlaceSign, head: &str, listing: impl Fn() -> Listing) -> JobChange {
        let has_columns = columns(head).is_some();
        let text = unstamped(head);
        match sign {
            PlaceSign::Step => {
                if let Some(step) = text.strip_prefix("##[group]Run ") {
                    let job = self.job_of(head);
                    self.set_step(job, Some(step), listing());
                }
            }
            PlaceSign::EndGroup => {
                let job = self.job_of(head);
                if let Some(step) = self.steps.get_mut(&job) {
                    step.is_in_listing = false;
                }
            }
            PlaceSign::Cleanup if is_sentence(text) => {
                let job = self.job_of(head);
                self.set_step(job, None, Listing::default());
            }
            PlaceSign::StepOfAct => {
                if let (Some(_), Some((_, step))) = (job_of_act(head), text.split_once(" Run ")) {
                    let job = self.job_of(head);
                    let step = ["Main ", "Pre ", "Post "]
                        .iter()
                        .find_map(|stage| step.strip_prefix(stage))
                        .unwrap_or(step);
                    self.set_step(job, Some(step), Listing::default());
                }
            }
            PlaceSign::JobStart if !has_columns && text.starts_with("Current runner version: '") => {
                self.job = None;
                self.set_step(None, None, Listing::default());
                return JobChange::Started;
            }
            PlaceSign::JobName if !has_columns => {
                if let Some(name) = text.strip_prefix("Complete job name: ") {
                    let is_first_name = self.job.is_none();
                    self.job = self.name(name);
                    self.set_step(self.job.clone(), None, Listing::default());
                    let named = self.job.clone().filter(|_| is_first_name);
                    return named.map_or(JobChange::None, JobChange::Named);
                }
            }
            _ => {}
        }
        JobChange::None
    }

    fn job_of(&mut self, head: &str) -> Name {
        match columns(head)
            .map(|(job, _, _)| job.trim())
            .or_else(|| job_of_act(head))
        {
            Some(job) => self.name(job),
            None => self.job.clone(),
        }
    }

    fn set_step(&mut self, job: Name, step: Option<&str>, listing: Listing) {
        match step.and_then(|step| self.name(step)) {
            Some(name) => {
                let step = Step {
                    name,
                    is_test: listing.is_of_tests,
                    is_in_listing: listing.has_end,
                };
                self.steps.insert(job, step)
            }
            None => self.steps.remove(&job),
        };
    }

    fn name(&mut self, text: &str) -> Name {
        let mut end = LONGEST_NAME.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end)?.trim();
        if let Some(name) = self.names.get(text) {
            return Some(Arc::clone(name));
        }
        if text.is_empty() || self.names.len() >= MOST_NAMES {
            return None;
        }
        let name: Arc<str> = Arc::from(text);
        self.names.insert(Arc::clone(&name));
        Some(name)
    }
}

fn is_sentence(text: &str) -> bool {
    text.starts_with("Post job cleanup.") || text.starts_with("Cleaning up orphan processes")
}

/// The job in `[Release/publish] ⭐ Run Main npm publish` or `[Release/publish]   | npm error`. The name of a package in
/// brackets is none.
fn job_of_act(head: &str) -> Option<&str> {
    let (name, rest) = unstamped(head).strip_prefix('[')?.split_once(']')?;
    let (_, job) = name.rsplit_once('/')?;
    let sign = rest.trim_start().chars().next()?;
    let is_of_act = sign == '|' || !(sign.is_ascii() || sign.is_alphanumeric());
    (rest.starts_with(' ') && is_of_act && !name.starts_with('@')).then(|| job.trim())
}
