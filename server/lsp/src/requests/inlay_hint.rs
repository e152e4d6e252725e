use tower_lsp::lsp_types::{InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip};
use trustpub_analysis::{TextRange, shown};

use crate::convert::{from_proto, to_proto};
use crate::view::View;

/// What publish commands will do, and which npm a Node includes, after the words.
pub(crate) fn inlay_hint(view: View<'_>, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let (view, path) = view.document(&params.text_document.uri)?;
    if !view.wants_hints() {
        return None;
    }
    let file = view.root.file(path)?;
    let unit = view.capabilities.column_unit();
    let range = from_proto::range(file, params.range, unit);
    let hints = view.root.workspace().hints(path).into_iter();
    let hints = hints.filter(|hint| {
        let end = hint.place.range.end();
        range.intersects(TextRange::new(end, end))
    });
    let hints = hints.map(|hint| InlayHint {
        position: to_proto::range(file, hint.place.range, unit).end,
        label: InlayHintLabel::String(shown(&hint.label).into_owned()),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(shown(&hint.tooltip).into_owned())),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    });
    Some(hints.collect())
}
