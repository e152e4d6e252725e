use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use trustpub_analysis::{FileKind, FilePath};

use super::ignore_rules::IgnoreRules;
use super::{SERIAL_LIMIT, trouble_at_strange_path};
use crate::path::absolute_path;
use crate::problem::{FileProblem, ProblemKind, Trouble};

/// Folders that hold copies of other people's packages or the state of a tool, never a package that this
/// repository publishes. They can be huge and are not always git-ignored.
///
/// `vendor` is not among them: packages are published from folders of that name, and a manifest that is not
/// read would be missed. Neither is `target`: where it is a cache, it says so (see [`CACHE_TAG`]).
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

/// The file by which programs mark a folder whose content can be made again, as Cargo does with `target`.
const CACHE_TAG: &str = "CACHEDIR.TAG";

/// Whether the file is in a folder that [`load`](super::load) never enters unasked, whatever the ignore files
/// say: `node_modules`, `.git` and the like.
pub fn is_in_skipped_folder(path: &FilePath) -> bool {
    let (folder, _) = path.as_str().rsplit_once('/').unwrap_or_default();
    folder.split('/').any(|name| SKIPPED_FOLDERS.contains(&name))
}

/// The files to read.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) files: BTreeSet<FilePath>,
    pub(super) problems: Vec<FileProblem>,
}

pub(super) fn list(root: &Path, asked_for: &[FilePath]) -> Listing {
    let mut listing = Listing::default();
    listing.walk(Folder::root(root));
    listing.walk_github_folder(root);
    for path in asked_for {
        let absolute = absolute_path(root, path);
        if is_real_folder(&absolute) {
            listing.walk(Folder::asked_for(absolute, path.as_str()));
        } else if FileKind::of(path.as_str()).is_some() {
            // Also where it does not exist: reading it will say so.
            listing.files.insert(path.clone());
        }
    }
    listing
}

/// Whether [`list`] would list this one file. Looks only at the folders that lead to it.
pub(super) fn lists(root: &Path, path: &FilePath) -> bool {
    let github = root.join(".github");
    let (mut folder, mut rest) = match path.as_str().strip_prefix(".github/") {
        Some(_) if !is_real_folder(&github) => return false,
        Some(rest) => (Folder::asked_for(github, ".github"), rest),
        None => (Folder::root(root), path.as_str()),
    };
    while let Some((name, below)) = rest.split_once('/') {
        match folder.list(Some(name)).folders.pop() {
            Some(inner) => (folder, rest) = (inner, below),
            None => return false,
        }
    }
    folder.list(Some(rest)).files.contains(path)
}

impl Listing {
    /// `.github` is listed apart from the rest, because its files are read even where an ignore rule names them.
    fn walk_github_folder(&mut self, root: &Path) {
        let github = root.join(".github");
        let workflows = github.join("workflows");
        for (folder, path) in [(&github, ".github"), (&workflows, ".github/workflows")] {
            if folder.is_symlink() {
                let trouble = Trouble::new(
                    ProblemKind::LinkedFolder,
                    "links to a folder, so GitHub finds no workflow there; replace the symbolic link with the folder",
                );
                self.problems.push(trouble.at(path, true));
            }
        }
        if is_real_folder(&github) {
            self.walk(Folder::asked_for(github, ".github"));
        }
    }

    /// Lists the folder and all below it, level by level: so nothing recurs however deep it is, and the folders of
    /// a level can be listed at the same time.
    fn walk(&mut self, start: Folder) {
        let mut level = vec![start];
        while !level.is_empty() {
            let contents: Vec<Contents> = if level.len() < SERIAL_LIMIT {
                level.into_iter().map(|folder| folder.list(None)).collect()
            } else {
                level.into_par_iter().map(|folder| folder.list(None)).collect()
            };
            level = Vec::new();
            for contents in contents {
                self.files.extend(contents.files);
                level.extend(contents.folders);
                for problem in contents.problems {
                    // What the user asked for may have been listed before.
                    if !self.problems.contains(&problem) {
                        self.problems.push(problem);
                    }
                }
            }
        }
    }
}

/// A folder to list.
struct Folder {
    absolute: PathBuf,
    /// Below the root, with `/` between its parts and replacements for what is not UTF-8.
    relative: String,
    is_utf8: bool,
    is_start: bool,
    /// None if ignore rules do not count.
    ignore_rules: Option<Arc<IgnoreRules>>,
}

#[derive(Default)]
struct Contents {
    files: Vec<FilePath>,
    folders: Vec<Folder>,
    problems: Vec<FileProblem>,
}

impl Folder {
    fn root(root: &Path) -> Self {
        Self {
            absolute: root.to_path_buf(),
            relative: String::new(),
            is_utf8: true,
            is_start: true,
            ignore_rules: Some(IgnoreRules::of_repository(root)),
        }
    }

