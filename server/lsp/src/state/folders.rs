//! The client's folders and the files on disk.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use tower_lsp::lsp_types::{FileEvent, Url, WorkspaceFolder};
use trustpub_host::relative_path;

use super::global_state::GlobalState;
use crate::files::{Place, uri, watched_files};

impl GlobalState {
    /// Reads which folders the client has open from the parameters of `initialize`.
    pub(super) fn set_client_folders(&mut self, params: &Value) {
        self.roots.set_client_folders(read_folders(params));
    }

    pub(crate) fn change_folders(&mut self, added: &[WorkspaceFolder], removed: &[WorkspaceFolder]) {
        let added = added.iter().map(|folder| &folder.uri);
        let removed = removed.iter().map(|folder| &folder.uri);
        self.roots.change_client_folders(added, removed);
        self.relocate();
    }

    /// Notes that files or folders changed on disk.
    pub(crate) fn changed_on_disk(&mut self, changes: &[FileEvent]) {
        self.relocate();
        for path in changes.iter().filter_map(|change| uri::to_path(&change.uri)) {
            // A file can be in several repositories: a folder with workflows is one of its own inside another.
            for (folder, inbox) in self.roots.inboxes() {
                if folder.starts_with(&path) || watched_files::is_git_settings(&path) {
                    inbox.all_changed_on_disk();
                } else if let Some(path) = relative_path(folder, &path) {
                    inbox.changed_on_disk(path);
                }
            }
        }
    }

    /// Finds where a file is.
    pub(super) fn locate(&self, uri: &Url) -> Option<Place> {
        self.roots.locate(&uri::to_path(uri)?, &*self.parts.files)
    }

    /// Finds the open documents again: a folder may have become a repository, or be none any more.
    fn relocate(&mut self) {
        let documents = self.documents.iter();
        let moved: Vec<(Url, Place)> = documents
            .filter_map(|(uri, open)| {
                Some((uri.clone(), self.locate(uri)?)).filter(|(_, to)| *to != open.place)
            })
            .collect();
        let mut folders = BTreeSet::new();
        for (uri, place) in moved {
            let Some(mut document) = self.documents.remove(&uri) else {
                continue;
            };
            self.leave(&document.place);
            document.is_included = self.parts.files.includes(&place.path);
            document.has_new_text = true;
            document.is_out_of_date = true;
            folders.extend([document.place.root.clone(), place.root.clone()]);
            document.place = place;
            self.documents.insert(uri, document);
        }
        for folder in folders {
            self.settle(&folder);
        }
    }
}

/// The folders that the client has open, in whichever of the protocol's three ways it says so.
fn read_folders(params: &Value) -> Vec<PathBuf> {
    let to_path = |uri: &Value| uri::to_path(&Url::parse(uri.as_str()?).ok()?);
    let folders = params.get("workspaceFolders").and_then(Value::as_array);
    let folders: Vec<_> = folders
        .into_iter()
        .flatten()
        .filter_map(|folder| to_path(folder.get("uri")?))
        .collect();
    if !folders.is_empty() {
        return folders;
    }
    let root_path = || params.get("rootPath").and_then(Value::as_str).map(PathBuf::from);
    let root = params.get("rootUri").and_then(to_path).or_else(root_path);
    root.into_iter().collect()
}
