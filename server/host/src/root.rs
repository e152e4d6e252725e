use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use trustpub_analysis::{FileKind, FilePath};

use crate::path::{relative_path, shown_path, without_verbatim_prefix};

/// A repository, and what the user asked for in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResolvedPath {
    /// The repository's folder, as a canonical path.
    pub root: PathBuf,
    /// The file or folder below the root that the user named; none if the whole repository is meant.
    pub only: Option<FilePath>,
}

/// Finds the repository that a path argument means; without one, the repository of the current folder.
///
/// The root is the nearest folder, from the path upwards, that holds `.github/workflows` or `.git`. So a
/// folder with workflows of its own is a repository of its own, also inside another one: a template, a test
/// fixture. And the search never leaves a git repository, so a submodule is not taken for a part of what
/// surrounds it.
pub fn resolve(path: Option<&Path>) -> Result<ResolvedPath, RootError> {
    let asked = path.unwrap_or(Path::new("."));
    let metadata = fs::metadata(asked).map_err(|error| RootError::unreadable(asked, &error))?;
    let canonical = canonicalize(asked)?;
    if metadata.is_dir() {
        return folder_target(asked, canonical);
    }
    // A file is what it is by its name. A linked workflow has the link's name, so only the folders before it are
    // made canonical; where that leads nowhere, the file that the link leads to counts.
    let as_named = canonicalize(folder_of(asked))?.join(asked.file_name().unwrap_or_default());
    match file_target(asked, &as_named) {
        Err(_) if as_named != canonical => file_target(asked, &canonical),
        target => target,
    }
}

/// Finds the repository of a file that need not be there: an editor may not have saved it.
pub fn resolve_file(file: &Path) -> Result<ResolvedPath, RootError> {
    let as_named = canonicalize(folder_of(file))?.join(file.file_name().unwrap_or_default());
    file_target(file, &as_named)
}

/// The folder of workflows, which makes the folder that contains it the root of a repository.
pub const WORKFLOWS_FOLDER: &str = ".github/workflows";
/// The folder of git, which does the same. In a worktree and a submodule it is a file.
pub const GIT_FOLDER: &str = ".git";

/// Finds the root of the repository that a folder is in: the nearest folder, itself included, that contains
/// [`WORKFLOWS_FOLDER`] or [`GIT_FOLDER`].
pub fn find_root(folder: &Path) -> Option<&Path> {
    let is_root = |folder: &&Path| folder.join(WORKFLOWS_FOLDER).is_dir() || folder.join(GIT_FOLDER).exists();
    folder.ancestors().find(is_root)
}

fn folder_target(asked: &Path, folder: PathBuf) -> Result<ResolvedPath, RootError> {
    let root = find_root(&folder).ok_or_else(|| RootError::OutsideRepository(asked.to_path_buf()))?;
    if root == folder {
        return Ok(ResolvedPath {
            root: folder,
            only: None,
        });
    }
    let only = relative_path(root, &folder).ok_or_else(|| RootError::UnusableName(asked.to_path_buf()))?;
    Ok(ResolvedPath {
        root: root.to_path_buf(),
        only: Some(only),
    })
}

fn file_target(asked: &Path, file: &Path) -> Result<ResolvedPath, RootError> {
    let root = file
        .parent()
        .and_then(find_root)
        .ok_or_else(|| RootError::OutsideRepository(asked.to_path_buf()))?;
    let only = relative_path(root, file).ok_or_else(|| RootError::UnusableName(asked.to_path_buf()))?;
    if FileKind::of(only.as_str()).is_none() {
        return Err(RootError::NotAnalysed(asked.to_path_buf()));
    }
    Ok(ResolvedPath {
        root: root.to_path_buf(),
        only: Some(only),
    })
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn canonicalize(path: &Path) -> Result<PathBuf, RootError> {
    fs::canonicalize(path)
        .map(without_verbatim_prefix)
        .map_err(|error| RootError::unreadable(path, &error))
}

/// Why a path argument means no repository. The texts say what, why, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RootError {
    /// There is nothing at the path.
    NotFound(PathBuf),
    /// There is something, but the operating system does not let us look at it, for the reason given.
    Unreadable(PathBuf, String),
    /// Neither the path nor a folder above it is a repository.
    OutsideRepository(PathBuf),
    /// The file is in a repository, but of no kind that the analysis reads.
    NotAnalysed(PathBuf),
    /// The path below the root is not UTF-8.
    UnusableName(PathBuf),
}

impl RootError {
    fn unreadable(path: &Path, error: &io::Error) -> Self {
        // A link that leads nowhere is also "not found", but telling so would confuse: the user sees the link.
        let is_link = path.is_symlink();
        match error.kind() {
            io::ErrorKind::NotFound if !is_link => Self::NotFound(path.to_path_buf()),
            io::ErrorKind::NotFound => Self::Unreadable(
                path.to_path_buf(),
                "it is a symbolic link to something that does not exist".to_owned(),
            ),
            _ => Self::Unreadable(path.to_path_buf(), error.to_string()),
        }
    }
}

