//! From a place in a scalar's value back to the place in the text that it was read from.

use super::{ScalarStyle, YamlNode};
use crate::text::{LineIndex, TextRange};

impl YamlNode<'_> {
    /// The range in the text of a range of the scalar's value, in bytes of the value.
    ///
    /// It is exact for every style. Where the value does not match the text, as when lines were left out of it,
    /// and for an alias, it is the range of the whole node.
    pub(crate) fn content_range(self, text: &str, value_range: TextRange) -> TextRange {
        self.content_map(text).range(self, text, value_range)
    }

    /// Prepares several questions for a [`Self::content_range`], none of which reads the whole scalar.
    pub(crate) fn content_map(self, text: &str) -> ContentMap {
        let map = || {
            if self.is_alias() {
                return None;
            }
            let source = text.get(self.range().start()..self.range().end())?;
            let value = self.as_str()?;
            Some(match self.scalar_style()? {
                ScalarStyle::Literal | ScalarStyle::Folded => {
                    ContentMap::Block(BlockMap::new(source, value)?)
                }
                style => {
                    let content = content_of(source, style)?;
                    // Most scalars are in the text as they are.
                    match content == value {
                        true => ContentMap::Same,
                        false => ContentMap::Pieces(folds(content, value, style)),
                    }
                }
            })
        };
        map().unwrap_or(ContentMap::None)
    }
}

/// How a scalar's value is in the text.
#[derive(Debug)]
pub(crate) enum ContentMap {
    /// Nothing is known.
    None,
    /// As it is.
    Same,
    /// Line by line.
    Block(BlockMap),
    /// Piece by piece. From time to time the offsets in the source and in the value are written down.
    Pieces(Vec<(usize, usize)>),
}

impl ContentMap {
    /// As [`YamlNode::content_range`] of the node that the map is of.
    pub(crate) fn range(&self, node: YamlNode<'_>, text: &str, value_range: TextRange) -> TextRange {
        self.exact_range(node, text, value_range).unwrap_or(node.range())
    }

    fn exact_range(&self, node: YamlNode<'_>, text: &str, value_range: TextRange) -> Option<TextRange> {
        let value = node.as_str()?;
        // Only a range of whole characters has a place in the text.
        value.get(value_range.start()..value_range.end())?;
        let range = node.range();
        let source = range.slice(text);
        let style = node.scalar_style()?;
        let (start, end) = match self {
            Self::None => return None,
            Self::Same => (value_range.start(), value_range.end()),
            Self::Block(map) => {
                let start = map.offset(value_range.start(), Side::Behind)?;
                let end = map.offset(value_range.end(), Side::InFront)?;
                return Some(TextRange::new(start, end.max(start)).shift(range.start()));
            }
            Self::Pieces(marks) => {
                let content = content_of(source, style)?;
                let offset = |target, side| folded_offset(content, value, style, marks, target, side);
                let start = offset(value_range.start(), Side::Behind)?;
                let end = offset(value_range.end(), Side::InFront)?;
                (start, end.max(start))
            }
        };
        let content_start = range.start() + usize::from(style != ScalarStyle::Plain);
        Some(TextRange::new(start, end).shift(content_start))
    }
}

/// A plain or quoted scalar without its quotes.
fn content_of(source: &str, style: ScalarStyle) -> Option<&str> {
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => source.get(1..source.len().checked_sub(1)?),
        _ => Some(source),
    }
}

/// Which side of a fold is meant where both belong to the same place in the value: a range starts with its first
/// character and ends with its last one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    InFront,
    Behind,
}

/// The lines of a block scalar that hold something.
#[derive(Debug)]
pub(crate) struct BlockMap {
    lines: Vec<BlockLine>,
    /// Whether the last line does not match the value, so that nothing is known from there on.
    is_broken: bool,
    value_len: usize,
    /// Where the last line ends in the source.
    end: usize,
}

#[derive(Debug)]
struct BlockLine {
    /// Where the lines before it end, in the value and in the source.
    before: (usize, usize),
    /// Where its text starts, in the value and in the source.
    start: (usize, usize),
    /// Where it ends in the value.
    end: usize,
}

