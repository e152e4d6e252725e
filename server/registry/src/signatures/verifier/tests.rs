use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sigstore_verify::trust_root::SIGSTORE_STAGING_TRUSTED_ROOT;

use super::*;
use crate::provenance::Attested;

/// The answer of npm's registry about a version, and the tarball's hash in the packument.
const OLD: (&str, &str) = (
    include_str!("../../../../../tests/fixtures/attestations/sigstore-0.4.0.json"),
    "sha512-KCwMX6k20mQyFkNYG2XT3lwK9u1P36wS9YURFd85zCXPrwrSLZCEh7/vMBFNYcJXRiBtGDS+T4/RZZF493zABA==",
);
const NEW: (&str, &str) = (
    include_str!("../../../../../tests/fixtures/attestations/sigstore-2.0.0.json"),
    "sha512-RtTi90xIdzFmQAAKb9+Ki1nx4IR2Z5c+mFn3dN0xuPHgk3gTt3f7ZqKsZ9UFQP40ZAlm7un8LMyjhwgrTIXNPA==",
);

fn attestations((answer, _): (&str, &str)) -> Vec<Attestation> {
    Attested::read(answer.as_bytes()).unwrap().attestations
}

fn old_provenance() -> Attestation {
    attestations(OLD).swap_remove(0)
}

fn old_publish() -> Attestation {
    attestations(OLD).swap_remove(1)
}

fn new_provenance() -> Attestation {
    attestations(NEW).swap_remove(0)
}

fn verifier() -> SignatureVerifier {
    SignatureVerifier::new(None).unwrap()
}

fn check_old(attestation: &Attestation) -> Result<Signature, String> {
    verifier()
        .check(attestation, "sigstore", "0.4.0", Some(OLD.1))
        .result
}

fn check_new(attestation: &Attestation) -> Result<Signature, String> {
    verifier()
        .check(attestation, "sigstore", "2.0.0", Some(NEW.1))
        .result
}

/// The attestation with another value at a place of its bundle.
fn with(mut attestation: Attestation, pointer: &str, change: impl FnOnce(&mut Value)) -> Attestation {
    change(attestation.bundle.pointer_mut(pointer).unwrap());
    attestation
}

/// The attestation with other texts in what is encoded at a place of its bundle.
fn rewritten(attestation: Attestation, pointer: &str, from: &str, to: &str) -> Attestation {
    with(attestation, pointer, |value| {
        let text = STANDARD.decode(value.as_str().unwrap()).unwrap();
        let changed = String::from_utf8(text).unwrap().replace(from, to);
        *value = json!(STANDARD.encode(changed));
    })
}

/// The attestation with a bit of the bytes flipped that are encoded at a place of its bundle.
fn flipped(attestation: Attestation, pointer: &str, index: usize) -> Attestation {
    with(attestation, pointer, |value| {
        let mut bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
        bytes[index] ^= 1;
        *value = json!(STANDARD.encode(bytes));
    })
}

#[test]
fn real_attestations_are_verified() {
    let workflow = |identity: &str| Signer::Workflow {
        identity: identity.to_owned(),
        issuer: GITHUB_ISSUER.to_owned(),
        repository: "https://github.com/sigstore/sigstore-js".to_owned(),
    };
    let old = "https://github.com/sigstore/sigstore-js/.github/workflows/publish.yml@refs/tags/v0.4.0";
    let new = "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main";
    let key = "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA";
    for (result, signer, time) in [
        (
            check_old(&old_provenance()),
            workflow(old),
            "2023-01-11T17:31:52Z",
        ),
        (
            check_old(&old_publish()),
            Signer::Registry(key.to_owned()),
            "2023-01-11T17:31:54Z",
        ),
        (
            check_new(&new_provenance()),
            workflow(new),
            "2023-08-18T16:05:35Z",
        ),
    ] {
        let time = time.to_owned();
        assert_eq!(result, Ok(Signature { signer, time }));
    }
}

