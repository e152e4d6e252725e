//! Real repositories, read from the disk for the analysis.

use std::path::Path;

use trustpub_analysis::test_support::{TestFile, TestRepository};
use trustpub_analysis::{FileKind, FilePath, RepositorySlug};

/// Reads every file below `root` that the analysis has a use for. Symbolic links are not followed.
pub fn read_repository(root: &Path, slug: Option<RepositorySlug>) -> TestRepository {
    let mut files = Vec::new();
    collect(root, "", &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    TestRepository { slug, files }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<TestFile>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{prefix}{name}");
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && name != ".git" && name != "node_modules" {
            collect(&entry.path(), &format!("{path}/"), files);
        }
        if kind.is_file() && (FileKind::of(&path).is_some() || may_be_run(&name)) {
            let Some(path) = FilePath::new(&path) else {
                continue;
            };
            let text = std::fs::read_to_string(entry.path()).ok();
            files.push(TestFile { path, text });
        }
    }
}

/// Whether a step may run a file of this name, so that the analysis may ask for it.
fn may_be_run(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_script = ["sh", "bash", "js", "mjs", "cjs", "ts", "mts", "cts"].contains(&extension);
    is_script || FileKind::on_demand(name) != FileKind::Script
}
