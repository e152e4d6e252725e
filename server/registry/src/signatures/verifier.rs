//! The verifier of attestations.

use std::path::Path;

use serde_json::Value;
use sigstore_verify::trust_root::{SIGSTORE_PRODUCTION_TRUSTED_ROOT, TrustedRoot};
use sigstore_verify::types::{ArtifactDigest, Bundle, HashAlgorithm};
use sigstore_verify::{PublicKeyVerificationPolicy, VerificationPolicy, VerificationResult, Verifier};

use super::claims::{certificate_problem, repository};
use super::npm_keys::{self, NpmKey};
use super::{CheckedAttestation, Signature, Signer, ring_provider};
use crate::provenance::{Attestation, Statement, sha512_of, signed_text};

/// The only issuer whose certificates say in which repository a workflow ran in a way that is known here.
const GITHUB_ISSUER: &str = "https://token.actions.githubusercontent.com";

const PUBLISH: &str = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1";
const PROVENANCES: [&str; 2] = [
    "https://slsa.dev/provenance/v1",
    "https://slsa.dev/provenance/v0.2",
];

/// The published version that attestations have to be about.
#[derive(Clone, Copy)]
struct SignedPackage<'a> {
    name: &'a str,
    version: &'a str,
    integrity: Option<&'a str>,
}

/// Verifies attestations.
pub struct SignatureVerifier {
    verifier: Verifier,
    npm_keys: Vec<NpmKey>,
}

impl SignatureVerifier {
    /// A verifier that trusts what a file in the form of Sigstore's `trusted_root.json` names, or else Sigstore's own root
    /// of the day on which the library that includes it was made.
    pub fn new(trusted_root: Option<&Path>) -> Result<Self, String> {
        match trusted_root {
            None => Self::of_root(SIGSTORE_PRODUCTION_TRUSTED_ROOT),
            Some(file) => std::fs::read_to_string(file)
                .map_err(|error| error.to_string())
                .and_then(|text| Self::of_root(&text))
                .map_err(|problem| {
                    format!(
                        "{} is not a valid trusted_root.json of Sigstore: {problem}",
                        file.display()
                    )
                }),
        }
    }

    fn of_root(text: &str) -> Result<Self, String> {
        ring_provider::install();
        let root = TrustedRoot::from_json(text).map_err(|error| error.to_string())?;
        Ok(Self {
            verifier: Verifier::new(&root).map_err(|error| error.to_string())?,
            npm_keys: npm_keys::all().map_err(|error| error.to_string())?,
        })
    }

    /// Verifies one of the attestations that the registry hands out for a version with this hash.
    pub(crate) fn check(
        &self,
        attestation: &Attestation,
        name: &str,
        version: &str,
        integrity: Option<&str>,
    ) -> CheckedAttestation {
        let published = SignedPackage {
            name,
            version,
            integrity,
        };
        CheckedAttestation {
            predicate_type: attestation.predicate_type.clone(),
            result: self.signature(attestation, published),
        }
    }

    fn signature(
        &self,
        attestation: &Attestation,
        published: SignedPackage<'_>,
    ) -> Result<Signature, String> {
        let kind = attestation.predicate_type.as_str();
        let bundle = Bundle::from_json(&attestation.bundle.to_string());
        let bundle = bundle.map_err(|error| format!("the bundle cannot be read: {error}"))?;
        let statement =
            signed_text(&attestation.bundle).ok_or_else(|| "the signed text cannot be read".to_owned())?;
        let digest = subject_digest(&statement, kind, published)?;
        if PROVENANCES.contains(&kind) {
            self.by_workflow(&bundle, digest, &statement)
        } else if kind == PUBLISH {
            self.by_registry(&bundle, digest, &attestation.bundle)
        } else {
            Err("the signer of this kind of attestation is not known".to_owned())
        }
    }

