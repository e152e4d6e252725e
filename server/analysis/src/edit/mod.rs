//! Edits that keep the style of the file: comments, quotes, indentation and line ends stay as they were.
//! An operation that cannot do that refuses, and then no fix is offered.

pub mod json;
pub mod npmrc;
pub mod yaml;

use std::fmt;

/// Why an edit was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused(pub &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
