//! What helps while writing: completion and links.
//!
//! Completion looks at the text, not at the tree: while a line is being typed there is often no tree to speak of.

mod completion;
mod cursor;
mod links;

pub use completion::{CompletionItem, CompletionKind, complete};
pub use links::{Link, LinkTarget, links};
