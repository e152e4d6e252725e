//! Workflows: triggers, permissions, environment, jobs.

use super::job::Job;
use super::permissions::Permissions;
use super::read::{Variable, one_or_many, read_variables};
use crate::model::read::default_working_directory;
use crate::syntax::yaml::{NodeId, YamlNode, YamlTree};
use crate::text::{Ranged, TextRange};

/// A workflow file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Workflow {
    /// `name:`
    pub name: Option<Ranged<String>>,
    /// The events of `on:`.
    pub triggers: Vec<Trigger>,
    /// The inputs that `workflow_call` declares.
    pub call_inputs: Vec<InputDeclaration>,
    /// The inputs that `workflow_dispatch` declares.
    pub dispatch_inputs: Vec<InputDeclaration>,
    /// The secrets that `workflow_call` declares.
    pub call_secrets: Vec<SecretDeclaration>,
    /// `permissions:` of the workflow.
    pub permissions: Option<Permissions>,
    /// `env:` of the workflow.
    pub env: Vec<Variable>,
    /// `defaults.run.working-directory` of the workflow.
    pub working_directory: Option<Ranged<String>>,
    /// Whether `concurrency:` limits how many runs there are at a time.
    pub has_concurrency: bool,
    /// The jobs, in text order.
    pub jobs: Vec<Job>,
}

/// An event that starts a workflow.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    /// The event's name.
    pub name: Ranged<String>,
    /// The names of its filters: `branches`, `tags`, `paths`, `types`, …
    pub filters: Vec<String>,
    /// `types:`, where it is there.
    pub types: Option<Vec<Ranged<String>>>,
    /// The names in `workflows:` of `workflow_run`.
    pub workflows: Vec<Ranged<String>>,
    /// The patterns of `branches:`.
    pub branches: Vec<Ranged<String>>,
    /// The patterns of `branches-ignore:`.
    pub branches_ignore: Vec<Ranged<String>>,
    /// The patterns of `tags:`.
    pub tags: Vec<Ranged<String>>,
}

/// An input of a reusable workflow or of an action.
#[derive(Clone, Debug)]
pub(crate) struct InputDeclaration {
    /// The input's name.
    pub name: String,
    /// Its default; for a reusable workflow none means the empty string.
    pub default: Option<Ranged<String>>,
    /// Whether `type:` says that it is a boolean.
    pub is_boolean: bool,
    /// The values that `options:` lists, if `type:` says that it is a choice.
    pub options: Vec<String>,
}

/// A secret that a reusable workflow declares.
#[derive(Clone, Debug)]
pub(crate) struct SecretDeclaration {
    /// The secret's name.
    pub name: Ranged<String>,
    /// Whether a caller must pass it.
    pub is_required: bool,
    /// The declarations of all secrets.
    pub block: NodeId,
}

impl Workflow {
    /// Reads the first document of a workflow file. What is not there or not of the right kind is left out.
    pub(crate) fn read(tree: &YamlTree) -> Self {
        Self::read_keeping(tree, Vec::new())
    }

    /// Reads it again after a word was typed in that left all nodes where they are in the tree. Jobs that end before the word are
    /// kept: an alias, too, only leads to what was written before it.
    pub(crate) fn read_again(&mut self, tree: &YamlTree, is_unchanged: impl Fn(TextRange) -> bool) {
        let mut jobs = std::mem::take(&mut self.jobs);
        let unchanged = jobs.iter().take_while(|job| is_unchanged(job.range)).count();
        jobs.truncate(unchanged);
        *self = Self::read_keeping(tree, jobs);
    }

    /// Reads it, but for the first jobs, which are known.
    fn read_keeping(tree: &YamlTree, mut known: Vec<Job>) -> Self {
        let Some(root) = YamlNode::root(tree) else {
            return Self::default();
        };
        let mut workflow = Self {
            name: root.get("name").and_then(YamlNode::to_ranged),
            permissions: root.entry("permissions").map(|entry| Permissions::read(entry)),
            env: root.get("env").map(read_variables).unwrap_or_default(),
            working_directory: default_working_directory(root),
            has_concurrency: root.get("concurrency").is_some(),
            ..Self::default()
        };
        if let Some(on) = root.get("on") {
            workflow.triggers = read_triggers(on);
            if let Some(inputs) = on.get("workflow_call").and_then(|call| call.get("inputs")) {
                workflow.call_inputs = read_inputs(inputs);
            }
            if let Some(inputs) = on.get("workflow_dispatch").and_then(|start| start.get("inputs")) {
                workflow.dispatch_inputs = read_inputs(inputs);
            }
            if let Some(secrets) = on.get("workflow_call").and_then(|call| call.get("secrets")) {
                workflow.call_secrets = read_secrets(secrets);
            }
        }
        if let Some(node) = root.get("jobs") {
            let last = known.last().map(|job| job.node);
            let mut entries = node.entries();
            if let Some(last) = last {
                entries.by_ref().find(|entry| entry.value.id() == last);
            }
            known.extend(entries.filter_map(Job::read));
            workflow.jobs = known;
        }
        workflow
    }

    /// The trigger with this name.
    pub(crate) fn trigger(&self, name: &str) -> Option<&Trigger> {
        self.triggers.iter().find(|trigger| trigger.name.value == name)
    }

