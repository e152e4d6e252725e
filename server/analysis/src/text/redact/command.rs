//! Secrets that commands are given: as the word after a key or a flag, or as their input.

use std::ops::Range;

use super::looks_random;
use super::name::{NameKind, kind_of_name};
use super::value::{Origin, is_plain, literal_parts};

/// Flags with which a program takes a secret from its input.
const FROM_INPUT: [&str; 3] = ["--with-token", "--password-stdin", "--token-stdin"];

/// The flags of `curl` and `wget` that take `user:password`, or only a password.
const USER_FLAGS: [&str; 4] = ["--user=", "--password=", "--http-password=", "--proxy-user="];

/// Collects the secrets of each command. One goes on after `\` at the end of a line.
pub(super) fn collect(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    let mut end = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        end += line.len();
        let content = line.trim_end();
        let is_break_of_two = content.is_empty() && line == "\n" && end - start > 1;
        let goes_on = content.ends_with(['\\', '`']) || (is_break_of_two && goes_on_before(text, start, end));
        if goes_on && end < text.len() {
            continue;
        }
        in_command(text.get(start..end).unwrap_or_default(), start, found);
        start = end;
    }
}

/// Whether a line break of two characters ends a line that goes on.
fn goes_on_before(text: &str, start: usize, end: usize) -> bool {
    text.get(start..end)
        .and_then(|line| line.strip_suffix("\r\n"))
        .is_some_and(|line| line.ends_with(['\\', '`']))
}

/// Whether the word `set` is in a command, in quotes or not.
fn has_word_set(command: &str) -> bool {
    let mut words = command.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word.eq_ignore_ascii_case("set"))
}

fn in_command(command: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let sets = has_word_set(command);
    let has_flag = command.contains("--");
    let asks_web = command.contains("curl") || command.contains("wget");
    if !(sets || has_flag || asks_web) {
        return;
    }
    let words = Words::new(command, start);
    if sets {
        after_key(&words, found);
    }
    if has_flag {
        after_flag(&words, found);
    }
    if asks_web {
        after_user_flag(&words, found);
    }
    if FROM_INPUT.iter().any(|flag| command.contains(flag)) {
        as_input(&words, found);
    }
}

/// The words of a command or of a list, `['set', 'key']`, without the quotes and brackets around them.
struct Words<'t> {
    command: &'t str,
    /// Where the command is in the whole text.
    start: usize,
    ranges: Vec<Range<usize>>,
}

impl<'t> Words<'t> {
    fn new(command: &'t str, start: usize) -> Self {
        let mut ranges = Vec::new();
        let mut at = 0;
        let is_end = |c: char| c.is_ascii_whitespace() || c == ',';
        let ends = command.match_indices(is_end).map(|(end, _)| end);
        for end in ends.chain([command.len()]) {
            // A comma within a word is a part of it.
            if command.get(end..).is_some_and(|rest| rest.starts_with(',')) && !is_list_comma(command, end) {
                continue;
            }
            let word = command.get(at..end).unwrap_or_default();
            // A bracket before a quote opens a list, and `\` escapes the quote. Others may be a part of a password.
            let opened = word.trim_start_matches(['"', '\'', '`', '\\', '[', '(']);
            let is_quoted = word
                .strip_suffix(opened)
                .is_some_and(|opening| opening.ends_with(['"', '\'']));
            let inner = if is_quoted {
                opened
            } else {
                word.trim_start_matches(['"', '\'', '`'])
            };
            let begin = at + word.len() - inner.len();
            let unclosed = inner.trim_end_matches(['"', '\'', '`', '\\', ']', '}', ')', ',', ';']);
            let closing = inner.get(unclosed.len()..).unwrap_or_default();
            let is_quoted = closing.trim_start_matches('\\').starts_with(['"', '\'']);
            let inner = if is_quoted { unclosed } else { inner };
            let inner = inner.trim_end_matches(['"', '\'', '`', ',', ';', ')', '\\']);
            if !inner.is_empty() {
                ranges.push(begin..begin + inner.len());
            }
            at = end + 1;
        }
        Self {
            command,
            start,
            ranges,
        }
    }

    fn text(&self, range: &Range<usize>) -> &'t str {
        self.command.get(range.clone()).unwrap_or_default()
    }

    fn get(&self, at: usize) -> Option<(&Range<usize>, &'t str)> {
        let range = self.ranges.get(at)?;
        Some((range, self.text(range)))
    }

    /// The word after the one at `at`. None after a word in backticks or before a comma, unless quotes are around both
    /// words: prose names a flag.
    fn after(&self, at: usize) -> Option<(&Range<usize>, &'t str)> {
        let end = self.ranges.get(at)?.end;
        let rest = self.command.get(end..)?;
        let rest = rest.trim_start_matches(['"', '\'', '\\']);
        let is_before_comma = || is_list_comma(self.command, self.command.len() - rest.len());
        (rest.starts_with(char::is_whitespace) || is_before_comma())
            .then(|| self.get(at + 1))
            .flatten()
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &Range<usize>, &'t str)> {
        let words = self.ranges.iter().enumerate();
        words.map(|(at, range)| (at, range, self.text(range)))
    }

    fn add(&self, value: &Range<usize>, found: &mut Vec<Range<usize>>) {
        let text = self.text(value);
        if !is_plain(text) {
            let start = self.start + value.start;
            let parts = literal_parts(text, Origin::Shell).into_iter();
            found.extend(parts.map(|part| start + part.start..start + part.end));
        }
    }
}

