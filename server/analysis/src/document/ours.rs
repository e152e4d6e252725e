//! Pages of our own, such as a rule's, which are written in Markdown.

use super::{Block, Item, Mark, Phrase, Section};

/// The blocks of a page of our own. It knows as much of Markdown as those pages use: headings, paragraphs, code between fences,
/// lists, tables, and in them code, links and addresses.
pub fn own_blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut section: Option<Section> = None;
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        let block = if line.trim().is_empty() {
            continue;
        } else if line.starts_with('#') {
            blocks.extend(section.take().map(Block::Section));
            section = Some(Section {
                heading: phrase(line.trim_start_matches('#').trim()),
                aside: None,
                blocks: Vec::new(),
            });
            continue;
        } else if let Some(language) = line.strip_prefix("```") {
            code(language, lines.by_ref())
        } else {
            let mut part = vec![line];
            while let Some(line) = lines.next_if(|line| is_text(line)) {
                part.push(line);
            }
            text_block(&part)
        };
        match &mut section {
            Some(section) => section.blocks.push(block),
            None => blocks.push(block),
        }
    }
    blocks.extend(section.map(Block::Section));
    blocks
}

/// The first paragraph of a page of our own.
pub fn first_paragraph(page: &str) -> Option<Phrase> {
    fn first(blocks: Vec<Block>) -> Option<Phrase> {
        blocks.into_iter().find_map(|block| match block {
            Block::Paragraph(text) => Some(text),
            Block::Section(section) => first(section.blocks),
            _ => None,
        })
    }
    first(own_blocks(page))
}

fn is_text(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with("```")
}

fn code<'l>(language: &str, lines: impl Iterator<Item = &'l str>) -> Block {
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("```")).collect();
    Block::Code {
        // The words after the language of an example (`yaml,bad`) are for tests.
        language: language.split(',').next().unwrap_or_default().to_owned(),
        text: lines.join("\n"),
        is_ours: true,
    }
}

fn text_block(lines: &[&str]) -> Block {
    if lines.iter().all(|line| line.starts_with('|')) {
        return table(lines);
    }
    if lines.first().is_some_and(|line| line.starts_with("- ")) {
        let mut items: Vec<String> = Vec::new();
        for line in lines {
            match (line.strip_prefix("- "), items.last_mut()) {
                (None, Some(last)) => {
                    last.push(' ');
                    last.push_str(line.trim());
                }
                (item, _) => items.push(item.unwrap_or(line).to_owned()),
            }
        }
        return Block::List(
            items
                .iter()
                .map(|item| Item::new(Mark::Dash, phrase(item)))
                .collect(),
        );
    }
    Block::Paragraph(phrase(&lines.join(" ")))
}

/// The head of a table of our own is its first row.
fn table(lines: &[&str]) -> Block {
    let rows = lines.iter().filter(|line| !line.starts_with("|---"));
    let mut rows = rows.map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| phrase(cell.trim())).collect()
    });
    Block::Table {
        head: rows.next().unwrap_or_default(),
        rows: rows.collect(),
    }
}

/// Words with links and addresses.
fn phrase(text: &str) -> Phrase {
    let mut phrase = Phrase::default();
    let mut rest = text;
    let mut start = 0;
    while let Some(at) = next_sign(rest, start) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        match link(after) {
            Some((shown, url, left)) => {
                if !before.is_empty() {
                    phrase = phrase.text(before);
                }
                phrase = match shown {
                    "" => phrase.url(url),
                    shown => phrase.link(shown, url),
                };
                rest = left;
                start = 0;
            }
            None => start = at + 1,
        }
    }
    match rest.is_empty() {
        true => phrase,
        false => phrase.text(rest),
    }
}

/// Where the next `<` or `[` is that is not in code.
fn next_sign(text: &str, from: usize) -> Option<usize> {
    let mut is_code = false;
    text.char_indices().find_map(|(at, c)| {
        if c == '`' {
            is_code = !is_code;
        }
        (at >= from && !is_code && matches!(c, '<' | '[')).then_some(at)
    })
}

/// `<address>` or `[words](address)` at the beginning of a text: the words, the address, and what follows.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    if let Some(inside) = text.strip_prefix('<') {
        let (url, left) = inside.split_once('>')?;
        return url.starts_with("http").then_some(("", url, left));
    }
    let (shown, after) = text.strip_prefix('[')?.split_once("](")?;
    let (url, left) = after.split_once(')')?;
    Some((shown, url, left))
}
