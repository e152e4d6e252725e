//! The facts of a publish site. Each is known, one of a few, or unknown, and says where it comes from.

pub(crate) mod ignored_failure;
pub(crate) mod publish_job;

pub use crate::knowledge::publishers::Exchange;

use super::machine::{CorepackPin, NpmInstallation, NpmrcLine, RegistryUrl};
use crate::knowledge::npm_spec::InstallOutcome;
use crate::model::job::{Job, Step};
use crate::model::workflow::Workflow;
use crate::publish::entry::Entry;
use crate::publish::find::id_token::IdTokenFact;
use crate::publish::predict::prediction::Prediction;
use crate::publish::predict::refusal::Refusal;
use crate::publish::predict::registration::RegistrationFact;
use crate::publish::site::ignored_failure::IgnoredFailure;
use crate::publish::site::publish_job::PublishJob;
use crate::text::FilePath;
use crate::text::Place;
use crate::text::TextRange;
use crate::versions::version::Truth;
use crate::versions::version::Version;

/// A step that publishes to a registry, with everything that decides what it does.
#[derive(Debug)]
pub struct Site<'a> {
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
    pub publisher: Publisher,
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
pub struct RegistryCommand<'a> {
    /// What is known about the command, as about a publish site: its publisher is npm, its command this one.
    pub site: Site<'a>,
    /// Whether it is `npm dist-tag`, which newer releases of npm exchange the id token for.
    pub is_dist_tag: bool,
}

/// What the walks through the jobs of a file have found.
#[derive(Debug, Default)]
pub struct Walked<'a> {
    /// The publish sites.
    pub sites: Vec<Site<'a>>,
    /// The commands that need a login.
    pub registry_commands: Vec<RegistryCommand<'a>>,
    /// The jobs with a publish site.
    pub jobs: Vec<PublishJob<'a>>,
}

/// An installation of npm before a publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NpmAttempt {
    /// The installation.
    pub installation: NpmInstallation,
    /// The Node that it meets.
    pub node: VersionFact<NodeOrigin>,
    /// How it ends.
    pub outcome: InstallOutcome,
    /// Whether it happens whenever the publish step runs.
    pub is_certain: bool,
}

impl NpmAttempt {
    /// Whether the job ends here.
    pub fn fails(&self) -> bool {
        self.is_certain
            && matches!(
                self.outcome,
                InstallOutcome::FailsEbadengine | InstallOutcome::BrokenSelfUpgrade
            )
    }
}

/// The job whose run reaches a publish site.
#[derive(Debug, Clone)]
pub struct JobFact<'a> {
    /// The workflow's path; the action's own path where nothing in the repository uses the action.
    pub path: FilePath,
    /// The workflow; none where nothing in the repository uses the action.
    pub workflow: Option<&'a Workflow>,
    /// The job; none likewise.
    pub job: Option<&'a Job>,
    /// How the workflow is entered.
    pub entry: Entry<'a>,
}

/// The step in which a publish command stands.
#[derive(Debug, Clone)]
pub struct StepFact<'a> {
    /// The workflow or action that holds the step.
    pub path: FilePath,
    /// The step.
    pub step: &'a Step,
    /// Whether the step stands in a composite action.
    pub is_composite: bool,
}

/// Who publishes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Publisher {
    /// The tool's name for people: `npm`, `pnpm`, `changesets`, …
    pub name: String,
    /// What is run, for messages: `npm publish`, `changesets/action`.
    pub command: String,
    /// The version of the tool, where the command, a lock file or a manifest tells it.
    pub version: Option<Version>,
    /// Where a lock file tells it, or the version of the client.
    pub locked_at: Option<Place>,
    /// The package manager or the plugin that the tool has publish.
    pub client: Option<PublishClient>,
    /// Who performs the token exchange.
    pub exchange: Exchange,
    /// The first release that performs the exchange itself, where there is one: the package and its version.
    pub since: Option<(&'static str, Version)>,
    /// Whether the tool prefers a token to the exchange.
    pub prefers_token: bool,
    /// Whether the tool stops without a token before it publishes anything.
    pub asks_for_token: Truth,
    /// Whether this is only a guess, from the name of a script or from a command in its code.
    pub is_guess: bool,
    /// The publish command in the code of a script: "`npm publish` in scripts/release.ts".
    pub in_code: Option<String>,
}

/// A package manager or a plugin that publishes for another tool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishClient {
    /// Its name.
    pub name: &'static str,
    /// Its version, where that is known.
    pub version: Option<Version>,
}

impl Publisher {
    /// The tool that talks to the registry, and its version.
    pub fn last(&self) -> (&str, Option<&Version>) {
        match &self.client {
            Some(client) => (client.name, client.version.as_ref()),
            None => (&self.name, self.version.as_ref()),
        }
    }

    /// Whether it is a pnpm that publishes by itself, with a client that is not npm's.
    pub(crate) fn is_own_client_of_pnpm(&self) -> bool {
        self.name == "pnpm" && self.exchange == Exchange::Itself
    }
}

