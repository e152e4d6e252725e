use crate::text::Place;

/// What hides a failure of a publish command, so that the run is green all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct IgnoredFailure {
    /// How it is hidden.
    pub by: IgnoredBy,
    /// The value of `continue-on-error`, the command `set +e`, or the publish command that `|| true` follows.
    pub place: Place,
}

/// How a failure is hidden.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum IgnoredBy {
    /// `continue-on-error: true` of the step, or of a step around it.
    Step,
    /// `continue-on-error: true` of the job.
    Job,
    /// The script around the command: `|| true`, or an `if` whose condition is the command.
    Script,
    /// A pipe: only its last command counts.
    Pipe,
    /// `set +e` before the command, and something after it that decides how the script ends.
    ErrexitOff,
}
