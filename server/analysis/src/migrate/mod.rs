//! Moving the publish steps of a repository from access tokens to trusted publishing, in one go.
//!
//! The move is made of fixes that exist anyway: the tokens are removed in a copy, the rules say what keeps the steps from
//! publishing without them, and their fixes repair it. It counts only if each step is then predicted to publish by OIDC and
//! no other step ends worse. Otherwise the files stay as they are, and the step says why.

mod attempt;
mod carrier;
mod checklist;
mod concern;
mod handed_on;
mod reason;
mod secrets;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use checklist::{Checklist, Item, Section};
pub use secrets::SecretUse;

use crate::publish::{Outcome, PublishSite};
use crate::setup::{Change, Project, Registration, registrations_of};
use crate::text::FilePath;
use crate::workspace::Workspace;
use attempt::attempt;
use reason::cautions;
use steps::{Step, StepKey, groups, steps};

/// What moves a repository to trusted publishing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Migration {
    /// The files that change.
    pub changes: Vec<Change>,
    /// The steps that publish with an access token today and by trusted publishing afterwards.
    pub moved: Vec<MigrationStep>,
    /// The steps that keep their token, and why.
    pub kept: Vec<KeptStep>,
    /// The steps that publish by trusted publishing already.
    pub already: Vec<MigrationStep>,
    /// The other publish steps: they fail, or the files do not show what they publish with.
    pub others: Vec<MigrationStep>,
    /// What must be entered on npm for the moved steps, before the change is merged.
    pub registrations: Vec<Registration>,
    /// The secrets that the moved steps no longer use.
    pub secrets: Vec<SecretUse>,
    /// What the files cannot show and the user should look at before the change is merged, a sentence each.
    pub cautions: Vec<String>,
    /// `owner/name` on GitHub, where it is known.
    pub repository: Option<String>,
}

/// A publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MigrationStep {
    /// The file in which it is written.
    pub path: FilePath,
    /// The id of its job.
    pub job: String,
    /// The line of the command, from 1.
    pub line: usize,
    /// The command, for people: `npm publish`, `changesets/action`.
    pub command: String,
    /// The packages that it publishes, as far as they are known.
    pub packages: Vec<String>,
    /// One line: what it will do.
    pub summary: String,
}

/// A publish step that keeps its token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptStep {
    /// The step.
    pub step: MigrationStep,
    /// Why, and what must be done by hand first.
    pub reason: String,
}

impl Migration {
    /// Whether a step publishes with a token, so that there is something to move.
    pub fn has_token_step(&self) -> bool {
        !self.moved.is_empty() || !self.kept.is_empty()
    }
}

/// Plans the move of a repository that has been [checked](Workspace::check). The workspace itself stays as it is.
pub fn plan(workspace: &Workspace) -> Migration {
    let before = steps(workspace);
    if !before.iter().any(|step| step.is_on_token) {
        return Migration {
            already: in_words(&before, |step| step.site.outcome == Outcome::Oidc),
            others: in_words(&before, |step| step.site.outcome != Outcome::Oidc),
            repository: workspace.slug().map(ToString::to_string),
            ..Migration::default()
        };
    }
    let mut trial = workspace.copy_of(|_| true);
    trial.check();
    let mut reasons: BTreeMap<StepKey, String> = BTreeMap::new();
    let mut moved: BTreeSet<StepKey> = BTreeSet::new();
    for group in groups(&before) {
        match attempt(&mut trial, &group, &moved) {
            Ok(()) => moved.extend(group),
            Err(why) => reasons.extend(why),
        }
    }
    if !moved.is_empty() {
        handed_on::clean(workspace, &mut trial);
    }
    let after = steps(&trial);
    let changes = changes(workspace, &trial);
    let used = sites_of(&before, |step| moved.contains(&step.key));
    let secrets = secrets::no_longer_used(workspace, &trial, &changes, &used);
    let moved_sites: Vec<&PublishSite> = sites_of(&after, |step| moved.contains(&step.key));
    let project = Project::of(&trial, &[]);
    Migration {
        registrations: registrations_of(&trial, &project, moved_sites.iter().copied()),
        moved: in_words(&after, |step| moved.contains(&step.key)),
        kept: kept(&after, &reasons),
        already: in_words(&before, |step| {
            !step.is_on_token && step.site.outcome == Outcome::Oidc
        }),
        others: in_words(&before, |step| {
            !step.is_on_token && step.site.outcome != Outcome::Oidc
        }),
        repository: workspace.slug().map(ToString::to_string),
        cautions: cautions(workspace, &moved),
        secrets,
        changes,
    }
}

fn sites_of(steps: &[Step], is_wanted: impl Fn(&Step) -> bool) -> Vec<&PublishSite> {
    let wanted = steps.iter().filter(|step| is_wanted(step));
    wanted.map(|step| &step.site).collect()
}

/// Each step once, although several workflows may lead to it.
fn in_words(steps: &[Step], is_wanted: impl Fn(&Step) -> bool) -> Vec<MigrationStep> {
    let mut found: Vec<MigrationStep> = Vec::new();
    for step in steps.iter().filter(|step| is_wanted(step)) {
        let words = step.words();
        let same = |known: &&mut MigrationStep| (&known.path, known.line) == (&words.path, words.line);
        match found.iter_mut().find(same) {
            Some(known) if known.command == words.command => {
                let new = words.packages.into_iter();
                let new: Vec<String> = new.filter(|package| !known.packages.contains(package)).collect();
                known.packages.extend(new);
            }
            _ => found.push(words),
        }
    }
    found
}

fn kept(steps: &[Step], reasons: &BTreeMap<StepKey, String>) -> Vec<KeptStep> {
    let mut found: Vec<KeptStep> = Vec::new();
    for step in steps {
        let Some(reason) = reasons.get(&step.key) else {
            continue;
        };
        let kept = KeptStep {
            step: step.words(),
            reason: reason.clone(),
        };
        let is_same =
            |known: &KeptStep| (&known.step.path, known.step.line) == (&kept.step.path, kept.step.line);
        if !found
            .iter()
            .any(|known| is_same(known) && known.reason == kept.reason)
        {
            found.push(kept);
        }
    }
    found
}

/// The files whose text differs.
fn changes(workspace: &Workspace, trial: &Workspace) -> Vec<Change> {
    let changed = trial.files().filter_map(|(path, file)| {
        let old = Arc::clone(&workspace.file(path)?.text);
        (old != file.text).then(|| Change {
            path: path.clone(),
            new: Arc::clone(&file.text),
            old: Some(old),
        })
    });
    changed.collect()
}
