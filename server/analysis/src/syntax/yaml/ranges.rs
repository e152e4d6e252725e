//! Where a scalar ends and where an indicator is: the reader's events say only where a node starts.

use yaml_rust2::scanner::Marker;

use crate::text::{LineIndex, TextRange};

/// The text that the reader sees, with what turns its marks into offsets.
pub(crate) struct MarkedSource<'t> {
    text: &'t str,
    lines: LineIndex,
    last: MarkerPlace,
}

/// A place that was asked for: the next one is near, so it is reached from here. Without this, a text that is
/// one long line would cost the square of its length.
#[derive(Clone, Copy, Default)]
struct MarkerPlace {
    line: usize,
    /// The range of the line, without its break.
    range: TextRange,
    column: usize,
    offset: usize,
}

impl<'t> MarkedSource<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            lines: LineIndex::new(text),
            last: MarkerPlace {
                line: usize::MAX,
                ..MarkerPlace::default()
            },
        }
    }

    /// The text from `offset` on.
    pub(crate) fn rest(&self, offset: usize) -> &'t str {
        self.text.get(offset..).unwrap_or("")
    }

    /// The byte at `offset`.
    pub(crate) fn byte(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(offset).copied()
    }

    /// The offset of a mark. Its line and column (in characters) are right; its index is not, because the reader
    /// counts the bytes of some lines and the characters of others.
    pub(crate) fn offset(&mut self, mark: &Marker) -> usize {
        let line = mark.line().saturating_sub(1);
        let from = if self.last.line == line {
            self.last
        } else {
            let Some(range) = self.lines.line_range(self.text, line) else {
                return self.text.len();
            };
            MarkerPlace {
                line,
                range,
                column: 0,
                offset: range.start(),
            }
        };
        let range = from.range;
        let column = mark.col();
        let offset = if column >= from.column {
            let behind = self.text.get(from.offset..range.end()).unwrap_or("");
            let distance = column - from.column;
            match behind.as_bytes().get(..distance) {
                // A character is a byte here, and another one follows.
                Some(passed) if distance < behind.len() && passed.is_ascii() => from.offset + distance,
                _ => match behind.char_indices().nth(distance) {
                    Some((at, _)) => from.offset + at,
                    None => return range.end(),
                },
            }
        } else {
            let before = self.text.get(range.start()..from.offset).unwrap_or("");
            let at = before.char_indices().nth_back(from.column - column - 1);
            range.start() + at.map_or(0, |(at, _)| at)
        };
        self.last = MarkerPlace {
            column,
            offset,
            ..from
        };
        offset
    }

    /// The first offset from `offset` on that holds neither blanks, line breaks and comments nor the anchor and
    /// the tag of a node.
    pub(crate) fn skip_to_content(&self, offset: usize) -> usize {
        let mut at = offset;
        loop {
            match self.byte(at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => at += 1,
                Some(b'#') => {
                    let comment = self.rest(at);
                    at += comment.find(['\n', '\r']).unwrap_or(comment.len());
                }
                Some(b'&') => at = self.word_end(at),
                Some(b'!') if self.rest(at).starts_with("!<") => {
                    let tag = self.rest(at);
                    at += tag.find('>').map_or(tag.len(), |end| end + 1);
                }
                Some(b'!') => at = self.word_end(at),
                _ => return at,
            }
        }
    }

    /// The end of an alias, an anchor or a tag that starts at `start`.
    pub(crate) fn word_end(&self, start: usize) -> usize {
        let rest = self.rest(start);
        let is_end = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | ',' | '[' | ']' | '{' | '}');
        start + rest.find(is_end).unwrap_or(rest.len())
    }

    /// The end of a plain scalar, found by its words where it is folded over several lines.
    pub(crate) fn plain_end(&self, start: usize, value: &str) -> usize {
        if self.rest(start).starts_with(value) {
            return start + value.len();
        }
        let mut end = start;
        for word in value.split([' ', '\t', '\n']).filter(|word| !word.is_empty()) {
            match self.rest(end).find(word) {
                Some(at) => end += at + word.len(),
                None => break,
            }
        }
        end
    }

    /// The end of a quoted scalar that starts at `start`, its closing quote included.
    pub(crate) fn quoted_end(&self, start: usize, quote: u8) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while let Some(found) = bytes
            .get(at..)
            .and_then(|rest| memchr::memchr2(quote, b'\\', rest))
        {
            at += found;
            let is_escape = if self.byte(at) == Some(quote) {
                quote == b'\'' && self.byte(at + 1) == Some(quote)
            } else {
                quote == b'"'
            };
            match (is_escape, self.byte(at) == Some(quote)) {
                (true, _) => at += 2,
                (false, true) => return at + 1,
                (false, false) => at += 1,
            }
        }
        self.text.len()
    }

    /// The range of a block scalar whose header is at or after `from`. The mark is its first character.
    pub(crate) fn block_scalar_range(&self, from: usize, value: &str, mark: &Marker) -> TextRange {
        let start = self.skip_to_content(from);
        let header = self.rest(start);
        let is_header = |c: char| matches!(c, '|' | '>' | '+' | '-') || c.is_ascii_digit();
        let header_end = start + header.find(|c| !is_header(c)).unwrap_or(header.len());
        let is_empty = value.bytes().all(|byte| byte == b'\n');
        let end = if is_empty {
            header_end
        } else {
            self.last_content(mark).unwrap_or(header_end)
        };
        TextRange::new(start, end)
    }

    /// Whether the value of a block scalar ends with a line break that is not in the text: at the end of the text
    /// the reader adds one.
    pub(crate) fn has_invented_break(&self, range: TextRange, value: &str, mark: &Marker) -> bool {
        let header = self.rest(range.start());
        let header = header.split(['\n', '\r']).next().unwrap_or("");
        let indicators = header.split([' ', '\t']).next().unwrap_or("");
        if !value.ends_with('\n') || indicators.contains('-') {
            return false;
        }
        if value == "\n" && !indicators.contains('+') {
            // A block with nothing but breaks is empty, unless it keeps them.
            return true;
        }
        let behind = self.rest(range.end());
        let last_line = behind.rsplit(['\n', '\r']).next().unwrap_or("");
        let is_last = behind.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        let has_content = value.bytes().any(|b| b != b'\n');
        has_content && is_last && (behind.is_empty() || last_line.len() >= mark.col().max(1))
    }

    /// The end of the last line of a block scalar that has a character in the mark's column.
    fn last_content(&self, mark: &Marker) -> Option<usize> {
        let indent = mark.col();
        let mut end = None;
        for line in mark.line().saturating_sub(1).. {
            let Some(range) = self.lines.line_range(self.text, line) else {
                break;
            };
            let content = range.slice(self.text);
            let depth = content.len() - content.trim_start_matches(' ').len();
            let is_blank = depth == content.len();
            let is_less_indented = !is_blank && depth < indent;
            if is_less_indented || (indent == 0 && is_document_end(content)) {
                break;
            }
            if content.len() > indent || !is_blank {
                end = Some(range.end());
            }
        }
        end
    }
}

fn is_document_end(line: &str) -> bool {
    line.strip_prefix("...")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// The end of the line that holds `offset`, in front of its break.
pub(crate) fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.as_bytes().get(offset..).unwrap_or_default();
    memchr::memchr2(b'\n', b'\r', rest).map_or(text.len(), |at| offset + at)
}