    fn by_workflow(
        &self,
        bundle: &Bundle,
        digest: ArtifactDigest,
        statement: &Value,
    ) -> Result<Signature, String> {
        let policy = VerificationPolicy::any_identity().require_issuer(GITHUB_ISSUER);
        let result = self.verifier.verify(digest, bundle, &policy);
        let result = result.map_err(|error| error.to_string())?;
        if !(result.certificate_verified() && result.sct_verified() && result.identity_policy_checked()) {
            return Err("the certificate was not verified".to_owned());
        }
        let time = signing_time(bundle, &result)?;
        let (Some(certificate), Some(identity)) = (result.certificate(), result.identity()) else {
            return Err("the certificate names no identity".to_owned());
        };
        let identity = identity.as_str();
        let provenance = Statement::of_value(statement)
            .ok_or_else(|| "the signed text is not a known kind of provenance".to_owned())?;
        if let Some(problem) = certificate_problem(&certificate.ci_claims, identity, &provenance) {
            return Err(problem);
        }
        Ok(Signature {
            signer: Signer::Workflow {
                identity: identity.to_owned(),
                issuer: GITHUB_ISSUER.to_owned(),
                repository: repository(&certificate.ci_claims).unwrap_or_default(),
            },
            time,
        })
    }

    fn by_registry(&self, bundle: &Bundle, digest: ArtifactDigest, raw: &Value) -> Result<Signature, String> {
        let id = raw.pointer("/dsseEnvelope/signatures/0/keyid");
        let id = id.and_then(Value::as_str).unwrap_or_default();
        let key = self.npm_keys.iter().find(|key| key.id == id).ok_or_else(|| {
            format!("the key `{id}` is not one of npm's known keys; a newer trustpub may know it")
        })?;
        let policy = PublicKeyVerificationPolicy::new(key.key.clone());
        let result = self.verifier.verify(digest, bundle, &policy);
        let result = result.map_err(|error| error.to_string())?;
        let time = signing_time(bundle, &result)?;
        let times = result.verified_timestamps();
        if !times.iter().all(|time| key.valid.contains(*time)) {
            return Err(format!(
                "npm's key `{id}` was not valid when this was signed, at {time}"
            ));
        }
        Ok(Signature {
            signer: Signer::Registry(id.to_owned()),
            time,
        })
    }
}

/// The hash of the tarball, where the statement is about this version of this package and nothing else.
fn subject_digest(
    statement: &Value,
    kind: &str,
    published: SignedPackage<'_>,
) -> Result<ArtifactDigest, String> {
    let text = |pointer: &str| statement.pointer(pointer).and_then(Value::as_str);
    let signed_kind = text("/predicateType").unwrap_or_default();
    if signed_kind != kind {
        return Err(format!("the signed text is of another kind: `{signed_kind}`"));
    }
    let subjects = statement.pointer("/subject").and_then(Value::as_array);
    if subjects.is_none_or(|subjects| subjects.len() != 1) {
        return Err("the signed text is not about exactly one tarball".to_owned());
    }
    let expected = package_url(published.name, published.version);
    let subject = text("/subject/0/name").unwrap_or_default();
    if subject != expected {
        return Err(format!("it is about `{subject}` and not about `{expected}`"));
    }
    let hash = published.integrity.and_then(sha512_of);
    let hash =
        hash.ok_or_else(|| "the registry names no SHA-512 of the tarball to compare with".to_owned())?;
    let hexadecimal: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    if text("/subject/0/digest/sha512") != Some(&hexadecimal) {
        return Err("it is about a tarball with a different hash than the registry's".to_owned());
    }
    ArtifactDigest::new(HashAlgorithm::Sha2512, hash).map_err(|error| error.to_string())
}

/// The name that npm gives to a package in signed texts.
fn package_url(name: &str, version: &str) -> String {
    format!("pkg:npm/{}@{version}", name.replacen('@', "%40", 1))
}

/// When it was signed. Every entry of a log has to be proven, and the time with it: an entry without proof is nothing
/// but a claim of whoever made the bundle.
fn signing_time(bundle: &Bundle, result: &VerificationResult) -> Result<String, String> {
    let entries = &bundle.verification_material.tlog_entries;
    let is_proven = entries
        .iter()
        .all(|entry| entry.inclusion_proof.is_some() || entry.inclusion_promise.is_some());
    if entries.is_empty() || !is_proven || !result.tlog_verified() {
        return Err("its entry in the transparency log is not proven".to_owned());
    }
    let time = result.verified_timestamps().iter().min();
    let time = time.ok_or_else(|| "the time of the signature is not proven".to_owned())?;
    Ok(time.to_string())
}

#[cfg(test)]
mod tests;
