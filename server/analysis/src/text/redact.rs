//! Secrets in texts that are shown: tokens, passwords, keys.
//!
//! What a token looks like is known from those who issue it:
//! <https://docs.npmjs.com/about-access-tokens> (`npm_`),
//! <https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats>,
//! <https://docs.gitlab.com/security/tokens/#token-prefixes>. All others are known by what they are assigned to.

use std::borrow::Cow;
use std::ops::Range;

use super::TextRange;

mod assigned;
mod command;
mod url;

/// What is shown in place of a secret. It does not tell how long the secret is.
pub const REDACTED: &str = "***";

/// The text with [`REDACTED`] in place of each secret. A variable that holds a secret, such as `${NPM_TOKEN}`, stays.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let ranges = secret_ranges(text);
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

/// Where the secrets of a text are, in order and apart from each other.
pub fn secret_ranges(text: &str) -> Vec<TextRange> {
    let mut found = Vec::new();
    by_shape(text, &mut found);
    web_tokens(text, &mut found);
    headers(text, &mut found);
    private_keys(text, &mut found);
    url::collect(text, &mut found);
    assigned::collect(text, &mut found);
    command::collect(text, &mut found);
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

/// How tokens begin, and whether more than letters and digits follow.
const PREFIXES: [(&str, &str); 9] = [
    ("npm_", ""),
    ("ghp_", ""),
    ("gho_", ""),
    ("ghu_", ""),
    ("ghs_", "._-"),
    ("ghr_", ""),
    ("github_pat_", "_"),
    ("glpat-", "._-"),
    ("glcbt-", "._-"),
];

fn by_shape(text: &str, found: &mut Vec<Range<usize>>) {
    for (prefix, more) in PREFIXES {
        for (start, _) in text.match_indices(prefix) {
            let at = start + prefix.len();
            let length = run(text, at, |c| c.is_ascii_alphanumeric() || more.contains(c));
            let body = text.get(at..at + length).unwrap_or_default();
            // `npm_config_registry` and `npm_lifecycle_event` are names of variables.
            let is_name =
                prefix == "npm_" && text.get(at + length..).is_some_and(|rest| rest.starts_with('_'));
            if is_word_start(text, start) && !is_name && looks_random(body) {
                found.push(start..at + length);
            }
        }
    }
}

/// Whether a text is none that people write as a word.
fn looks_random(text: &str) -> bool {
    let is_mixed = text.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    (text.len() >= 8 && is_mixed) || text.len() >= 30
}

/// JSON web tokens, among them GitHub's ID token: three parts of base64, of which the first begins with `{"`.
fn web_tokens(text: &str, found: &mut Vec<Range<usize>>) {
    for (start, _) in text.match_indices("eyJ") {
        let length = run(text, start, |c| c.is_ascii_alphanumeric() || "-_.=".contains(c));
        let token = text.get(start..start + length).unwrap_or_default();
        if is_word_start(text, start) && token.len() >= 30 && token.contains('.') {
            found.push(start..start + length);
        }
    }
}

/// The values of `Authorization: Bearer …` and `Basic …`.
fn headers(text: &str, found: &mut Vec<Range<usize>>) {
    for scheme in ["Bearer ", "bearer ", "Basic ", "basic "] {
        for (start, _) in text.match_indices(scheme) {
            let at = start + scheme.len();
            let length = run(text, at, |c| c.is_ascii_alphanumeric() || "-._~+/=".contains(c));
            let value = text.get(at..at + length).unwrap_or_default();
            if is_word_start(text, start) && looks_random(value) {
                found.push(at..at + length);
            }
        }
    }
}

/// Private keys in PEM form, to their end or that of the text.
fn private_keys(text: &str, found: &mut Vec<Range<usize>>) {
    const START: &str = "PRIVATE KEY-----";
    for (start, _) in text.match_indices(START) {
        let at = start + START.len();
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.find("-----END").unwrap_or(rest.len());
        let is_end = text.get(..start).is_some_and(|before| {
            before
                .rfind("-----")
                .is_some_and(|dashes| before.get(dashes..).is_some_and(|s| s.starts_with("-----END")))
        });
        if !is_end && length > 0 {
            found.push(at..at + length);
        }
    }
}

/// How many bytes from `at` are of characters of this kind.
fn run(text: &str, at: usize, is_of_kind: impl Fn(char) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find(|c| !is_of_kind(c)).unwrap_or(rest.len())
}

fn is_word_start(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a value only names where the secret comes from, or is none.
fn is_reference(value: &str) -> bool {
    value.is_empty()
        || value.starts_with(['$', '%', '<', '*', '{', '[', '(', '…'])
        || value.starts_with("...")
}

#[cfg(test)]
mod tests;
