//! The place in a script, and what is skipped between words.

use super::heredocs::Heredoc;
use super::{Command, Script};

/// How deep subshells, groups and conditions may nest; what nests deeper is read as if it stood side by side.
pub(super) const MOST_DEPTH: usize = 16;

/// What ends the list of commands that is being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Closer {
    /// `)`
    Parenthesis,
    /// A backtick.
    Backtick,
    /// Any of these words where a command may start.
    Words(&'static [&'static str]),
}

/// What the commands that are being read have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    pub(super) subshells: Vec<u32>,
    pub(super) is_conditional: bool,
    pub(super) failure_is_ignored: bool,
}

/// Reads a script from its start to its end, once.
#[derive(Debug)]
pub(super) struct Splitter<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) commands: Vec<Command>,
    pub(super) next_subshell: u32,
    /// What ends the lists that are being read, innermost last.
    pub(super) closers: Vec<Closer>,
    pub(super) surroundings: Surroundings,
    /// The here-documents whose bodies start behind the next line break.
    pub(super) heredocs: Vec<Heredoc>,
    /// Whether a `${{` was found to have no end, so that no other is searched.
    pub(super) has_open_expression: bool,
    /// How many scripts in words (`bash -c '…'`) this one stands in.
    pub(super) level: usize,
}

impl<'t> Splitter<'t> {
    pub(super) fn new(text: &'t str, level: usize) -> Self {
        Self {
            text,
            at: 0,
            commands: Vec::new(),
            next_subshell: 0,
            closers: Vec::new(),
            surroundings: Surroundings::default(),
            heredocs: Vec::new(),
            has_open_expression: false,
            level,
        }
    }

    /// All commands, in text order: those in substitutions were found before the command around them.
    pub(super) fn into_script(mut self) -> Script {
        self.commands.sort_by_key(|command| command.range.start());
        Script {
            commands: self.commands,
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    /// The byte `ahead` bytes from here.
    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Goes past `text` if it stands here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_here = self.starts(text);
        if is_here {
            self.at += text.len();
        }
        is_here
    }

    /// Goes past one character.
    pub(super) fn take_char(&mut self) -> Option<char> {
        let found = self.rest().chars().next()?;
        self.at += found.len_utf8();
        Some(found)
    }

    /// Goes past the next `end`, or to the end of the text.
    pub(super) fn take_through(&mut self, end: &str) {
        let rest = self.rest();
        self.at += rest.find(end).map_or(rest.len(), |at| at + end.len());
    }

    /// Goes past blanks and continued lines: `\` in shells, a backtick in PowerShell, `^` in cmd.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\' | b'^') if self.line_break_at(1) > 0 => self.at += 1 + self.line_break_at(1),
                Some(b'`') if self.line_break_at(1) > 0 && !self.is_in_backticks() => {
                    self.at += 1 + self.line_break_at(1);
                }
                _ => return,
            }
        }
    }

    /// The length of the line break that stands `ahead` bytes from here; 0 where there is none.
    pub(super) fn line_break_at(&self, ahead: usize) -> usize {
        match (self.byte(ahead), self.byte(ahead + 1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            _ => 0,
        }
    }

    /// Goes past blanks, line breaks and comments.
    pub(super) fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'\n') => self.take_line_break(),
                Some(b'#') => self.skip_comment(),
                _ => return,
            }
        }
    }

    pub(super) fn skip_comment(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// Goes past a line break and the here-documents behind it.
    pub(super) fn take_line_break(&mut self) {
        self.at += 1;
        self.read_heredocs();
    }

    pub(super) fn is_in_backticks(&self) -> bool {
        self.innermost_bracket() == Some(Closer::Backtick)
    }

    /// The innermost `(` or backtick that is open.
    fn innermost_bracket(&self) -> Option<Closer> {
        self.closers
            .iter()
            .rev()
            .find(|closer| !matches!(closer, Closer::Words(_)))
            .copied()
    }

    /// Whether the character here ends the lists up to the innermost open bracket.
    pub(super) fn is_at_bracket_end(&self) -> bool {
        match self.peek() {
            Some(b')') => self.innermost_bracket() == Some(Closer::Parenthesis),
            Some(b'`') => self.is_in_backticks(),
            _ => false,
        }
    }

    /// Whether a list that is being read ends with this word. The word may also end a list around the innermost
    /// one: then that one was left open.
    pub(super) fn is_closing_word(&self, word: &str) -> bool {
        self.closers
            .iter()
            .rev()
            .map_while(|closer| match closer {
                Closer::Words(words) => Some(words),
                _ => None,
            })
            .any(|words| words.contains(&word))
    }

    /// The word here, where it consists of letters or is one of `{`, `}`, `!`; for reserved words.
    pub(super) fn reserved_word(&self) -> &'t str {
        let rest = self.rest();
        let length = match rest.as_bytes().first() {
            Some(b'{' | b'}' | b'!') => 1,
            _ => rest.bytes().take_while(u8::is_ascii_lowercase).take(12).count(),
        };
        let is_end = |byte: &u8| b" \t\r\n;()&|<>".contains(byte);
        match rest.as_bytes().get(length) {
            None => {}
            Some(byte) if is_end(byte) || *byte == b'`' => {}
            Some(_) => return "",
        }
        rest.get(..length).unwrap_or_default()
    }
}
