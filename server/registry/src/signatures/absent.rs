//! A program that was built without the verifier says so.

use std::path::Path;

use super::CheckedAttestation;
use crate::provenance::Attestation;

/// Verifies attestations. There is none in this program.
pub enum SignatureVerifier {}

impl SignatureVerifier {
    /// Why there is none, and what to do.
    pub fn new(_: Option<&Path>) -> Result<Self, String> {
        Err(
            "this trustpub was built without the verification of signatures, to keep it small. Nothing was asked or verified. \
             Install one that verifies with `cargo install --path server/cli --features signatures`, or run `npm audit signatures` \
             where the package is installed."
                .to_owned(),
        )
    }

    pub(crate) fn check(&self, _: &Attestation, _: &str, _: &str, _: Option<&str>) -> CheckedAttestation {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::SignatureVerifier;

    #[test]
    fn it_is_said_what_to_do() {
        let problem = SignatureVerifier::new(None).err().unwrap();
        for part in ["built without", "--features signatures", "npm audit signatures"] {
            assert!(problem.contains(part), "{problem}");
        }
    }
}