impl fmt::Display for RootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(path) => write!(
                f,
                "`{}` does not exist. Pass the path of a repository, or of a folder or file in one.",
                shown_path(path)
            ),
            Self::Unreadable(path, reason) => write!(
                f,
                "`{}` cannot be read: {reason}. Pass a path that you can read.",
                shown_path(path)
            ),
            Self::OutsideRepository(path) => write!(
                f,
                "`{}` is not in a repository: neither it nor a folder above it has `.github/workflows` or `.git`. Pass the path of a repository, or of a folder or file in one.",
                shown_path(path)
            ),
            Self::NotAnalysed(path) => write!(
                f,
                "`{}` is not a file that decides how npm packages are published. Pass a workflow (`.github/workflows/*.yml`), an `action.yml`, a `package.json` or an `.npmrc`, or the \
                 repository's folder.",
                shown_path(path)
            ),
            Self::UnusableName(path) => write!(
                f,
                "`{}` has a name that is not UTF-8, so findings could not name it. Rename it, or pass the repository's folder.",
                shown_path(path)
            ),
        }
    }
}

impl std::error::Error for RootError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::TestFolder;

    fn repository() -> TestFolder {
        TestFolder::with(&[
            ("repo/.git/HEAD", "ref: refs/heads/main\n"),
            ("repo/.github/workflows/release.yml", "on: push\n"),
            ("repo/README.md", "# Read me\n"),
            ("repo/packages/a/package.json", "{}"),
            ("repo/actions/publish/action.yml", "name: x\n"),
            ("repo/tests/demo/.github/workflows/ci.yml", "on: push\n"),
            ("repo/tests/demo/package.json", "{}"),
            ("repo/sub/.git", "gitdir: ../.git/modules/sub\n"),
            ("repo/sub/lib/package.json", "{}"),
            ("bare/.git/HEAD", "ref: refs/heads/main\n"),
            ("bare/package.json", "{}"),
            ("loose/package.json", "{}"),
        ])
    }

    /// `root > only` below the folder, or the error without the folder's path.
    fn resolved(folder: &TestFolder, path: &str) -> String {
        match resolve(Some(&folder.at(path))) {
            Ok(target) => {
                let root = target.root.strip_prefix(folder.path()).unwrap().display();
                let only = target.only.map_or(String::new(), |only| format!(" > {only}"));
                format!("{root}{only}")
            }
            Err(error) => error
                .to_string()
                .replace(&format!("{}/", folder.path().display()), ""),
        }
    }

    #[test]
    fn path_leads_to_the_repository_around_it() {
        let folder = repository();
        for (path, expected) in [
            ("repo", "repo"),
            ("repo/packages/..", "repo"),
            ("repo/.github", "repo > .github"),
            ("repo/.github/workflows", "repo > .github/workflows"),
            (
                "repo/.github/workflows/release.yml",
                "repo > .github/workflows/release.yml",
            ),
            ("repo/packages/a", "repo > packages/a"),
            ("repo/packages/a/package.json", "repo > packages/a/package.json"),
            (
                "repo/actions/publish/action.yml",
                "repo > actions/publish/action.yml",
            ),
            ("repo/tests/demo", "repo/tests/demo"),
            ("repo/tests/demo/package.json", "repo/tests/demo > package.json"),
            ("repo/tests", "repo > tests"),
            ("repo/sub/lib", "repo/sub > lib"),
            ("bare", "bare"),
            ("bare/package.json", "bare > package.json"),
        ] {
            assert_eq!(resolved(&folder, path), expected, "{path}");
        }
    }

    #[test]
    fn errors_say_what_to_do() {
        let folder = repository();
        for (path, expected) in [
            (
                "nowhere",
                "`nowhere` does not exist. Pass the path of a repository",
            ),
            (
                "loose",
                "`loose` is not in a repository: neither it nor a folder above",
            ),
            (
                "loose/package.json",
                "`loose/package.json` is not in a repository",
            ),
            ("repo/README.md", "`repo/README.md` is not a file that decides"),
        ] {
            let error = resolved(&folder, path);
            assert!(error.starts_with(expected), "{path}: {error}");
        }
    }

    #[test]
    fn no_path_means_the_current_folder() {
        // The tests of a crate run in its folder. That need not be in a repository, but is the same for both.
        let here = std::env::current_dir().unwrap();
        assert_eq!(resolve(None).ok(), resolve(Some(&here)).ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_never_hang() {
        let folder = repository();
        folder.link("repo-link", "repo");
        folder.link("repo/.github/workflows/linked.yml", "../../shared/release.txt");
        folder.write("repo/shared/release.txt", "on: push\n");
        folder.link("workflow.yml", "repo/.github/workflows/release.yml");
        folder.link("circle", "circle");
        folder.link("dangling", "nowhere");
        folder.link("repo/up", "..");
        for (path, expected) in [
            ("repo-link", "repo"),
            ("repo-link/packages/a", "repo > packages/a"),
            (
                "repo/.github/workflows/linked.yml",
                "repo > .github/workflows/linked.yml",
            ),
            ("workflow.yml", "repo > .github/workflows/release.yml"),
            ("repo/up/repo/up/bare", "bare"),
            (
                "dangling",
                "`dangling` cannot be read: it is a symbolic link to something that does not exist. Pass a path that you can read.",
            ),
        ] {
            assert_eq!(resolved(&folder, path), expected, "{path}");
        }
        let circle = resolved(&folder, "circle");
        assert!(circle.starts_with("`circle` cannot be read: "), "{circle}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn folder_with_a_name_that_is_not_utf8() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let folder = repository();
        let strange = folder.at("repo").join(OsStr::from_bytes(b"caf\xe9"));
        fs::create_dir(&strange).unwrap();
        let error = resolve(Some(&strange)).unwrap_err();
        assert_eq!(error, RootError::UnusableName(strange.clone()));
        // As a part of the root's own path it does no harm.
        fs::create_dir_all(strange.join(".github/workflows")).unwrap();
        assert_eq!(resolve(Some(&strange)).unwrap().root, strange);
    }
}
