//! The values of the header `Authorization`.

use std::ops::Range;

use super::name::is_part;
use super::value::{Origin, end_of_unquoted, ends_value, is_plain, literal_parts};
use super::{is_word_start, looks_random, run};

/// Names of schemes in small letters: <https://www.iana.org/assignments/http-authschemes/http-authschemes.xhtml>, and `token` of
/// GitHub.
const SCHEMES: [&str; 6] = ["bearer", "basic", "token", "digest", "negotiate", "apikey"];

/// Words with which prose goes on: "`Authorization: Bearer` tokens".
const PROSE: [&str; 7] = [
    "token",
    "tokens",
    "authentication",
    "header",
    "headers",
    "scheme",
    "with",
];

/// The offset of what is after the name of a scheme, if the value begins with one.
pub(crate) fn after_scheme(value: &str) -> usize {
    let length = value
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(value.len());
    let scheme = value.get(..length).unwrap_or_default();
    let rest = value.get(length..).unwrap_or_default();
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    match blanks > 0 && is_scheme(scheme) {
        true => length + blanks,
        false => 0,
    }
}

fn is_prose(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    word.len() < 16 && PROSE.contains(&word.to_ascii_lowercase().as_str())
}

fn is_scheme(word: &str) -> bool {
    word.len() < 12 && SCHEMES.contains(&word.to_ascii_lowercase().as_str())
}

pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    let small = text.to_ascii_lowercase();
    let mut done = 0;
    for (start, name) in small.match_indices("authorization") {
        if start >= done
            && let Some(value) = value_of_header(text, start + name.len())
        {
            done = value.end;
            add(text, value, found);
        }
    }
    for scheme in ["bearer", "basic"] {
        for (start, _) in small.match_indices(scheme) {
            let behind = start + scheme.len();
            let at = behind + run(text, behind, |c| matches!(c, ' ' | '\t'));
            if at == behind || !is_word_start(text, start) {
                continue;
            }
            let length = run(text, at, |c| c.is_ascii_alphanumeric() || "-._~+/=".contains(c));
            let word = text.get(at..at + length).unwrap_or_default();
            if looks_random(word) && !is_prose(word) {
                add(text, at..at + length, found);
            }
        }
    }
}

/// The value after `Authorization:`, without the scheme.
fn value_of_header(text: &str, behind_name: usize) -> Option<Range<usize>> {
    let rest = text.get(behind_name..)?;
    if rest.starts_with(is_part) {
        return None;
    }
    let signs = ['"', '\'', '\\', ' ', '\t'];
    let separated = rest.trim_start_matches(signs).strip_prefix([':', '='])?;
    let value = separated.trim_start_matches(signs);
    let start = text.len() - value.len() + after_scheme(value);
    let end = end_of_unquoted(text, start, ends_value);
    let word = text.get(start..end)?;
    let has_scheme = start > text.len() - value.len();
    // "Authorization: required" is prose.
    let is_value = match has_scheme {
        true => word.len() >= 6 && !is_prose(word),
        false => !is_scheme(word) && (looks_random(word) || word.len() >= 16),
    };
    Some(match is_value {
        true => start..end,
        false => end..end,
    })
}

fn add(text: &str, value: Range<usize>, found: &mut Vec<Range<usize>>) {
    let word = text.get(value.clone()).unwrap_or_default();
    if !is_plain(word) {
        let parts = literal_parts(word, Origin::Excerpt);
        found.extend(
            parts
                .iter()
                .map(|part| value.start + part.start..value.start + part.end),
        );
    }
}
