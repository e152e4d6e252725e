//! `trustpub verify --signatures`, with real attestations of npm's registry and with such as were tampered with.

use serde_json::{Value, json};

use super::registry::{Registry, Reply};
use super::{attestations_path, packument, trusted, verify};
use crate::support::{Run, TestFolder};
use trustpub_tests::project::read;

const INTEGRITY: [(&str, &str); 2] = [
    (
        "0.4.0",
        "sha512-KCwMX6k20mQyFkNYG2XT3lwK9u1P36wS9YURFd85zCXPrwrSLZCEh7/vMBFNYcJXRiBtGDS+T4/RZZF493zABA==",
    ),
    (
        "2.0.0",
        "sha512-RtTi90xIdzFmQAAKb9+Ki1nx4IR2Z5c+mFn3dN0xuPHgk3gTt3f7ZqKsZ9UFQP40ZAlm7un8LMyjhwgrTIXNPA==",
    ),
];

/// What npm's registry hands out for a version of the package `sigstore`.
fn attestations(version: &str) -> Value {
    let path = format!("tests/fixtures/attestations/sigstore-{version}.json");
    serde_json::from_str(&read(&path).expect(&path)).expect("it is JSON")
}

/// A registry with two versions of the package `sigstore`, and these attestations of one of them.
fn registry(version: &str, attestations: &Value) -> Registry {
    let versions = INTEGRITY.map(|(version, integrity)| {
        let mut published = trusted();
        published["dist"]["integrity"] = json!(integrity);
        (version, published)
    });
    Registry::start(&[
        ("/sigstore", Reply::Text(200, packument("sigstore", &versions))),
        (
            &attestations_path(&format!("sigstore@{version}")),
            Reply::Text(200, attestations.to_string()),
        ),
    ])
}

fn verify_signatures(registry: &Registry, version: &str, args: &[&str]) -> Run {
    let package = format!("sigstore@{version}");
    let args = [&[package.as_str(), "--signatures", "--last", "1"], args].concat();
    verify(&TestFolder::with(&[]), registry, &args)
}

#[test]
fn real_signatures_are_verified() {
    let registry = registry("0.4.0", &attestations("0.4.0"));
    let output = verify_signatures(&registry, "0.4.0", &[]).exits_with(0);
    let expected = "
  verified: https://slsa.dev/provenance/v0.2: signed for https://github.com/sigstore/sigstore-js at
            2023-01-11T17:31:52Z by the workflow
            https://github.com/sigstore/sigstore-js/.github/workflows/publish.yml@refs/tags/v0.4.0
  verified: https://github.com/npm/attestation/tree/main/specs/publish/v0.1: signed by npm's
            registry at 2023-01-11T17:31:54Z with its key
            SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA

The signatures of these attestations were verified. Publisher and time of each version are what the
registry says.
";
    assert!(output.stdout.ends_with(expected), "{}", output.stdout);
    // Only the registry is asked, for the same as ever.
    assert_eq!(
        registry.targets(),
        ["/-/npm/v1/attestations/sigstore@0.4.0", "/sigstore"]
    );
    let markdown = verify_signatures(&registry, "0.4.0", &["--format", "markdown"]).exits_with(0);
    let part = "**verified:** `https://slsa.dev/provenance/v0.2`: signed for";
    assert!(markdown.stdout.contains(part), "{}", markdown.stdout);
}

#[test]
fn json_names_the_signer() {
    let registry = registry("2.0.0", &attestations("2.0.0"));
    let output = verify_signatures(&registry, "2.0.0", &["--format", "json"]);
    let output = output.exits_with(0).json();
    assert_eq!(output["signatures_verified"], true);
    assert_eq!(
        output["packages"][0]["signatures"],
        json!([{
            "predicate_type": "https://slsa.dev/provenance/v1",
            "verified": true,
            "signer": {
                "kind": "workflow",
                "identity": "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main",
                "issuer": "https://token.actions.githubusercontent.com",
                "repository": "https://github.com/sigstore/sigstore-js",
            },
            "time": "2023-08-18T16:05:35Z",
            "problem": null,
        }])
    );
    assert_eq!(output["packages"][0]["trusted"], true);
}

