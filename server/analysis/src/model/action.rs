//! Composite actions.

use super::job::{Step, read_steps};
use super::workflow::{InputDeclaration, read_inputs};
use crate::syntax::yaml::{YamlNode, YamlTree};

/// An `action.yml`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Action {
    /// Whether `runs.using` is `composite`; other actions run code that is not read.
    pub is_composite: bool,
    /// `inputs:`
    pub inputs: Vec<InputDeclaration>,
    /// `runs.steps`
    pub steps: Vec<Step>,
}

impl Action {
    /// Reads the first document of an action file.
    pub(crate) fn read(tree: &YamlTree) -> Self {
        let Some(root) = YamlNode::root(tree) else {
            return Self::default();
        };
        let runs = root.get("runs");
        Self {
            is_composite: runs.and_then(|runs| runs.get("using")).and_then(YamlNode::as_str)
                == Some("composite"),
            inputs: root.get("inputs").map(read_inputs).unwrap_or_default(),
            steps: runs
                .and_then(|runs| runs.get("steps"))
                .map(read_steps)
                .unwrap_or_default(),
        }
    }
}
