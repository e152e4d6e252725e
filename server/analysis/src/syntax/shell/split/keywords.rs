//! The reserved words: they open, turn and close the levels.

use super::super::{Loop, Word};
use super::levels::{Joined, LevelKind, State};
use super::{Closer, Splitter};

impl Splitter<'_> {
    /// Acts on a word that is reserved where it is. Tells whether it was.
    pub(crate) fn keyword(&mut self, state: &mut State, word: &Word) -> bool {
        match word.text.as_str() {
            // PowerShell passes blocks to commands: `ForEach-Object { … }`.
            "{" => {
                let is_argument = state.command.is_some();
                self.end_command(state);
                self.open_block(state, is_argument);
                return true;
            }
            "}" => return self.close_block(state),
            _ if state.command.is_some() => return false,
            _ => {}
        }
        match word.text.as_str() {
            "if" | "IF" | "If" if self.skip_condition_of_cmd() => self.end_element(state, Joined::And),
            "if" => self.open(state, LevelKind::IfCondition, None),
            "elseif" if self.parenthesis_follows() => self.open(state, LevelKind::IfCondition, None),
            "then" => {
                if state.kind() == LevelKind::IfCondition {
                    self.end_condition(state);
                }
            }
            "elif" => {
                if state.kind() == LevelKind::IfBody {
                    self.begin_condition(state);
                }
            }
            "else" => {
                if state.kind() == LevelKind::IfBody {
                    self.begin_other_branch(state);
                } else {
                    state.block_is_conditional = true;
                }
            }
            "fi" => {
                self.close(state, |kind| {
                    matches!(kind, LevelKind::IfCondition | LevelKind::IfBody)
                });
            }
            "for" | "select" | "FOR" if word.text != "FOR" || self.next_byte() == Some(b'%') => {
                let levels_are_left = !state.is_full();
                self.open(state, LevelKind::LoopCondition, None);
                let iteration = self.read_for();
                if let Some(iteration) = iteration.filter(|_| levels_are_left && word.text != "select") {
                    state.set_iteration(iteration);
                }
            }
            "foreach" | "switch" if self.parenthesis_follows() => {
                self.open(state, LevelKind::LoopCondition, None);
            }
            "while" | "until" => self.open(state, LevelKind::LoopCondition, None),
            "do" | "DO" if word.text == "do" || state.kind() == LevelKind::LoopCondition => {
                if state.kind() == LevelKind::LoopCondition {
                    self.end_list(state);
                    state.set_kind(LevelKind::LoopBody, self.new_branch());
                } else {
                    state.block_is_conditional = true;
                }
            }
            "done" => {
                self.close(state, |kind| {
                    matches!(kind, LevelKind::LoopCondition | LevelKind::LoopBody)
                });
            }
            "case" => self.open_case(state),
            "esac" => {
                self.close(state, |kind| {
                    matches!(kind, LevelKind::CasePattern | LevelKind::CaseBody)
                });
            }
            "function" => self.function_head(state),
            "try" if self.block_follows() => state.block_catches = true,
            "finally" if self.block_follows() => {}
            "catch" if self.block_follows() => state.block_is_conditional = true,
            "!" => state.negate(),
            "[[" => self.read_test(state, word),
            _ => return false,
        }
        true
    }

    /// What follows the blanks ahead.
    fn next_byte(&mut self) -> Option<u8> {
        self.skip_blanks();
        self.peek()
    }

    fn parenthesis_follows(&mut self) -> bool {
        self.next_byte() == Some(b'(')
    }

    fn block_follows(&mut self) -> bool {
        self.next_byte() == Some(b'{')
    }

    fn open_block(&mut self, state: &mut State, is_argument: bool) {
        let ends_parent = state.closed_block().is_some()
            && matches!(state.kind(), LevelKind::IfCondition | LevelKind::LoopCondition);
        if ends_parent || is_argument {
            state.block_is_conditional = true;
        }
        self.open(state, LevelKind::Block { ends_parent }, None);
    }

    /// Closes the block at a `}` that is alone. bash takes it only at the start of a command, PowerShell
    /// everywhere; a lone `}` as an argument inside a block does not occur in practice.
    fn close_block(&mut self, state: &mut State) -> bool {
        let is_in_block = matches!(state.kind(), LevelKind::Block { .. });
        if state.command.is_some() && !is_in_block {
            return false;
        }
        self.close(state, |kind| matches!(kind, LevelKind::Block { .. }));
        true
    }

    /// `NAME in WORDS` up to the loop's `do`; none for `((…))`, and for `(…)` of PowerShell.
    fn read_for(&mut self) -> Option<Loop> {
        self.skip_blanks();
        if self.starts_with("((") && self.skip_arithmetic() {
            return None;
        }
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None | Some(b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'#') => break,
                Some(b'<' | b'>') if self.peek_at(1) != Some(b'(') => break,
                Some(_) => {}
            }
            let start = self.at;
            let word = self.word();
            if word.text == "do" && word.inner == Some(word.range) {
                self.at = start;
                break;
            }
            words.push(word);
        }
        let mut words = words.into_iter();
        let name = words.next()?.text;
        let is_list = words.next().is_some_and(|word| word.text == "in");
        is_list.then(|| Loop {
            name,
            values: words.collect(),
        })
    }

    /// `case WORD in`.
    fn open_case(&mut self, state: &mut State) {
        self.open(state, LevelKind::CaseBody, None);
        if state.kind() != LevelKind::CaseBody {
            return;
        }
        for _ in 0..2 {
            self.skip_blanks();
            while let Some(length) = self.line_break_at(0) {
                self.at += length;
                self.skip_blanks();
            }
            match self.peek() {
                None | Some(b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>') => return,
                Some(_) => drop(self.word()),
            }
        }
        state.set_kind(LevelKind::CasePattern, self.new_branch());
    }

    /// `PATTERN | PATTERN )`, or `esac`.
    pub(crate) fn read_case_pattern(&mut self, state: &mut State) {
        let mut has_word = false;
        loop {
            self.skip_blanks();
            match self.peek() {
                None => break,
                Some(b'#') if !has_word => self.skip_comment(),
                // A pattern does not go on over a line's end: this is not a `case` after all.
                Some(b'\n') if has_word => break,
                Some(b')') => {
                    self.at += 1;
                    break;
                }
                Some(b'\n' | b'|' | b'(' | b'&' | b';' | b'<' | b'>') => self.at += 1,
                Some(_) => {
                    let word = self.word();
                    if !has_word && word.text == "esac" {
                        self.close(state, |kind| matches!(kind, LevelKind::CasePattern));
                        return;
                    }
                    has_word = true;
                }
            }
        }
        state.set_kind(LevelKind::CaseBody, self.new_branch());
    }

    /// `function NAME`, with or without `()`.
    fn function_head(&mut self, state: &mut State) {
        self.skip_blanks();
        let name = match self.peek() {
            None | Some(b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>') => return,
            Some(_) => self.word().text,
        };
        if self.next_byte() == Some(b'(') {
            self.skip_empty_parentheses();
        }
        state.next_function = Some(name.into());
    }

    /// `[[ … ]]`: operators mean something else in it.
    fn read_test(&mut self, state: &mut State, open: &Word) {
        let start = open.range.start();
        let mut words = vec![open.clone()];
        let mut is_continued = false;
        let mut end = open.range.end();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => break,
                Some(b'\n') if !is_continued => break,
                Some(b'&' | b'|') => {
                    is_continued = true;
                    self.at += 1;
                }
                Some(b'\n' | b'(' | b')' | b'<' | b'>') => self.at += 1,
                Some(b';') => break,
                Some(_) => {
                    is_continued = false;
                    let word = self.word();
                    end = word.range.end();
                    let is_end = word.text == "]]";
                    words.push(word);
                    if is_end {
                        break;
                    }
                }
            }
        }
        let building = self.command(state, start);
        building.command.words = words;
        building.extend_to(end);
    }

    /// Reads the commands of a substitution, from after its `(` to after its `)`.
    pub(crate) fn read_substitution(&mut self, closer: Closer) {
        let kept = self.commands.len();
        let was_muted = self.is_muted;
        let skipped = std::mem::replace(&mut self.skips_substitutions, false);
        self.is_muted |= skipped;
        self.depth += 1;
        let number = self.new_subshell();
        self.subshells.push(number);
        self.read_commands(closer);
        self.subshells.pop();
        self.depth -= 1;
        self.is_muted = was_muted;
        self.skips_substitutions = skipped;
        if skipped {
            self.commands.truncate(kept);
        }
    }
}
