//! Small repositories that were once answered wrongly, each with the right answer.
//!
//! `TRUSTPUB_CASES=<folder> ./tests/run cases` prints how many are right and what is wrong with the others. The folder holds
//! a folder for each repository; `expected.toml` says what must be true of it. The repositories are analyzed as
//! `acme/widget`. Logs are in its folder `explain`; see `explained.rs`.

mod explained;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use trustpub_analysis::test_support::{TestRepository, contradictions};
use trustpub_analysis::{Applicability, Diagnostic, RepositorySlug, SiteReport};
use trustpub_tests::disk::read_repository;
use trustpub_tests::needed::path_in;

const SLUG: &str = "acme/widget";

/// More fixes than a case can need.
const MOST_FIXES: usize = 50;

#[test]
#[ignore = "needs TRUSTPUB_CASES; the step `cases`"]
fn every_case_is_answered_rightly() {
    let root = path_in("TRUSTPUB_CASES");
    let expected: toml::Table = include_str!("expected.toml")
        .parse()
        .unwrap_or_else(|error| panic!("expected.toml: {error}"));
    let mut wrong = Vec::new();
    for (name, case) in &expected {
        let problems = Answer::of(&root.join(name)).problems(case);
        if !problems.is_empty() {
            wrong.push(format!("{name}\n  {}", problems.join("\n  ")));
        }
    }
    println!("{} cases, {} right", expected.len(), expected.len() - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What trustpub says of a case, and what its fixes do.
struct Answer {
    sites: Vec<SiteReport>,
    diagnostics: Vec<Diagnostic>,
    contradictions: Vec<String>,
    before: String,
    after_safe_fixes: String,
    after_all_fixes: String,
}

impl Answer {
    fn of(folder: &Path) -> Self {
        assert!(folder.is_dir(), "{} is not there", folder.display());
        let repository = read_repository(folder, RepositorySlug::parse(SLUG));
        let workspace = repository.workspace();
        Self {
            sites: workspace.sites().cloned().collect(),
            diagnostics: workspace.all_diagnostics().cloned().collect(),
            contradictions: contradictions(&workspace),
            before: all_text(&repository),
            after_safe_fixes: all_text(&fixed(&repository, Applicability::Safe)),
            after_all_fixes: all_text(&fixed(&repository, Applicability::Unsafe)),
        }
    }

    fn problems(&self, case: &toml::Value) -> Vec<String> {
        let mut problems = self.contradictions.clone();
        if let Some(outcomes) = texts(case, "outcomes") {
            let found: Vec<&str> = self.sites.iter().map(|site| site.outcome.name()).collect();
            let is_right = |(expected, found): (&String, &&str)| expected == "*" || expected == found;
            if outcomes.len() != found.len() || !outcomes.iter().zip(&found).all(is_right) {
                problems.push(format!("outcomes are {found:?} instead of {outcomes:?}"));
            }
        }
        if let Some(packages) = texts(case, "packages") {
            let found: BTreeSet<&String> = self.sites.iter().flat_map(|site| &site.packages).collect();
            if found != packages.iter().collect() {
                problems.push(format!("packages are {found:?} instead of {packages:?}"));
            }
        }
        self.check_findings(case, &mut problems);
        self.check_fixes(case, &mut problems);
        problems
    }

    fn check_findings(&self, case: &toml::Value, problems: &mut Vec<String>) {
        let reported: Vec<String> = self
            .diagnostics
            .iter()
            .map(|diagnostic| format!("{} {}", diagnostic.severity.name(), diagnostic.rule))
            .collect();
        for finding in texts(case, "findings").unwrap_or_default() {
            let (severity, rule) = finding.split_once(' ').unwrap_or_default();
            let is_it = |diagnostic: &Diagnostic| {
                let found = diagnostic.severity.name();
                let is_severe =
                    found == severity || (severity == "problem" && matches!(found, "error" | "warning"));
                is_severe && (rule == "*" || diagnostic.rule == rule)
            };
            if !self.diagnostics.iter().any(is_it) {
                problems.push(format!("{finding} is missing; reported: {reported:?}"));
            }
        }
        for word in texts(case, "absent").unwrap_or_default() {
            let mut words = reported.iter().flat_map(|finding| finding.split(' '));
            if words.any(|found| found == word) {
                problems.push(format!("{word} is reported: {reported:?}"));
            }
        }
        let messages = self.diagnostics.iter().map(Diagnostic::sentences);
        let summaries = self.sites.iter().map(|site| site.summary.as_str().into());
        let said: Vec<Cow<'_, str>> = messages.chain(summaries).collect();
        for word in texts(case, "says").unwrap_or_default() {
            if !said.iter().any(|text| text.contains(&word)) {
                problems.push(format!("{word:?} is not said: {said:#?}"));
            }
        }
        for word in texts(case, "silent").unwrap_or_default() {
            let saying: Vec<_> = said.iter().filter(|text| text.contains(&word)).collect();
            if !saying.is_empty() {
                problems.push(format!("{word:?} is said: {saying:?}"));
            }
        }
    }

    fn check_fixes(&self, case: &toml::Value, problems: &mut Vec<String>) {
        for text in texts(case, "fixed").unwrap_or_default() {
            if !added(&self.before, &self.after_all_fixes, &text) {
                problems.push(format!("no fix writes {text:?}"));
            }
        }
        for text in texts(case, "unfixed").unwrap_or_default() {
            if added(&self.before, &self.after_all_fixes, &text) {
                problems.push(format!("a fix writes {text:?}"));
            }
        }
        for text in texts(case, "safe").unwrap_or_default() {
            if added(&self.before, &self.after_safe_fixes, &text) {
                problems.push(format!("a safe fix writes {text:?}"));
            }
        }
    }
}

/// Whether a text occurs more often than before.
fn added(before: &str, after: &str, text: &str) -> bool {
    after.matches(text).count() > before.matches(text).count()
}

fn texts(case: &toml::Value, key: &str) -> Option<Vec<String>> {
    let texts = case.get(key)?.as_array()?.iter();
    Some(
        texts
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect(),
    )
}

fn all_text(repository: &TestRepository) -> String {
    let texts = repository.files.iter().filter_map(|file| file.text.as_deref());
    texts.collect::<Vec<_>>().join("\n")
}

/// The repository after the first fix of each finding, again and again until none is left.
fn fixed(repository: &TestRepository, most: Applicability) -> TestRepository {
    let mut repository = repository.clone();
    for _ in 0..MOST_FIXES {
        let workspace = repository.workspace();
        let fixes = workspace
            .all_diagnostics()
            .filter_map(|diagnostic| diagnostic.fixes.iter().find(|fix| fix.applicability <= most));
        // One at a time: fixes of one round may touch each other.
        let Some(next) = fixes.map(|fix| repository.with_fix(fix)).find_map(Result::ok) else {
            break;
        };
        repository = next;
    }
    repository
}
