//! Text from elsewhere stays text in Markdown: no HTML, no links, no markup, and no notification.

use crate::text::printable;

/// Words as Markdown. Code in single backquotes stays code.
pub(super) fn words(text: &str) -> String {
    let text = printable(text);
    // Longer runs of backquotes begin and end code by rules of their own: then all of them are text.
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut escaped = String::with_capacity(text.len());
    let parts: Vec<&str> = if has_code {
        text.split('`').collect()
    } else {
        vec![&text]
    };
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 {
            escaped.push_str(&format!("`{part}`"));
            continue;
        }
        for word in part.split_inclusive(' ') {
            push_word(word, &mut escaped);
        }
    }
    escaped
}

/// A line that begins with a sign of a heading, a quote, a list or an underline, so that it is none.
pub(super) fn line_start(line: &str) -> String {
    if line.starts_with(['#', '>', '+', '-', '=']) {
        return format!("\\{line}");
    }
    let digits = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
    match line.split_at_checked(digits) {
        Some((number, rest)) if digits > 0 && rest.starts_with(['.', ')']) => format!("{number}\\{rest}"),
        _ => line.to_owned(),
    }
}

/// Text as code, whatever backquotes it holds.
pub(super) fn code(text: &str) -> String {
    let text = printable(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if text.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest + 1);
    // Markdown takes away one space on each side.
    let needs_space = longest > 0 || text.starts_with(' ') || text.ends_with(' ');
    let space = if needs_space { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// The address of a link: nothing in it ends the link.
pub(super) fn address(url: &str) -> String {
    let mut address = String::with_capacity(url.len());
    for byte in url.bytes() {
        match is_of_address(byte) {
            true => address.push(char::from(byte)),
            false => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

/// The address of a page as a link that shows it, or as code if it is not an address on the web.
pub(super) fn shown_address(url: &str) -> String {
    let is_of_web = url.starts_with("https://") || url.starts_with("http://");
    let is_address = |byte: u8| is_of_address(byte) || matches!(byte, b'(' | b')' | b'[' | b']');
    // A secret in it would be a link to itself.
    let is_printed_as_it_is = printable(url) == url;
    match is_of_web && is_printed_as_it_is && url.bytes().all(is_address) {
        true => format!("<{url}>"),
        false => code(url),
    }
}

fn is_of_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'*+,;=%".contains(&byte)
}

fn push_word(word: &str, escaped: &mut String) {
    let bare = word.trim_matches(|c: char| c.is_whitespace() || ".,;:!?\"'()".contains(c));
    if is_live(bare)
        && let Some((before, after)) = word.split_once(bare)
    {
        // GitHub looks for names and numbers in what is left after Markdown was read: only code is safe.
        escaped.push_str(before);
        escaped.push_str(&code(bare));
        escaped.push_str(after);
        return;
    }
    let mut previous = ' ';
    let mut characters = word.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' if next == '#' || next.is_ascii_alphanumeric() => escaped.push_str("&amp;"),
            // Within a word it means nothing.
            '_' if previous.is_alphanumeric() && next.is_alphanumeric() => escaped.push(c),
            '\\' | '[' | ']' | '`' | '*' | '~' | '_' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
        previous = c;
    }
}

/// Whether GitHub, or an editor, makes a link of a word, or notifies somebody: `@name`, `a#1`, `https://…`, `www.…`, `GH-1`.
fn is_live(word: &str) -> bool {
    let follows = |sign: &str, is_such: fn(char) -> bool| {
        word.split(sign).skip(1).any(|rest| rest.starts_with(is_such))
    };
    let is_digit = |c: char| c.is_ascii_digit();
    let has_digit = word.contains(is_digit);
    let is_hash = word.len() >= 7 && has_digit && word.chars().all(|c| c.is_ascii_hexdigit());
    follows("@", char::is_alphanumeric)
        || follows("#", is_digit)
        || follows("GH-", is_digit)
        || follows("gh-", is_digit)
        || word.contains("://")
        || word.contains("www.")
        || word.contains("mailto:")
        || is_hash && !word.chars().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_its_backquotes() {
        for (text, expected) in [
            ("npm login", "`npm login`"),
            (" npm login", "`  npm login `"),
            ("a `b` ``c``", "``` a `b` ``c`` ```"),
            ("", ""),
            ("a\n\u{1b}[1m\u{202e}", "`a␊␛[1m\u{fffd}`"),
        ] {
            assert_eq!(code(text), expected);
        }
    }

    #[test]
    fn markup_stays_text() {
        for (text, expected) in [
            ("<b> [x](y)", "&lt;b> \\[x\\](y)"),
            ("\\[x](y)", "\\\\\\[x\\](y)"),
            ("ask @octocat, or @acme/team.", "ask `@octocat`, or `@acme/team`."),
            ("a@b.example, (@x)", "`a@b.example`, (`@x`)"),
            ("see #12, acme/w#3 and GH-4", "see `#12`, `acme/w#3` and `GH-4`"),
            (
                "https://a.example/x. www.b.example",
                "`https://a.example/x`. `www.b.example`",
            ),
            (
                "**bold** _it_ ~~no~~ id_token",
                "\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ id_token",
            ),
            ("&#64;octocat & co", "`&#64;octocat` & co"),
            ("a &lt; b", "a &amp;lt; b"),
            ("`x` @a `y`", "`x` `@a` `y`"),
            ("odd @a`b", "odd `` @a`b ``"),
            ("at 0a1b2c3d: # 1 @ x 1234567", "at `0a1b2c3d`: # 1 @ x 1234567"),
            ("a](command:b)c.yml", "a\\](command:b)c.yml"),
            ("`a[0]<b>`, [x](y)", "`a[0]<b>`, \\[x\\](y)"),
            ("odd ` [x](y)", "odd \\` \\[x\\](y)"),
            ("` `` [x](y) ```", "\\` \\`\\` \\[x\\](y) \\`\\`\\`"),
            // What a fact of a publish step may hold.
            ("10.9.2 (with Node 22)", "10.9.2 (with Node 22)"),
            ("`NODE_AUTH_TOKEN`, a_b", "`NODE_AUTH_TOKEN`, a_b"),
            (
                "\u{1b}[x\u{202e} https://joe:secret@a.example",
                "␛\\[x\u{fffd} `https://***@a.example`",
            ),
            ("[x](y)\n<b>", "\\[x\\](y)␊&lt;b>"),
        ] {
            assert_eq!(words(text), expected);
        }
    }

    #[test]
    fn no_line_begins_something() {
        for (line, expected) in [
            ("# x", "\\# x"),
            ("- x", "\\- x"),
            ("=== x", "\\=== x"),
            ("1. x", "1\\. x"),
            ("12) x", "12\\) x"),
            ("1.2.3 x", "1\\.2.3 x"),
            ("3 problems", "3 problems"),
            ("`# x`", "`# x`"),
        ] {
            assert_eq!(line_start(line), expected);
        }
    }

    #[test]
    fn an_address_ends_where_it_ends() {
        assert_eq!(address("a (b)<c>%20\u{e9}#L1"), "a%20%28b%29%3Cc%3E%20%C3%A9#L1");
        for (url, expected) in [
            (
                "https://www.npmjs.com/package/@acme/widget/access",
                "<https://www.npmjs.com/package/@acme/widget/access>",
            ),
            ("https://a.example/> [x](y)", "`https://a.example/> [x](y)`"),
            ("https://joe:secret@a.example/", "`https://***@a.example/`"),
            ("javascript:x", "`javascript:x`"),
        ] {
            assert_eq!(shown_address(url), expected);
        }
    }
}
