//! What helps while writing: completion, links, and the edit that ignores a finding.
//!
//! Completion looks at the text, not at the tree: while a line is being typed there is often no tree to speak of.

mod completion;
mod cursor;
mod ignore;
mod links;

pub use completion::{CompletionItem, CompletionKind, complete};
pub use ignore::{IgnoreEdit, REASON_TO_FILL_IN, ignore_edit};
pub use links::{Link, LinkTarget, links};
