//! Repositories on disk: finding them, reading them, writing fixes. The only module that knows the file system.

use std::collections::{BTreeSet, HashMap};
use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::args::PathScope;
use trustpub_analysis::{Config, FilePath, RepositorySlug, Workspace};
use trustpub_host::{
    GitEnvironment, LoadOptions, Snapshot, WriteError, absolute_path, build_workspace, create_file,
    find_git_repository, load, read_wanted, remove_left_behind, resolve, resolve_file, shown_path,
    supply_wanted, write_if_unchanged,
};

/// A repository that was asked for, read and analysed.
#[derive(Debug)]
pub(crate) struct Checkout {
    pub(crate) root: PathBuf,
    /// What leads from the current folder to the root, with `/` after it; `""` if they are the same.
    pub(crate) prefix: String,
    /// The files and folders that the user named; none if the whole repository is meant.
    pub(crate) only: Vec<FilePath>,
    /// Its files.
    pub(crate) workspace: Workspace,
    /// The state of what was read, if it is watched.
    pub(crate) snapshot: Option<Snapshot>,
}

/// Something that kept a part of the work from being done. Says what, why, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Problem {
    pub(crate) message: String,
    /// Whether the result is incomplete without it.
    pub(crate) is_error: bool,
}

/// Opens the repositories that the paths lead to, each once; without any path the one around the current folder.
/// A path that leads to none is a problem and does not keep the others from being opened.
pub(crate) fn open(scope: &PathScope) -> (Vec<Checkout>, Vec<Problem>) {
    let mut checkouts = Vec::new();
    let problems = open_each(scope, &Asked::Paths(&scope.paths), |checkout, _| {
        checkouts.push(checkout);
    });
    (checkouts, problems)
}

/// A file of a repository with a text that is not saved.
pub(crate) struct Unsaved {
    pub(crate) file: PathBuf,
    pub(crate) text: Arc<str>,
}

