//! The splitter: one pass over the text. Compound commands are a stack of levels (`levels.rs`), because a
//! stack forgives what does not match; `$(…)`, whose end only a shell can find, is read by calling the
//! splitter again, to a fixed depth.

mod cmd;
mod heredoc;
mod inner;
mod keywords;
mod levels;
#[cfg(test)]
mod mutation_tests;
mod power_shell;
#[cfg(test)]
mod reach_tests;
mod shells;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use super::{Assignment, Command, Redirect, Script, Word};
use crate::syntax::expression::{ExpressionPiece, split_expressions};
use crate::text::TextRange;
use heredoc::HereDocument;
use levels::{Inherited, Joined, LevelKind, State};
pub(crate) use power_shell::list_of_power_shell;
pub(crate) use shells::{arguments_on_input, is_shell};

/// How deep substitutions and inner scripts are read; what lies deeper is text.
const MAX_DEPTH: u32 = 24;

/// How long a word may be that is copied to every command of a block or an inner script.
const MAX_COPIED_TEXT: usize = 400;

/// Splits a script into its commands.
pub(crate) fn split_script(script: &str) -> Script {
    let mut splitter = Splitter::new(script, 0);
    splitter.read_commands(Closer::End);
    let mut commands = splitter.into_commands();
    // A comment of PowerShell hides commands, `<# exit #>`.
    let may_hide = script.contains("<#");
    commands.retain(|command| may_hide || !command.never_runs);
    Script { commands }
}

/// What ends the commands that are being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closer {
    End,
    Parenthesis,
}

/// The state of the pass over one text.
struct Splitter<'a> {
    /// The whole text.
    script: &'a str,
    /// The place that is being read.
    at: usize,
    /// Where the text that is being read ends: the script's end, or that of the inner text.
    end: usize,
    /// The `${{ }}` of the script. GitHub replaces them before any shell reads the text, so that quotes and
    /// comments of the shell mean nothing to them.
    expressions: Vec<TextRange>,
    /// The commands found so far.
    commands: Vec<Command>,
    /// The subshells around the place that is being read.
    subshells: Vec<u32>,
    /// The number of the subshell that was opened last.
    next_subshell: u32,
    /// The number of the branch that was opened last.
    next_branch: u32,
    /// How many substitutions and inner scripts are around this text.
    depth: u32,
    /// What the commands read now inherit from the commands around them.
    inherited: Inherited,
    /// Whether the substitutions in this text were read before, by the shell around it.
    skips_substitutions: bool,
    /// Whether what is read now is thrown away.
    is_muted: bool,
    /// Whether a `((` was met that has no end: then no further one is looked for, which keeps the time linear.
    has_open_arithmetic: bool,
    /// The same for a `<#` and a `@'` of PowerShell.
    has_open_block: bool,
}

impl<'a> Splitter<'a> {
    fn new(script: &'a str, depth: u32) -> Self {
        let expressions = split_expressions(script)
            .into_iter()
            .filter_map(|piece| match piece {
                ExpressionPiece::Expression(_, range) => Some(range),
                ExpressionPiece::Text(_) => None,
            })
            .collect();
        Self {
            script,
            at: 0,
            end: script.len(),
            expressions,
            commands: Vec::new(),
            subshells: Vec::new(),
            next_subshell: 0,
            next_branch: 0,
            depth,
            inherited: Inherited::default(),
            skips_substitutions: false,
            is_muted: false,
            has_open_arithmetic: false,
            has_open_block: false,
        }
    }

    /// The commands in text order. The sort is stable: commands of a text with escapes share one range.
    fn into_commands(mut self) -> Vec<Command> {
        self.commands.sort_by_key(|command| command.range.start());
        self.commands
    }

    fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    fn peek_at(&self, distance: usize) -> Option<u8> {
        let at = self.at + distance;
        if at < self.end {
            self.script.as_bytes().get(at).copied()
        } else {
            None
        }
    }

    fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn rest(&self) -> &'a str {
        self.script.get(self.at..self.end).unwrap_or("")
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.script.get(start..end).unwrap_or("")
    }

    fn new_subshell(&mut self) -> u32 {
        self.next_subshell += 1;
        self.next_subshell
    }

    fn new_branch(&mut self) -> u32 {
        self.next_branch += 1;
        self.next_branch
    }

    /// The length of a line break that is `distance` bytes ahead; none if there is none.
    fn line_break_at(&self, distance: usize) -> Option<usize> {
        match (self.peek_at(distance), self.peek_at(distance + 1)) {
            (Some(b'\n'), _) => Some(1),
            (Some(b'\r'), Some(b'\n')) => Some(2),
            _ => None,
        }
    }

    /// Skips blanks and continued line ends: `\` of bash, a backtick of PowerShell, and a `^` of cmd that
    /// is alone (`HEAD^` at a line's end is bash).
    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\r' => self.at += 1,
                b'\\' | b'`' | b'^' => match self.line_break_at(1) {
                    Some(length) => self.at += 1 + length,
                    None => return,
                },
                _ => return,
            }
        }
    }

    fn skip_comment(&mut self) {
        let rest = self.rest().as_bytes();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Reads commands up to the end of the text or the `)` that closes the substitution.
    fn read_commands(&mut self, closer: Closer) {
        let outer_subshells = self.subshells.len();
        let outer = self.inherited.clone();
        let mut state = State::new(self.commands.len(), outer.clone());
        loop {
            self.inherited = state.inherited();
            if matches!(state.kind(), LevelKind::CasePattern) {
                self.read_case_pattern(&mut state);
            }
            self.skip_blanks();
            let Some(byte) = self.peek() else { break };
            match byte {
                b'\n' => self.line_end(&mut state),
                b'#' => self.skip_comment(),
                b';' => self.semicolon(&mut state),
                b'&' => self.ampersand(&mut state),
                b'|' => self.bar(&mut state),
                b'(' => self.open_parenthesis(&mut state),
                b')' => {
                    self.at += 1;
                    let is_closed = self.close(&mut state, |kind| matches!(kind, LevelKind::Subshell));
                    if !is_closed && closer == Closer::Parenthesis {
                        break;
                    }
                }
                b'<' if self.skip_block_comment() => {}
                _ if self.is_redirect() => self.redirect(&mut state),
                _ => self.word_or_keyword(&mut state),
            }
        }
        self.end_all(&mut state);
        self.subshells.truncate(outer_subshells);
        self.inherited = outer;
    }

    fn line_end(&mut self, state: &mut State) {
        self.at += 1;
        // After `&&`, `||` and `|` a command may follow on the next line.
        if state.command.is_some() || !state.awaits_command() {
            self.end_list(state);
        }
        let here_documents = std::mem::take(&mut state.here_documents);
        for here_document in here_documents {
            self.read_here_document(here_document);
        }
    }

    fn semicolon(&mut self, state: &mut State) {
        self.end_list(state);
        self.at += 1;
        let ends_case_branch = matches!(self.peek(), Some(b';' | b'&'));
        if ends_case_branch && matches!(state.kind(), LevelKind::CaseBody) {
            while matches!(self.peek(), Some(b';' | b'&')) {
                self.at += 1;
            }
            state.set_kind(LevelKind::CasePattern, self.new_branch());
        }
    }

    fn ampersand(&mut self, state: &mut State) {
        if self.starts_with("&&") {
            self.at += 2;
            self.end_element(state, Joined::And);
        } else if self.starts_with("&>") {
            self.redirect(state);
        } else {
            self.at += 1;
            self.end_background_list(state);
        }
    }

    fn bar(&mut self, state: &mut State) {
        if self.starts_with("||") {
            self.at += 2;
            self.end_element(state, Joined::Or);
        } else {
            self.at += if self.starts_with("|&") { 2 } else { 1 };
            self.end_pipeline_part(state);
        }
    }

    fn open_parenthesis(&mut self, state: &mut State) {
        if let Some(name) = state.function_name().map(Arc::from)
            && self.skip_empty_parentheses()
        {
            state.command = None;
            state.next_function = Some(name);
            return;
        }
        let may_be_arithmetic = state.command.is_none() && !state.is_full();
        if may_be_arithmetic && self.starts_with("((") && self.skip_arithmetic() {
            return;
        }
        self.at += 1;
        self.end_command(state);
        let number = self.new_subshell();
        self.open(state, LevelKind::Subshell, Some(number));
    }

    /// Skips `()`, also `( )`.
    fn skip_empty_parentheses(&mut self) -> bool {
        let open = self.at;
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b')') {
            self.at += 1;
            return true;
        }
        self.at = open;
        false
    }

    /// Skips `((…))`. Where its end is not `))`, it is a subshell in a subshell, and nothing is skipped.
    fn skip_arithmetic(&mut self) -> bool {
        if self.has_open_arithmetic || self.depth >= MAX_DEPTH {
            return false;
        }
        let mut nesting = 0_usize;
        let rest = self.rest().as_bytes();
        for (offset, byte) in rest.iter().enumerate() {
            match byte {
                b'(' => nesting += 1,
                b')' => nesting -= 1,
                _ => continue,
            }
            if nesting == 1 && *byte == b')' && rest.get(offset + 1) != Some(&b')') {
                return false;
            }
            if nesting == 0 {
                self.at += offset + 1;
                return true;
            }
        }
        self.has_open_arithmetic = true;
        false
    }

    /// Whether a redirection begins here: `>`, `<`, or digits directly in front of one.
    fn is_redirect(&self) -> bool {
        let mut distance = 0;
        while self.peek_at(distance).is_some_and(|b| b.is_ascii_digit()) && distance < 4 {
            distance += 1;
        }
        match self.peek_at(distance) {
            // `<(…)` and `>(…)` are words.
            Some(b'<' | b'>') => self.peek_at(distance + 1) != Some(b'('),
            _ => false,
        }
    }

    fn redirect(&mut self, state: &mut State) {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        const OPERATORS: [&str; 12] = [
            "&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", "<", ">>", ">&", ">|", ">",
        ];
        let operator = OPERATORS
            .into_iter()
            .find(|operator| self.starts_with(operator))
            .unwrap_or(">");
        self.at += operator.len();
        self.skip_blanks();
        let is_here_document = matches!(operator, "<<" | "<<-");
        let target = match self.peek() {
            None | Some(b'\n' | b';' | b'&' | b'|' | b'(' | b')') => None,
            Some(b'<' | b'>') if self.peek_at(1) != Some(b'(') => None,
            Some(_) => Some(self.word()),
        };
        let Some(mut target) = target else { return };
        let is_literal = target.inner != Some(target.range);
        if is_here_document {
            // The text of the target is that of the here-document, which is not read yet.
            target.inner = None;
            target.is_dynamic = false;
        }
        let delimiter = is_here_document.then(|| HereDocument {
            command: None,
            redirect: 0,
            is_literal,
            delimiter: std::mem::take(&mut target.text),
            strips_tabs: operator == "<<-",
        });
        let end = target.range.end();
        let redirect = Redirect {
            operator: operator.trim_end_matches('-').to_owned(),
            target,
        };
        match state.closed_block() {
            Some(first) if state.command.is_none() => {
                state.here_documents.extend(delimiter);
                self.redirect_block(state, first, &redirect);
            }
            _ => {
                let building = self.command(state, start);
                if let Some(delimiter) = delimiter {
                    building.here_documents.push(HereDocument {
                        redirect: building.command.redirects.len(),
                        ..delimiter
                    });
                }
                building.command.redirects.push(redirect);
                building.extend_to(end);
            }
        }
    }

    /// Gives the redirection after a block to its commands: `{ echo a; echo b; } > .npmrc`.
    fn redirect_block(&mut self, state: &mut State, first: usize, redirect: &Redirect) {
        // The copies must not grow with the square of the script: a path is short, and three of them do not occur.
        if redirect.target.text.len() > MAX_COPIED_TEXT || !state.may_redirect_block() {
            return;
        }
        for command in self.commands.get_mut(first..).unwrap_or_default() {
            command.redirects.push(redirect.clone());
        }
    }

    fn word_or_keyword(&mut self, state: &mut State) {
        let mut word = self.word();
        let is_plain = word.inner == Some(word.range) && !word.is_dynamic;
        let has_brace = word.text.starts_with('{') || word.text.ends_with('}');
        if has_brace && word.text.len() > 1 && word.inner == Some(word.range) {
            self.split_braces(state, &mut word);
        }
        if is_plain && self.keyword(state, &word) {
            return;
        }
        let start = word.range.start();
        let end = word.range.end();
        let building = self.command(state, start);
        let command = &mut building.command;
        match assignment_name(self.slice(start, end)) {
            Some((name, value_at)) if command.words.is_empty() => {
                command.assignments.push(Assignment {
                    name: name.to_owned(),
                    value: self.assigned_value(&word, value_at),
                    range: word.range,
                });
            }
            _ => command.words.push(word),
        }
        if let Some(building) = state.command.as_mut() {
            building.extend_to(end);
        }
    }

    /// The part of the word `NAME=value` after the `=`.
    fn assigned_value(&self, word: &Word, value_at: usize) -> Word {
        let range = TextRange::new(word.range.start() + value_at, word.range.end());
        let text = word.text.get(value_at..).unwrap_or("").to_owned();
        Word {
            inner: words::inner_range(range.slice(self.script), &text, range.start()),
            range,
            text,
            is_dynamic: word.is_dynamic,
        }
    }
}

/// `NAME` and the offset of the value in `NAME=value` or `NAME+=value`.
fn assignment_name(source: &str) -> Option<(&str, usize)> {
    let length = source
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    let (name, rest) = source.split_at_checked(length)?;
    let starts_well = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if !starts_well {
        return None;
    }
    if rest.starts_with('=') {
        Some((name, length + 1))
    } else if rest.starts_with("+=") {
        Some((name, length + 2))
    } else {
        None
    }
}
