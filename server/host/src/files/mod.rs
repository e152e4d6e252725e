//! The files of a repository, as they are on disk.

mod ignore_rules;
mod read;
mod snapshot;
#[cfg(test)]
mod tests;
mod walk;
mod wanted;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use trustpub_analysis::{FileKind, FilePath, RepositorySlug, Workspace};

use crate::path::absolute_path;
use crate::problem::{FileProblem, ProblemKind, Trouble};

pub use snapshot::Snapshot;
pub use walk::is_in_skipped_folder;
pub use wanted::{is_in_repository, read_wanted, supply_wanted};

/// What to load beside the files that every run reads.
#[derive(Clone, Default, Debug)]
pub struct LoadOptions {
    /// Files and folders that the user named. They are read even where an ignore file or a folder like
    /// `node_modules` would leave them out, and a problem with one of them is an error.
    pub asked_for: Vec<FilePath>,
}

/// The files of a repository that the analysis reads.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The files, by path, each once.
    pub files: Vec<(FilePath, DiskContent)>,
    /// What could not be read, by path.
    pub problems: Vec<FileProblem>,
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DiskContent {
    /// Its text, a byte order mark included.
    Text(Arc<str>),
    /// The file exists, but its text is unknown; one of the problems says why.
    Unreadable,
}

/// Reads every file below `root` that the analysis has a use for.
///
/// What git ignores is not part of the repository and is left out, except below `.github`: workflows there are
/// often tracked in spite of an ignore rule. Symbolic links to files inside the repository are followed, links to
/// folders are not, as GitHub does not follow them either.
pub fn load(root: &Path, options: &LoadOptions) -> Loaded {
    let walk::Listing { files, mut problems } = walk::list(root, &options.asked_for);
    let read_file = |path: FilePath| {
        let content = read::read(root, &absolute_path(root, &path), largest(&path));
        (path, content)
    };
    let contents: Vec<_> = if files.len() < SERIAL_LIMIT {
        files.into_iter().map(read_file).collect()
    } else {
        files.into_par_iter().map(read_file).collect()
    };
    let mut files = Vec::with_capacity(contents.len());
    for (path, content) in contents {
        let trouble = match content {
            Ok(text) => {
                files.push((path, DiskContent::Text(text)));
                continue;
            }
            Err(trouble) => trouble,
        };
        let is_file = !matches!(trouble.kind, ProblemKind::Vanished | ProblemKind::NotAFile);
        problems.push(trouble.at(path.as_str(), matters(&path, &options.asked_for)));
        if is_file {
            files.push((path, DiskContent::Unreadable));
        }
    }
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    Loaded { files, problems }
}

/// What [`load`] would say about one file, for an editor that tells of a change on disk. None if it would leave the file
/// out.
pub fn read_listed(root: &Path, path: &FilePath) -> Option<DiskContent> {
    if !walk::lists(root, path) {
        return None;
    }
    content_of(read::read(root, &absolute_path(root, path), largest(path)))
}

/// What is known about a file after an attempt to read it. None if there is no such file.
fn content_of(read: Result<Arc<str>, Trouble>) -> Option<DiskContent> {
    match read {
        Ok(text) => Some(DiskContent::Text(text)),
        Err(trouble) => match trouble.kind {
            ProblemKind::Vanished | ProblemKind::NotAFile => None,
            _ => Some(DiskContent::Unreadable),
        },
    }
}

/// A workspace with these files. [`Workspace::check`] remains to be called.
pub fn build_workspace(loaded: Loaded, repository: Option<RepositorySlug>) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.set_repository(repository, false);
    let mut texts = Vec::with_capacity(loaded.files.len());
    for (path, content) in loaded.files {
        match content {
            DiskContent::Text(text) => texts.push((path, text)),
            DiskContent::Unreadable => workspace.set_unreadable(path),
        }
    }
    workspace.set_files(texts);
    workspace
}

/// For fewer files or folders than this, starting threads costs more than they save.
const SERIAL_LIMIT: usize = 32;

/// The largest files that are read. What is larger is an accident or an attack, and would only cost memory and
/// time: the largest workflow among those of some seventy well-known repositories has 70 kB.
const LARGEST_FILE: u64 = 2 << 20;

/// Manifests are also written by programs: the largest in the same repositories has 200 kB.
const LARGEST_MANIFEST: u64 = 8 << 20;

/// Lock files of large repositories can exceed ten megabytes.
const LARGEST_LOCK_FILE: u64 = 32 << 20;

/// How many bytes a file may have to be read. A larger one exists, but its text is unknown.
pub fn largest(path: &FilePath) -> u64 {
    match FileKind::of(path.as_str()) {
        Some(FileKind::Manifest) => LARGEST_MANIFEST,
        Some(_) => LARGEST_FILE,
        None => match FileKind::on_demand(path.as_str()) {
            FileKind::LockFile => LARGEST_LOCK_FILE,
            _ => LARGEST_FILE,
        },
    }
}

/// Whether a run without this file would be incomplete: see [`Trouble::at`].
fn matters(path: &FilePath, asked_for: &[FilePath]) -> bool {
    let kind = FileKind::of(path.as_str());
    matches!(kind, Some(FileKind::Workflow | FileKind::Config)) || asked_for.contains(path)
}

/// Trouble that the listing of folders met with something that is not a valid [`FilePath`].
fn trouble_at_strange_path(trouble: Trouble, path: String) -> FileProblem {
    let matters = FileKind::of(&path) == Some(FileKind::Workflow);
    trouble.at(path, matters)
}
