//! The project's own files.

use std::path::{Path, PathBuf};

/// A text file of the project.
#[derive(Clone, Debug)]
pub struct ProjectFile {
    /// Its path below the repository's root, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// The root of the project's repository.
pub fn repository_root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("the tests lie in the repository")
        .to_owned()
}

/// A file of the project, or none if there is none.
pub fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(repository_root().join(path)).ok()
}

/// Asserts that a generated file is up to date. With `UPDATE_DOCS` in the environment it is written first.
#[track_caller]
pub fn assert_generated(path: &str, wanted: &str) {
    let file = repository_root().join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, wanted).expect("the file can be written");
    }
    assert_eq!(
        std::fs::read_to_string(&file).unwrap_or_default(),
        wanted,
        "this test writes {path} anew if UPDATE_DOCS=1 is in its environment"
    );
}

/// The text files below a folder of the project (`""` for all of it), by path. What is built or installed there
/// is left out.
pub fn files_below(folder: &str) -> Vec<ProjectFile> {
    let mut files = Vec::new();
    collect(&repository_root(), folder.trim_end_matches('/'), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The Rust sources below a folder.
pub fn rust_files_below(folder: &str) -> Vec<ProjectFile> {
    let mut files = files_below(folder);
    files.retain(|file| file.path.ends_with(".rs"));
    files
}

impl ProjectFile {
    /// Whether the file is compiled for tests only: its name says so.
    pub fn is_test(&self) -> bool {
        let is_test_name = |part: &str| matches!(part, "tests" | "benches") || part.starts_with("test_");
        self.path.split('/').any(is_test_name) || self.path.ends_with("tests.rs")
    }

    /// The crate's folder: `server/lsp`.
    pub fn crate_folder(&self) -> &str {
        let end = self
            .path
            .match_indices('/')
            .nth(1)
            .map_or(self.path.len(), |(at, _)| at);
        self.path.get(..end).unwrap_or(&self.path)
    }
}

const LEFT_OUT: [&str; 4] = ["target", ".git", "node_modules", ".cache"];

fn collect(root: &Path, folder: &str, files: &mut Vec<ProjectFile>) {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = match folder {
            "" => name.clone(),
            folder => format!("{folder}/{name}"),
        };
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && !LEFT_OUT.contains(&name.as_str()) {
            collect(root, &path, files);
        }
        if kind.is_file()
            && let Ok(text) = std::fs::read_to_string(entry.path())
        {
            files.push(ProjectFile { path, text });
        }
    }
}
