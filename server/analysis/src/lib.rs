//! What every npm publish step of a repository will do, and why.
//!
//! This crate is pure: it reads no file, no environment, no clock, and knows no protocol. Texts go in through
//! [`Workspace`]; diagnostics, fixes and publish steps come out.

pub mod assist;
mod checker;
pub mod config;
mod diagnostic;
pub mod document;
mod edit;
pub mod explain;
pub mod fix_all;
mod fixes;
mod knowledge;
pub mod migrate;
mod model;
mod publish;
pub mod rules;
pub mod setup;
mod sources;
mod syntax;
mod text;
mod versions;
mod workspace;

#[cfg(any(test, feature = "test-support"))]
pub mod test_support;

pub use config::{Config, keys as config_keys};
pub use diagnostic::{
    Advice, Applicability, Diagnostic, FileEdits, Fix, FixKind, FixedBy, PackageFinding, PackageTrouble,
    Related, Severity,
};
pub use knowledge::npm_errors::NpmError;
pub use knowledge::tables_date::{tables_age, tables_date};
pub use model::repository::RepositorySlug;
pub use publish::{
    Evidence, EvidenceFact, IdToken, InlayHint, Outcome, PublishWay, SiteReport, TrustedPublisher, Verdict,
};
#[cfg(any(test, feature = "test-support"))]
pub use publish::{ToolComparison, compared_tools};
pub use sources::{Assumptions, File, Secrets};
pub use syntax::npmrc::npmrc_settings;
pub use syntax::secrets::file_secret_ranges;
pub use text::{
    ColumnUnit, FileKind, FilePath, LineColumn, LineIndex, Place, REDACTED, Ranged, TextEdit, TextRange,
    is_visible_ascii, printable, printable_char, printable_chars, redacted, secret_ranges, shown,
};
pub use versions::version::{parse_range, parse_version};
pub use workspace::{Changes, Workspace, config_names, editor_settings};
