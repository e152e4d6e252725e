use std::path::Path;

use tower_lsp::lsp_types::{TextDocumentContentChangeEvent, Url};
use trustpub_analysis::shown;

use super::global_state::GlobalState;
use crate::documents::OpenDocument;
use crate::files::Place;

impl GlobalState {
    pub(crate) fn open(&mut self, uri: Url, version: i32, text: &str) {
        let Some(place) = self.locate(&uri) else {
            return;
        };
        // Clients send every YAML and JSON file. Those that the analysis does not take are kept: a workflow may lead to
        // them later.
        let is_included = self.parts.files.includes(&place.path);
        let root = place.root.clone();
        self.opens(&place);
        self.documents
            .insert(uri, OpenDocument::new(text, version, place, is_included));
        self.settle(&root);
        self.expect_changes_on_disk(&root);
    }

    pub(crate) fn edit(&mut self, uri: &Url, version: i32, changes: &[TextDocumentContentChangeEvent]) {
        let Some(open) = self.documents.get_mut(uri) else {
            return;
        };
        let unit = self.capabilities.column_unit();
        if let Err(cause) = open.text.apply(version, changes, unit) {
            tracing::error!(
                "{} is out of sync until its full text arrives: {cause:?}",
                shown(uri.as_str())
            );
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
        self.expect_changes_on_disk(&place.root);
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
        self.leave(&closed.place);
        self.settle(&closed.place.root);
    }

    /// Notes that a document is not open any more at a place.
    pub(super) fn leave(&mut self, place: &Place) {
        // Another spelling of its URI may still be.
        let same = self.documents.at(&place.root, &place.path);
        let buffer = same.map(|(_, open)| open.content());
        if let Some(inbox) = self.roots.inbox(&place.root) {
            inbox.set_buffer(place.path.clone(), buffer);
        }
    }

    /// Adjusts the repository in a folder to the documents that are open there: it exists while one of them is
    /// a file that the analysis takes, and its other files count while one of them says that it is a repository.
    pub(super) fn settle(&mut self, folder: &Path) {
        let included = self.documents.in_root(folder).filter(|open| open.is_included);
        let kind = included
            .map(|open| open.place.is_in_repository)
            .reduce(|one, other| one || other);
        if self.roots.kind_of(folder) == kind {
            return;
        }
        self.loading.remove(folder);
        match kind {
            None => self.roots.remove(folder),
            Some(is_repository) => {
                self.roots.add(folder, is_repository, &self.settings.config);
                if is_repository && self.capabilities.work_done_progress {
                    // Without its name: editors make links of text in brackets.
                    let progress = self.client.progress("trustpub: reading the repository");
                    self.loading.insert(folder.to_owned(), progress);
                }
            }
        }
        let open = self.documents.values_mut();
        for open in open.filter(|open| open.place.root == folder) {
            open.has_new_text = true;
            open.is_out_of_date = true;
        }
    }

    /// A client that does not tell about changed files may have changed some by now.
    fn expect_changes_on_disk(&mut self, folder: &Path) {
        if !self.is_watching_files
            && let Some(inbox) = self.roots.inbox(folder)
        {
            inbox.all_changed_on_disk();
        }
    }

    /// Gives the newest texts to the analysis.
    pub(super) fn hand_over_texts(&mut self) {
        for open in self.documents.values_mut().filter(|open| open.has_new_text) {
            if let Some(inbox) = self.roots.inbox(&open.place.root) {
                open.has_new_text = false;
                inbox.set_buffer(open.place.path.clone(), Some(open.content()));
            }
        }
    }
}
