use tower_lsp::lsp_types::{
    self, CompletionItemKind, CompletionItemLabelDetails, CompletionParams, CompletionResponse,
    CompletionTextEdit, InsertTextFormat, InsertTextMode, TextEdit,
};
use trustpub_analysis::assist::{CompletionItem, CompletionKind, complete};
use trustpub_analysis::{File, shown};

use crate::convert::{from_proto, to_proto};
use crate::view::{RootView, View};

/// What could be written at the cursor.
pub(crate) fn completion(view: View<'_>, params: &CompletionParams) -> Option<CompletionResponse> {
    let target = &params.text_document_position;
    let (view, path) = view.document(&target.text_document.uri)?;
    let file = view.root.file(path)?;
    let offset = from_proto::offset(file, target.position, view.capabilities.column_unit());
    let items = complete(view.root.workspace(), path, offset, &|name| view.is_there(name));
    let items = items
        .iter()
        .enumerate()
        .map(|(rank, item)| to_item(&view, file, rank, item));
    Some(CompletionResponse::Array(items.collect()))
}

fn to_item(
    view: &RootView<'_>,
    file: &File,
    rank: usize,
    item: &CompletionItem,
) -> lsp_types::CompletionItem {
    let edit = TextEdit {
        range: to_proto::range(file, item.replace, view.capabilities.column_unit()),
        new_text: item.insert.clone(),
    };
    let detail = Some(shown(&item.detail).into_owned()).filter(|detail| !detail.is_empty());
    let is_beside = item.kind == CompletionKind::Value && view.capabilities.label_details;
    lsp_types::CompletionItem {
        label: shown(&item.label).into_owned(),
        kind: Some(match item.kind {
            CompletionKind::Key => CompletionItemKind::PROPERTY,
            CompletionKind::Value => CompletionItemKind::VALUE,
            CompletionKind::Snippet => CompletionItemKind::SNIPPET,
        }),
        // Many editors show `detail` only for the item that is selected. The npm of each Node is to be compared.
        detail: detail.clone().filter(|_| !is_beside),
        label_details: detail
            .filter(|_| is_beside)
            .map(|detail| CompletionItemLabelDetails {
                detail: None,
                description: Some(detail),
            }),
        // Ours are ordered by use, not by letter.
        sort_text: Some(format!("{rank:02}")),
        // What is typed is the beginning of what is inserted, also where the label says more.
        filter_text: Some(item.insert.lines().next().unwrap_or_default().to_owned()),
        insert_text_format: Some(InsertTextFormat::PLAIN_TEXT),
        insert_text_mode: (item.kind == CompletionKind::Snippet)
            .then_some(InsertTextMode::ADJUST_INDENTATION),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..lsp_types::CompletionItem::default()
    }
}
