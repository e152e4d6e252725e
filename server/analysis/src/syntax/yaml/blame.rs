//! Which part of a line is to blame for an error, where that can be told from what the reader says.

use super::ranges::line_end;
use crate::text::TextRange;

/// How far back an open bracket or quote is searched, in bytes.
const SEARCH: usize = 4096;

/// What kind of thing the reader stumbled over, which says where its cause is to be searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Blame {
    /// The quote at the place where the reader stopped, which is not closed.
    OpenQuote,
    /// What follows a closing quote there; mostly that quote was meant to open.
    BehindQuote,
    /// A bracket in front of the place that is not closed.
    OpenBracket,
    /// The value that starts there, or a `:` or `-` that cannot be there.
    Value,
    /// Whole lines.
    Lines,
}

impl Blame {
    /// What the reader's message means.
    pub(crate) fn of(info: &str) -> Self {
        if info.starts_with("invalid trailing content after double-quoted") {
            Self::BehindQuote
        } else if info.contains("quoted scalar") {
            Self::OpenQuote
        } else if info == "invalid indentation"
            || info.contains(" flow ")
            || info.contains("inside a block")
            || info.contains("illegal placement of ':'")
        {
            Self::OpenBracket
        } else if info.starts_with("mapping values are not allowed")
            || info.starts_with("block sequence entries are not allowed")
            || info.starts_with("unexpected character")
            || info.contains("unknown anchor")
        {
            Self::Value
        } else {
            Self::Lines
        }
    }

    /// What is to be left out so that the key in front of it can stay, up to the end of its line. None if
    /// nothing else is on that line.
    pub(crate) fn range(self, text: &str, offset: usize) -> Option<TextRange> {
        let start = match self {
            Self::OpenQuote | Self::Value => offset,
            Self::BehindQuote => open_quote(text, offset).unwrap_or(offset),
            Self::OpenBracket => open_bracket(text, offset)?,
            Self::Lines => return None,
        };
        let line_start = text.get(..start)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let before = text.get(line_start..start)?.trim_matches([' ', '\t']);
        let rest = text
            .get(start..line_end(text, start))?
            .trim_end_matches([' ', '\t']);
        let is_part = !before.is_empty() && before != "-" && !rest.is_empty();
        is_part.then(|| TextRange::new(start, start + rest.len()))
    }
}

/// The innermost bracket that is open at `offset`.
fn open_bracket(text: &str, offset: usize) -> Option<usize> {
    let before = text.as_bytes().get(..offset)?;
    let mut closed = 0;
    for (distance, byte) in before.iter().rev().take(SEARCH).enumerate() {
        match byte {
            b']' | b'}' => closed += 1,
            b'[' | b'{' if closed == 0 => return Some(offset - distance - 1),
            b'[' | b'{' => closed -= 1,
            _ => {}
        }
    }
    None
}

/// The quote that opens on an earlier line where the one in front of `offset` closes it.
fn open_quote(text: &str, offset: usize) -> Option<usize> {
    let closed = text.get(..offset)?.trim_end_matches([' ', '\t']);
    let quote = closed.chars().next_back().filter(|c| matches!(c, '\'' | '"'))?;
    let has_open_quote = |line: &str| line.matches(quote).count() % 2 == 1;
    let mut lines = closed.rsplit(['\n', '\r']);
    let last = lines.next()?;
    if !has_open_quote(last) {
        // It opens on the line on which it closes.
        return None;
    }
    let mut end = closed.len().checked_sub(last.len() + 1)?;
    for line in lines {
        if closed.len() - end > SEARCH {
            return None;
        }
        if has_open_quote(line) {
            return Some(end - line.len() + line.rfind(quote)?);
        }
        end = end.checked_sub(line.len() + 1)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_to_blame_is_found() {
        for (blame, text, stop, expected) in [
            (Blame::OpenQuote, "a: \"b c\nd: e", 3, Some("\"b c")),
            (Blame::Value, "a: b: c # d\n", 4, Some(": c # d")),
            (Blame::Value, "  @b\n", 2, None),
            (Blame::Value, "- @b\n", 2, None),
            (Blame::Lines, "a: b\n", 3, None),
            (Blame::OpenBracket, "a: [b, {c: d}\ne: f", 14, Some("[b, {c: d}")),
            (Blame::OpenBracket, "a: [b]\nc", 7, None),
            (Blame::BehindQuote, "a: \"b\" c\n", 7, Some("c")),
            (Blame::BehindQuote, "a: \"x\r\nb: \"y\"", 11, Some("\"x")),
            (Blame::BehindQuote, "a: \"x\nc: '\"'\nb: d", 11, Some("\"x")),
        ] {
            let found = blame.range(text, stop).map(|range| range.slice(text));
            assert_eq!(found, expected, "{blame:?} in {text:?}");
        }
    }
}
