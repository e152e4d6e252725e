//! The kinds of runs that a workflow has: what starts them, and for which ref. Source: "Events that trigger workflows" and
//! "Workflow syntax" (`on.push.branches`, `paths`, `tags`) in GitHub's documentation.

use super::value::{TextPattern, Value};
use crate::model::workflow::{Trigger, Workflow};
use crate::versions::version::Truth;

/// What the runs have in common that one event starts for one kind of ref.
#[derive(Clone, Debug)]
pub(super) struct RunKind<'a> {
    /// `github.event_name`
    pub event: &'a str,
    /// What `github.ref` may be.
    pub refs: Vec<TextPattern>,
    /// The event with its filters.
    pub trigger: &'a Trigger,
    /// `types:` of the event.
    pub types: Option<Vec<&'a str>>,
    /// The inputs that somebody chooses who starts it by hand, as far as each has few values.
    pub chosen: Vec<(&'a str, Value)>,
    /// The workflow that the event starts.
    pub workflow: &'a Workflow,
}

/// More combinations of inputs than this are not told apart.
const MOST_COMBINATIONS: usize = 12;
const BRANCHES: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";
/// What is not literal in a filter.
const SPECIAL: [char; 7] = ['*', '?', '+', '[', ']', '\\', '!'];

impl<'a> RunKind<'a> {
    /// The runs of a workflow, those that a call starts left out.
    pub(super) fn of(workflow: &'a Workflow) -> Vec<Self> {
        let triggers = workflow.triggers.iter();
        triggers
            .flat_map(|trigger| Self::of_trigger(workflow, trigger))
            .collect()
    }

    fn of_trigger(workflow: &'a Workflow, trigger: &'a Trigger) -> Vec<Self> {
        let has = |names: [&str; 2]| {
            trigger
                .filters
                .iter()
                .any(|filter| names.contains(&filter.as_str()))
        };
        let branches = || {
            patterns(
                BRANCHES,
                trigger.branches.iter().map(|branch| branch.value.as_str()),
            )
        };
        let tags = || patterns(TAGS, trigger.tags.iter().map(|tag| tag.value.as_str()));
        let any = |prefix: &str| vec![TextPattern::starting_with(prefix)];
        let kinds: Vec<Vec<TextPattern>> = match trigger.name.value.as_str() {
            "workflow_call" => Vec::new(),
            // A push that filters neither is for both; `paths` alone does not count for tags.
            "push" => match (has(["branches", "branches-ignore"]), has(["tags", "tags-ignore"])) {
                (true, false) => vec![branches()],
                (false, true) => vec![tags()],
                _ => vec![branches(), tags()],
            },
            "workflow_dispatch" | "create" => vec![any(BRANCHES), any(TAGS)],
            "release" => vec![any(TAGS)],
            "pull_request" => vec![any("refs/pull/")],
            "schedule"
            | "repository_dispatch"
            | "workflow_run"
            | "issue_comment"
            | "issues"
            | "delete"
            | "merge_group"
            | "pull_request_target" => vec![any(BRANCHES)],
            _ => vec![any("")],
        };
        let types = trigger.types.as_ref();
        let types = types.map(|types| types.iter().map(|kind| kind.value.as_str()).collect::<Vec<_>>());
        let choices = match trigger.name.value.as_str() {
            "workflow_dispatch" => choices(workflow),
            _ => vec![Vec::new()],
        };
        let mut runs = Vec::new();
        for refs in kinds {
            for chosen in &choices {
                runs.push(Self {
                    event: &trigger.name.value,
                    refs: refs.clone(),
                    trigger,
                    types: types.clone(),
                    chosen: chosen.clone(),
                    workflow,
                });
            }
        }
        runs
    }

    /// Whether it is for a tag.
    pub(super) fn is_for_tag(&self) -> bool {
        let refs = Value::Text(self.refs.clone());
        refs.starts_with(&Value::text(TAGS)).is_yes()
    }

    /// Whether it is for a branch.
    pub(super) fn is_for_branch(&self) -> bool {
        let refs = Value::Text(self.refs.clone());
        refs.starts_with(&Value::text(BRANCHES)).is_yes()
    }

