//! What a registry answers, as npm's own does.

use serde_json::{Map, Value, json};

/// The part of a version that says it came by trusted publishing, with provenance.
pub(crate) fn trusted() -> Value {
    json!({
        "_npmUser": {
            "name": "GitHub Actions",
            "email": "npm-oidc-no-reply@github.com",
            "trustedPublisher": { "id": "github", "oidcConfigId": "oidc:00000000-0000-0000-0000-000000000000" }
        },
        "dist": {
            "attestations": {
                "url": "https://registry.example/-/npm/v1/attestations/",
                "provenance": { "predicateType": "https://slsa.dev/provenance/v1" }
            }
        }
    })
}

/// The part of a version that says it was published with a token.
pub(crate) fn by_token(account: &str) -> Value {
    json!({ "_npmUser": { "name": account, "email": "someone@example.com" }, "dist": {} })
}

/// The packument of a package with these versions, a day between them, of which the last is the latest.
pub(crate) fn packument(name: &str, versions: &[(&str, Value)]) -> String {
    let times = versions.iter().enumerate().map(|(index, (version, _))| {
        let day = format!("2026-01-{:02}T00:00:00.000Z", index + 1);
        ((*version).to_owned(), json!(day))
    });
    let published = versions.iter().map(|(version, published)| {
        let mut published = published.clone();
        published["name"] = json!(name);
        published["version"] = json!(version);
        ((*version).to_owned(), published)
    });
    let latest = versions.last().map(|(version, _)| version);
    let document = json!({
        "_id": name,
        "name": name,
        "dist-tags": { "latest": latest },
        "versions": published.collect::<Map<_, _>>(),
        "time": times.collect::<Map<_, _>>(),
    });
    document.to_string()
}

pub(crate) fn attestations_path(version: &str) -> String {
    format!("/-/npm/v1/attestations/{version}")
}

/// The attestations of a version that was built by a workflow of a repository.
pub(crate) fn attestations(repository: &str, workflow: &str) -> String {
    let publish = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1";
    let provenance = "https://slsa.dev/provenance/v1";
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "pkg:npm/%40acme/widget@1.2.0", "digest": { "sha512": "00" } }],
        "predicateType": provenance,
        "predicate": {
            "buildDefinition": {
                "externalParameters": {
                    "workflow": { "ref": "refs/tags/v1.2.0", "repository": repository, "path": workflow }
                },
                "resolvedDependencies": [{
                    "uri": format!("git+{repository}@refs/tags/v1.2.0"),
                    "digest": { "gitCommit": "0123456789012345678901234567890123456789" }
                }]
            },
            "runDetails": { "metadata": { "invocationId": format!("{repository}/actions/runs/1/attempts/1") } }
        }
    });
    let attestation = |kind: &str, statement: &Value| {
        let payload = base64(statement.to_string().as_bytes());
        json!({ "predicateType": kind, "bundle": { "dsseEnvelope": { "payload": payload } } })
    };
    let attestations = [
        attestation(publish, &json!({ "predicateType": publish })),
        attestation(provenance, &statement),
    ];
    json!({ "attestations": attestations }).to_string()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let is_padding = digit > chunk.len();
            let index = (bits >> (18 - 6 * digit) & 63) as usize;
            text.push(if is_padding {
                '='
            } else {
                char::from(DIGITS[index])
            });
        }
    }
    text
}
