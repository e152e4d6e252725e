//! The printer of documents for a terminal: colors where they are wanted, and lines that fit.

mod words;

use annotate_snippets::renderer::{AnsiColor, Style};
use trustpub_analysis::document::{Block, Document, Field, Item, Mark, Phrase, Section, Tone};
use trustpub_analysis::printable;

use words::{Piece, lines, on_one_line, width_of};

/// How much of a terminal a document takes.
const WIDEST: usize = 100;
/// Lines are not made shorter than this, however narrow the terminal is.
const NARROWEST: usize = 40;
/// What belongs to something is indented by so much.
const INDENT: usize = 2;

/// How a document is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Terminal {
    pub(crate) has_color: bool,
    /// The columns of the terminal, where the output goes to one.
    pub(crate) columns: Option<usize>,
}

impl Terminal {
    /// The document as lines of text.
    pub(crate) fn print(self, document: &Document) -> String {
        let width = self.columns.unwrap_or(WIDEST).clamp(NARROWEST, WIDEST);
        let mut printer = Printer {
            has_color: self.has_color,
            width,
            text: String::new(),
        };
        printer.blocks(&document.blocks, 0, None);
        printer.text
    }
}

struct Printer {
    has_color: bool,
    width: usize,
    text: String,
}

impl Printer {
    /// Blocks below another one, if there is one.
    fn blocks(&mut self, blocks: &[Block], indent: usize, above: Option<&Block>) {
        let mut above = above;
        for block in blocks {
            if !self.text.is_empty() && is_apart(above, block) {
                self.text.push('\n');
            }
            self.block(block, indent);
            above = Some(block);
        }
    }

    fn block(&mut self, block: &Block, indent: usize) {
        match block {
            Block::Section(section) => self.section(section, indent),
            Block::Paragraph(text) => self.flow(&[], text, indent),
            Block::Labelled { label, tone, text } => {
                let label = [Piece::new(*tone, *label), Piece::new(after_label(*tone), ": ")];
                self.flow(&label, text, indent);
            }
            Block::List(items) => {
                for item in items {
                    self.item(item, indent);
                }
            }
            Block::Fields(fields) => self.fields(fields, indent),
            Block::Table { head, rows } => self.table(head, rows, indent),
            Block::Code { text, is_ours, .. } => {
                for line in text.lines() {
                    let line = match is_ours {
                        true => line.into(),
                        false => printable(line),
                    };
                    self.line(indent + INDENT, &[Piece::new(Tone::Plain, line)]);
                }
            }
            Block::Separator => {}
        }
    }

    fn section(&mut self, section: &Section, indent: usize) {
        let heading = on_one_line(&section.heading, Tone::Strong);
        let mut line = heading.clone();
        let aside = section.aside.as_ref();
        let room = self.width.saturating_sub(indent + width_of(&heading) + INDENT);
        let beside = aside.map(|aside| on_one_line(aside, Tone::Plain));
        match beside {
            Some(beside) if width_of(&beside) <= room => {
                line.push(Piece::new(Tone::Plain, " ".repeat(INDENT)));
                line.extend(beside);
                self.line(indent, &line);
            }
            _ => {
                self.line(indent, &line);
                if let Some(aside) = aside {
                    self.flow(&[], aside, indent + INDENT);
                }
            }
        }
        // Sections in sections are told apart by their headings.
        let inner = section
            .blocks
            .iter()
            .position(|block| matches!(block, Block::Section(_)));
        let (own, inner) = section.blocks.split_at(inner.unwrap_or(section.blocks.len()));
        self.blocks(own, indent + INDENT, None);
        self.blocks(inner, indent, None);
    }

    fn item(&mut self, item: &Item, indent: usize) {
        let mark = match item.mark {
            Mark::None => "",
            Mark::Dash => "- ",
            Mark::Arrow => "→ ",
            Mark::Box => "[ ] ",
        };
        let mark = [Piece::new(Tone::Plain, mark)];
        self.flow(&mark, &item.text, indent);
        let below = indent + width_of(&mark).max(INDENT);
        for block in &item.blocks {
            self.block(block, below);
        }
    }

