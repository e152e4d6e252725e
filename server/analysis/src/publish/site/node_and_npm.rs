use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_spec::InstallOutcome;
use crate::text::Place;
use crate::versions::version::{Truth, Version, at_least};

/// The Node and the npm of a publish step, and what the steps before it did to get them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NodeAndNpm {
    /// The version of Node at the step.
    pub node: VersionFact<NodeOrigin>,
    /// The version of npm at the step.
    pub npm: VersionFact<NpmOrigin>,
    /// Every installation of npm before the step, and the Node that it met.
    pub installations: Vec<NpmAttempt>,
    /// An npm that corepack was asked for but did not put on the PATH.
    pub corepack_pin: Option<CorepackPin>,
    /// The error with which an installation of npm before the step certainly fails.
    pub failed_upgrade: Option<NpmError>,
}

impl NodeAndNpm {
    /// Whether npm is this release or a later one.
    pub(crate) fn npm_at_least(&self, minimum: &Version) -> Truth {
        at_least(&self.npm.candidates, minimum)
    }

    /// Whether an installation of npm before the step ends the job on some of the versions of Node that it may meet.
    pub(crate) fn upgrade_may_fail(&self) -> bool {
        let mut attempts = self.installations.iter();
        attempts.any(|attempt| attempt.is_certain && attempt.outcome == InstallOutcome::MayFail)
    }
}

/// An installation of npm before a publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NpmAttempt {
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
    /// The error with which the job ends here.
    pub(crate) fn error(&self) -> Option<NpmError> {
        match self.outcome {
            InstallOutcome::FailsEbadengine if self.is_certain => Some(NpmError::BadEngine),
            InstallOutcome::BrokenSelfUpgrade if self.is_certain => Some(NpmError::ModuleNotFound),
            _ => None,
        }
    }
}

/// A version that may be one of several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct VersionFact<O> {
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
pub(crate) enum NodeOrigin {
    /// An input of a setup action; the place is the value, or the `uses:` where an input's default counts.
    SetupInput,
    /// A version file; the place is in that file.
    VersionFile {
        /// The `node-version-file` that names it.
        named_at: Place,
    },
    /// What the runner image ships; the place is `runs-on`.
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
pub(crate) enum NpmOrigin {
    /// It came with Node.
    BundledWithNode,
    /// An install command before the publish step; the place is the specification or the command.
    Installed,
    /// The publish command names it: `npx npm@11 publish`.
    Command,
    /// It is a dependency of the project, found in `node_modules/.bin`; the place is its range in the manifest.
    Dependency,
    /// Something that was not read.
    Unknown,
}

/// An installation of npm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NpmInstallation {
    /// The version that is asked for.
    pub version: VersionFact<NpmOrigin>,
    /// The command.
    pub command: Place,
    /// Whether the installer refuses a version that does not run on the Node: npm does, others do not.
    pub checks_engines: bool,
}

/// An npm that the files ask corepack for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CorepackPin {
    /// The version.
    pub npm: VersionFact<NpmOrigin>,
    /// The command that leaves it off the PATH.
    pub command: Place,
    /// Whether the command is `corepack enable`, which would put it there if it named npm.
    pub is_enable: bool,
}