    /// The same run for one branch; none if it is certainly not for this one.
    pub(super) fn for_branch(&self, branch: &str) -> Option<Self> {
        let wanted = TextPattern::exactly(&format!("{BRANCHES}{branch}"));
        let is_among = |refs: &[TextPattern]| {
            let mut refs = refs.iter();
            refs.any(|pattern| pattern.equals(&wanted) != Truth::No)
        };
        let may_fit =
            |filter: &str| is_among(&patterns(BRANCHES, std::iter::once(filter))) && may_end(filter, branch);
        let is_named = self.branches().next().is_none() || self.branches().any(may_fit);
        let fits = is_among(&self.refs) && is_named;
        (fits && !self.leaves_out(branch)).then(|| Self {
            refs: vec![wanted],
            ..self.clone()
        })
    }

    /// The patterns that one of its branches has to fit.
    pub(super) fn branches(&self) -> impl Iterator<Item = &'a str> {
        let filters = self.trigger.branches.iter().map(|filter| filter.value.as_str());
        filters.filter(|filter| self.event == "push" && !filter.starts_with('!'))
    }

    /// Whether its filters list the branches by their names.
    pub(super) fn names_its_branches(&self) -> bool {
        self.branches().next().is_some() && self.branches().all(|filter| !filter.contains(SPECIAL))
    }

    /// Whether the filters name a branch among those that start no run. A later pattern may take it in again.
    fn leaves_out(&self, branch: &str) -> bool {
        let mut ignored = self.trigger.branches_ignore.iter();
        let mut last_first = self.trigger.branches.iter().rev();
        let excluding = last_first.find(|filter| {
            let pattern = filter.value.trim_start_matches('!');
            pattern == branch || pattern.contains(SPECIAL) && !filter.value.starts_with('!')
        });
        self.event == "push"
            && (ignored.any(|filter| filter.value == branch)
                || excluding.is_some_and(|filter| filter.value.strip_prefix('!') == Some(branch)))
    }

    /// Whether it is for a pull request.
    pub(super) fn is_for_pull_request(&self) -> bool {
        self.event.starts_with("pull_request")
    }
}

/// The combinations of the inputs that have few values; a further input that would make too many is left out.
fn choices(workflow: &Workflow) -> Vec<Vec<(&str, Value)>> {
    let mut combinations: Vec<Vec<(&str, Value)>> = vec![Vec::new()];
    for input in &workflow.dispatch_inputs {
        let values: Vec<Value> = match input.is_boolean {
            true => vec![Value::Bool(true), Value::Bool(false)],
            false => input.options.iter().map(|option| Value::text(option)).collect(),
        };
        if values.is_empty() || values.len() * combinations.len() > MOST_COMBINATIONS {
            continue;
        }
        let mut longer = Vec::new();
        for chosen in &combinations {
            for value in &values {
                let mut chosen = chosen.clone();
                chosen.push((input.name.as_str(), value.clone()));
                longer.push(chosen);
            }
        }
        combinations = longer;
    }
    combinations
}

/// Whether a text ends as those do that fit a filter.
fn may_end(filter: &str, text: &str) -> bool {
    let literal = filter.rsplit(SPECIAL).next().unwrap_or_default();
    text.ends_with(literal)
}

/// What the refs may be that fit one of the filters; all of them if there is no filter.
fn patterns<'p>(prefix: &str, filters: impl Iterator<Item = &'p str>) -> Vec<TextPattern> {
    let mut patterns: Vec<TextPattern> = filters
        .filter(|filter| !filter.starts_with('!'))
        .map(|filter| match filter.find(['*', '?', '+', '[']) {
            None => TextPattern::exactly(&format!("{prefix}{filter}")),
            Some(at) => {
                // `?` and `+` belong to the character before them.
                let literal = filter.get(..at).unwrap_or_default();
                let rest = filter.get(at..).unwrap_or_default();
                let shorter = literal.char_indices().next_back().map_or(0, |(last, _)| last);
                let literal = match rest.starts_with(['?', '+']) {
                    true => literal.get(..shorter).unwrap_or_default(),
                    false => literal,
                };
                TextPattern::starting_with(&format!("{prefix}{literal}"))
            }
        })
        .collect();
    if patterns.is_empty() {
        patterns.push(TextPattern::starting_with(prefix));
    }
    patterns
}
