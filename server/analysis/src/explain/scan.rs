//! Finding the lines of a log that tell something, while it is read.

mod day;
mod decode;
mod dress;
mod kept;
mod mentions;
mod needles;
mod place;
mod plain;
mod step;
mod window;
mod wraps;

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr_iter, memrchr};

use super::signals::{PUBLISHED, Signal};
use crate::publish::{Says, Tool};
use day::day_of;
pub(crate) use day::{Day, is_before_oidc};
use decode::Decoder;
use dress::{is_label, stamp, undressed, unstamped};
use kept::Kept;
use mentions::is_mention;
use needles::{NEEDLES, Needle, Needles};
use place::{JobChange, LONGEST_HEAD, Places};
use plain::PlainText;
use step::{Listing, has_label_of_test};
use window::{AHEAD, BEHIND, LONGEST_LINE, Window};

/// A line that tells something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Hit {
    /// Its number, from 1.
    pub(crate) line: usize,
    /// Its text without time, colours and prefixes.
    pub(crate) text: String,
    /// What it tells.
    pub(crate) signal: Signal,
    /// Whether it was an item of a list, as in release notes.
    pub(crate) is_listed: bool,
    /// The job that wrote it, by the name that the log shows.
    pub(crate) job: Option<Arc<str>>,
    /// The step that wrote it: its name, or the first line of its script.
    pub(crate) step: Option<Arc<str>>,
    /// Whether that step does nothing but test.
    pub(crate) is_of_test: bool,
    /// The day on which it was printed, if the line has it.
    pub(crate) day: Option<Day>,
}

/// What a [`Scanner`] found in a log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ScannedLog {
    pub(crate) hits: Vec<Hit>,
}

/// Reads a log in parts, and keeps only the lines that tell something. The parts may end anywhere, also inside of a character.
///
/// ```
/// use trustpub_analysis::explain::{Origin, Scanner, explain_scanned};
///
/// let mut scanner = Scanner::new();
/// scanner.push(b"npm error co");
/// scanner.push(b"de EOTP\n");
/// let explanation = explain_scanned(&scanner.finish(), &Origin::default());
/// assert_eq!(explanation.causes[0].id.name(), "eotp-token-2fa");
/// ```
#[derive(Debug, Default)]
pub struct Scanner {
    decoder: Decoder,
    plain_text: PlainText,
    /// The plain text that may still be needed.
    buffer: Vec<u8>,
    /// The offset of the buffer in the plain text.
    base: usize,
    /// Up to this offset, every text that ends there was taken.
    done: usize,
    lines: LineCounter,
    places: Places,
    kept: Kept,
    /// Lines by their number and their start, and what they told.
    recent: VecDeque<(usize, usize, Signal)>,
    /// How often a line was looked at for what it may tell.
    looks: HashMap<Signal, usize>,
    /// A line by its number, and how often it was looked at.
    looks_of_line: (usize, HashMap<Signal, usize>),
}

/// Bytes that are decoded at a time.
const PART: usize = 64 * 1024;
/// Bytes that are searched at a time.
const BLOCK: usize = 128 * 1024;
/// A text that is found more often than this is no longer looked at.
const MOST_LOOKS: usize = 250_000;
/// A line that has a text more often than this repeats itself: many more than a log without line breaks has, and than are kept.
const MOST_LOOKS_OF_LINE: usize = 1_000;
/// A line that is longer counts for several, one for each such length.
const USUAL_LINE: usize = 300;
/// Lines that are not told again.
const MOST_RECENT: usize = 16;

impl Scanner {
    /// At the start of a log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the next bytes of the log: UTF-8, UTF-16 with or without a byte order mark, or anything that leaves ASCII as it is.
    pub fn push(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(PART) {
            let text = self.decoder.push(part);
            self.plain_text.push(&text, &mut self.buffer);
            if self.buffer.len() >= self.done - self.base + BLOCK + AHEAD {
                self.search(self.buffer.len() - AHEAD);
            }
        }
    }

    /// Ends the log.
    pub fn finish(mut self) -> ScannedLog {
        let rest = self.decoder.finish();
        self.plain_text.push(&rest, &mut self.buffer);
        self.plain_text.finish(&mut self.buffer);
        self.search(self.buffer.len());
        ScannedLog {
            hits: self.kept.into_hits(),
        }
    }