/// Whether a comma at `at` is between two texts in quotes: `'set', 'key'`, `\"set\",\"key\"`.
fn is_list_comma(command: &str, at: usize) -> bool {
    let Some((before, after)) = command.split_at_checked(at) else {
        return false;
    };
    let next = after.strip_prefix(", ").or_else(|| after.strip_prefix(','));
    let next = next.map(|next| next.strip_prefix('\\').unwrap_or(next));
    before.ends_with(['"', '\'']) && next.is_some_and(|next| next.starts_with(['"', '\'']))
}

/// `npm config set -g //registry.npmjs.org/:_authToken SECRET`
fn after_key(words: &Words<'_>, found: &mut Vec<Range<usize>>) {
    let mut sets = false;
    for (at, _, word) in words.iter() {
        match word {
            set if set.eq_ignore_ascii_case("set") => sets = true,
            "&&" | "||" | "|" | ";" => sets = false,
            key if sets && kind_of_name(key) == Some(NameKind::Npm) && !key.starts_with('-') => {
                if let Some((value, text)) = words.after(at)
                    && !matches!(text, "=" | "&&" | "||" | "|")
                {
                    words.add(value, found);
                }
            }
            _ => {}
        }
    }
}

/// `--token SECRET`, `--//registry.npmjs.org/:_authToken SECRET`
fn after_flag(words: &Words<'_>, found: &mut Vec<Range<usize>>) {
    for (at, _, word) in words.iter() {
        let Some(name) = word.strip_prefix("--").filter(|_| !FROM_INPUT.contains(&word)) else {
            continue;
        };
        let is_secret = name == "oauth2-bearer" || kind_of_name(name).is_some();
        let Some((value, text)) = words.after(at).filter(|_| is_secret) else {
            continue;
        };
        // "`--token` is needed" is prose.
        let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
        let is_value = name.contains("//") || looks_random(text) || (text.len() >= 6 && has_digit);
        if is_value && !text.starts_with('-') {
            words.add(value, found);
        }
    }
}

/// `curl -u user:password`, `-uuser:password`, `--user=user:password`
fn after_user_flag(words: &Words<'_>, found: &mut Vec<Range<usize>>) {
    for (at, range, word) in words.iter() {
        let flag = USER_FLAGS.iter().find(|flag| word.starts_with(**flag));
        let attached = word.strip_prefix("-u").filter(|rest| rest.contains(':'));
        let is_flag = matches!(word, "--user" | "--proxy-user") || is_short_user_flag(word);
        let value = match (flag, attached) {
            (Some(flag), _) => Some(range.start + flag.len()..range.end),
            (None, Some(_)) => Some(range.start + 2..range.end),
            (None, None) if is_flag => words.after(at).map(|(value, _)| value.clone()),
            (None, None) => None,
        };
        let Some(value) = value else { continue };
        let password = match words.text(&value).find(':') {
            Some(colon) if value.start + colon + 1 < value.end => value.start + colon + 1,
            Some(_) => value.start,
            // curl asks for the password of a lone user.
            None if is_flag && !looks_random(words.text(&value)) => continue,
            None => value.start,
        };
        words.add(&(password..value.end), found);
    }
}

/// `-u`, and `-sSu` after other flags that take no value.
fn is_short_user_flag(word: &str) -> bool {
    let flags = word.strip_prefix('-').and_then(|flags| flags.strip_suffix('u'));
    flags.is_some_and(|flags| flags.bytes().all(|flag| b"sSfLkviIgGjJnNOqR".contains(&flag)))
}

/// `echo SECRET | gh auth login --with-token`, `gh auth login --with-token <<< SECRET`
fn as_input(words: &Words<'_>, found: &mut Vec<Range<usize>>) {
    for (at, range, word) in words.iter() {
        match (word.strip_prefix("<<<"), word) {
            (Some(""), _) => {
                if let Some((value, _)) = words.get(at + 1) {
                    words.add(value, found);
                }
            }
            (Some(_), _) => words.add(&(range.start + 3..range.end), found),
            (None, "echo" | "printf") => {
                let behind = words.iter().skip(at + 1);
                let before_pipe = behind.take_while(|(_, _, word)| !word.starts_with(['|', ';', '&']));
                for (_, value, text) in before_pipe {
                    if !text.starts_with(['-', '%']) {
                        words.add(value, found);
                    }
                }
            }
            _ => {}
        }
    }
}
