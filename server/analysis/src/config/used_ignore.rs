use crate::text::{FilePath, TextRange};

/// An ignore that has hidden a finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum UsedIgnore {
    /// A rule that a comment names.
    Comment {
        /// The file with the comment.
        path: FilePath,
        /// Where the rule's id stands in it.
        at: TextRange,
    },
    /// The `[[ignore]]` with this number, for this rule.
    Entry(usize, &'static str),
}
