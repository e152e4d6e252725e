//! The printer for editors and for GitHub.

use super::escape::{address, code, line_start, shown_address, words};
use super::{Block, Document, Field, Item, Mark, Phrase, Section, Span, Tone};
use crate::text::printable;

/// The document as Markdown, in which nothing but its own structure is markup.
pub fn markdown(document: &Document) -> String {
    let mut lines = Vec::new();
    if let Some(title) = document.title {
        lines.push(format!("# {}", words(title)));
    }
    push_blocks(&document.blocks, 2, &mut lines);
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// Blocks with an empty line between each two.
fn push_blocks(blocks: &[Block], depth: usize, lines: &mut Vec<String>) {
    for block in blocks {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        push_block(block, depth, lines);
    }
}

fn push_block(block: &Block, depth: usize, lines: &mut Vec<String>) {
    match block {
        Block::Section(section) => push_section(section, depth, lines),
        Block::Paragraph(text) => lines.push(line(text)),
        Block::Labelled { label, text, .. } => lines.push(format!("**{label}:** {}", inline(text))),
        Block::List(items) => push_list(items, depth, lines),
        Block::Fields(fields) => {
            // Among signs a label is hard to find.
            let is_bold = fields.iter().any(|field| field.sign.is_some());
            lines.extend(fields.iter().map(|found| field(found, is_bold)));
        }
        Block::Table { head, rows } => {
            lines.push(table_row(head));
            lines.push(format!("|{}", " --- |".repeat(head.len())));
            lines.extend(rows.iter().map(|row| table_row(row)));
        }
        Block::Code {
            language,
            text,
            is_ours,
        } => push_code(language, text, *is_ours, lines),
        Block::Separator => lines.push("---".to_owned()),
    }
}

fn push_section(section: &Section, depth: usize, lines: &mut Vec<String>) {
    lines.push(format!("{} {}", "#".repeat(depth), inline(&section.heading)));
    if let Some(aside) = &section.aside {
        lines.extend([String::new(), line(aside)]);
    }
    // Editors show the text as it is: an answer fits into a window.
    let mut blocks = section.blocks.as_slice();
    if let (None, Some((Block::List(items), rest))) = (&section.aside, blocks.split_first()) {
        push_list(items, depth + 1, lines);
        blocks = rest;
    }
    push_blocks(blocks, depth + 1, lines);
}

fn push_list(items: &[Item], depth: usize, lines: &mut Vec<String>) {
    for (number, item) in items.iter().enumerate() {
        let mark = match item.mark {
            Mark::Box => "- [ ]",
            Mark::None | Mark::Dash | Mark::Arrow => "-",
        };
        lines.push(format!("{mark} {}", line(&item.text)));
        for block in &item.blocks {
            // A list belongs to the words above it. Before everything else, Markdown wants an empty line.
            let is_list = matches!(block, Block::List(_) | Block::Fields(_));
            let mut below = Vec::new();
            push_block(block, depth, &mut below);
            if !is_list {
                lines.push(String::new());
            }
            let indented = below.iter().map(|line| match line.is_empty() {
                true => String::new(),
                false => format!("  {line}"),
            });
            lines.extend(indented);
            if !is_list && number + 1 < items.len() {
                lines.push(String::new());
            }
        }
    }
}

/// `- ✗ **npm**: 10.9.2, too old ([.nvmrc:1](file:///…))`
fn field(field: &Field, is_bold: bool) -> String {
    let sign = field.sign.map_or("", |sign| sign.shown(""));
    let space = if sign.is_empty() { "" } else { " " };
    let place = field.place.as_ref().map(|place| {
        let place = Phrase::default().place(place.clone());
        format!(" ({})", inline(&place))
    });
    let bold = if is_bold { "**" } else { "" };
    format!(
        "- {sign}{space}{bold}{}{bold}: {}{}",
        field.label,
        inline(&field.value),
        place.unwrap_or_default()
    )
}

fn table_row(row: &[Phrase]) -> String {
    // A cell ends at the sign even in code.
    let cells = row.iter().map(|cell| inline(cell).replace('|', "\\|"));
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

fn push_code(language: &str, text: &str, is_ours: bool, lines: &mut Vec<String>) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    lines.push(format!("{fence}{language}"));
    lines.extend(text.lines().map(|line| match is_ours {
        true => line.to_owned(),
        false => printable(line).into_owned(),
    }));
    lines.push(fence);
}

/// Words at the beginning of a line.
fn line(phrase: &Phrase) -> String {
    let line = inline(phrase);
    match phrase.spans.first() {
        // Ours begin with markup of their own.
        Some(Span::Text(_, tone)) if *tone != Tone::Strong => line_start(&line),
        _ => line,
    }
}

fn inline(phrase: &Phrase) -> String {
    let mut text = String::new();
    // Words that follow each other are one text, so that two of them make nothing together that each alone would not.
    let mut open = String::new();
    for span in &phrase.spans {
        if let Span::Text(part, tone) = span
            && *tone != Tone::Strong
        {
            open.push_str(part);
            continue;
        }
        text.push_str(&words(&open));
        open.clear();
        match span {
            Span::Text(part, _) => text.push_str(&format!("**{}**", words(part))),
            Span::Code(part) | Span::Tag(part) => text.push_str(&code(part)),
            Span::Url(url) => text.push_str(&shown_address(url)),
            Span::Link { text: shown, url } => {
                text.push_str(&format!("[{}]({})", words(shown), address(url)));
            }
            Span::Place(place) => {
                let shown = place.in_words();
                text.push_str(&match &place.url {
                    Some(url) => format!("[{}]({}#L{})", words(&shown), address(url), place.line),
                    None => code(&shown),
                });
            }
            Span::Whole(part) => text.push_str(&format!(" {}", inline(part))),
            Span::Break => text.push(' '),
        }
    }
    text.push_str(&words(&open));
    text
}
