//! The printer for editors that show text as it is, and wrap it by themselves.

use super::{Block, Document, Field, Item, Mark, Phrase, Span};
use crate::text::printable;

/// The document as plain text: a line for each paragraph, field and entry.
pub fn plain(document: &Document) -> String {
    let mut lines: Vec<String> = document.title.map(str::to_owned).into_iter().collect();
    push_blocks(&document.blocks, "", &mut lines);
    lines.join("\n")
}

fn push_blocks(blocks: &[Block], indent: &str, lines: &mut Vec<String>) {
    for block in blocks {
        push_block(block, indent, lines);
    }
}

fn push_block(block: &Block, indent: &str, lines: &mut Vec<String>) {
    let below = format!("{indent}  ");
    match block {
        Block::Section(section) => {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(format!("{indent}{}", words(&section.heading)));
            let aside = section.aside.iter();
            lines.extend(aside.map(|aside| format!("{below}{}", words(aside))));
            push_blocks(&section.blocks, &below, lines);
        }
        Block::Paragraph(text) => lines.push(format!("{indent}{}", words(text))),
        Block::Labelled { label, text, .. } => lines.push(format!("{indent}{label}: {}", words(text))),
        Block::List(items) => {
            for item in items {
                push_item(item, indent, lines);
            }
        }
        Block::Fields(fields) => {
            lines.extend(fields.iter().map(|found| format!("{indent}{}", field(found))));
        }
        Block::Table { head, rows } => {
            let row = |row: &Vec<Phrase>| row.iter().map(words).collect::<Vec<_>>().join(", ");
            let rows = std::iter::once(head).chain(rows);
            lines.extend(rows.map(|cells| format!("{indent}{}", row(cells))));
        }
        Block::Code { text, is_ours, .. } => lines.extend(text.lines().map(|line| match is_ours {
            true => format!("{below}{line}"),
            false => format!("{below}{}", printable(line)),
        })),
        Block::Separator => lines.push(String::new()),
    }
}

fn push_item(item: &Item, indent: &str, lines: &mut Vec<String>) {
    let mark = match item.mark {
        Mark::None => "",
        Mark::Dash => "- ",
        Mark::Arrow => "→ ",
        Mark::Box => "[ ] ",
    };
    lines.push(format!("{indent}{mark}{}", words(&item.text)));
    push_blocks(&item.blocks, &format!("{indent}  "), lines);
}

fn field(field: &Field) -> String {
    let sign = field.sign.map_or("", |sign| sign.shown("·"));
    let space = if sign.is_empty() { "" } else { " " };
    let place = field
        .place
        .as_ref()
        .map(|place| format!(" ({})", printable(&place.in_words())));
    format!(
        "{sign}{space}{}: {}{}",
        field.label,
        words(&field.value),
        place.unwrap_or_default()
    )
}

fn words(phrase: &Phrase) -> String {
    let spans = phrase.spans.iter().map(|span| match span {
        Span::Text(text, _) | Span::Code(text) | Span::Url(text) => printable(text).into_owned(),
        Span::Tag(text) => format!("[{}]", printable(text)),
        Span::Link { text, url } if text == url => printable(url).into_owned(),
        Span::Link { text, url } => format!("{} ({})", printable(text), printable(url)),
        Span::Place(place) => printable(&place.in_words()).into_owned(),
        Span::Whole(part) => format!(" {}", words(part)),
        Span::Break => " ".to_owned(),
    });
    spans.collect()
}
