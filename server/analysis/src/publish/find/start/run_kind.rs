//! The kinds of runs that a workflow has: what starts them, and for which ref. Source: "Events that trigger workflows" and
//! "Workflow syntax" (`on.push.branches`, `paths`, `tags`) in GitHub's documentation.

use super::value::TextPattern;
use crate::model::workflow::{Trigger, Workflow};

/// What the runs have in common that one event starts for one kind of ref.
#[derive(Clone, Debug)]
pub(super) struct RunKind<'a> {
    /// `github.event_name`
    pub event: &'a str,
    /// What `github.ref` may be.
    pub refs: Vec<TextPattern>,
    /// `types:` of the event.
    pub types: Option<Vec<&'a str>>,
    /// The workflow that the event starts.
    pub workflow: &'a Workflow,
}

const BRANCHES: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";

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
        kinds
            .into_iter()
            .map(|refs| Self {
                event: &trigger.name.value,
                refs,
                types: types.clone(),
                workflow,
            })
            .collect()
    }

    /// Whether it is for a pull request.
    pub(super) fn is_for_pull_request(&self) -> bool {
        self.event.starts_with("pull_request")
    }
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
