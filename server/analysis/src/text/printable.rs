//! Characters of a repository's texts that must not reach a terminal or an editor's window as they are.

use std::borrow::Cow;

use super::redacted;

/// A character that can stand for `c` after `previous` on a terminal. Tabs are left to the caller, who knows about columns.
///
/// After a replaced character, `previous` is what replaces it.
pub fn printable_char(previous: Option<char>, c: char) -> char {
    const CONTROL_PICTURES: u32 = 0x2400;
    match c {
        '\t' => c,
        '\0'..='\u{1f}' => {
            char::from_u32(CONTROL_PICTURES + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7f}' => '␡',
        // One joins emojis, the other asks for their colored form.
        '\u{200d}' | '\u{fe0f}' if previous.is_some_and(|previous| is_emoji(previous, c)) => c,
        // The other control characters, of which terminals obey some; separators that some viewers take for line breaks.
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' => {
            char::REPLACEMENT_CHARACTER
        }
        c if is_ignorable(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// Each character of a text with the one that can stand for it.
pub fn printable_chars(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().scan(None, |previous, c| {
        let printable = printable_char(*previous, c);
        *previous = Some(printable);
        Some((c, printable))
    })
}

/// Whether a text has only line breaks and visible characters of ASCII, which need no look at each of them.
pub fn is_visible_ascii(text: &str) -> bool {
    // Without an early return within a chunk, the compiler compares many bytes at a time.
    let is_visible = |byte: u8| matches!(byte, b' '..=b'~') | (byte == b'\n');
    let mut chunks = text.as_bytes().chunks(64);
    chunks.all(|chunk| chunk.iter().fold(true, |all, byte| all & is_visible(*byte)))
}

/// Characters that are invisible and could hide in a name, and marks that reorder text: those with Unicode's property
/// `Default_Ignorable_Code_Point`. Source: <https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt>.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character can be an emoji that `next` joins or colors. Digits are colored only: `1️⃣`.
fn is_emoji(c: char, next: char) -> bool {
    match c {
        '0'..='9' | '#' | '*' => next == '\u{fe0f}',
        '\u{fe0f}' => next == '\u{200d}',
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '〰' | '〽' | '㊗' | '㊙' => true,
        '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => true,
        _ => false,
    }
}

/// A text from the user's files, to be shown in an editor: as it is, but without secrets, and with visible characters in
/// place of those that control a terminal or reorder text. Line breaks and tabs stay.
pub fn shown(text: &str) -> Cow<'_, str> {
    let text = redacted(text);
    let is_harmless = |(c, printable): (char, char)| matches!(c, '\n' | '\t') || printable == c;
    if is_visible_ascii(&text) || printable_chars(&text).all(is_harmless) {
        return text;
    }
    let characters = printable_chars(&text).map(|(c, printable)| if c == '\n' { c } else { printable });
    Cow::Owned(characters.collect())
}

/// A text from the user's files, safe to print on one line: control characters, which could move the cursor or recolor the
/// terminal, and characters that change the order of others are replaced by visible ones, and secrets by three stars.
pub fn printable(text: &str) -> Cow<'_, str> {
    match redacted(text) {
        Cow::Borrowed(text) => visible(text),
        Cow::Owned(text) => Cow::Owned(visible(&text).into_owned()),
    }
}

fn visible(text: &str) -> Cow<'_, str> {
    let is_visible = || printable_chars(text).all(|(c, printable)| printable == c && c != '\t');
    if (is_visible_ascii(text) && !text.contains('\n')) || is_visible() {
        return Cow::Borrowed(text);
    }
    let replaced = printable_chars(text).map(|(c, printable)| match c {
        '\t' => ' ',
        _ => printable,
    });
    Cow::Owned(replaced.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_visible_characters_are_printed() {
        for (text, expected) in [
            ("packages/größe 📦/👩\u{200d}🚀", "packages/größe 📦/👩\u{200d}🚀"),
            ("\u{1b}[31mred\u{7}", "␛[31mred␇"),
            ("a\tb\r\nc\u{7f}", "a b␍␊c␡"),
            ("\u{9b}31m", "\u{fffd}31m"),
            ("evil\u{202e}lmy.\u{2066}", "evil\u{fffd}lmy.\u{fffd}"),
            ("https://joe:secret@a.example/\u{1b}", "https://***@a.example/␛"),
        ] {
            assert_eq!(printable(text), expected);
        }
    }

    #[test]
    fn what_is_shown_has_neither_secrets_nor_control_characters() {
        for (text, expected) in [
            ("größe\n\t📦", "größe\n\t📦"),
            ("a\u{1b}[31m\u{202e}b\r", "a␛[31m\u{fffd}b␍"),
            ("https://joe:secret@a.example/", "https://***@a.example/"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn what_is_invisible_is_replaced() {
        let ignorable = "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}\u{180e}\u{180f}\u{200b}\u{200c}\u{200d}\u{200e}\
                         \u{200f}\u{202a}\u{202e}\u{2060}\u{2061}\u{2062}\u{2063}\u{2064}\u{2065}\u{206f}\u{3164}\u{fe00}\u{fe0f}\u{feff}\
                         \u{ffa0}\u{fff0}\u{fff8}\u{1bca0}\u{1bca3}\u{1d173}\u{1d17a}\u{e0000}\u{e0001}\u{e007f}\u{e0100}\u{e01ef}\u{e0fff}";
        for c in ignorable.chars() {
            assert_eq!(shown(&format!("a{c}b")), "a\u{fffd}b", "{c:?}");
        }
        // Each after another one.
        assert!(
            shown(ignorable).chars().all(|c| c == '\u{fffd}'),
            "{:?}",
            shown(ignorable)
        );
    }

    #[test]
    fn emojis_stay_as_they_are() {
        for text in [
            "👩\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "👩🏽\u{200d}💻",
            "🏳\u{fe0f}\u{200d}🌈",
            "größe 한글 ᄀ ａ",
        ] {
            assert_eq!(shown(text), text);
        }
        for (text, expected) in [
            ("a\u{200d}b", "a\u{fffd}b"),
            ("a\u{fe0f}", "a\u{fffd}"),
            ("1\u{200d}", "1\u{fffd}"),
            ("👩\u{200d}\u{200d}", "👩\u{200d}\u{fffd}"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
