//! Small readers that workflows, jobs, steps and actions share.

use crate::syntax::yaml::{NodeId, YamlNode};
use crate::text::{Ranged, TextRange};

/// A name and a value: an environment variable, an input in `with:`, a secret that is passed on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Variable {
    /// The name.
    pub name: Ranged<String>,
    /// The value as it is written, expressions included; empty where it is missing.
    pub value: Ranged<String>,
    /// The value's node.
    pub node: NodeId,
}

impl Variable {
    /// From the name to the end of the value.
    pub(crate) fn range(&self) -> TextRange {
        self.name.range.cover(self.value.range)
    }
}

/// The scalar entries of `env:`, `with:` or `secrets:`.
pub(crate) fn read_variables(node: YamlNode<'_>) -> Vec<Variable> {
    node.entries()
        .filter_map(|entry| {
            let name = entry.key.to_ranged()?;
            let value = match entry.value.to_ranged() {
                Some(value) => value,
                None if entry.value.is_null() => Ranged::new(String::new(), entry.value.range()),
                None => return None,
            };
            Some(Variable {
                name,
                value,
                node: entry.value.id(),
            })
        })
        .collect()
}

/// The variable with this name, compared as GitHub compares names of inputs: letter case does not count.
pub(crate) fn find_input<'a>(variables: &'a [Variable], name: &str) -> Option<&'a Variable> {
    variables
        .iter()
        .find(|variable| variable.name.value.eq_ignore_ascii_case(name))
}

/// The scalars of a node that may be a single scalar or a list of them.
pub(crate) fn one_or_many(node: YamlNode<'_>) -> Vec<Ranged<String>> {
    match node.to_ranged() {
        Some(single) => vec![single],
        None => node.items().filter_map(YamlNode::to_ranged).collect(),
    }
}

/// `defaults.run.working-directory` of a workflow or a job.
pub(crate) fn default_working_directory(node: YamlNode<'_>) -> Option<Ranged<String>> {
    node.get("defaults")?
        .get("run")?
        .get("working-directory")?
        .to_ranged()
}
