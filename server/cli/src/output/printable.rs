use std::borrow::Cow;

/// A text from the user's files, safe to print on one line: control characters, which could move the cursor or
/// recolour the terminal, and characters that change the order of others are replaced by visible ones.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| printable_char(c) == c && c != '\t') {
        return Cow::Borrowed(text);
    }
    let replaced = text.chars().map(|c| match c {
        '\t' => ' ',
        c => printable_char(c),
    });
    Cow::Owned(replaced.collect())
}

/// The same for a text of several lines.
pub(crate) fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(printable).collect();
    lines.join("\n")
}

/// A character that can stand for `c` on a terminal. Tabs are left to the caller, who knows about columns.
pub(crate) fn printable_char(c: char) -> char {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_visible_characters_are_left() {
        for (text, expected) in [
            ("packages/größe 📦/👩\u{200d}🚀", "packages/größe 📦/👩\u{200d}🚀"),
            ("\u{1b}[31mred\u{7}", "␛[31mred␇"),
            ("a\tb\r\nc\u{7f}", "a b␍␊c␡"),
            ("\u{9b}31m", "\u{fffd}31m"),
            ("evil\u{202e}lmy.\u{2066}", "evil\u{fffd}lmy.\u{fffd}"),
        ] {
            assert_eq!(printable(text), expected);
        }
        assert_eq!(printable_lines("a\u{1b}\n\tb"), "a␛\n b");
    }
}
