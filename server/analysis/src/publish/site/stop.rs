use super::Argument;
use crate::knowledge::npm_errors::NpmError;
use crate::model::token_scopes::Level;
use crate::text::Place;
use crate::versions::version::Truth;

/// What keeps a publish step from publishing, whatever it would publish with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublishStop {
    /// Why.
    pub cause: StopCause,
    /// Where the run ends.
    pub point: StopPoint,
    /// The words that cause it.
    pub place: Place,
    /// The code of the error, if it has one.
    pub error: Option<NpmError>,
    /// Whether every run ends so. If not, the events that start the workflow decide, or a condition does.
    pub is_in_every_run: bool,
}

impl PublishStop {
    /// The first that every run meets, or else the first that some runs meet.
    pub(crate) fn first_of(found: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        let mut possible = None;
        for stop in found.into_iter().flatten() {
            if stop.is_in_every_run {
                return Some(stop);
            }
            possible.get_or_insert(stop);
        }
        possible
    }
}

/// Where a run ends that does not publish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum StopPoint {
    /// Before the first step: no run starts, or none that runs the job. The text says why, after a colon.
    Start(&'static str),
    /// At the publish command itself, before it sends anything.
    Command,
    /// At an earlier step of the job, named by its command or action.
    EarlierStep(String),
    /// At the step, which is skipped because an earlier one fails, named by its command or action.
    SkippedAfter(String),
}

/// Why a publish step is not reached, or stops by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum StopCause {
    /// GitHub refuses the run: a job that calls a workflow has an `environment`.
    EnvironmentOnCall,
    /// GitHub refuses the run: a called workflow asks for more than its caller grants.
    RefusedCall(RefusedCall),
    /// A condition never holds, or a needed job is always skipped.
    NeverRuns(NeverRuns),
    /// An installation of npm fails.
    NpmInstallation,
    /// pnpm finds no branch to publish from: a run for a tag or a release checks out a commit.
    DetachedHead {
        /// Whether the `ref` of the checkout names the commit.
        by_ref: bool,
    },
    /// pnpm finds another branch than those that it publishes from.
    WrongBranch {
        /// The branch, if all runs are for the same.
        branch: Option<String>,
        /// The branch that `--publish-branch` names; none if it is `main` or `master`.
        wanted: Option<String>,
        /// Whether pnpm ends with exit code 0.
        is_silent: Truth,
    },
    /// npm runs a script whose program nothing has installed.
    NothingInstalled {
        /// The script.
        script: String,
        /// The program.
        program: String,
        /// The script's command.
        script_at: Place,
    },
    /// The tool runs a script of the package that always fails.
    FailingScript {
        /// The script.
        script: String,
        /// The script's command.
        script_at: Place,
    },
    /// pnpm finds a change that nothing has committed.
    UncommittedChange {
        /// The command that makes the change.
        changed_at: Place,
        /// Whether it changes the version in a manifest; else it writes another file.
        is_version: bool,
    },
    /// The job's `GITHUB_TOKEN` may not write, and a command pushes or makes a release.
    MayNotWrite {
        /// The command.
        command: String,
        /// Another repository that the command names. No permission lets the token write there.
        elsewhere: Option<String>,
    },
    /// A command needs a token of GitHub and gets none.
    NoGithubToken {
        /// The command.
        command: String,
        /// Whether it is git; else it is `gh`.
        is_git: bool,
    },
    /// npm does not install under `engine-strict`, because of `engines` in the root `package.json`.
    RefusedEngine {
        /// The command.
        command: String,
        /// `engines.node` or `engines.npm`.
        field: &'static str,
        /// Its value.
        wanted_at: Place,
        /// The Node or npm that it excludes.
        excluded: String,
    },
    /// npm 12 does not accept a flag.
    UnknownNpmFlag {
        /// The flag.
        flag: Argument,
    },
    /// changesets cannot read what `npm info --json` of npm 12 answers.
    UnreadNpmInfo {
        /// The version of @changesets/cli.
        changesets: String,
        /// Whether it asks pnpm, which asks npm.
        through_pnpm: bool,
    },
    /// changesets does not run with the repository's Yarn, or not with this package.
    ChangesetsWithYarn {
        /// Whether it is the package's `publishConfig.directory` that it does not support with Yarn; else it is Yarn 1 itself.
        is_for_directory: bool,
    },
    /// A flag of npm gets no value.
    FlagWithoutValue {
        /// The flag.
        flag: Argument,
        /// The next flag, which npm takes as its value.
        taken: Option<String>,
    },
    /// An earlier command makes a prerelease, which npm publishes only with a dist-tag.
    TaglessPrerelease {
        /// A dist-tag that suits it.
        tag: String,
    },
    /// A wrapper or a task runner keeps the variables of the ID token from the command.
    NoIdTokenVariables {
        /// Which: `sudo`, `turbo`.
        by: String,
    },
    /// pnpm/action-setup gets two versions of pnpm.
    TwoPnpmVersions {
        /// The version in its input.
        input: String,
        /// The version in the manifest's `packageManager`.
        manifest: String,
    },
    /// pnpm/action-setup gets no version of pnpm.
    NoPnpmVersion,
    /// setup-node stops.
    SetupNode(SetupNodeStop),
    /// changesets/action gets an input under the name that its v1 knew.
    RenamedInput {
        /// The name.
        old: String,
        /// Its name today.
        new: &'static str,
    },
    /// changesets/action from v2 on refuses @changesets/cli 2. This is the range in the manifest.
    ChangesetsCli2(String),
    /// npm is, or runs on, something else than the manifest's `devEngines` ask for.
    DevEngines {
        /// What they ask for.
        wanted: String,
        /// What is used.
        used: String,
    },
    /// Yarn finds a variable in its configuration that nothing sets.
    UnsetVariable {
        /// The variable.
        name: String,
        /// Which line it is in.
        line: UnsetLine,
    },
    /// A command needs a login, and the job has nothing but an ID token.
    NeedsLogin,
    /// changesets/action from v2 on finds another token in `GITHUB_TOKEN` than in its input.
    OtherGithubToken,
    /// An action starts the words of a command by itself. What a shell would read as this operator, or as a variable, is only a
    /// word.
    NoShell(String),
}

