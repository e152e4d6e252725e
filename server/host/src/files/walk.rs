use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use ignore::{DirEntry, WalkBuilder};
use trustpub_analysis::{FileKind, FilePath};

use super::trouble_at_strange_path;
use crate::path::{absolute_path, shown_path, text_path};
use crate::problem::{Problem, ProblemKind, Trouble};

/// Folders that hold copies of other people's packages or the state of a tool, never a package that this
/// repository publishes. They can be huge and are not always git-ignored.
///
/// `vendor` is not among them: packages are published from folders of that name, and a manifest that is not
/// read would be missed.
const SKIPPED_FOLDERS: &[&str] = &[
    ".git",
    ".hg",
    ".jj",
    ".pnpm-store",
    ".svn",
    ".yarn",
    "bower_components",
    "jspm_packages",
    "node_modules",
];

/// Whether the file is in a folder that [`load`](super::load) never enters unasked, whatever the ignore files
/// say: `node_modules`, `.git` and the like.
pub fn is_in_skipped_folder(path: &FilePath) -> bool {
    path.folder()
        .split('/')
        .any(|name| SKIPPED_FOLDERS.contains(&name))
}

/// The files to read.
pub(super) struct Listing {
    pub(super) files: BTreeSet<FilePath>,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn list(root: &Path, asked_for: &[FilePath]) -> Listing {
    let mut listing = Listing {
        files: BTreeSet::new(),
        problems: Vec::new(),
    };
    listing.walk(root, root, IgnoreFiles::Respected);
    listing.walk_github_folder(root);
    for path in asked_for {
        let absolute = absolute_path(root, path);
        if absolute.is_dir() && !absolute.is_symlink() {
            listing.walk(root, &absolute, IgnoreFiles::Disregarded);
        } else if FileKind::of(path.as_str()).is_some() {
            // Also where it does not exist: reading it will say so.
            listing.files.insert(path.clone());
        }
    }
    listing
}

#[derive(Clone, Copy, PartialEq)]
enum IgnoreFiles {
    Respected,
    Disregarded,
}

impl Listing {
    /// `.github` is listed apart from the rest, because its files are read even where an ignore rule names them.
    fn walk_github_folder(&mut self, root: &Path) {
        let folder = root.join(".github");
        for (folder, path) in [
            (folder.clone(), ".github"),
            (folder.join("workflows"), ".github/workflows"),
        ] {
            if folder.is_symlink() {
                let trouble = Trouble::new(
                    ProblemKind::LinkedFolder,
                    "is a symbolic link to a folder, which GitHub does not follow, so no workflow is found there; \
                     replace the link by the folder",
                );
                self.problems.push(trouble.at(path, true));
                return;
            }
        }
        if folder.is_dir() {
            self.walk(root, &folder, IgnoreFiles::Disregarded);
        }
    }

    fn walk(&mut self, root: &Path, folder: &Path, ignore_files: IgnoreFiles) {
        let respected = ignore_files == IgnoreFiles::Respected;
        let walk = WalkBuilder::new(folder)
            // `.github`, `.npmrc` and `.nvmrc` begin with a dot.
            .hidden(false)
            // A root is a world of its own. Around it there may be another repository, whose rules about, say,
            // its test data are not meant for it; nor need it be a git checkout for its own rules to count.
            .parents(false)
            .require_git(false)
            .git_ignore(respected)
            .git_exclude(respected)
            .git_global(respected)
            // Rules for search programs do not say what belongs to a repository.
            .ignore(false)
            .follow_links(false)
            .filter_entry(move |entry| entry.depth() == 0 || !is_skipped(entry, respected))
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => self.add(root, &entry),
                Err(error) => self.add_error(root, &error),
            }
        }
    }

    fn add(&mut self, root: &Path, entry: &DirEntry) {
        let Ok(below) = entry.path().strip_prefix(root) else {
            return;
        };
        let Some(path) = text_path(below) else {
            self.add_unusable(below);
            return;
        };
        if FileKind::of(&path).is_none() {
            return;
        }
        let Some(path) = FilePath::new(&path) else {
            self.add_unusable(below);
            return;
        };
        // Everything that has the name of a file is tried, folders and pipes too: reading it says what it is.
        self.files.insert(path);
    }

    fn add_unusable(&mut self, below: &Path) {
        let shown = shown_path(below);
        if FileKind::of(&shown).is_none() {
            return;
        }
        let trouble = Trouble::new(
            ProblemKind::UnusableName,
            "has a path that is not UTF-8, so findings could not name it and it was not read; rename it",
        );
        self.problems.push(trouble_at_strange_path(trouble, shown));
    }

    fn add_error(&mut self, root: &Path, error: &ignore::Error) {
        let Some(io_error) = error.io_error() else {
            // A rule in an ignore file that cannot be understood: not our subject.
            return;
        };
        if io_error.kind() == io::ErrorKind::NotFound {
            // A folder that was removed while we looked: there is nothing to read, and nothing to tell.
            return;
        }
        let shown = path_of(error).map_or_else(String::new, |path| {
            shown_path(path.strip_prefix(root).unwrap_or(path))
        });
        let problem = Trouble::from_io(io_error).at(shown, true);
        // A folder may be walked twice.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// Whether a walk leaves out the entry and what is below it.
fn is_skipped(entry: &DirEntry, is_whole_repository: bool) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if !is_folder {
        return false;
    }
    let name = entry.file_name().to_str().unwrap_or_default();
    SKIPPED_FOLDERS.contains(&name)
        || (is_whole_repository && entry.depth() == 1 && name == ".github")
        || is_build_cache(name, entry.path())
        || is_other_checkout(entry.path())
}

/// Cargo's `target` and its like say themselves that they hold nothing but what can be made again.
fn is_build_cache(name: &str, folder: &Path) -> bool {
    name == "target" && folder.join("CACHEDIR.TAG").is_file()
}

/// Whether the folder is a checkout in its own right: a clone inside this repository, or a linked worktree of it,
/// whose files would all be seen twice. A submodule belongs to the repository and is no such thing.
fn is_other_checkout(folder: &Path) -> bool {
    let git = folder.join(".git");
    let Ok(metadata) = fs::symlink_metadata(&git) else {
        return false;
    };
    if metadata.is_dir() {
        return true;
    }
    // The file is one short line; a longer one is not git's.
    metadata.is_file()
        && metadata.len() < 8192
        && fs::read_to_string(&git).is_ok_and(|text| text.replace('\\', "/").contains("/worktrees/"))
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithDepth { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}
