//! Secrets in texts that are shown: tokens, passwords, keys.
//!
//! Tokens are known by their shape, everything else by what it is assigned to. This module looks at any text: a log, a
//! message, a script. In a YAML file the tree tells where a value ends; see `file_secret_ranges`.

use std::borrow::Cow;
use std::ops::Range;

use self::sign::{Kind, Signs};
use super::TextRange;

mod assigned;
mod command;
mod header;
mod name;
mod private_key;
mod shape;
mod sign;
mod url;
mod value;

pub(crate) use header::after_scheme;
pub(crate) use name::{NameKind, kind_of_name};
pub(crate) use value::{Origin, is_plain, literal_parts};

/// What is shown in place of a secret. It does not tell how long the secret is.
pub const REDACTED: &str = "***";

/// The text with [`REDACTED`] in place of each secret. A variable that holds a secret, such as `${NPM_TOKEN}`, stays.
pub fn redacted(text: &str) -> Cow<'_, str> {
    without(text, secret_ranges(text))
}

/// The value of a setting that holds a secret, with [`REDACTED`] in place of all that is written out. References to
/// variables and to GitHub's secrets stay.
pub(crate) fn redacted_value(value: &str, origin: Origin) -> Cow<'_, str> {
    if is_plain(value) {
        return Cow::Borrowed(value);
    }
    without(value, apart(literal_parts(value, origin)))
}

/// Where the secrets of a text are, in order and apart from each other.
pub fn secret_ranges(text: &str) -> Vec<TextRange> {
    let mut found = Vec::new();
    collect(text, Signs::of(text), &mut found);
    apart(found)
}

fn collect(text: &str, signs: Signs, found: &mut Vec<Range<usize>>) {
    if signs.has(Kind::Shape) {
        shape::collect(text, found);
    }
    if signs.has(Kind::Header) {
        header::collect(text, found);
    }
    if signs.has(Kind::PrivateKey) {
        private_key::collect(text, found);
    }
    if signs.has(Kind::Webhook) {
        url::collect_webhooks(text, found);
    }
    if signs.has(Kind::Command) {
        command::collect(text, found);
    }
    url::collect(text, found);
    assigned::collect(text, found);
}

/// The ranges in order, those that touch joined.
pub(crate) fn apart(mut found: Vec<Range<usize>>) -> Vec<TextRange> {
    found.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<TextRange> = Vec::with_capacity(found.len());
    for Range { start, end } in found {
        match apart.last_mut() {
            Some(last) if start <= last.end() => *last = TextRange::new(last.start(), end.max(last.end())),
            _ => apart.push(TextRange::new(start, end)),
        }
    }
    apart
}

fn without(text: &str, ranges: Vec<TextRange>) -> Cow<'_, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        result.push_str(text.get(at..range.start()).unwrap_or_default());
        result.push_str(REDACTED);
        at = range.end();
    }
    result.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(result)
}

/// Whether people would not write this as a word.
fn looks_random(text: &str) -> bool {
    let is_mixed = || text.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    text.len() >= 30 || (text.len() >= 8 && is_mixed())
}

/// How many bytes from `at` are of characters of this kind.
fn run(text: &str, at: usize, is_of_kind: impl Fn(char) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find(|c| !is_of_kind(c)).unwrap_or(rest.len())
}

/// Whether a word begins at `at`. After an escape, `\n` or `%3D`, one does.
fn is_word_start(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !before.chars().next_back().is_some_and(is_part) || ends_with_escape(before)
}

fn ends_with_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    let end = |length: usize| bytes.get(bytes.len().checked_sub(length)?..);
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    matches!(
        end(2),
        Some([b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'0'])
    ) || matches!(end(3), Some([b'%', digits @ ..]) if is_hex(digits))
        || matches!(end(4), Some([b'\\', b'x', digits @ ..]) if is_hex(digits))
        || matches!(end(6), Some([b'\\', b'u', digits @ ..]) if is_hex(digits))
}

#[cfg(test)]
mod tests;
