//! The open documents: their texts, and what the client shows for them.

mod open_document;
mod open_documents;
mod text;

pub(crate) use open_document::{Decoration, OpenDocument, Published};
pub(crate) use open_documents::OpenDocuments;
pub use text::{Document, OutOfSync};
