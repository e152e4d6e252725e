mod callers;
mod checklist;
mod kept;
mod leftovers;
mod tools;

use std::collections::BTreeMap;

use super::{Migration, plan};
use crate::publish::Outcome;
use crate::test_support::{Fixture, TestRepository};

fn repository(text: &str) -> TestRepository {
    Fixture::parse(text).expect("the fixture can be read").repository
}

fn plan_of(repository: &TestRepository) -> Migration {
    plan(&repository.workspace(), |trial| repository.analyse(trial))
}

fn planned(text: &str) -> Migration {
    plan_of(&repository(text))
}

/// Every step that uses a token moves, and these files change so. Each step is then predicted to publish by OIDC, and nothing is
/// left to move.
#[track_caller]
fn moves(before: &str, changed: &str) {
    let mut repository = repository(before);
    let migration = plan_of(&repository);
    assert_eq!(migration.kept, Vec::new());
    let new = |text: &str| -> BTreeMap<String, String> {
        let files = super::tests::repository(text).files.into_iter();
        files
            .map(|file| (file.path.to_string(), file.text.unwrap_or_default()))
            .collect()
    };
    let changes = migration.changes.iter();
    let changes: BTreeMap<String, String> = changes
        .map(|change| (change.path.to_string(), change.new.to_string()))
        .collect();
    for (path, text) in new(changed) {
        let is = changes.get(&path).map_or("", String::as_str);
        assert_eq!(is, text, "{path}:\n{is}");
    }
    assert_eq!(
        changes.keys().collect::<Vec<_>>(),
        new(changed).keys().collect::<Vec<_>>()
    );
    apply(&mut repository, &migration);
    let after = repository.workspace();
    let again = plan_of(&repository);
    assert_eq!(again.changes, Vec::new(), "once more");
    assert!(!again.has_token_step());
    for step in &migration.moved {
        let mut sites = after.sites().filter(|site| site.path == step.path);
        assert!(sites.any(|site| site.outcome == Outcome::Oidc), "{step:?}");
    }
}

/// No file changes, and the step says why.
#[track_caller]
fn stays(text: &str, reason: &str) {
    let migration = planned(text);
    let reasons: Vec<&str> = migration.kept.iter().map(|kept| kept.reason.as_str()).collect();
    assert_eq!(reasons, [reason]);
    assert_eq!(migration.changes, Vec::new());
    assert_eq!(migration.moved, Vec::new());
}

fn apply(repository: &mut TestRepository, migration: &Migration) {
    for change in &migration.changes {
        let file = repository.files.iter_mut().find(|file| file.path == change.path);
        file.expect("only files that are there change").text = Some(change.new.to_string());
    }
}
