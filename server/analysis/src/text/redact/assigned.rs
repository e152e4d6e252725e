//! Secrets that are known by the name that they are assigned to.

use std::ops::Range;

use super::looks_random;
use super::name::{NameKind, is_part, kind_of_name, may_end_secret_name};
use super::value::{Origin, end_of_single_quoted, end_of_unquoted, ends_value, is_plain, literal_parts};

/// Shorter values are words as a rule.
const SHORTEST: usize = 6;

/// Collects the values after `name=` and `name:`.
pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    let mut done = 0;
    for separator in memchr::memchr2_iter(b'=', b':', text.as_bytes()) {
        let sign = text.get(separator..separator + 1).unwrap_or_default();
        // A value is looked at once, whatever signs are in it.
        if separator < done {
            continue;
        }
        let Some(name) = name_at_end(text.get(..separator).unwrap_or_default()) else {
            continue;
        };
        let Some(value) = value_at(text, separator + 1) else {
            continue;
        };
        done = value.range.end;
        let words = text.get(value.range.clone()).unwrap_or_default();
        if is_secret(&name, &value, sign, words) && !is_plain(words) {
            let start = value.range.start;
            // `$word` is a variable in what a shell assigns.
            let origin = if sign == "=" {
                Origin::Shell
            } else {
                Origin::Excerpt
            };
            let parts = literal_parts(words, origin).into_iter();
            found.extend(parts.map(|part| start + part.start..start + part.end));
        }
    }
}

fn is_secret(name: &Name, value: &Value, sign: &str, words: &str) -> bool {
    let is_long = words.len() >= SHORTEST;
    // `_authToken: what is written here` is prose, and `token: # why` a comment.
    let is_comment = value.is_spaced && words.starts_with('#');
    // `token == 'x'`, and a collection of YAML or JSON.
    let is_other = !value.is_quoted && words.starts_with(['=', '[', '{']) && !words.starts_with("{{");
    let is_value = match (name.kind, sign) {
        (NameKind::Npm, "=") => true,
        (NameKind::Npm, _) => !value.is_spaced || is_long,
        (NameKind::Other, "=") if name.is_spaceless && !value.is_spaced => is_long,
        // `token = getToken()` is code.
        (NameKind::Other, "=") => is_long && !is_code(words) && (value.is_quoted || looks_random(words)),
        (NameKind::Other, _) => name.is_at_start && is_long && (value.is_quoted || !is_code(words)),
        (NameKind::Authorization, _) => false,
    };
    is_value && !is_comment && !is_other
}

/// Whether a text is a name of a program or a call: `process.env.NPM_TOKEN`, `core.getInput(`, `npmToken`.
fn is_code(text: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$' | '.');
    let is_camel_case = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.contains(|c: char| c.is_ascii_uppercase())
        && kind_of_name(text).is_some();
    text.find('(').is_some_and(|at| at > 0)
        || (text.chars().all(is_of_name) && (text.contains('.') || is_camel_case))
}

struct Name {
    kind: NameKind,
    /// Whether it begins its line, or an entry of `{…}`.
    is_at_start: bool,
    is_spaceless: bool,
}

/// The name before a separator, if it is one of a secret.
fn name_at_end(before: &str) -> Option<Name> {
    let is_around = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\\');
    let end = before.bytes().rposition(|byte| !is_around(&byte))? + 1;
    let trimmed = before.get(..end)?;
    if !may_end_secret_name(before.as_bytes().get(end - 1)?) {
        return None;
    }
    let start = trimmed.trim_end_matches(is_part).len();
    let kind = kind_of_name(trimmed.get(start..)?)?;
    let ahead = trimmed
        .get(..start)?
        .trim_end_matches([' ', '\t', '"', '\'', '\\', '-', '+']);
    let signs = ['\n', '\r', '{', ',', '?', '&', '|', '`'];
    Some(Name {
        kind,
        is_at_start: ahead.is_empty() || ahead.ends_with(signs),
        is_spaceless: trimmed.len() == before.len(),
    })
}

struct Value {
    /// Without the quotes.
    range: Range<usize>,
    is_quoted: bool,
    /// Whether a blank is before it.
    is_spaced: bool,
}

/// The value that begins at `at`.
fn value_at(text: &str, at: usize) -> Option<Value> {
    let rest = text.get(at..)?;
    let unspaced = rest.trim_start_matches([' ', '\t']);
    let opened = unspaced.trim_start_matches('\\');
    let quote = opened.chars().next().filter(|c| matches!(c, '"' | '\''));
    let is_escaped = opened.len() < unspaced.len();
    let start = text.len() - quote.map_or(unspaced.len(), |_| opened.len() - 1);
    let end = match quote {
        // In JSON that is written into another text.
        Some(quote) if is_escaped => {
            let value = text.get(start..)?;
            start + value.find([quote, '\n', '\r', '\\']).unwrap_or(value.len())
        }
        Some('"') => end_of_double_quoted(text, start),
        Some(_) => end_of_single_quoted(text, start),
        None => end_of_unquoted(text, start, ends_value),
    };
    (end > start).then_some(Value {
        range: start..end,
        is_quoted: quote.is_some(),
        is_spaced: unspaced.len() < rest.len(),
    })
}

fn end_of_double_quoted(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\'
                if bytes
                    .get(at + 1)
                    .is_some_and(|next| !matches!(next, b'\n' | b'\r')) =>
            {
                at += 2
            }
            b'"' | b'\n' | b'\r' => break,
            _ => at += 1,
        }
    }
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at.min(text.len())
}
