//! The facts of a publish site. Each is known, one of a few, or unknown, and says where it comes from.

mod command;
mod credentials;
mod doubt;
mod identity;
mod ignored_failure;
mod job;
mod node_and_npm;
mod outcome;
mod packages;
mod publish_job;
mod registration;
mod step;
mod stop;
mod target;
mod tool;

pub(crate) use super::tools::Exchange;
pub(crate) use command::{Argument, CommandFact, DryRun, NamedPackage, SettingFact};
pub(crate) use credentials::{
    Credential, CredentialSource, Credentials, Intent, NpmrcFact, NpmrcFile, NpmrcLine, RegistryUrl,
};
pub(crate) use doubt::{ManifestDoubt, VersionChange};
pub(crate) use identity::{IdTokenCause, IdTokenFact, Identity};
pub(crate) use ignored_failure::{IgnoredBy, IgnoredFailure};
pub(crate) use job::{JobFact, RunnerFact};
pub(crate) use node_and_npm::{
    CorepackPin, NodeAndNpm, NodeOrigin, NpmAttempt, NpmInstallation, NpmOrigin, VersionFact,
};
pub use outcome::Outcome;
pub(crate) use outcome::{Prediction, Refusal, SiteOutcome};
pub(crate) use packages::{ManifestEdit, Packages, Rename, RepositoryChange, name_after};
pub(crate) use publish_job::{
    ActionQuestion, CacheInputs, DependencyInstall, JobContents, PublishJob, RefusedWrite, UsedAction,
};
pub(crate) use registration::{RegistrationDifference, RegistrationFact, RegistrationMismatch};
pub(crate) use step::StepFact;
pub(crate) use stop::{
    ExcessPermission, GrantingJob, NeverRuns, PublishStop, RefusedCall, SetupNodeStop, SkippedJob, StopCause,
    StopPoint, UnsetLine,
};
pub(crate) use target::{ProvenanceFact, RegistryFact, Target};
pub(crate) use tool::{Guess, PublishClient, PublishingTool, ToolRelease};

use crate::text::Place;

/// A step that publishes to a registry, with everything that decides what it does.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    /// The publish command, or the `uses:` of the publishing action.
    pub place: Place,
    /// The job whose run reaches the step, and its runner.
    pub job: JobFact<'a>,
    /// The step that holds the command, and how the job gets there.
    pub step: StepFact<'a>,
    /// The publishing tool.
    pub publishing_tool: PublishingTool,
    /// The Node and the npm at the step.
    pub node_and_npm: NodeAndNpm,
    /// What npm can learn about the job from its ID token.
    pub identity: Identity,
    /// The access tokens that reach the step.
    pub credentials: Credentials,
    /// Where it publishes to.
    pub target: Target,
    /// What it publishes.
    pub packages: Packages,
    /// What the command says about it.
    pub command: CommandFact,
    /// What will happen.
    pub outcome: SiteOutcome,
}

/// A command in a job that needs a user logged in to the registry: `npm dist-tag add`, `npm whoami`.
#[derive(Debug)]
pub(crate) struct RegistryCommand<'a> {
    /// The facts about the command, as if it published: its tool is npm, its command this one.
    pub site: Site<'a>,
    /// Whether it is `npm dist-tag`, for which newer releases of npm exchange the ID token.
    pub is_dist_tag: bool,
    /// Whether npm asks for a token before the registry does, so that the code is known.
    pub is_refused_by_npm: bool,
    /// Whether its failure certainly ends the job.
    pub ends_job: bool,
}

/// What the walks through the jobs of a file have found.
#[derive(Debug, Default)]
pub(crate) struct Walked<'a> {
    /// The publish sites.
    pub sites: Vec<Site<'a>>,
    /// The steps that would publish if they were not dry runs.
    pub dry_runs: Vec<Site<'a>>,
    /// The commands that need a login.
    pub registry_commands: Vec<RegistryCommand<'a>>,
    /// The jobs with a publish site.
    pub jobs: Vec<PublishJob<'a>>,
    /// Of each job the first step that leads to more than is followed.
    pub cut_steps: Vec<CutStep>,
}

/// A step that leads to more than is followed. What comes after the limit is unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CutStep {
    pub place: Place,
    pub limit: Limit,
}

/// What is followed only so far: without a limit, scripts that call each other would take hours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Limit {
    Commands,
    PackageScripts,
    Actions,
    FunctionCalls,
    Tasks,
}
