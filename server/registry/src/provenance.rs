//! What the attestations of a version say: which repository, workflow and commit it was built from.
//!
//! Nothing here verifies a signature; `signatures` does, where that is asked for. What is read is what the registry hands
//! out.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

/// The provenance of one version.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Statement {
    /// The URL of the repository.
    pub repository: Option<String>,
    /// The path of the workflow file in it.
    pub workflow: Option<String>,
    /// The branch or tag.
    pub reference: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// The address of the workflow's run.
    pub run: Option<String>,
    /// The SHA-512 of the tarball that it is about, in hexadecimal digits.
    pub(crate) digest: Option<String>,
}

/// All attestations of one version.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Attested {
    /// They themselves.
    pub(crate) attestations: Vec<Attestation>,
    /// The provenance among them.
    pub(crate) statement: Option<Statement>,
}

#[derive(Deserialize)]
struct ProvenanceDocument {
    attestations: Vec<Attestation>,
}

/// One attestation, as the registry hands it out.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(crate) struct Attestation {
    /// What kind it is.
    #[serde(rename = "predicateType")]
    pub(crate) predicate_type: String,
    /// The signed text, with all that is needed to verify its signature.
    #[serde(default)]
    pub(crate) bundle: Value,
}

impl Attested {
    /// Reads the registry's answer about the attestations of a version.
    pub(crate) fn read(reader: impl Read) -> Result<Self, serde_json::Error> {
        let document: ProvenanceDocument = serde_json::from_reader(reader)?;
        let statement = document
            .attestations
            .iter()
            .find_map(|attestation| Statement::of_value(&signed_text(&attestation.bundle)?));
        Ok(Self {
            attestations: document.attestations,
            statement,
        })
    }

    /// What kinds of attestations there are.
    pub(crate) fn predicate_types(&self) -> Vec<String> {
        let attestations = self.attestations.iter();
        attestations
            .map(|attestation| attestation.predicate_type.clone())
            .collect()
    }
}

impl Statement {
    /// A signed text, if it is a provenance.
    pub(crate) fn of_value(statement: &Value) -> Option<Self> {
        let kind = text(statement, "/predicateType")?;
        let mut read = match kind.as_str() {
            "https://slsa.dev/provenance/v1" => Self::of_v1(statement),
            "https://slsa.dev/provenance/v0.2" => Self::of_v02(statement),
            _ => return None,
        };
        read.digest = text(statement, "/subject/0/digest/sha512");
        Some(read)
    }

    fn of_v1(statement: &Value) -> Self {
        let build = "/predicate/buildDefinition";
        let workflow = |field: &str| text(statement, &format!("{build}/externalParameters/workflow/{field}"));
        Self {
            repository: workflow("repository"),
            workflow: workflow("path"),
            reference: workflow("ref"),
            commit: text(
                statement,
                &format!("{build}/resolvedDependencies/0/digest/gitCommit"),
            ),
            run: text(statement, "/predicate/runDetails/metadata/invocationId"),
            digest: None,
        }
    }

    /// The older form, in which repository and branch are one URL: `git+https://github.com/acme/widget@refs/heads/main`.
    fn of_v02(statement: &Value) -> Self {
        let source = |field: &str| text(statement, &format!("/predicate/invocation/configSource/{field}"));
        let uri = source("uri");
        let uri = uri.as_deref().map(|uri| uri.strip_prefix("git+").unwrap_or(uri));
        let (repository, reference) = match uri.and_then(|uri| uri.rsplit_once("@refs/")) {
            Some((repository, reference)) => (Some(repository), Some(format!("refs/{reference}"))),
            None => (uri, None),
        };
        // npm writes `acme/widget/.github/workflows/release.yml@refs/heads/main` there.
        let entry_point = source("entryPoint");
        let entry_point = entry_point.as_deref().map(|entry_point| {
            let path = entry_point
                .split_once("@refs/")
                .map_or(entry_point, |(path, _)| path);
            path.find(".github/workflows/")
                .and_then(|start| path.get(start..))
                .unwrap_or(path)
        });
        Self {
            repository: repository.map(str::to_owned),
            workflow: entry_point.map(str::to_owned),
            reference,
            commit: source("digest/sha1"),
            run: None,
            digest: None,
        }
    }

    /// Whether this is about a tarball with another hash. Unknown counts as the same.
    pub(crate) fn is_of_other_tarball(&self, integrity: Option<&str>) -> bool {
        let (Some(hash), Some(digest)) = (integrity.and_then(sha512_of), &self.digest) else {
            return false;
        };
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        !digest.eq_ignore_ascii_case(&hash)
    }
}

