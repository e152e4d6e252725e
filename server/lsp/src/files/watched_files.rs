use serde_json::json;
use tower_lsp::lsp_types::Registration;
use trustpub_analysis::FileKind;

/// The request to be told about changed files. `FileKind::of` decides in the end: what the client tells beyond that is
/// ignored.
pub(crate) fn registration() -> Registration {
    // One for each kind: some clients start a watcher for each pattern.
    let watchers: Vec<_> = FileKind::ALL
        .into_iter()
        .map(|kind| json!({"globPattern": pattern_of(kind)}))
        .collect();
    Registration {
        id: "watched-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": watchers })),
    }
}

/// The patterns of a kind as one, in any folder: the client's folder may be above the root of a repository.
fn pattern_of(kind: FileKind) -> String {
    let patterns = kind.patterns().iter();
    let below_folders: Vec<&str> = patterns
        .map(|pattern| pattern.trim_start_matches("**/"))
        .collect();
    match below_folders.as_slice() {
        [only] => format!("**/{only}"),
        several => format!("**/{{{}}}", several.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_watched_in_any_folder() {
        assert_eq!(pattern_of(FileKind::NodeVersion), "**/{.nvmrc,.node-version}");
        assert_eq!(pattern_of(FileKind::Manifest), "**/package.json");
        assert_eq!(
            pattern_of(FileKind::Workflow),
            "**/{.github/workflows/*.yml,.github/workflows/*.yaml}"
        );
    }
}
