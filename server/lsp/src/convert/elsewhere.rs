//! Errors of other files that stop a publish step of this one. Shown at the step, they lead to the file that has to change.

use tower_lsp::lsp_types::{self, DiagnosticRelatedInformation, Location};
use trustpub_analysis::{Diagnostic, File, FilePath, Severity, TextRange, Workspace};

use super::to_proto;
use crate::view::RootView;

/// The errors of other files that point to places of this one, each with the first of these places.
pub(crate) fn errors_elsewhere<'w>(
    workspace: &'w Workspace,
    path: &FilePath,
) -> impl Iterator<Item = (&'w Diagnostic, TextRange)> {
    let others = workspace.all_diagnostics();
    let errors = others.filter(move |found| found.severity == Severity::Error && found.path != *path);
    errors.filter_map(move |found| {
        let mut places = found.related.iter().filter(|related| related.path == *path);
        Some((found, places.next()?.range))
    })
}

/// The errors of other files as diagnostics of `file`.
pub(crate) fn diagnostics(view: &RootView<'_>, path: &FilePath) -> Vec<lsp_types::Diagnostic> {
    let Some(file) = view.root.file(path) else {
        return Vec::new();
    };
    let found = errors_elsewhere(view.root.workspace(), path);
    found
        .map(|(found, place)| diagnostic(view, file, found, place))
        .collect()
}

/// An error of another file at a place of `file`.
pub(crate) fn diagnostic(
    view: &RootView<'_>,
    file: &File,
    found: &Diagnostic,
    place: TextRange,
) -> lsp_types::Diagnostic {
    let here = Diagnostic {
        path: found.path.clone(),
        range: place,
        message: format!("{} (in `{}`)", found.message, found.path),
        related: Vec::new(),
        fixes: Vec::new(),
        advice: None,
        package: None,
        ..found.clone()
    };
    let there = || {
        let other = view.root.file(&found.path)?;
        Some(DiagnosticRelatedInformation {
            location: Location {
                uri: view.uri(&found.path)?,
                range: to_proto::range(other, found.range, view.capabilities.column_unit()),
            },
            message: "the problem is here".to_owned(),
        })
    };
    let is_shown = view.capabilities.related_information;
    lsp_types::Diagnostic {
        related_information: is_shown.then(there).flatten().map(|there| vec![there]),
        ..to_proto::diagnostic(view, file, &here)
    }
}
