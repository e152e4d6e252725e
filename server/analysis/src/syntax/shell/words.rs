//! Words: quotes, escapes, variables and substitutions.

use super::Word;
use super::lexer::{Closer, MOST_DEPTH, Splitter};
use crate::syntax::expression::closing_braces;
use crate::text::TextRange;

/// The text of a word as it is being read.
#[derive(Debug, Default)]
struct Draft {
    text: String,
    is_dynamic: bool,
}

impl Splitter<'_> {
    /// Reads a word; none where none starts here.
    pub(super) fn word(&mut self) -> Option<Word> {
        let start = self.at;
        let mut draft = Draft::default();
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                b'`' if self.is_in_backticks() || self.line_break_at(1) > 0 => break,
                b'^' if self.line_break_at(1) > 0 => break,
                b'\\' if self.line_break_at(1) > 0 => self.at += 1 + self.line_break_at(1),
                b'\'' => {
                    self.at += 1;
                    self.single_quoted(&mut draft);
                }
                b'"' => {
                    self.at += 1;
                    self.double_quoted(&mut draft);
                }
                b'\\' => {
                    self.at += 1;
                    draft.text.extend(self.take_char());
                }
                b'$' | b'`' => self.dollar(&mut draft),
                b'*' | b'?' => {
                    draft.is_dynamic = true;
                    draft.text.extend(self.take_char());
                }
                _ => draft.text.extend(self.take_char()),
            }
        }
        (self.at > start).then(|| Word {
            range: TextRange::new(start, self.at),
            text: draft.text,
            is_dynamic: draft.is_dynamic,
        })
    }

    /// Inside `'…'` only `${{ }}` means something, as it is replaced before the shell reads the script.
    fn single_quoted(&mut self, draft: &mut Draft) {
        while let Some(byte) = self.peek() {
            if byte == b'\'' {
                self.at += 1;
                return;
            }
            if self.starts("${{") {
                self.dollar(draft);
            } else {
                draft.text.extend(self.take_char());
            }
        }
    }

    fn double_quoted(&mut self, draft: &mut Draft) {
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' if self.line_break_at(1) > 0 => self.at += 1 + self.line_break_at(1),
                b'\\' => {
                    self.at += 1;
                    let Some(escaped) = self.take_char() else { return };
                    if !matches!(escaped, '"' | '\\' | '$' | '`') {
                        draft.text.push('\\');
                    }
                    draft.text.push(escaped);
                }
                // The quote was left open before the substitution ended.
                b'`' if self.is_in_backticks() => return,
                b'$' | b'`' => self.dollar(draft),
                _ => draft.text.extend(self.take_char()),
            }
        }
    }

    /// Reads what starts with `$` or a backtick; the text stays as it stands.
    fn dollar(&mut self, draft: &mut Draft) {
        let start = self.at;
        if self.starts("$'") {
            self.at += 2;
            self.ansi_quoted(draft);
            return;
        }
        draft.is_dynamic = true;
        if self.starts("${{") {
            self.expression();
        } else if self.starts("${") {
            self.parameter();
        } else if self.starts("$((") {
            self.take_through("))");
        } else if self.take("$(") {
            self.substitution(Closer::Parenthesis);
        } else if self.take("`") {
            self.substitution(Closer::Backtick);
        } else {
            self.at += 1;
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
            let name = self.rest().bytes().take_while(is_name).count();
            // `$?`, `$@` and the like have names of one character.
            let special = usize::from(name == 0 && self.peek().is_some_and(|byte| b"?@#*!-".contains(&byte)));
            self.at += name + special;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        draft.text.push_str(text);
    }

    /// `${{ … }}`, whose strings may hold quotes and braces.
    fn expression(&mut self) {
        let close = match self.has_open_expression {
            true => None,
            false => closing_braces(self.text, self.at + 3),
        };
        match close {
            Some(close) => self.at = close + 2,
            None => {
                self.has_open_expression = true;
                self.at += 3;
            }
        }
    }

    /// `${NAME}`, also with a default that holds braces and quotes.
    fn parameter(&mut self) {
        self.at += 2;
        let mut depth = 1usize;
        while let Some(found) = self.take_char() {
            match found {
                '\\' => {
                    self.take_char();
                }
                '{' => depth += 1,
                '}' => depth -= 1,
                // A line break means that the brace was never closed.
                '\n' => {
                    self.at -= 1;
                    return;
                }
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// `$'…'`
    fn ansi_quoted(&mut self, draft: &mut Draft) {
        while let Some(found) = self.take_char() {
            match found {
                '\'' => return,
                '\\' => match self.take_char() {
                    Some('n') => draft.text.push('\n'),
                    Some('t') => draft.text.push('\t'),
                    Some(other) => draft.text.push(other),
                    None => return,
                },
                other => draft.text.push(other),
            }
        }
    }

    /// The commands in `$(…)`, `<(…)` or backticks, whose opening was read.
    pub(super) fn substitution(&mut self, closer: Closer) {
        if self.closers.len() >= MOST_DEPTH {
            return;
        }
        self.in_subshell(closer);
    }
}
