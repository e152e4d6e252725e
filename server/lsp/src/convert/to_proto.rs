//! From the analysis' offsets to the protocol's positions, and from its findings to the protocol's.

use std::collections::HashMap;

use tower_lsp::lsp_types::{
    self, CodeDescription, CreateFile, DiagnosticRelatedInformation, DiagnosticSeverity,
    DocumentChangeOperation, DocumentChanges, Location, NumberOrString, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp, TextDocumentEdit, Url,
    WorkspaceEdit,
};
use trustpub_analysis::assist::IgnoreEdit;
use trustpub_analysis::rules::docs_url;
use trustpub_analysis::setup::{Change, SetupPlan};
use trustpub_analysis::{
    ColumnUnit, Diagnostic, File, FileEdits, FilePath, Related, Severity, TextEdit, TextRange, shown,
};

use crate::view::RootView;

/// The range in lines and columns.
pub(crate) fn range(file: &File, range: TextRange, unit: ColumnUnit) -> Range {
    Range::new(
        position(file, range.start(), unit),
        position(file, range.end(), unit),
    )
}

fn position(file: &File, offset: usize, unit: ColumnUnit) -> Position {
    let place = file.line_index.line_column(&file.text, offset, unit);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position::new(number(place.line), number(place.column))
}

/// The diagnostics of a file; none while its text is not known.
pub(crate) fn diagnostics(view: &RootView<'_>, path: &FilePath) -> Vec<lsp_types::Diagnostic> {
    let Some(file) = view.root.file(path) else {
        return Vec::new();
    };
    let diagnostics = view.root.workspace().diagnostics(path).iter();
    diagnostics.map(|found| diagnostic(view, file, found)).collect()
}

/// One diagnostic of `file`.
pub(crate) fn diagnostic(view: &RootView<'_>, file: &File, found: &Diagnostic) -> lsp_types::Diagnostic {
    let related = found
        .related
        .iter()
        .filter_map(|related| related_information(view, related));
    let related: Vec<_> = match view.capabilities.related_information {
        true => related.collect(),
        false => Vec::new(),
    };
    let link = Url::parse(&docs_url(found.rule)).ok();
    lsp_types::Diagnostic {
        range: range(file, found.range, view.capabilities.column_unit()),
        severity: Some(severity(found.severity)),
        code: Some(NumberOrString::String(found.rule.to_owned())),
        code_description: link
            .filter(|_| view.capabilities.code_description)
            .map(|href| CodeDescription { href }),
        source: Some("trustpub".to_owned()),
        message: shown(&found.message).into_owned(),
        related_information: Some(related).filter(|related| !related.is_empty()),
        tags: None,
        data: None,
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Information => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

fn related_information(view: &RootView<'_>, related: &Related) -> Option<DiagnosticRelatedInformation> {
    let file = view.root.file(&related.path)?;
    Some(DiagnosticRelatedInformation {
        location: Location {
            uri: view.uri(&related.path)?,
            range: range(file, related.range, view.capabilities.column_unit()),
        },
        message: shown(&related.message).into_owned(),
    })
}

/// The edits in the form that the client takes. None if a file's text is not known, so that nothing half is
/// offered.
pub(crate) fn workspace_edit(view: &RootView<'_>, edits: &[FileEdits]) -> Option<WorkspaceEdit> {
    let mut files = Vec::new();
    for file in edits {
        files.push((
            view.uri(&file.path)?,
            view.version(&file.path),
            text_edits(view, file)?,
        ));
    }
    if !view.capabilities.document_changes {
        let changes: HashMap<_, _> = files.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
        return Some(WorkspaceEdit::new(changes));
    }
    let documents = files.into_iter().map(|(uri, version, edits)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    });
    Some(WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(documents.collect())),
        ..WorkspaceEdit::default()
    })
}

fn text_edits(view: &RootView<'_>, edits: &FileEdits) -> Option<Vec<lsp_types::TextEdit>> {
    let file = view.root.file(&edits.path)?;
    let unit = view.capabilities.column_unit();
    Some(
        edits
            .edits
            .iter()
            .map(|edit| text_edit(file, edit, unit))
            .collect(),
    )
}

fn text_edit(file: &File, edit: &TextEdit, unit: ColumnUnit) -> lsp_types::TextEdit {
    lsp_types::TextEdit {
        range: range(file, edit.range, unit),
        new_text: edit.new_text.clone(),
    }
}

/// Changes of files that are there, each as one edit. None if a file's text is not known.
pub(crate) fn changes_edit(view: &RootView<'_>, changes: &[Change]) -> Option<WorkspaceEdit> {
    let edits = changes.iter().map(|change| {
        let file = view.root.file(&change.path)?;
        Some(FileEdits {
            path: change.path.clone(),
            edits: vec![TextEdit::between(&file.text, &change.new)],
        })
    });
    workspace_edit(view, &edits.collect::<Option<Vec<_>>>()?)
}

/// What ignores a finding. None if it would have to make a file and the client or the folder does not allow that.
pub(crate) fn ignore_edit(view: &RootView<'_>, ignore: &IgnoreEdit) -> Option<WorkspaceEdit> {
    if ignore.is_new_file {
        if !view.capabilities.file_creation || view.leads_through_link(&ignore.path) {
            return None;
        }
        return Some(operations(new_file(view, &ignore.path, &ignore.edit.new_text)?));
    }
    let edits = FileEdits {
        path: ignore.path.clone(),
        edits: vec![ignore.edit.clone()],
    };
    workspace_edit(view, &[edits])
}

fn new_file(view: &RootView<'_>, path: &FilePath, text: &str) -> Option<Vec<DocumentChangeOperation>> {
    let uri = view.uri(path)?;
    let at_start = lsp_types::TextEdit::new(Range::default(), text.to_owned());
    Some(vec![
        DocumentChangeOperation::Op(ResourceOp::Create(CreateFile {
            uri: uri.clone(),
            options: None,
            annotation_id: None,
        })),
        text_operation(uri, None, vec![at_start]),
    ])
}

fn operations(operations: Vec<DocumentChangeOperation>) -> WorkspaceEdit {
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(operations)),
        ..WorkspaceEdit::default()
    }
}

/// What sets up a package: a new file, and changes in others. The client must be able to make files.
pub(crate) fn setup_edit(view: &RootView<'_>, plan: &SetupPlan) -> Option<WorkspaceEdit> {
    let mut changes = new_file(view, &plan.workflow.path, &plan.workflow.new)?;
    for manifest in &plan.manifests {
        let file = view.root.file(&manifest.path)?;
        let difference = TextEdit::between(&file.text, &manifest.new);
        changes.push(text_operation(
            view.uri(&manifest.path)?,
            view.version(&manifest.path),
            vec![text_edit(file, &difference, view.capabilities.column_unit())],
        ));
    }
    Some(operations(changes))
}

fn text_operation(
    uri: Url,
    version: Option<i32>,
    edits: Vec<lsp_types::TextEdit>,
) -> DocumentChangeOperation {
    DocumentChangeOperation::Edit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    })
}