/// The line with a variable that nothing sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UnsetLine {
    /// That of setup-node's `registry-url`, which Yarn 1 reads.
    RegistryUrl,
    /// A line of a committed `.npmrc`, which Yarn 1 reads.
    Npmrc,
    /// A line of `.yarnrc.yml`, which Yarn Berry reads.
    Yarnrc,
}

/// A call of a reusable workflow that asks for more than its caller grants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RefusedCall {
    /// The job whose `permissions` decide: the calling job, or one that leads to it.
    pub granting_job: GrantingJob,
    /// Whether that job is in the workflow that starts the run, so that nothing limits what it may grant.
    pub is_outermost: bool,
    /// What is asked for beyond what the caller grants; each scope once.
    pub excess: Vec<ExcessPermission>,
}

/// A job that limits what the workflows may ask for that it leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct GrantingJob {
    /// The job's id.
    pub id: String,
    /// Where that id is.
    pub place: Place,
}

/// A permission that a called workflow asks for and its caller does not grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ExcessPermission {
    /// The scope.
    pub scope: &'static str,
    /// The level that is asked for.
    pub asked: Level,
    /// The level that is granted.
    pub granted: Level,
    /// The called job that asks; none if the called workflow itself does.
    pub job: Option<String>,
    /// The `permissions` that ask.
    pub place: Place,
}

/// Why no run gets to a publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum NeverRuns {
    /// A condition holds for none of the events.
    Condition {
        /// The events that start the workflow.
        events: Vec<String>,
    },
    /// A job calls a workflow where GitHub does not look for workflows.
    CallOutside {
        /// The `uses` of the job.
        uses: String,
    },
    /// It waits for runs of workflows that do not exist.
    WorkflowRun {
        /// The names that it waits for.
        names: Vec<String>,
        /// The names of the workflows that there are.
        existing: Vec<String>,
    },
    /// A job that is needed never runs together with the others.
    Needs {
        /// The job that needs it.
        job: String,
        /// The jobs that it needs.
        needs: Vec<String>,
        /// Whether the job has an `if`.
        has_condition: bool,
        /// Which job is skipped in which runs.
        skipped: Vec<SkippedJob>,
    },
}

/// A job that is always skipped in the runs that an event starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SkippedJob {
    /// The job's id.
    pub job: String,
    /// The event.
    pub event: String,
}

impl RefusedCall {
    /// The ID token, if it is among what is asked for.
    pub(crate) fn id_token(&self) -> Option<&ExcessPermission> {
        self.excess.iter().find(|excess| excess.scope == "id-token")
    }
}

impl PublishStop {
    /// Whether it is certain that the publish step is never reached, since its job does not start.
    pub(crate) fn is_certain_at_start(&self) -> bool {
        self.is_in_every_run && matches!(self.point, StopPoint::Start(_))
    }
}

/// Why setup-node stops.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum SetupNodeStop {
    /// It has no cache for a package manager of this name.
    UnknownCache(String),
    /// It asks pnpm for the folder to cache, and pnpm is not installed yet.
    PnpmMissing,
    /// The version file does not exist.
    NoVersionFile(String),
    /// It takes a line of the version file for the version, and that is none.
    NoVersionInFile {
        /// The file.
        path: String,
        /// The line.
        line: String,
    },
}
