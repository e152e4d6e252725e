use crate::knowledge::npm_errors::NpmError;
use crate::text::Place;

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

/// Where a run ends that does not publish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum StopPoint {
    /// At the publish command itself, before it sends anything.
    Command,
    /// At an earlier step of the job, named by its command or action.
    EarlierStep(String),
}

/// Why a publish step is not reached, or stops by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum StopCause {
    /// pnpm finds no branch to publish from: a run for a tag or a release checks out a commit.
    DetachedHead,
    /// pnpm/action-setup gets two versions of pnpm.
    TwoPnpmVersions {
        /// The version in its input.
        input: String,
        /// The version in the manifest's `packageManager`.
        manifest: String,
    },
}
