use std::path::{Path, PathBuf};

use trustpub_analysis::{FilePath, RepositorySlug};
use trustpub_host::DiskContent;

/// Where the server finds the files of a repository that no editor has open.
pub trait FileSource: Send + Sync {
    /// The root of the repository that `folder` lies in: the nearest folder, itself included, that holds
    /// `.github/workflows`, or else the root of its git repository. None outside a repository.
    fn find_root(&self, folder: &Path) -> Option<PathBuf>;

    /// Whether the analysis of a repository takes the file at `path` while an editor has it open. A `package.json` below
    /// `node_modules` is not a file of the repository, even then.
    fn includes(&self, path: &FilePath) -> bool;

    /// All files of the repository at `root` that the analysis takes.
    fn load(&self, root: &Path) -> LoadedFiles;

    /// What [`Self::load`] would say about one file now. None if it would leave the file out.
    fn read(&self, root: &Path, path: &FilePath) -> Option<DiskContent>;

    /// Whether there is a file at `path` below the folder `root`.
    fn is_there(&self, root: &Path, path: &str) -> bool;

    /// Whether there is a folder at `path`, and not a link to one.
    fn is_folder(&self, root: &Path, path: &FilePath) -> bool;

    /// Whether a link leads to the file at `path`, so that it changes when another one does.
    fn is_linked(&self, root: &Path, path: &FilePath) -> bool;

    /// One file that the analysis asked for: a script, a lock file. None if there is no such file.
    fn read_on_demand(&self, root: &Path, path: &FilePath) -> Option<DiskContent>;
}

/// The files of a repository.
#[derive(Debug, Default)]
pub struct LoadedFiles {
    /// The files.
    pub files: Vec<(FilePath, DiskContent)>,
    /// Which repository on GitHub this is, where that can be told.
    pub repository: Option<RepositorySlug>,
    /// Whether that is a guess from several remotes, so that it may be a fork's.
    pub repository_is_ambiguous: bool,
}
