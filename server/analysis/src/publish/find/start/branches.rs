//! For which branches the runs are that get to a step.

use super::never_runs::{Level, may_hold, runs_of};
use super::run_kind::RunKind;
use crate::publish::site::JobFact;

/// The runs that may get to a step, each for one branch.
pub(crate) struct BranchRuns<'f> {
    runs: Vec<RunKind<'f>>,
    levels: Vec<Level<'f>>,
    conditions: &'f [String],
}

impl<'f> BranchRuns<'f> {
    /// The runs that may get to a step under these conditions. None if one may be for something else than a branch, or if
    /// others may start it from outside of the repository.
    pub(crate) fn of(fact: &'f JobFact<'_>, conditions: &'f [String]) -> Option<Self> {
        let mut found = Self {
            runs: Vec::new(),
            levels: Level::of(fact)?,
            conditions,
        };
        let runs = runs_of(fact)?;
        found.runs = runs.into_iter().filter(|run| found.is_open(run)).collect();
        let are_for_branches = found.runs.iter().all(RunKind::is_for_branch);
        (are_for_branches && !found.runs.is_empty()).then_some(found)
    }

    /// Whether a run may be for this branch.
    pub(crate) fn may_be_for(&self, branch: &str) -> bool {
        let mut narrowed = self.runs.iter().filter_map(|run| run.for_branch(branch));
        narrowed.any(|run| self.is_open(&run))
    }

    /// The branch that all runs are for, as it is written in the filters of the events.
    pub(crate) fn only_branch(&self) -> Option<String> {
        if !self.runs.iter().all(RunKind::names_its_branches) {
            return None;
        }
        let mut named: Vec<&str> = self.runs.iter().flat_map(RunKind::branches).collect();
        named.retain(|branch| self.may_be_for(branch));
        named.dedup();
        match named.as_slice() {
            [branch] => Some((*branch).to_owned()),
            _ => None,
        }
    }

    fn is_open(&self, run: &RunKind<'_>) -> bool {
        let inputs = self.levels.last().map(|level| level.inputs);
        let mut conditions = self.conditions.iter();
        let holds =
            inputs.is_some_and(|inputs| conditions.all(|condition| may_hold(run, inputs, condition, &[])));
        holds && self.levels.iter().all(|level| level.blocks(run).is_none())
    }
}
