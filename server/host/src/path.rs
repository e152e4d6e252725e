use std::path::{Component, Path, PathBuf};

use trustpub_analysis::{FilePath, printable_chars};

/// Where the file is on disk.
///
/// The parts are added one by one, because Windows does not take `/` for a separator in every form of path.
pub fn absolute_path(root: &Path, path: &FilePath) -> PathBuf {
    let mut absolute = root.to_path_buf();
    absolute.extend(path.as_str().split('/'));
    absolute
}

/// The path of a file below the root; none if it is outside, the root itself, or has a name that is not
/// UTF-8. Looks at the names only, so both should be canonical or come from the same place.
pub fn relative_path(root: &Path, file: &Path) -> Option<FilePath> {
    let below = file.strip_prefix(root).ok()?;
    FilePath::new(&text_path(below)?).filter(|path| !path.as_str().is_empty())
}

/// The names of a relative path with `/` between them; none if one is not UTF-8, or could be read as
/// something else than a name.
fn text_path(relative: &Path) -> Option<String> {
    let mut text = String::with_capacity(relative.as_os_str().len());
    for component in relative.components() {
        let Component::Normal(name) = component else {
            return None;
        };
        if !text.is_empty() {
            text.push('/');
        }
        text.push_str(name.to_str()?);
    }
    // A leading backslash is a name on Unix, but an absolute path to `FilePath`.
    (!text.starts_with('\\')).then_some(text)
}

/// A path in a message, on one line: a name may hold line breaks and what a terminal obeys.
pub fn shown_path(path: &Path) -> String {
    let path = path.to_string_lossy();
    printable_chars(&path).map(|(_, printable)| printable).collect()
}

/// A canonical path in the form that people write. Windows answers with `\\?\C:\folder`, which few programs
/// accept and that is hard to read.
pub(crate) fn without_verbatim_prefix(path: PathBuf) -> PathBuf {
    let plain = path
        .to_str()
        .and_then(|text| text.strip_prefix(r"\\?\"))
        .filter(|rest| rest.as_bytes().get(1) == Some(&b':'));
    match plain {
        Some(plain) => PathBuf::from(plain),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_to_disk_and_back() {
        let root = Path::new("/repo");
        let path = FilePath::new("packages/a/package.json").unwrap();
        let absolute = absolute_path(root, &path);
        assert_eq!(absolute, Path::new("/repo/packages/a/package.json"));
        assert_eq!(relative_path(root, &absolute), Some(path));
        assert_eq!(relative_path(root, Path::new("/other/package.json")), None);
        assert_eq!(relative_path(root, root), None);
    }

    #[test]
    fn windows_prefix_is_taken_off() {
        let plain = |path: &str| without_verbatim_prefix(PathBuf::from(path)).display().to_string();
        assert_eq!(plain(r"\\?\C:\repo"), r"C:\repo");
        assert_eq!(plain(r"\\?\UNC\server\share"), r"\\?\UNC\server\share");
        assert_eq!(plain("/repo"), "/repo");
    }
}