    /// Whether every event that starts it, besides a start by hand, is a release or a pushed tag.
    pub(crate) fn runs_for_tags(&self) -> bool {
        let is_by_hand = |trigger: &&Trigger| trigger.name.value == "workflow_dispatch";
        let mut events = self
            .triggers
            .iter()
            .filter(|trigger| !is_by_hand(trigger))
            .peekable();
        events.peek().is_some() && events.all(Trigger::is_for_tags)
    }

    /// Whether other workflows may call this one.
    pub(crate) fn is_reusable(&self) -> bool {
        self.trigger("workflow_call").is_some()
    }

    /// Whether some event other than a call starts this workflow.
    pub(crate) fn starts_by_itself(&self) -> bool {
        self.triggers
            .iter()
            .any(|trigger| trigger.name.value != "workflow_call")
    }
}

impl Trigger {
    /// Whether it is a release, or a push of tags only: actions/checkout then checks out a commit, not a branch.
    pub(crate) fn is_for_tags(&self) -> bool {
        let only_tags = || {
            let mut filters = self.filters.iter();
            !self.filters.is_empty()
                && filters.all(|filter| matches!(filter.as_str(), "tags" | "tags-ignore"))
        };
        match self.name.value.as_str() {
            "release" => true,
            "push" => only_tags(),
            _ => false,
        }
    }

    /// Whether a push to a branch is such an event. A `push` that filters only tags is for tags alone.
    pub(crate) fn is_push_to_branch(&self) -> bool {
        let filters = |names: [&str; 2]| self.filters.iter().any(|filter| names.contains(&filter.as_str()));
        self.name.value == "push"
            && (filters(["branches", "branches-ignore"]) || !filters(["tags", "tags-ignore"]))
    }
}

/// The `inputs:` of a reusable workflow or an action.
pub(crate) fn read_inputs(node: YamlNode<'_>) -> Vec<InputDeclaration> {
    node.entries()
        .filter_map(|entry| {
            let name = entry.key.as_str()?.to_owned();
            let default = entry.value.get("default").and_then(YamlNode::to_ranged);
            let kind = entry.value.get("type").and_then(YamlNode::as_str);
            Some(InputDeclaration {
                name,
                default,
                is_boolean: kind == Some("boolean"),
                options: match kind {
                    Some("choice") => entry.value.get("options").map(one_or_many).unwrap_or_default(),
                    _ => Vec::new(),
                }
                .into_iter()
                .map(|option| option.value)
                .collect(),
            })
        })
        .collect()
}

fn read_secrets(node: YamlNode<'_>) -> Vec<SecretDeclaration> {
    node.entries()
        .filter_map(|entry| {
            let required = entry.value.get("required").and_then(YamlNode::as_str);
            Some(SecretDeclaration {
                name: entry.key.to_ranged()?,
                is_required: required.is_some_and(|required| required != "false"),
                block: node.id(),
            })
        })
        .collect()
}

fn read_triggers(on: YamlNode<'_>) -> Vec<Trigger> {
    let keyed = on.entries().filter_map(|entry| {
        let filters = entry.value.entries().filter_map(|filter| filter.key.as_str());
        Some(Trigger {
            name: entry.key.to_ranged()?,
            types: entry.value.get("types").map(one_or_many),
            workflows: entry.value.get("workflows").map(one_or_many).unwrap_or_default(),
            branches: entry.value.get("branches").map(one_or_many).unwrap_or_default(),
            branches_ignore: entry
                .value
                .get("branches-ignore")
                .map(one_or_many)
                .unwrap_or_default(),
            tags: entry.value.get("tags").map(one_or_many).unwrap_or_default(),
            filters: filters.map(str::to_owned).collect(),
        })
    });
    let named = one_or_many(on).into_iter().map(|name| Trigger {
        name,
        types: None,
        workflows: Vec::new(),
        branches: Vec::new(),
        branches_ignore: Vec::new(),
        tags: Vec::new(),
        filters: Vec::new(),
    });
    named.chain(keyed).collect()
}

#[cfg(test)]
mod tests {
    use super::Workflow;
    use crate::syntax::yaml::{parse_yaml, retype};

    const TEXT: &str = "\
on: push
env: { NAME: value }
jobs:
  first: &first
    runs-on: ubuntu-latest
    steps: &steps
      - uses: actions/checkout@v6
      - run: test
  empty:
  second:
    needs: first
    runs-on: [self-hosted, linux]
    steps: *steps
  third: *first
  [a]: { runs-on: x }
  last:
    strategy: { matrix: { node: [22, 24] } }
    steps:
      - run: publish
";

    #[test]
    fn a_workflow_that_is_read_again_is_as_if_it_was_new() {
        let mut retyped = 0;
        for (at, _) in TEXT.char_indices() {
            let mut new = TEXT.to_owned();
            new.insert(at, 'x');
            let mut tree = parse_yaml(TEXT).tree;
            let mut workflow = Workflow::read(&tree);
            let Some(moved) = retype(&mut tree, TEXT, &new) else {
                continue;
            };
            workflow.read_again(&tree, |range| moved.is_after(range));
            let expected = Workflow::read(&parse_yaml(&new).tree);
            assert_eq!(format!("{workflow:?}"), format!("{expected:?}"), "{new}");
            retyped += 1;
        }
        assert!(retyped > 50, "{retyped}");
    }
}
