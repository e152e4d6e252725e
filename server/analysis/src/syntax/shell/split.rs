//! Lists, pipelines, conditions, loops, functions and groups.

use super::heredocs::Heredoc;
use super::lexer::{Closer, MOST_DEPTH, Splitter};
use super::{Assignment, Command, Joined, Redirect, Script, Word};
use crate::text::TextRange;

/// Words that end something. Where nothing is open, they are skipped.
const CLOSING_WORDS: [&str; 7] = ["then", "do", "done", "fi", "esac", "elif", "}"];
/// How long a line with a condition of PowerShell may be.
const MOST_CONDITION_LENGTH: usize = 400;
/// How many redirections of a group are kept.
const MOST_REDIRECTS: usize = 4;

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
    fn element(&mut self, joined: Joined) {
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

    /// Reads what starts with a reserved word; whether one stands here.
    fn compound(&mut self) -> bool {
        let word = self.reserved_word();
        match word {
            "{" => {
                self.at += 1;
                self.until(&["}"]);
            }
            "if" | "while" | "until" => {
                self.at += word.len();
                self.skip_blanks();
                if self.is_condition_in_parentheses() {
                    self.block_behind_parentheses();
                } else if word == "if" {
                    self.condition(&["then"]);
                    self.branches();
                } else {
                    self.condition(&["do"]);
                    self.conditional(|splitter| {
                        splitter.until(&["done"]);
                    });
                }
            }
            "for" | "select" => {
                self.at += word.len();
                self.skip_blanks();
                if self.starts("((") {
                    self.take_through("))");
                }
                while self.word().is_some() {
                    self.skip_blanks();
                }
                self.conditional(|splitter| {
                    splitter.until(&["do"]);
                    splitter.until(&["done"]);
                });
            }
            "case" => {
                self.at += word.len();
                self.conditional(Self::case_branches);
            }
            "function" => {
                self.at += word.len();
                self.skip_blanks();
                self.word();
                self.skip_blanks();
                self.take("()");
                self.function_body();
            }
            // PowerShell. Without what must follow they are skipped, and the rest is a command.
            "elseif" | "foreach" | "switch" => {
                self.at += word.len();
                self.skip_blanks();
                return self.starts("(") && self.block_behind_parentheses();
            }
            "try" | "catch" | "finally" | "else" => {
                self.at += word.len();
                self.skip_blanks();
                return self.conditional(Self::block);
            }
            _ => return false,
        }
        true
    }

    /// `(…) { … }`
    fn block_behind_parentheses(&mut self) -> bool {
        self.at += 1;
        self.in_subshell(Closer::Parenthesis);
        self.skip_lines();
        self.conditional(Self::block);
        true
    }

    /// Whether a condition stands in `( )` with a block in `{ }` behind it, as in PowerShell.
    fn is_condition_in_parentheses(&self) -> bool {
        // Longer lines are not looked through, so that many conditions in one line cost no more than a few.
        let start = self.rest().bytes().take(MOST_CONDITION_LENGTH);
        let line: Vec<u8> = start.take_while(|byte| !matches!(byte, b'\n' | b'\r')).collect();
        line.starts_with(b"(") && matches!(line.trim_ascii_end().last(), Some(b'{' | b'}'))
    }

    /// A block in `{ }`; whether one stands here.
    fn block(&mut self) -> bool {
        let is_block = self.reserved_word() == "{";
        if is_block {
            self.at += 1;
            self.until(&["}"]);
        }
        is_block
    }

    fn conditional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let was_conditional = self.surroundings.is_conditional;
        self.surroundings.is_conditional = true;
        let result = read(self);
        self.surroundings.is_conditional = was_conditional;
        result
    }

    /// Reads a list up to one of the words, goes past it and returns it; an empty text where none is found.
    fn until(&mut self, words: &'static [&'static str]) -> &'static str {
        self.closers.push(Closer::Words(words));
        self.list();
        self.closers.pop();
        let found = words.iter().find(|word| match **word {
            ";;" => self.starts(";;"),
            word => self.reserved_word() == word,
        });
        self.at += found.map_or(0, |word| word.len());
        found.copied().unwrap_or_default()
    }

    /// The commands between `if` and `then`. A failure among them only chooses the branch, also where the branch
    /// then ends the script itself: `if ! npm publish; then exit 1; fi`.
    fn condition(&mut self, ends: &'static [&'static str]) -> bool {
        let was_ignored = self.surroundings.failure_is_ignored;
        let start = self.commands.len();
        self.surroundings.failure_is_ignored = true;
        let found = self.conditional(|splitter| splitter.until(ends));
        self.surroundings.failure_is_ignored = was_ignored;
        if found.is_empty() {
            // No shell has conditions like this one, and nothing is known of it.
            for command in self.commands.iter_mut().skip(start) {
                command.failure_is_ignored = was_ignored;
            }
        }
        !found.is_empty()
    }

    /// From behind `then` to behind `fi`.
    fn branches(&mut self) {
        self.conditional(|splitter| {
            loop {
                match splitter.until(&["elif", "else", "fi"]) {
                    "elif" => {
                        splitter.condition(&["then"]);
                    }
                    "else" => {}
                    _ => return,
                }
            }
        });
    }

    /// From behind `case` to behind `esac`.
    fn case_branches(&mut self) {
        self.skip_blanks();
        self.word();
        self.skip_lines();
        if self.reserved_word() == "in" {
            self.at += 2;
        }
        loop {
            self.skip_lines();
            if self.reserved_word() == "esac" {
                self.at += "esac".len();
                return;
            }
            self.take("(");
            // The patterns.
            loop {
                self.skip_blanks();
                if self.word().is_none() && !self.take("|") {
                    break;
                }
            }
            if !self.take(")") {
                return;
            }
            match self.until(&[";;", "esac"]) {
                // `;;&` goes on with the next pattern.
                ";;" => {
                    self.take("&");
                }
                _ => return,
            }
        }
    }

    /// A function may never be called.
    fn function_body(&mut self) {
        self.skip_lines();
        // It ends with no word, but counts as open, so that functions in functions do not nest without end.
        self.closers.push(Closer::Words(&[]));
        self.conditional(|splitter| splitter.element(Joined::Start));
        self.closers.pop();
    }

    /// Redirections behind a group count for each of its commands.
    fn redirects_of_group(&mut self, start: usize) {
        let mut redirects = Vec::new();
        loop {
            self.skip_blanks();
            let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
            let is_descriptor = matches!(self.byte(digits), Some(b'<' | b'>'));
            if !is_descriptor && !self.starts("&>") {
                break;
            }
            self.at += digits;
            match self.redirection() {
                Some(Redirection::File(redirect)) => redirects.push(redirect),
                Some(Redirection::Heredoc(heredoc)) => self.heredocs.push(heredoc),
                Some(Redirection::Descriptor | Redirection::Word(_)) => {}
                None => break,
            }
        }
        let outputs = redirects
            .into_iter()
            .filter(|redirect| redirect.operator.contains('>'))
            .take(MOST_REDIRECTS);
        for redirect in outputs {
            for command in self.commands.iter_mut().skip(start) {
                command.redirects.push(redirect.clone());
            }
        }
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
    fn redirection(&mut self) -> Option<Redirection> {
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

enum Redirection {
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
