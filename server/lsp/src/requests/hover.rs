use tower_lsp::lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};
use trustpub_analysis::rules::{docs_url, rule};
use trustpub_analysis::{Diagnostic, TextRange, shown};

use super::site_hover;
use crate::convert::{from_proto, to_proto};
use crate::view::View;

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
    let (kind, explain, separator): (_, fn(&Diagnostic) -> String, _) = match view.capabilities.hover_markdown
    {
        true => (MarkupKind::Markdown, markdown, "\n\n---\n\n"),
        false => (MarkupKind::PlainText, plain_text, "\n\n"),
    };
    let tables = sites.iter().map(|site| match kind {
        MarkupKind::Markdown => site_hover::markdown(&view, site),
        MarkupKind::PlainText => site_hover::plain_text(&view, site),
    });
    let texts: Vec<_> = tables.chain(touched.into_iter().map(explain)).collect();
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind,
            value: texts.join(separator),
        }),
        range: Some(to_proto::range(file, range, unit)),
    })
}

/// What the message does not say. Editors that show Markdown show a diagnostic's message by themselves, many of them in
/// the same window as the hover.
fn markdown(diagnostic: &Diagnostic) -> String {
    let id = diagnostic.rule;
    let page = rule(id).map(|rule| rule.markdown());
    let link = format!("[{id}]({})", docs_url(id));
    let paragraph = page.and_then(|page| first_paragraph(&page));
    let help = diagnostic.help.as_deref().map(|help| shown(help).into_owned());
    let parts: Vec<String> = help.into_iter().chain(paragraph).chain([link]).collect();
    parts.join("\n\n")
}

fn plain_text(diagnostic: &Diagnostic) -> String {
    let severity = diagnostic.severity.name();
    format!(
        "{severity}: {}\n{}",
        shown(&diagnostic.sentences()),
        docs_url(diagnostic.rule)
    )
}

/// The first paragraph of a page that is no heading.
fn first_paragraph(page: &str) -> Option<String> {
    let is_text = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    let lines: Vec<&str> = page
        .lines()
        .skip_while(|line| !is_text(line))
        .take_while(is_text)
        .collect();
    if lines.is_empty() {
        None
    } else {
        Some(lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_paragraph_skips_headings() {
        let first = |page| first_paragraph(page);
        assert_eq!(
            first("# a-rule\n\n## What\nOne\ntwo.\n\nThree.").as_deref(),
            Some("One\ntwo.")
        );
        assert_eq!(first("One.\n## Why").as_deref(), Some("One."));
        assert_eq!(first("# a-rule\n"), None);
    }
}