    fn fields(&mut self, fields: &[Field], indent: usize) {
        let has_signs = fields.iter().any(|field| field.sign.is_some());
        let widest = fields.iter().map(|field| field.label.chars().count()).max();
        let widest = widest.unwrap_or_default() + 2;
        for field in fields {
            let mut label = Vec::new();
            if has_signs {
                let sign = field
                    .sign
                    .map_or((Tone::Plain, " "), |sign| (sign.tone(), sign.shown(" ")));
                label.extend([Piece::new(sign.0, sign.1), Piece::new(Tone::Plain, " ")]);
            }
            label.push(Piece::new(Tone::Plain, format!("{:widest$}", field.label)));
            let mut value = field.value.clone();
            if let Some(place) = &field.place {
                value = value.whole(Phrase::default().toned(Tone::Faint, format!("({})", place.in_words())));
            }
            self.flow(&label, &value, indent);
        }
    }

    /// Rows stay on one line each, so that they can be searched.
    fn table(&mut self, head: &[Phrase], rows: &[Vec<Phrase>], indent: usize) {
        let cells = |row: &[Phrase]| -> Vec<Vec<Piece>> {
            row.iter().map(|cell| on_one_line(cell, Tone::Plain)).collect()
        };
        let rows: Vec<_> = std::iter::once(head)
            .chain(rows.iter().map(Vec::as_slice))
            .map(cells)
            .collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| width_of(cell)).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        for row in rows {
            let mut line = Vec::new();
            for (cell, width) in row.into_iter().zip(&widths) {
                let space = width.saturating_sub(width_of(&cell)) + 2;
                line.extend(cell);
                line.push(Piece::new(Tone::Plain, " ".repeat(space)));
            }
            line.pop();
            self.line(indent, &line);
        }
    }

    /// Words in as many lines as they need, the first after a label, the others indented as far.
    fn flow(&mut self, label: &[Piece], phrase: &Phrase, indent: usize) {
        let hanging = width_of(label);
        let room = self.width.saturating_sub(indent + hanging);
        let mut lines = lines(phrase, room).into_iter();
        let first: Vec<Piece> = label
            .iter()
            .cloned()
            .chain(lines.next().unwrap_or_default())
            .collect();
        self.line(indent, &first);
        for line in lines {
            self.line(indent + hanging, &line);
        }
    }

    fn line(&mut self, indent: usize, pieces: &[Piece]) {
        let mut line = " ".repeat(indent);
        let mut pieces = pieces.iter().peekable();
        while let Some(piece) = pieces.next() {
            let mut text = piece.text.clone();
            while let Some(next) = pieces.next_if(|next| next.tone == piece.tone) {
                text.push_str(&next.text);
            }
            let text = if pieces.peek().is_none() {
                text.trim_end()
            } else {
                &text
            };
            line.push_str(&self.colored(piece.tone, text));
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn colored(&self, tone: Tone, text: &str) -> String {
        let style = match tone {
            Tone::Plain => Style::new(),
            Tone::Strong => Style::new().bold(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Bad => AnsiColor::Red.on_default(),
            Tone::Doubtful => AnsiColor::Yellow.on_default(),
            Tone::Faint => Style::new().dimmed(),
        };
        match self.has_color && !text.is_empty() {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        }
    }
}

/// A strong label includes its colon.
fn after_label(tone: Tone) -> Tone {
    match tone {
        Tone::Strong => tone,
        _ => Tone::Plain,
    }
}

/// Whether an empty line is between a block and what is above it.
fn is_apart(above: Option<&Block>, block: &Block) -> bool {
    use Block::{Code, Fields, Labelled, List, Paragraph, Section, Separator, Table};
    match (above, block) {
        (_, Section(_) | Table { .. } | Separator) => true,
        (None, _) => false,
        (Some(Table { .. } | Code { .. } | Section(_) | Separator), _) => true,
        (_, Paragraph(_) | Code { .. }) => true,
        (_, Labelled { .. } | List(_) | Fields(_)) => false,
    }
}

#[cfg(test)]
mod tests;
