//! The lines of a file that a diagnostic shows.

use std::collections::BTreeSet;
use std::ops::Range;

use trustpub_analysis::{REDACTED, TextRange, printable_char};

use crate::report::{BYTE_ORDER_MARK, Source};

/// How much of a long line is kept after the last place of interest: more than fits on a terminal, where the
/// renderer cuts it with an ellipsis, and little enough to be fast on a line of a megabyte.
const KEPT_BEHIND: usize = 300;

/// How much of a long range is underlined.
const LONGEST_UNDERLINE: usize = 100;

/// A part of a file, ready to print.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Excerpt {
    /// The number of the first line, from 1.
    pub(crate) first_line: usize,
    /// The lines, with `\n` between them. A character of the file is one character here, so that columns stay true,
    /// but a harmless one. Lines that are not shown are empty.
    pub(crate) text: String,
    /// Where the ranges that were asked for are in `text`, in their order.
    pub(crate) marks: Vec<Range<usize>>,
}

/// A range on one line of a file.
struct Mark {
    line: usize,
    start: usize,
    end: usize,
}

/// The lines that hold `ranges`. Of a range over several lines only the first line is marked: the message says what
/// it is about, and a whole job underlined shows nothing. None if the text has no such lines.
pub(crate) fn excerpt(source: &Source, ranges: &[TextRange]) -> Option<Excerpt> {
    let marks: Vec<Mark> = ranges
        .iter()
        .map(|range| mark(source, *range))
        .collect::<Option<_>>()?;
    let marked_lines: BTreeSet<usize> = marks.iter().map(|mark| mark.line).collect();
    let (first, last) = (*marked_lines.first()?, *marked_lines.last()?);
    let mut text = String::new();
    let mut places = vec![0..0; marks.len()];
    for line in first..=last {
        if line > first {
            text.push('\n');
        }
        // A single line between two marked ones is shown; of more, an ellipsis.
        let is_between = marked_lines.contains(&line.saturating_sub(1)) && marked_lines.contains(&(line + 1));
        if !marked_lines.contains(&line) && !is_between {
            continue;
        }
        let on_line = marks.iter().enumerate().filter(|(_, mark)| mark.line == line);
        push_line(source, line, on_line, &mut text, &mut places)?;
    }
    Some(Excerpt {
        first_line: first + 1,
        text,
        marks: places,
    })
}

fn mark(source: &Source, range: TextRange) -> Option<Mark> {
    let mut line = source.line_index.line_of(range.start());
    let mut line_range = source.line_index.line_range(&source.text, line)?;
    // A range that starts in a line break, such as "here something is missing", belongs to the line before it.
    if line_range.is_empty() && line > 0 && range.is_empty() {
        line -= 1;
        line_range = source.line_index.line_range(&source.text, line)?;
    }
    let start = range.start().min(line_range.end());
    Some(Mark {
        line,
        start,
        end: range.end().clamp(start, line_range.end()),
    })
}

fn push_line<'m>(
    source: &Source,
    line: usize,
    marks: impl Iterator<Item = (usize, &'m Mark)>,
    text: &mut String,
    places: &mut [Range<usize>],
) -> Option<()> {
    let range = source.line_index.line_range(&source.text, line)?;
    let line_text = source.text.get(range.start()..range.end()).unwrap_or_default();
    let marks: Vec<(usize, &Mark)> = marks.collect();
    let last_start = marks
        .iter()
        .map(|(_, mark)| mark.start)
        .max()
        .unwrap_or(range.start());
    let mut kept_behind = 0;
    let mut at = range.start();
    let place = |at: usize, here: usize, places: &mut [Range<usize>]| {
        for (index, mark) in &marks {
            let Some(place) = places.get_mut(*index) else {
                continue;
            };
            if mark.start >= at {
                *place = here..here;
            } else if mark.end >= at {
                place.end = here;
            }
        }
    };
    let mut secrets = source.secrets_in(range).iter().peekable();
    for c in line_text.chars() {
        place(at, text.len(), places);
        while secrets.next_if(|secret| secret.end() <= at).is_some() {}
        if let Some(secret) = secrets.peek().filter(|secret| secret.start() <= at) {
            // One of several lines is hidden on each of them.
            if secret.start().max(range.start()) == at {
                text.push_str(REDACTED);
            }
            at += c.len_utf8();
            continue;
        }
        if at > last_start {
            kept_behind += 1;
        }
        if kept_behind > KEPT_BEHIND {
            break;
        }
        let is_mark_of_file = at == 0 && c == BYTE_ORDER_MARK;
        if !is_mark_of_file {
            text.push(printable_char(text.chars().next_back(), c));
        }
        at += c.len_utf8();
    }
    place(at, text.len(), places);
    for (index, _) in marks {
        if let Some(place) = places.get_mut(index) {
            shorten(text, place);
        }
    }
    Some(())
}

