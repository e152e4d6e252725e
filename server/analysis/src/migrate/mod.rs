//! Moving the publish steps of a repository from access tokens to trusted publishing, in one go.
//!
//! The move is made of fixes that exist anyway: the tokens are removed in a copy, the rules say what keeps the steps from
//! publishing without them, and their fixes repair it. It counts only if each step is then predicted to publish by OIDC and
//! no other step ends worse. Otherwise the files stay as they are, and the step says why.

mod attempt;
mod carrier;
mod cautions;
mod checklist;
mod concern;
mod effects;
mod elsewhere;
mod handed_on;
mod leftover;
mod migration;
mod read_files;
mod reason;
mod secrets;
mod steps;
mod surroundings;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use checklist::{Checklist, Item, Section, what_to_enter};
pub use migration::{CallElsewhere, KeptStep, Migration, MigrationStep};
pub use secrets::SecretUse;
pub use steps::StepChoice;

use crate::knowledge::trusted_publishers::MOST_TRUSTED_PUBLISHERS;
use crate::publish::{Outcome, SiteReport, TrustedPublisher};
use crate::setup::{Change, Project, registrations_of};
use crate::workspace::Workspace;
use attempt::attempt;
use cautions::cautions;
use steps::{Step, StepKey, groups, steps};

/// Plans the move of a repository that has been [checked](Workspace::check). The workspace itself stays as it is.
///
/// `analyse` checks the copy in which the move is tried, and gives it the files that it asks for: without a token, a step may depend
/// on files that were not needed before.
pub fn plan(workspace: &Workspace, analyse: impl FnMut(&mut Workspace)) -> Migration {
    plan_for(workspace, StepChoice::WithToken, analyse)
}

/// The same for other steps than those with a token, too.
pub fn plan_for(
    workspace: &Workspace,
    choice: StepChoice,
    mut analyse: impl FnMut(&mut Workspace),
) -> Migration {
    let before = steps(workspace);
    if !before.iter().any(|step| step.is_chosen(choice)) {
        return Migration {
            already: in_words(&before, |step| step.site.outcome == Outcome::Oidc),
            others: in_words(&before, |step| step.site.outcome != Outcome::Oidc),
            elsewhere: elsewhere::calls_elsewhere(workspace),
            repository: workspace.slug().map(ToString::to_string),
            ..Migration::default()
        };
    }
    let mut trial = workspace.copy_of(|_| true);
    let mut around = surroundings::paths(workspace);
    around.extend(read_files::paths(workspace));
    trial.want(around.iter().cloned());
    analyse(&mut trial);
    let mut reasons = with_too_many_publishers(&before, choice);
    let mut moved: BTreeSet<StepKey> = BTreeSet::new();
    for group in groups(&before, choice) {
        if let Some(why) = group.iter().find_map(|key| reasons.get(key).cloned()) {
            reasons.extend(group.into_iter().map(|key| (key, why.clone())));
            continue;
        }
        match attempt(&mut trial, &group, &moved, &around, &mut analyse) {
            Ok(()) => moved.extend(group),
            Err(why) => reasons.extend(why),
        }
    }
    if !moved.is_empty() {
        handed_on::clean(workspace, &mut trial, &mut analyse);
    }
    let after = steps(&trial);
    let changes = changes(workspace, &trial);
    let used = sites_of(&before, |step| moved.contains(&step.key));
    let secrets = secrets::no_longer_used(workspace, &trial, &changes, &used);
    let moved_sites: Vec<&SiteReport> = sites_of(&after, |step| moved.contains(&step.key));
    let project = Project::of(&trial, &[]);
    Migration {
        registrations: registrations_of(&trial, &project, moved_sites.iter().copied()),
        moved: in_words(&after, |step| moved.contains(&step.key)),
        kept: kept(&after, &reasons),
        already: in_words(&before, |step| {
            !step.is_chosen(choice) && step.site.outcome == Outcome::Oidc
        }),
        others: in_words(&before, |step| {
            !step.is_chosen(choice) && step.site.outcome != Outcome::Oidc
        }),
        elsewhere: elsewhere::calls_elsewhere(workspace),
        repository: workspace.slug().map(ToString::to_string),
        cautions: cautions(&trial, workspace, &moved),
        secrets,
        changes,
    }
}

/// The steps whose package would need more trusted publishers than npm accepts: one for each workflow and environment.
fn with_too_many_publishers(steps: &[Step], choice: StepChoice) -> BTreeMap<StepKey, String> {
    let mut publishers: BTreeMap<&str, Vec<&TrustedPublisher>> = BTreeMap::new();
    let published = |step: &Step| step.is_chosen(choice) || step.site.outcome == Outcome::Oidc;
    for step in steps.iter().filter(|step| published(step)) {
        for package in &step.site.packages {
            let known = publishers.entry(package).or_default();
            for publisher in &step.site.trusted_publishers {
                if !known.contains(&publisher) {
                    known.push(publisher);
                }
            }
        }
    }
    let why = |step: &Step| {
        step.site.packages.iter().find_map(|package| {
            let number = publishers.get(package.as_str())?.len();
            (number > MOST_TRUSTED_PUBLISHERS).then(|| {
                format!(
                    "npm accepts {MOST_TRUSTED_PUBLISHERS} trusted publishers for a package, and `{package}` is published from {number} \
                     workflows and environments; publish it from fewer first"
                )
            })
        })
    };
    let found = steps.iter().filter(|step| step.is_chosen(choice));
    found
        .filter_map(|step| Some((step.key.clone(), why(step)?)))
        .collect()
}

fn sites_of(steps: &[Step], is_wanted: impl Fn(&Step) -> bool) -> Vec<&SiteReport> {
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
