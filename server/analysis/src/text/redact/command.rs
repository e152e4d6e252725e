//! Secrets that commands are given: as the word behind a key, behind `-u`, or as their input.

use std::ops::Range;

use super::assigned::NPM_KEYS;
use super::is_reference;

/// Flags with which a program takes a secret from its input.
const FROM_INPUT: [&str; 3] = ["--with-token", "--password-stdin", "--token-stdin"];

/// Collects the secrets of each line.
pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        if line.contains(" set ") {
            after_key(line, start, found);
        }
        if line.contains("curl") || line.contains("wget") {
            after_user_flag(line, start, found);
        }
        if FROM_INPUT.iter().any(|flag| line.contains(flag)) {
            as_input(line, start, found);
        }
        start += line.len();
    }
}

/// `npm config set //registry.npmjs.org/:_authToken SECRET`
fn after_key(line: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let words = words(line);
    for three in words.windows(3) {
        let [set, key, value] = three else { continue };
        if line.get(set.clone()) != Some("set") {
            continue;
        }
        let key = line.get(key.clone()).unwrap_or_default();
        if NPM_KEYS.iter().any(|known| {
            key.strip_suffix(known)
                .is_some_and(|before| before.is_empty() || before.ends_with(':'))
        }) {
            add(line, value, start, found);
        }
    }
}

/// `curl -u user:password`, `--user=user:password`
fn after_user_flag(line: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let words = words(line);
    for (at, word) in words.iter().enumerate() {
        let text = line.get(word.clone()).unwrap_or_default();
        let flag = ["--user=", "--password=", "--http-password="]
            .iter()
            .find(|flag| text.starts_with(**flag));
        let value = match (text, flag) {
            ("-u" | "--user", _) => words.get(at + 1).cloned(),
            (_, Some(flag)) => Some(word.start + flag.len()..word.end),
            _ => None,
        };
        let Some(value) = value else { continue };
        let text = line.get(value.clone()).unwrap_or_default();
        let password = text
            .find(':')
            .map_or(value.start, |colon| value.start + colon + 1);
        add(line, &(password..value.end), start, found);
    }
}

/// `echo SECRET | gh auth login --with-token`, `gh auth login --with-token <<< SECRET`
fn as_input(line: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let words = words(line);
    for (at, word) in words.iter().enumerate() {
        let text = line.get(word.clone()).unwrap_or_default();
        match (text.strip_prefix("<<<"), text) {
            (Some(""), _) => {
                if let Some(value) = words.get(at + 1) {
                    add(line, value, start, found);
                }
            }
            (Some(_), _) => add(line, &(word.start + 3..word.end), start, found),
            (None, "echo" | "printf") => {
                let is_argument = |word: &&Range<usize>| {
                    let text = line.get((*word).clone()).unwrap_or_default();
                    !text.starts_with(['-', '%', '|', ';', '&'])
                };
                let before_pipe = words.iter().skip(at + 1).take_while(|word| {
                    !line
                        .get((*word).clone())
                        .unwrap_or_default()
                        .starts_with(['|', ';', '&'])
                });
                for value in before_pipe.filter(is_argument) {
                    add(line, value, start, found);
                }
            }
            _ => {}
        }
    }
}

fn add(line: &str, value: &Range<usize>, start: usize, found: &mut Vec<Range<usize>>) {
    let text = line.get(value.clone()).unwrap_or_default();
    if !is_reference(text) {
        found.push(start + value.start..start + value.end);
    }
}

/// The words of a line, without the quotes around them.
fn words(line: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut rest = 0;
    for word in line.split(|c: char| c.is_ascii_whitespace()) {
        let at = rest;
        rest += word.len() + 1;
        let inner = word.trim_start_matches(['"', '\'', '`']);
        let begin = at + word.len() - inner.len();
        let inner = inner.trim_end_matches(['"', '\'', '`', ',', ';', ')']);
        if !inner.is_empty() {
            words.push(begin..begin + inner.len());
        }
    }
    words
}
