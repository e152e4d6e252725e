use crate::knowledge::npm_errors::NpmError;
use crate::text::Place;

/// What keeps a publish step from publishing, whatever it would publish with: the command stops before it sends anything,
/// or an earlier step ends the job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublishStop {
    /// Why.
    pub cause: StopCause,
    /// The words that cause it.
    pub place: Place,
    /// The code of the error, if it has one.
    pub error: Option<NpmError>,
    /// Whether every run ends so. If not, the events that start the workflow decide.
    pub is_in_every_run: bool,
}

/// Why a publish step is not reached, or stops by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum StopCause {
    /// pnpm finds no branch to publish from: a run for a tag or a release checks out a commit.
    DetachedHead,
}
