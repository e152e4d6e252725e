//! Lists, pipelines and simple commands.

use super::heredocs::Heredoc;
use super::lexer::{Closer, MOST_DEPTH, Splitter};
use super::{Assignment, Command, Joined, Redirect, Script, Word};
use crate::text::TextRange;

/// Words that end something. Where nothing is open, they are skipped.
const CLOSING_WORDS: [&str; 7] = ["then", "do", "done", "fi", "esac", "elif", "}"];

/// Splits a script into its commands.
pub fn split_script(script: &str) -> Script {
    let mut splitter = Splitter::new(script, 0);
    splitter.list();
    splitter.into_script()
}

impl Splitter<'_> {
    /// Reads commands until the list ends.
    pub(super) fn list(&mut self) {
        loop {
            self.skip_lines();
            if self.is_at_bracket_end() || self.starts(";;") && self.is_closing_word(";;") {
                return;
            }
            match self.peek() {
                None => return,
                // Separators, and brackets that nothing has opened.
                Some(b';' | b'&' | b')') => self.at += 1,
                Some(_) => {
                    let word = self.reserved_word();
                    if self.is_closing_word(word) {
                        return;
                    }
                    if CLOSING_WORDS.contains(&word) {
                        self.at += word.len();
                        continue;
                    }
                    let before = self.at;
                    self.chain();
                    // Whatever was not understood must not be read again.
                    if self.at == before {
                        self.take_char();
                    }
                }
            }
        }
    }

    /// Pipelines with `&&` and `||` between them.
    fn chain(&mut self) {
        let was_conditional = self.surroundings.is_conditional;
        let mut joined = Joined::Start;
        // The first command whose failure a later `||` may catch.
        let mut uncaught = self.commands.len();
        loop {
            let start = self.commands.len();
            self.surroundings.is_conditional = was_conditional || joined != Joined::Start;
            self.pipeline(joined);
            if joined == Joined::Or {
                if !self.fails(start) {
                    for command in self.commands.iter_mut().take(start).skip(uncaught) {
                        command.failure_is_ignored = true;
                    }
                }
                uncaught = start;
            }
            self.skip_blanks();
            joined = if self.take("&&") {
                Joined::And
            } else if self.take("||") {
                Joined::Or
            } else {
                break;
            };
            self.skip_lines();
        }
        self.surroundings.is_conditional = was_conditional;
    }

    /// Whether the commands from `start` on end with a failure, or keep the status of the command before: then
    /// `||` in front of them hides nothing.
    fn fails(&self, start: usize) -> bool {
        let Some(last) = self.commands.get(start..).and_then(<[Command]>::last) else {
            return false;
        };
        let reads_status = last
            .assignments
            .iter()
            .any(|assignment| assignment.value.text.contains("$?"));
        let is_alone = self.commands.len() == start + 1;
        match (last.word(0), last.word(1)) {
            (Some("false"), _) => true,
            (Some("exit" | "return"), Some(status)) => status != "0",
            // Without a status they pass on that of the command before, which is the failed one if nothing is.
            (Some("exit" | "return"), None) => is_alone,
            (None, _) => reads_status,
            _ => false,
        }
    }

    /// Commands with `|` between them. Each runs in a subshell of its own.
    fn pipeline(&mut self, joined: Joined) {
        let mut starts = vec![self.commands.len()];
        self.element(joined);
        loop {
            self.skip_blanks();
            if self.starts("||") || !(self.take("|&") || self.take("|")) {
                break;
            }
            self.skip_lines();
            starts.push(self.commands.len());
            self.element(Joined::Pipe);
        }
        if starts.len() == 1 {
            return;
        }
        let depth = self.surroundings.subshells.len();
        for (n, start) in starts.iter().enumerate() {
            let end = starts.get(n + 1).copied().unwrap_or(self.commands.len());
            let number = self.new_subshell();
            for command in self.commands.iter_mut().take(end).skip(*start) {
                command
                    .subshells
                    .insert(depth.min(command.subshells.len()), number);
            }
        }
    }

    fn new_subshell(&mut self) -> u32 {
        let number = self.next_subshell;
        self.next_subshell += 1;
        number
    }

    /// A simple command, or a group, condition, loop or function.
    pub(super) fn element(&mut self, joined: Joined) {
        self.skip_blanks();
        while self.reserved_word() == "!" {
            self.at += 1;
            self.skip_blanks();
        }
        let start = self.commands.len();
        let is_deep = self.closers.len() >= MOST_DEPTH;
        if self.starts("((") {
            self.take_through("))");
        } else if self.starts("(") {
            self.at += 1;
            if !is_deep {
                self.in_subshell(Closer::Parenthesis);
            }
        } else if !is_deep && self.compound() {
            // Its commands were added.
        } else {
            self.simple_command(joined);
            return;
        }
        if let Some(first) = self.commands.get_mut(start) {
            first.joined = joined;
        }
        self.redirects_of_group(start);
    }

    /// Reads the commands of a subshell, whose opening was read, and its end.
    pub(super) fn in_subshell(&mut self, closer: Closer) {
        let around = self.surroundings.clone();
        let number = self.new_subshell();
        self.surroundings.subshells.push(number);
        self.closers.push(closer);
        self.list();
        self.closers.pop();
        self.surroundings = around;
        self.at = (self.at + 1).min(self.text.len());
    }

    /// Assignments, words and redirections up to an operator.
    fn simple_command(&mut self, joined: Joined) {
        let start = self.at;
        let known_from = self.commands.len();
        let mut words: Vec<Word> = Vec::new();
        let mut assignments: Vec<Assignment> = Vec::new();
        let mut redirects = Vec::new();
        let mut heredocs = Vec::new();
        loop {
            self.skip_blanks();
            let is_test = words.first().is_some_and(|word| word.text == "[[");
            match self.peek() {
                None | Some(b'\n') => break,
                Some(_) if self.is_at_bracket_end() => break,
                Some(b'&' | b'|' | b'<' | b'>' | b'(' | b')') if is_test => self.at += 1,
                Some(b'(') if words.len() == 1 && assignments.is_empty() && self.starts("()") => {
                    self.at += 2;
                    if self.closers.len() < MOST_DEPTH {
                        self.function_body();
                    }
                    return;
                }
                Some(b';' | b'|' | b'(' | b')' | b'#') => break,
                // A block of PowerShell may end in the line of its last command.
                Some(b'}') if self.reserved_word() == "}" && self.is_closing_word("}") => break,
                Some(b'&') if !self.starts("&>") => break,
                Some(b'<' | b'>' | b'&') => match self.redirection() {
                    Some(Redirection::File(redirect)) => redirects.push(redirect),
                    Some(Redirection::Heredoc(heredoc)) => heredocs.push(heredoc),
                    Some(Redirection::Word(word)) => words.push(word),
                    Some(Redirection::Descriptor) | None => {}
                },
                Some(_) => {
                    let Some(word) = self.word() else {
                        self.take_char();
                        continue;
                    };
                    let is_end_of_test = is_test && word.text == "]]";
                    let is_descriptor = word.text.bytes().all(|byte| byte.is_ascii_digit())
                        && matches!(self.peek(), Some(b'<' | b'>'));
                    match assignment(&word, self.text).filter(|_| words.is_empty()) {
                        Some(assignment) => {
                            self.skip_array();
                            assignments.push(assignment);
                        }
                        None if is_descriptor => {}
                        None => words.push(word),
                    }
                    if is_end_of_test {
                        break;
                    }
                }
            }
        }
        if words.is_empty() && assignments.is_empty() && redirects.is_empty() {
            for heredoc in heredocs {
                self.heredocs.push(heredoc);
            }
            return;
        }
        let ends = words.iter().map(|word| word.range.end());
        let ends = ends.chain(assignments.iter().map(|assignment| assignment.range.end()));
        let ends = ends.chain(
            redirects
                .iter()
                .map(|redirect: &Redirect| redirect.target.range.end()),
        );
        let command = Command {
            range: TextRange::new(start, ends.max().unwrap_or(start).max(start)),
            assignments,
            words,
            redirects,
            joined,
            subshells: self.surroundings.subshells.clone(),
            is_conditional: self.surroundings.is_conditional,
            failure_is_ignored: self.surroundings.failure_is_ignored,
        };
        self.add_inner_script(&command, known_from);
        for heredoc in heredocs {
            self.heredocs.push(Heredoc {
                command: Some(self.commands.len()),
                ..heredoc
            });
        }
        self.commands.push(command);
    }

    /// Goes past `(…)` behind `NAME=`.
    fn skip_array(&mut self) {
        if !self.take("(") {
            return;
        }
        loop {
            self.skip_lines();
            if self.word().is_none() {
                break;
            }
        }
        self.take(")");
    }

    /// Reads a redirection.
    pub(super) fn redirection(&mut self) -> Option<Redirection> {
        let start = self.at;
        if self.starts("<(") || self.starts(">(") {
            self.at += 2;
            self.substitution(Closer::Parenthesis);
            let range = TextRange::new(start, self.at);
            return Some(Redirection::Word(Word {
                range,
                text: range.slice(self.text).to_owned(),
                is_dynamic: true,
            }));
        }
        let operators = ["&>>", "&>", "<<<", "<<", ">>", ">|", ">&", "<&", "<>", ">", "<"];
        let operator = operators.into_iter().find(|operator| self.starts(operator))?;
        self.at += operator.len();
        if operator == "<<" {
            return self.heredoc_start().map(Redirection::Heredoc);
        }
        self.skip_blanks();
        let target = self.word()?;
        let is_duplicate = operator.ends_with('&')
            && target
                .text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-');
        if is_duplicate {
            return Some(Redirection::Descriptor);
        }
        let operator = match operator {
            ">|" | ">&" => ">",
            "<&" | "<>" => "<",
            "&>>" => "&>",
            other => other,
        };
        Some(Redirection::File(Redirect {
            operator: operator.to_owned(),
            target,
        }))
    }
}

/// What a redirection operator brings.
pub(super) enum Redirection {
    File(Redirect),
    Heredoc(Heredoc),
    /// `2>&1`
    Descriptor,
    /// `<(…)`, which is an argument.
    Word(Word),
}

/// `NAME=value`, with the name outside of quotes.
fn assignment(word: &Word, script: &str) -> Option<Assignment> {
    let (name, value) = word.text.split_once('=')?;
    let plain = name.strip_suffix('+').unwrap_or(name);
    let is_name = plain
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && plain.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    let written = word.range.slice(script);
    let is_unquoted = written.starts_with(name);
    if !is_name || !is_unquoted {
        return None;
    }
    Some(Assignment {
        name: plain.to_owned(),
        value: Word {
            range: TextRange::new(word.range.start() + name.len() + 1, word.range.end()),
            text: value.to_owned(),
            is_dynamic: word.is_dynamic,
        },
        range: word.range,
    })
}
