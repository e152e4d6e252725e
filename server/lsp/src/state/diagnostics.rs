use std::collections::BTreeSet;
use std::path::Path;

use tower_lsp::lsp_types::{Diagnostic, DiagnosticSeverity, Url};
use trustpub_analysis::{FilePath, Severity};

use super::global_state::GlobalState;
use crate::convert::{elsewhere, to_proto};
use crate::documents::{OpenDocument, Published};
use crate::repository::AllChanges;

/// Files by the folders of their repositories.
type FilesOfRoots<'a> = BTreeSet<(&'a Path, &'a FilePath)>;

impl GlobalState {
    /// Tells the client about new diagnostics, or lets it ask.
    pub(super) fn publish(&mut self, changes: &AllChanges) {
        let is_asked = self.capabilities.pull_diagnostics;
        self.take_back_diagnostics();
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

    /// Takes back the diagnostics of documents that the analysis does not take any more: scripts to which no workflow
    /// leads now.
    fn take_back_diagnostics(&mut self) {
        for (uri, open) in self.documents.iter_mut() {
            let place = &open.place;
            let is_asked_for = || match self.roots.get(&place.root) {
                Some(root) => root.asks_for(&place.path),
                None => self.roots.is_busy(&place.root),
            };
            if open.is_included || open.published.is_none() || is_asked_for() {
                continue;
            }
            let published = open.published.as_ref();
            let has_diagnostics = published.is_some_and(|published| !published.diagnostics.is_empty());
            if has_diagnostics && !self.capabilities.pull_diagnostics {
                self.client
                    .publish(uri.clone(), Vec::new(), Some(open.text.version()));
            }
            open.forget_shown();
        }
    }

    /// The documents whose diagnostics may look different to the client.
    fn documents_to_convert(&self, changes: &AllChanges) -> Vec<Url> {
        let none = BTreeSet::new();
        let (changed, pointed_to) = self.errors_elsewhere(changes);
        let is_affected = |open: &OpenDocument| {
            let published = open.published.as_ref();
            let related = published.map_or(&none, |published| &published.related);
            let root = open.place.root.as_path();
            changes.affect_diagnostics_of(&open.place, related)
                || pointed_to.contains(&(root, &open.place.path))
                || related.iter().any(|path| changed.contains(&(root, path)))
        };
        let documents = self.documents.iter();
        documents
            .filter(|(_, open)| open.is_out_of_date || is_affected(open))
            .map(|(uri, _)| uri.clone())
            .collect()
    }

    /// The files that have other diagnostics, and the files that errors in them point to.
    fn errors_elsewhere<'a>(&'a self, changes: &'a AllChanges) -> (FilesOfRoots<'a>, FilesOfRoots<'a>) {
        let changed: FilesOfRoots<'_> = changes.files_with_other_diagnostics().collect();
        let mut pointed_to = BTreeSet::new();
        for (folder, path) in &changed {
            let Some(root) = self.roots.get(folder) else {
                continue;
            };
            let found = root.workspace().diagnostics(path).iter();
            let errors = found.filter(|found| found.severity == Severity::Error);
            let places = errors.flat_map(|found| &found.related);
            pointed_to.extend(places.map(|related| (*folder, &related.path)));
        }
        (changed, pointed_to)
    }

    /// The diagnostics of a document as the client takes them, and the other files that they point to.
    fn convert(&self, uri: &Url) -> Option<(Vec<Diagnostic>, BTreeSet<FilePath>)> {
        let (view, path) = self.view().document(uri)?;
        let workspace = view.root.workspace();
        let found = workspace.diagnostics(path).iter();
        let related = found.flat_map(|found| &found.related);
        let related = related.map(|related| &related.path);
        let elsewhere = elsewhere::errors_elsewhere(workspace, path).map(|(found, _)| &found.path);
        let related = related.chain(elsewhere).filter(|other| *other != path);
        let related = related.cloned().collect();
        let mut diagnostics = to_proto::diagnostics(&view, path);
        diagnostics.extend(elsewhere::diagnostics(&view, path));
        if let Some(largest) = self.documents.get(uri).and_then(OpenDocument::largest) {
            diagnostics.push(too_large(largest));
        }
        Some((diagnostics, related))
    }
}

