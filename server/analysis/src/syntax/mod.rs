//! Trees with ranges for every kind of text that the analysis reads. Parsing never fails: it returns what
//! could be read and the errors that it met.

pub(crate) mod expression;
pub(crate) mod javascript;
pub(crate) mod json;
pub(crate) mod npmrc;
pub(crate) mod secrets;
pub(crate) mod shell;
pub(crate) mod version_file;
pub(crate) mod yaml;

use crate::text::TextRange;

/// The result of parsing: always a tree, and what was wrong with the text.
#[derive(Clone, Debug)]
pub(crate) struct Parsed<T> {
    /// What could be read.
    pub tree: T,
    /// What could not, in text order.
    pub errors: Vec<SyntaxError>,
}

/// Something in a text that its syntax does not allow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SyntaxError {
    /// Where the reader gave up, or the smallest range that shows what is wrong.
    pub range: TextRange,
    /// One sentence for the user.
    pub message: String,
    /// Whether the text after `range` was not read, so that nothing is known about it.
    pub is_fatal: bool,
}
