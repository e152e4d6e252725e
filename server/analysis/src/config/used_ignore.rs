use crate::text::{FilePath, TextRange};

/// An ignore that has hidden a finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum UsedIgnore {
    /// A rule that a comment names.
    Comment {
        /// The file with the comment.
        path: FilePath,
        /// The rule's id in the comment.
        at: TextRange,
    },
    /// The `[[ignore]]` with this number, for this rule.
    Entry(usize, &'static str),
}
