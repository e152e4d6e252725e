use crate::publish::eval::EvalScope;
use crate::publish::machine::Machine;
use crate::syntax::npmrc::Npmrc;
use crate::text::FilePath;
use crate::text::Place;

/// Where npm and the publishing tools take their settings from, apart from the command's own flags.
#[derive(Clone, Copy)]
pub(crate) struct StepEnvironment<'s, 'a> {
    /// The step, for what has no place of its own.
    pub(crate) place: &'s Place,
    /// Expressions and `env:` at the step.
    pub(crate) scope: EvalScope<'s>,
    /// Assignments in front of the publish command.
    pub(crate) assignments: &'s [(String, String, Place)],
    /// The `.npmrc` files of the package and of the repository.
    pub(crate) npmrc: &'s [(FilePath, &'a Npmrc)],
    /// What the steps before did.
    pub(crate) machine: &'s Machine,
}
