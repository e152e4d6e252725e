//! Proves of most workflows, with a look at each line, that reading them would tell nothing about their syntax.
//!
//! A check of a repository reads many files that cannot publish, and of those only the syntax matters. The reader takes about
//! 170 instructions a byte to say that it is fine, this takes a tenth.

use memchr::{memchr, memchr2};

/// Longer texts are left to the reader, which has limits of its own.
const LONGEST_TEXT: usize = 1 << 18;

/// Deeper nesting and more keys in a mapping are left to the reader.
const MOST_DEPTH: usize = 32;
const MOST_KEYS: usize = 64;

/// Whether a text is one YAML document that [`super::parse_yaml`] reads without an error and in which no key is repeated, in a
/// form in which each value is in the text as it is: without aliases, tags and escapes. The root is a mapping in lines.
///
/// No is always a permitted answer. `is_plain_entry` is asked about each entry that is written in a line of its own, with the key
/// and what follows it in the line.
pub(crate) fn is_plain_yaml<'t>(text: &'t str, is_plain_entry: impl Fn(&'t str, &'t str) -> bool) -> bool {
    let is_short = text.len() <= LONGEST_TEXT;
    // A carriage return is a line break, and other control characters have rules of their own.
    // Without an early end, so that many bytes are compared at a time.
    let is_control = |byte: u8| (byte < b' ' && byte != b'\n') || byte == 0x7f;
    let has_control = || text.bytes().fold(false, |found, byte| found | is_control(byte));
    if !is_short || has_control() || text.contains('\u{feff}') {
        return false;
    }
    let mut lines = PlainLines {
        text,
        at: 0,
        open: Vec::new(),
        keys: Vec::new(),
        before: Before::Nothing,
        is_plain_entry,
    };
    lines.read().is_some() && lines.open.first().is_some_and(|root| !root.is_sequence)
}

struct PlainLines<'t, P> {
    text: &'t str,
    at: usize,
    /// The open collections, from the outside in.
    open: Vec<OpenBlock>,
    /// The keys of the open mappings, those of the innermost at the end.
    keys: Vec<&'t str>,
    before: Before,
    is_plain_entry: P,
}

/// A collection in lines.
struct OpenBlock {
    indent: usize,
    is_sequence: bool,
    /// Where its keys start.
    keys: usize,
}

/// What the line before ended with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// There is none.
    Nothing,
    /// A key whose value may follow in deeper lines.
    Key,
    /// A value.
    Value,
}

/// Reads lines. None as soon as something is not plain.
impl<'t, P: Fn(&'t str, &'t str) -> bool> PlainLines<'t, P> {
    fn read(&mut self) -> Option<()> {
        while let Some(line) = self.next_line() {
            let content = line.trim_start_matches(' ');
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if line == "---" && self.before == Before::Nothing && self.open.is_empty() {
                continue;
            }
            self.content(line.len() - content.len(), content)?;
        }
        Some(())
    }

    fn next_line(&mut self) -> Option<&'t str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        self.at += end + 1;
        rest.get(..end)
    }

    /// Reads what a line holds: `key: value`, `- value` or `- key: value`.
    fn content(&mut self, indent: usize, content: &'t str) -> Option<()> {
        let Some(item) = content.strip_prefix("- ") else {
            return self.entry(indent, content);
        };
        self.open_block(indent, true)?;
        self.before = Before::Key;
        let inside = item.trim_start_matches(' ');
        let inside_at = indent + content.len() - inside.len();
        if split_entry(inside).is_some() {
            return self.entry(inside_at, inside);
        }
        self.value(indent, inside)
    }

    fn entry(&mut self, indent: usize, content: &'t str) -> Option<()> {
        let (key, value) = split_entry(content)?;
        self.open_block(indent, false)?;
        let first = self.open.last()?.keys;
        let known = self.keys.get(first..)?;
        if known.len() >= MOST_KEYS || known.contains(&key) || !(self.is_plain_entry)(key, value) {
            return None;
        }
        self.keys.push(key);
        self.before = Before::Key;
        if value.is_empty() || value.starts_with('#') {
            return Some(());
        }
        self.value(indent, value)
    }

    /// Closes the open collections that end before something at `indent`, and opens its own.
    fn open_block(&mut self, indent: usize, is_sequence: bool) -> Option<()> {
        while let Some(last) = self.open.last()
            // A sequence may be no deeper than the key that it is the value of.
            && (last.indent > indent || (last.indent == indent && last.is_sequence && !is_sequence))
        {
            // What was closed is the value of the key outside.
            self.before = Before::Value;
            let closed = self.open.pop()?;
            self.keys.truncate(closed.keys);
        }
        let is_open = |open: &OpenBlock| (open.indent, open.is_sequence) == (indent, is_sequence);
        if self.open.last().is_some_and(is_open) {
            return Some(());
        }
        let may_be_here = match self.open.last() {
            Some(outer) => {
                let is_deeper =
                    indent > outer.indent || (is_sequence && indent == outer.indent && !outer.is_sequence);
                is_deeper && self.before == Before::Key
            }
            None => indent == 0 && !is_sequence && self.before == Before::Nothing,
        };
        if !may_be_here || self.open.len() >= MOST_DEPTH {
            return None;
        }
        self.open.push(OpenBlock {
            indent,
            is_sequence,
            keys: self.keys.len(),
        });
        Some(())
    }

    /// Reads a value in the rest of a line; `indent` is that of the collection around it.
    fn value(&mut self, indent: usize, value: &'t str) -> Option<()> {
        self.before = Before::Value;
        match *value.as_bytes().first()? {
            b'|' | b'>' => self.block_scalar(indent, value),
            b'"' | b'\'' => is_end(value.get(quoted_end(value)?..)?),
            b'[' | b'{' => is_end(value.get(flow_end(value)?..)?),
            _ => plain_scalar(value),
        }
    }

    /// Passes over the lines of a block scalar, which are deeper than `indent`.
    fn block_scalar(&mut self, indent: usize, header: &str) -> Option<()> {
        if !matches!(
            header.trim_end_matches(' '),
            "|" | "|-" | "|+" | ">" | ">-" | ">+"
        ) {
            return None;
        }
        let mut depth = None;
        loop {
            let start = self.at;
            let Some(line) = self.next_line() else { break };
            let blanks = line.len() - line.trim_start_matches(' ').len();
            let is_blank = blanks == line.len();
            match depth {
                // Blank lines before the first one with content have rules of their own.
                None if is_blank || blanks <= indent => return None,
                None => depth = Some(blanks),
                Some(depth) if !is_blank && blanks < depth => {
                    self.at = start;
                    break;
                }
                Some(_) => {}
            }
        }
        depth.map(|_| ())
    }
}

