//! Lines that were broken when somebody quoted the log, put together again.

use std::borrow::Cow;

use super::super::signals::Signal;
use super::dress::{continued, is_opener};
use crate::publish::Tool;

/// The most lines that a line was broken into.
const MOST_LINES: usize = 4;
const VERBS: [&str; 3] = [" - PUT", " - POST", " - GET"];

/// What the next line adds to the start of a text at the end of a line, with the blank between them; none if the text does not go
/// on there.
pub(super) fn rest(text: &str, length: usize, next: Option<&str>) -> Option<String> {
    let next = continued(next?);
    let (start, rest) = text.split_at_checked(length)?;
    let is_rest = !next.is_empty() && next.starts_with(rest.trim());
    let is_between_words = start.ends_with(' ') || rest.starts_with(' ');
    is_rest.then(|| format!("{}{next}", if is_between_words { " " } else { "" }))
}

/// A line with those after it that continue it, or the line itself. The next lines come as they are in the log.
pub(super) fn joined<'l>(line: String, signal: Signal, next: impl Iterator<Item = Cow<'l, str>>) -> String {
    let mut text = line.clone();
    // Bun leaves a line empty before it says what the registry says.
    let next = next.skip_while(|next| is_of_bun(&line, signal) && continued(next).is_empty());
    for next in next.take(MOST_LINES - 1) {
        let is_in_box = next.trim_start().starts_with('│');
        let next = continued(&next);
        if is_opener(next) {
            break;
        }
        let Some(glue) = glue(&text, next, signal, is_in_box) else {
            break;
        };
        text.push_str(glue);
        text.push_str(next);
    }
    let is_whole = signal != Signal::RepositoryCompared || is_comparison_whole(&text);
    if is_whole { text } else { line }
}

/// Whether Bun tells of a request that was refused: `403 Forbidden: https://registry.npmjs.org/widget`.
fn is_of_bun(line: &str, signal: Signal) -> bool {
    matches!(signal, Signal::WordsOf(_))
        && line.contains(": http")
        && !VERBS.iter().any(|verb| line.contains(verb))
}

/// What was between a line and the one that continues it; none if it does not.
fn glue(line: &str, next: &str, signal: Signal, is_in_box: bool) -> Option<&'static str> {
    if matches!(signal, Signal::Tool(Tool::Pnpm, _)) {
        let is_announced = line.ends_with("):") || line.ends_with("\nDetails:");
        return (!next.is_empty() && (is_announced || is_in_box)).then_some(" ");
    }
    if is_of_bun(line, signal) {
        return (!line.contains(" - ") && next.starts_with("- ")).then_some(" ");
    }
    if signal == Signal::RepositoryCompared {
        // An address is in quotes: inside of one nothing was between.
        let is_in_quotes = line.matches('"').count() % 2 == 1;
        return (!is_comparison_whole(line)).then_some(if is_in_quotes { "" } else { " " });
    }
    if line.ends_with("logged in") && next.starts_with("to http") || line.ends_with("logged in to") {
        return Some(" ");
    }
    let request = VERBS.iter().find_map(|verb| line.split_once(verb))?.1.trim();
    if request.is_empty() {
        return next.starts_with("http").then_some(" ");
    }
    match request.split_once(' ') {
        Some((_, "-")) => Some(" "),
        // The line is whole.
        Some(_) => None,
        None if next.starts_with("- ") => Some(" "),
        // The address itself was broken.
        None => next
            .split_once(" - ")
            .is_some_and(|(rest, _)| !rest.is_empty() && !rest.contains(' '))
            .then_some(""),
    }
}

fn is_comparison_whole(text: &str) -> bool {
    text.contains("from provenance")
}
