use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::lsp_types::{
    CodeActionParams, CodeActionResponse, FileEvent, Hover, HoverParams, InitializeResult,
    TextDocumentContentChangeEvent, Url, WorkspaceFolder,
};

/// Where the answer to a request goes.
pub(crate) type Reply<T> = oneshot::Sender<T>;

/// What reaches the main loop, in the order in which the client sent it.
pub(crate) enum Event {
    Initialize {
        /// The parameters as the client wrote them.
        params: Value,
        reply: Reply<InitializeResult>,
    },
    Initialized,
    /// The client agreed to tell about changed files.
    WatchingFiles,
    FoldersChanged {
        added: Vec<WorkspaceFolder>,
        removed: Vec<WorkspaceFolder>,
    },
    FilesChanged(Vec<FileEvent>),
    Opened {
        uri: Url,
        version: i32,
        text: String,
    },
    Edited {
        uri: Url,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    },
    Saved(Url),
    Closed(Url),
    CodeAction {
        params: CodeActionParams,
        reply: Reply<Option<CodeActionResponse>>,
    },
    Hover {
        params: HoverParams,
        reply: Reply<Option<Hover>>,
    },
}
