use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{
    CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, CompletionParams, CompletionResponse,
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, DocumentDiagnosticParams, DocumentDiagnosticReportResult, DocumentLink,
    DocumentLinkParams, ExecuteCommandParams, Hover, HoverParams, InitializeParams, InitializeResult,
    InitializedParams, InlayHint, InlayHintParams, Url,
};

use crate::capabilities::{ENTER_ON_NPM, MIGRATE, OPEN_ACCESS_PAGE};
use crate::event::{Event, Reply, Request, respond};
use crate::requests::{self, Move, ToShow};
use crate::view::View;

/// The protocol's methods. Each one only puts an event into the main loop's queue, and does so before it waits for
/// anything: tower-lsp runs several handlers at a time, so one that waited first would lose its place in the order.
pub(crate) struct Backend {
    events: UnboundedSender<Event>,
}

impl Backend {
    pub(crate) fn new(events: UnboundedSender<Event>) -> Self {
        Self { events }
    }

    fn tell(&self, event: Event) {
        if self.events.send(event).is_err() {
            tracing::error!("the main loop has ended");
        }
    }

    async fn ask<T>(&self, event: impl FnOnce(Reply<T>) -> Event) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.tell(event(reply));
        // Without an answer the main loop gave the request up, which it does only after a panic.
        answer.await.map_err(|_| Error::internal_error())
    }

    /// Asks for something that only reads the state.
    async fn request<T: Send + 'static>(
        &self,
        uri: &Url,
        answer: impl FnOnce(View<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        self.ask(|reply| Event::Request(to_request(uri, reply, answer)))
            .await
    }

    async fn migrate(&self, argument: Option<&Value>) -> Result<Option<Value>> {
        let uri = argument.and_then(Value::as_str);
        let Some(uri) = uri.and_then(|uri| Url::parse(uri).ok()) else {
            return Err(Error::invalid_params("the argument is not the URI of a document"));
        };
        let asked = uri.clone();
        let planned = self
            .request(&uri, move |view| requests::migrate(view, &asked))
            .await?;
        let Some(Move {
            edit,
            message,
            answer,
        }) = planned
        else {
            return Ok(None);
        };
        self.tell(Event::Moved { edit, message });
        Ok(Some(answer))
    }
}

fn to_request<T: Send + 'static>(
    uri: &Url,
    reply: Reply<T>,
    answer: impl FnOnce(View<'_>) -> T + Send + 'static,
) -> Request {
    let answer = move |view: View<'_>| {
        // Otherwise the client has cancelled it meanwhile.
        if !reply.is_closed() {
            respond(reply, answer(view));
        }
    };
    Request {
        uri: uri.clone(),
        answer: Box::new(answer),
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        // The adapter puts the client's own parameters here.
        let params = params.initialization_options.unwrap_or(Value::Null);
        self.ask(|reply| Event::Initialize { params, reply }).await
    }

    async fn initialized(&self, _: InitializedParams) {
        self.tell(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.tell(Event::Opened {
            uri: document.uri,
            version: document.version,
            text: document.text,
        });
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.tell(Event::Edited {
            uri: params.text_document.uri,
            version: params.text_document.version,
            changes: params.content_changes,
        });
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.tell(Event::Saved(params.text_document.uri));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.tell(Event::Closed(params.text_document.uri));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.tell(Event::FilesChanged(params.changes));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.tell(Event::FoldersChanged {
            added: params.event.added,
            removed: params.event.removed,
        });
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.tell(Event::SettingsChanged(params.settings));
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri.clone();
        self.request(&uri, move |view| requests::code_action(view, &params))
            .await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let uri = params.text_document.uri.clone();
        let answer = move |view: View<'_>| requests::code_lens(view, &params);
        self.ask(|reply| Event::LensesAsked(to_request(&uri, reply, answer)))
            .await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let uri = params.text_document.uri.clone();
        self.request(&uri, move |view| requests::inlay_hint(view, &params))
            .await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let uri = params.text_document_position.text_document.uri.clone();
        self.request(&uri, move |view| requests::completion(view, &params))
            .await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        match params.command.as_str() {
            MIGRATE => self.migrate(params.arguments.first()).await,
            OPEN_ACCESS_PAGE => {
                let packages = params.arguments.iter().filter_map(Value::as_str);
                self.tell(Event::Show(ToShow {
                    pages: requests::access_pages(packages),
                    ..ToShow::default()
                }));
                Ok(None)
            }
            ENTER_ON_NPM => {
                let argument = params.arguments.first().unwrap_or(&Value::Null);
                let Some((to_show, answer)) = requests::enter_on_npm(argument) else {
                    return Err(Error::invalid_params("the argument is not of this command"));
                };
                self.tell(Event::Show(to_show));
                Ok(Some(answer))
            }
            other => Err(Error::invalid_params(format!("unknown command `{other}`"))),
        }
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let uri = params.text_document.uri.clone();
        self.request(&uri, move |view| requests::diagnostic(view, &params))
            .await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let uri = params.text_document.uri.clone();
        self.request(&uri, move |view| requests::document_link(view, &params))
            .await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let uri = params.text_document_position_params.text_document.uri.clone();
        self.request(&uri, move |view| requests::hover(view, &params))
            .await
    }
}
