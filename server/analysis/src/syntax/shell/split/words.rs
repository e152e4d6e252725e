//! Words: quotes, escapes, expansions.

use super::super::{Word, variable_of_cmd, with_variables_of_cmd};
use super::cmd::is_windows_path;
use super::{Closer, MAX_DEPTH, Splitter, assignment_name};
use crate::text::TextRange;

/// A word that is being read.
#[derive(Default)]
struct WordDraft {
    text: String,
    is_dynamic: bool,
}

impl Splitter<'_> {
    /// Reads a word. At least one character is read.
    pub(crate) fn word(&mut self) -> Word {
        let start = self.at;
        if self.peek() == Some(b'@')
            && let Some(text) = self.here_string()
        {
            return text;
        }
        let mut draft = WordDraft::default();
        let mut bracket_at = None;
        let mut brace_at = None;
        let mut has_escape = false;
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b')' => break,
                b'(' if self.is_array(start) || self.begins_list(start) => self.array(&mut draft),
                b'<' | b'>' if self.at == start && self.peek_at(1) == Some(b'(') => {
                    self.process_substitution(&mut draft);
                }
                b'(' | b'<' | b'>' => break,
                b'\'' => self.single_quoted(&mut draft),
                b'"' => {
                    self.at += 1;
                    self.double_quoted(&mut draft);
                }
                b'\\' => {
                    has_escape = true;
                    self.escape(&mut draft);
                }
                b'`' if self.line_break_at(1).is_some() => break,
                b'`' => self.backticks(&mut draft),
                // `$'…'` and `$"…"` are quotes, though not inside others.
                b'$' if self.peek_at(1) == Some(b'\'') => self.ansi_quoted(&mut draft),
                b'$' if self.peek_at(1) == Some(b'"') => self.at += 1,
                b'$' => self.dollar(&mut draft),
                _ => {
                    match byte {
                        b'*' | b'?' => draft.is_dynamic = true,
                        b'[' => bracket_at = Some(self.at),
                        b']' if bracket_at.is_some_and(|at| self.at > at + 1) => {
                            draft.is_dynamic = true;
                        }
                        b'{' => brace_at = Some(self.at),
                        b'}' if brace_at.is_some_and(|at| is_expanded(self.slice(at, self.at))) => {
                            draft.is_dynamic = true;
                        }
                        _ => {}
                    }
                    self.plain(&mut draft);
                }
            }
        }
        if self.at == start {
            self.copy(&mut draft, 1);
        }
        let range = TextRange::new(start, self.at);
        if has_escape && is_windows_path(range.slice(self.script)) {
            draft.text = range.slice(self.script).replace('\\', "/");
        }
        let mut is_of_cmd = draft.text.ends_with('!') && variable_of_cmd(&draft.text).is_some();
        if memchr::memchr(b'%', draft.text.as_bytes()).is_some()
            && let Some(text) = with_variables_of_cmd(&draft.text)
        {
            draft.text = text;
            is_of_cmd = true;
        }
        Word {
            inner: inner_range(range.slice(self.script), &draft.text, start),
            range,
            text: draft.text,
            is_dynamic: draft.is_dynamic || is_of_cmd,
        }
    }

    /// Copies a character, and what follows of the same harmless kind.
    fn plain(&mut self, draft: &mut WordDraft) {
        let rest = self.rest().as_bytes();
        let is_harmless = |byte: &u8| {
            byte.is_ascii_alphanumeric()
                || *byte >= 0x80
                || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'@' | b':' | b'=')
        };
        let length = rest.iter().take_while(|byte| is_harmless(byte)).count();
        self.copy(draft, length.max(1));
    }

    /// Copies `length` bytes, more where they would end inside a character.
    fn copy(&mut self, draft: &mut WordDraft, length: usize) {
        let mut end = (self.at + length).min(self.end);
        while end < self.end && !self.script.is_char_boundary(end) {
            end += 1;
        }
        draft.text.push_str(self.slice(self.at, end));
        self.at = end.max(self.at + 1).min(self.end);
    }

    /// The end of the `${{ }}` that begins here.
    fn expression_end(&self) -> Option<usize> {
        if !self.starts_with("${{") {
            return None;
        }
        let index = self
            .expressions
            .binary_search_by_key(&self.at, |range| range.start())
            .ok()?;
        let end = self.expressions.get(index)?.end();
        (end <= self.end).then_some(end)
    }

    fn single_quoted(&mut self, draft: &mut WordDraft) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'$' => match self.expression_end() {
                    Some(end) => self.expression(draft, end),
                    None => self.copy(draft, 1),
                },
                _ => {
                    let rest = self.rest().as_bytes();
                    let length = memchr::memchr2(b'\'', b'$', rest).unwrap_or(rest.len());
                    self.copy(draft, length);
                }
            }
        }
    }

    /// Copies text up to and with the closing `"`; the opening one was read.
    fn double_quoted(&mut self, draft: &mut WordDraft) {
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => match self.peek_at(1) {
                    Some(b'"' | b'\\' | b'$' | b'`') => {
                        self.at += 1;
                        self.copy(draft, 1);
                    }
                    _ => match self.line_break_at(1) {
                        Some(length) => self.at += 1 + length,
                        None => self.copy(draft, 1),
                    },
                },
                b'`' => self.backticks(draft),
                b'$' => self.dollar(draft),
                _ => {
                    let rest = self.rest().as_bytes();
                    let length = rest
                        .iter()
                        .take_while(|byte| !matches!(byte, b'"' | b'\\' | b'`' | b'$'))
                        .count();
                    self.copy(draft, length);
                }
            }
        }
    }

    fn escape(&mut self, draft: &mut WordDraft) {
        self.at += 1;
        match self.line_break_at(0) {
            Some(length) => self.at += length,
            None if self.at < self.end => self.copy(draft, 1),
            None => draft.text.push('\\'),
        }
    }

    fn expression(&mut self, draft: &mut WordDraft, end: usize) {
        draft.is_dynamic = true;
        let length = end - self.at;
        self.copy(draft, length);
    }

    fn dollar(&mut self, draft: &mut WordDraft) {
        if let Some(end) = self.expression_end() {
            return self.expression(draft, end);
        }
        match self.peek_at(1) {
            Some(b'(') => {
                draft.is_dynamic = true;
                self.dollar_parenthesis(draft);
            }
            Some(b'{') => {
                draft.is_dynamic = true;
                self.parameter(draft);
            }
            Some(byte) if byte.is_ascii_alphanumeric() || b"_@*#?!$-".contains(&byte) => {
                draft.is_dynamic = true;
                self.copy(draft, 2);
            }
            _ => self.copy(draft, 1),
        }
    }

    /// `$'…'`, in which `\'` does not end the text.
    fn ansi_quoted(&mut self, draft: &mut WordDraft) {
        self.at += 2;
        while let Some(byte) = self.peek() {
            match byte {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'n') => {
                            self.at += 1;
                            draft.text.push('\n');
                        }
                        Some(_) => self.copy(draft, 1),
                        None => {}
                    }
                }
                _ => self.copy(draft, 1),
            }
        }
    }

    /// `$(…)` and `$((…))`, kept in the text as they are written.
    fn dollar_parenthesis(&mut self, draft: &mut WordDraft) {
        let start = self.at;
        self.at += 1;
        if self.depth >= MAX_DEPTH {
            // Too deep to read: the `$` is text, and the `(` ends the word or is text in quotes.
            draft.text.push('$');
            if self.peek() == Some(b'(') {
                self.copy(draft, 1);
            }
            return;
        }
        let is_arithmetic = self.starts_with("((") && self.skip_arithmetic();
        if !is_arithmetic {
            self.at += 1;
            self.read_substitution(Closer::Parenthesis);
        }
        draft.text.push_str(self.slice(start, self.at));
    }

    fn process_substitution(&mut self, draft: &mut WordDraft) {
        draft.is_dynamic = true;
        let start = self.at;
        self.at += 2;
        if self.depth < MAX_DEPTH {
            self.read_substitution(Closer::Parenthesis);
        }
        draft.text.push_str(self.slice(start, self.at));
    }

    /// `` `…` ``: what is between two backticks is read as commands.
    fn backticks(&mut self, draft: &mut WordDraft) {
        draft.is_dynamic = true;
        let open = self.at;
        let Some(close) = self.closing_backtick(open + 1) else {
            return self.copy(draft, 1);
        };
        if self.depth < MAX_DEPTH {
            let outer_end = std::mem::replace(&mut self.end, close);
            self.at = open + 1;
            self.read_substitution(Closer::End);
            self.end = outer_end;
        }
        self.at = close + 1;
        draft.text.push_str(self.slice(open, self.at));
    }

    fn closing_backtick(&self, from: usize) -> Option<usize> {
        let bytes = self.script.as_bytes().get(from..self.end)?;
        let mut offset = 0;
        loop {
            offset += memchr::memchr2(b'`', b'\\', bytes.get(offset..)?)?;
            if bytes.get(offset) == Some(&b'`') {
                return Some(from + offset);
            }
            offset += 2;
        }
    }

    /// `${…}`, kept in the text as it is written. Substitutions in it are read.
    fn parameter(&mut self, draft: &mut WordDraft) {
        self.copy(draft, 2);
        let mut nesting = 1_usize;
        while let Some(byte) = self.peek() {
            match byte {
                // No `}` on this line: the text is not an expansion, and must not swallow the script.
                b'\n' => return,
                b'\\' => self.copy(draft, 2),
                b'}' => {
                    self.copy(draft, 1);
                    nesting -= 1;
                    if nesting == 0 {
                        return;
                    }
                }
                b'$' if self.expression_end().is_some() => {
                    if let Some(end) = self.expression_end() {
                        self.expression(draft, end);
                    }
                }
                b'$' if self.peek_at(1) == Some(b'(') => self.dollar_parenthesis(draft),
                b'$' if self.peek_at(1) == Some(b'{') => {
                    nesting += 1;
                    self.copy(draft, 2);
                }
                _ => self.copy(draft, 1),
            }
        }
    }

    /// Whether the word so far is `NAME=`, after which `(` opens an array.
    fn is_array(&self, start: usize) -> bool {
        let source = self.slice(start, self.at);
        source.ends_with('=') && assignment_name(source).is_some_and(|(_, value_at)| value_at == source.len())
    }

    /// `(…)` after `NAME=`, kept in the text as it is written.
    fn array(&mut self, draft: &mut WordDraft) {
        draft.is_dynamic = true;
        let start = self.at;
        self.at += 1;
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            while let Some(byte) = self.peek() {
                match byte {
                    b')' => {
                        self.at += 1;
                        break;
                    }
                    b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                    b'#' => self.skip_comment(),
                    _ => drop(self.word()),
                }
            }
            self.depth -= 1;
        }
        draft.text.push_str(self.slice(start, self.at));
    }
}

/// Whether `{…`, read so far, is a list (`{a,b`) or a row (`{1..3`), which the shell expands.
fn is_expanded(source: &str) -> bool {
    source.contains(',') || source.contains("..")
}

/// Where `text` is unchanged in the source of a word that begins at `start`: all of it, or all of it
/// without one pair of quotes.
pub(crate) fn inner_range(source: &str, text: &str, start: usize) -> Option<TextRange> {
    if source == text {
        return Some(TextRange::new(start, start + text.len()));
    }
    let is_quoted = |quote: char| {
        source
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
            .is_some_and(|inside| inside == text)
    };
    (is_quoted('"') || is_quoted('\'')).then(|| TextRange::new(start + 1, start + 1 + text.len()))
}
