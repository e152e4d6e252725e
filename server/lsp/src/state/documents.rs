use tower_lsp::lsp_types::{TextDocumentContentChangeEvent, Url};

use super::global_state::GlobalState;
use crate::documents::OpenDocument;
use crate::files::Place;

impl GlobalState {
    pub(crate) fn open(&mut self, uri: Url, version: i32, text: &str) {
        // Clients send every YAML and JSON file.
        let Some(place) = self.locate(&uri) else {
            return;
        };
        let root = self.roots.get_or_add(&place.root, &self.settings.config);
        root.set_opened_or_closed(&place.path);
        let is_loaded = root.is_loaded;
        self.documents
            .insert(uri, OpenDocument::new(text, version, place.clone()));
        if !is_loaded || !self.is_watching_files {
            self.load(&place);
        }
    }

    pub(crate) fn edit(&mut self, uri: &Url, version: i32, changes: &[TextDocumentContentChangeEvent]) {
        let Some(open) = self.documents.get_mut(uri) else {
            return;
        };
        let unit = self.capabilities.column_unit();
        if let Err(cause) = open.text.apply(version, changes, unit) {
            tracing::error!("{uri} is out of sync until its text comes in full: {cause:?}");
        }
        open.has_new_text = true;
        open.is_out_of_date = true;
        open.is_saved = false;
    }

    pub(crate) fn save(&mut self, uri: &Url) {
        let Some(open) = self.documents.get_mut(uri) else {
            return;
        };
        let had_edits = !std::mem::replace(&mut open.is_saved, true);
        let place = open.place.clone();
        // The registry may be asked about its name now.
        if had_edits && self.settings.published_lens && self.capabilities.refresh.code_lenses {
            self.client.refresh_code_lenses();
        }
        // The document itself is known, but other files may have changed with it.
        if !self.is_watching_files {
            self.load(&place);
        }
    }

    pub(crate) fn close(&mut self, uri: &Url) {
        let Some(closed) = self.documents.remove(uri) else {
            return;
        };
        let has_diagnostics = closed
            .published
            .is_some_and(|published| !published.diagnostics.is_empty());
        if has_diagnostics && !self.capabilities.pull_diagnostics {
            self.client.publish(uri.clone(), Vec::new(), None);
        }
        let Place { root, path, .. } = closed.place;
        if !self.documents.has_any_in(&root) {
            self.roots.remove(&root);
        } else if let Some(content) = self.roots.get_mut(&root) {
            content.set_opened_or_closed(&path);
            content.set(&path, self.parts.files.read(&root, &path));
        }
    }

    /// Gives the newest texts to the analysis.
    pub(super) fn hand_over_texts(&mut self) {
        for open in self.documents.values_mut().filter(|open| open.has_new_text) {
            open.has_new_text = false;
            if let Some(root) = self.roots.get_mut(&open.place.root) {
                root.set(&open.place.path, Some(open.content()));
            }
        }
    }
}
