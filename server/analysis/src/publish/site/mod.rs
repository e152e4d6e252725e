//! The facts of a publish site. Each is known, one of a few, or unknown, and says where it comes from.

mod command;
mod credentials;
mod identity;
mod ignored_failure;
mod job;
mod node_and_npm;
mod outcome;
mod packages;
mod publish_job;
mod registration;
mod step;
mod target;
mod tool;

pub(crate) use super::tools::Exchange;
pub(crate) use command::{Argument, CommandFact, SettingFact};
pub(crate) use credentials::{Credential, CredentialSource, Intent, NpmrcFact, NpmrcLine, RegistryUrl};
pub(crate) use identity::{IdTokenCause, IdTokenFact};
pub(crate) use ignored_failure::{IgnoredBy, IgnoredFailure};
pub(crate) use job::{JobFact, RunnerFact};
pub(crate) use node_and_npm::{CorepackPin, NodeOrigin, NpmAttempt, NpmInstallation, NpmOrigin, VersionFact};
pub use outcome::Outcome;
pub(crate) use outcome::{Prediction, Refusal};
pub(crate) use packages::Packages;
pub(crate) use publish_job::{CacheInputs, DependencyInstall, JobContents, PublishJob, UsedAction};
pub(crate) use registration::{RegistrationDifference, RegistrationFact, RegistrationMismatch};
pub(crate) use step::StepFact;
pub(crate) use target::{ProvenanceFact, RegistryFact};
pub(crate) use tool::{PublishClient, PublishingTool, ToolRelease};

use crate::text::{Place, TextRange};
use crate::versions::version::Truth;

/// A step that publishes to a registry, with everything that decides what it does.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    /// The publish command, or the `uses:` of the publishing action.
    pub place: Place,
    /// The whole publish command with its arguments; the `uses:` of an action.
    pub command_range: TextRange,
    /// The job whose run reaches the step.
    pub job: JobFact<'a>,
    /// The step in which the command stands, and its file.
    pub step: StepFact<'a>,
    /// How the step leads to the command: `uses:` of composite actions, package scripts; the outermost first.
    pub trail: Vec<Place>,
    /// The `if:` of the step and of those that lead to it, where the files do not show whether they hold.
    pub conditions: Vec<String>,
    /// Who publishes.
    pub publisher: PublishingTool,
    /// Whether the job can get an id token.
    pub id_token: IdTokenFact,
    /// The version of Node at the step.
    pub node: VersionFact<NodeOrigin>,
    /// The version of npm at the step.
    pub npm: VersionFact<NpmOrigin>,
    /// Tokens that reach the step.
    pub credentials: Vec<Credential>,
    /// GitHub's id token where a token for npm is expected. It is none, so these are no credentials.
    pub raw_id_tokens: Vec<Credential>,
    /// Whether the job made the exchange itself and passes the token on. It is good for a publish.
    pub has_exchanged_token: bool,
    /// Whether the same job publishes in another step without a token, so that this one's token is deliberate.
    pub is_beside_tokenless: bool,
    /// Whether the script that writes the tokens for this step takes them back, so that they are meant for it alone.
    pub removes_token: bool,
    /// Whether something that cannot be read may provide a token.
    pub may_have_other_credentials: bool,
    /// Whether the job's `GITHUB_TOKEN` is passed as if it were a token for npm.
    pub has_github_token: bool,
    /// Where it publishes to.
    pub registry: RegistryFact,
    /// Whether provenance is asked for, or refused, in so many words.
    pub provenance: Option<ProvenanceFact>,
    /// What it publishes.
    pub packages: Packages,
    /// How the command says what it publishes.
    pub command: CommandFact,
    /// The dist-tag that is asked for, `publishConfig` left aside.
    pub tag: Option<SettingFact>,
    /// The access that is asked for, `publishConfig` left aside.
    pub access: Option<SettingFact>,
    /// Whether the version that is published may be another than the committed manifest's.
    pub version_may_change: bool,
    /// Where the job runs.
    pub runner: RunnerFact,
    /// Every installation of npm before the step, and the Node that it met.
    pub npm_installations: Vec<NpmAttempt>,
    /// An npm that corepack was asked for and that it did not put on the PATH.
    pub corepack_pin: Option<CorepackPin>,
    /// What setup-node wrote for a registry.
    pub registry_url: Option<RegistryUrl>,
    /// Lines that commands before the step wrote to an `.npmrc`.
    pub npmrc_lines: Vec<NpmrcLine>,
    /// What npm makes of the lines of `.npmrc` files that hold no token.
    pub npmrc: NpmrcFact,
    /// Whether a command changed a manifest, so that the committed text is not what is published.
    pub manifest_is_changed: bool,
    /// Whether an installation of npm before the step fails for certain.
    pub npm_upgrade_fails: bool,
    /// Whether the manifest says `private: true` and the tool does not leave it out.
    pub is_private: Truth,
    /// Whether a manifest names another repository than the one that this is, or none.
    pub repository_mismatch: bool,
    /// What the configuration says about the trusted publishers of the packages.
    pub registration: RegistrationFact,
    /// Whether npm refuses for certain what it would publish otherwise.
    pub refusal: Option<Refusal>,
    /// What hides a failure of the command.
    pub ignored_failure: Option<IgnoredFailure>,
    /// What will happen.
    pub prediction: Prediction,
}

/// A command in a job that needs somebody who is logged in to the registry: `npm dist-tag add`, `npm whoami`.
#[derive(Debug)]
pub(crate) struct RegistryCommand<'a> {
    /// What is known about the command, as about a publish site: its publisher is npm, its command this one.
    pub site: Site<'a>,
    /// Whether it is `npm dist-tag`, which newer releases of npm exchange the id token for.
    pub is_dist_tag: bool,
}

/// What the walks through the jobs of a file have found.
#[derive(Debug, Default)]
pub(crate) struct Walked<'a> {
    /// The publish sites.
    pub sites: Vec<Site<'a>>,
    /// The commands that need a login.
    pub registry_commands: Vec<RegistryCommand<'a>>,
    /// The jobs with a publish site.
    pub jobs: Vec<PublishJob<'a>>,
}
