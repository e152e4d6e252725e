//! The tokens of JavaScript and TypeScript, as far as a search for commands needs them.

/// Characters after which a `/` begins a regular expression.
const BEFORE_EXPRESSION: &[u8] = b"(,=:[!&|?{};+";

/// A part of the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'t> {
    /// A text in quotes, without them.
    Text(&'t str),
    /// A template, without its backticks.
    Template(&'t str),
    /// A name, a keyword or a number.
    Word(&'t str),
    /// Any other character.
    Sign(u8),
}

/// A token, where it begins, and whether it is the first of its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'t> {
    pub(super) token: Token<'t>,
    /// Bytes from the start of the code.
    pub(super) start: usize,
    pub(super) starts_line: bool,
}

impl<'t> Token<'t> {
    pub(super) fn is_sign(self, sign: u8) -> bool {
        self == Self::Sign(sign)
    }

    pub(super) fn is_word(self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own == word)
    }

    /// The name that it is.
    pub(super) fn name(self) -> Option<&'t str> {
        match self {
            Self::Word(word) if !word.starts_with(|c: char| c.is_ascii_digit()) => Some(word),
            _ => None,
        }
    }

    /// By how much it changes the depth of brackets.
    pub(super) fn depth(self) -> isize {
        match self {
            Self::Sign(b'(' | b'[' | b'{') => 1,
            Self::Sign(b')' | b']' | b'}') => -1,
            _ => 0,
        }
    }
}

/// The tokens of the code without comments and regular expressions. What does not match is forgiven.
pub(super) fn tokens(code: &str) -> Vec<Placed<'_>> {
    let bytes = code.as_bytes();
    let mut tokens: Vec<Placed<'_>> = Vec::new();
    let (mut at, mut starts_line) = (0, true);
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let start = at;
        let token = match byte {
            b'\n' => {
                starts_line = true;
                at += 1;
                continue;
            }
            b'/' if next == Some(b'/') => {
                at = end_of_line(bytes, at);
                continue;
            }
            b'/' if next == Some(b'*') => {
                let end = memchr::memmem::find(bytes.get(at + 2..).unwrap_or_default(), b"*/");
                at = end.map_or(bytes.len(), |end| at + 2 + end + 2);
                continue;
            }
            b'/' if begins_expression(&tokens) => {
                at = end_of_expression(bytes, at);
                continue;
            }
            b'#' if at == 0 && next == Some(b'!') => {
                at = end_of_line(bytes, at);
                continue;
            }
            b'\'' | b'"' => {
                let end = end_of_text(bytes, at);
                let text = code.get(at + 1..end).unwrap_or_default();
                at = end + 1;
                Token::Text(text)
            }
            b'`' => {
                let end = end_of_template(bytes, at);
                let text = code.get(at + 1..end).unwrap_or_default();
                at = end + 1;
                Token::Template(text)
            }
            _ if is_part_of_word(byte) => {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().position(|byte| !is_part_of_word(*byte));
                let length = length.unwrap_or(rest.len());
                let word = code.get(at..at + length).unwrap_or_default();
                at += length;
                Token::Word(word)
            }
            _ => {
                at += 1;
                if byte.is_ascii_whitespace() {
                    continue;
                }
                Token::Sign(byte)
            }
        };
        tokens.push(Placed {
            token,
            start,
            starts_line,
        });
        starts_line = false;
    }
    tokens
}

pub(super) fn is_part_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Where the quote is that ends the text which begins at `at`, at the latest the end of its line.
fn end_of_text(bytes: &[u8], at: usize) -> usize {
    let quote = bytes.get(at).copied().unwrap_or_default();
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 1,
            b'\n' => return end,
            _ if byte == quote => return end,
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

/// Where the backtick is that ends the template which begins at `at`. The expressions in it may hold other templates.
fn end_of_template(bytes: &[u8], at: usize) -> usize {
    /// What the search is inside of.
    #[derive(PartialEq)]
    enum Inside {
        Template,
        Braces,
    }
    let mut around = vec![Inside::Template];
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match (around.last(), byte) {
            (_, b'\\') => end += 1,
            (Some(Inside::Template), b'$') if bytes.get(end + 1) == Some(&b'{') => {
                around.push(Inside::Braces);
                end += 1;
            }
            (Some(Inside::Template), b'`') => {
                around.pop();
                if around.is_empty() {
                    return end;
                }
            }
            (Some(Inside::Braces), b'`') => around.push(Inside::Template),
            (Some(Inside::Braces), b'{') => around.push(Inside::Braces),
            (Some(Inside::Braces), b'}') => {
                around.pop();
            }
            (Some(Inside::Braces), b'\'' | b'"') => end = end_of_text(bytes, end),
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

/// Whether a `/` begins a regular expression here, and does not divide.
fn begins_expression(tokens: &[Placed<'_>]) -> bool {
    match tokens.last().map(|placed| placed.token) {
        None => true,
        Some(Token::Sign(sign)) => BEFORE_EXPRESSION.contains(&sign),
        Some(Token::Word(word)) => matches!(word, "return" | "typeof" | "case"),
        Some(Token::Text(_) | Token::Template(_)) => false,
    }
}

/// After the regular expression that begins at `at`, or after the `/` if none ends in this line.
fn end_of_expression(bytes: &[u8], at: usize) -> usize {
    let mut in_class = false;
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return end + 1,
            b'\n' => break,
            _ => {}
        }
        end += 1;
    }
    at + 1
}
