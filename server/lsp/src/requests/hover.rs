use tower_lsp::lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};
use trustpub_analysis::document::{
    Block, Document, Phrase, ShownPlace, Tone, first_paragraph, markdown, plain,
};
use trustpub_analysis::rules::{docs_url, rule};
use trustpub_analysis::{Diagnostic, Place, SiteReport, TextRange};

use crate::convert::{from_proto, to_proto};
use crate::view::{RootView, View};

/// Explains the publish command and the diagnostics under the cursor.
pub(crate) fn hover(view: View<'_>, params: &HoverParams) -> Option<Hover> {
    let target = &params.text_document_position_params;
    let (view, path) = view.document(&target.text_document.uri)?;
    let file = view.root.file(path)?;
    let unit = view.capabilities.column_unit();
    let offset = from_proto::offset(file, target.position, unit);
    let cursor = TextRange::new(offset, offset);
    let diagnostics = view.root.workspace().diagnostics(path).iter();
    let touched: Vec<_> = diagnostics
        .filter(|diagnostic| diagnostic.range.intersects(cursor))
        .collect();
    let mut sites = view.root.workspace().sites_in(path);
    sites.retain(|site| site.command.intersects(cursor));
    let range = touched
        .iter()
        .map(|diagnostic| diagnostic.range)
        .chain(sites.iter().map(|site| site.command))
        .reduce(TextRange::cover)?;
    let has_markdown = view.capabilities.hover_markdown;
    let explain = if has_markdown { explanation } else { whole_text };
    let parts = sites
        .iter()
        .map(|site| facts(&view, site))
        .chain(touched.into_iter().map(explain));
    let mut blocks = Vec::new();
    for part in parts {
        if !blocks.is_empty() {
            blocks.push(Block::Separator);
        }
        blocks.extend(part);
    }
    let document = Document::new(blocks);
    let (kind, value) = match has_markdown {
        true => (MarkupKind::Markdown, markdown(&document).trim_end().to_owned()),
        false => (MarkupKind::PlainText, plain(&document)),
    };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value }),
        range: Some(to_proto::range(file, range, unit)),
    })
}

/// What a publish command will do, and why.
fn facts(view: &RootView<'_>, site: &SiteReport) -> Vec<Block> {
    let outcome = site.outcome_phrase().with_tone(Tone::Strong);
    vec![
        Block::Paragraph(outcome),
        site.facts(|place| shown_place(view, place)),
    ]
}

/// What the message does not say. Editors that show Markdown show a diagnostic's message by themselves, many of them in
/// the same window as the hover.
fn explanation(diagnostic: &Diagnostic) -> Vec<Block> {
    let id = diagnostic.rule;
    let help = diagnostic.help.as_deref().map(Phrase::from);
    let page = rule(id).and_then(|rule| first_paragraph(&rule.markdown()));
    let link = Phrase::default().link(id, docs_url(id));
    let parts = help.into_iter().chain(page).chain([link]);
    parts.map(Block::Paragraph).collect()
}

/// All of the diagnostic, for editors that show nothing else.
fn whole_text(diagnostic: &Diagnostic) -> Vec<Block> {
    vec![
        Block::labelled(
            diagnostic.severity.name(),
            Tone::Plain,
            diagnostic.sentences().into_owned(),
        ),
        Block::Paragraph(Phrase::default().url(docs_url(diagnostic.rule))),
    ]
}

/// `release.yml:12`; workflows are known by their names, other files by their paths. It is a link if the client follows links.
fn shown_place(view: &RootView<'_>, place: &Place) -> Option<ShownPlace> {
    let path = place.path.as_str();
    let file = view.root.file(&place.path)?;
    let url = view.uri(&place.path).filter(|_| view.capabilities.has_windows);
    Some(ShownPlace {
        path: path.strip_prefix(".github/workflows/").unwrap_or(path).to_owned(),
        line: file.line_index.line_of(place.range.start()) + 1,
        column: None,
        url: url.map(|url| url.to_string()),
    })
}
