//! From the protocol's positions to the analysis' offsets.

use tower_lsp::lsp_types::{Position, Range};
use trustpub_analysis::{ColumnUnit, File, LineColumn, TextRange};

/// The offset of a position; after a line's end means the line's end, and after the last line the end of the text.
pub(crate) fn offset(file: &File, position: Position, unit: ColumnUnit) -> usize {
    let place = LineColumn {
        line: position.line as usize,
        column: position.character as usize,
    };
    let offset = file.line_index.offset(&file.text, place, unit);
    offset.unwrap_or(file.text.len())
}

/// The range of a range; a reversed one is empty.
pub(crate) fn range(file: &File, range: Range, unit: ColumnUnit) -> TextRange {
    TextRange::new(offset(file, range.start, unit), offset(file, range.end, unit))
}
