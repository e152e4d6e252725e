//! Jobs and steps.

use std::sync::OnceLock;

use super::permissions::Permissions;
use super::read::{Variable, one_or_many, read_variables};
use crate::model::read::default_working_directory;
use crate::syntax::yaml::{NodeId, YamlEntry, YamlNode};
use crate::text::{Grouped, Ranged, TextRange};
use crate::versions::action_reference::ActionReference;

/// A job of a workflow.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// The job's id, the key under `jobs:`.
    pub id: Ranged<String>,
    /// The job's mapping.
    pub node: NodeId,
    /// From the id to the end of the job.
    pub range: TextRange,
    /// `name:`
    pub name: Option<Ranged<String>>,
    /// `if:`
    pub condition: Option<Ranged<String>>,
    /// `needs:`
    pub needs: Vec<Ranged<String>>,
    /// `runs-on:`
    pub runs_on: Option<RunsOn>,
    /// The image of `container:`
    pub container: Option<Ranged<String>>,
    /// `permissions:`
    pub permissions: Option<Permissions>,
    /// `env:`
    pub env: Vec<Variable>,
    /// `defaults.run.working-directory`
    pub working_directory: Option<Ranged<String>>,
    /// The name in `environment:`
    pub environment: Option<Ranged<String>>,
    /// Whether `concurrency:` limits how many runs there are at a time.
    pub has_concurrency: bool,
    /// `strategy.matrix`
    pub matrix: Matrix,
    /// `continue-on-error:`
    pub continue_on_error: Option<Ranged<String>>,
    /// `steps:`
    pub steps: Vec<Step>,
    /// The reusable workflow that the job calls.
    pub call: Option<Call>,
    /// What its text speaks of, once that was asked for.
    topics: OnceLock<JobTopics>,
}

/// What the text of a job speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct JobTopics {
    /// Whether it may publish, or hold a command that needs a login.
    pub publishing: bool,
    /// Whether it runs a file of the repository.
    pub files: bool,
    /// Whether more of it is written elsewhere: after an alias, or in an action of the repository.
    pub is_continued_elsewhere: bool,
}

/// `runs-on:`
#[derive(Clone, Debug)]
pub(crate) struct RunsOn {
    /// The labels; all of them must fit a runner.
    pub labels: Vec<Ranged<String>>,
    /// Whether a runner group is named, of which the files do not show what it holds.
    pub has_group: bool,
}

/// A job's `uses:` of a reusable workflow.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The workflow.
    pub uses: Ranged<String>,
    /// `with:`
    pub with: Vec<Variable>,
    /// `secrets:`, where they are listed.
    pub secrets: Vec<Variable>,
    /// `secrets: inherit`
    pub inherits_secrets: bool,
    /// The job as if the called workflow were an action that a step uses.
    pub step: Step,
}

/// `strategy.matrix`
#[derive(Clone, Debug, Default)]
pub(crate) struct Matrix {
    /// The values of each variable, those of `include` too.
    pub values: Vec<(String, Vec<Ranged<String>>)>,
    /// Whether an expression makes the matrix or part of it.
    pub is_dynamic: bool,
    /// The variables at the top, `include` and `exclude` left aside.
    pub axes: Vec<Axis>,
    /// Whether `include` or `exclude` changes which combinations run.
    pub has_exceptions: bool,
}

/// A variable of a matrix.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// Its name.
    pub name: Ranged<String>,
    /// How many values it has.
    pub count: usize,
}

/// A step of a job or of a composite action.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// The step's mapping.
    pub node: NodeId,
    /// All of the step.
    pub range: TextRange,
    /// `id:`
    pub id: Option<Ranged<String>>,
    /// `if:`
    pub condition: Option<Ranged<String>>,
    /// `uses:`
    pub uses: Option<Ranged<String>>,
    /// `run:`
    pub run: Option<RunScript>,
    /// `with:`
    pub with: Vec<Variable>,
    /// `env:`
    pub env: Vec<Variable>,
    /// `working-directory:`
    pub working_directory: Option<Ranged<String>>,
    /// `continue-on-error:`
    pub continue_on_error: Option<Ranged<String>>,
}

/// `run:`
#[derive(Clone, Debug)]
pub(crate) struct RunScript {
    /// The script.
    pub text: String,
    /// The scalar that holds it.
    pub node: NodeId,
    /// Where the scalar is.
    pub range: TextRange,
}

impl Job {
    pub(crate) fn read(entry: YamlEntry<'_>) -> Option<Self> {
        let id = entry.key.to_ranged()?;
        let node = entry.value;
        let environment = node
            .get("environment")
            .and_then(|environment| environment.get("name").unwrap_or(environment).to_ranged());
        let container = node
            .get("container")
            .and_then(|container| container.get("image").unwrap_or(container).to_ranged());
        Some(Self {
            id,
            node: node.id(),
            range: entry.range(),
            name: node.get("name").and_then(YamlNode::to_ranged),
            condition: node.get("if").and_then(YamlNode::to_ranged),
            needs: node.get("needs").map(one_or_many).unwrap_or_default(),
            runs_on: node.get("runs-on").map(RunsOn::read),
            container,
            permissions: node.entry("permissions").map(Permissions::read),
            env: node.get("env").map(read_variables).unwrap_or_default(),
            working_directory: default_working_directory(node),
            environment,
            has_concurrency: node.get("concurrency").is_some(),
            matrix: node
                .get("strategy")
                .and_then(|s| s.get("matrix"))
                .map(Matrix::read)
                .unwrap_or_default(),
            continue_on_error: node.get("continue-on-error").and_then(YamlNode::to_ranged),
            steps: node.get("steps").map(read_steps).unwrap_or_default(),
            call: node.get("uses").and_then(|uses| Call::read(uses, node)),
            topics: OnceLock::new(),
        })
    }

