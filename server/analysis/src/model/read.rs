//! Small readers that workflows, jobs, steps and actions share.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

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

/// Up to so many variables are compared one after the other, which is cheaper than a table.
const FEW: usize = 16;

/// Where variables are in their list, for one in which several are looked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct VariableTable(Option<Arc<KnownVariables>>);

#[derive(Debug, Default)]
struct KnownVariables {
    by_name: OnceLock<HashMap<String, usize>>,
    secret: OnceLock<Vec<usize>>,
}

impl KnownVariables {
    fn find<'a>(&self, variables: &'a [Variable], name: &str) -> Option<&'a Variable> {
        let table = self.by_name.get_or_init(|| {
            let mut table = HashMap::new();
            for (number, variable) in variables.iter().enumerate() {
                let name = variable.name.value.to_ascii_lowercase();
                table.entry(name).or_insert(number);
            }
            table
        });
        variables.get(*table.get(&name.to_ascii_lowercase())?)
    }
}

impl VariableTable {
    /// A table for this list. It is filled when a variable is looked for.
    pub(crate) fn new(variables: &[Variable]) -> Self {
        Self((variables.len() > FEW).then(Arc::default))
    }

    /// As [`find_input`]. The list is the one that the table was made for.
    #[inline]
    pub(crate) fn find<'a>(&self, variables: &'a [Variable], name: &str) -> Option<&'a Variable> {
        match &self.0 {
            Some(table) => table.find(variables, name),
            None => find_input(variables, name),
        }
    }

    /// The variables of the list whose names are those of secrets, which is always asked in the same way.
    pub(crate) fn secrets<'a>(
        &self,
        variables: &'a [Variable],
        is_secret: impl Fn(&str) -> bool,
    ) -> Vec<&'a Variable> {
        let is_it = |variable: &Variable| is_secret(&variable.name.value);
        let Some(table) = &self.0 else {
            return variables.iter().filter(|variable| is_it(variable)).collect();
        };
        let numbers = table.secret.get_or_init(|| {
            let numbered = variables.iter().enumerate();
            numbered
                .filter(|(_, variable)| is_it(variable))
                .map(|(n, _)| n)
                .collect()
        });
        numbers
            .iter()
            .filter_map(|number| variables.get(*number))
            .collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml::parse_yaml;

    #[test]
    fn few_and_many_variables_are_found_by_their_names() {
        for count in [0, 1, FEW, FEW + 1, 5 * FEW] {
            let text: String = (0..count)
                .map(|n| format!("Name{n}: {n}\nnaME{n}_TOKEN: x\n"))
                .collect();
            let tree = parse_yaml(&text).tree;
            let variables = YamlNode::root(&tree).map(read_variables).unwrap_or_default();
            let table = VariableTable::new(&variables);
            for name in (0..count).map(|n| format!("NAME{n}")).chain(["other".to_owned()]) {
                let found = table.find(&variables, &name);
                assert_eq!(found, find_input(&variables, &name), "{name} of {count}");
            }
            let secrets = table.secrets(&variables, |name| name.ends_with("_TOKEN"));
            assert_eq!(secrets.len(), count);
        }
    }
}
