//! Diagnostics of files that are not open. They are told in repositories with a publish step, so that a problem in `package.json`
//! is visible while only the workflow is open.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tower_lsp::lsp_types::Diagnostic;
use trustpub_analysis::{FilePath, Severity};

use super::global_state::GlobalState;
use super::told_files::ToldFile;
use crate::convert::to_proto;
use crate::files::Place;
use crate::repository::AllChanges;

impl GlobalState {
    /// Tells the client about diagnostics of files that are not open. It is always told: clients that ask do so for open documents.
    pub(super) fn publish_closed(&mut self, changes: &AllChanges) {
        self.take_back_repositories();
        let folders: Vec<PathBuf> = self.roots.folders().cloned().collect();
        for folder in folders {
            for path in self.closed_to_convert(&folder, changes) {
                self.publish_closed_file(&folder, &path);
            }
        }
    }

    /// Takes back what was told about a file that is open now: its diagnostics come with the document.
    pub(super) fn opens(&mut self, place: &Place) {
        if let Some(uri) = self.told_files.forget(place) {
            self.client.publish(uri, Vec::new(), None);
        }
    }

    /// Takes back what was told about repositories of which no document is open any more.
    fn take_back_repositories(&mut self) {
        let told = self.told_files.0.keys();
        let gone: Vec<PathBuf> = told
            .filter(|folder| self.roots.kind_of(folder).is_none())
            .cloned()
            .collect();
        for repository in gone.iter().filter_map(|folder| self.told_files.0.remove(folder)) {
            for file in repository.files.into_values() {
                self.client.publish(file.uri, Vec::new(), None);
            }
        }
    }

    /// The files that are not open and whose diagnostics may look different to the client.
    fn closed_to_convert(&mut self, folder: &Path, changes: &AllChanges) -> BTreeSet<FilePath> {
        // While it is checked, what was told holds.
        let Some(root) = self.roots.get(folder) else {
            return BTreeSet::new();
        };
        let is_wanted = self.settings.workspace_diagnostics;
        let repository = self.told_files.0.entry(folder.to_owned()).or_default();
        let is_other_setting = std::mem::replace(&mut repository.is_wanted, is_wanted) != is_wanted;
        let changes = changes.of(folder);
        if changes.is_none() && !is_other_setting {
            return BTreeSet::new();
        }
        let workspace = root.workspace();
        let is_repository = self.roots.kind_of(folder) == Some(true);
        let is_on = is_wanted && is_repository && workspace.sites().next().is_some();
        let is_other = std::mem::replace(&mut repository.is_on, is_on) != is_on;
        let told = repository.files.iter();
        let mut paths: BTreeSet<FilePath> = match changes.filter(|changes| !changes.everything && !is_other) {
            Some(changes) => {
                let points_to_changed = told.filter(|(_, file)| changes.has_text_of(&file.related));
                let pointing = points_to_changed.map(|(path, _)| path);
                pointing.chain(changes.files()).cloned().collect()
            }
            None => {
                let found = workspace.all_diagnostics().map(|found| &found.path);
                told.map(|(path, _)| path).chain(found).cloned().collect()
            }
        };
        paths.retain(|path| self.documents.at(folder, path).is_none());
        paths
    }

    fn publish_closed_file(&mut self, folder: &Path, path: &FilePath) {
        let new = self.closed_diagnostics(folder, path);
        let repository = self.told_files.0.entry(folder.to_owned()).or_default();
        let old = repository.files.remove(path);
        match (old, new) {
            (Some(old), None) => self.client.publish(old.uri, Vec::new(), None),
            (old, Some(new)) => {
                if old.is_none_or(|old| old.diagnostics != new.diagnostics) {
                    self.client
                        .publish(new.uri.clone(), new.diagnostics.clone(), None);
                }
                repository.files.insert(path.clone(), new);
            }
            (None, None) => {}
        }
    }

    /// What is to be told about a file. None if there is nothing.
    fn closed_diagnostics(&self, folder: &Path, path: &FilePath) -> Option<ToldFile> {
        if !self.told_files.0.get(folder)?.is_on {
            return None;
        }
        let view = self.view();
        let view = view.root(folder)?;
        let found: Vec<_> = view.root.workspace().diagnostics(path).iter().collect();
        let file = view.root.file(path)?;
        let shown = found.iter().filter(|found| found.severity > Severity::Hint);
        let diagnostics: Vec<Diagnostic> = shown
            .map(|found| to_proto::diagnostic(&view, file, found))
            .collect();
        if diagnostics.is_empty() {
            return None;
        }
        let related = found.iter().flat_map(|found| &found.related);
        Some(ToldFile {
            uri: view.uri(path)?,
            diagnostics,
            related: related.map(|related| related.path.clone()).collect(),
        })
    }
}
