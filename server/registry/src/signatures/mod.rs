//! Whether attestations are genuine: signed by whom they seem to be, in Sigstore's log, and about this tarball.
//!
//! Nothing is asked of a network. What is trusted is a trust root of Sigstore and the keys of npm's registry. The verifier
//! needs the feature `signatures`, because it makes the program larger by an eighth.

#[cfg(not(feature = "signatures"))]
mod absent;
#[cfg(feature = "signatures")]
mod claims;
#[cfg(feature = "signatures")]
mod npm_keys;
#[cfg(feature = "signatures")]
mod ring_provider;
#[cfg(feature = "signatures")]
mod verifier;

#[cfg(not(feature = "signatures"))]
pub use absent::SignatureVerifier;
#[cfg(feature = "signatures")]
pub use verifier::SignatureVerifier;

/// What came of the verification of one attestation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckedAttestation {
    /// What kind of attestation it is, as the registry says.
    pub predicate_type: String,
    /// The signature, or why it was not verified.
    pub result: Result<Signature, String>,
}

/// A verified signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// The signer.
    pub signer: Signer,
    /// When, as the log or a timestamp authority attests.
    pub time: String,
}

/// The signer of an attestation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signer {
    /// A workflow, for which Sigstore's authority wrote a certificate.
    Workflow {
        /// The workflow's file and its branch or tag, as a URL.
        identity: String,
        /// The authority that vouched for it.
        issuer: String,
        /// The URL of the repository that it ran for.
        repository: String,
    },
    /// The registry itself: the name of its key.
    Registry(String),
}
