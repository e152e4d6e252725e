use super::TextRange;

/// The replacement of a range of a file's text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TextEdit {
    /// What is replaced, in the text before any edit.
    pub range: TextRange,
    /// What is there afterwards.
    pub new_text: String,
}

impl TextEdit {
    /// Replaces `range` by `new_text`.
    pub fn replace(range: TextRange, new_text: impl Into<String>) -> Self {
        Self {
            range,
            new_text: new_text.into(),
        }
    }

    /// Inserts `new_text` at `offset`.
    pub(crate) fn insert(offset: usize, new_text: impl Into<String>) -> Self {
        Self::replace(TextRange::empty(offset), new_text)
    }

    /// Deletes `range`.
    pub(crate) fn delete(range: TextRange) -> Self {
        Self::replace(range, "")
    }

    /// The one replacement that makes `new` of `old`: all between what both begin with and what both end with.
    pub fn between(old: &str, new: &str) -> Self {
        let same = |(a, b): &(char, char)| a == b;
        let length = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
            pairs.take_while(same).map(|(char, _)| char.len_utf8()).sum()
        };
        let prefix = length(&mut old.chars().zip(new.chars()));
        let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
        let suffix = length(&mut old_rest.chars().rev().zip(new_rest.chars().rev()));
        Self::replace(
            TextRange::new(prefix, old.len() - suffix),
            &new_rest[..new_rest.len() - suffix],
        )
    }
}

/// Why a list of edits cannot be applied to a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EditError {
    /// Two edits overlap.
    Overlap,
    /// An edit lies outside the text or splits a character.
    OutOfText,
}

/// Applies edits that all refer to `text`. Their order does not matter, but they must not overlap;
/// insertions at the same offset are applied in the order given.
pub(crate) fn apply_edits(text: &str, edits: &[TextEdit]) -> Result<String, EditError> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    let mut result = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in sorted {
        if edit.range.start() < done {
            return Err(EditError::Overlap);
        }
        let kept = text.get(done..edit.range.start()).ok_or(EditError::OutOfText)?;
        result.push_str(kept);
        result.push_str(&edit.new_text);
        done = edit.range.end();
    }
    result.push_str(text.get(done..).ok_or(EditError::OutOfText)?);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applies_in_text_order_whatever_the_order_given() {
        let edits = [
            TextEdit::insert(3, "d"),
            TextEdit::replace(TextRange::new(0, 1), "xy"),
        ];
        assert_eq!(apply_edits("abc", &edits), Ok("xybcd".to_owned()));
    }

    #[test]
    fn the_edit_between_two_texts_is_the_smallest_single_one() {
        let cases = [
            ("", "", (0, 0, "")),
            ("abc", "abc", (3, 3, "")),
            ("ac", "abc", (1, 1, "b")),
            ("aaa", "aa", (2, 3, "")),
            ("aé1z", "aè1z", (1, 3, "è")),
            ("x", "", (0, 1, "")),
        ];
        for (old, new, (start, end, text)) in cases {
            let edit = TextEdit::between(old, new);
            assert_eq!(
                edit,
                TextEdit::replace(TextRange::new(start, end), text),
                "{old} {new}"
            );
            assert_eq!(apply_edits(old, &[edit]).as_deref(), Ok(new));
        }
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        let overlap = [
            TextEdit::delete(TextRange::new(0, 2)),
            TextEdit::delete(TextRange::new(1, 3)),
        ];
        assert_eq!(apply_edits("abc", &overlap), Err(EditError::Overlap));
        assert_eq!(
            apply_edits("é", &[TextEdit::insert(1, "x")]),
            Err(EditError::OutOfText)
        );
        assert_eq!(
            apply_edits("abc", &[TextEdit::insert(9, "x")]),
            Err(EditError::OutOfText)
        );
    }
}
