//! Taking out of a log what hides its text: the escape sequences of terminals, invisible characters, typographic
//! quotes, and the escapes of HTML and JSON.

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x7;
/// The address of a link is shorter. A sequence without an end must not swallow the log.
const LONGEST_COMMAND: usize = 4_096;
/// The longest entity that is known: `&nbsp;`, `&#8217;` …
const LONGEST_ENTITY: usize = 8;
/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Makes text plain whose parts may end anywhere.
#[derive(Debug, Default)]
pub(super) struct PlainText {
    state: State,
    /// Bytes that mean something if the right ones follow.
    held: Vec<u8>,
}

/// Where in an escape sequence the text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    Outside,
    /// After the escape character.
    Start,
    /// In the parameters of a control sequence, of a colour for example.
    Parameters,
    /// In a command to the system, the address of a link for example: so many bytes.
    Command(usize),
}

impl PlainText {
    /// Appends what is seen of the next part.
    pub(super) fn push(&mut self, bytes: &[u8], plain: &mut Vec<u8>) {
        for block in bytes.chunks(BLOCK) {
            let is_plain = self.state == State::Outside && self.held.is_empty();
            // Compilers turn this into a few instructions for the whole block.
            if is_plain && !block.iter().fold(false, |found, byte| found | is_special(*byte)) {
                plain.extend_from_slice(block);
                continue;
            }
            for byte in block {
                self.take(*byte, plain);
            }
        }
    }

    /// What is left at the end.
    pub(super) fn finish(&mut self, plain: &mut Vec<u8>) {
        plain.append(&mut self.held);
    }

    fn take(&mut self, byte: u8, plain: &mut Vec<u8>) {
        self.state = match (self.state, byte) {
            (_, ESCAPE) => {
                plain.append(&mut self.held);
                State::Start
            }
            (State::Outside, _) => {
                self.take_visible(byte, plain);
                State::Outside
            }
            (State::Start, b'[') => State::Parameters,
            (State::Start, b']') => State::Command(0),
            // The end of a command, or of a sequence of one letter.
            (State::Start, b'\\') | (State::Command(_), BELL) => State::Outside,
            (State::Parameters, b' '..=b'?') => State::Parameters,
            (State::Parameters, b'@'..=b'~') => State::Outside,
            (State::Command(length), _) if byte != b'\n' && length < LONGEST_COMMAND => {
                State::Command(length + 1)
            }
            // The sequence was cut off.
            (State::Start | State::Parameters | State::Command(_), _) => {
                self.take_visible(byte, plain);
                State::Outside
            }
        };
    }

    fn take_visible(&mut self, byte: u8, plain: &mut Vec<u8>) {
        if self.held.is_empty() && !is_special(byte) {
            plain.push(byte);
            return;
        }
        self.held.push(byte);
        match meaning(&self.held) {
            Meaning::Unfinished => {}
            Meaning::Text(text) => {
                plain.extend_from_slice(text.as_bytes());
                self.held.clear();
            }
            Meaning::Itself => {
                self.held.pop();
                let is_first = self.held.is_empty();
                plain.append(&mut self.held);
                match is_first {
                    true => plain.push(byte),
                    // It may be the start of something else.
                    false => self.take_visible(byte, plain),
                }
            }
        }
    }
}

/// Whether something other than the byte itself may be meant.
fn is_special(byte: u8) -> bool {
    matches!(byte, ESCAPE | b'\r' | b'\\' | b'&' | 0xc2 | 0xe2 | 0xef)
}

