use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A file's path below the repository's root: `/` between its parts, no `.` or `..`, no leading `/`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// The path, normalised; none if it leads out of the repository or is absolute.
    pub fn new(path: &str) -> Option<Self> {
        resolve("", path).map(Self)
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds the file.
    pub(crate) fn folder(&self) -> FolderPath {
        FolderPath {
            path: self.0.clone(),
            length: self.0.rfind('/').unwrap_or(0),
        }
    }

    /// The file's name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// Whether the file is the one, or below the folder, that is named.
    pub fn is_in(&self, folder_or_file: &Self) -> bool {
        let rest = self.0.strip_prefix(&*folder_or_file.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || folder_or_file.0.is_empty())
    }
}

impl Borrow<str> for FilePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

/// A folder's path below the repository's root, in the same form as a [`FilePath`]. The root's own is empty.
#[derive(Clone, Default)]
pub(crate) struct FolderPath {
    /// The path of the folder, or one that begins with it: a file shares its text with the folders around it.
    path: Arc<str>,
    /// How many bytes of it are the folder's.
    length: usize,
}

impl FolderPath {
    /// The root of the repository.
    pub(crate) fn root() -> Self {
        Self::default()
    }

    /// The path, normalised; none if it leads out of the repository or is absolute.
    pub(crate) fn new(path: &str) -> Option<Self> {
        Self::root().join(path)
    }

    /// The folder that `relative` names when it is read in this one; none if it leads out of the repository or
    /// is absolute.
    pub(crate) fn join(&self, relative: &str) -> Option<Self> {
        let path = resolve(self.as_str(), relative)?;
        let length = path.len();
        Some(Self { path, length })
    }

    /// The file that `relative` names when it is read in this folder; none if it leads out of the repository or
    /// is absolute.
    pub(crate) fn file(&self, relative: &str) -> Option<FilePath> {
        resolve(self.as_str(), relative).map(FilePath)
    }

    /// The folder that holds this one; none for the root.
    pub(crate) fn parent(&self) -> Option<Self> {
        (!self.is_root()).then(|| Self {
            path: self.path.clone(),
            length: self.as_str().rfind('/').unwrap_or(0),
        })
    }

    /// This folder and those above it, up to the root.
    pub(crate) fn and_above(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }

    /// Whether this is the root of the repository.
    pub(crate) fn is_root(&self) -> bool {
        self.length == 0
    }

    /// The path as text, empty for the root.
    pub(crate) fn as_str(&self) -> &str {
        self.path.get(..self.length).unwrap_or_default()
    }
}

impl PartialEq for FolderPath {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for FolderPath {}

impl PartialOrd for FolderPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FolderPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Display for FolderPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for FolderPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

/// The path, below the repository's root, that `relative` names when it is read in `folder`; none if it leads out
/// of the repository or is absolute.
fn resolve(folder: &str, relative: &str) -> Option<Arc<str>> {
    let is_absolute = relative.starts_with('/') || relative.starts_with('\\');
    if is_absolute {
        return None;
    }
    // Most names lead downwards and are normalised, as the folder is.
    let mut names = relative.split('/');
    if names.all(|name| !matches!(name, "" | "." | "..")) {
        return Some(match folder {
            "" => relative.into(),
            folder => [folder, "/", relative].concat().into(),
        });
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_below_it() {
        let path = |path| FilePath::new(path).unwrap();
        assert!(path("a/b/package.json").is_in(&path("a")));
        assert!(path("a/package.json").is_in(&path("a/package.json")));
        assert!(path("a").is_in(&path(".")));
        assert!(!path("ab/package.json").is_in(&path("a")));
    }

    #[test]
    fn paths_are_normalised_and_stay_inside() {
        let path = |folder, relative| {
            let folder = FolderPath::new(folder).unwrap();
            folder.file(relative).map(|path| path.as_str().to_owned())
        };
        assert_eq!(path("a/b", "../c/./d.json").as_deref(), Some("a/c/d.json"));
        assert_eq!(path("", "./x").as_deref(), Some("x"));
        assert_eq!(path("a/b", "c/d.json").as_deref(), Some("a/b/c/d.json"));
        assert_eq!(path("", "c/d.json").as_deref(), Some("c/d.json"));
        assert_eq!(path("a", "c//d/.").as_deref(), Some("a/c/d"));
        assert_eq!(path("a", "../../x"), None);
        assert_eq!(path("", "/etc/passwd"), None);
    }

    #[test]
    fn a_folder_is_the_same_however_it_was_found() {
        let of_file = FilePath::new("a/b/package.json").unwrap().folder();
        assert_eq!(of_file, FolderPath::new("a/./b/").unwrap());
        assert_eq!(of_file.parent(), FolderPath::new("a"));
        assert_eq!(of_file.join("../.."), Some(FolderPath::root()));
        assert_eq!(of_file.join("../../.."), None);
        let root = FilePath::new("package.json").unwrap().folder();
        assert_eq!(root, FolderPath::root());
        assert_eq!(root.parent(), None);
        assert!(root < of_file);
    }
}
