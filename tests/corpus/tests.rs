//! The measuring itself, on a small corpus made here.

use trustpub_analysis::test_support::Fixture;
use trustpub_analysis::{
    Applicability, Diagnostic, FilePath, Fix, FixKind, IdToken, Outcome, Severity, SiteReport, TextRange,
};

use crate::folder::Folder;
use crate::labels::{Labels, Row, Verdict};
use crate::score::{Figure, Section};
use crate::{alarms, detection, migration, problems};

const FILE: &str = ".github/workflows/release.yml";

fn labels(verdict: Verdict, problems: &[&str]) -> Labels {
    let row = Row {
        dir: "repos/a__b".to_owned(),
        file: FILE.to_owned(),
        job: "publish".to_owned(),
        verdict,
        problems: problems.iter().map(|&problem| problem.to_owned()).collect(),
        is_publish: true,
        is_direct: true,
        command: "npm publish".to_owned(),
    };
    Labels {
        rows: vec![row],
        ..Labels::default()
    }
}

fn folder(dir: &str, jobs: &[&str], diagnostics: Vec<Diagnostic>) -> Folder {
    let text = format!("#- {FILE}\non: push\n#- package.json\n{{}}\n");
    let repository = Fixture::parse(&text).expect("the fixture can be read").repository;
    let mut folder = Folder::new(dir.to_owned(), repository);
    folder.sites = jobs.iter().map(|job| site(job)).collect();
    folder.diagnostics = diagnostics;
    folder
}

fn site(job: &str) -> SiteReport {
    SiteReport {
        is_staged: false,
        is_guess: false,
        path: path(FILE),
        range: TextRange::default(),
        command: TextRange::default(),
        job: job.to_owned(),
        publishing_tool: "npm".to_owned(),
        packages: Vec::new(),
        registry: None,
        npm: None,
        node: None,
        id_token: IdToken::Unknown,
        credentials: Vec::new(),
        outcome: Outcome::Unknown,
        not_reached: None,
        error: None,
        entry_workflows: Vec::new(),
        environment: None,
        trusted_publishers: Vec::new(),
        ways: Vec::new(),
        evidence: Vec::new(),
        summary: String::new(),
    }
}

fn path(path: &str) -> FilePath {
    FilePath::new(path).expect("a path")
}

fn diagnostic(rule: &'static str, severity: Severity, file: &str) -> Diagnostic {
    Diagnostic {
        rule,
        severity,
        path: path(file),
        range: TextRange::default(),
        message: "It fails.".to_owned(),
        help: None,
        related: Vec::new(),
        advice: None,
        package: None,
        fixes: Vec::new(),
    }
}

fn figures(section: &Section) -> Vec<(&'static str, usize, usize)> {
    section
        .figures
        .iter()
        .map(|&Figure { name, part, whole }| (name, part, whole))
        .collect()
}

#[test]
fn jobs_are_found_missed_or_wrong() {
    let mut labels = labels(Verdict::Clean, &[]);
    labels.judged = vec![["repos/a__b", FILE, "nightly", "why"].map(str::to_owned)];
    let measure =
        |dir, jobs: &[&str]| figures(&detection::measure(&labels, &[folder(dir, jobs, Vec::new())]));
    let expected = |precise, detected, found| {
        [
            ("detection-precision", precise, detected),
            ("detection-precision-by-labels-alone", precise, detected),
            ("detection-recall", found, 1),
        ]
    };
    assert_eq!(measure("repos/a__b", &["publish"]), expected(1, 1, 1));
    assert_eq!(measure("repos/a__b", &["publish", "docs"]), expected(1, 2, 1));
    assert_eq!(measure("repos/a__b", &["docs"]), expected(0, 1, 0));
    let with_judged = measure("repos/a__b", &["publish", "nightly"]);
    assert_eq!(with_judged[0], ("detection-precision", 2, 2));
    assert_eq!(with_judged[1], ("detection-precision-by-labels-alone", 1, 2));
    // What publishes there is not labelled.
    assert_eq!(measure("repos/c__d", &["docs"])[0], ("detection-precision", 0, 0));
}

#[test]
fn clean_jobs_with_an_error_or_a_warning_are_counted() {
    let labels = labels(Verdict::Clean, &[]);
    let measure = |severity, file| {
        let folder = folder("repos/a__b", &[], vec![diagnostic("some-rule", severity, file)]);
        figures(&alarms::measure(&labels, &[folder]))[0].1
    };
    assert_eq!(measure(Severity::Warning, FILE), 1);
    assert_eq!(measure(Severity::Information, FILE), 0);
    assert_eq!(
        measure(Severity::Error, "package.json"),
        1,
        "a file that its jobs share"
    );
    assert_eq!(measure(Severity::Error, ".github/workflows/other.yml"), 0);
}

#[test]
fn a_problem_is_reported_by_its_rules_at_its_place() {
    let labels = labels(Verdict::Problem, &["repo-missing"]);
    let reported = |rule, file| {
        let folder = folder("repos/a__b", &[], vec![diagnostic(rule, Severity::Error, file)]);
        figures(&problems::measure(&labels, &[folder]))[1]
    };
    let name = "problems-reported-of-all";
    assert_eq!(reported("repository-missing", "package.json"), (name, 1, 1));
    assert_eq!(
        reported("repository-missing", ".github/workflows/other.yml"),
        (name, 0, 1)
    );
    assert_eq!(reported("repository-case", "package.json"), (name, 0, 1));
}

#[test]
fn a_token_job_is_offered_the_migration_and_gets_no_error() {
    let labels = labels(Verdict::TokenOnly, &[]);
    let mut offer = diagnostic("publish-token-env", Severity::Information, FILE);
    offer.fixes.push(Fix {
        title: "Migrate".to_owned(),
        applicability: Applicability::Unsafe,
        kind: FixKind::Rewrite,
        edits: Vec::new(),
    });
    let measure = |diagnostic| {
        figures(&migration::measure(
            &labels,
            &[folder("repos/a__b", &[], vec![diagnostic])],
        ))
    };
    let expected = |migrations, errors| {
        [
            ("token-only-with-migration", migrations, 1),
            ("token-only-with-migration-fix", migrations, 1),
            ("token-only-with-error", errors, 1),
        ]
    };
    assert_eq!(measure(offer), expected(1, 0));
    assert_eq!(
        measure(diagnostic("some-rule", Severity::Error, FILE)),
        expected(0, 1)
    );
}
