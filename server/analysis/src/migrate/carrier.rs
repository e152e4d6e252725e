use crate::diagnostic::{Applicability, Diagnostic, FileEdits, Fix, FixKind, Severity};
use crate::fix_all::FixChoice;
use crate::text::TextRange;

/// All fixes that a move is made of.
pub(super) const EVERY_FIX: FixChoice<'_> = FixChoice {
    allow_unsafe: true,
    rules: &[],
    only: &[],
};

/// Edits of the move in the form of a finding, which is what [`apply_fixes`](crate::fix_all::apply_fixes) takes. It is never shown.
pub(super) fn carrier(edits: Vec<FileEdits>) -> Option<Diagnostic> {
    let path = edits.first()?.path.clone();
    Some(Diagnostic {
        rule: "publish-token-env",
        severity: Severity::Information,
        path,
        range: TextRange::default(),
        message: String::new(),
        help: None,
        related: Vec::new(),
        fixes: vec![Fix {
            title: String::new(),
            applicability: Applicability::Unsafe,
            kind: FixKind::Rewrite,
            edits,
        }],
        advice: None,
        package: None,
    })
}