    /// Takes every text that ends at or before a place in the buffer, and forgets what is not needed any more.
    fn search(&mut self, end: usize) {
        let Some(needles) = NEEDLES.as_ref() else {
            self.buffer.clear();
            return;
        };
        let buffer = std::mem::take(&mut self.buffer);
        self.search_in(&buffer, end, needles);
        self.buffer = buffer;
        self.done = self.base + end;
        let unneeded = end.saturating_sub(BEHIND);
        self.lines.keep_head(&self.buffer, self.base, self.done, unneeded);
        self.buffer.drain(..unneeded);
        self.base += unneeded;
    }

    fn search_in(&mut self, buffer: &[u8], end: usize, needles: &'static Needles) {
        // A text may have started in what was searched before.
        let start = (self.done - self.base).saturating_sub(needles.longest);
        for (found, needle) in needles.find(buffer.get(start..end).unwrap_or_default()) {
            let range = start + found.start()..start + found.end();
            if self.base + range.end > self.done {
                self.take(buffer, range, needle);
            }
        }
    }

    fn take(&mut self, buffer: &[u8], range: Range<usize>, needle: Needle) {
        match needle {
            Needle::Place(sign) => {
                let head = self.lines.head(buffer, self.base, self.base + range.end - 1);
                let window = Window::new(buffer, range.clone());
                let listing = || Listing::new(&window::text(&head), window.next_lines());
                match self.places.take(sign, &window::text(&head), listing) {
                    JobChange::None => {}
                    JobChange::Started => self.kept.start_job(),
                    JobChange::Named(name) => self.kept.name_job(&name),
                }
            }
            Needle::Whole(text, signal) => {
                // Signs of addition are everywhere.
                let window = Window::new(buffer, range.clone());
                if text != PUBLISHED || is_package(window.found_and_after().get(text.len()..)) {
                    self.take_line(buffer, &window, range.end, (text, signal), None);
                }
            }
            Needle::Wrapped(text, signal, length) => {
                // The line break belongs to the text that was found, and not to the line.
                let window = Window::new(buffer, range.start..range.end - 1);
                if let Some(rest) = wraps::rest(text, length, window.next_lines().next().as_deref()) {
                    self.take_line(buffer, &window, range.end, (text, signal), Some(&rest));
                }
            }
        }
    }

    /// Keeps the line around a text if it means what the text tells.
    fn take_line(
        &mut self,
        buffer: &[u8],
        window: &Window<'_>,
        end: usize,
        (needle, signal): (&'static str, Signal),
        rest: Option<&str>,
    ) {
        let head = self.lines.head(buffer, self.base, self.base + end - 1);
        let line = self.lines.number();
        if !self.may_look_again(line, signal) {
            return;
        }
        let looks = self.looks.entry(signal).or_default();
        if *looks > MOST_LOOKS {
            return;
        }
        // A long line takes longer.
        let length = window.line_length();
        *looks += 1 + length / USUAL_LINE;
        if signal.is_of_short_line() && length > USUAL_LINE {
            return;
        }
        let key = (line, self.base + end - window.line_start(), signal);
        if self.recent.contains(&key) {
            return;
        }
        let raw = window.text();
        let place = self.places.of_line(&window::text(&head));
        // GitHub lists the commands of a step before it runs them.
        let is_listing = place.is_in_listing && signal.is_failure();
        if is_listing || is_mention(&raw, &window.text_before(), signal, place.step.is_some()) {
            return;
        }
        let text = line_text(window, needle, signal, rest);
        let is_at_start = !matches!(signal, Signal::Tool(_, Says::Version)) || begins_with(&text, needle);
        let is_marked = || marked_error(&raw).is_some();
        if !is_at_start || !signal.is_meant_by(&text) || signal.is_meant_as_error(&text) && !is_marked() {
            return;
        }
        if self.recent.len() >= MOST_RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(key);
        let is_of_checkout = is_of_checkout(&raw, place.step.as_deref());
        self.kept.push(Hit {
            line,
            day: day_of(&raw, stamp(&raw)),
            signal: signal.read_in(&text, is_of_checkout),
            text,
            is_listed: is_listed(unstamped(&raw)),
            job: place.job,
            step: place.step,
            is_of_test: place.is_of_test || has_label_of_test(&raw),
        });
    }

    /// Counts a look at a line, and says whether it is not yet one too many.
    fn may_look_again(&mut self, line: usize, signal: Signal) -> bool {
        if self.looks_of_line.0 != line {
            self.looks_of_line.0 = line;
            self.looks_of_line.1.clear();
        }
        let looks = self.looks_of_line.1.entry(signal).or_default();
        *looks += 1;
        *looks <= MOST_LOOKS_OF_LINE
    }
}

/// Whether actions/checkout printed a line: its step has its name, or GitHub marked what git printed, which only this action asks
/// for (actions/checkout: dist/problem-matcher.json).
fn is_of_checkout(line: &str, step: Option<&str>) -> bool {
    let is_of_git = |text: &str| text.starts_with("fatal: ") || text.starts_with("remote: ");
    marked_error(line).is_some_and(is_of_git) || step.is_some_and(|step| step.contains("actions/checkout@"))
}

/// What follows the mark of an error, which the page of the run shows as `Error: `.
fn marked_error(line: &str) -> Option<&str> {
    let text = unstamped(line);
    ["##[error]", "Error: "]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))
}

