//! Reads single members of JSON without reading what is around them.

use memchr::{memchr2, memmem};

use crate::text::TextRange;

/// The offsets of the values of all members with this name, at whatever depth.
pub(crate) fn values_of(text: &str, name: &str) -> impl Iterator<Item = usize> {
    let quoted = format!("\"{name}\"");
    let finder = memmem::Finder::new(quoted.as_bytes()).into_owned();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + finder.find(text.as_bytes().get(from..)?)?;
            from = at + quoted.len();
            if let Some(value) = after_colon(text, from) {
                return Some(value);
            }
        }
    })
}

/// The text member with this name of the object that begins at `start`, without its quotes. What is escaped in it
/// stays so: versions hold nothing of the kind.
pub(crate) fn text_member(text: &str, start: usize, name: &str) -> Option<TextRange> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return None;
                }
            }
            b'"' => {
                let string = string_at(text, at)?;
                at = string.end();
                if depth == 1
                    && string.slice(text) == name
                    && let Some(value) = after_colon(text, at + 1)
                {
                    return string_at(text, value);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// What is in the quotes of the text that begins at `start`.
pub(crate) fn string_at(text: &str, start: usize) -> Option<TextRange> {
    let bytes = text.as_bytes();
    if bytes.get(start)? != &b'"' {
        return None;
    }
    let mut end = start + 1;
    loop {
        end += memchr2(b'"', b'\\', bytes.get(end..)?)?;
        if bytes.get(end)? == &b'"' {
            return Some(TextRange::new(start + 1, end));
        }
        end += 2;
    }
}

/// The offset of the first character from `start` on that is not blank.
pub(crate) fn skip_blanks(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    Some(start + rest.len() - rest.trim_start().len())
}

fn after_colon(text: &str, start: usize) -> Option<usize> {
    let colon = skip_blanks(text, start)?;
    if text.as_bytes().get(colon)? != &b':' {
        return None;
    }
    skip_blanks(text, colon + 1)
}
