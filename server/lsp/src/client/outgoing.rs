use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::WeakUnboundedSender;
use tower_lsp::Client;
use tower_lsp::lsp_types::{
    ConfigurationItem, Diagnostic, MessageActionItem, MessageType, PublishDiagnosticsParams, Registration,
    ShowDocumentParams, Url, WorkspaceEdit,
};

use super::mailbox::Mailbox;
use super::message::Outgoing;
use super::progress::{self, Progress};
use crate::event::Event;
use crate::settings;

/// After this time a client that has not answered is worth a line in the log.
const SLOW_ANSWER: Duration = Duration::from_secs(10);

/// So many requests may wait for the client's answer. It does not get more of those that only ask it to refresh.
const MOST_UNANSWERED: usize = 64;

/// The main loop's way to the client. Sending never waits.
pub(crate) struct ClientSender(Arc<Mailbox>);

impl ClientSender {
    pub(crate) fn new(mailbox: Arc<Mailbox>) -> Self {
        Self(mailbox)
    }

    /// Replaces the diagnostics that the client shows for a document.
    pub(crate) fn publish(&self, uri: Url, diagnostics: Vec<Diagnostic>, version: Option<i32>) {
        self.send(Outgoing::Diagnostics(PublishDiagnosticsParams {
            uri,
            diagnostics,
            version,
        }));
    }

    /// Asks the client to ask for inlay hints again.
    pub(crate) fn refresh_inlay_hints(&self) {
        self.send(Outgoing::RefreshInlayHints);
    }

    /// Asks the client to ask for code lenses again.
    pub(crate) fn refresh_code_lenses(&self) {
        self.send(Outgoing::RefreshCodeLenses);
    }

    /// Asks the client to ask for all diagnostics again.
    pub(crate) fn refresh_diagnostics(&self) {
        self.send(Outgoing::RefreshDiagnostics);
    }

    /// Shows that something takes time, until what comes back is dropped.
    pub(crate) fn progress(&self, title: &str) -> Progress {
        let (progress, end) = Progress::new();
        self.send(Outgoing::Progress(title.to_owned(), end));
        progress
    }

    /// Shows an error to the user.
    pub(crate) fn show_error(&self, message: String) {
        self.send(Outgoing::Message(MessageType::ERROR, message));
    }

    /// Tells the user something.
    pub(crate) fn show_information(&self, message: String) {
        self.send(Outgoing::Message(MessageType::INFO, message));
    }

    /// Tells the user something, with pages to open: their names and addresses.
    pub(crate) fn offer(&self, message: String, pages: Vec<(String, Url)>) {
        self.send(Outgoing::Offer(message, pages));
    }

    /// Asks the client to show a document.
    pub(crate) fn show_document(&self, uri: Url) {
        self.send(Outgoing::Show {
            uri,
            is_external: false,
        });
    }

    /// Asks the client to show a page in the browser.
    pub(crate) fn show_page(&self, uri: Url) {
        self.send(Outgoing::Show {
            uri,
            is_external: true,
        });
    }

    /// Asks the client to apply an edit.
    pub(crate) fn apply_edit(&self, edit: WorkspaceEdit) {
        self.send(Outgoing::ApplyEdit(Box::new(edit)));
    }

    /// Asks the client to tell about changed files. [`Event::WatchingFiles`] follows where it agrees.
    pub(crate) fn watch_files(&self, registration: Registration) {
        self.send(Outgoing::WatchFiles(registration));
    }

    /// Asks the client to tell about changed settings.
    pub(crate) fn watch_settings(&self) {
        self.send(Outgoing::WatchSettings);
    }

    /// Asks for the client's settings. [`Event::ClientSettings`] follows where it has some.
    pub(crate) fn ask_for_settings(&self) {
        self.send(Outgoing::AskForSettings);
    }

    fn send(&self, outgoing: Outgoing) {
        self.0.put(outgoing);
    }
}

