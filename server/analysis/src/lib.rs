//! What every npm publish step of a repository will do, and why.
//!
//! This crate is pure: it reads no file, no environment, no clock, and knows no protocol. Texts go in through
//! [`Workspace`], diagnostics, fixes and publish sites come out.

mod advice;
pub mod assist;
pub mod config;
pub mod diagnostic;
pub mod edit;
pub mod explain;
pub mod fix_rounds;
pub mod knowledge;
pub mod model;
pub mod publish;
pub mod rules;
pub mod setup;
pub mod syntax;
#[cfg(any(test, feature = "test-support"))]
pub mod test_support;
pub mod text;
pub mod workspace;

pub use advice::Advice;
pub use config::{CONFIG_FILE, Config, Settings, keys as config_keys};
pub use diagnostic::{Applicability, Diagnostic, FileEdits, Fix, FixKind, Related, Severity};
pub use model::repository::RepositorySlug;
pub use publish::{
    Evidence, EvidenceFact, IdToken, InlayHint, Outcome, Place, PublishSite, TrustedPublisher, Verdict,
};
pub use text::{ColumnUnit, LineColumn, LineIndex, TextEdit, TextRange, apply_edits};
pub use workspace::{File, FileKind, FilePath, Workspace};
