//! From a place in a scalar's value back to the place in the text that it was read from.

use super::{ScalarStyle, YamlNode};
use crate::text::{LineIndex, TextRange};

impl YamlNode<'_> {
    /// The range in the text of a range of the scalar's value, in bytes of the value.
    ///
    /// It is exact for every style. Where the value does not match the text, as when lines were left out of it,
    /// and for an alias, it is the range of the whole node.
    pub(crate) fn content_range(self, text: &str, value_range: TextRange) -> TextRange {
        self.exact_content_range(text, value_range)
            .unwrap_or(self.range())
    }

    fn exact_content_range(self, text: &str, value_range: TextRange) -> Option<TextRange> {
        if self.is_alias() {
            return None;
        }
        let range = self.range();
        let source = text.get(range.start()..range.end())?;
        let value = self.as_str()?;
        // Only a range of whole characters has a place in the text.
        value.get(value_range.start()..value_range.end())?;
        let style = self.scalar_style()?;
        let content = match style {
            ScalarStyle::Plain => source,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                source.get(1..source.len().checked_sub(1)?)?
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let start = block_offset(source, value, value_range.start(), Side::Behind)?;
                let end = block_offset(source, value, value_range.end(), Side::InFront)?;
                return Some(TextRange::new(start, end.max(start)).shift(range.start()));
            }
        };
        let content_start = range.start() + source.len().checked_sub(content.len())?.min(1);
        // Most scalars stand in the text as they are.
        if content == value {
            return Some(value_range.shift(content_start));
        }
        let start = folded_offset(content, value, style, value_range.start(), Side::Behind)?;
        let end = folded_offset(content, value, style, value_range.end(), Side::InFront)?;
        Some(TextRange::new(start, end.max(start)).shift(content_start))
    }
}

/// Which side of a fold is meant where both belong to the same place in the value: a range starts with its first
/// character and ends with its last one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    InFront,
    Behind,
}

/// The offset in a block scalar, header included, of an offset in its value.
fn block_offset(source: &str, value: &str, target: usize, side: Side) -> Option<usize> {
    let lines = LineIndex::new(source);
    let content_lines = || (1..lines.line_count()).filter_map(|line| lines.line_range(source, line));
    let blanks_of = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let first = content_lines().find(|line| blanks_of(line.slice(source)) < line.len())?;
    let indent = blanks_of(first.slice(source)).checked_sub(blanks_of(value.trim_start_matches('\n')))?;
    let mut in_value = 0;
    let mut in_source = first.start() + indent;
    for line in content_lines() {
        let content = source.get((line.start() + indent).min(line.end())..line.end())?;
        if content.is_empty() {
            continue;
        }
        // Lines are joined by line breaks, or by one blank where they are folded.
        let rest = value.get(in_value..)?;
        let breaks = rest.len() - rest.trim_start_matches('\n').len();
        let is_folded = breaks == 0 && in_value > 0;
        let start = in_value + if is_folded { 1 } else { breaks };
        if target < start || (target == in_value && side == Side::InFront) {
            return Some(in_source);
        }
        if !value.get(start..)?.starts_with(content) {
            return None;
        }
        in_value = start + content.len();
        in_source = line.end();
        if target < in_value {
            return Some(line.start() + indent + (target - start));
        }
    }
    // What follows are line breaks that belong to the last line.
    (target <= value.len()).then_some(in_source)
}

/// The offset in a plain or quoted scalar, without its quotes, of an offset in its value.
fn folded_offset(source: &str, value: &str, style: ScalarStyle, target: usize, side: Side) -> Option<usize> {
    let (mut in_source, mut in_value) = (0, 0);
    loop {
        if in_value > target || (in_value == target && side == Side::InFront) {
            return Some(in_source);
        }
        let piece = next_piece(source.get(in_source..)?, value.get(in_value..)?, style);
        let is_reached = in_value == target;
        match piece {
            // An escaped line break is nothing in the value, so a range starts behind it.
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

    /// Where every word of the value of `a` stands in the text.
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