impl Drop for ClientSender {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Carries what the main loop sends to the client, which may be slow to take it. Diagnostics that were replaced while
/// they waited are never sent.
pub(crate) async fn carry(client: Client, outgoing: Arc<Mailbox>, events: WeakUnboundedSender<Event>) {
    let mut progresses = 0;
    let unanswered = Arc::new(Semaphore::new(MOST_UNANSWERED));
    while let Some(waiting) = outgoing.next().await {
        for message in waiting {
            match message {
                Outgoing::Diagnostics(params) => {
                    client
                        .publish_diagnostics(params.uri, params.diagnostics, params.version)
                        .await;
                }
                Outgoing::RefreshInlayHints => {
                    refresh(&unanswered, refresh_inlay_hints(client.clone()));
                }
                Outgoing::RefreshCodeLenses => {
                    refresh(&unanswered, refresh_code_lenses(client.clone()));
                }
                Outgoing::RefreshDiagnostics => {
                    refresh(&unanswered, refresh_diagnostics(client.clone()));
                }
                Outgoing::Progress(title, end) => {
                    progresses += 1;
                    tokio::spawn(progress::show(client.clone(), progresses, title, end));
                }
                Outgoing::ApplyEdit(edit) => {
                    tokio::spawn(apply_edit(client.clone(), *edit));
                }
                Outgoing::Message(kind, text) => client.show_message(kind, message_text(&text)).await,
                Outgoing::Offer(text, pages) => {
                    tokio::spawn(offer(client.clone(), text, pages));
                }
                Outgoing::Show { uri, is_external } => {
                    tokio::spawn(show(client.clone(), uri, is_external));
                }
                Outgoing::WatchFiles(registration) => {
                    tokio::spawn(watch_files(client.clone(), registration, events.clone()));
                }
                Outgoing::WatchSettings => {
                    tokio::spawn(watch_settings(client.clone()));
                }
                Outgoing::AskForSettings => {
                    tokio::spawn(ask_for_settings(client.clone(), events.clone()));
                }
            }
        }
    }
}

/// Asks the client to ask for something again.
fn refresh(unanswered: &Arc<Semaphore>, request: impl Future<Output = ()> + Send + 'static) {
    match Arc::clone(unanswered).try_acquire_owned() {
        Ok(permit) => {
            tokio::spawn(async move {
                request.await;
                drop(permit);
            });
        }
        Err(_) => tracing::warn!("the client does not answer, so it is not asked to refresh any more"),
    }
}

async fn refresh_inlay_hints(client: Client) {
    if let Err(error) = client.inlay_hint_refresh().await {
        tracing::warn!("the client does not refresh its inlay hints: {error}");
    }
}

async fn refresh_code_lenses(client: Client) {
    if let Err(error) = client.code_lens_refresh().await {
        tracing::warn!("the client does not refresh its code lenses: {error}");
    }
}

async fn refresh_diagnostics(client: Client) {
    if let Err(error) = client.workspace_diagnostic_refresh().await {
        tracing::warn!("the client does not refresh its diagnostics: {error}");
    }
}

async fn apply_edit(client: Client, edit: WorkspaceEdit) {
    match client.apply_edit(edit).await {
        Ok(answer) if answer.applied => {}
        Ok(answer) => tracing::warn!("the client did not apply the edit: {:?}", answer.failure_reason),
        Err(error) => tracing::warn!("the client does not apply edits: {error}"),
    }
}

/// A message as text. VS Code makes links of `[text](command:…)`, also those that run a command, and icons of `$(name)`.
fn message_text(text: &str) -> String {
    text.replace('[', "(").replace(']', ")").replace("$(", "$ (")
}

async fn offer(client: Client, text: String, pages: Vec<(String, Url)>) {
    let actions = pages.iter().map(|(title, _)| MessageActionItem {
        title: message_text(title),
        properties: HashMap::new(),
    });
    let answer = client
        .show_message_request(MessageType::INFO, message_text(&text), Some(actions.collect()))
        .await;
    match answer {
        Ok(Some(chosen)) => {
            let page = pages
                .into_iter()
                .find(|(title, _)| message_text(title) == chosen.title);
            if let Some((_, uri)) = page {
                show(client, uri, true).await;
            }
        }
        Ok(None) => {}
        Err(error) => tracing::warn!("the client asks the user nothing: {error}"),
    }
}

async fn show(client: Client, uri: Url, is_external: bool) {
    let params = ShowDocumentParams {
        uri,
        external: Some(is_external),
        take_focus: Some(true),
        selection: None,
    };
    match client.show_document(params).await {
        Ok(true) => {}
        Ok(false) => tracing::warn!("the client did not show a document"),
        Err(error) => tracing::warn!("the client does not show documents: {error}"),
    }
}

async fn watch_settings(client: Client) {
    let registration = Registration {
        id: "settings".to_owned(),
        method: "workspace/didChangeConfiguration".to_owned(),
        register_options: Some(json!({ "section": settings::SECTION })),
    };
    if let Err(error) = client.register_capability(vec![registration]).await {
        tracing::warn!("the client does not tell about changed settings: {error}");
    }
}

async fn ask_for_settings(client: Client, events: WeakUnboundedSender<Event>) {
    let item = ConfigurationItem {
        scope_uri: None,
        section: Some(settings::SECTION.to_owned()),
    };
    match (client.configuration(vec![item]).await, events.upgrade()) {
        (Ok(mut answers), Some(events)) => {
            let settings = answers.pop().unwrap_or_default();
            if events.send(Event::ClientSettings(settings)).is_err() {
                tracing::debug!("the settings came, but the main loop has ended");
            }
        }
        (Ok(_), None) => {}
        (Err(error), _) => tracing::warn!("the client does not tell its settings: {error}"),
    }
}

async fn watch_files(client: Client, registration: Registration, events: WeakUnboundedSender<Event>) {
    let mut answer = Box::pin(client.register_capability(vec![registration]));
    // The request is never dropped before its answer: tower-lsp panics on an answer that is not awaited.
    let answer = match tokio::time::timeout(SLOW_ANSWER, &mut answer).await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::warn!("the client has not answered client/registerCapability yet");
            answer.await
        }
    };
    match (answer, events.upgrade()) {
        (Ok(()), Some(events)) => {
            if events.send(Event::WatchingFiles).is_err() {
                tracing::debug!("the client watches files, but the main loop has ended");
            }
        }
        (Ok(()), None) => {}
        (Err(error), _) => tracing::warn!("the client does not watch files: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_holds_no_links_and_no_icons() {
        assert_eq!(
            message_text("`[run](command:x)` in $(zap).yml keeps its token"),
            "`(run)(command:x)` in $ (zap).yml keeps its token"
        );
    }
}
