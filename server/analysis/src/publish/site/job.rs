use crate::model::job::Job;
use crate::model::workflow::Workflow;
use crate::publish::entry::WorkflowEntry;
use crate::text::FilePath;
use crate::text::Place;

/// The job whose run reaches a publish site.
#[derive(Debug, Clone)]
pub(crate) struct JobFact<'a> {
    /// The workflow's path, or the action's own path if nothing in the repository uses the action.
    pub path: FilePath,
    /// The workflow; none if nothing in the repository uses the action.
    pub workflow: Option<&'a Workflow>,
    /// The job; none likewise.
    pub job: Option<&'a Job>,
    /// How the workflow is entered.
    pub entry: WorkflowEntry<'a>,
    /// Where the job runs.
    pub runner: RunnerFact,
}

impl JobFact<'_> {
    /// The workflow whose events start the run: that of the outermost caller.
    pub(crate) fn starting_workflow(&self) -> Option<(&FilePath, &Workflow)> {
        match self.entry.callers.first() {
            Some(outermost) => Some((&outermost.path, outermost.workflow)),
            None => Some((&self.path, self.workflow?)),
        }
    }
}

/// Where a job runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RunnerFact {
    /// A runner that GitHub hosts.
    GithubHosted,
    /// A self-hosted runner, or one of a third party that registers as self-hosted.
    SelfHosted {
        /// The label that says so.
        label: String,
        /// Where.
        place: Place,
    },
    /// One of several, some of which are such runners.
    MaybeSelfHosted {
        /// The label, or one of those that it may be.
        label: String,
        /// Where.
        place: Place,
    },
    /// The files do not show it.
    Unknown,
}
