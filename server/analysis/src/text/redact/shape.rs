//! Tokens that are known by how they look, wherever they are.
//!
//! Those who issue them say how they begin: <https://docs.npmjs.com/about-access-tokens> (`npm_`),
//! <https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats>,
//! <https://docs.gitlab.com/security/tokens/#token-prefixes>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes> (`AKIA`, `ASIA`),
//! <https://docs.slack.dev/authentication/tokens> (`xoxb-` and others). Those of Anthropic begin with `sk-ant-`, those of OpenAI
//! with `sk-proj-`, `sk-svcacct-`, `sk-admin-` or only `sk-`, those of PyPI with `pypi-AgE`: <https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns>.

use std::ops::Range;

use super::{is_word_start, looks_random, run};

/// How tokens begin, and whether more than letters and digits follow.
pub(super) const PREFIXES: [(&str, &str); 21] = [
    ("npm_", ""),
    ("ghp_", ""),
    ("gho_", ""),
    ("ghu_", ""),
    ("ghs_", "._-"),
    ("ghr_", ""),
    ("github_pat_", "_"),
    ("glpat-", "._-"),
    ("glcbt-", "._-"),
    ("AKIA", ""),
    ("ASIA", ""),
    ("xoxb-", "-"),
    ("xoxp-", "-"),
    ("xoxa-", "-"),
    ("xoxr-", "-"),
    ("xapp-", "-"),
    ("sk-ant-", "_-"),
    ("sk-proj-", "_-"),
    ("sk-svcacct-", "_-"),
    ("sk-admin-", "_-"),
    ("pypi-AgE", "_-"),
];

/// Tokens are longer than this after their prefix. Shorter ones, such as those of an example, count at the start of a word.
const LENGTH_INSIDE_WORD: usize = 20;

/// How the older keys of OpenAI begin.
pub(super) const OPENAI_PREFIX: &str = "sk-";

const SHORTEST_OPENAI_KEY: usize = 40;

pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    for (prefix, more) in PREFIXES {
        let mut done = 0;
        for (start, _) in text.match_indices(prefix) {
            if start < done {
                continue;
            }
            let at = start + prefix.len();
            let is_of_token = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
            let length = run(text, at, is_of_token);
            done = at + length;
            let body = text.get(at..done).unwrap_or_default();
            // `npm_config_registry` and `npm_lifecycle_event` are names of variables.
            let is_name =
                prefix == "npm_" && length < 30 && text.get(done..).is_some_and(|rest| rest.starts_with('_'));
            let is_token = match is_word_start(text, start) {
                true => looks_random(body),
                false => length >= LENGTH_INSIDE_WORD && looks_random(body),
            };
            if is_token && !is_name {
                done = end_after_breaks(text, done, is_of_token);
                found.push(start..done);
            }
        }
    }
    openai_keys(text, found);
    web_tokens(text, found);
}

/// The older keys of OpenAI. Words such as `sk-learn` begin like them.
fn openai_keys(text: &str, found: &mut Vec<Range<usize>>) {
    let is_of_key = |c: char| c.is_ascii_alphanumeric();
    for (start, _) in text.match_indices(OPENAI_PREFIX) {
        let at = start + OPENAI_PREFIX.len();
        let end = at + run(text, at, is_of_key);
        let body = text.get(at..end).unwrap_or_default();
        // A digest has no capital letters: `sk-0a1b2c.js` is a file for readers of Slovak.
        let is_key = body.len() >= SHORTEST_OPENAI_KEY && body.contains(|c: char| c.is_ascii_uppercase());
        if is_key && is_word_start(text, start) {
            found.push(start..end_after_breaks(text, end, is_of_key));
        }
    }
}

/// JSON web tokens, among them GitHub's ID token: three parts of base64, of which the first begins with `{"`.
fn web_tokens(text: &str, found: &mut Vec<Range<usize>>) {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_.=".contains(c);
    let mut done = 0;
    for (start, _) in text.match_indices("eyJ") {
        if start < done {
            continue;
        }
        let end = start + run(text, start, is_of_token);
        let token = text.get(start..end).unwrap_or_default();
        let dots = token.bytes().filter(|byte| *byte == b'.').take(2).count();
        let least_dots = if is_word_start(text, start) { 1 } else { 2 };
        if token.len() >= 30 && dots >= least_dots {
            done = end_after_breaks(text, end, is_of_token);
            found.push(start..done);
        } else if dots < least_dots {
            // No part of it has more dots.
            done = end;
        }
    }
}

/// The end of a token that goes on after `\` at the end of a line, as YAML and shells allow between quotes.
fn end_after_breaks(text: &str, mut end: usize, is_of_token: impl Fn(char) -> bool) -> usize {
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let Some(line) = rest.strip_prefix("\\\n").or_else(|| rest.strip_prefix("\\\r\n")) else {
            return end;
        };
        let line = line.trim_start_matches([' ', '\t']);
        let start = text.len() - line.len();
        let length = run(text, start, &is_of_token);
        if length == 0 {
            return end;
        }
        end = start + length;
    }
}
