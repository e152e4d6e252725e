//! Finding the lines of a log that tell something, and peeling off what GitHub and the tools put around them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::memchr;

use super::colours::without_colours;
use super::signals::{SIGNALS, Signal};
use crate::publish::Says;

/// A line that tells something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Hit {
    /// Its number, from 1.
    pub(crate) line: usize,
    /// Its text without time, colours and prefixes.
    pub(crate) text: String,
    /// What it tells.
    pub(crate) signal: Signal,
}

/// One pass over the whole log finds every text of the table: logs may have a hundred megabytes.
static FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(SIGNALS.iter().map(|(needle, _)| needle)).ok());

/// A log may repeat a line without end; more of one kind than this tell nothing new.
const MOST_OF_ONE_KIND: usize = 50;
/// A text that is found more often than this, and means nothing each time, is no longer looked at.
const MOST_LOOKS: usize = 20_000;
/// Longer lines are cut: what tells something stands near the text that was found.
const LONGEST_LINE: usize = 2_000;

/// The lines of the log that tell something, in order.
pub(crate) fn scan(log: &str) -> Vec<Hit> {
    let Some(finder) = FINDER.as_ref() else {
        return Vec::new();
    };
    let log = &*without_colours(log);
    let mut hits: Vec<Hit> = Vec::new();
    let mut counts = vec![Count::default(); SIGNALS.len()];
    let mut lines = LineCounter::default();
    // No text of the table is a part of another, so none hides another.
    for found in finder.find_iter(log) {
        let pattern = found.pattern().as_usize();
        let Some(((needle, signal), count)) = SIGNALS.get(pattern).zip(counts.get_mut(pattern)) else {
            continue;
        };
        count.seen += 1;
        if count.taken >= MOST_OF_ONE_KIND || count.seen > MOST_LOOKS {
            continue;
        }
        let start = found.start() + usize::from(needle.starts_with('\n'));
        let (line, text) = lines.line_at(log, start);
        let text = match signal {
            // Its two addresses are what counts, and people break the long line when they report it.
            Signal::RepositoryCompared => clean(&joined(log, start)),
            _ => clean(text),
        };
        let is_at_start = !matches!(signal, Signal::Tool(_, Says::Version)) || begins_with(&text, needle);
        let is_known = |hit: &Hit| hit.line == line && hit.signal == *signal;
        if !is_at_start || !signal.is_meant_by(&text) || hits.iter().rev().take(8).any(is_known) {
            continue;
        }
        count.taken += 1;
        let signal = signal.read_in(&text);
        hits.push(Hit { line, text, signal });
    }
    hits
}

/// Whether the line begins with a text, but for signs and the brackets of a logger: `[1:00:00 AM] [tool] › ℹ  text`.
fn begins_with(line: &str, text: &str) -> bool {
    let mut depth = 0_usize;
    let is_ornament = |c: char| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            // The sign of a notice counts as a letter.
            'ℹ' => {}
            _ => return depth > 0 || !c.is_alphanumeric(),
        }
        true
    };
    line.split_once(text)
        .is_some_and(|(before, _)| before.chars().all(is_ornament))
}

/// How often a text was found, and how often it told something.
#[derive(Clone, Copy, Default)]
struct Count {
    seen: usize,
    taken: usize,
}

/// Numbers the lines of growing offsets.
#[derive(Default)]
struct LineCounter {
    offset: usize,
    line: usize,
}

impl LineCounter {
    fn line_at<'l>(&mut self, log: &'l str, offset: usize) -> (usize, &'l str) {
        let passed = log.as_bytes().get(self.offset..offset).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count();
        self.offset = offset;
        let before = log.get(..offset).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
        let rest = log.get(start..).unwrap_or_default();
        let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        (self.line + 1, rest.get(..end).unwrap_or(rest))
    }
}

/// The line at an offset, with the lines behind it up to the one that ends the comparison.
fn joined(log: &str, offset: usize) -> String {
    const MOST_LINES: usize = 4;
    let start = log.get(..offset).and_then(|before| before.rfind('\n'));
    let rest = log.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
    let lines: Vec<&str> = rest.lines().take(MOST_LINES).collect();
    let end = lines
        .iter()
        .position(|line| line.contains("from provenance"))
        .unwrap_or(0);
    let lines = lines.get(..=end).unwrap_or_default();
    lines.iter().map(|line| cut(line)).collect::<Vec<_>>().join(" ")
}

/// The line as the tool wrote it.
fn clean(line: &str) -> String {
    let mut text = cut(line);
    // `gh run view --log` puts the job and the step before the time.
    let mut columns = text.match_indices('\t').filter_map(|(at, _)| text.get(at + 1..));
    if let Some(rest) = columns.find(|rest| starts_with_time(without_mark(rest))) {
        text = rest;
    }
    let mut text = without_mark(text).trim();
    if starts_with_time(text) {
        text = text.split_once(' ').map_or("", |(_, rest)| rest).trim_start();
    }
    loop {
        let before = text;
        for prefix in PREFIXES {
            if let Some(rest) = text.strip_prefix(prefix) {
                text = rest.trim_start();
            }
        }
        if text == before {
            return text.to_owned();
        }
    }
}

/// GitHub puts a byte order mark before the first line of each step.
fn without_mark(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

/// What GitHub and tools that run npm put before its lines. npm's own `npm error` stays: it tells the version.
const PREFIXES: [&str; 10] = [
    "##[error]",
    "##[warning]",
    "##[group]",
    "##[command]",
    "##[debug]",
    "🦋  error",
    "🦋  warn",
    "🦋",
    "│",
    "└",
];

fn cut(line: &str) -> &str {
    let mut end = LONGEST_LINE.min(line.len());
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.get(..end).unwrap_or(line)
}

/// `2026-11-23T10:00:00.0000000Z `
fn starts_with_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    digits(0, 4)
        && bytes.get(4) == Some(&b'-')
        && digits(5, 7)
        && bytes.get(10) == Some(&b'T')
        && digits(11, 13)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::npm_errors::NpmError;

    #[test]
    fn what_stands_around_a_line_is_peeled_off() {
        for line in [
            "npm error code E404",
            "2026-11-23T10:00:00.0000000Z npm error code E404",
            "publish\tRun npm publish\t2026-11-23T10:00:00.0000000Z npm error code E404\r",
            "\u{feff}2026-11-23T10:00:00.0000000Z npm error code E404",
            "publish\tUNKNOWN STEP\t\u{feff}2026-11-23T10:00:00.0000000Z npm error code E404",
            "##[error]npm error code E404",
            "🦋  error npm error code E404",
            "│ └ npm error code E404",
        ] {
            assert_eq!(clean(line), "npm error code E404", "{line}");
        }
    }

    #[test]
    fn lines_are_numbered_and_told_once() {
        let log = "first\nnpm error code E404 npm error code E404\n\nnpm error code ENEEDAUTH\n";
        let hits = scan(log);
        let found: Vec<_> = hits.iter().map(|hit| (hit.line, hit.signal)).collect();
        assert_eq!(
            found,
            [
                (2, Signal::Code(NpmError::E404)),
                (4, Signal::Code(NpmError::NeedAuth))
            ]
        );
    }

    #[test]
    fn a_line_without_end_is_cut_and_repeated_lines_are_bounded() {
        let long = format!("npm error code E404 {}", "é".repeat(100_000));
        assert!(scan(&long).iter().all(|hit| hit.text.len() <= LONGEST_LINE));
        let repeated = "npm error code E404\n".repeat(10_000);
        assert_eq!(scan(&repeated).len(), MOST_OF_ONE_KIND);
    }
}