    /// What its text speaks of, which `find` says. A key stroke in another job does not search it again.
    pub(crate) fn topics(&self, find: impl FnOnce(&Self) -> JobTopics) -> JobTopics {
        *self.topics.get_or_init(|| find(self))
    }
}

impl RunsOn {
    fn read(node: YamlNode<'_>) -> Self {
        if node.is_mapping() {
            let labels = node.get("labels").map(one_or_many).unwrap_or_default();
            return Self {
                labels,
                has_group: node.get("group").is_some(),
            };
        }
        Self {
            labels: one_or_many(node),
            has_group: false,
        }
    }
}

impl Call {
    fn read(uses: YamlNode<'_>, job: YamlNode<'_>) -> Option<Self> {
        Some(Self {
            uses: uses.to_ranged()?,
            with: job.get("with").map(read_variables).unwrap_or_default(),
            secrets: job.get("secrets").map(read_variables).unwrap_or_default(),
            inherits_secrets: job.get("secrets").and_then(|secrets| secrets.as_str()) == Some("inherit"),
            step: Step::read(job),
        })
    }
}

type MatrixValues = Grouped<String, Vec<Ranged<String>>>;

fn add(values: &mut MatrixValues, name: &str, node: YamlNode<'_>) {
    if let Some(value) = node.to_ranged() {
        return add_value(values, name.to_owned(), value);
    }
    for entry in node.entries() {
        if let (Some(key), Some(value)) = (entry.key.as_str(), entry.value.to_ranged()) {
            add_value(values, format!("{name}.{key}"), value);
        }
    }
}

fn add_value(values: &mut MatrixValues, name: String, value: Ranged<String>) {
    match values.get_mut(&name) {
        Some(values) => values.push(value),
        None => values.push(name, vec![value]),
    }
}

impl Matrix {
    fn read(node: YamlNode<'_>) -> Self {
        let mut matrix = Self {
            is_dynamic: node.as_str().is_some(),
            ..Self::default()
        };
        let mut values = MatrixValues::default();
        for entry in node.entries() {
            let Some(name) = entry.key.as_str() else { continue };
            match name {
                "exclude" => matrix.has_exceptions = true,
                "include" => {
                    matrix.has_exceptions = true;
                    matrix.read_include(entry.value, &mut values);
                }
                _ => {
                    if let Some(name) = entry.key.to_ranged() {
                        let count = entry.value.items().count();
                        matrix.axes.push(Axis { name, count });
                    }
                    matrix.is_dynamic |= entry.value.as_str().is_some();
                    for item in entry.value.items() {
                        add(&mut values, name, item);
                    }
                }
            }
        }
        matrix.values = values.into_pairs();
        matrix
    }

    fn read_include(&mut self, node: YamlNode<'_>, values: &mut MatrixValues) {
        self.is_dynamic |= node.as_str().is_some();
        for combination in node.items() {
            self.is_dynamic |= combination.as_str().is_some();
            for entry in combination.entries() {
                if let Some(name) = entry.key.as_str() {
                    add(values, name, entry.value);
                }
            }
        }
    }

    /// How often the job runs; none if an expression, `include` or `exclude` decides.
    pub(crate) fn legs(&self) -> Option<usize> {
        let is_plain = !self.is_dynamic && !self.has_exceptions;
        is_plain.then(|| {
            self.axes
                .iter()
                .fold(1, |legs, axis| axis.count.saturating_mul(legs))
        })
    }

    /// Whether a range lies in one of the values.
    pub(crate) fn contains(&self, range: TextRange) -> bool {
        self.values
            .iter()
            .flat_map(|(_, values)| values)
            .any(|value| value.range.contains_range(range))
    }

    /// The values that a variable takes over the job's runs; none if an expression may add others.
    pub(crate) fn values_of(&self, name: &str) -> Option<&[Ranged<String>]> {
        if self.is_dynamic {
            return None;
        }
        self.values
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, values)| values.as_slice())
    }
}

/// The steps of a job or of a composite action.
pub(crate) fn read_steps(node: YamlNode<'_>) -> Vec<Step> {
    node.items()
        .filter(|step| step.is_mapping())
        .map(Step::read)
        .collect()
}

impl Step {
    fn read(node: YamlNode<'_>) -> Self {
        let text = |key| node.get(key).and_then(YamlNode::to_ranged);
        let run = node.get("run").and_then(|run| {
            Some(RunScript {
                text: run.as_str()?.to_owned(),
                node: run.id(),
                range: run.range(),
            })
        });
        Self {
            node: node.id(),
            range: node.range(),
            id: text("id"),
            condition: text("if"),
            uses: text("uses"),
            run,
            with: node.get("with").map(read_variables).unwrap_or_default(),
            env: node.get("env").map(read_variables).unwrap_or_default(),
            working_directory: text("working-directory"),
            continue_on_error: text("continue-on-error"),
        }
    }

    /// Whether the step uses a remote action, named `owner/name`, at any version.
    pub(crate) fn uses_action(&self, name: &str) -> bool {
        let uses = self.uses.as_ref();
        uses.is_some_and(|uses| {
            let reference = ActionReference::parse(&uses.value, None);
            reference.remote().is_some_and(|action| action.is(name))
        })
    }
}