/// Says at the start of a document why it is not analyzed.
fn too_large(largest: u64) -> Diagnostic {
    Diagnostic {
        severity: Some(DiagnosticSeverity::WARNING),
        source: Some("trustpub".to_owned()),
        message: format!(
            "File too large: trustpub reads at most {} MiB of a file of this kind, so this one is not analyzed",
            largest >> 20
        ),
        ..Diagnostic::default()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use tokio::sync::mpsc;
    use tower_lsp::lsp_types::TextDocumentContentChangeEvent;
    use trustpub_host::DiskContent;

    use super::*;
    use crate::client::{ClientSender, Mailbox};
    use crate::files::{FileSource, LoadedFiles};
    use crate::registry::{Answer, Question, Registry};
    use crate::state::ServerParts;

    const RELEASE: &str = "\
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - run: npm publish
";

    struct Nothing;

    impl FileSource for Nothing {
        fn find_root(&self, _: &Path) -> Option<PathBuf> {
            None
        }

        fn includes(&self, _: &FilePath) -> bool {
            true
        }

        fn load(&self, _: &Path) -> LoadedFiles {
            LoadedFiles::default()
        }

        fn read(&self, _: &Path, _: &FilePath) -> Option<DiskContent> {
            None
        }

        fn is_there(&self, _: &Path, _: &str) -> bool {
            false
        }

        fn is_folder(&self, _: &Path, _: &FilePath) -> bool {
            false
        }

        fn is_linked(&self, _: &Path, _: &FilePath) -> bool {
            false
        }

        fn read_on_demand(&self, _: &Path, _: &FilePath) -> Option<DiskContent> {
            None
        }
    }

    impl Registry for Nothing {
        fn ask(&self, question: &Question) -> Answer {
            panic!("{question:?} was asked");
        }
    }

    fn state() -> GlobalState {
        let parts = ServerParts {
            files: Arc::new(Nothing),
            registry: Arc::new(Nothing),
            hook: None,
        };
        let (events, _) = mpsc::unbounded_channel();
        GlobalState::new(ClientSender::new(Mailbox::new()), parts, events.downgrade())
    }

    fn uri(file: &str) -> Url {
        let root = if cfg!(windows) { "c:/r" } else { "r" };
        Url::parse(&format!("file:///{root}/{file}")).unwrap()
    }

    fn workflow(number: usize) -> Url {
        uri(&format!(".github/workflows/release{number}.yml"))
    }

    /// The documents that are converted after a document got a new text.
    fn converted(state: &mut GlobalState, uri: &Url, version: i32, text: &str) -> Vec<Url> {
        let change = TextDocumentContentChangeEvent {
            range: None,
            range_length: None,
            text: text.to_owned(),
        };
        state.edit(uri, version, &[change]);
        state.hand_over_texts();
        let changes = state.check();
        let converted = state.documents_to_convert(&changes);
        state.publish(&changes);
        converted
    }

    #[test]
    fn only_documents_with_other_diagnostics_are_converted() {
        let mut state = state();
        for number in 0..10 {
            state.open(workflow(number), 1, RELEASE);
        }
        let manifest = uri("package.json");
        let text = |private| format!(r#"{{"name": "x", "version": "1.0.0", "private": {private}}}"#);
        state.open(manifest.clone(), 1, &text(false));
        state.refresh();

        let edited = RELEASE.replace("latest", "24.04");
        assert_eq!(converted(&mut state, &workflow(7), 2, &edited), [workflow(7)]);
        // The manifest's error points to the first workflows, and is shown there too.
        let affected: Vec<Url> = (0..5).map(workflow).chain([manifest.clone()]).collect();
        assert_eq!(converted(&mut state, &manifest, 2, &text(true)), affected);
        assert_eq!(converted(&mut state, &workflow(0), 2, &edited), affected);
        assert_eq!(converted(&mut state, &workflow(7), 3, &edited), [workflow(7)]);
        state.hand_over_texts();
        let changes = state.check();
        assert_eq!(state.documents_to_convert(&changes), []);
    }
}
