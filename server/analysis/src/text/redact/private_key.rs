//! Private keys in PEM form: <https://www.rfc-editor.org/rfc/rfc7468#section-10>. Also those of OpenPGP.

use std::ops::Range;

/// Before `PRIVATE KEY` is at most this: `-----BEGIN ENCRYPTED `.
const LONGEST_START: usize = 40;

/// A line before or after which a key begins or ends.
struct Mark {
    range: Range<usize>,
    is_end: bool,
}

/// Collects what is between the two marks of a key. Where a mark is missing, as the text is an excerpt, the lines count that
/// can be a part of a key.
pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    let marks = marks(text);
    let mut done = 0;
    for (at, mark) in marks.iter().enumerate() {
        let next = marks.get(at + 1);
        let limit = next.map_or(text.len(), |next| next.range.start);
        let body = match (mark.is_end, next) {
            (false, Some(next)) if next.is_end => mark.range.end..limit,
            (false, _) => mark.range.end..mark.range.end + key_lines(text, mark.range.end..limit),
            (true, _) => {
                let before = text.get(done..mark.range.start).unwrap_or_default();
                mark.range.start - key_lines_at_end(before)..mark.range.start
            }
        };
        let is_between = mark.is_end && done == mark.range.start;
        done = if mark.is_end { mark.range.end } else { body.end };
        if !is_between && text.get(body.clone()).is_some_and(|key| !key.trim().is_empty()) {
            found.push(body);
        }
    }
}

fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (at, words) in text.match_indices("PRIVATE KEY") {
        let behind = at + words.len();
        let rest = text.get(behind..).unwrap_or_default();
        let block = if rest.starts_with(" BLOCK") {
            " BLOCK".len()
        } else {
            0
        };
        if !rest.get(block..).is_some_and(|rest| rest.starts_with("-----")) {
            continue;
        }
        let mut from = at.saturating_sub(LONGEST_START);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let before = text.get(from..at).unwrap_or_default();
        let Some(start) = before.rfind("-----") else {
            continue;
        };
        let is_end = match before.get(start + 5..) {
            Some(word) if word.starts_with("BEGIN") => false,
            Some(word) if word.starts_with("END") => true,
            _ => continue,
        };
        marks.push(Mark {
            range: from + start..behind + block + 5,
            is_end,
        });
    }
    marks
}

/// The length of the lines at the start of `range` that can be a key's. The first one is what is after the mark.
fn key_lines(text: &str, range: Range<usize>) -> usize {
    let text = text.get(range).unwrap_or_default();
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        if length > 0 && !is_key_line(line) {
            break;
        }
        length += line.len();
    }
    text.get(..length).unwrap_or_default().trim_end().len()
}

fn key_lines_at_end(text: &str) -> usize {
    let lines = text.split_inclusive('\n').rev();
    lines.take_while(|line| is_key_line(line)).map(str::len).sum()
}

/// Whether a line is base64, empty, or a header such as `Proc-Type: 4,ENCRYPTED`; also in a diff, in quotes, with line breaks
/// that are escaped.
fn is_key_line(line: &str) -> bool {
    let line = line.trim_matches(|c: char| c.is_whitespace() || "+-\"',\\".contains(c));
    let is_header = ["Proc-Type:", "DEK-Info:", "Comment:", "Version:"]
        .iter()
        .any(|header| line.starts_with(header));
    is_header
        || line
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=\\*".contains(&byte))
}