    fn asked_for(absolute: PathBuf, relative: &str) -> Self {
        Self {
            absolute,
            relative: relative.to_owned(),
            is_utf8: true,
            is_start: true,
            ignore_rules: None,
        }
    }

    /// What is in the folder; of all entries at most the `only` one.
    fn list(self, only: Option<&str>) -> Contents {
        let mut contents = Contents::default();
        match self.entries() {
            Ok(entries) if self.is_start || !self.is_skipped(&entries) => {
                self.add_entries(entries, only, &mut contents);
            }
            Ok(_) => {}
            // It was removed while we looked: there is nothing to read, and nothing to tell.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let problem = Trouble::from_io(&error).at(self.relative, true);
                contents.problems.push(problem);
            }
        }
        contents
    }

    fn entries(&self) -> io::Result<Vec<FolderEntry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.absolute)? {
            let entry = entry?;
            let name = entry.file_name();
            let (name, is_utf8) = match name.to_str() {
                Some(name) => (name.to_owned(), true),
                None => (name.to_string_lossy().into_owned(), false),
            };
            entries.push(FolderEntry {
                name,
                is_utf8,
                kind: entry.file_type()?,
                path: entry.path(),
            });
        }
        Ok(entries)
    }

    /// Whether the folder, now that its entries are known, turns out not to be a part of the repository.
    fn is_skipped(&self, entries: &[FolderEntry]) -> bool {
        entries.iter().any(|entry| match entry.name.as_str() {
            CACHE_TAG => entry.kind.is_file(),
            // A clone inside this repository, or a linked worktree of it, whose files would all be seen twice. A
            // submodule belongs to the repository and has a `.git` file that leads elsewhere.
            ".git" => entry.kind.is_dir() || (entry.kind.is_file() && is_worktree_file(&entry.path)),
            _ => false,
        })
    }

    fn add_entries(&self, mut entries: Vec<FolderEntry>, only: Option<&str>, contents: &mut Contents) {
        let ignore_rules = self.ignore_rules.as_ref().map(|rules| {
            let has_own = |entry: &FolderEntry| entry.name == ".gitignore" && entry.kind.is_file();
            if entries.iter().any(has_own) {
                rules.with_file_in(&self.absolute)
            } else {
                Arc::clone(rules)
            }
        });
        if let Some(only) = only {
            entries.retain(|entry| entry.is_utf8 && entry.name == only);
        }
        for entry in entries {
            let is_folder = entry.kind.is_dir();
            let relative = if self.relative.is_empty() {
                entry.name.clone()
            } else {
                format!("{}/{}", self.relative, entry.name)
            };
            let has_kind = FileKind::of(&relative).is_some();
            let is_entered = is_folder && !self.is_never_entered(&entry.name);
            if !has_kind && !is_entered {
                continue;
            }
            let is_ignored = |rules: &Arc<IgnoreRules>| rules.ignore(&entry.path, is_folder);
            if ignore_rules.as_ref().is_some_and(is_ignored) {
                continue;
            }
            let is_utf8 = self.is_utf8 && entry.is_utf8;
            if has_kind {
                // Everything that has the name of a file is tried, folders and pipes too: reading it says what it is.
                contents.add_file(&relative, is_utf8);
            }
            if is_entered {
                contents.folders.push(Self {
                    absolute: entry.path,
                    relative,
                    is_utf8,
                    is_start: false,
                    ignore_rules: ignore_rules.clone(),
                });
            }
        }
    }

    fn is_never_entered(&self, name: &str) -> bool {
        // The root's `.github` has a walk of its own.
        SKIPPED_FOLDERS.contains(&name) || (self.relative.is_empty() && name == ".github")
    }
}

impl Contents {
    fn add_file(&mut self, relative: &str, is_utf8: bool) {
        // A leading backslash is a name on Unix, but an absolute path to `FilePath`.
        match FilePath::new(relative) {
            Some(path) if is_utf8 => self.files.push(path),
            _ => {
                let trouble = Trouble::new(
                    ProblemKind::UnusableName,
                    "has a path that is not UTF-8, so findings could not name it and it was not read; rename it",
                );
                self.problems
                    .push(trouble_at_strange_path(trouble, relative.to_owned()));
            }
        }
    }
}

struct FolderEntry {
    name: String,
    is_utf8: bool,
    kind: FileType,
    path: PathBuf,
}

fn is_real_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

fn is_worktree_file(git: &Path) -> bool {
    // Git's file is one short line.
    fs::metadata(git).is_ok_and(|metadata| metadata.is_file() && metadata.len() < 8192)
        && fs::read_to_string(git).is_ok_and(|text| text.replace('\\', "/").contains("/worktrees/"))
}
