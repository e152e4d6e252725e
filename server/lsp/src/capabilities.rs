use serde_json::Value;
use tower_lsp::lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions, CompletionOptions,
    CompletionOptionsCompletionItem, DiagnosticOptions, DiagnosticServerCapabilities, DocumentLinkOptions,
    ExecuteCommandOptions, HoverProviderCapability, InitializeResult, OneOf, PositionEncodingKind,
    SaveOptions, ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkDoneProgressOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use trustpub_analysis::ColumnUnit;

/// The kind of the action that applies every safe fix of a document.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.trustpub");

/// The command that moves a repository to trusted publishing. Its argument is the URI of an open document in it.
pub(crate) const MIGRATE: &str = "trustpub.migrate";

/// The command that opens the page on npm where a trusted publisher is entered. Its arguments are the names of packages.
pub(crate) const OPEN_ACCESS_PAGE: &str = "trustpub.openAccessPage";

/// The command after a new workflow was made: shows it, and says what to enter on npm. Its argument is made by the server.
pub(crate) const ENTER_ON_NPM: &str = "trustpub.enterOnNpm";

/// What the client can do, as far as the server behaves differently for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ClientCapabilities {
    /// The encodings in which the client offers to count columns. None is the protocol's old UTF-16.
    column_unit: Option<ColumnUnit>,
    /// Edits may carry the version of the document that they are for.
    pub(crate) document_changes: bool,
    /// Edits may make new files. Only `documentChanges` can say that, also where a client, like Neovim, does not
    /// announce those by themselves.
    pub(crate) file_creation: bool,
    /// The server may ask for an edit of its own.
    pub(crate) apply_edit: bool,
    /// Code actions may carry edits.
    pub(crate) code_action_literals: bool,
    /// Diagnostics may point at other places.
    pub(crate) related_information: bool,
    /// Diagnostics may carry a link.
    pub(crate) code_description: bool,
    /// Completions may carry a few words that the list shows beside every one of them.
    pub(crate) label_details: bool,
    /// The server may ask to show a document, or a page in the browser.
    pub(crate) show_document: bool,
    /// A hover may be Markdown.
    pub(crate) hover_markdown: bool,
    /// A click on a link in Markdown opens its file, and a question is shown beside the text. A client that names its Markdown
    /// parser has windows for both; the others, such as Neovim 0.12 and Helix 25.07, draw on a terminal, where the address of a link
    /// only takes space and a question stops everything.
    pub(crate) has_windows: bool,
    /// What the client asks for again when it is told to.
    pub(crate) refresh: Refresh,
    /// The client asks for diagnostics instead of being told.
    pub(crate) pull_diagnostics: bool,
    /// The client can show that something takes time.
    pub(crate) work_done_progress: bool,
    /// What the server may ask to be told about.
    pub(crate) watching: Watching,
    /// The server may ask for the settings.
    pub(crate) configuration: bool,
}

/// What a client asks for again when it is told to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Refresh {
    pub(crate) inlay_hints: bool,
    pub(crate) code_lenses: bool,
    /// All diagnostics.
    pub(crate) diagnostics: bool,
}

/// What a server may ask a client to be told about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Watching {
    /// Changed files.
    pub(crate) files: bool,
    /// Changed settings.
    pub(crate) settings: bool,
}

