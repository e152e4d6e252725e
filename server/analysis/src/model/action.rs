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
    /// What runs in a container, if `runs.using` is `docker`.
    pub docker: Option<DockerAction>,
}

/// An action that runs in a container.
#[derive(Clone, Debug, Default)]
pub(crate) struct DockerAction {
    /// `runs.image`: the path of a Dockerfile, or `docker://IMAGE`.
    pub image: String,
    /// `runs.entrypoint`
    pub entrypoint: Option<String>,
    /// `runs.args`
    pub arguments: Option<Vec<String>>,
}

impl DockerAction {
    fn read(runs: YamlNode<'_>) -> Self {
        let text = |key| runs.get(key).and_then(YamlNode::as_str).map(str::to_owned);
        let arguments = runs.get("args").map(|args| {
            let items = args.items().filter_map(YamlNode::as_str);
            items.map(str::to_owned).collect()
        });
        Self {
            image: text("image").unwrap_or_default(),
            entrypoint: text("entrypoint"),
            arguments,
        }
    }
}

impl Action {
    /// Reads the first document of an action file.
    pub(crate) fn read(tree: &YamlTree) -> Self {
        let Some(root) = YamlNode::root(tree) else {
            return Self::default();
        };
        let runs = root.get("runs");
        let using = runs.and_then(|runs| runs.get("using")).and_then(YamlNode::as_str);
        Self {
            is_composite: using == Some("composite"),
            docker: runs.filter(|_| using == Some("docker")).map(DockerAction::read),
            inputs: root.get("inputs").map(read_inputs).unwrap_or_default(),
            steps: runs
                .and_then(|runs| runs.get("steps"))
                .map(read_steps)
                .unwrap_or_default(),
        }
    }
}
