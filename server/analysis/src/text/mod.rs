//! Text as the analysis sees it: ranges in bytes, lines, edits.
//!
//! Every offset in this crate is a count of UTF-8 bytes from the start of a file's text.
//! Columns in other units exist only where a `LineIndex` is asked for them.

mod edit;
mod file_kind;
mod glob;
mod grouped;
mod line_index;
mod path;
mod place;
mod printable;
mod range;
pub(crate) mod redact;
mod words;

pub use edit::TextEdit;
pub(crate) use edit::apply_edits;
pub(crate) use file_kind::CONFIG_FILE;
pub use file_kind::FileKind;
pub(crate) use glob::{PathGlob, glob_matcher};
pub(crate) use grouped::Grouped;
pub use line_index::{ColumnUnit, LineColumn, LineIndex};
pub use path::FilePath;
pub(crate) use path::FolderPath;
pub use place::Place;
pub use printable::{is_visible_ascii, printable, printable_char, printable_chars, shown};
pub use range::{Ranged, TextRange};
pub use redact::{REDACTED, redacted, secret_ranges};
pub(crate) use words::camel_words;
