use tower_lsp::lsp_types::{
    self, CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
};
use trustpub_analysis::assist::ignore_edit;
use trustpub_analysis::fix_all::all_safe_fixes;
use trustpub_analysis::setup::plan_at_name;
use trustpub_analysis::{Applicability, Diagnostic, File, FilePath, Fix, FixKind, TextRange, shown};

use super::migrate::offer;
use super::on_npm::after_setup;
use crate::capabilities::FIX_ALL;
use crate::convert::{elsewhere, from_proto, to_proto};
use crate::view::{RootView, View};

/// What can be done about the diagnostics in a range, and about all of the document.
pub(crate) fn code_action(view: View<'_>, params: &CodeActionParams) -> Option<CodeActionResponse> {
    let (view, path) = view.document(&params.text_document.uri)?;
    if !view.capabilities.code_action_literals {
        return None;
    }
    let file = view.root.file(path)?;
    let range = from_proto::range(file, params.range, view.capabilities.column_unit());
    let lines = whole_lines(&file.text, range);
    let workspace = view.root.workspace();
    let diagnostics = workspace.diagnostics(path);
    let only = params.context.only.as_deref();
    let asks_for = |kinds: &[CodeActionKind]| kinds.iter().any(|kind| is_wanted(Some(kind), only));
    let mut actions = Vec::new();
    // A client that saves asks for one kind, and may ask about the whole document.
    if asks_for(&[CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE]) {
        for diagnostic in nearest_first(diagnostics, range, lines) {
            let repaired = to_proto::diagnostic(&view, file, diagnostic);
            add_fixes(&view, diagnostic, &repaired, &mut actions);
        }
        for (diagnostic, place) in elsewhere::errors_elsewhere(workspace, path) {
            if place.intersects(lines) {
                let repaired = elsewhere::diagnostic(&view, file, diagnostic, place);
                add_fixes(&view, diagnostic, &repaired, &mut actions);
            }
        }
    }
    if asks_for(&[CodeActionKind::REFACTOR, CodeActionKind::REFACTOR_REWRITE]) {
        let sites = view.root.workspace().sites_in(path);
        actions.extend(offer(
            &view,
            &params.text_document.uri,
            &sites,
            range,
            diagnostics,
        ));
        actions.extend(set_up(&view, path, range));
    }
    // To ignore all findings of a page is more likely a slip than a wish.
    let is_one_line = params.range.start.line == params.range.end.line;
    if is_one_line && asks_for(&[CodeActionKind::QUICKFIX]) {
        actions.extend(ignores(&view, file, diagnostics, range, lines));
    }
    if asks_for(&[FIX_ALL]) {
        actions.extend(fix_all(&view, file, diagnostics));
    }
    actions.retain(|action| is_wanted(action.kind.as_ref(), only));
    Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}

/// The range, made longer to whole lines: a fix is offered anywhere on the line of what it repairs.
fn whole_lines(text: &str, range: TextRange) -> TextRange {
    let (before, after) = (text.get(..range.start()), text.get(range.end()..));
    let start = before
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1);
    let end = after
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |at| range.end() + at);
    TextRange::new(start, end)
}

/// The diagnostics on some lines, first those in the range itself.
fn nearest_first(diagnostics: &[Diagnostic], range: TextRange, lines: TextRange) -> Vec<&Diagnostic> {
    let on_lines = diagnostics.iter().filter(|found| found.range.intersects(lines));
    let (mut near, far): (Vec<_>, Vec<_>) = on_lines.partition(|found| found.range.intersects(range));
    near.extend(far);
    near
}

fn add_fixes(
    view: &RootView<'_>,
    diagnostic: &Diagnostic,
    repaired: &lsp_types::Diagnostic,
    actions: &mut Vec<CodeAction>,
) {
    let mut has_preferred = false;
    for fix in &diagnostic.fixes {
        // Two preferred fixes of one diagnostic would leave the editor's "fix it" command without an answer.
        let is_preferred = fix.applicability == Applicability::Safe && !has_preferred;
        has_preferred |= is_preferred;
        let Some(action) = quick_fix(view, fix, is_preferred) else {
            continue;
        };
        // One fix may repair several diagnostics: the migration is offered at every one that it answers.
        let same = |other: &&mut CodeAction| other.title == action.title && other.edit == action.edit;
        match actions.iter_mut().find(same) {
            Some(other) => {
                other.is_preferred = other.is_preferred.max(action.is_preferred);
                other.diagnostics.get_or_insert_default().push(repaired.clone());
            }
            None => actions.push(CodeAction {
                diagnostics: Some(vec![repaired.clone()]),
                ..action
            }),
        }
    }
}

