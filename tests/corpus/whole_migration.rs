//! The whole migration of each repository that publishes with a token: which move, what keeps the others, and what every
//! migration promises.

use trustpub_analysis::migrate::{Migration, plan};
use trustpub_analysis::setup::Change;
use trustpub_analysis::test_support::TestRepository;
use trustpub_analysis::{Outcome, SiteReport};

use crate::folder::Folder;
use crate::score::{Figure, Section};

fn plan_of(repository: &TestRepository) -> Migration {
    plan(&repository.workspace(), |trial| repository.analyse(trial))
}

pub(crate) fn measure(folders: &[Folder]) -> Section {
    let planned = folders.iter().map(|folder| (folder, plan_of(&folder.repository)));
    let planned: Vec<(&Folder, Migration)> = planned
        .filter(|(_, migration)| migration.has_token_step())
        .collect();
    let whole = planned.iter().filter(|(_, migration)| migration.kept.is_empty());
    let kept = planned.iter().flat_map(|(folder, migration)| {
        migration.kept.iter().map(|kept| {
            let (path, line) = (&kept.step.path, kept.step.line);
            format!(
                "{} {path}:{line} {}: {}",
                folder.dir, kept.step.command, kept.reason
            )
        })
    });
    let broken = planned
        .iter()
        .flat_map(|(folder, migration)| broken_promises(folder, migration));
    let broken: Vec<String> = broken.collect();
    Section {
        title: "Repositories that publish with a token",
        figures: vec![
            Figure::new("whole-migration", whole.count(), planned.len()),
            Figure::new("migration-with-broken-promise", broken.len(), planned.len()),
        ],
        lists: vec![
            ("steps that keep their token", kept.collect()),
            ("broken promises", broken),
        ],
    }
}

/// What is wrong with a migration: a moved step that does not publish by OIDC, another step that ends otherwise, a comment that
/// is lost, or more to change when it is applied.
fn broken_promises(folder: &Folder, migration: &Migration) -> Vec<String> {
    let mut repository = folder.repository.clone();
    apply(&mut repository, &migration.changes);
    let after = repository.workspace();
    let mut broken: Vec<String> = migration.changes.iter().flat_map(lost_comments).collect();
    if !plan_of(&repository).changes.is_empty() {
        broken.push("another run changes something".to_owned());
    }
    let sites: Vec<&SiteReport> = after.sites().collect();
    for step in &migration.moved {
        let mut same = sites
            .iter()
            .filter(|site| site.path == step.path && site.job == step.job);
        if !same.any(|site| site.outcome == Outcome::Oidc) {
            broken.push(format!("{}:{} does not publish by OIDC", step.path, step.line));
        }
    }
    let count = |sites: &mut dyn Iterator<Item = &SiteReport>| {
        sites
            .filter(|site| matches!(site.outcome, Outcome::Fails | Outcome::NotReached))
            .count()
    };
    if count(&mut after.sites()) > count(&mut folder.sites.iter()) {
        broken.push("a step fails that did not fail before".to_owned());
    }
    broken
        .into_iter()
        .map(|what| format!("{}: {what}", folder.dir))
        .collect()
}

fn apply(repository: &mut TestRepository, changes: &[Change]) {
    for change in changes {
        let file = repository.files.iter_mut().find(|file| file.path == change.path);
        file.expect("only files that are there change").text = Some(change.new.to_string());
    }
}

/// The lines of comment that are gone.
fn lost_comments(change: &Change) -> Vec<String> {
    let comments = |text: &str| -> Vec<String> {
        let lines = text.lines().map(str::trim).filter(|line| line.starts_with('#'));
        lines.map(str::to_owned).collect()
    };
    let mut left = comments(&change.new);
    let mut lost = comments(change.old.as_deref().unwrap_or_default());
    lost.retain(|comment| match left.iter().position(|other| other == comment) {
        Some(index) => {
            left.swap_remove(index);
            false
        }
        None => true,
    });
    lost.into_iter()
        .map(|comment| format!("{} loses `{comment}`", change.path))
        .collect()
}
