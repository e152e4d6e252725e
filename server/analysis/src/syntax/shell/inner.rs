//! Scripts in words: `bash -c '…'` and `eval '…'`.

use std::collections::HashSet;

use super::lexer::Splitter;
use super::{Command, Word};
use crate::text::TextRange;

/// How deep scripts may stand in words of scripts.
const MOST_LEVELS: usize = 3;

impl Splitter<'_> {
    /// Adds the commands of the script that a word of `command` holds. `known_from` is the index of the first
    /// command that was found in the words: what `$(…)` holds is not found again.
    pub(super) fn add_inner_script(&mut self, command: &Command, known_from: usize) {
        let Some(word) = script_word(command).filter(|_| self.level < MOST_LEVELS) else {
            return;
        };
        let mut inner = Splitter::new(&word.text, self.level + 1);
        inner.next_subshell = self.next_subshell + 1;
        inner.surroundings = self.surroundings.clone();
        inner.surroundings.subshells.push(self.next_subshell);
        inner.list();
        self.next_subshell = inner.next_subshell;
        let offset = offset_of_text(word, self.text);
        let known: HashSet<usize> = self
            .commands
            .iter()
            .skip(known_from)
            .map(|command| command.range.start())
            .collect();
        for mut found in inner.commands {
            found.place_in(|range| offset.map_or(word.range, |offset| range.shift(offset)));
            if !known.contains(&found.range.start()) || offset.is_none() {
                self.commands.push(found);
            }
        }
    }
}

impl Command {
    fn place_in(&mut self, place: impl Fn(TextRange) -> TextRange) {
        self.range = place(self.range);
        for assignment in &mut self.assignments {
            assignment.range = place(assignment.range);
            assignment.value.range = place(assignment.value.range);
        }
        let targets = self.redirects.iter_mut().map(|redirect| &mut redirect.target);
        for word in self.words.iter_mut().chain(targets) {
            word.range = place(word.range);
        }
    }
}

/// The word that holds a script.
fn script_word(command: &Command) -> Option<&Word> {
    let first = command.word(0)?;
    if first == "eval" {
        return command.words.get(1).filter(|_| command.words.len() == 2);
    }
    // What runs in a container does not have the step's environment.
    if matches!(first, "docker" | "podman" | "echo" | "ssh") {
        return None;
    }
    let is_shell = |word: &Word| {
        let name = word.text.rsplit('/').next().unwrap_or_default();
        matches!(name, "bash" | "sh" | "zsh" | "dash")
    };
    let shell = command.words.iter().position(is_shell)?;
    let mut behind = command.words.iter().skip(shell + 1);
    let is_command_flag =
        |text: &str| text.starts_with('-') && !text.starts_with("--") && text.ends_with('c');
    behind
        .by_ref()
        .take_while(|word| word.text.starts_with('-'))
        .find(|word| is_command_flag(&word.text))?;
    behind.next()
}

/// Where a word's text starts in the script; none where quotes or escapes inside make the two differ.
fn offset_of_text(word: &Word, script: &str) -> Option<usize> {
    let written = word.range.slice(script);
    let quotes = usize::from(written.starts_with(['\'', '"']));
    let inside = written.get(quotes..written.len().checked_sub(quotes)?)?;
    (inside == word.text).then_some(word.range.start() + quotes)
}
