use std::path::{Path, PathBuf};

use trustpub_analysis::{FileKind, FilePath};
use trustpub_host::{
    DiskContent, GitEnvironment, LoadOptions, ProblemKind, Wanted, find_git_repository, is_in_skipped_folder,
    load, read_one, read_wanted,
};

use crate::file_source::{FileContent, FileSource, LoadedFiles};

/// The files on disk, read by the host crate as the command line reads them.
pub(crate) struct DiskFiles;

impl FileSource for DiskFiles {
    /// The folder is not made canonical: the paths of open documents are as the editor has them.
    fn find_root(&self, folder: &Path) -> Option<PathBuf> {
        let is_root =
            |folder: &&Path| folder.join(".github/workflows").is_dir() || folder.join(".git").exists();
        folder.ancestors().find(is_root).map(Path::to_owned)
    }

    fn includes(&self, path: &FilePath) -> bool {
        FileKind::of(path.as_str()).is_some() && !is_in_skipped_folder(path)
    }

    fn load(&self, root: &Path) -> LoadedFiles {
        let loaded = load(root, &LoadOptions::default());
        for problem in &loaded.problems {
            tracing::warn!("{problem}");
        }
        let files = loaded.files.into_iter().map(|(path, content)| match content {
            DiskContent::Text(text) => (path, FileContent::Text(text)),
            DiskContent::Unreadable => (path, FileContent::Unreadable),
        });
        let git = find_git_repository(root, &GitEnvironment::of_process());
        LoadedFiles {
            files: files.collect(),
            repository: git.slug,
            repository_is_ambiguous: git.is_ambiguous,
        }
    }

    fn is_there(&self, root: &Path, path: &str) -> bool {
        root.join(path).exists()
    }

    fn read_on_demand(&self, root: &Path, path: &FilePath) -> Option<FileContent> {
        match read_wanted(root, path) {
            Wanted::Text(text) => Some(FileContent::Text(text)),
            Wanted::Absent => None,
            Wanted::Unreadable => Some(FileContent::Unreadable),
        }
    }

    fn read(&self, root: &Path, path: &FilePath) -> Option<FileContent> {
        match read_one(root, path) {
            Ok(text) => Some(FileContent::Text(text)),
            Err(problem) if matches!(problem.kind, ProblemKind::Vanished | ProblemKind::NotAFile) => None,
            Err(problem) => {
                tracing::warn!("{problem}");
                Some(FileContent::Unreadable)
            }
        }
    }
}
