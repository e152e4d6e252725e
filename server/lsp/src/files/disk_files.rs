use std::path::{Path, PathBuf};

use trustpub_analysis::{FileKind, FilePath, shown};
use trustpub_host::{
    DiskContent, GitEnvironment, LoadOptions, absolute_path, find_git_repository, find_root,
    is_in_repository, is_in_skipped_folder, load, read_listed, read_wanted,
};

use super::file_source::{FileSource, LoadedFiles};

/// The files on disk, read by the host crate as the command line reads them.
pub(crate) struct DiskFiles;

impl FileSource for DiskFiles {
    /// The folder is not made canonical: the paths of open documents are as the editor has them.
    fn find_root(&self, folder: &Path) -> Option<PathBuf> {
        find_root(folder).map(Path::to_owned)
    }

    fn includes(&self, path: &FilePath) -> bool {
        FileKind::of(path.as_str()).is_some() && !is_in_skipped_folder(path)
    }

    fn load(&self, root: &Path) -> LoadedFiles {
        let loaded = load(root, &LoadOptions::default());
        for problem in &loaded.problems {
            tracing::warn!("{}", shown(&problem.to_string()));
        }
        let git = find_git_repository(root, &GitEnvironment::of_process());
        LoadedFiles {
            files: loaded.files,
            repository: git.slug,
            repository_is_ambiguous: git.is_ambiguous,
        }
    }

    fn is_there(&self, root: &Path, path: &str) -> bool {
        let path = FilePath::new(path);
        path.is_some_and(|path| is_in_repository(root, &path) && root.join(path.as_str()).exists())
    }

    fn is_folder(&self, root: &Path, path: &FilePath) -> bool {
        std::fs::symlink_metadata(absolute_path(root, path)).is_ok_and(|metadata| metadata.is_dir())
    }

    fn is_linked(&self, root: &Path, path: &FilePath) -> bool {
        let mut place = root.to_path_buf();
        path.as_str().split('/').any(|name| {
            place.push(name);
            place.is_symlink()
        })
    }

    fn read_on_demand(&self, root: &Path, path: &FilePath) -> Option<DiskContent> {
        read_wanted(root, path)
    }

    fn read(&self, root: &Path, path: &FilePath) -> Option<DiskContent> {
        read_listed(root, path)
    }
}