/// A key in front of `: ` or of `:` at the end, and what follows without the blanks around it.
fn split_entry(content: &str) -> Option<(&str, &str)> {
    let bytes = content.as_bytes();
    let quote = *bytes.first()?;
    let (key, end) = if matches!(quote, b'"' | b'\'') {
        let end = quoted_end(content)?;
        (content.get(1..end - 1)?, end)
    } else {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
        let end = bytes.iter().position(|byte| !is_part(byte))?;
        (content.get(..end)?, end)
    };
    let starts_word = |key: &str| key.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    // The reader takes no key of more than 1,024 characters.
    if !starts_word(key) || key.len() > 256 {
        return None;
    }
    let value = content.get(end..)?.strip_prefix(':')?;
    let is_key = value.is_empty() || value.starts_with(' ');
    is_key.then(|| (key, value.trim_matches(' ')))
}

/// The end of a quoted scalar that a text starts with, if it has no escapes.
fn quoted_end(text: &str) -> Option<usize> {
    let quote = *text.as_bytes().first()?;
    let inside = text.as_bytes().get(1..)?;
    let end = memchr2(quote, b'\\', inside)?;
    let is_quote = inside.get(end) == Some(&quote);
    let is_escape = inside.get(end + 1) == Some(&quote);
    (is_quote && !is_escape).then_some(end + 2)
}

/// The end of a collection in brackets that a text starts with, if it holds only words and quoted scalars, or pairs of words.
fn flow_end(text: &str) -> Option<usize> {
    if text.starts_with("[]") || text.starts_with("{}") {
        return Some(2);
    }
    let is_mapping = text.starts_with('{');
    let close = if is_mapping { '}' } else { ']' };
    let skip_blanks = |at: usize| Some(text.len() - text.get(at..)?.trim_start_matches(' ').len());
    let mut at = skip_blanks(1)?;
    let mut keys: Vec<&str> = Vec::new();
    loop {
        let mut end = flow_scalar_end(text, at, !is_mapping)?;
        if is_mapping {
            let key = text.get(at..end)?;
            if keys.contains(&key) || keys.len() >= MOST_KEYS {
                return None;
            }
            keys.push(key);
            let value = skip_blanks(end + text.get(end..)?.strip_prefix(": ").map(|_| 2)?)?;
            end = flow_scalar_end(text, value, false)?;
        }
        end = skip_blanks(end)?;
        let rest = text.get(end..)?;
        if rest.starts_with(close) {
            return Some(end + 1);
        }
        at = skip_blanks(end + rest.strip_prefix(',').map(|_| 1)?)?;
    }
}

/// The end of a word in brackets, or of a quoted scalar if one may be here.
fn flow_scalar_end(text: &str, at: usize, may_be_quoted: bool) -> Option<usize> {
    let rest = text.get(at..)?;
    if may_be_quoted && rest.starts_with(['"', '\'']) {
        return Some(at + quoted_end(rest)?);
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !rest.starts_with(is_word) {
        return None;
    }
    let is_part = |c: char| is_word(c) || matches!(c, '-' | '.' | '/');
    let end = rest.find(|c| !is_part(c))?;
    Some(at + end)
}

/// Whether a line ends here, but for a comment.
fn is_end(rest: &str) -> Option<()> {
    let behind = rest.trim_start_matches(' ');
    let is_comment = behind.starts_with('#') && behind.len() < rest.len();
    (behind.is_empty() || is_comment).then_some(())
}

/// Whether a value without quotes is one that ends with its line. That the next line does not go on with it is seen there.
fn plain_scalar(value: &str) -> Option<()> {
    let bytes = value.as_bytes();
    let first = *bytes.first()?;
    let is_letter = first.is_ascii_alphanumeric() || first >= 0x80;
    if !is_letter
        && !matches!(
            first,
            b'$' | b'/' | b'.' | b'_' | b'(' | b'~' | b'+' | b'=' | b'^' | b';'
        )
    {
        return None;
    }
    let mut from = 0;
    while let Some(found) = memchr(b':', bytes.get(from..)?) {
        from += found + 1;
        if bytes.get(from).is_none_or(|byte| *byte == b' ') {
            // In a comment it means nothing, but that is for the reader to tell.
            return None;
        }
    }
    Some(())
}