/// A version that may be one of several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VersionFact<O> {
    /// The versions that it may be; empty where nothing is known.
    pub candidates: Vec<Version>,
    /// The specification as it is written: `22`, `lts/*`, `^11.5.1`.
    pub text: Option<String>,
    /// Where it comes from.
    pub origin: O,
    /// The words that decide.
    pub place: Option<Place>,
}

/// Where the version of Node comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NodeOrigin {
    /// An input of a setup action; the place is the value, or the `uses:` where an input's default counts.
    SetupInput,
    /// A version file; the place is in that file.
    VersionFile {
        /// The `node-version-file` that names it.
        named_at: Place,
    },
    /// What the runner image brings; the place is `runs-on`.
    RunnerImage,
    /// setup-node was used without a version, which leaves Node as it is.
    SetupWithoutVersion,
    /// The image of the job's container.
    Container,
    /// A command such as `nvm install`.
    Command,
    /// Something that was not read.
    Unknown,
}

/// Where the version of npm comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NpmOrigin {
    /// It came with Node.
    BundledWithNode,
    /// An install command before the publish step; the place is the specification or the command.
    Installed,
    /// The publish command names it: `npx npm@11 publish`.
    Command,
    /// Something that was not read.
    Unknown,
}

/// A token that reaches a publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credential {
    /// What it is: `NODE_AUTH_TOKEN`, `_authToken`, an input's name.
    pub name: String,
    /// As it is written.
    pub text: String,
    /// How it reaches the step.
    pub source: CredentialSource,
    /// The words that give it: name and value.
    pub place: Place,
    /// Whether the publishing tool reads it, as far as the files show.
    pub is_read: bool,
}

/// How a token reaches a publish step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialSource {
    /// `env:` of the step.
    StepEnv,
    /// `env:` of the job.
    JobEnv,
    /// `env:` of the workflow.
    WorkflowEnv,
    /// `env:` of a step that uses a composite action.
    CallingStepEnv,
    /// An assignment in front of the command.
    CommandEnv,
    /// An input of the publishing action.
    ActionInput,
    /// A line of a committed `.npmrc`.
    NpmrcFile,
    /// A command that writes to `.npmrc`.
    NpmrcCommand,
}

/// Where a site publishes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RegistryFact {
    /// The public npm registry.
    Npm,
    /// Another registry.
    Other {
        /// Its URL.
        url: String,
        /// What says so.
        place: Place,
    },
    /// Something that was not read decides.
    Unknown,
}

/// Provenance asked for or refused in so many words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProvenanceFact {
    /// Whether it is asked for.
    pub is_on: bool,
    /// Whether it stands in `publishConfig`, which does not switch automatic provenance off.
    pub is_publish_config: bool,
    /// Where.
    pub place: Place,
}

/// What npm makes of the credentials in `.npmrc` files that are no tokens. `Maybe` where the value of a secret decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NpmrcFact {
    /// Whether npm finds a token line whose value is no token, and sends it.
    pub sends_placeholder: Truth,
    /// Whether the project's `.npmrc` holds a credential that does not say for which registry it is.
    pub has_unscoped_credential: Truth,
    /// Whether the project's `.npmrc` has a line for the public registry's token and nothing behind it.
    pub project_token_is_empty: Truth,
}

/// How a publish command says what it publishes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CommandFact {
    /// The folder, tarball or package behind the command, where there is only one and it is known.
    pub package: Option<Argument>,
    /// `-ws` or `-iwr`, which npm 12 does not know.
    pub short_workspaces_flag: Option<Argument>,
    /// Whether `--force` lets npm leave out checks.
    pub is_forced: bool,
    /// Whether the script may leave the command out.
    pub is_conditional: bool,
}

/// A word of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Argument {
    /// The word without its quotes.
    pub text: String,
    /// Where it stands; in a package script, where that is called.
    pub place: Place,
}

/// A setting of npm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingFact {
    /// Its value, where it is known.
    pub value: Option<String>,
    /// Whether it is a flag of the command, which counts before `publishConfig`; anything else counts behind it.
    pub is_flag: bool,
    /// Where.
    pub place: Place,
}

/// What a site publishes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Packages {
    /// The manifests.
    pub manifests: Vec<FilePath>,
    /// Whether these are all. Where they are not, nothing may be concluded from what is missing.
    pub is_complete: bool,
    /// Whether the tool takes all packages of a monorepo and leaves out private ones.
    pub skips_private: bool,
}

/// Where a job runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RunnerFact {
    /// A runner that GitHub hosts.
    GithubHosted,
    /// A self-hosted runner, or one of a third party that registers as self-hosted.
    SelfHosted {
        /// The label that says so.
        label: String,
        /// Where.
        place: Place,
    },
    /// The files do not show it.
    Unknown,
}

/// What a workflow is meant to publish with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Intent {
    /// A token, and nothing that trusted publishing needs.
    Token,
    /// Trusted publishing: no token reaches the step.
    Oidc,
    /// The job can get an id token and a token reaches the step too.
    Both,
    /// Something that was not read may provide a token.
    Unknown,
}
