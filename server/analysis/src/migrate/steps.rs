//! The publish steps of a repository, by keys that outlast edits.

use std::collections::BTreeSet;

use super::migration::MigrationStep;
use crate::checker::context::CheckContext;
use crate::model::permissions::Grant;
use crate::publish::{Outcome, Site, SiteReport};
use crate::text::{FilePath, Place};
use crate::workspace::Workspace;

/// A publish step: the workflow whose analysis leads to it, and which of its steps it is. Edits that remove a token or raise a
/// version add no publish step and remove none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct StepKey {
    pub(super) path: FilePath,
    pub(super) index: usize,
}

/// Which publish steps are to move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepChoice {
    /// Those with an access token.
    WithToken,
    /// Those that fail without an ID token, too.
    WithTokenOrStuck,
}

/// A publish step to npm's registry.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) key: StepKey,
    /// Whether it publishes with an access token, or may.
    pub(super) is_on_token: bool,
    /// Whether it fails, and cannot get an ID token.
    is_stuck: bool,
    /// Where its tokens are written.
    tokens: Vec<Place>,
    /// The line of the command, from 1.
    line: usize,
    /// The command for people.
    command: String,
    /// What people see of it.
    pub(super) site: SiteReport,
}

/// The steps that publish to npm's registry, or may, by workflow and in text order.
pub(super) fn steps(workspace: &Workspace) -> Vec<Step> {
    let paths = workspace.files().map(|(path, _)| path);
    paths
        .filter_map(|path| workspace.in_context(path, steps_in))
        .flatten()
        .collect()
}

fn steps_in(context: &CheckContext<'_>) -> Vec<Step> {
    let sites = context.sites.iter().enumerate();
    // Calls of workflows of other repositories are listed by themselves.
    let sites = sites.filter(|(_, site)| !site.publishing_tool.is_called_workflow());
    let steps = sites.map(|(index, site)| {
        let key = StepKey {
            path: context.path.clone(),
            index,
        };
        step(context, key, site)
    });
    steps.filter(|step| step.site.may_publish_to_npm()).collect()
}

fn step(context: &CheckContext<'_>, key: StepKey, site: &Site<'_>) -> Step {
    let file = context.sources.file(&site.place.path);
    let line = file.map_or(0, |file| file.line_index.line_of(site.place.range.start()));
    let view = site.view(context.sources);
    let publishes_with_token = matches!(view.outcome, Outcome::Token | Outcome::OidcOrToken);
    // A token that the tool does not read is meant to be used as well.
    let fails_with_token = view.outcome == Outcome::Fails && !site.credentials.tokens.is_empty();
    Step {
        is_on_token: publishes_with_token || fails_with_token || !site.has_usable_token().is_no(),
        is_stuck: matches!(view.outcome, Outcome::Fails | Outcome::NotReached)
            && !has_id_token(site)
            && !site.misses_github_packages(),
        tokens: site
            .credentials
            .tokens
            .iter()
            .map(|token| token.place.clone())
            .collect(),
        line: line + 1,
        command: site.publishing_tool.command.clone(),
        site: view,
        key,
    }
}

impl Step {
    /// Whether it is to move.
    pub(super) fn is_chosen(&self, choice: StepChoice) -> bool {
        self.is_on_token || self.is_stuck && choice == StepChoice::WithTokenOrStuck
    }

    /// Whether one edit concerns both: they are the same step on two ways, or share a token.
    fn belongs_to(&self, other: &Self) -> bool {
        let is_same = (&self.site.path, self.site.range) == (&other.site.path, other.site.range);
        is_same || self.tokens.iter().any(|token| other.tokens.contains(token))
    }

    /// The step for people.
    pub(super) fn words(&self) -> MigrationStep {
        MigrationStep {
            path: self.site.path.clone(),
            job: self.site.job.clone(),
            line: self.line,
            command: self.command.clone(),
            packages: self.site.packages.clone(),
            summary: self.site.summary.clone(),
        }
    }
}

/// The chosen steps that can only be moved together.
pub(super) fn groups(steps: &[Step], choice: StepChoice) -> Vec<BTreeSet<StepKey>> {
    let mut groups: Vec<Vec<&Step>> = Vec::new();
    for step in steps.iter().filter(|step| step.is_chosen(choice)) {
        let belongs = |group: &Vec<&Step>| group.iter().any(|other| step.belongs_to(other));
        let (with, without): (Vec<_>, Vec<_>) = groups.into_iter().partition(belongs);
        groups = without;
        groups.push(with.into_iter().flatten().chain([step]).collect());
    }
    let mut groups: Vec<BTreeSet<StepKey>> = groups
        .into_iter()
        .map(|group| group.into_iter().map(|step| step.key.clone()).collect())
        .collect();
    groups.sort();
    groups
}

/// Whether the job of a step can get an ID token.
pub(super) fn has_id_token(site: &Site<'_>) -> bool {
    site.identity.id_token.grant == Grant::Yes
}

/// Calls `act` with each step of a group.
pub(super) fn for_each(
    workspace: &Workspace,
    group: &BTreeSet<StepKey>,
    mut act: impl FnMut(&CheckContext<'_>, &StepKey, &Site<'_>),
) {
    let paths: BTreeSet<&FilePath> = group.iter().map(|key| &key.path).collect();
    for path in paths {
        workspace.in_context(path, |context| {
            for key in group.iter().filter(|key| key.path == *path) {
                if let Some(site) = context.sites.get(key.index) {
                    act(context, key, site);
                }
            }
        });
    }
}