/// What bytes mean.
enum Meaning {
    /// The next byte tells.
    Unfinished,
    Text(&'static str),
    Itself,
}

fn meaning(bytes: &[u8]) -> Meaning {
    match bytes {
        b"\r" | b"\\" | b"&" | [0xc2] | [0xe2] | [0xe2, 0x80 | 0x81] | [0xef] | [0xef, 0xbb] => {
            Meaning::Unfinished
        }
        b"\r\n" => Meaning::Text("\n"),
        // In JSON.
        b"\\\"" => Meaning::Text("\""),
        // U+00A0, which pages and chats put where blanks were; U+00AD, a soft hyphen.
        [0xc2, 0xa0] => Meaning::Text(" "),
        [0xc2, 0xad] => Meaning::Text(""),
        [0xe2, 0x80, last] => match last {
            // U+2000 to U+200A and U+202F are blanks of several widths.
            0x80..=0x8a | 0xaf => Meaning::Text(" "),
            // U+200B to U+200F and U+202A to U+202E have no width.
            0x8b..=0x8f | 0xaa..=0xae => Meaning::Text(""),
            0x90 | 0x91 => Meaning::Text("-"),
            0x98..=0x9b => Meaning::Text("'"),
            0x9c..=0x9f => Meaning::Text("\""),
            _ => Meaning::Itself,
        },
        // U+2060, which has no width; the byte order mark, which GitHub puts before each step.
        [0xe2, 0x81, 0xa0] | [0xef, 0xbb, 0xbf] => Meaning::Text(""),
        [b'&', name @ ..] => entity(name),
        _ => Meaning::Itself,
    }
}

/// The character of an HTML entity, by what follows the `&`.
fn entity(name: &[u8]) -> Meaning {
    let text = match name {
        b"quot;" | b"#34;" | b"#x22;" | b"ldquo;" | b"rdquo;" | b"#8220;" | b"#8221;" => "\"",
        b"apos;" | b"#39;" | b"#039;" | b"#x27;" | b"lsquo;" | b"rsquo;" | b"#8216;" | b"#8217;" => "'",
        b"gt;" | b"#62;" | b"#x3E;" | b"#x3e;" => ">",
        b"lt;" | b"#60;" | b"#x3C;" | b"#x3c;" => "<",
        b"amp;" | b"#38;" | b"#x26;" => "&",
        b"nbsp;" | b"#160;" | b"#xA0;" | b"#xa0;" => " ",
        b"#47;" | b"#x2F;" | b"#x2f;" => "/",
        b"#96;" | b"#x60;" => "`",
        [.., last] if (last.is_ascii_alphanumeric() || *last == b'#') && name.len() < LONGEST_ENTITY => {
            return Meaning::Unfinished;
        }
        _ => return Meaning::Itself,
    };
    Meaning::Text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &[u8], part: usize) -> String {
        let mut state = PlainText::default();
        let mut plain = Vec::new();
        for part in text.chunks(part) {
            state.push(part, &mut plain);
        }
        state.finish(&mut plain);
        String::from_utf8_lossy(&plain).into_owned()
    }

    #[test]
    fn only_what_is_seen_is_left() {
        for (text, expected) in [
            ("npm error", "npm error"),
            (
                "\u{1b}[31mnpm\u{1b}[0m \u{1b}[1;94merror\u{1b}[39m E404",
                "npm error E404",
            ),
            ("\u{1b}[2K\u{1b}[1Gnpm\u{1b}(B", "npm(B"),
            (
                "\u{1b}]8;;https://a.com\u{7}npm\u{1b}]8;;\u{7} error",
                "npm error",
            ),
            (
                "\u{1b}]8;;https://a.com\u{1b}\\npm\u{1b}]8;;\u{1b}\\ error",
                "npm error",
            ),
            ("cut\u{1b}[3", "cut"),
            ("cut\u{1b}[3\nnpm error", "cut\nnpm error"),
            ("cut\u{1b}]8;;\nnpm error", "cut\nnpm error"),
            ("\u{1b}", ""),
            ("a\r\nb\rc\r\r\nd\r", "a\nb\rc\r\nd\r"),
            (
                "npm\u{a0}error\u{202f}code\u{200b} E\u{ad}404\u{feff}",
                "npm error code E404",
            ),
            ("“a” is ‘b’ … • ›", "\"a\" is 'b' … • ›"),
            (r#"\"a\" \\" C:\node \"#, r#""a" \" C:\node \"#),
            ("&quot;a&#39;b&gt;c&amp;d&nbsp;e", "\"a'b>c&d e"),
            (
                "a && b & c &unknown; &audience=npm &quot",
                "a && b & c &unknown; &audience=npm &quot",
            ),
            ("✓ ─ ✅ 🦋 é ﻿￿", "✓ ─ ✅ 🦋 é ￿"),
        ] {
            for part in [1, 2, 3, text.len().max(1)] {
                assert_eq!(
                    plain(text.as_bytes(), part),
                    expected,
                    "{text:?} in parts of {part}"
                );
            }
        }
    }

    #[test]
    fn invalid_bytes_stay() {
        for bytes in [
            &b"\xe2a"[..],
            b"\xe2\x80",
            b"\xc2\xc2\xa0",
            b"\xef\xbb\xe2\x80\x99",
            b"&\xe2&gt;",
        ] {
            for part in 1..=bytes.len() {
                assert_eq!(plain(bytes, part), plain(bytes, bytes.len()), "{bytes:?}");
            }
        }
        assert_eq!(plain(b"\xff&gt;\xef\xbb", 1).chars().nth(1), Some('>'));
    }

    #[test]
    fn a_sequence_without_an_end_does_not_swallow_the_log() {
        let log = format!("\u{1b}]{} npm error", "x".repeat(LONGEST_COMMAND));
        assert!(plain(log.as_bytes(), 100).ends_with("npm error"));
    }
}
