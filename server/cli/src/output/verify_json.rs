//! What the registry says about packages, as one JSON object.

use serde::Serialize;
use trustpub_registry::{Answer, CheckedAttestation, PackageReport, Publisher, Signer, VersionReport};

use super::to_json;

/// The answers, in the order of the questions.
pub(crate) fn json(answers: &[Answer]) -> String {
    to_json(&VerifyDocument {
        schema: 1,
        signatures_verified: !answers.is_empty() && answers.iter().all(is_verified),
        packages: answers.iter().map(JsonAnswer::new).collect(),
    })
}

fn is_verified(answer: &Answer) -> bool {
    let report = answer.result.as_ref();
    report.is_ok_and(PackageReport::has_verified_signatures)
}

#[derive(Serialize)]
struct VerifyDocument<'a> {
    schema: u32,
    signatures_verified: bool,
    packages: Vec<JsonAnswer<'a>>,
}

#[derive(Serialize)]
struct JsonAnswer<'a> {
    name: &'a str,
    registry: &'a str,
    trusted: Option<bool>,
    version: Option<JsonVersion<'a>>,
    recent: Vec<JsonVersion<'a>>,
    trusted_since: Option<&'a str>,
    predicate_types: Vec<&'a str>,
    provenance: Option<JsonProvenance<'a>>,
    signatures: Option<Vec<JsonSignature<'a>>>,
    findings: Vec<JsonFinding<'a>>,
    error: Option<JsonError>,
}

#[derive(Serialize)]
struct JsonVersion<'a> {
    version: &'a str,
    published: Option<&'a str>,
    publisher: &'static str,
    account: Option<&'a str>,
    attestations: bool,
}

#[derive(Serialize)]
struct JsonProvenance<'a> {
    repository: Option<&'a str>,
    workflow: Option<&'a str>,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    commit: Option<&'a str>,
    run: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonSignature<'a> {
    predicate_type: &'a str,
    verified: bool,
    signer: Option<JsonSigner<'a>>,
    time: Option<&'a str>,
    problem: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonSigner<'a> {
    kind: &'static str,
    identity: &'a str,
    issuer: Option<&'a str>,
    repository: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    id: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonError {
    id: &'static str,
    message: String,
}

impl<'a> JsonAnswer<'a> {
    fn new(answer: &'a Answer) -> Self {
        let report = answer.result.as_ref().ok();
        let problem = match &answer.result {
            Ok(report) => report.problem.as_ref(),
            Err(problem) => Some(problem),
        };
        let findings = report.map_or(&[][..], |report| &report.findings);
        Self {
            name: &answer.request.name,
            registry: &answer.registry,
            trusted: report.map(PackageReport::is_trusted),
            version: report.map(|report| JsonVersion::new(&report.asked)),
            recent: report
                .map_or(&[][..], |report| &report.recent)
                .iter()
                .map(JsonVersion::new)
                .collect(),
            trusted_since: report.and_then(|report| report.trusted_since.as_deref()),
            predicate_types: report
                .map_or(&[][..], |report| &report.predicate_types)
                .iter()
                .map(String::as_str)
                .collect(),
            provenance: report
                .and_then(|report| report.statement.as_ref())
                .map(|statement| JsonProvenance {
                    repository: statement.repository.as_deref(),
                    workflow: statement.workflow.as_deref(),
                    reference: statement.reference.as_deref(),
                    commit: statement.commit.as_deref(),
                    run: statement.run.as_deref(),
                }),
            signatures: report
                .and_then(|report| report.signatures.as_deref())
                .map(|signatures| signatures.iter().map(JsonSignature::new).collect()),
            findings: findings
                .iter()
                .map(|finding| JsonFinding {
                    id: finding.kind.id(),
                    message: &finding.message,
                })
                .collect(),
            error: problem.map(|problem| JsonError {
                id: problem.kind,
                message: problem.to_string(),
            }),
        }
    }
}

impl<'a> JsonSignature<'a> {
    fn new(checked: &'a CheckedAttestation) -> Self {
        let signature = checked.result.as_ref().ok();
        Self {
            predicate_type: &checked.predicate_type,
            verified: signature.is_some(),
            signer: signature.map(|signature| JsonSigner::new(&signature.signer)),
            time: signature.map(|signature| signature.time.as_str()),
            problem: checked.result.as_ref().err().map(String::as_str),
        }
    }
}

impl<'a> JsonSigner<'a> {
    fn new(signer: &'a Signer) -> Self {
        match signer {
            Signer::Workflow {
                identity,
                issuer,
                repository,
            } => Self {
                kind: "workflow",
                identity,
                issuer: Some(issuer),
                repository: Some(repository),
            },
            Signer::Registry(key) => Self {
                kind: "registry",
                identity: key,
                issuer: None,
                repository: None,
            },
        }
    }
}

impl<'a> JsonVersion<'a> {
    fn new(report: &'a VersionReport) -> Self {
        let (publisher, account) = match &report.publisher {
            Publisher::Trusted(provider) => ("trusted-publisher", Some(provider.as_str())),
            Publisher::Token(account) => ("token", Some(account.as_str())),
            Publisher::Unknown => ("unknown", None),
        };
        Self {
            version: &report.version,
            published: report.published.as_deref(),
            publisher,
            account,
            attestations: report.has_attestations,
        }
    }
}
