use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tower_lsp::lsp_types::{Diagnostic, Url};
use trustpub_analysis::FilePath;

use super::global_state::GlobalState;
use crate::convert::to_proto;
use crate::documents::{OpenDocument, Published};
use crate::repository::RootChanges;

impl GlobalState {
    /// Tells the client about new diagnostics, or lets it ask.
    pub(super) fn publish(&mut self, changes: &BTreeMap<PathBuf, RootChanges>) {
        let is_asked = self.capabilities.pull_diagnostics;
        let mut changed_by_others = false;
        for uri in self.documents_to_convert(changes) {
            let Some((diagnostics, related)) = self.convert(&uri) else {
                continue;
            };
            let Some(open) = self.documents.get_mut(&uri) else {
                continue;
            };
            open.is_out_of_date = false;
            let version = open.text.version();
            let old = open.published.take();
            let is_same = old.as_ref().is_some_and(|old| old.diagnostics == diagnostics);
            let is_same_version = old.as_ref().is_some_and(|old| old.version == version);
            let is_news = !is_same || !is_same_version;
            self.reports += u64::from(is_news);
            // A client that asks does so by itself when it opens or edits a document.
            changed_by_others |= is_news && is_same_version;
            if is_news && !is_asked {
                self.client.publish(uri, diagnostics.clone(), Some(version));
            }
            open.published = Some(Published {
                version,
                diagnostics,
                id: old.filter(|_| is_same).map_or(self.reports, |old| old.id),
                related,
            });
        }
        if is_asked && self.capabilities.refresh.diagnostics && changed_by_others {
            self.client.refresh_diagnostics();
        }
    }

    /// The documents whose diagnostics may look different to the client.
    fn documents_to_convert(&self, changes: &BTreeMap<PathBuf, RootChanges>) -> Vec<Url> {
        let none = BTreeSet::new();
        let is_affected = |open: &OpenDocument| {
            let related = open
                .published
                .as_ref()
                .map_or(&none, |published| &published.related);
            let changes = changes.get(&open.place.root);
            changes.is_some_and(|changes| changes.affect_diagnostics_of(&open.place.path, related))
        };
        let documents = self.documents.iter();
        documents
            .filter(|(_, open)| open.is_out_of_date || is_affected(open))
            .map(|(uri, _)| uri.clone())
            .collect()
    }

    /// The diagnostics of a document as the client takes them, and the other files that they point to.
    fn convert(&self, uri: &Url) -> Option<(Vec<Diagnostic>, BTreeSet<FilePath>)> {
        let (view, path) = self.view().document(uri)?;
        let found = view.root.workspace().diagnostics(path).iter();
        let related = found.flat_map(|found| &found.related);
        let related = related
            .map(|related| related.path.clone())
            .filter(|other| other != path)
            .collect();
        Some((to_proto::diagnostics(&view, path), related))
    }
}
