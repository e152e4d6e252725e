//! Documents that name files of the project name files that exist.

use trustpub_tests::markdown::code_and_links;
use trustpub_tests::project::{read, repository_root};

const DOCUMENTS: [&str; 3] = ["CONTRIBUTING.md", "ARCHITECTURE.md", "docs/SECURITY.md"];

#[test]
fn paths_in_documents_exist() {
    let mut missing = Vec::new();
    let mut count = 0;
    for document in DOCUMENTS {
        let Some(text) = read(document) else { continue };
        for path in code_and_links(&text).into_iter().filter_map(path_of) {
            count += 1;
            if !repository_root().join(path).exists() {
                missing.push(format!("{document}: {path}"));
            }
        }
    }
    assert!(count > 5, "only {count} paths were found in the documents");
    assert!(missing.is_empty(), "these do not exist:\n{}", missing.join("\n"));
}

/// The path below the repository's root that a piece of code or a link names, as far as it is certain:
/// `server/analysis/src/rules/<id>.rs` is a file in `server/analysis/src/rules`.
fn path_of(text: &str) -> Option<&str> {
    let text = text.strip_prefix("./").unwrap_or(text);
    let text = text.split_once('#').map_or(text, |(path, _)| path);
    let known = text.find(['<', '*', '{']).map_or(Some(text), |at| {
        let (folder, _) = text.get(..at)?.rsplit_once('/')?;
        Some(folder)
    })?;
    let is_path_like = known.contains('/')
        || [".md", ".toml", ".rs", ".json", ".lock"]
            .iter()
            .any(|end| known.ends_with(end));
    // Words of protocols, and files of the users' repositories.
    let is_other = known.contains("://")
        || known.contains([' ', '$', '|', '(', '~', '"', '`'])
        || [
            "textDocument/",
            "workspace/",
            "window/",
            ".github/",
            "owner/",
            "package.json",
            "trustpub.toml",
            "../",
            "/",
        ]
        .iter()
        .any(|start| known.starts_with(start));
    (is_path_like && !is_other).then_some(known)
}

#[test]
fn what_is_a_path() {
    for (text, path) in [
        (
            "server/analysis/src/rules/<id>.rs",
            Some("server/analysis/src/rules"),
        ),
        ("docs/rules/*.md", Some("docs/rules")),
        ("./tests/run", Some("tests/run")),
        ("README.md#use", Some("README.md")),
        ("Cargo.lock", Some("Cargo.lock")),
        ("cargo test", None),
        ("textDocument/didChange", None),
        (".github/workflows/release.yml", None),
        ("<id>.rs", None),
        ("Workspace", None),
    ] {
        assert_eq!(path_of(text), path, "{text}");
    }
}
