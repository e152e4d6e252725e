//! What every npm publish step of a repository will do, and why.
//!
//! This crate is pure: it reads no file, no environment, no clock, and knows no protocol. Texts go in through
//! [`Workspace`], diagnostics, fixes and publish sites come out.

pub mod assist;
pub(crate) mod checker;
pub mod config;
pub mod diagnostic;
pub mod edit;
pub mod explain;
pub mod fix_all;
pub(crate) mod fixes;
pub mod knowledge;
pub mod model;
pub mod publish;
pub mod rules;
pub mod setup;
pub mod sources;
pub mod syntax;
#[cfg(any(test, feature = "test-support"))]
pub mod test_support;
pub mod text;
pub mod versions;
pub mod workspace;

pub use config::{Config, Settings, keys as config_keys};
pub use diagnostic::{Advice, Applicability, Diagnostic, FileEdits, Fix, FixKind, Related, Severity};
pub use model::repository::RepositorySlug;
pub use publish::{
    Evidence, EvidenceFact, IdToken, InlayHint, Outcome, PublishSite, TrustedPublisher, Verdict,
};
pub use sources::File;
pub use text::{
    CONFIG_FILE, ColumnUnit, FileKind, FilePath, LineColumn, LineIndex, Place, TextEdit, TextRange,
    apply_edits,
};
pub use workspace::{Workspace, known_names};
