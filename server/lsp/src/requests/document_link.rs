use tower_lsp::lsp_types::{DocumentLink, DocumentLinkParams, Url};
use trustpub_analysis::assist::LinkTarget;

use crate::global_state::GlobalState;
use crate::to_proto;

/// The words of a document that lead somewhere.
pub(crate) fn document_link(state: &GlobalState, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let (view, path) = state.view(&params.text_document.uri)?;
    let file = view.root.file(path)?;
    let links = view.root.links(path);
    let links = links.into_iter().filter_map(|link| {
        Some(DocumentLink {
            range: to_proto::range(file, link.range, view.capabilities.column_unit()),
            target: Some(match &link.target {
                LinkTarget::File(path) => view.uri(path)?,
                LinkTarget::Url(url) => Url::parse(url).ok()?,
            }),
            tooltip: Some(link.tooltip),
            data: None,
        })
    });
    Some(links.collect())
}
