//! Collections in brackets, on one line or on several.

use super::style::YamlLayout;
use super::{UNUSUAL, YamlEdits};
use crate::edit::Refused;
use crate::text::{TextEdit, TextRange};

/// A collection in brackets that is not empty.
pub(crate) struct Flow<'t> {
    pub(crate) layout: YamlLayout<'t>,
    /// With its brackets.
    pub(crate) range: TextRange,
    /// Its entries or items.
    pub(crate) parts: Vec<TextRange>,
}

impl Flow<'_> {
    /// Adds a part after the part with the index `after`, or in front of all.
    pub(crate) fn insert(&self, new: &str, after: Option<usize>) -> YamlEdits {
        let first = self.part(0)?;
        let is_multi_line = self.has_break(self.range.start(), first.start());
        let Some(after) = after else {
            self.check_nothing_before(0)?;
            let gap = if is_multi_line {
                self.layout.new_line(self.layout.before(first.start()).len())
            } else {
                " ".to_owned()
            };
            return Ok(vec![TextEdit::insert(first.start(), format!("{new},{gap}"))]);
        };
        let end = self.part(after)?.end();
        let comma = self.comma_after(after)?;
        if !is_multi_line {
            return Ok(match comma {
                Some(comma) if after + 1 == self.parts.len() => {
                    vec![TextEdit::insert(comma + 1, format!(" {new},"))]
                }
                _ => vec![TextEdit::insert(end, format!(", {new}"))],
            });
        }
        let line = self.layout.new_line(self.layout.before(first.start()).len());
        match comma {
            Some(comma) if self.layout.is_rest_free(comma + 1) => Ok(vec![TextEdit::insert(
                self.layout.line_end(comma),
                format!("{line}{new},"),
            )]),
            Some(comma) => Ok(vec![TextEdit::insert(comma + 1, format!(" {new},"))]),
            None if self.layout.is_rest_free(end) && self.layout.line_end(end) > end => Ok(vec![
                TextEdit::insert(end, ","),
                TextEdit::insert(self.layout.line_end(end), format!("{line}{new}")),
            ]),
            None => Ok(vec![TextEdit::insert(end, format!(",{line}{new}"))]),
        }
    }

    /// Removes the part with this index.
    pub(crate) fn remove(&self, index: usize) -> YamlEdits {
        let part = self.part(index)?;
        self.check_nothing_before(index)?;
        let comma = self.comma_after(index)?;
        if self.parts.len() == 1 {
            let inside = TextRange::new(self.range.start() + 1, self.range.end().saturating_sub(1));
            let has_comment = self.is_comment_in(inside.start(), part.start())
                || self.is_comment_in(part.end(), inside.end());
            return if has_comment {
                Err(UNUSUAL)
            } else {
                Ok(vec![TextEdit::delete(inside)])
            };
        }
        let end = comma.map_or(part.end(), |comma| comma + 1);
        let previous = index
            .checked_sub(1)
            .map(|previous| self.part(previous))
            .transpose()?;
        let has_own_lines = self.layout.is_indented(part.start()) && self.layout.is_rest_free(end);
        let mut edits = Vec::new();
        if let (None, Some(previous)) = (comma, previous) {
            let comma = self.comma_after(index - 1)?.ok_or(UNUSUAL)?;
            if !has_own_lines {
                let is_simple = !self.is_comment_in(previous.end(), part.start());
                let range = TextRange::new(previous.end(), part.end());
                return if is_simple {
                    Ok(vec![TextEdit::delete(range)])
                } else {
                    Err(UNUSUAL)
                };
            }
            edits.push(TextEdit::delete(TextRange::new(comma, comma + 1)));
        }
        let range = if has_own_lines {
            TextRange::new(self.layout.line_start(part.start()), self.layout.next_line(end))
        } else {
            let behind = self.layout.text.get(end..).unwrap_or("");
            TextRange::new(part.start(), end + behind.len() - behind.trim_start().len())
        };
        edits.push(TextEdit::delete(range));
        Ok(edits)
    }

    fn part(&self, index: usize) -> Result<TextRange, Refused> {
        self.parts.get(index).copied().ok_or(UNUSUAL)
    }

    /// Refuses where an anchor or a tag is in front of a part.
    fn check_nothing_before(&self, index: usize) -> Result<(), Refused> {
        let from = match index.checked_sub(1) {
            Some(previous) => self.comma_after(previous)?.ok_or(UNUSUAL)?,
            None => self.range.start(),
        };
        let is_clear = self.layout.skip_blanks_and_comments(from + 1) == self.part(index)?.start();
        if is_clear { Ok(()) } else { Err(UNUSUAL) }
    }

    /// The comma after a part. None if the closing bracket follows.
    fn comma_after(&self, index: usize) -> Result<Option<usize>, Refused> {
        let at = self.layout.skip_blanks_and_comments(self.part(index)?.end());
        match self.layout.text.as_bytes().get(at) {
            Some(b',') => Ok(Some(at)),
            Some(b'}' | b']') if at + 1 == self.range.end() => Ok(None),
            _ => Err(UNUSUAL),
        }
    }

    fn has_break(&self, start: usize, end: usize) -> bool {
        TextRange::new(start, end)
            .slice(self.layout.text)
            .contains(['\n', '\r'])
    }

    fn is_comment_in(&self, start: usize, end: usize) -> bool {
        TextRange::new(start, end).slice(self.layout.text).contains('#')
    }
}
