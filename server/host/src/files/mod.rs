//! The files of a repository, as they are on disk.

mod ignore_rules;
mod read;
#[cfg(test)]
mod tests;
mod walk;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use trustpub_analysis::{FileKind, FilePath, RepositorySlug, Workspace};

use crate::path::absolute_path;
use crate::problem::{FileProblem, ProblemKind, Trouble};

pub use walk::is_in_skipped_folder;

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
/// What git ignores is no part of the repository and is left out, except below `.github`: workflows there are
/// often tracked in spite of an ignore rule. Symbolic links to files inside the repository are followed, links to
/// folders are not, as GitHub does not follow them either.
pub fn load(root: &Path, options: &LoadOptions) -> Loaded {
    let walk::Listing { files, mut problems } = walk::list(root, &options.asked_for);
    let read_file = |path: FilePath| {
        let content = read::read(root, &absolute_path(root, &path), limit(&path));
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

/// Reads one file, for an editor that tells of a change on disk.
///
/// Does not ask whether [`load`] would read it; [`is_in_skipped_folder`] answers the part of that question that
/// needs no disk. Where the problem is [`ProblemKind::Vanished`] or [`ProblemKind::NotAFile`] there is no such
/// file, in all other cases it exists and its text is unknown.
pub fn read_one(root: &Path, path: &FilePath) -> Result<Arc<str>, FileProblem> {
    read::read(root, &absolute_path(root, path), limit(path))
        .map_err(|trouble| trouble.at(path.as_str(), matters(path, &[])))
}

/// A workspace with these files. [`Workspace::check`] remains to be called.
pub fn build_workspace(loaded: Loaded, repository: Option<RepositorySlug>) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.set_repository(repository);
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

/// Reads the files that the analysis asks for: scripts that steps run, lock files. Checks the workspace again.
///
/// What cannot be read is unknown to the analysis, as it is to a person who reads the workflow.
pub fn supply_wanted(root: &Path, workspace: &mut Workspace) {
    for _ in 0..MOST_ROUNDS {
        let wanted = workspace.wanted();
        if wanted.is_empty() {
            return;
        }
        for path in wanted {
            match read_wanted(root, &path) {
                Wanted::Text(text) => workspace.offer_file(path, Some(text)),
                Wanted::Absent => workspace.offer_file(path, None),
                Wanted::Unreadable => {
                    workspace.offer_file(path.clone(), None);
                    workspace.set_unreadable(path);
                }
            }
        }
        workspace.check();
    }
}

/// What is on disk at a path that the analysis asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A text.
    Text(Arc<str>),
    /// There is no such file.
    Absent,
    /// There is a file, and its text is unknown.
    Unreadable,
}

/// Reads a file that the analysis asked for.
pub fn read_wanted(root: &Path, path: &FilePath) -> Wanted {
    let absolute = absolute_path(root, path);
    // A workflow names the path, and the listing of folders, which follows no links, never met it.
    if read::is_in_folder_outside(root, &absolute) {
        return Wanted::Unreadable;
    }
    match read::read(root, &absolute, limit_on_demand(path)) {
        Ok(text) => Wanted::Text(text),
        Err(trouble) => match trouble.kind {
            ProblemKind::Vanished | ProblemKind::NotAFile => Wanted::Absent,
            _ => Wanted::Unreadable,
        },
    }
}

/// One script may lead to another, and that to a lock file; what is still asked for then is left alone.
const MOST_ROUNDS: usize = 4;

/// Lock files of large repositories have some ten megabytes.
const LARGEST_LOCK_FILE: u64 = 32 << 20;

fn limit_on_demand(path: &FilePath) -> u64 {
    match FileKind::on_demand(path.as_str()) {
        FileKind::LockFile => LARGEST_LOCK_FILE,
        _ => LARGEST_FILE,
    }
}

/// For fewer files or folders than this, starting threads costs more than they save.
const SERIAL_LIMIT: usize = 32;

/// The largest files that are read. What is larger is an accident or an attack, and would only cost memory and
/// time: the largest workflow among those of some seventy well-known repositories has 70 kB.
const LARGEST_FILE: u64 = 2 << 20;

/// Manifests are also written by programs: the largest in the same repositories has 200 kB.
const LARGEST_MANIFEST: u64 = 8 << 20;

fn limit(path: &FilePath) -> u64 {
    match FileKind::of(path.as_str()) {
        Some(FileKind::Manifest) => LARGEST_MANIFEST,
        _ => LARGEST_FILE,
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
