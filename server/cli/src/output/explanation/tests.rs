//! What logs of today do not show: several jobs, and causes of single packages.

use trustpub_analysis::document::markdown;
use trustpub_analysis::explain::{Cause, CauseId, Confidence, Explanation, Length};

use super::document;
use crate::output::terminal::Terminal;
use crate::report::Report;

fn cause(id: CauseId, confidence: Confidence) -> Cause {
    Cause {
        id,
        confidence,
        detail: None,
        packages: Vec::new(),
        job: None,
        step: None,
        diagnostics: Vec::new(),
    }
}

fn explanation(causes: Vec<Cause>) -> Explanation {
    Explanation {
        tool: Some("npm".to_owned()),
        has_failure: true,
        causes,
        ..Explanation::default()
    }
}

fn rendered(explanation: &Explanation) -> String {
    let report = Report {
        repositories: Vec::new(),
        is_complete: true,
    };
    let terminal = Terminal {
        has_color: false,
        columns: None,
    };
    terminal.print(&document(explanation, &report, Length::Short))
}

fn page(explanation: &Explanation) -> String {
    let report = Report {
        repositories: Vec::new(),
        is_complete: true,
    };
    markdown(&document(explanation, &report, Length::Short))
}

#[test]
fn the_job_and_the_step_are_named() {
    let place = Cause {
        job: Some("publish".to_owned()),
        step: Some("Run npm publish".to_owned()),
        packages: vec!["@acme/a".to_owned(), "@acme/b".to_owned()],
        ..cause(CauseId::VersionExists, Confidence::Certain)
    };
    assert_eq!(
        rendered(&explanation(vec![place])),
        "\
npm could not publish in job `publish`, step `Run npm publish`.

This version is already published (certain) [version-exists]
  For @acme/a and @acme/b.
  A version can be published once. A job that runs again, or a second job, tries it twice.
  Fix: Raise the version, or skip the step if the version exists.
"
    );
}

#[test]
fn answers_of_several_jobs_have_a_heading_each() {
    let of_job = |job: &str, id| Cause {
        job: Some(job.to_owned()),
        ..cause(id, Confidence::Certain)
    };
    let explanation = explanation(vec![
        of_job("beta", CauseId::PrivatePackage),
        of_job("beta", CauseId::VersionExists),
        of_job("release", CauseId::PrivatePackage),
    ]);
    assert_eq!(
        rendered(&explanation),
        "\
npm could not publish. Each job that failed has its own answer.

In job `beta`

1. package.json says `private: true` (certain) [private-package]
  Fix: Remove `private`, or publish another folder.

2. This version is already published (certain) [version-exists]
  Fix: Raise the version, or skip the step if the version exists.

In job `release`

3. package.json says `private: true` (certain) [private-package]
  Fix: Remove `private`, or publish another folder.
"
    );
    let page = page(&explanation);
    assert_eq!(page.matches("\n## In job `beta`\n\n### 1. ").count(), 1, "{page}");
}

#[test]
fn causes_of_a_group_are_one_answer_unless_they_are_of_different_packages() {
    let of_package = |package: &str, id| Cause {
        packages: vec![package.to_owned()],
        ..cause(id, Confidence::Likely)
    };
    let heading = "The trusted publisher on npm does not match this run";
    let one = explanation(vec![
        of_package("a", CauseId::TpNotConfigured),
        of_package("a", CauseId::TpEnvironment),
        of_package("a", CauseId::FirstPublish),
    ]);
    let two = explanation(vec![
        of_package("a", CauseId::TpNotConfigured),
        of_package("b", CauseId::TpNotConfigured),
        of_package("b", CauseId::FirstPublish),
    ]);
    for (explanation, number) in [(&one, 1), (&two, 2)] {
        let text = rendered(explanation);
        assert_eq!(text.matches(heading).count(), number, "{text}");
        let page = page(explanation);
        assert_eq!(page.matches(heading).count(), number, "{page}");
    }
}

#[test]
fn one_cause_is_told_where_the_evidence_decides() {
    let ids = [CauseId::TpEnvironment, CauseId::TpNotConfigured];
    let text = rendered(&explanation(vec![
        cause(ids[0], Confidence::Certain),
        cause(ids[1], Confidence::Possible),
    ]));
    assert!(
        text.contains("The trusted publisher names another environment (certain)"),
        "{text}"
    );
    assert!(!text.contains("tp-not-configured"), "{text}");
}

#[test]
fn most_answers_are_told_in_short() {
    let ids = [
        CauseId::EnvStripped,
        CauseId::PrivatePackage,
        CauseId::VersionExists,
        CauseId::PrereleaseTag,
        CauseId::SelfHostedRunner,
        CauseId::ScopedAccess,
    ];
    let likely = std::iter::once(cause(CauseId::NpmTooOld, Confidence::Likely));
    let causes = likely.chain(ids.map(|id| cause(id, Confidence::Possible)));
    let text = rendered(&explanation(causes.collect()));
    let (_, others) = text.split_once("Also possible\n").unwrap();
    assert_eq!(others.lines().count(), 4, "{text}");
    assert!(
        others.ends_with("  - 3 more: `trustpub explain --verbose` lists them\n"),
        "{text}"
    );
}