fn quick_fix(view: &RootView<'_>, fix: &Fix, is_preferred: bool) -> Option<CodeAction> {
    let kind = match fix.kind {
        FixKind::QuickFix => CodeActionKind::QUICKFIX,
        FixKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
    };
    Some(CodeAction {
        title: shown(&fix.title).into_owned(),
        kind: Some(kind),
        edit: Some(to_proto::workspace_edit(view, &fix.edits)?),
        is_preferred: Some(is_preferred),
        ..CodeAction::default()
    })
}

/// Writes a workflow for the package whose name is in the range.
fn set_up(view: &RootView<'_>, path: &FilePath, range: TextRange) -> Option<CodeAction> {
    if !view.capabilities.file_creation {
        return None;
    }
    let plan = plan_at_name(view.root.workspace(), path, range, &|name| view.is_there(name))?;
    // An editor would create the file wherever the link leads.
    if view.leads_through_link(&plan.workflow.path) {
        return None;
    }
    Some(CodeAction {
        title: format!(
            "Create `{}`, which publishes to npm without a token",
            shown(plan.workflow.path.as_str())
        ),
        kind: Some(CodeActionKind::REFACTOR),
        edit: Some(to_proto::setup_edit(view, &plan)?),
        command: after_setup(view, &plan),
        ..CodeAction::default()
    })
}

/// Offers to ignore each finding on the lines, after everything that repairs it.
fn ignores(
    view: &RootView<'_>,
    file: &File,
    diagnostics: &[Diagnostic],
    range: TextRange,
    lines: TextRange,
) -> Vec<CodeAction> {
    let mut actions: Vec<CodeAction> = Vec::new();
    for found in nearest_first(diagnostics, range, lines) {
        let ignored = to_proto::diagnostic(view, file, found);
        let Some(ignore) = ignore_edit(view.root.workspace(), found, &|name| view.is_there(name)) else {
            continue;
        };
        let Some(edit) = to_proto::ignore_edit(view, &ignore) else {
            continue;
        };
        let action = CodeAction {
            title: ignore.title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![ignored.clone()]),
            edit: Some(edit),
            is_preferred: Some(false),
            ..CodeAction::default()
        };
        match actions
            .iter_mut()
            .find(|other| other.title == action.title && other.edit == action.edit)
        {
            Some(other) => other.diagnostics.get_or_insert_default().push(ignored),
            None => actions.push(action),
        }
    }
    actions
}

fn fix_all(view: &RootView<'_>, file: &File, diagnostics: &[Diagnostic]) -> Option<CodeAction> {
    let (edits, repaired) = all_safe_fixes(diagnostics);
    if repaired.is_empty() {
        return None;
    }
    let repaired = repaired
        .into_iter()
        .map(|diagnostic| to_proto::diagnostic(view, file, diagnostic));
    Some(CodeAction {
        title: "Fix all safely fixable trustpub problems".to_owned(),
        kind: Some(FIX_ALL),
        diagnostics: Some(repaired.collect()),
        edit: Some(to_proto::workspace_edit(view, &edits)?),
        ..CodeAction::default()
    })
}

/// Whether the client wants actions of this kind: a kind that it names includes the kinds below it.
fn is_wanted(kind: Option<&CodeActionKind>, only: Option<&[CodeActionKind]>) -> bool {
    let (Some(kind), Some(only)) = (kind, only) else {
        return true;
    };
    only.iter()
        .any(|wanted| match kind.as_str().strip_prefix(wanted.as_str()) {
            Some(rest) => rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty(),
            None => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wanted_kind_includes_the_kinds_below_it() {
        let cases = [
            ("source", true),
            ("source.fixAll", true),
            ("source.fixAll.trustpub", true),
            ("", true),
            ("source.fix", false),
            ("source.fixAll.trustpub.more", false),
            ("quickfix", false),
        ];
        for (wanted, expected) in cases {
            let only = [CodeActionKind::new(wanted)];
            assert_eq!(is_wanted(Some(&FIX_ALL), Some(&only)), expected, "{wanted:?}");
        }
        assert!(is_wanted(Some(&FIX_ALL), None));
        assert!(!is_wanted(Some(&FIX_ALL), Some(&[])));
    }
}