const PAYLOAD: &str = "/dsseEnvelope/payload";
const SIGNATURE: &str = "/dsseEnvelope/signatures/0/sig";
const CERTIFICATE: &str = "/verificationMaterial/x509CertificateChain/certificates/0/rawBytes";
const ENTRY: &str = "/verificationMaterial/tlogEntries/0";
const BODY: &str = "/verificationMaterial/tlogEntries/0/canonicalizedBody";
const PROMISE: &str = "/verificationMaterial/tlogEntries/0/inclusionPromise/signedEntryTimestamp";

#[test]
fn what_was_tampered_with_is_not_verified() {
    let moved = |entry: &mut Value| entry["integratedTime"] = json!("1692374736");
    let entry_of_other = |entry: &mut Value| {
        *entry = old_provenance().bundle.pointer(ENTRY).unwrap().clone();
    };
    for (what, attestation, reason) in [
        (
            "the commit",
            rewritten(new_provenance(), PAYLOAD, "f0b49a04e5", "f0b49a04e6"),
            "DSSE signature verification failed",
        ),
        (
            "the repository",
            rewritten(
                new_provenance(),
                PAYLOAD,
                "sigstore/sigstore-js",
                "mallory/sigstore-js",
            ),
            "DSSE signature verification failed",
        ),
        (
            "the signature",
            flipped(new_provenance(), SIGNATURE, 20),
            "DSSE signature verification failed",
        ),
        (
            "the certificate's repository",
            flipped(new_provenance(), CERTIFICATE, 400),
            "certificate chain validation failed",
        ),
        (
            "the certificate of another run",
            with(new_provenance(), CERTIFICATE, |value| {
                *value = old_provenance().bundle.pointer(CERTIFICATE).unwrap().clone();
            }),
            "certificate",
        ),
        (
            "the body of the log entry",
            rewritten(new_provenance(), BODY, "0.0.2", "0.0.3"),
            "inclusion promise",
        ),
        (
            "the time",
            with(new_provenance(), ENTRY, moved),
            "inclusion promise",
        ),
        (
            "the promise",
            flipped(new_provenance(), PROMISE, 20),
            "inclusion promise",
        ),
        (
            "the proof",
            flipped(
                new_provenance(),
                "/verificationMaterial/tlogEntries/0/inclusionProof/hashes/0",
                0,
            ),
            "inclusion proof",
        ),
        (
            "no log entry",
            with(new_provenance(), "/verificationMaterial/tlogEntries", |entries| {
                *entries = json!([]);
            }),
            "inclusion promise",
        ),
        (
            "the log entry of another version",
            with(new_provenance(), ENTRY, entry_of_other),
            "certificate",
        ),
    ] {
        let problem = check_new(&attestation).expect_err(what);
        assert!(problem.contains(reason), "{what}: {problem}");
    }
}

