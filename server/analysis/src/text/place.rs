use crate::text::TextRange;
use crate::text::path::FilePath;

/// A range in a file: where a fact comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The file.
    pub path: FilePath,
    /// The range in its text.
    pub range: TextRange,
}

impl Place {
    /// A range in a file.
    pub(crate) fn new(path: &FilePath, range: TextRange) -> Self {
        Self {
            path: path.clone(),
            range,
        }
    }
}
