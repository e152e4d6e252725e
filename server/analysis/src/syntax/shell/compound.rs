//! Conditions, loops, functions and groups.

use super::Joined;
use super::lexer::{Closer, Splitter};
use super::split::Redirection;

/// How long a line with a condition of PowerShell may be.
const MOST_CONDITION_LENGTH: usize = 400;
/// How many redirections of a group are kept.
const MOST_REDIRECTS: usize = 4;

impl Splitter<'_> {
    /// Reads what starts with a reserved word; whether one stands here.
    pub(super) fn compound(&mut self) -> bool {
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
    pub(super) fn function_body(&mut self) {
        self.skip_lines();
        // It ends with no word, but counts as open, so that functions in functions do not nest without end.
        self.closers.push(Closer::Words(&[]));
        self.conditional(|splitter| splitter.element(Joined::Start));
        self.closers.pop();
    }

    /// Redirections behind a group count for each of its commands.
    pub(super) fn redirects_of_group(&mut self, start: usize) {
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
}
