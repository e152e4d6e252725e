use crate::text::{LineIndex, TextRange};

/// What the reader is shown instead of a text: some lines left out, others moved to the right.
pub(crate) struct View {
    text: String,
    /// Where blanks were inserted, in the order of the view, as offsets in the view.
    paddings: Vec<usize>,
}

/// So many blanks are put in front of a line, more than any sensible indentation has.
const PADDING: usize = 64;

impl View {
    /// A view in which the lines that a range touches are empty. Every byte of them becomes a line break: that
    /// keeps offsets, and unlike blanks it means nothing, not even inside a block scalar.
    pub(crate) fn without(text: &str, left_out: &[TextRange]) -> Self {
        let mut view = String::with_capacity(text.len());
        for range in left_out {
            let kept = text.get(view.len()..range.start()).unwrap_or("");
            view.push_str(kept);
            view.extend(std::iter::repeat_n('\n', range.end() - view.len()));
        }
        let kept = text.get(view.len()..).unwrap_or("");
        view.push_str(kept);
        Self {
            text: view,
            paddings: Vec::new(),
        }
    }

    /// What the reader is shown.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Puts blanks in front of the line of the view that holds `offset`.
    pub(crate) fn pad_line(&mut self, offset: usize) {
        let lines = LineIndex::new(&self.text);
        let start = lines.line_start(lines.line_of(offset)).unwrap_or(0);
        self.text.insert_str(start, &" ".repeat(PADDING));
        let index = self.paddings.partition_point(|&padding| padding < start);
        for padding in self.paddings.iter_mut().skip(index) {
            *padding += PADDING;
        }
        self.paddings.insert(index, start);
    }

    /// The offset in the text of an offset in the view.
    pub(crate) fn text_offset(&self, offset: usize) -> usize {
        let before = self
            .paddings
            .partition_point(|&padding| padding + PADDING <= offset);
        // An offset inside a padding is that of the line's start.
        let end = self.paddings.get(before).map_or(offset, |&next| offset.min(next));
        end - before * PADDING
    }

    /// The range in the text of a range in the view.
    pub(crate) fn text_range(&self, range: TextRange) -> TextRange {
        TextRange::new(self.text_offset(range.start()), self.text_offset(range.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_the_text_whatever_the_view_shows() {
        let text = "é: 1\n]\n]x\n";
        let mut view = View::without(text, &[TextRange::new(0, 5)]);
        assert_eq!(view.text(), "\n\n\n\n\n\n]\n]x\n");
        view.pad_line(8);
        view.pad_line(6);
        view.pad_line(6);
        let found = |c| view.text_offset(view.text().find(c).unwrap());
        assert_eq!(found("]\n"), text.find("]\n").unwrap());
        assert_eq!(found("]x"), text.find("]x").unwrap());
        assert_eq!(found("x"), text.find('x').unwrap());
        assert_eq!(view.text_offset(view.text().len()), text.len());
        assert_eq!(view.text_offset(20), 6, "inside a padding");
    }
}
