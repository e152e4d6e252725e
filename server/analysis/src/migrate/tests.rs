mod actions;
mod callers;
mod checklist;
mod command_line;
mod comments;
mod installs;
mod kept;
mod leftovers;
mod node_24;
mod orphans;
mod packages;
mod permissions;
mod publishers;
mod readers;
mod shared;
mod tools;
mod variables;

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

/// What becomes of a file, and of the checklist, if every step with a token moves.
struct Moved {
    repository: TestRepository,
    migration: Migration,
}

#[track_caller]
fn moved(text: &str) -> Moved {
    let mut repository = repository(text);
    let migration = plan_of(&repository);
    assert_eq!(migration.kept, Vec::new());
    assert!(!migration.moved.is_empty(), "nothing moves");
    apply(&mut repository, &migration);
    assert_eq!(plan_of(&repository).changes, Vec::new(), "once more");
    Moved {
        repository,
        migration,
    }
}

impl Moved {
    fn file(&self, path: &str) -> &str {
        let mut files = self.repository.files.iter();
        let file = files.find(|file| file.path.as_str() == path);
        file.and_then(|file| file.text.as_deref()).unwrap_or_default()
    }

    fn workflow(&self) -> &str {
        self.file(".github/workflows/release.yml")
    }

    /// The sentences of the checklist.
    fn checklist(&self) -> Vec<String> {
        let sections = self.migration.checklist().sections;
        let items = sections.into_iter().flat_map(|section| section.items);
        items.map(|item| item.text).collect()
    }

    #[track_caller]
    fn says(&self, sentence: &str) {
        let all = self.checklist();
        assert!(all.iter().any(|text| text == sentence), "{all:#?}");
    }

    #[track_caller]
    fn does_not_say(&self, words: &str) {
        let all = self.checklist();
        assert!(!all.iter().any(|text| text.contains(words)), "{all:#?}");
    }
}

/// A repository whose job has these lines before its steps, these steps, and more files.
fn with_job(head: &str, steps: &str, files: &str) -> String {
    let package = match files.contains("#- package.json\n") {
        true => "",
        false => {
            "#- package.json\n{ \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }\n"
        }
    };
    let indented = |text: &str, indent: &str| -> String {
        let lines = text.trim_matches('\n').lines();
        lines.map(|line| format!("{indent}{line}\n")).collect()
    };
    format!(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: {{ push: {{ tags: ['v*'] }} }}
jobs:
  publish:
    runs-on: ubuntu-24.04
{}    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
{}{package}{}"#,
        indented(head, "    "),
        indented(steps, "      "),
        files.trim_start_matches('\n'),
    )
}

/// A publish step with a token.
const PUBLISH: &str = r#"
- run: npm publish
  env:
    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
"#;

/// All steps move.
#[track_caller]
fn all_move(text: &str) {
    let migration = planned(text);
    let reasons: Vec<&str> = migration.kept.iter().map(|kept| kept.reason.as_str()).collect();
    assert_eq!(reasons, Vec::<&str>::new());
    assert_ne!(migration.moved, Vec::new());
}

/// No file changes, and the step says why.
#[track_caller]
fn stays(text: &str, reason: &str) {
    assert_eq!(planned(text).kept.len(), 1);
    stays_all(text, reason);
}

/// No file changes, and each step gives the same reason.
#[track_caller]
fn stays_all(text: &str, reason: &str) {
    let migration = planned(text);
    for kept in &migration.kept {
        assert_eq!(kept.reason, reason);
    }
    assert_ne!(migration.kept, Vec::new());
    assert_eq!(migration.changes, Vec::new());
    assert_eq!(migration.moved, Vec::new());
}

fn apply(repository: &mut TestRepository, migration: &Migration) {
    for change in &migration.changes {
        let file = repository.files.iter_mut().find(|file| file.path == change.path);
        file.expect("only files that are there change").text = Some(change.new.to_string());
    }
}
