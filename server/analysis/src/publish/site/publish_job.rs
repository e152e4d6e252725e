//! A job that publishes, with what else runs in it: every step of it can ask for the job's ID token.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::JobFact;
use crate::model::job::Step;
use crate::text::Place;
use crate::versions::action_reference::ActionReference;
use crate::versions::version::Truth;

/// A job that publishes.
#[derive(Debug)]
pub(crate) struct PublishJob<'a> {
    /// The job, and how it is entered.
    pub job: JobFact<'a>,
    /// The numbers of its publish sites among those of its file.
    pub sites: Range<usize>,
    /// What else it runs.
    pub contents: JobContents<'a>,
}

/// What a job runs beside its publish commands, in the order in which it does.
#[derive(Debug, Default)]
pub(crate) struct JobContents<'a> {
    /// The actions, those in composite actions of the repository too.
    pub actions: Vec<UsedAction<'a>>,
    /// The commands that install dependencies.
    pub installs: Vec<DependencyInstall>,
    /// The steps after a publish step that end the job because its token may not write.
    pub refused_writes: Vec<RefusedWrite>,
    /// Whether a command, or something that was not read, may use git with the credentials of the checkout.
    pub may_use_git_credentials: bool,
    /// Whether a command so far, or something that was not read, may have chosen a branch or configured pnpm's checks of git.
    pub may_choose_branch: bool,
    /// Of each question how many actions it was asked of, and whether one of them is such a one.
    answers: RefCell<HashMap<ActionQuestion, (usize, bool)>>,
}

/// What is asked of all actions of a job at each publish step.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum ActionQuestion {
    IsCheckout,
    ChecksOutTheCommit,
    ChecksOutARef,
    MayLeaveTheCommit,
    IsUnread,
    MayGiveToken,
    MayGiveGitToken,
}

impl<'a> JobContents<'a> {
    /// Whether an action so far passes the test of a question, which is made once for each. It depends on nothing else.
    pub(crate) fn any_action(
        &self,
        question: ActionQuestion,
        test: impl Fn(&UsedAction<'a>) -> bool,
    ) -> bool {
        let mut answers = self.answers.borrow_mut();
        let (seen, answer) = answers.entry(question).or_default();
        *answer = *answer || self.actions.iter().skip(*seen).any(test);
        *seen = self.actions.len();
        *answer
    }
}

/// An action that a job uses.
#[derive(Debug)]
pub(crate) struct UsedAction<'a> {
    /// What follows `uses:`.
    pub text: &'a str,
    /// What it names.
    pub reference: ActionReference,
    /// The step.
    pub step: &'a Step,
    /// Where the `uses:` is.
    pub place: Place,
    /// Where the job uses it: the same place, or that of the composite action through which it does.
    pub place_in_job: Place,
    /// How many of the job's publish sites come before it.
    pub sites_before: usize,
    /// What it is told about caches.
    pub cache_inputs: CacheInputs,
}

impl UsedAction<'_> {
    /// Whether it is a remote action, named `owner/name`, at any version.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.reference.remote().is_some_and(|remote| remote.is(name))
    }
}

/// Inputs of an action; empty where they are not given, none if their value is not known.
#[derive(Debug)]
pub(crate) struct CacheInputs {
    /// `cache`
    pub cache: Option<String>,
    /// `package-manager-cache`
    pub package_manager_cache: Option<String>,
}

/// A command or an action that GitHub refuses with 403, since the job's `GITHUB_TOKEN` may not write.
#[derive(Debug)]
pub(crate) struct RefusedWrite {
    /// The command or the action.
    pub command: String,
    /// The words of the block that does not grant it.
    pub place: Place,
    /// Where the command or the action is.
    pub at: Place,
    /// How many of the job's publish sites come before it.
    pub sites_before: usize,
    /// The `if:` around it.
    pub conditions: Vec<String>,
}

/// A command that installs dependencies.
#[derive(Debug)]
pub(crate) struct DependencyInstall {
    /// The command without its arguments: `npm ci`.
    pub command: String,
    /// Where it is.
    pub place: Place,
    /// Where in the job it is, as of [`UsedAction::place_in_job`].
    pub place_in_job: Place,
    /// What leads to it: `uses:` of composite actions and the words that run scripts, the outermost first.
    pub trail: Vec<Place>,
    /// How many of the job's publish sites come before it.
    pub sites_before: usize,
    /// Whether the install scripts of dependencies run.
    pub runs_scripts: Truth,
}

impl UsedAction<'_> {
    /// The action without its version.
    pub(crate) fn name(&self) -> &str {
        let text = self.text.trim();
        text.split_once('@').map_or(text, |(name, _)| name)
    }

    /// Whether it is in the job itself, so that a change of the step changes no other job.
    pub(crate) fn is_in_job(&self) -> bool {
        self.place == self.place_in_job
    }
}
