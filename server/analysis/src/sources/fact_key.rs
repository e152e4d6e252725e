use std::any::TypeId;

use crate::text::FilePath;

/// Which fact about which file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct FactKey {
    /// The type of the fact.
    pub(super) kind: TypeId,
    /// The file.
    pub(super) path: FilePath,
}