impl BlockMap {
    /// Reads a block scalar, header included.
    fn new(source: &str, value: &str) -> Option<Self> {
        let lines = LineIndex::new(source);
        let content_lines = || (1..lines.line_count()).filter_map(|line| lines.line_range(source, line));
        let blanks_of = |text: &str| text.len() - text.trim_start_matches(' ').len();
        let first = content_lines().find(|line| blanks_of(line.slice(source)) < line.len())?;
        let indent = blanks_of(first.slice(source)).checked_sub(blanks_of(value.trim_start_matches('\n')))?;
        let mut map = Self {
            lines: Vec::new(),
            is_broken: false,
            value_len: value.len(),
            end: first.start() + indent,
        };
        let mut in_value = 0;
        for line in content_lines() {
            let content = source.get((line.start() + indent).min(line.end())..line.end());
            if content == Some("") {
                continue;
            }
            let (Some(content), Some(rest)) = (content, value.get(in_value..)) else {
                map.is_broken = true;
                map.lines.push(BlockLine {
                    before: (usize::MAX, 0),
                    start: (0, 0),
                    end: 0,
                });
                break;
            };
            // Lines are joined by line breaks, or by one blank where they are folded.
            let breaks = rest.len() - rest.trim_start_matches('\n').len();
            let is_folded = breaks == 0 && in_value > 0;
            let start = in_value + if is_folded { 1 } else { breaks };
            map.is_broken = !value.get(start..).is_some_and(|rest| rest.starts_with(content));
            map.lines.push(BlockLine {
                before: (in_value, map.end),
                start: (start, line.start() + indent),
                end: start + content.len(),
            });
            if map.is_broken {
                break;
            }
            in_value = start + content.len();
            map.end = line.end();
        }
        Some(map)
    }

    /// The offset in the source of an offset in the value.
    fn offset(&self, target: usize, side: Side) -> Option<usize> {
        let known = self.lines.len() - usize::from(self.is_broken).min(self.lines.len());
        let at = self
            .lines
            .get(..known)?
            .partition_point(|line| line.end <= target);
        let Some(line) = self.lines.get(at) else {
            // What follows are line breaks that belong to the last line.
            return (target <= self.value_len && !self.is_broken).then_some(self.end);
        };
        if target < line.start.0 || (target == line.before.0 && side == Side::InFront) {
            return Some(line.before.1);
        }
        (at < known).then(|| line.start.1 + (target - line.start.0))
    }
}

/// How many pieces are between two places that are written down.
const PIECES_BETWEEN_MARKS: usize = 64;

/// Where every so many pieces begin in a plain or quoted scalar, in the source and in the value.
fn folds(source: &str, value: &str, style: ScalarStyle) -> Vec<(usize, usize)> {
    let (mut in_source, mut in_value) = (0, 0);
    let mut marks = Vec::new();
    for count in 0.. {
        if count % PIECES_BETWEEN_MARKS == 0 {
            marks.push((in_source, in_value));
        }
        let rest = source.get(in_source..).zip(value.get(in_value..));
        let Some(piece) = rest.and_then(|(source, value)| next_piece(source, value, style)) else {
            break;
        };
        in_source += piece.source_len;
        in_value += piece.value_len;
    }
    marks
}

/// The offset in a plain or quoted scalar, without its quotes, of an offset in its value.
fn folded_offset(
    source: &str,
    value: &str,
    style: ScalarStyle,
    marks: &[(usize, usize)],
    target: usize,
    side: Side,
) -> Option<usize> {
    // No piece before a mark in front of the target reaches it.
    let mark = marks
        .partition_point(|(_, in_value)| *in_value < target)
        .checked_sub(1);
    let (mut in_source, mut in_value) = mark.and_then(|mark| marks.get(mark)).copied().unwrap_or_default();
    loop {
        if in_value > target || (in_value == target && side == Side::InFront) {
            return Some(in_source);
        }
        let piece = next_piece(source.get(in_source..)?, value.get(in_value..)?, style);
        let is_reached = in_value == target;
        match piece {
            // An escaped line break is nothing in the value, so a range starts after it.
            Some(piece) if piece.value_len == 0 => in_source += piece.source_len,
            Some(_) if is_reached => return Some(in_source),
            Some(piece) if in_value + piece.value_len > target => return Some(in_source),
            Some(piece) => {
                in_source += piece.source_len;
                in_value += piece.value_len;
            }
            None => return is_reached.then_some(in_source),
        }
    }
}

/// A piece of text and how much of the value it makes.
struct ContentPiece {
    source_len: usize,
    value_len: usize,
}