/// Whether a line is an item of a list.
fn is_listed(text: &str) -> bool {
    ["- ", "* ", "• "].iter().any(|mark| text.starts_with(mark))
}

/// The line as the tool wrote it, with the lines that continue it where somebody broke it.
fn line_text(window: &Window<'_>, needle: &str, signal: Signal, rest: Option<&str>) -> String {
    let line = window.text();
    // What runs npm may put any label before it.
    let text = match needle == PUBLISHED && is_label(unstamped(&window.text_before())) {
        true => undressed(&window::text(window.line_from_start())).into_owned(),
        false => undressed(&line).into_owned(),
    };
    let may_be_broken = matches!(
        signal,
        Signal::RepositoryCompared
            | Signal::WordsOf(_)
            | Signal::ReadRefused
            | Signal::Tool(Tool::Pnpm, Says::Failed(_))
    );
    let text = match rest {
        Some(rest) => text + rest,
        None if may_be_broken => text,
        None => return cut(&text).to_owned(),
    };
    let next = window.next_lines().skip(usize::from(rest.is_some()));
    cut(&wraps::joined(text, signal, next)).to_owned()
}

/// Whether a line begins with a text, but for signs and the brackets of a logger: `[1:00:00 AM] [tool] › ℹ  text`.
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

/// Whether the next word is a package with its version: `@acme/widget@1.0.0`.
fn is_package(text: Option<&[u8]>) -> bool {
    let word = text.unwrap_or_default().split(u8::is_ascii_whitespace).next();
    word.and_then(|word| word.get(memrchr(b'@', word)? + 1))
        .is_some_and(u8::is_ascii_digit)
}

fn cut(line: &str) -> &str {
    let mut end = LONGEST_LINE.min(line.len());
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.get(..end).unwrap_or(line)
}

/// Numbers the lines of growing offsets.
#[derive(Debug, Default)]
struct LineCounter {
    /// Up to here, line breaks were counted.
    offset: usize,
    /// How many there were.
    breaks: usize,
    /// Where the line starts that is read.
    start: usize,
    /// The first bytes of that line, once they are no longer in the buffer.
    head: Vec<u8>,
}

impl LineCounter {
    /// Goes on to an offset; the buffer holds what is from `base` on.
    fn advance(&mut self, buffer: &[u8], base: usize, offset: usize) {
        let passed = buffer
            .get(self.offset.saturating_sub(base)..offset.saturating_sub(base))
            .unwrap_or_default();
        if let Some(last) = memrchr(b'\n', passed) {
            self.breaks += memchr_iter(b'\n', passed).count();
            self.start = self.offset + last + 1;
        }
        self.offset = self.offset.max(offset);
    }

    /// The first bytes of the line at an offset.
    fn head<'b>(&mut self, buffer: &'b [u8], base: usize, offset: usize) -> Cow<'b, [u8]> {
        self.advance(buffer, base, offset);
        match self.start.checked_sub(base) {
            Some(start) => Cow::Borrowed(head(buffer, start)),
            None => Cow::Owned(self.head.clone()),
        }
    }

    /// Remembers the first bytes of the line that is read if they are about to leave the buffer.
    fn keep_head(&mut self, buffer: &[u8], base: usize, offset: usize, unneeded: usize) {
        self.advance(buffer, base, offset);
        if let Some(start) = self.start.checked_sub(base).filter(|start| *start < unneeded) {
            self.head = head(buffer, start).to_vec();
        }
    }

    fn number(&self) -> usize {
        self.breaks + 1
    }
}

fn head(buffer: &[u8], start: usize) -> &[u8] {
    let line = buffer.get(start..).unwrap_or_default();
    let line = line.get(..LONGEST_HEAD).unwrap_or(line);
    line.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
