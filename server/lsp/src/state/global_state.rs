use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use tokio::sync::mpsc::WeakUnboundedSender;
use tower_lsp::lsp_types::{InitializeResult, WorkspaceEdit};

use super::packages::PublishedPackages;
use super::parts::ServerParts;
use super::running_checks::Checks;
use super::told_files::ToldFiles;
use crate::capabilities::ClientCapabilities;
use crate::client::{ClientSender, Progress};
use crate::documents::OpenDocuments;
use crate::event::Event;
use crate::files::watched_files;
use crate::repository::Roots;
use crate::requests::ToShow;
use crate::settings::{self, ClientSettings};
use crate::view::View;

/// All state of the server. The main loop owns it.
pub(crate) struct GlobalState {
    pub(super) client: ClientSender,
    pub(super) capabilities: ClientCapabilities,
    pub(super) parts: ServerParts,
    /// The editor's settings, which take precedence over a repository's configuration.
    pub(super) settings: ClientSettings,
    pub(super) published: PublishedPackages,
    pub(super) roots: Roots,
    pub(super) documents: OpenDocuments,
    pub(super) told_files: ToldFiles,
    /// The client tells about files that change on disk.
    pub(crate) is_watching_files: bool,
    /// How many times the diagnostics of a document changed.
    pub(super) reports: u64,
    has_reported_panic: bool,
    /// Shows the user that the repository in a folder is being read, until it is analysed.
    pub(super) loading: BTreeMap<PathBuf, Progress>,
    pub(super) checks: Checks,
}

impl GlobalState {
    pub(crate) fn new(client: ClientSender, parts: ServerParts, events: WeakUnboundedSender<Event>) -> Self {
        Self {
            client,
            published: PublishedPackages::new(events.clone()),
            checks: Checks::new(events),
            capabilities: ClientCapabilities::read(&Value::Null),
            parts,
            settings: ClientSettings::default(),
            roots: Roots::default(),
            documents: OpenDocuments::default(),
            told_files: ToldFiles::default(),
            is_watching_files: false,
            reports: 0,
            has_reported_panic: false,
            loading: BTreeMap::new(),
        }
    }

    /// Takes the parameters of `initialize`.
    pub(crate) fn initialize(&mut self, params: &Value) -> InitializeResult {
        self.capabilities = ClientCapabilities::read(params);
        self.set_client_folders(params);
        if let Some(options) = params.get("initializationOptions").and_then(settings::read) {
            // Nothing is shown yet that it could change.
            self.settings = options;
        }
        self.capabilities.initialize_result()
    }

    /// Asks the client for what the server wants to be told.
    pub(crate) fn start(&self) {
        if self.capabilities.watching.files {
            self.client.watch_files(watched_files::registration());
        }
        if self.capabilities.configuration {
            if self.capabilities.watching.settings {
                self.client.watch_settings();
            }
            self.client.ask_for_settings();
        }
    }

    /// Analyses what has changed and tells the client what that changed.
    pub(crate) fn refresh(&mut self) {
        self.hand_over_texts();
        let changes = self.check();
        self.publish(&changes);
        self.publish_closed(&changes);
        self.refresh_decorations(&changes);
        self.ask_registry();
    }

    /// The state as requests see it.
    pub(crate) fn view(&self) -> View<'_> {
        View {
            capabilities: &self.capabilities,
            documents: &self.documents,
            roots: &self.roots,
            files: &*self.parts.files,
            answers: self.settings.published_lens.then_some(&self.published.answers),
            shows_hints: self.settings.inlay_hints,
            shows_lenses: self.settings.code_lens,
        }
    }

    /// Has the client apply the edit of a command, and tells the user what is left to do.
    pub(crate) fn moved(&self, edit: Option<WorkspaceEdit>, message: String) {
        if let Some(edit) = edit {
            self.client.apply_edit(edit);
        }
        self.client.show_information(message);
    }

    /// Shows what a command wants to be shown, as far as the client can. A single page without a message is opened at once.
    pub(crate) fn show(&self, to_show: ToShow) {
        let ToShow {
            document,
            message,
            mut pages,
        } = to_show;
        let can_show = self.capabilities.show_document;
        if let Some(document) = document.filter(|_| can_show) {
            self.client.show_document(document);
        }
        if !can_show {
            pages.clear();
        }
        match (message, pages.as_slice()) {
            (None, [(_, page)]) => self.client.show_page(page.clone()),
            (None, []) => {}
            (Some(message), []) => self.client.show_information(message),
            // The user did not ask for it, and Neovim waits for the answer to a question.
            (Some(message), [(_, page), ..]) if !self.capabilities.has_windows => {
                self.client.show_information(format!("{message} {page}"));
            }
            (message, _) => {
                let message = message.unwrap_or_else(|| "Which package?".to_owned());
                self.client.offer(message, pages);
            }
        }
    }

    /// Tells the user about a panic, once.
    pub(crate) fn report_panic(&mut self) {
        if !std::mem::replace(&mut self.has_reported_panic, true) {
            self.client.show_error(
                "trustpub has hit an internal error (a bug). The file that caused it is left out until it changes; \
                 everything else continues to work. The server's log has the details: please report them."
                    .to_owned(),
            );
        }
    }
}
