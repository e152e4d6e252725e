use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use tower_lsp::lsp_types::{Registration, WatchKind};
use trustpub_analysis::{FileKind, FilePath};

/// What decides which files a repository has, apart from these files themselves: what git ignores, and the mark of a
/// folder that can be made again.
const RULES: [&str; 3] = [".gitignore", "CACHEDIR.TAG", ".git/info/exclude"];

/// What git's own files say about the repository on GitHub.
const GIT_SETTINGS: [&str; 3] = [".git/config", ".git/HEAD", ".git/commondir"];

/// The request to be told about changed files. What the client tells beyond that is ignored.
pub(crate) fn registration() -> Registration {
    // As few as can be: some clients start a watcher for each pattern.
    let kinds = FileKind::ALL.into_iter().flat_map(patterns_of);
    let mut watchers: Vec<_> = kinds
        .chain([any_of(&RULES), any_of(&GIT_SETTINGS), any_of(&[".git"])])
        .map(|pattern| json!({ "globPattern": pattern }))
        .collect();
    // Some clients tell of a deleted folder, and not of the files that were in it.
    let deleted = WatchKind::Delete;
    watchers.push(json!({ "globPattern": "**/*", "kind": deleted }));
    Registration {
        id: "watched-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": watchers })),
    }
}

/// Whether a change of this file is about which files a repository has, or which repository it is.
pub(crate) fn is_about_every_file(path: &FilePath) -> bool {
    let path = Path::new(path.as_str());
    // A folder that appears or goes has its files with it.
    let folders = [".git", ".git/info"];
    RULES
        .iter()
        .chain(&GIT_SETTINGS)
        .chain(&folders)
        .any(|name| path.ends_with(name))
}

/// Whether it is a file of git that says which repository on GitHub this is. Other checkouts may share it.
pub(crate) fn is_git_settings(path: &Path) -> bool {
    GIT_SETTINGS.iter().any(|name| path.ends_with(name))
}

/// The files of git that are read in the folder of a repository.
pub(crate) fn git_files() -> impl Iterator<Item = FilePath> {
    let names = RULES.iter().chain(&GIT_SETTINGS);
    names
        .filter(|name| name.starts_with(".git/"))
        .filter_map(|name| FilePath::new(name))
}

/// The patterns of a kind, in any folder: the client's folder may be above the root of a repository. Those that share all
/// up to a `*` are one. No `*` is between braces: Eglot 1.9 refuses the whole registration for one (`eglot--glob-parse`).
fn patterns_of(kind: FileKind) -> Vec<String> {
    let mut ends_by_start: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for pattern in kind.patterns() {
        let pattern = pattern.trim_start_matches("**/");
        let (start, end) = pattern.split_at(pattern.rfind('*').map_or(0, |star| star + 1));
        ends_by_start.entry(start).or_default().push(end);
    }
    let patterns = ends_by_start.into_iter();
    patterns
        .map(|(start, ends)| format!("**/{start}{}", group(&ends)))
        .collect()
}

fn any_of(names: &[&str]) -> String {
    format!("**/{}", group(names))
}

fn group(names: &[&str]) -> String {
    match names {
        [only] => (*only).to_owned(),
        several => format!("{{{}}}", several.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_watched_in_any_folder() {
        let expected = [
            (FileKind::NodeVersion, &["**/{.nvmrc,.node-version}"][..]),
            (FileKind::Manifest, &["**/package.json"]),
            (FileKind::Workflow, &["**/.github/workflows/*{.yml,.yaml}"]),
        ];
        for (kind, patterns) in expected {
            assert_eq!(patterns_of(kind), patterns);
        }
    }

    #[test]
    fn no_pattern_has_a_star_between_braces() {
        let patterns: Vec<String> = FileKind::ALL.into_iter().flat_map(patterns_of).collect();
        assert!(patterns.contains(&"**/.releaserc.*".to_owned()));
        for pattern in patterns {
            let braces = pattern.split_once('{').map_or("", |(_, braces)| braces);
            assert!(!braces.contains('*'), "{pattern}");
        }
    }
}
