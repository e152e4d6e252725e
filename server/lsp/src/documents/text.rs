//! A text that the client has open, kept equal to the client's by its edits.

use ropey::{Rope, RopeSlice};
use tower_lsp::lsp_types::{Position, Range, TextDocumentContentChangeEvent};
use trustpub_analysis::ColumnUnit;

/// An open text and its version.
#[derive(Debug)]
pub struct Document {
    rope: Rope,
    version: i32,
    is_in_sync: bool,
}

/// Why the client's text is not known any more. It becomes known again when the client sends it in full.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutOfSync {
    /// The version went backwards, so at least one edit came in the wrong order.
    VersionWentBack {
        /// The version that was there.
        from: i32,
        /// The version that came.
        to: i32,
    },
    /// The edit's range ends before it starts, or starts after the end of the text.
    ImpossibleRange(Range),
    /// An earlier edit was impossible, so this one has no basis.
    Since,
}

impl Document {
    /// A text as the client opened it.
    pub fn new(text: &str, version: i32) -> Self {
        Self {
            rope: Rope::from_str(text),
            version,
            is_in_sync: true,
        }
    }

    /// The version of the text.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// The length of the text in bytes.
    pub(crate) fn length(&self) -> usize {
        self.rope.len_bytes()
    }

    /// The text; none if an impossible edit has made it unknown.
    pub fn text(&self) -> Option<String> {
        self.is_in_sync.then(|| self.rope.to_string())
    }

    /// Applies the changes one after the other, each to the text that the one before it made.
    pub fn apply(
        &mut self,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        unit: ColumnUnit,
    ) -> Result<(), OutOfSync> {
        let version_before = std::mem::replace(&mut self.version, version);
        // Clients that do not count send the same version again. Their edits are still right.
        let result = if version < version_before {
            self.is_in_sync = false;
            let cause = OutOfSync::VersionWentBack {
                from: version_before,
                to: version,
            };
            self.apply_all(changes, unit).map_err(|_| cause)
        } else {
            self.apply_all(changes, unit)
        };
        self.is_in_sync = result.is_ok();
        result
    }

    fn apply_all(
        &mut self,
        changes: &[TextDocumentContentChangeEvent],
        unit: ColumnUnit,
    ) -> Result<(), OutOfSync> {
        for change in changes {
            match change.range {
                None => {
                    self.rope = Rope::from_str(&change.text);
                    self.is_in_sync = true;
                }
                Some(range) if self.is_in_sync => {
                    let changed = self.replace(range, &change.text, unit);
                    changed.ok_or(OutOfSync::ImpossibleRange(range))?;
                }
                Some(_) => return Err(OutOfSync::Since),
            }
        }
        if self.is_in_sync {
            Ok(())
        } else {
            Err(OutOfSync::Since)
        }
    }

    fn replace(&mut self, range: Range, new_text: &str, unit: ColumnUnit) -> Option<()> {
        // Some clients name the end of the text by the line after the last one, or by a huge number. An edit that
        // starts further down is about another text than ours.
        if range.start.line as usize > self.rope.len_lines() {
            return None;
        }
        let start = self.char_index(range.start, unit)?;
        let end = self.char_index(range.end, unit)?;
        self.rope.try_remove(start..end).ok()?;
        self.rope.try_insert(start, new_text).ok()
    }

    /// The character that a position is before. After a line's end means the line's end, and after the last
    /// line means the end of the text.
    fn char_index(&self, position: Position, unit: ColumnUnit) -> Option<usize> {
        let Some(line) = self.rope.get_line(position.line as usize) else {
            return Some(self.rope.len_chars());
        };
        let start = self.rope.try_line_to_char(position.line as usize).ok()?;
        let column = position.character as usize;
        // Every one of these panics or fails after the line's end, hence the `min`.
        let column = match unit {
            ColumnUnit::Utf8 => line.try_byte_to_char(column.min(line.len_bytes())).ok()?,
            ColumnUnit::Utf16 => line.try_utf16_cu_to_char(column.min(line.len_utf16_cu())).ok()?,
            ColumnUnit::Utf32 => column,
        };
        Some(start + column.min(length_without_line_break(line)))
    }
}

fn length_without_line_break(line: RopeSlice<'_>) -> usize {
    let length = line.len_chars();
    let char_from_end = |distance| length.checked_sub(distance).and_then(|at| line.get_char(at));
    match (char_from_end(2), char_from_end(1)) {
        (Some('\r'), Some('\n')) => length - 2,
        (_, Some('\r' | '\n')) => length - 1,
        _ => length,
    }
}
