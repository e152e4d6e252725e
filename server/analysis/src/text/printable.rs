//! Characters of a repository's texts that must not reach a terminal or an editor's window as they are.

use std::borrow::Cow;

use super::redacted;

/// A character that can stand for `c` on a terminal. Tabs are left to the caller, who knows about columns.
pub fn printable_char(c: char) -> char {
    const CONTROL_PICTURES: u32 = 0x2400;
    match c {
        '\t' => c,
        '\0'..='\u{1f}' => {
            char::from_u32(CONTROL_PICTURES + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7f}' => '␡',
        // The other control characters, of which terminals obey some; marks that reorder text; separators that some
        // viewers take for line breaks; what is invisible and could hide in a name. U+200D joins emojis and stays.
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// A text from the user's files, to be shown in an editor: as it is, but without secrets, and with visible characters in
/// place of those that control a terminal or reorder text. Line breaks and tabs stay.
pub fn shown(text: &str) -> Cow<'_, str> {
    let text = redacted(text);
    let is_harmless = |c: char| matches!(c, '\n' | '\t') || printable_char(c) == c;
    if text.chars().all(is_harmless) {
        return text;
    }
    let characters = text
        .chars()
        .map(|c| if is_harmless(c) { c } else { printable_char(c) });
    Cow::Owned(characters.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
