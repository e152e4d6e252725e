use tower_lsp::lsp_types::{MessageType, PublishDiagnosticsParams, Registration, Url, WorkspaceEdit};

use super::progress::ProgressEnd;

/// What the main loop sends.
pub(crate) enum Outgoing {
    Diagnostics(PublishDiagnosticsParams),
    Message(MessageType, String),
    /// Tells something, with pages that the user may open: their names and addresses.
    Offer(String, Vec<(String, Url)>),
    /// Asks the client to show a document, or a page in the browser.
    Show {
        uri: Url,
        is_external: bool,
    },
    /// Asks the client to apply an edit.
    ApplyEdit(Box<WorkspaceEdit>),
    /// Asks the client to ask for inlay hints again.
    RefreshInlayHints,
    /// Asks the client to ask for code lenses again.
    RefreshCodeLenses,
    /// Shows that something takes time.
    Progress(String, ProgressEnd),
    /// Asks the client to ask for all diagnostics again.
    RefreshDiagnostics,
    /// Asks to be told about changed files.
    WatchFiles(Registration),
    /// Asks to be told about changed settings.
    WatchSettings,
    /// Asks for the settings.
    AskForSettings,
}

impl Outgoing {
    /// Whether an older message need not be sent any more.
    pub(super) fn replaces(&self, older: &Self) -> bool {
        match (self, older) {
            (Self::Diagnostics(newer), Self::Diagnostics(older)) => newer.uri == older.uri,
            (Self::RefreshInlayHints, Self::RefreshInlayHints)
            | (Self::RefreshCodeLenses, Self::RefreshCodeLenses)
            | (Self::RefreshDiagnostics, Self::RefreshDiagnostics)
            | (Self::AskForSettings, Self::AskForSettings) => true,
            _ => false,
        }
    }
}