#[test]
fn what_the_registry_signed_is_verified_too() {
    for (what, attestation, reason) in [
        (
            "the version",
            rewritten(
                old_publish(),
                PAYLOAD,
                r#""version":"0.4.0""#,
                r#""version":"0.4.1""#,
            ),
            "DSSE signature verification failed",
        ),
        (
            "the signature",
            flipped(old_publish(), SIGNATURE, 20),
            "DSSE signature verification failed",
        ),
        (
            "the promise",
            flipped(old_publish(), PROMISE, 20),
            "inclusion promise",
        ),
        (
            "a key of somebody else",
            with(old_publish(), "/dsseEnvelope/signatures/0/keyid", |id| {
                *id = json!("SHA256:mallory");
            }),
            "the key `SHA256:mallory` is not one of npm's",
        ),
        (
            "npm's other key",
            with(old_publish(), "/dsseEnvelope/signatures/0/keyid", |id| {
                *id = json!("SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U");
            }),
            "DSSE signature verification failed",
        ),
        (
            "a certificate in place of the key",
            with(old_publish(), "/verificationMaterial", |material| {
                *material = old_provenance().bundle["verificationMaterial"].clone();
            }),
            "certificate",
        ),
    ] {
        let problem = check_old(&attestation).expect_err(what);
        assert!(problem.contains(reason), "{what}: {problem}");
    }
    let mut late = verifier();
    for key in &mut late.npm_keys {
        key.valid = serde_json::from_str(r#"{"start": "2023-02-01T00:00:00Z"}"#).unwrap();
    }
    let late = late
        .check(&old_publish(), "sigstore", "0.4.0", Some(OLD.1))
        .result;
    assert!(late.unwrap_err().contains("was not valid when this was signed"));
}

#[test]
fn an_attestation_is_for_one_tarball_of_one_version() {
    let check = |name: &str, version: &str, integrity: Option<&str>| {
        let checked = verifier().check(&new_provenance(), name, version, integrity);
        checked.result.unwrap_err()
    };
    for (problem, expected) in [
        (
            check("sigstore", "2.0.1", Some(NEW.1)),
            "it is about `pkg:npm/sigstore@2.0.0` and not about `pkg:npm/sigstore@2.0.1`",
        ),
        (
            check("@mallory/sigstore", "2.0.0", Some(NEW.1)),
            "it is about `pkg:npm/sigstore@2.0.0` and not about `pkg:npm/%40mallory/sigstore@2.0.0`",
        ),
        (
            check("sigstore", "2.0.0", Some(OLD.1)),
            "it is about a tarball with a different hash than the registry's",
        ),
        (
            check("sigstore", "2.0.0", Some("sha1-2+8nJQ==")),
            "the registry names no SHA-512 of the tarball to compare with",
        ),
        (
            check("sigstore", "2.0.0", None),
            "the registry names no SHA-512 of the tarball to compare with",
        ),
    ] {
        assert_eq!(problem, expected);
    }
}

#[test]
fn what_cannot_be_checked_is_not_verified() {
    let mut unknown = new_provenance();
    unknown.predicate_type = "https://example.com/review".to_owned();
    let mut elsewhere = old_publish();
    elsewhere.predicate_type = PUBLISH.replace("v0.1", "v9");
    let other_kind = |value: &mut Value| *value = json!("application/vnd.dev.sigstore.bundle+json;version=9");
    for (attestation, reason) in [
        (
            unknown,
            "the signed text is of another kind: `https://slsa.dev/provenance/v1`",
        ),
        (elsewhere, "the signed text is of another kind"),
        (with(new_provenance(), "/mediaType", other_kind), "version=9"),
        (
            with(new_provenance(), "", |bundle| *bundle = json!(null)),
            "the bundle cannot be read",
        ),
        (
            with(new_provenance(), "/dsseEnvelope", |envelope| {
                *envelope = json!({})
            }),
            "the bundle cannot be read",
        ),
    ] {
        let problem = check_new(&attestation).unwrap_err();
        assert!(problem.contains(reason), "{problem}");
    }
    let staging = SignatureVerifier::of_root(SIGSTORE_STAGING_TRUSTED_ROOT).unwrap();
    let foreign = staging.check(&new_provenance(), "sigstore", "2.0.0", Some(NEW.1));
    assert!(foreign.result.is_err());
}

/// A change anywhere makes the attestation worthless, or is at a place that says nothing.
#[test]
fn no_changed_character_makes_another_statement_verified() {
    let verifier = verifier();
    for (attestation, version, integrity) in [
        (old_publish(), "0.4.0", OLD.1),
        (old_provenance(), "0.4.0", OLD.1),
        (new_provenance(), "2.0.0", NEW.1),
    ] {
        let check = |attestation: &Attestation| {
            verifier
                .check(attestation, "sigstore", version, Some(integrity))
                .result
        };
        let expected = check(&attestation).unwrap();
        let statement = signed_text(&attestation.bundle);
        let text = attestation.bundle.to_string();
        let mut rejected = 0;
        for index in (0..text.len()).step_by(11) {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let Ok(bundle) = serde_json::from_slice(&changed) else {
                continue;
            };
            let changed = Attestation {
                bundle,
                ..attestation.clone()
            };
            match check(&changed) {
                Ok(signature) => {
                    assert_eq!(signature, expected, "{index}");
                    assert_eq!(signed_text(&changed.bundle), statement, "{index}");
                }
                Err(_) => rejected += 1,
            }
        }
        // The issuers' certificates, which are never trusted from a bundle, are the rest.
        println!("{rejected} changes of {} were rejected", text.len() / 11);
        assert!(rejected * 2 > text.len() / 11);
    }
}
