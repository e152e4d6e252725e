use std::path::PathBuf;

use trustpub_analysis::FilePath;

/// Where a file is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The folder of the repository, or of a file outside of repositories.
    pub(crate) root: PathBuf,
    pub(crate) path: FilePath,
    /// Whether the root is a repository, whose other files are read as well.
    pub(crate) is_in_repository: bool,
}
