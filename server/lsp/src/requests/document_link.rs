use tower_lsp::lsp_types::{DocumentLink, DocumentLinkParams, Url};
use trustpub_analysis::assist::{LinkTarget, links};
use trustpub_analysis::shown;

use crate::convert::to_proto;
use crate::view::View;

/// The words of a document that lead somewhere.
pub(crate) fn document_link(view: View<'_>, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let (view, path) = view.document(&params.text_document.uri)?;
    let file = view.root.file(path)?;
    let links = links(view.root.workspace(), path);
    let links = links.into_iter().filter_map(|link| {
        Some(DocumentLink {
            range: to_proto::range(file, link.range, view.capabilities.column_unit()),
            target: Some(match &link.target {
                LinkTarget::File(path) => view.uri(path)?,
                LinkTarget::Url(url) => Url::parse(url).ok()?,
            }),
            tooltip: Some(shown(&link.tooltip).into_owned()),
            data: None,
        })
    });
    Some(links.collect())
}
