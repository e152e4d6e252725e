//! The client's folders and the files on disk.

use std::path::PathBuf;

use serde_json::Value;
use tower_lsp::lsp_types::{FileEvent, Url, WorkspaceFolder};
use trustpub_analysis::FilePath;

use super::global_state::GlobalState;
use crate::files::{Place, uri};
use crate::repository::Root;

impl GlobalState {
    /// Reads which folders the client has open from the parameters of `initialize`.
    pub(super) fn set_client_folders(&mut self, params: &Value) {
        self.roots.set_client_folders(read_folders(params));
    }

    pub(crate) fn change_folders(&mut self, added: &[WorkspaceFolder], removed: &[WorkspaceFolder]) {
        let added = added.iter().map(|folder| &folder.uri);
        let removed = removed.iter().map(|folder| &folder.uri);
        self.roots.change_client_folders(added, removed);
    }

    /// Reads files again that changed on disk.
    pub(crate) fn reread(&mut self, changes: &[FileEvent]) {
        for change in changes {
            let Some(Place { root, path, .. }) = self.locate(&change.uri) else {
                continue;
            };
            // What an editor has open wins over what is on disk.
            let is_open = self.documents.at(&root, &path).is_some();
            if let (Some(files), false) = (self.roots.get_mut(&root), is_open) {
                let disk = &*self.parts.files;
                // A script may be behind a linked folder in the repository; nothing else is read there.
                let content = match disk.includes(&path) {
                    true => disk.read(&root, &path),
                    false => disk.read_on_demand(&root, &path),
                };
                files.set(&path, content);
            }
        }
    }

    /// Finds where a file is. None if the analysis does not take it.
    pub(super) fn locate(&self, uri: &Url) -> Option<Place> {
        let place = self.roots.locate(&uri::to_path(uri)?, &*self.parts.files)?;
        let is_asked_for = |root: &Root| root.is_on_demand(&place.path);
        let is_taken =
            self.parts.files.includes(&place.path) || self.roots.get(&place.root).is_some_and(is_asked_for);
        is_taken.then_some(place)
    }

    /// Reads the files of a repository from disk.
    pub(super) fn load(&mut self, place: &Place) {
        if !place.is_in_repository {
            return;
        }
        let is_first = self.roots.get(&place.root).is_some_and(|root| !root.is_loaded);
        if is_first && self.capabilities.work_done_progress {
            // Without its name: editors make links of text in brackets.
            self.loading = Some(self.client.progress("trustpub: reading the repository"));
        }
        let loaded = self.parts.files.load(&place.root);
        if let Some(root) = self.roots.get_mut(&place.root) {
            let is_open = |path: &FilePath| self.documents.at(&place.root, path).is_some();
            root.load(loaded, is_open);
            for path in root.on_demand().into_iter().filter(|path| !is_open(path)) {
                let content = self.parts.files.read_on_demand(&place.root, &path);
                root.set(&path, content);
            }
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
