use super::{UNUSUAL, is_block};
use crate::edit::Refused;
use crate::syntax::yaml::{NodeId, ScalarStyle, YamlNode};

/// How a YAML text is laid out in lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct YamlLayout<'t> {
    pub(crate) text: &'t str,
    /// The line break of the file's first line.
    pub(crate) line_break: &'static str,
}

const USUAL_UNIT: usize = 2;

impl<'t> YamlLayout<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let first = text
            .find(['\n', '\r'])
            .and_then(|at| text.get(at..))
            .unwrap_or("\n");
        let line_break = ["\r\n", "\n", "\r"]
            .into_iter()
            .find(|b| first.starts_with(b))
            .unwrap_or("\n");
        Self { text, line_break }
    }

    /// Where the line of `offset` starts, after a byte order mark.
    pub(crate) fn line_start(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or("");
        match before.rfind(['\n', '\r']) {
            Some(at) => at + 1,
            None if before.starts_with('\u{feff}') => '\u{feff}'.len_utf8(),
            None => 0,
        }
    }

    /// Where the line of `offset` ends, in front of its break.
    pub(crate) fn line_end(&self, offset: usize) -> usize {
        let behind = self.text.get(offset..).unwrap_or("");
        offset + behind.find(['\n', '\r']).unwrap_or(behind.len())
    }

    /// Where the line after that of `offset` starts; the text's end where there is none.
    pub(crate) fn next_line(&self, offset: usize) -> usize {
        let end = self.line_end(offset);
        let behind = self.text.get(end..).unwrap_or("");
        let line_break = ["\r\n", "\n", "\r"].into_iter().find(|b| behind.starts_with(b));
        end + line_break.map_or(0, str::len)
    }

    /// The line up to `offset`.
    pub(crate) fn before(&self, offset: usize) -> &'t str {
        self.text.get(self.line_start(offset)..offset).unwrap_or("")
    }

    /// The rest of the line after `offset`.
    pub(crate) fn after(&self, offset: usize) -> &'t str {
        self.text.get(offset..self.line_end(offset)).unwrap_or("")
    }

    /// Whether only blanks and a comment follow `offset` on its line.
    pub(crate) fn is_rest_free(&self, offset: usize) -> bool {
        let rest = self.after(offset);
        let content = rest.trim_start_matches(is_blank);
        content.is_empty() || (content.starts_with('#') && content.len() < rest.len())
    }

    /// Whether only spaces are in front of `offset` on its line.
    pub(crate) fn is_indented(&self, offset: usize) -> bool {
        self.before(offset).chars().all(|c| c == ' ')
    }

    /// The offset of the first thing after `offset` that is neither white space nor a comment.
    pub(crate) fn skip_blanks_and_comments(&self, offset: usize) -> usize {
        let mut at = offset;
        loop {
            let rest = self.text.get(at..).unwrap_or("");
            let content = rest.trim_start_matches(|c| is_blank(c) || matches!(c, '\n' | '\r'));
            at += rest.len() - content.len();
            let is_comment = content.starts_with('#') && (at > offset || at == self.line_start(at));
            if !is_comment {
                return at;
            }
            at = self.line_end(at);
        }
    }

    /// The column of a block collection whose parts start at these offsets.
    fn column_of_starts(&self, starts: impl Iterator<Item = usize> + Clone) -> Result<usize, Refused> {
        let own_line = starts.clone().find(|&start| self.is_indented(start));
        if let Some(start) = own_line {
            return Ok(self.before(start).len());
        }
        // The first part may follow the dashes of a sequence.
        let first = self.before(starts.min().ok_or(UNUSUAL)?);
        if first.chars().all(|c| matches!(c, ' ' | '-')) {
            Ok(first.len())
        } else {
            Err(UNUSUAL)
        }
    }

    /// The column in which the keys of a block mapping or the dashes of a block sequence are.
    pub(crate) fn column(&self, collection: YamlNode<'_>) -> Result<usize, Refused> {
        if collection.is_sequence() {
            self.column_of_starts([collection.range().start()].into_iter())
        } else {
            let starts: Vec<usize> = collection
                .entries()
                .map(|entry| entry.key.range().start())
                .collect();
            self.column_of_starts(starts.into_iter())
        }
    }

    /// The number of spaces by which the values of `mapping` are indented: as its other values are, or as the
    /// values of the mapping around it, or as in the rest of the file.
    pub(crate) fn unit(&self, mapping: YamlNode<'_>) -> usize {
        let tree = mapping.tree();
        let ids = (0..tree.nodes.len()).filter_map(|index| u32::try_from(index).ok());
        self.step(mapping)
            .or_else(|| self.step(mapping.parent()?))
            .or_else(|| {
                ids.map(|id| YamlNode::new(tree, NodeId(id)))
                    .find_map(|node| self.step(node))
            })
            .unwrap_or(USUAL_UNIT)
    }

    /// The number of spaces by which the first block mapping below `mapping` is indented.
    fn step(&self, mapping: YamlNode<'_>) -> Option<usize> {
        if !is_block(mapping) || !mapping.is_mapping() {
            return None;
        }
        let column = self.column(mapping).ok()?;
        let inner = mapping
            .entries()
            .map(|entry| entry.value)
            .find(|value| is_block(*value) && value.is_mapping())?;
        self.column(inner)
            .ok()?
            .checked_sub(column)
            .filter(|&step| step > 0)
    }

    /// The end of the last line that belongs to a part of a block collection in `column`: the line on which
    /// its value ends, and comments directly below that are indented deeper than the part itself.
    pub(crate) fn end_of_part(&self, value: YamlNode<'_>, column: usize) -> usize {
        let mut end = self.line_end(value.range().end());
        if keeps_blank_lines(self, value) {
            while let Some(next) = self.line_after(end).filter(|&next| self.is_blank_line(next)) {
                end = self.line_end(next);
            }
        }
        while let Some(next) = self.line_after(end) {
            let line = self.after(next);
            let content = line.trim_start_matches(is_blank);
            if !content.starts_with('#') || line.len() - content.len() <= column {
                break;
            }
            end = self.line_end(next);
        }
        end
    }

    /// The start of the comment lines directly above `offset`, which is on its own line in `column`.
    pub(crate) fn start_with_comments(&self, offset: usize, column: usize) -> usize {
        let mut start = self.line_start(offset);
        while start > 0 {
            let above = self.line_start(self.end_of_line_above(start));
            let line = self.after(above);
            let content = line.trim_start_matches(' ');
            if above == start || !content.starts_with('#') || line.len() - content.len() != column {
                break;
            }
            start = above;
        }
        start
    }

    /// The end of the line above the line that starts at `line_start`.
    pub(crate) fn end_of_line_above(&self, line_start: usize) -> usize {
        let before = self.text.get(..line_start).unwrap_or("");
        let line_break = ["\r\n", "\n", "\r"].into_iter().find(|b| before.ends_with(b));
        line_start - line_break.map_or(0, str::len)
    }

    /// Whether the line that starts at `line_start` has a break and nothing else but blanks.
    pub(crate) fn is_blank_line(&self, line_start: usize) -> bool {
        self.after(line_start).chars().all(is_blank) && self.next_line(line_start) > self.line_end(line_start)
    }

    /// The start of the line after that of `offset`, where there is one.
    pub(crate) fn line_after(&self, offset: usize) -> Option<usize> {
        let next = self.next_line(offset);
        (next > self.line_end(offset)).then_some(next)
    }

    /// A line break and the spaces up to a column.
    pub(crate) fn new_line(&self, column: usize) -> String {
        format!("{}{}", self.line_break, " ".repeat(column))
    }
}

pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// Whether the blank lines after the value are part of it: `|+`.
fn keeps_blank_lines(layout: &YamlLayout<'_>, value: YamlNode<'_>) -> bool {
    let mut last = value;
    while let Some(inner) = last
        .entries()
        .last()
        .map(|entry| entry.value)
        .or_else(|| last.items().last())
    {
        if last.is_alias() {
            return false;
        }
        last = inner;
    }
    let is_block_scalar = matches!(
        last.scalar_style(),
        Some(ScalarStyle::Literal | ScalarStyle::Folded)
    );
    let header = layout.after(last.range().start());
    is_block_scalar
        && !last.is_alias()
        && header
            .split(is_blank)
            .next()
            .is_some_and(|header| header.contains('+'))
}
