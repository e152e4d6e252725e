//! File URIs and the paths that they name.

use std::path::{Path, PathBuf};

use tower_lsp::lsp_types::Url;
use trustpub_analysis::FilePath;

/// The path that a URI names. None for what is not a file on this machine: `untitled:`, `git:` and the like.
pub(crate) fn to_path(uri: &Url) -> Option<PathBuf> {
    if uri.scheme() != "file" {
        return None;
    }
    let path = uri.to_file_path().ok()?;
    match path.to_str().and_then(with_upper_case_drive) {
        Some(normalised) => Some(normalised.into()),
        None => Some(path),
    }
}

/// The URI of a file.
pub(crate) fn of_path(root: &Path, path: &FilePath) -> Option<Url> {
    Url::from_file_path(root.join(path.as_str())).ok()
}

/// The folder that `file` makes a repository by being a workflow: for `R/.github/workflows/release.yml` it is `R`.
pub(crate) fn root_of_workflow(file: &Path) -> Option<&Path> {
    let workflows = file.parent()?;
    let github = workflows.parent()?;
    let is_workflow = workflows.file_name()? == "workflows" && github.file_name()? == ".github";
    if is_workflow { github.parent() } else { None }
}

/// Windows names a drive in either letter case, and editors disagree: VS Code says `c:`, others `C:`. A path that
/// begins with a small drive letter comes back with a capital one.
fn with_upper_case_drive(path: &str) -> Option<String> {
    let drive = path.chars().next().filter(char::is_ascii_lowercase)?;
    let rest = path.get(1..)?;
    rest.starts_with(":\\")
        .then(|| format!("{}{rest}", drive.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use trustpub_host::relative_path;

    use super::*;

    #[test]
    fn only_files_have_paths() {
        for uri in [
            "untitled:Untitled-1",
            "git:/r/package.json?x",
            "vscode-notebook-cell:/a",
            "https://x/y",
        ] {
            assert_eq!(to_path(&Url::parse(uri).unwrap()), None, "{uri}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn percent_encoding_is_undone() {
        let path = to_path(&Url::parse("file:///r/a%20b/%C3%A9%23/package.json").unwrap());
        assert_eq!(path.as_deref(), Some(Path::new("/r/a b/é#/package.json")));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_survives_the_way_to_a_uri_and_back() {
        let root = Path::new("/r/a b%");
        let file = FilePath::new("é/#?/package.json").unwrap();
        let path = to_path(&of_path(root, &file).unwrap()).unwrap();
        assert_eq!(relative_path(root, &path), Some(file));
    }

    #[cfg(windows)]
    #[test]
    fn drives_are_one_whatever_their_spelling() {
        for uri in [
            "file:///c%3A/r/package.json",
            "file:///C:/r/package.json",
            "file:///c:/r/package.json",
        ] {
            let path = to_path(&Url::parse(uri).unwrap());
            assert_eq!(path.as_deref(), Some(Path::new("C:\\r\\package.json")), "{uri}");
        }
    }

    #[test]
    fn drive_letters_are_capital() {
        assert_eq!(with_upper_case_drive("c:\\r").as_deref(), Some("C:\\r"));
        assert_eq!(with_upper_case_drive("C:\\r"), None);
        assert_eq!(with_upper_case_drive("/r"), None);
        assert_eq!(with_upper_case_drive("é:\\r"), None);
    }

    #[test]
    fn a_workflow_names_its_root() {
        let root = |file| root_of_workflow(Path::new(file));
        assert_eq!(root("/r/.github/workflows/a.yml"), Some(Path::new("/r")));
        assert_eq!(root("/r/.github/workflows/deep/a.yml"), None);
        assert_eq!(root("/r/workflows/a.yml"), None);
    }
}
