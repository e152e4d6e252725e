//! Repositories on disk: finding them, reading them, writing fixes. The only module that knows the file system.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use trustpub_analysis::{FileKind, FilePath, RepositorySlug, Workspace};

/// A repository that was asked for, read and analysed.
#[derive(Debug)]
pub(crate) struct Repository {
    root: PathBuf,
    /// What leads from the current folder to the root, with `/` behind it; `""` if they are the same.
    pub(crate) prefix: String,
    /// The files and folders that the user named; none where the whole repository is meant.
    pub(crate) only: Vec<FilePath>,
    /// Its files.
    pub(crate) workspace: Workspace,
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
pub(crate) fn open(paths: &[PathBuf], slug: Option<&RepositorySlug>) -> (Vec<Repository>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut repositories = Vec::new();
    for (root, only) in targets(paths, &mut problems) {
        let mut workspace = Workspace::new();
        workspace.set_repository(slug.cloned().or_else(|| slug_of(&root)));
        let prefix = prefix(&root);
        load(&root, "", &mut workspace, &mut |path, reason| {
            problems.push(Problem {
                message: format!("{prefix}{path}: {reason}"),
                is_error: true,
            });
        });
        workspace.check();
        repositories.push(Repository {
            root,
            prefix,
            only: only.unwrap_or_default(),
            workspace,
        });
    }
    (repositories, problems)
}

impl Repository {
    /// Replaces the text of a file, if it still is `expected`.
    pub(crate) fn write_if_unchanged(
        &self,
        path: &FilePath,
        expected: &str,
        text: &str,
    ) -> Result<(), Problem> {
        let file = self.root.join(path.as_str());
        let shown = format!("{}{path}", self.prefix);
        let problem = |reason: &str| Problem {
            message: format!("`{shown}` was not changed: {reason}"),
            is_error: true,
        };
        match fs::read(&file) {
            Ok(bytes) if bytes == expected.as_bytes() => {}
            Ok(_) => {
                return Err(problem(
                    "it was edited in the meantime, so the fix may no longer fit. Run again.",
                ));
            }
            Err(error) => return Err(problem(&format!("{error}. Remove the cause and run again."))),
        }
        let temporary = file.with_extension("trustpub-new");
        fs::write(&temporary, text)
            .and_then(|()| fs::rename(&temporary, &file))
            .map_err(|error| problem(&format!("{error}. Remove the cause and run again.")))
    }
}

/// Roots in the order in which they were named. `None` where the whole repository was.
fn targets(paths: &[PathBuf], problems: &mut Vec<Problem>) -> Vec<(PathBuf, Option<Vec<FilePath>>)> {
    let here = [PathBuf::from(".")];
    let asked = if paths.is_empty() { &here } else { paths };
    let mut targets: Vec<(PathBuf, Option<Vec<FilePath>>)> = Vec::new();
    for path in asked {
        let (root, only) = match resolve(path) {
            // The current folder only says which repository is meant, until the user names a path.
            Ok((root, _)) if paths.is_empty() => (root, None),
            Ok(target) => target,
            Err(message) => {
                problems.push(Problem {
                    message,
                    is_error: true,
                });
                continue;
            }
        };
        match (targets.iter_mut().find(|(known, _)| *known == root), only) {
            (None, only) => targets.push((root, only.map(|only| vec![only]))),
            (Some((_, known)), None) => *known = None,
            (Some((_, Some(known))), Some(only)) => known.push(only),
            (Some((_, None)), Some(_)) => {}
        }
    }
    targets
}

fn resolve(path: &Path) -> Result<(PathBuf, Option<FilePath>), String> {
    let shown = path.display();
    let asked = fs::canonicalize(path).map_err(|error| {
        format!(
            "`{shown}` cannot be read: {error}. Give the path of a repository, or of a folder or file in one."
        )
    })?;
    let root = asked
        .ancestors()
        .find(|folder| folder.join(".github/workflows").is_dir() || folder.join(".git").exists())
        .ok_or_else(|| {
            format!(
                "`{shown}` is not in a repository: neither it nor a folder above it holds `.github/workflows` or \
                 `.git`. Give the path of a repository, or of a folder or file in one."
            )
        })?;
    let below = asked
        .strip_prefix(root)
        .ok()
        .and_then(text_of)
        .unwrap_or_default();
    if asked.is_file() && FileKind::of(&below).is_none() {
        return Err(format!(
            "`{shown}` is not a file that decides how npm packages are published. Give a workflow \
             (`.github/workflows/*.yml`), an `action.yml`, a `package.json` or an `.npmrc`, or the repository's folder."
        ));
    }
    let only = FilePath::new(&below).filter(|path| !path.as_str().is_empty());
    Ok((root.to_path_buf(), only))
}

fn load(root: &Path, folder: &str, workspace: &mut Workspace, problem: &mut impl FnMut(&str, String)) {
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(error) => return problem(folder, error.to_string()),
    };
    let mut names = BTreeMap::new();
    for entry in entries.flatten() {
        if let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) {
            names.insert(name, kind);
        }
    }
    for (name, kind) in names {
        let path = if folder.is_empty() {
            name.clone()
        } else {
            format!("{folder}/{name}")
        };
        if kind.is_dir() && !matches!(&*name, ".git" | "node_modules" | "target") {
            load(root, &path, workspace, problem);
        } else if kind.is_file() && FileKind::of(&path).is_some() {
            let Some(file_path) = FilePath::new(&path) else {
                continue;
            };
            match fs::read_to_string(root.join(&path)) {
                Ok(text) => workspace.set_file(file_path, text.into()),
                Err(error) => {
                    problem(&path, error.to_string());
                    workspace.set_unreadable(file_path);
                }
            }
        }
    }
}

/// What CI says about the repository, if this is the one that CI has checked out.
///
/// A folder with workflows of its own in a checkout, a template or a test fixture, is another repository.
fn slug_of(root: &Path) -> Option<RepositorySlug> {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_ci = is_set("CI") || is_set("GITHUB_ACTIONS");
    if !is_ci || !root.join(".git").exists() {
        return None;
    }
    RepositorySlug::parse(&env::var("GITHUB_REPOSITORY").ok()?)
}

/// What leads from the current folder to `root`, with `/` behind it. The absolute path, if they have nothing in common.
fn prefix(root: &Path) -> String {
    let relative = env::current_dir()
        .and_then(fs::canonicalize)
        .ok()
        .and_then(|here| relative_path(&here, root));
    match relative {
        Some(relative) if relative.is_empty() => String::new(),
        Some(relative) => format!("{relative}/"),
        None => format!("{}/", root.display()),
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
