use crate::model::job::Step;
use crate::text::{FilePath, Place};

/// The step that holds a publish command, and how the job gets there.
#[derive(Debug, Clone)]
pub(crate) struct StepFact<'a> {
    /// The workflow or action that holds the step.
    pub path: FilePath,
    /// The step.
    pub step: &'a Step,
    /// Whether the step is part of a composite action.
    pub is_composite: bool,
    /// How the step leads to the command: `uses:` of composite actions, package scripts; the outermost first.
    pub trail: Vec<Place>,
    /// The `if:` of the step and of those that lead to it, unless the files show whether they hold.
    pub conditions: Vec<String>,
}