/// The first character, escape or fold; none at the end, and where text and value do not match.
fn next_piece(source: &str, value: &str, style: ScalarStyle) -> Option<ContentPiece> {
    let is_double = style == ScalarStyle::DoubleQuoted;
    let first = source.chars().next()?;
    if is_double && first == '\\' {
        let behind = source.get(1..)?;
        let (blanks, breaks) = fold(behind);
        if behind.starts_with(['\n', '\r']) {
            return Some(ContentPiece {
                source_len: 1 + blanks,
                value_len: breaks - 1,
            });
        }
        let digits = match behind.chars().next()? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        return Some(ContentPiece {
            source_len: 1 + behind.chars().next()?.len_utf8() + digits,
            value_len: value.chars().next()?.len_utf8(),
        });
    }
    let (blanks, breaks) = fold(source);
    if breaks > 0 {
        return Some(ContentPiece {
            source_len: blanks,
            value_len: (breaks - 1).max(1),
        });
    }
    let is_pair = style == ScalarStyle::SingleQuoted && source.starts_with("''");
    value.starts_with(first).then(|| ContentPiece {
        source_len: first.len_utf8() * if is_pair { 2 } else { 1 },
        value_len: first.len_utf8(),
    })
}

/// The length of the blanks and line breaks that a text starts with, and the number of the line breaks.
fn fold(source: &str) -> (usize, usize) {
    let rest = source.trim_start_matches([' ', '\t', '\n', '\r']);
    let length = source.len() - rest.len();
    let blanks = source.get(..length).unwrap_or("");
    (length, LineIndex::new(blanks).line_count() - 1)
}

#[cfg(test)]
mod tests {
    use super::super::parse_yaml;
    use super::*;

    /// Where every word of the value of `a` is in the text.
    fn words(text: &str) -> Vec<&str> {
        let tree = parse_yaml(text).tree;
        let node = YamlNode::root(&tree).unwrap().get("a").unwrap();
        let value = node.as_str().unwrap();
        let mut start = 0;
        let mut found = Vec::new();
        for word in value.split_inclusive([' ', '\n']) {
            let trimmed = word.trim_end_matches([' ', '\n']);
            if !trimmed.is_empty() {
                let range = TextRange::new(start, start + trimmed.len());
                found.push(node.content_range(text, range).slice(text));
            }
            start += word.len();
        }
        found
    }

    #[test]
    fn words_of_a_value_are_found_in_every_style() {
        for (text, expected) in [
            ("a: b c\n", vec!["b", "c"]),
            ("a: b c\n  d\n\n  é e\n", vec!["b", "c", "d", "é", "e"]),
            ("a: 'b c'\n", vec!["b", "c"]),
            ("a: 'b''s\n  c'\n", vec!["b''s", "c"]),
            ("a: \"b c\"\n", vec!["b", "c"]),
            (
                "a: \"\\u00e9b \\\n  c\\td\n\n e\"\n",
                vec!["\\u00e9b", "c\\td", "e"],
            ),
            ("a: |\n  b c\n\n   d\n  e", vec!["b", "c", "d", "e"]),
            ("a: |2-\n    b\n  c\n", vec!["b", "c"]),
            (
                "a: | # x\r\n  b\r\n\r\n  c é d\r\nb: e\r\n",
                vec!["b", "c", "é", "d"],
            ),
            (
                "a: >-\n  b c\n  d\n\n  e\n    f\n  g\n",
                vec!["b", "c", "d", "e", "f", "g"],
            ),
            ("a: >\r  b\r  c\r", vec!["b", "c"]),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn ranges_that_span_lines_end_where_their_last_character_ends() {
        let text = "a: |\n  b c\n\n  d\ne: f";
        let tree = parse_yaml(text).tree;
        let node = YamlNode::root(&tree).unwrap().get("a").unwrap();
        for (start, end, expected) in [
            (0, 3, "b c"),
            (0, 4, "b c"),
            (2, 6, "c\n\n  d"),
            (5, 7, "d"),
            (7, 7, ""),
            (0, 99, "|\n  b c\n\n  d"),
        ] {
            let range = node.content_range(text, TextRange::new(start, end));
            assert_eq!(range.slice(text), expected, "{start}..{end}");
        }
    }

    #[test]
    fn an_alias_has_no_text_of_its_own() {
        assert_eq!(words("b: &xy cd e\na: *xy\n"), ["*xy", "*xy"]);
    }
}
