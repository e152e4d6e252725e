//! What the npm registry says about published packages: who published them, and with which provenance.
//!
//! This is the only crate that talks to a network, and it only reads. Which registry is asked, through which proxy and
//! with which credential, is what npm would do with the same settings of the user. The `.npmrc` of a repository only chooses
//! registries (`settings/repository.rs`).

mod ask;
mod client;
mod error;
mod limits;
mod packument;
mod provenance;
mod report;
mod request;
mod resolver;
mod settings;
mod signatures;
mod summary;

pub use ask::{Answer, Wishes, ask_all};
pub use client::Client;
pub use error::AskError;
pub use packument::{Packument, Publisher};
pub use provenance::Statement;
pub use report::{Finding, FindingKind, Local, PackageReport, VersionReport};
pub use request::PackageRequest;
pub use settings::{IgnoredSetting, RegistrySettings, shown_url};
pub use signatures::{CheckedAttestation, Signature, SignatureVerifier, Signer};