/// The repositories that a call is about.
pub(crate) enum Asked<'a> {
    /// Those that the paths lead to.
    Paths(&'a [PathBuf]),
    /// The same, with the states by which a change is noticed.
    Watched(&'a [PathBuf]),
    /// That of an unsaved file, with its text.
    Unsaved(&'a Unsaved),
}

/// Opens repositories as [`open`] does, one after the other, so that no more than one has to be held.
pub(crate) fn open_each(
    scope: &PathScope,
    asked: &Asked<'_>,
    mut take: impl FnMut(Checkout, &mut Vec<Problem>),
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let config = match ConfigChoice::of(scope) {
        Ok(config) => config,
        Err(problem) => return vec![problem],
    };
    let (targets, unsaved) = match asked {
        Asked::Paths(paths) | Asked::Watched(paths) => (targets(paths, &mut problems), None),
        Asked::Unsaved(unsaved) => (target_of(&unsaved.file, &mut problems), Some(*unsaved)),
    };
    for (root, only) in targets {
        // Before the files are read: what changes in between is noticed.
        let is_watched = matches!(asked, Asked::Watched(_));
        let snapshot = is_watched.then(|| Snapshot::take(&root, only.as_deref().unwrap_or_default()));
        let checkout = open_one(scope, &config, unsaved, (root, only), snapshot, &mut problems);
        take(checkout, &mut problems);
    }
    problems
}

fn open_one(
    scope: &PathScope,
    config: &ConfigChoice,
    unsaved: Option<&Unsaved>,
    (root, only): (PathBuf, Option<Vec<FilePath>>),
    mut snapshot: Option<Snapshot>,
    problems: &mut Vec<Problem>,
) -> Checkout {
    let prefix = prefix(&root);
    let asked_for = match unsaved {
        None => only.clone().unwrap_or_default(),
        // It may not be there.
        Some(_) => Vec::new(),
    };
    let loaded = load(&root, &LoadOptions { asked_for });
    problems.extend(loaded.problems.iter().map(|problem| Problem {
        message: format!("{prefix}{problem}"),
        is_error: problem.is_error,
    }));
    let mut workspace = build_workspace(loaded, None);
    if let (Some(unsaved), Some([file])) = (unsaved, only.as_deref()) {
        workspace.set_file(file.clone(), Arc::clone(&unsaved.text));
    }
    let (slug, is_ambiguous) = match slug_in_ci(&root) {
        Some(slug) => (Some(slug), false),
        None => {
            let git = find_git_repository(&root, &GitEnvironment::of_process());
            (git.slug, git.is_ambiguous)
        }
    };
    workspace.set_repository(slug, is_ambiguous);
    config.apply_to(&mut workspace, &root);
    if let Some(slug) = &scope.repository {
        workspace.set_overlay(Config::with_repository(slug.clone()));
    }
    supply_wanted(&mut workspace, |path| {
        if let Some(snapshot) = &mut snapshot {
            snapshot.add(path);
        }
        read_wanted(&root, path)
    });
    Checkout {
        root,
        prefix,
        only: only.unwrap_or_default(),
        workspace,
        snapshot,
    }
}

impl Checkout {
    /// Checks a copy of its workspace, and gives it the files that it asks for.
    pub(crate) fn analyse(&self, copy: &mut Workspace) {
        supply_wanted(copy, |path| read_wanted(&self.root, path));
    }
}

/// Which configuration counts.
enum ConfigChoice {
    /// `trustpub.toml` at the root of each repository.
    OfRepository,
    /// None.
    Nothing,
    /// The file that the user named, with its text.
    File(PathBuf, Arc<str>),
}

impl ConfigChoice {
    fn of(scope: &PathScope) -> Result<Self, Problem> {
        let Some(file) = &scope.config else {
            return Ok(if scope.no_config {
                Self::Nothing
            } else {
                Self::OfRepository
            });
        };
        let read = fs::canonicalize(file).and_then(|path| Ok((fs::read_to_string(&path)?, path)));
        match read {
            Ok((text, path)) => Ok(Self::File(path, Arc::from(text))),
            Err(error) => Err(Problem {
                message: format!("`{}` cannot be read: {error}", shown_path(file)),
                is_error: true,
            }),
        }
    }

    fn apply_to(&self, workspace: &mut Workspace, root: &Path) {
        match self {
            Self::OfRepository => {}
            Self::Nothing => workspace.use_config(None),
            Self::File(file, text) => {
                // A file from elsewhere has no path in the repository and goes by its name.
                let name = || file.file_name().and_then(|name| FilePath::new(name.to_str()?));
                if let Some(path) = trustpub_host::relative_path(root, file).or_else(name) {
                    workspace.use_config(Some(path.clone()));
                    workspace.set_file(path, Arc::clone(text));
                }
            }
        }
    }
}

impl Checkout {
    /// Whether there is a file of this name at the root.
    pub(crate) fn has_file(&self, name: &str) -> bool {
        self.root.join(name).is_file()
    }

    /// Writes a file that must not be there yet.
    pub(crate) fn create(&self, path: &FilePath, text: &str) -> Result<(), Problem> {
        let file = absolute_path(&self.root, path);
        if self.leads_outside(&file) {
            return Err(Problem {
                message: format!(
                    "`{}{path}` was not written: its folder links out of the repository; replace the symbolic link with a folder",
                    self.prefix
                ),
                is_error: true,
            });
        }
        create_file(&file, text).map_err(|error| self.problem(path, &file, &error))
    }

    /// Removes temporary files of an earlier run that was killed.
    pub(crate) fn remove_left_behind(&self) {
        let paths = self
            .workspace
            .files()
            .map(|(path, _)| absolute_path(&self.root, path));
        let folders: BTreeSet<PathBuf> = paths
            .filter_map(|path| path.parent().map(Path::to_path_buf))
            .collect();
        for folder in folders {
            remove_left_behind(&folder);
        }
    }

    /// Replaces the text of a file, if it still is `expected`.
    pub(crate) fn write_if_unchanged(
        &self,
        path: &FilePath,
        expected: &str,
        text: &str,
    ) -> Result<(), Problem> {
        let file = absolute_path(&self.root, path);
        write_if_unchanged(&file, expected, text).map_err(|error| self.problem(path, &file, &error))
    }

    /// Whether the folders that are there already lie elsewhere.
    fn leads_outside(&self, file: &Path) -> bool {
        let folder = file
            .ancestors()
            .skip(1)
            .find_map(|folder| fs::canonicalize(folder).ok());
        let root = fs::canonicalize(&self.root).ok();
        match (folder, root) {
            (Some(folder), Some(root)) => !folder.starts_with(root),
            _ => false,
        }
    }

    /// The message names the absolute path; everything else that the user reads names the short one.
    fn problem(&self, path: &FilePath, file: &Path, error: &WriteError) -> Problem {
        let shown = format!("{}{path}", self.prefix);
        Problem {
            message: error.to_string().replacen(&shown_path(file), &shown, 1),
            is_error: true,
        }
    }
}

/// Roots in the order in which they were named. `None` where the whole repository was.
fn targets(paths: &[PathBuf], problems: &mut Vec<Problem>) -> Vec<(PathBuf, Option<Vec<FilePath>>)> {
    let here = [PathBuf::from(".")];
    let asked = if paths.is_empty() { &here } else { paths };
    let mut targets: Vec<(PathBuf, Option<Vec<FilePath>>)> = Vec::new();
    let mut numbers: HashMap<PathBuf, usize> = HashMap::new();
    for path in asked {
        let (root, only) = match resolve(Some(path)) {
            // The current folder only says which repository is meant, until the user names a path.
            Ok(target) if paths.is_empty() => (target.root, None),
            Ok(target) => (target.root, target.only),
            Err(error) => {
                problems.push(Problem {
                    message: error.to_string(),
                    is_error: true,
                });
                continue;
            }
        };
        let number = *numbers.entry(root.clone()).or_insert(targets.len());
        match (targets.get_mut(number), only) {
            (None, only) => targets.push((root, only.map(|only| vec![only]))),
            (Some((_, known)), None) => *known = None,
            (Some((_, Some(known))), Some(only)) => known.push(only),
            (Some((_, None)), Some(_)) => {}
        }
    }
    targets
}

fn target_of(file: &Path, problems: &mut Vec<Problem>) -> Vec<(PathBuf, Option<Vec<FilePath>>)> {
    match resolve_file(file) {
        Ok(target) => vec![(target.root, target.only.map(|only| vec![only]))],
        Err(error) => {
            problems.push(Problem {
                message: error.to_string(),
                is_error: true,
            });
            Vec::new()
        }
    }
}

/// What CI says about the repository, if this is the one that CI has checked out.
///
/// A folder with workflows of its own in a checkout, a template or a test fixture, is another repository.
fn slug_in_ci(root: &Path) -> Option<RepositorySlug> {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_ci = is_set("CI") || is_set("GITHUB_ACTIONS");
    if !is_ci || !root.join(".git").exists() {
        return None;
    }
    RepositorySlug::parse(&env::var("GITHUB_REPOSITORY").ok()?)
}

/// What leads from the current folder to `root`, with `/` after it. The absolute path, if they have nothing in common.
fn prefix(root: &Path) -> String {
    let relative = env::current_dir()
        .and_then(fs::canonicalize)
        .ok()
        .and_then(|here| relative_path(&here, root));
    match relative {
        Some(relative) if relative.is_empty() => String::new(),
        Some(relative) => format!("{relative}/"),
        None => format!("{}/", shown_path(root)),
    }
}

fn relative_path(from: &Path, to: &Path) -> Option<String> {
    let is_name = |component: &Component<'_>| matches!(component, Component::Normal(_));
    let common: PathBuf = from
        .components()
        .zip(to.components())
        .take_while(|(from, to)| from == to)
        .map(|(component, _)| component)
        .collect();
    if from != to && !common.components().any(|component| is_name(&component)) {
        return None;
    }
    let up = from.strip_prefix(&common).ok()?.components().count();
    let down = text_of(to.strip_prefix(&common).ok()?)?;
    let parts = std::iter::repeat_n("..", up).chain((!down.is_empty()).then_some(&*down));
    Some(parts.collect::<Vec<_>>().join("/"))
}

fn text_of(path: &Path) -> Option<String> {
    let names: Option<Vec<&str>> = path
        .components()
        .map(|component| match component {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    Some(names?.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn way_from_the_current_folder() {
        let way = |from: &str, to: &str| relative_path(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b", "/a/b").as_deref(), Some(""));
        assert_eq!(way("/a", "/a/b/c").as_deref(), Some("b/c"));
        assert_eq!(way("/a/b/c", "/a").as_deref(), Some("../.."));
        assert_eq!(way("/a/b", "/a/c/d").as_deref(), Some("../c/d"));
        assert_eq!(way("/a/b", "/c"), None);
        assert_eq!(way("/", "/").as_deref(), Some(""));
    }
}
