use std::sync::OnceLock;

use super::TextRange;

/// The unit in which a column is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnUnit {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the language server protocol's default.
    Utf16,
    /// Characters (Unicode scalar values).
    Utf32,
}

impl ColumnUnit {
    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A place in a text: line and column, both counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineColumn {
    /// The line.
    pub line: usize,
    /// The column, in the unit that was asked for.
    pub column: usize,
}

/// Where the lines of a text start.
///
/// Lines end at `\n`, `\r\n` and a lone `\r`, as in the language server protocol and in YAML.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The characters of several bytes, once a column far to the right was asked for.
    wide: OnceLock<Vec<WideCharacter>>,
}

/// From so many bytes on, a column is not counted from the start of its line: many places on one long line would cost the
/// square of its length.
const FAR: usize = 256;

/// A character of several bytes, and how many bytes it and those before it have beyond their width in each unit.
#[derive(Clone, Debug)]
struct WideCharacter {
    at: usize,
    beyond_utf16: usize,
    beyond_utf32: usize,
}

impl PartialEq for LineIndex {
    fn eq(&self, other: &Self) -> bool {
        self.starts == other.starts
    }
}

impl Eq for LineIndex {}

impl LineIndex {
    /// The index of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        let mut add = |at: usize| starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
        // Most texts have one kind of break, and searching for one byte costs less.
        if memchr::memchr(b'\r', bytes).is_none() {
            memchr::memchr_iter(b'\n', bytes).for_each(add);
            return Self::of_starts(starts);
        }
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_first_half_of_crlf = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
            if !is_first_half_of_crlf {
                add(at);
            }
        }
        Self::of_starts(starts)
    }

    fn of_starts(starts: Vec<u32>) -> Self {
        let wide = OnceLock::new();
        Self { starts, wide }
    }

    /// Moves the starts of the lines, after an edit in which no line break came or went.
    pub(crate) fn move_starts(&mut self, moved: impl Fn(usize) -> usize) {
        for start in &mut self.starts {
            *start = u32::try_from(moved(*start as usize)).unwrap_or(u32::MAX);
        }
        self.wide = OnceLock::new();
    }

    /// The number of lines; a text that ends in a line break has an empty last line.
    pub(crate) fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 0, that holds `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|&start| start as usize <= offset)
            .saturating_sub(1)
    }

    /// The offset at which `line` starts, or none if there is no such line.
    pub(crate) fn line_start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).map(|&start| start as usize)
    }

    /// The range of `line` in `text`, without its line break.
    pub fn line_range(&self, text: &str, line: usize) -> Option<TextRange> {
        let start = self.line_start(line)?;
        let end = self.line_start(line + 1).unwrap_or(text.len());
        let line = text.get(start..end)?.as_bytes();
        let is_break = |byte: &&u8| matches!(**byte, b'\r' | b'\n');
        let breaks = line.iter().rev().take_while(is_break).count();
        Some(TextRange::new(start, end - breaks))
    }

    /// Line and column of `offset`, which is moved back to the start of the character it lies in.
    pub fn line_column(&self, text: &str, offset: usize, unit: ColumnUnit) -> LineColumn {
        let line = self.line_of(offset);
        let start = self.line_start(line).unwrap_or(0);
        let offset = floor_char_boundary(text, offset).max(start);
        let before = text.get(start..offset).unwrap_or("");
        let column = match unit {
            ColumnUnit::Utf8 => before.len(),
            _ if before.len() > FAR => {
                let beyond = |offset| self.beyond(text, offset, unit);
                before.len() - (beyond(offset) - beyond(start))
            }
            _ => before.chars().map(|c| unit.width(c)).sum(),
        };
        LineColumn { line, column }
    }

    /// How many bytes the characters before an offset have beyond their width.
    fn beyond(&self, text: &str, offset: usize, unit: ColumnUnit) -> usize {
        let wide = self.wide.get_or_init(|| wide_characters(text));
        let before = wide.partition_point(|character| character.at < offset);
        let last = before.checked_sub(1).and_then(|last| wide.get(last));
        last.map_or(0, |last| match unit {
            ColumnUnit::Utf8 => 0,
            ColumnUnit::Utf16 => last.beyond_utf16,
            ColumnUnit::Utf32 => last.beyond_utf32,
        })
    }

    /// The offset of a place; a column after the line's end means the line's end, and a column inside a
    /// character means its start. None if there is no such line.
    pub fn offset(&self, text: &str, place: LineColumn, unit: ColumnUnit) -> Option<usize> {
        let line = self.line_range(text, place.line)?;
        let mut column = 0;
        for (at, c) in line.slice(text).char_indices() {
            column += unit.width(c);
            if column > place.column {
                return Some(line.start() + at);
            }
        }
        Some(line.end())
    }
}

fn wide_characters(text: &str) -> Vec<WideCharacter> {
    if text.is_ascii() {
        return Vec::new();
    }
    let (mut beyond_utf16, mut beyond_utf32) = (0, 0);
    let characters = text.char_indices().filter(|(_, c)| !c.is_ascii());
    let wide = characters.map(|(at, c)| {
        beyond_utf16 += c.len_utf8() - c.len_utf16();
        beyond_utf32 += c.len_utf8() - 1;
        WideCharacter {
            at,
            beyond_utf16,
            beyond_utf32,
        }
    });
    wide.collect()
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_protocol_says() {
        let text = "a\r\nb\rc\nd\u{2028}e\u{85}f\u{b}g";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (0..index.line_count())
            .map(|l| index.line_range(text, l).unwrap().slice(text))
            .collect();
        assert_eq!(lines, ["a", "b", "c", "d\u{2028}e\u{85}f\u{b}g"]);
    }

    #[test]
    fn every_offset_survives_the_round_trip_in_every_unit() {
        let text = "é𐐀x\r\n\r\n😀 y\rz";
        let index = LineIndex::new(text);
        for unit in [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32] {
            for (offset, c) in text.char_indices().filter(|(_, c)| *c != '\n' && *c != '\r') {
                let place = index.line_column(text, offset, unit);
                assert_eq!(
                    index.offset(text, place, unit),
                    Some(offset),
                    "{c:?} at {offset} in {unit:?}"
                );
            }
        }
    }

    #[test]
    fn columns_far_to_the_right_are_the_same() {
        let text = format!("é\n{}é😀x{}\n", "a𐐀".repeat(FAR), "b".repeat(9));
        let index = LineIndex::new(&text);
        let start = "é\n".len();
        for unit in [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32] {
            for (at, _) in text
                .char_indices()
                .filter(|(at, _)| *at >= start && at + 1 < text.len())
            {
                let column: usize = text[start..at].chars().map(|c| unit.width(c)).sum();
                assert_eq!(
                    index.line_column(&text, at, unit),
                    LineColumn { line: 1, column },
                    "{at} in {unit:?}"
                );
            }
        }
    }

    #[test]
    fn columns_are_clamped() {
        let text = "ab\n𐐀";
        let index = LineIndex::new(text);
        let at = |line, column| index.offset(text, LineColumn { line, column }, ColumnUnit::Utf16);
        assert_eq!(at(0, 99), Some(2));
        assert_eq!(at(1, 1), Some(3), "inside a surrogate pair");
        assert_eq!(at(9, 0), None);
    }
}
