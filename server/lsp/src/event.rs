use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::lsp_types::{
    FileEvent, InitializeResult, TextDocumentContentChangeEvent, Url, WorkspaceEdit, WorkspaceFolder,
};

use crate::registry;
use crate::requests::ToShow;
use crate::view::View;

/// Where the answer to a request goes.
pub(crate) type Reply<T> = oneshot::Sender<T>;

/// A request that waits for the analysis of the newest text: it reads the state and sends its answer.
pub(crate) struct Request {
    /// The document that it is about.
    pub(crate) uri: Url,
    pub(crate) answer: Box<dyn FnOnce(View<'_>) + Send>,
}

/// What reaches the main loop, in the order in which the client sent it.
pub(crate) enum Event {
    Initialize {
        /// The parameters as the client wrote them.
        params: Value,
        reply: Reply<InitializeResult>,
    },
    Initialized,
    /// The client says that its settings changed, and perhaps to what.
    SettingsChanged(Value),
    /// The client's settings, which it was asked for.
    ClientSettings(Value),
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
    /// The client asks for the code lenses of a document, for which the registry may have to be asked.
    LensesAsked(Request),
    /// The registry answered about a package.
    RegistryAnswered {
        key: registry::Key,
        answer: registry::Answer,
    },
    Request(Request),
    /// A command has planned the move to trusted publishing: the client applies the edit, and the user is told.
    Moved {
        edit: Option<WorkspaceEdit>,
        message: String,
    },
    /// A command wants something to be shown.
    Show(ToShow),
    /// A check that took long has ended.
    Checked,
}

/// Sends an answer, which may come too late.
pub(crate) fn respond<T>(reply: Reply<T>, answer: T) {
    if reply.send(answer).is_err() {
        tracing::debug!("an answer came after its request was cancelled");
    }
}
