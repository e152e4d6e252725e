use serde_json::{Value, json};

use super::*;

pub(crate) const TRUSTED: &str = "trusted";

/// A packument with these versions, oldest first, each with the account that published it.
pub(crate) fn packument(versions: &[(&str, &str)]) -> Packument {
    let published = versions.iter().map(|(version, account)| {
        let user = match *account {
            TRUSTED => json!({ "name": "GitHub Actions", "trustedPublisher": { "id": "github", "oidcConfigId": "oidc:1" } }),
            "" => Value::Null,
            account => json!({ "name": account }),
        };
        let dist = json!({ "integrity": "sha512-AP8=" });
        ((*version).to_owned(), json!({ "_npmUser": user, "dist": dist }))
    });
    let times = versions.iter().enumerate().map(|(index, (version, _))| {
        (
            (*version).to_owned(),
            json!(format!("2026-01-{:02}T00:00:00.000Z", index + 1)),
        )
    });
    let text = json!({
        "name": "@acme/widget",
        "versions": published.collect::<serde_json::Map<_, _>>(),
        "time": times.collect::<serde_json::Map<_, _>>(),
    });
    Packument::read(text.to_string().as_bytes()).unwrap()
}

fn statement() -> Statement {
    Statement {
        repository: Some("https://github.com/acme/widget".to_owned()),
        workflow: Some(".github/workflows/release.yml".to_owned()),
        digest: Some("00ff".to_owned()),
        ..Statement::default()
    }
}

fn local(repository: &str, workflows: &[&str]) -> Local {
    Local {
        repository: RepositorySlug::parse(repository),
        workflows: workflows.iter().map(|path| (*path).to_owned()).collect(),
    }
}

fn kinds(report: &PackageReport) -> Vec<FindingKind> {
    report.findings.iter().map(|finding| finding.kind).collect()
}

/// The kinds of findings about the newest version, and whether that counts as trusted.
fn judged(versions: &[(&str, &str)], last: usize) -> (Vec<FindingKind>, bool) {
    let packument = packument(versions);
    let version = packument.resolve(None).unwrap();
    let attested = Attested {
        attestations: Vec::new(),
        statement: Some(statement()),
    };
    let report = PackageReport::new(&packument, version, Some(Ok(attested)), last, None);
    (kinds(&report), report.is_trusted())
}

#[test]
fn versions_are_judged_by_their_publisher() {
    use FindingKind::{Downgrade, Token, UnknownPublisher};
    for (versions, expected) in [
        (&[("1.0.0", "jane"), ("1.1.0", TRUSTED)][..], (vec![], true)),
        (&[("1.0.0", "jane")], (vec![Token], false)),
        (&[("1.0.0", "")], (vec![UnknownPublisher], false)),
        (
            &[("1.0.0", TRUSTED), ("1.1.0", "jane")],
            (vec![Token, Downgrade], false),
        ),
        (
            &[("1.0.0", TRUSTED), ("1.1.0", "jane"), ("1.2.0", TRUSTED)],
            (vec![Downgrade], true),
        ),
    ] {
        assert_eq!(judged(versions, 5), expected, "{versions:?}");
    }
}

#[test]
fn old_downgrades_are_let_be() {
    let versions = [("1.0.0", TRUSTED), ("1.1.0", "jane"), ("1.2.0", TRUSTED)];
    assert_eq!(judged(&versions, 1), (vec![], true));
    assert_eq!(judged(&versions, 2), (vec![FindingKind::Downgrade], true));
}

#[test]
fn many_downgrades_are_counted() {
    let versions = [
        ("1.0.0", TRUSTED),
        ("1.0.1", "jane"),
        ("1.0.2", "jane"),
        ("1.0.3", "jane"),
        ("1.0.4", "jane"),
    ];
    let report = PackageReport::new(&packument(&versions), "1.0.0", None, 5, None);
    let downgrade = report
        .findings
        .iter()
        .find(|finding| finding.kind == FindingKind::Downgrade)
        .unwrap();
    assert!(
        downgrade
            .message
            .starts_with("A token published 1.0.4, 1.0.3, 1.0.2 and 1 more, although 1.0.0"),
        "{}",
        downgrade.message
    );
}

#[test]
fn the_last_versions_are_listed_newest_first() {
    let versions = [
        ("2.0.0", "jane"),
        ("1.0.1", "jane"),
        ("2.1.0", TRUSTED),
        ("2.2.0", TRUSTED),
    ];
    let report = PackageReport::new(&packument(&versions), "2.0.0", None, 3, None);
    let recent: Vec<&str> = report
        .recent
        .iter()
        .map(|report| report.version.as_str())
        .collect();
    assert_eq!(recent, ["2.2.0", "2.1.0", "1.0.1"]);
    assert_eq!(report.asked.version, "2.0.0");
    assert_eq!(report.trusted_since.as_deref(), Some("2.1.0"));
}

#[test]
fn provenance_is_compared_with_the_repository() {
    use FindingKind::{OtherRepository, OtherTarball, WorkflowMissing};
    let release = ".github/workflows/release.yml";
    let elsewhere = Statement {
        repository: Some("https://gitlab.com/acme/widget".to_owned()),
        ..statement()
    };
    let tampered = Statement {
        digest: Some("00fe".to_owned()),
        ..statement()
    };
    for (statement, local, expected) in [
        (statement(), local("acme/widget", &[release]), vec![]),
        (statement(), local("Acme/Widget", &[release]), vec![]),
        (statement(), local("nonsense", &[]), vec![]),
        (
            statement(),
            local("acme/other", &[release]),
            vec![OtherRepository],
        ),
        (elsewhere, local("acme/widget", &[release]), vec![OtherRepository]),
        (
            statement(),
            local("acme/widget", &[".github/workflows/publish.yml"]),
            vec![WorkflowMissing],
        ),
        (tampered, local("acme/widget", &[release]), vec![OtherTarball]),
    ] {
        let attested = Attested {
            attestations: Vec::new(),
            statement: Some(statement),
        };
        let packument = packument(&[("1.0.0", TRUSTED)]);
        let report = PackageReport::new(&packument, "1.0.0", Some(Ok(attested)), 5, Some(&local));
        assert_eq!(kinds(&report), expected);
    }
}

#[test]
fn missing_provenance_is_told_apart_from_provenance_that_could_not_be_read() {
    let packument = packument(&[("1.0.0", TRUSTED)]);
    let without = PackageReport::new(&packument, "1.0.0", None, 5, None);
    assert_eq!(kinds(&without), [FindingKind::NoProvenance]);
    assert!(without.is_trusted());
    let unread = PackageReport::new(
        &packument,
        "1.0.0",
        Some(Err(AskError::too_large(1_000_000))),
        5,
        None,
    );
    assert_eq!(kinds(&unread), []);
    assert_eq!(unread.problem, Some(AskError::too_large(1_000_000)));
}
