//! The line around a place in a log, of which only a part may be at hand.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use memchr::{memchr2, memmem, memrchr2};

/// Longer lines are cut: what tells something is near the text that was found.
pub(super) const LONGEST_LINE: usize = 2_000;
/// In a line without an end, so much is shown before the text that was found.
const BEFORE: usize = 200;
/// The bytes before and after the end of a text that its line may need: with the lines that continue it.
pub(super) const BEHIND: usize = LONGEST_LINE + 500;
pub(super) const AHEAD: usize = 4 * LONGEST_LINE + 500;

/// What is around a text that was found.
#[derive(Clone, Debug)]
pub(super) struct Window<'b> {
    bytes: &'b [u8],
    start: usize,
    end: usize,
    /// Where its line is, once that was asked for: in a long line it takes a while to find.
    line: OnceCell<Range<usize>>,
}

impl<'b> Window<'b> {
    /// Around a range. However much more of the log is at hand, the window is the same.
    pub(super) fn new(bytes: &'b [u8], range: Range<usize>) -> Self {
        let from = range.end.saturating_sub(BEHIND);
        let to = bytes.len().min(range.end + AHEAD);
        Self {
            bytes: bytes.get(from..to).unwrap_or_default(),
            start: range.start.saturating_sub(from),
            end: range.end - from,
            line: OnceCell::new(),
        }
    }

    /// The bytes from the start of the text that was found.
    pub(super) fn found_and_after(&self) -> &'b [u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// The bytes of the line. A line of progress that was written over ends before the next; a long one ends at escaped line
    /// breaks too, as JSON has them.
    fn line(&self) -> Range<usize> {
        self.line.get_or_init(|| self.find_line()).clone()
    }

    fn find_line(&self) -> Range<usize> {
        let before = self.bytes.get(..self.start).unwrap_or_default();
        let after = self.bytes.get(self.end..).unwrap_or_default();
        let mut start = memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1);
        let mut end = memchr2(b'\n', b'\r', after).map_or(self.bytes.len(), |at| self.end + at);
        if end - start > LONGEST_LINE {
            let line_before = self.bytes.get(start..self.start).unwrap_or_default();
            start += memmem::rfind(line_before, b"\\n").map_or(0, |at| at + 2);
            let line_after = self.bytes.get(self.end..end).unwrap_or_default();
            end = memmem::find(line_after, b"\\n").map_or(end, |at| self.end + at);
        }
        if self.end - start > LONGEST_LINE {
            start = self.start - BEFORE.min(self.start);
        }
        start..end.min(start + LONGEST_LINE)
    }

    /// How many bytes the line has.
    pub(super) fn line_length(&self) -> usize {
        self.line().len()
    }

    /// How far the start of the line is from the end of the text that was found.
    pub(super) fn line_start(&self) -> usize {
        self.end - self.line().start
    }

    /// The text of the line.
    pub(super) fn text(&self) -> Cow<'b, str> {
        text(self.bytes.get(self.line()).unwrap_or_default())
    }

    /// The bytes of the line from the start of the text that was found.
    pub(super) fn line_from_start(&self) -> &'b [u8] {
        let line = self.line();
        self.bytes.get(self.start..line.end).unwrap_or_default()
    }

    /// The text of the line up to the one that was found.
    pub(super) fn text_before(&self) -> Cow<'b, str> {
        text(self.bytes.get(self.line().start..self.start).unwrap_or_default())
    }

    /// The texts of the lines after it.
    pub(super) fn next_lines(&self) -> impl Iterator<Item = Cow<'b, str>> + use<'b> {
        let after = self.bytes.get(self.end..).unwrap_or_default();
        let lines = after.split(|byte| *byte == b'\n').skip(1);
        lines.map(|line| text(line.get(..LONGEST_LINE).unwrap_or(line)))
    }
}

/// Bytes as text; characters that were cut in two at its ends are left out.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    let is_rest = |byte: &u8| (0x80..0xc0).contains(byte);
    let start = bytes.iter().take(3).take_while(|byte| is_rest(byte)).count();
    let bytes = bytes.get(start..).unwrap_or_default();
    let tail = bytes
        .utf8_chunks()
        .last()
        .map_or(0, |last| match last.invalid().len() {
            // Only what could have gone on.
            1..=3 if bytes.ends_with(last.invalid()) => last.invalid().len(),
            _ => 0,
        });
    String::from_utf8_lossy(bytes.get(..bytes.len() - tail).unwrap_or_default())
}
