//! The keys with which npm's registry signs that a version was published.
//!
//! They are those that Sigstore's trust repository names as `registry.npmjs.org/keys.json` for attestations, and that the
//! registry itself hands out at `/-/npm/v1/keys`. To ask the registry would prove nothing about what it says.

use serde::Deserialize;
use sigstore_verify::types::{DerPublicKey, TimeRange};

/// A key of npm's registry.
#[derive(Deserialize)]
pub(super) struct NpmKey {
    /// Its name.
    pub(super) id: String,
    /// The key, as a `SubjectPublicKeyInfo`.
    pub(super) key: DerPublicKey,
    /// When npm signed with it.
    pub(super) valid: TimeRange,
}

pub(super) fn all() -> Result<Vec<NpmKey>, serde_json::Error> {
    serde_json::from_str(include_str!("npm_keys.json"))
}