impl ClientCapabilities {
    /// Reads the parameters of `initialize`. What is missing or has an unexpected form counts as not announced.
    pub(crate) fn read(params: &Value) -> Self {
        let at = |pointer: &str| params.pointer(pointer).unwrap_or(&Value::Null);
        let is_true = |pointer: &str| at(pointer).as_bool() == Some(true);
        let has = |pointer: &str, name: &str| contains(at(pointer), name);
        let encodings = "/capabilities/general/positionEncodings";
        // UTF-8 needs no counting, UTF-32 little, UTF-16 is what everyone must offer.
        let column_unit = [
            ("utf-8", ColumnUnit::Utf8),
            ("utf-32", ColumnUnit::Utf32),
            ("utf-16", ColumnUnit::Utf16),
        ]
        .into_iter()
        .find(|(name, _)| has(encodings, name))
        .map(|(_, unit)| unit);
        Self {
            column_unit,
            document_changes: is_true("/capabilities/workspace/workspaceEdit/documentChanges"),
            file_creation: has(
                "/capabilities/workspace/workspaceEdit/resourceOperations",
                "create",
            ),
            apply_edit: is_true("/capabilities/workspace/applyEdit"),
            code_action_literals: at("/capabilities/textDocument/codeAction/codeActionLiteralSupport")
                .is_object(),
            related_information: is_true("/capabilities/textDocument/publishDiagnostics/relatedInformation"),
            code_description: is_true("/capabilities/textDocument/publishDiagnostics/codeDescriptionSupport"),
            label_details: is_true(
                "/capabilities/textDocument/completion/completionItem/labelDetailsSupport",
            ),
            show_document: is_true("/capabilities/window/showDocument/support"),
            hover_markdown: has("/capabilities/textDocument/hover/contentFormat", "markdown"),
            has_windows: at("/capabilities/general/markdown/parser").is_string(),
            refresh: Refresh {
                inlay_hints: is_true("/capabilities/workspace/inlayHint/refreshSupport"),
                code_lenses: is_true("/capabilities/workspace/codeLens/refreshSupport"),
                diagnostics: is_true("/capabilities/workspace/diagnostics/refreshSupport"),
            },
            pull_diagnostics: at("/capabilities/textDocument/diagnostic").is_object(),
            work_done_progress: is_true("/capabilities/window/workDoneProgress"),
            watching: Watching {
                files: is_true("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
                settings: is_true("/capabilities/workspace/didChangeConfiguration/dynamicRegistration"),
            },
            configuration: is_true("/capabilities/workspace/configuration"),
        }
    }

    /// The unit of columns that was agreed on.
    pub(crate) fn column_unit(&self) -> ColumnUnit {
        self.column_unit.unwrap_or(ColumnUnit::Utf16)
    }

    /// The server's answer to `initialize`.
    pub(crate) fn initialize_result(&self) -> InitializeResult {
        InitializeResult {
            capabilities: self.server_capabilities(),
            server_info: Some(ServerInfo {
                name: "trustpub".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        }
    }

    fn server_capabilities(&self) -> ServerCapabilities {
        ServerCapabilities {
            position_encoding: self.column_unit.map(|unit| match unit {
                ColumnUnit::Utf8 => PositionEncodingKind::UTF8,
                ColumnUnit::Utf16 => PositionEncodingKind::UTF16,
                ColumnUnit::Utf32 => PositionEncodingKind::UTF32,
            }),
            text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions {
                    include_text: Some(false),
                })),
                ..TextDocumentSyncOptions::default()
            })),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![
                    CodeActionKind::QUICKFIX,
                    CodeActionKind::REFACTOR,
                    CodeActionKind::REFACTOR_REWRITE,
                    FIX_ALL,
                ]),
                ..CodeActionOptions::default()
            })),
            code_lens_provider: Some(CodeLensOptions {
                resolve_provider: Some(false),
            }),
            inlay_hint_provider: Some(OneOf::Left(true)),
            completion_provider: Some(CompletionOptions {
                // After a colon comes a space, and then a value.
                trigger_characters: Some(vec![" ".to_owned()]),
                completion_item: Some(CompletionOptionsCompletionItem {
                    label_details_support: Some(true),
                }),
                ..CompletionOptions::default()
            }),
            diagnostic_provider: self.pull_diagnostics.then(|| {
                DiagnosticServerCapabilities::Options(DiagnosticOptions {
                    identifier: Some("trustpub".to_owned()),
                    // A manifest decides what is wrong with a workflow.
                    inter_file_dependencies: true,
                    workspace_diagnostics: false,
                    work_done_progress_options: WorkDoneProgressOptions::default(),
                })
            }),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: [MIGRATE, OPEN_ACCESS_PAGE, ENTER_ON_NPM]
                    .map(str::to_owned)
                    .to_vec(),
                ..ExecuteCommandOptions::default()
            }),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(OneOf::Left(true)),
                }),
                file_operations: None,
            }),
            ..ServerCapabilities::default()
        }
    }
}

fn contains(list: &Value, name: &str) -> bool {
    list.as_array()
        .is_some_and(|list| list.iter().any(|item| item.as_str() == Some(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_column_unit_is_the_cheapest_that_is_offered() {
        let unit = |offer: Value| {
            let params = json!({"capabilities": {"general": {"positionEncodings": offer}}});
            let capabilities = ClientCapabilities::read(&params);
            (
                capabilities.column_unit(),
                capabilities.initialize_result().capabilities.position_encoding,
            )
        };
        let utf16 = (ColumnUnit::Utf16, Some(PositionEncodingKind::UTF16));
        let utf32 = (ColumnUnit::Utf32, Some(PositionEncodingKind::UTF32));
        let utf8 = (ColumnUnit::Utf8, Some(PositionEncodingKind::UTF8));
        assert_eq!(unit(json!(["utf-16"])), utf16);
        assert_eq!(unit(json!(["utf-16", "utf-32"])), utf32);
        assert_eq!(unit(json!(["utf-16", "utf-32", "utf-8"])), utf8);
        assert_eq!(unit(json!(["utf-7"])), (ColumnUnit::Utf16, None));
        assert_eq!(unit(json!("utf-8")), (ColumnUnit::Utf16, None));
        assert_eq!(unit(Value::Null), (ColumnUnit::Utf16, None));
    }
}
