//! Edits that keep the style of the file: comments, quotes, indentation and line ends stay as they were.
//! An operation that cannot do that refuses, and then no fix is offered.

#[cfg(test)]
mod damage_tests;
pub(crate) mod json;
pub(crate) mod npmrc;
pub(crate) mod yaml;

use std::fmt;

/// Why an edit was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Refused(pub &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