#[test]
fn what_was_tampered_with_is_a_finding() {
    let bundle = |document: &mut Value, pointer: &str, value: Value| {
        let pointer = format!("/attestations/0/bundle{pointer}");
        *document.pointer_mut(&pointer).expect("it is there") = value;
    };
    let changes: [(&str, &str, Value); 6] = [
        (
            "signature",
            "/dsseEnvelope/signatures/0/sig",
            json!("MEQCIFWrPp3i58snUIk9H59hzyXHzPFs3+GZDp+CzdNKXcBEAiBQQjvUaTGxKiOGlG1GQxKl91YZE8kEX2waQps0NNSSEw=="),
        ),
        (
            "log entry",
            "/verificationMaterial/tlogEntries/0/integratedTime",
            json!("1692374736"),
        ),
        (
            "payload",
            "/dsseEnvelope/payload",
            attestations("0.4.0")["attestations"][0]["bundle"]["dsseEnvelope"]["payload"].clone(),
        ),
        (
            "certificate",
            "/verificationMaterial/x509CertificateChain/certificates/0/rawBytes",
            attestations("0.4.0")["attestations"][0]["bundle"]["verificationMaterial"]["x509CertificateChain"]
                ["certificates"][0]["rawBytes"]
                .clone(),
        ),
        (
            "media type",
            "/mediaType",
            json!("application/vnd.dev.sigstore.bundle+json;version=9"),
        ),
        ("all of it", "", json!(null)),
    ];
    for (what, pointer, value) in changes {
        let mut document = attestations("2.0.0");
        bundle(&mut document, pointer, value);
        let registry = registry("2.0.0", &document);
        let output = verify_signatures(&registry, "2.0.0", &["--format", "json"]);
        let output = output.exits_with(1).json();
        assert_eq!(output["signatures_verified"], false, "{what}");
        let checked = &output["packages"][0]["signatures"][0];
        assert_eq!(checked["verified"], false, "{what}");
        assert_eq!(checked["signer"], Value::Null, "{what}");
        assert!(checked["problem"].is_string(), "{what}");
    }
    let none = registry("2.0.0", &json!({ "attestations": [] }));
    let output = verify_signatures(&none, "2.0.0", &[]).exits_with(1);
    let part = "  not verified: this version has no attestations\n";
    assert!(output.stdout.contains(part), "{}", output.stdout);
}

#[test]
fn attestations_of_another_version_are_not_verified() {
    let registry = registry("2.0.0", &attestations("0.4.0"));
    let output = verify_signatures(&registry, "2.0.0", &[]).exits_with(1);
    for part in [
        "  not verified: https://slsa.dev/provenance/v0.2: it is about `pkg:npm/sigstore@0.4.0` and not about\n",
        "Not everything was verified.",
    ] {
        assert!(output.stdout.contains(part), "{part}\n{}", output.stdout);
    }
}

#[test]
fn one_attestation_that_is_not_verified_spoils_the_others() {
    let mut document = attestations("0.4.0");
    document["attestations"][1]["predicateType"] = json!("https://example.com/review");
    let output = verify_signatures(&registry("0.4.0", &document), "0.4.0", &[]).exits_with(1);
    for part in [
        "  verified: https://slsa.dev/provenance/v0.2: signed for",
        "  not verified: https://example.com/review: the signed text is of another kind",
    ] {
        assert!(output.stdout.contains(part), "{part}\n{}", output.stdout);
    }
}

#[test]
fn the_trust_root_is_a_file_that_the_user_may_name() {
    let registry = registry("2.0.0", &attestations("2.0.0"));
    // One that trusts no issuer.
    let nobody = r#"{
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": [], "certificateAuthorities": [], "ctlogs": [], "timestampAuthorities": []
    }"#;
    let folder = TestFolder::with(&[("nobody.json", nobody), ("broken.json", "{")]);
    let run = |file: &str| {
        let args = ["sigstore@2.0.0", "--signatures", "--trusted-root", file];
        verify(&folder, &registry, &args)
    };
    let output = run("nobody.json").exits_with(1);
    assert!(
        output
            .stdout
            .contains("  not verified: https://slsa.dev/provenance/v1"),
        "{}",
        output.stdout
    );
    let asked = registry.targets().len();
    for file in ["broken.json", "missing.json"] {
        let problem = run(file).exits_with(2).stderr;
        let part = format!("{file} is not a valid trusted_root.json");
        assert!(problem.contains(&part), "{problem}");
    }
    assert_eq!(registry.targets().len(), asked);
    let args = ["sigstore", "--trusted-root", "nobody.json"];
    let unused = verify(&folder, &registry, &args).exits_with(2).stderr;
    assert!(unused.contains("--signatures"), "{unused}");
}
