//! Scripts inside scripts: `bash -c '…'`, `eval "…"`, `bash <<EOF`, `echo '…' | bash`.

use super::super::{Command, Word};
use super::levels::State;
use super::shells::{arguments_on_input, find_inner_script, is_invoke_expression, is_shell};
use super::{Closer, MAX_COPIED_TEXT, MAX_DEPTH, Splitter};
use crate::text::TextRange;

/// How many words and assignments every inner command gets from the command around it.
const MAX_COPIES: usize = 32;

/// A text that a shell reads as a script.
struct ScriptText {
    text: String,
    /// The words that hold it.
    range: TextRange,
    /// Where the text is in the script, if it is there unchanged.
    inner: Option<TextRange>,
    /// Whether the substitutions in it were read before, by the shell around it.
    substitutions_were_read: bool,
}

impl Splitter<'_> {
    /// Reads the script in the words of a command that was just read, or on its standard input.
    pub(crate) fn read_inner_script(&mut self, index: usize, state: &State) {
        if self.is_muted || self.depth >= MAX_DEPTH {
            return;
        }
        let Some(command) = self.commands.get(index) else {
            return;
        };
        let found = match find_inner_script(&command.words) {
            Some(inner) => {
                let words = command
                    .words
                    .get(inner.words.0..inner.words.1)
                    .unwrap_or_default();
                self.text_of_words(words, inner.keeps_quotes)
                    .map(|text| (inner.wrappers, text))
            }
            None => self
                .text_on_input(index, state)
                .map(|text| (wrappers_of(&command.words), text)),
        };
        let Some((wrappers, text)) = found else { return };
        let outer = command.clone();
        self.read_inner(&outer, wrappers, &text);
    }

    /// The text that several words are.
    fn text_of_words(&self, words: &[Word], keeps_quotes: bool) -> Option<ScriptText> {
        let range = words.first()?.range.cover(words.last()?.range);
        let source = range.slice(self.script);
        let joined = || words.iter().map(|word| word.text.as_str());
        let text = match words {
            [word] => word.text.clone(),
            _ if keeps_quotes => source.to_owned(),
            _ => joined().collect::<Vec<_>>().join(" "),
        };
        let inner = match words {
            [word] => word.inner,
            _ => (source == text).then_some(range),
        };
        Some(ScriptText {
            text,
            range,
            inner,
            substitutions_were_read: !source.starts_with('\''),
        })
    }

    /// The text of `bash <<< '…'` and `echo '…' | bash`. That of a here-document is read later.
    fn text_on_input(&self, index: usize, state: &State) -> Option<ScriptText> {
        let command = self.commands.get(index)?;
        let here_string = command.redirects.last().filter(|last| last.operator == "<<<");
        let is_fed = here_string.is_none() && state.part_of_pipeline() == Some(index);
        if here_string.is_none() && !is_fed || !reads_script(&command.words) {
            return None;
        }
        if let Some(redirect) = here_string {
            return self.text_of_words(std::slice::from_ref(&redirect.target), false);
        }
        let before = self.commands.get(index.checked_sub(1)?)?;
        self.is_pipe_between(before, command)
            .then(|| self.text_printed_by(before))?
    }

    /// Whether nothing but a `|` is between two commands.
    fn is_pipe_between(&self, before: &Command, command: &Command) -> bool {
        let between = self.slice(before.range.end(), command.range.start());
        matches!(between.trim(), "|" | "|&")
    }

    /// What `echo`, `printf` or a text alone, which PowerShell prints, gives to the next command.
    fn text_printed_by(&self, command: &Command) -> Option<ScriptText> {
        if !command.redirects.is_empty() {
            return None;
        }
        let (program, rest) = command.words.split_first()?;
        let flags = rest.iter().take_while(|word| is_flag_of_echo(&word.text)).count();
        let words = rest.get(flags..)?;
        match program.text.as_str() {
            "echo" | "Write-Output" => {
                let text = self.text_of_words(words, false)?;
                // `echo -e` replaces `\n`.
                Some(with_line_breaks(text))
            }
            "printf" => match words {
                [format, word] if is_format_of_line(&format.text) => {
                    self.text_of_words(std::slice::from_ref(word), false)
                }
                [format] if !format.text.contains('%') => {
                    let text = self.text_of_words(std::slice::from_ref(format), false)?;
                    Some(with_line_breaks(text))
                }
                _ => None,
            },
            _ if rest.is_empty() && program.inner != Some(program.range) => {
                self.text_of_words(std::slice::from_ref(program), false)
            }
            _ => None,
        }
    }

    /// Reads the here-document of `bash <<EOF`, or of `cat <<EOF | bash`, as a script.
    pub(crate) fn read_script_on_input(&mut self, index: usize) {
        if self.is_muted || self.depth >= MAX_DEPTH {
            return;
        }
        let Some(command) = self.commands.get(index) else {
            return;
        };
        let Some(body) = command
            .redirects
            .iter()
            .rfind(|redirect| redirect.operator == "<<")
            .map(|redirect| redirect.target.clone())
        else {
            return;
        };
        let is_printed = command.is_piped && matches!(command.words.as_slice(), [cat] if cat.text == "cat");
        let reader = match is_printed {
            true => self
                .commands
                .get(index + 1)
                .filter(|next| self.is_pipe_between(command, next)),
            false => Some(command),
        };
        let Some(outer) = reader.filter(|reader| reads_script(&reader.words)).cloned() else {
            return;
        };
        let text = ScriptText {
            text: body.text,
            range: body.range,
            inner: body.inner,
            substitutions_were_read: false,
        };
        self.read_inner(&outer, wrappers_of(&outer.words), &text);
    }

    /// Reads a text as a script that runs in place of `outer`.
    fn read_inner(&mut self, outer: &Command, wrappers: usize, text: &ScriptText) {
        let first = self.commands.len();
        match text.inner {
            Some(inner) => self.read_standing(inner, outer, text.substitutions_were_read),
            None => self.read_detached(&text.text, text.range, outer, text.substitutions_were_read),
        }
        // What such a shell runs alone ends as the shell does.
        let is_passed_on = matches!(outer.word(wrappers), Some(shell) if shell == "eval" || is_shell(shell));
        if let Some([only]) = self.commands.get_mut(first..)
            && wrappers == 0
            && is_passed_on
        {
            only.is_whole_inner = true;
            only.on_failure = outer.on_failure;
        }
        // Every inner command gets a copy, so that the copies must be small.
        let assignments = outer
            .assignments
            .iter()
            .filter(|assignment| assignment.value.text.len() <= MAX_COPIED_TEXT)
            .take(MAX_COPIES);
        let wrapping = outer
            .words
            .iter()
            .take(wrappers.min(MAX_COPIES))
            .filter(|word| word.text.len() <= MAX_COPIED_TEXT);
        for command in self.commands.get_mut(first..).unwrap_or_default() {
            if !command.words.is_empty() {
                command.assignments.splice(0..0, assignments.clone().cloned());
            }
            command.wrappers.splice(0..0, wrapping.clone().cloned());
            command.is_conditional |= outer.is_conditional;
            if !command.branches.starts_with(&outer.branches) {
                command.branches.splice(0..0, outer.branches.iter().copied());
            }
            if command.function.is_none() {
                command.function.clone_from(&outer.function);
                command.is_chosen_function = outer.is_chosen_function;
            }
        }
    }

    /// Reads a part of the script itself, so that all ranges are right.
    fn read_standing(&mut self, inner: TextRange, outer: &Command, skips_substitutions: bool) {
        let (at, end) = (self.at, self.end);
        let skipped = std::mem::replace(&mut self.skips_substitutions, skips_substitutions);
        let subshells = std::mem::replace(&mut self.subshells, outer.subshells.clone());
        let number = self.new_subshell();
        self.subshells.push(number);
        self.at = inner.start();
        self.end = inner.end();
        self.depth += 1;
        self.read_commands(Closer::End);
        self.depth -= 1;
        self.subshells = subshells;
        self.skips_substitutions = skipped;
        self.at = at;
        self.end = end;
    }

    /// Reads a text that is not in the script in this form: every range becomes that of its word.
    fn read_detached(&mut self, text: &str, range: TextRange, outer: &Command, skips_substitutions: bool) {
        let mut splitter = Splitter::new(text, self.depth + 1);
        splitter.skips_substitutions = skips_substitutions;
        splitter.next_subshell = self.next_subshell;
        splitter.next_branch = self.next_branch;
        splitter.subshells = outer.subshells.clone();
        let number = splitter.new_subshell();
        splitter.subshells.push(number);
        splitter.read_commands(Closer::End);
        self.next_subshell = splitter.next_subshell;
        self.next_branch = splitter.next_branch;
        for mut command in splitter.into_commands() {
            flatten_ranges(&mut command, range);
            self.commands.push(command);
        }
    }
}

