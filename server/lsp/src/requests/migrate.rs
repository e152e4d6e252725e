use serde_json::{Value, json};
use tower_lsp::lsp_types::{CodeAction, CodeActionKind, Command, Url, WorkspaceEdit};
use trustpub_analysis::migrate::{Checklist, Migration, plan};
use trustpub_analysis::{Diagnostic, Outcome, SiteReport, TextRange, shown};

use crate::capabilities::MIGRATE;
use crate::convert::to_proto;
use crate::view::{RootView, View};

/// The rules that report the access token of a publish step.
const TOKEN_RULES: [&str; 3] = ["publish-token-env", "npmrc-token-line", "run-writes-npmrc-token"];

/// What the command does.
pub(crate) struct Move {
    /// The edit; none if no step can move.
    pub(crate) edit: Option<WorkspaceEdit>,
    /// What the user is told.
    pub(crate) message: String,
    /// The answer to the request: the checklist.
    pub(crate) answer: Value,
}

/// Plans the move of the repository of a document.
pub(crate) fn migrate(view: View<'_>, uri: &Url) -> Option<Move> {
    let (view, _) = view.document(uri)?;
    let migration = plan(view.root.workspace(), |trial| view.analyse(trial));
    let edit = match migration.changes.is_empty() {
        true => None,
        false => Some(to_proto::changes_edit(&view, &migration.changes)?),
    };
    Some(Move {
        message: message(&migration, edit.is_some()),
        answer: answer(&migration.checklist()),
        edit,
    })
}

fn message(migration: &Migration, is_moved: bool) -> String {
    let kept = migration.kept.first().map(|kept| {
        format!(
            "`{}` in {} keeps its token: {}.",
            shown(&kept.step.command),
            shown(kept.step.path.as_str()),
            shown(kept.reason.trim_end_matches('.'))
        )
    });
    match (is_moved, kept) {
        (false, None) => "No publish step uses an access token.".to_owned(),
        (false, Some(kept)) => kept,
        (true, kept) => {
            let rest = kept.map(|kept| format!(" {kept}")).unwrap_or_default();
            format!(
                "Before you merge this, register the trusted publisher on npm. `trustpub setup` says what to enter.{rest}"
            )
        }
    }
}

pub(super) fn answer(checklist: &Checklist) -> Value {
    let sections = checklist.sections.iter().map(|section| {
        let items = section
            .items
            .iter()
            .map(|item| json!({ "text": shown(&item.text), "urls": item.urls, "commands": item.commands }));
        json!({ "id": section.id, "title": section.title, "items": items.collect::<Vec<_>>() })
    });
    json!({ "checklist": sections.collect::<Vec<_>>() })
}

/// Offers the command at a publish step that uses an access token, and at a finding about the token. What it changes is only
/// worked out when it is chosen.
pub(crate) fn offer(
    view: &RootView<'_>,
    uri: &Url,
    sites: &[SiteReport],
    range: TextRange,
    found: &[Diagnostic],
) -> Option<CodeAction> {
    if !view.capabilities.apply_edit {
        return None;
    }
    let is_on_token = |site: &&SiteReport| {
        let is_on_token = matches!(site.outcome, Outcome::Token | Outcome::OidcOrToken);
        is_on_token
            && site.may_publish_to_npm()
            && !site.is_guess
            && site.command.cover(site.range).intersects(range)
    };
    let is_at_token = found
        .iter()
        .any(|found| TOKEN_RULES.contains(&found.rule) && found.range.intersects(range));
    if !is_at_token && !sites.iter().any(|site| is_on_token(&site)) {
        return None;
    }
    let title = "Move all publishing to trusted publishing".to_owned();
    Some(CodeAction {
        title: title.clone(),
        kind: Some(CodeActionKind::REFACTOR_REWRITE),
        command: Some(Command {
            title,
            command: MIGRATE.to_owned(),
            arguments: Some(vec![json!(uri)]),
        }),
        ..CodeAction::default()
    })
}
