//! Taking the escape sequences of terminals out of a log.

use std::borrow::Cow;

const ESCAPE: u8 = 0x1b;
const BELL: char = '\u{7}';

/// The text without colours, links and what else a terminal would obey. Line breaks stay, also behind a sequence that
/// was cut off.
pub(crate) fn without_colours(text: &str) -> Cow<'_, str> {
    if memchr::memchr(ESCAPE, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split('\u{1b}');
    let mut plain = String::with_capacity(text.len());
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        plain.push_str(behind_sequence(part));
    }
    Cow::Owned(plain)
}

/// What stands behind the sequence that starts here, without its escape character.
fn behind_sequence(part: &str) -> &str {
    if let Some(rest) = part.strip_prefix('[') {
        let rest = rest.trim_start_matches(|c: char| matches!(c, ' '..='?'));
        return rest
            .strip_prefix(|c: char| matches!(c, '@'..='~'))
            .unwrap_or(rest);
    }
    if let Some(rest) = part.strip_prefix(']') {
        // A link ends with a bell, or with an escape character and a backslash: then nothing is left of this part.
        let end = rest.find([BELL, '\n']).unwrap_or(rest.len());
        let rest = rest.get(end..).unwrap_or_default();
        return rest.strip_prefix(BELL).unwrap_or(rest);
    }
    part.strip_prefix('\\').unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_seen_is_left() {
        for (text, plain) in [
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
        ] {
            assert_eq!(without_colours(text), plain, "{text:?}");
        }
    }
}
