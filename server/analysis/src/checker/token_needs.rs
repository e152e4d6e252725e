//! Which permissions of its `GITHUB_TOKEN` a job needs, so that no fix takes one away.
//!
//! This is the one place that answers the question. It looks only at jobs for which a fix is built, those of called
//! workflows too, which the walk need not have entered.

mod steps;

use std::collections::BTreeSet;

use super::prelude::is_misspelt_id_token;
use crate::knowledge::action_permissions::action_permissions;
use crate::model::job::{Job, Step};
use crate::model::permissions::{Permissions, PermissionsKind};
use crate::model::read::Variable;
use crate::model::token_scopes::{Level, TokenScopes};
use crate::model::workflow::Workflow;
use crate::sources::Sources;
use crate::text::FilePath;
use crate::versions::action_reference::local_path;
pub(crate) use steps::is_github_token;

/// How deep workflows, actions and scripts may lead into each other.
const MOST_DEPTH: usize = 10;
/// How many actions of the repository a job is followed into. Actions that use each other ten times each would be looked into
/// a million times.
const MOST_ACTIONS: usize = 300;

/// What a job needs of its `GITHUB_TOKEN`.
#[derive(Debug, Default)]
pub(crate) struct TokenNeeds {
    /// What it is known to use, beside reading the repository.
    pub(crate) used: TokenScopes,
    /// What the jobs of the workflow that it calls ask for in `permissions`: GitHub refuses the run if the caller
    /// grants less.
    pub(crate) asked: TokenScopes,
    /// Whether such a job asks for `write-all` or `read-all`, or for something that cannot be read.
    pub(crate) asks_for_all: bool,
    /// Whether something in it may need more than that.
    pub(crate) may_need_more: bool,
}

impl TokenNeeds {
    /// Whether the job is known to do nothing but read with its token.
    pub(crate) fn only_reads(&self) -> bool {
        !self.may_need_more && self.used.iter().all(|(_, level)| level < Level::Write)
    }
}

/// What a job needs of its `GITHUB_TOKEN`.
pub(crate) fn token_needs(
    sources: &Sources<'_>,
    path: &FilePath,
    workflow: &Workflow,
    job: &Job,
) -> TokenNeeds {
    let mut search = NeedsSearch {
        sources,
        needs: TokenNeeds::default(),
        is_handed_out: false,
        has_other_git_token: has_other_git_token(&job.steps),
        read: BTreeSet::new(),
        called: BTreeSet::new(),
        actions_left: MOST_ACTIONS,
    };
    search.job(path, workflow, job, 0);
    let mut needs = search.needs;
    if search.is_handed_out {
        needs.may_need_more = true;
        // What gets the token by name most often makes a release or pushes.
        if needs.used.iter().all(|(_, level)| level < Level::Write) {
            needs.used.raise("contents", Level::Write);
        }
    }
    needs
}

/// The search for what a job needs.
struct NeedsSearch<'s, 'a> {
    sources: &'s Sources<'a>,
    needs: TokenNeeds,
    /// Whether something of which nothing is known gets the token by name.
    is_handed_out: bool,
    /// Whether git pushes with another token than the job's.
    has_other_git_token: bool,
    /// The package scripts and files that the script of the step has led to: what they need does not depend on who calls.
    read: BTreeSet<String>,
    /// The workflows that the job has led to: what they need does not depend on who calls.
    called: BTreeSet<FilePath>,
    /// How many more actions of the repository are looked into.
    actions_left: usize,
}

impl NeedsSearch<'_, '_> {
    fn job(&mut self, path: &FilePath, workflow: &Workflow, job: &Job, depth: usize) {
        if depth > MOST_DEPTH {
            self.needs.may_need_more = true;
            return;
        }
        if let Some(call) = &job.call {
            return self.called(&call.uses.value, depth);
        }
        let env = [workflow.env.as_slice(), job.env.as_slice()];
        self.steps(path, &job.steps, &env, depth);
        // The token may also fetch the image of a container.
        let Some(file) = self.sources.file(path) else {
            return;
        };
        let before_steps = job
            .steps
            .first()
            .map_or(job.range.end(), |step| step.range.start());
        let head = file.text.get(job.range.start()..before_steps).unwrap_or_default();
        if head.contains("credentials:") && is_github_token(head) {
            self.needs.used.raise("packages", Level::Read);
        }
    }

    /// The jobs of a reusable workflow: what they ask for, or what they use if they have what their caller has.
    fn called(&mut self, uses: &str, depth: usize) {
        let callee = local_path(uses).and_then(|path| Some((self.sources.workflow(&path)?, path)));
        let Some((workflow, path)) = callee else {
            self.needs.may_need_more = true;
            return;
        };
        if !self.called.insert(path.clone()) {
            return;
        }
        // GitHub compares the block of the workflow too, even if every job replaces it.
        let of_workflow = workflow.permissions.as_ref();
        of_workflow.into_iter().for_each(|block| self.asked_by(block));
        for job in &workflow.jobs {
            match job.permissions.as_ref() {
                Some(block) => self.asked_by(block),
                None if of_workflow.is_some() => {}
                None => self.job(&path, workflow, job, depth + 1),
            }
        }
    }

    fn asked_by(&mut self, block: &Permissions) {
        match (&block.kind, TokenScopes::listed_by(block)) {
            (PermissionsKind::Map(_), Some(scopes)) => {
                for (scope, level) in scopes.iter().filter(|(scope, _)| !is_misspelt_id_token(scope)) {
                    self.needs.asked.raise(scope, level);
                }
            }
            _ => self.needs.asks_for_all = true,
        }
    }

    fn raise(&mut self, scopes: &[(&str, &str)]) {
        for (scope, level) in scopes {
            let level = Level::parse(level).unwrap_or(Level::None);
            self.needs.used.raise(scope, level);
        }
    }
}

/// Whether every checkout of a job leaves another token than the job's for git.
fn has_other_git_token(steps: &[Step]) -> bool {
    let mut checkouts = steps
        .iter()
        .filter(|step| step.uses_action("actions/checkout"))
        .peekable();
    let is_other = |input: &Variable| {
        matches!(
            input.name.value.to_ascii_lowercase().as_str(),
            "token" | "ssh-key"
        ) && is_other_token(&input.value.value)
    };
    checkouts.peek().is_some() && checkouts.all(|step| step.with.iter().any(is_other))
}

/// Whether a value is a token, and certainly not the job's.
fn is_other_token(value: &str) -> bool {
    !value.trim().is_empty() && !is_github_token(value)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::test_support::check_rule;

    /// Scripts that lead to each other through all packages of a monorepo are read once each. Read once for each call, this
    /// would not end.
    #[test]
    fn scripts_of_a_monorepo_are_read_once() {
        let mut fixture = String::from(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
# ^^^^^^^ error💡[id-token-missing]: Missing `id-token: write`: …
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: yarn version && npm run clean
      - run: npm publish
#- package.json
{ "name": "w", "version": "1.0.0", "scripts": { "version": "yarn version apply", "clean": "pnpm -r run clean" } }
"#,
        );
        for n in 0..30 {
            let _ = writeln!(
                fixture,
                "#- packages/p{n}/package.json\n{{ \"name\": \"p{n}\", \"scripts\": {{ \"version\": \"yarn version && npm run build\", \"build\": \
                 \"npm run compile\", \"compile\": \"npm run build && npm run clean\", \"clean\": \"pnpm -r run clean\" }} }}"
            );
        }
        check_rule("id-token-missing", &fixture);
    }
}