/// Whether a command runs what it reads on its standard input.
fn reads_script(words: &[Word]) -> bool {
    let is_iex = || matches!(words, [only] if is_invoke_expression(&only.text));
    is_iex() || arguments_on_input(words).is_some()
}

/// How many words are in front of the shell.
fn wrappers_of(words: &[Word]) -> usize {
    words
        .iter()
        .position(|word| is_shell(&word.text))
        .unwrap_or_default()
}

fn is_flag_of_echo(word: &str) -> bool {
    matches!(word, "-e" | "-n" | "-E" | "-ne" | "-en" | "--")
}

/// `%s`, alone or with the end of a line.
fn is_format_of_line(format: &str) -> bool {
    matches!(format.trim_end_matches("\\n"), "%s" | "%b")
}

/// The text with line breaks in the place of `\n`.
fn with_line_breaks(text: ScriptText) -> ScriptText {
    match text.text.contains("\\n") {
        true => ScriptText {
            text: text.text.replace("\\n", "\n"),
            inner: None,
            ..text
        },
        false => text,
    }
}

fn flatten_ranges(command: &mut Command, range: TextRange) {
    let flatten = |word: &mut Word| {
        word.range = range;
        word.inner = None;
    };
    command.range = range;
    command.guard = None;
    command.words.iter_mut().for_each(flatten);
    command.wrappers.iter_mut().for_each(flatten);
    for assignment in &mut command.assignments {
        assignment.range = range;
        flatten(&mut assignment.value);
    }
    for redirect in &mut command.redirects {
        flatten(&mut redirect.target);
    }
}