/// The text that a bundle has a signature over.
pub(crate) fn signed_text(bundle: &Value) -> Option<Value> {
    let payload = text(bundle, "/dsseEnvelope/payload")?;
    let payload = STANDARD.decode(payload).ok()?;
    serde_json::from_slice(&payload).ok()
}

/// The SHA-512 among the hashes of a tarball: `sha1-… sha512-…`.
pub(crate) fn sha512_of(integrity: &str) -> Option<Vec<u8>> {
    let mut hashes = integrity.split_whitespace();
    let hash = hashes.find_map(|hash| hash.strip_prefix("sha512-"))?;
    STANDARD.decode(hash).ok()
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attested(statements: &[Value]) -> Attested {
        let attestations = statements.iter().map(|statement| {
            json!({
                "predicateType": statement["predicateType"],
                "bundle": { "dsseEnvelope": { "payload": STANDARD.encode(statement.to_string()) } }
            })
        });
        let document = json!({ "attestations": attestations.collect::<Vec<_>>() }).to_string();
        Attested::read(document.as_bytes()).unwrap()
    }

    fn v1() -> Value {
        json!({
            "predicateType": "https://slsa.dev/provenance/v1",
            "subject": [{ "name": "pkg:npm/widget@1.0.0", "digest": { "sha512": "00ff" } }],
            "predicate": {
                "buildDefinition": {
                    "externalParameters": { "workflow": {
                        "ref": "refs/tags/v1.0.0",
                        "repository": "https://github.com/acme/widget",
                        "path": ".github/workflows/release.yml"
                    } },
                    "resolvedDependencies": [{ "digest": { "gitCommit": "abc" } }]
                },
                "runDetails": { "metadata": { "invocationId": "https://github.com/acme/widget/actions/runs/1/attempts/1" } }
            }
        })
    }

    #[test]
    fn both_forms_of_provenance_are_read() {
        let publish =
            json!({ "predicateType": "https://github.com/npm/attestation/tree/main/specs/publish/v0.1" });
        let found = attested(&[publish.clone(), v1()]);
        assert_eq!(
            found.predicate_types(),
            [
                "https://github.com/npm/attestation/tree/main/specs/publish/v0.1",
                "https://slsa.dev/provenance/v1"
            ]
        );
        let newer = found.statement.unwrap();
        assert_eq!(
            newer.run.as_deref(),
            Some("https://github.com/acme/widget/actions/runs/1/attempts/1")
        );
        let older = attested(&[json!({
            "predicateType": "https://slsa.dev/provenance/v0.2",
            "predicate": { "invocation": { "configSource": {
                "uri": "git+https://github.com/acme/widget@refs/tags/v1.0.0",
                "digest": { "sha1": "abc" },
                "entryPoint": "acme/widget/.github/workflows/release.yml@refs/tags/v1.0.0"
            } } }
        })]);
        for statement in [newer, older.statement.unwrap()] {
            assert_eq!(
                statement.repository.as_deref(),
                Some("https://github.com/acme/widget")
            );
            assert_eq!(
                statement.workflow.as_deref(),
                Some(".github/workflows/release.yml")
            );
            assert_eq!(statement.reference.as_deref(), Some("refs/tags/v1.0.0"));
            assert_eq!(statement.commit.as_deref(), Some("abc"));
        }
        assert_eq!(attested(&[publish]).statement, None);
    }

    #[test]
    fn what_cannot_be_read_is_not_a_statement() {
        for bundle in [
            json!(null),
            json!({ "dsseEnvelope": { "payload": "%%%" } }),
            json!({ "dsseEnvelope": { "payload": STANDARD.encode("no JSON") } }),
            json!({ "dsseEnvelope": { "payload": STANDARD.encode("{}") } }),
        ] {
            let statement = signed_text(&bundle).and_then(|text| Statement::of_value(&text));
            assert_eq!(statement, None, "{bundle}");
        }
        assert!(Attested::read(&b"{}"[..]).is_err());
    }

    #[test]
    fn provenance_is_for_one_tarball() {
        let statement = attested(&[v1()]).statement.unwrap();
        for (integrity, is_other) in [
            (Some("sha512-AP8="), false),
            (Some("sha1-AAAA sha512-AP8="), false),
            (Some("sha512-AP4="), true),
            (Some("sha1-AAAA"), false),
            (None, false),
        ] {
            assert_eq!(
                statement.is_of_other_tarball(integrity),
                is_other,
                "{integrity:?}"
            );
        }
    }
}
