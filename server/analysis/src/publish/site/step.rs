use crate::model::job::Step;
use crate::text::FilePath;

/// The step in which a publish command stands.
#[derive(Debug, Clone)]
pub(crate) struct StepFact<'a> {
    /// The workflow or action that holds the step.
    pub path: FilePath,
    /// The step.
    pub step: &'a Step,
    /// Whether the step stands in a composite action.
    pub is_composite: bool,
}