/// An underline over more than a line of the terminal would hide the line.
fn shorten(text: &str, place: &mut Range<usize>) {
    let Some(underlined) = text.get(place.clone()) else {
        return;
    };
    if let Some((length, _)) = underlined.char_indices().nth(LONGEST_UNDERLINE) {
        place.end = place.start + length;
    }
}

#[cfg(test)]
mod tests {
    use trustpub_analysis::{FilePath, LineIndex};

    use super::*;

    fn source(text: &str) -> Source {
        let path = FilePath::new("a.yml").unwrap();
        Source::new(&path, text.into(), LineIndex::new(text))
    }

    fn range(text: &str, part: &str) -> TextRange {
        let start = text.find(part).unwrap();
        TextRange::new(start, start + part.len())
    }

    /// The lines and what is marked in them.
    fn shown(text: &str, parts: &[&str]) -> (usize, String, Vec<String>) {
        let ranges: Vec<_> = parts.iter().map(|part| range(text, part)).collect();
        let excerpt = excerpt(&source(text), &ranges).unwrap();
        let marked = excerpt
            .marks
            .iter()
            .map(|mark| excerpt.text[mark.clone()].to_owned())
            .collect();
        (excerpt.first_line, excerpt.text, marked)
    }

    #[test]
    fn lines_of_the_ranges_and_a_single_line_between_them() {
        let text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
        let (first, lines, marked) = shown(text, &["six", "wo", "ou"]);
        assert_eq!((first, &*lines), (2, "two\nthree\nfour\nfive\nsix"));
        assert_eq!(marked, ["six", "wo", "ou"]);
        let (first, lines, _) = shown(text, &["one", "six"]);
        assert_eq!((first, &*lines), (1, "one\n\n\n\n\nsix"));
    }

    #[test]
    fn marks_stay_where_they_are_whatever_is_replaced() {
        let (first, lines, marked) = shown(
            "\u{feff}a: \u{1b}[31m'é😀'\u{202e}\r\nb: 1\rc: 2",
            &["'é😀'\u{202e}"],
        );
        assert_eq!((first, &*lines), (1, "a: ␛[31m'é😀'\u{fffd}"));
        assert_eq!(marked, ["'é😀'\u{fffd}"]);
        assert_eq!(
            shown("\u{feff}a: 1\rb: 2\r\nc: 3", &["2", "c"]),
            (2, "b: 2\nc: 3".to_owned(), vec!["2".to_owned(), "c".to_owned()])
        );
        assert_eq!(shown("\u{feff}a: 1", &["\u{feff}a"]).2, ["a"]);
    }

    #[test]
    fn secrets_are_hidden_and_marks_stay() {
        let text = "a: 1\n//r/:_authToken=0123456789 x\n";
        let (_, lines, marked) = shown(text, &["//r/:_authToken=0123456789", "0123456789", " x", "456"]);
        assert_eq!(lines, "//r/:_authToken=*** x");
        assert_eq!(marked, ["//r/:_authToken=***", "***", " x", ""]);
    }

    #[test]
    fn a_secret_of_several_lines_is_hidden_on_each() {
        let text = "a: 1\nNODE_AUTH_TOKEN: >-\n  hunter2\n  correct\nb: 2\n";
        let (_, lines, marked) = shown(text, &["NODE_AUTH_TOKEN", "hunter2", "  correct", "b"]);
        assert_eq!(lines, "NODE_AUTH_TOKEN: >-\n  ***\n***\nb: 2");
        assert_eq!(marked, ["NODE_AUTH_TOKEN", "***", "***", "b"]);
    }

    #[test]
    fn only_the_first_line_of_a_range_is_marked() {
        let (_, lines, marked) = shown("jobs:\n  a:\n    b: c\n", &["a:\n    b: c\n"]);
        assert_eq!((&*lines, marked), ("  a:", vec!["a:".to_owned()]));
    }

    #[test]
    fn long_lines_and_long_ranges_are_cut() {
        let text = format!("{}HERE{}", "x".repeat(10_000), "y".repeat(1_000_000));
        let (_, line, marked) = shown(&text, &["HERE"]);
        assert!(line.len() < 11_000, "{}", line.len());
        assert_eq!(marked, ["HERE"]);
        assert_eq!(
            shown(&text, &[&text[10_000..500_000]]).2[0].len(),
            LONGEST_UNDERLINE
        );
    }

    #[test]
    fn place_after_the_last_line_break_is_shown_at_the_end_of_the_last_line() {
        for text in ["a: b\n", "a: b"] {
            let excerpt = excerpt(&source(text), &[TextRange::new(text.len(), text.len())]).unwrap();
            assert_eq!((&*excerpt.text, excerpt.marks.first()), ("a: b", Some(&(4..4))));
        }
        let excerpt = excerpt(&source(""), &[TextRange::new(0, 9)]).unwrap();
        assert_eq!((&*excerpt.text, excerpt.marks.first()), ("", Some(&(0..0))));
    }
}
