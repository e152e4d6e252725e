use std::borrow::Cow;

use trustpub_analysis::{is_visible_ascii, printable, printable_char, printable_chars, redacted};

/// A text from the user's files, safe to print on several lines.
pub(crate) fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(printable).collect();
    lines.join("\n")
}

/// A finished output, safe for a terminal whatever went wrong before: of control characters only line breaks, tabs and, if
/// there are colors, the sequences that set one are left. A line that holds a command for the runner of GitHub Actions is
/// broken, but for those that begin with it, where `has_commands`.
pub(crate) fn terminal_text(text: &str, has_color: bool, has_commands: bool) -> String {
    let text = visible_text(text, has_color);
    let text = without_commands_in_lines(text, "# #", "[");
    match has_commands || !text.contains("::") {
        true => text.into_owned(),
        false => without_commands_at_starts(&text),
    }
}

/// Breaks `##[error]…`, which the runner of GitHub Actions obeys anywhere in a line, and `##vso[…]`, which that of Azure does.
/// Source: `TryParse` in src/Runner.Common/ActionCommand.cs of actions/runner.
fn without_commands_in_lines<'t>(text: Cow<'t, str>, hashes: &str, bracket: &str) -> Cow<'t, str> {
    if !text.contains("##") {
        return text;
    }
    let mut result = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some(at) = rest.find("##") {
        let (before, behind) = (
            rest.get(..at).unwrap_or_default(),
            rest.get(at + 2..).unwrap_or_default(),
        );
        result.push_str(before);
        let end = behind
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(behind.len());
        let (word, behind_word) = behind.split_at(end);
        if let Some(behind_bracket) = behind_word.strip_prefix('[') {
            result.push_str(&format!("{hashes}{word}{bracket}"));
            rest = behind_bracket;
        } else {
            // The second `#` may begin a command.
            result.push('#');
            rest = rest.get(at + 1..).unwrap_or_default();
        }
    }
    result.push_str(rest);
    Cow::Owned(result)
}

/// Breaks `::error::…`, which the runner of GitHub Actions obeys at the beginning of a line. Source: `TryParseV2` in the same
/// file.
fn without_commands_at_starts(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let start = line.len() - line.trim_start().len();
        // The name follows at once: `::: file` above an excerpt is not a command.
        let is_command = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
        let content = line.get(start..).and_then(|content| content.strip_prefix("::"));
        match content.filter(is_command) {
            Some(rest) => Cow::Owned(format!("{}: :{rest}", line.get(..start).unwrap_or_default())),
            None => Cow::Borrowed(line),
        }
    });
    lines.collect()
}

fn visible_text(text: &str, has_color: bool) -> Cow<'_, str> {
    let text = redacted(text);
    let is_visible = || printable_chars(&text).all(|(c, printable)| c == '\n' || printable == c);
    if is_visible_ascii(&text) || is_visible() {
        return text;
    }
    let mut safe = String::with_capacity(text.len());
    let mut rest: &str = &text;
    let mut previous = None;
    while let Some(c) = rest.chars().next() {
        let length = match color_sequence(rest).filter(|_| has_color) {
            Some(sequence) => {
                safe.push_str(sequence);
                sequence.len()
            }
            None => {
                let shown = if c == '\n' { c } else { printable_char(previous, c) };
                previous = Some(shown);
                safe.push(shown);
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Cow::Owned(safe)
}

/// `ESC [ 1 ; 31 m` at the beginning of a text.
fn color_sequence(text: &str) -> Option<&str> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let is_color = numbers.get(end..)?.starts_with('m');
    is_color.then(|| text.get(..2 + end + 1)).flatten()
}

/// JSON in which strings hold no secret and nothing that a terminal obeys. Programs read the same from it, but for secrets.
pub(crate) fn printable_json(json: &str) -> String {
    let mut result = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, string)) = rest.split_once('"') {
        result.push_str(before);
        let end = end_of_string(string);
        let literal = rest.get(before.len()..before.len() + end + 2).unwrap_or_default();
        push_string(literal, &mut result);
        rest = string.get(end + 1..).unwrap_or_default();
    }
    result.push_str(rest);
    result
}

/// The offset of the quote that ends a string.
fn end_of_string(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(text.len())
}

fn push_string(literal: &str, result: &mut String) {
    let value = match literal.contains('\\') {
        true => Cow::Owned(serde_json::from_str(literal).unwrap_or_default()),
        false => Cow::Borrowed(
            literal
                .get(1..literal.len().saturating_sub(1))
                .unwrap_or_default(),
        ),
    };
    let redacted = match redacted(&value) {
        Cow::Owned(redacted) => Cow::Owned(serde_json::Value::from(redacted).to_string()),
        Cow::Borrowed(_) => Cow::Borrowed(literal),
    };
    // A program that reads the JSON sees the same.
    let unbroken = without_commands_in_lines(redacted, "##", "\\u005b");
    if is_visible_ascii(&unbroken) {
        result.push_str(&unbroken);
        return;
    }
    for (c, printable) in printable_chars(&unbroken) {
        if printable == c {
            result.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                result.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_lines() {
        assert_eq!(printable_lines("a\u{1b}\n\tb"), "a␛\n b");
    }

    #[test]
    fn no_command_for_a_runner_is_left() {
        for (text, expected) in [
            ("* a ##[error]b", "* a # #[error]b"),
            (
                "###[set-output name=x]y ##vso[task]",
                "## #[set-output name=x]y # #vso[task]",
            ),
            ("## [a] ##a b[ #[x]", "## [a] ##a b[ #[x]"),
            (
                "::error::x\n  ::add-mask::y\na ::b",
                ": :error::x\n  : :add-mask::y\na ::b",
            ),
        ] {
            assert_eq!(terminal_text(text, false, false), expected);
        }
        let of_trustpub = "::error file=a::b\n* ##[x]\n";
        assert_eq!(
            terminal_text(of_trustpub, false, true),
            "::error file=a::b\n* # #[x]\n"
        );
        let json = printable_json(r###"{ "name": "##[error]x" }"###);
        assert_eq!(json, r###"{ "name": "##\u005berror]x" }"###);
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(
            terminal_text("x\n_authToken=secret\n", false, false),
            "x\n_authToken=***\n"
        );
    }

    #[test]
    fn finished_text_keeps_its_colors_only() {
        let text = "\u{1b}[1;31mred\u{1b}[0m\t\u{1b}[2J\u{9b}1m\u{202e}\n";
        assert_eq!(
            terminal_text(text, true, false),
            "\u{1b}[1;31mred\u{1b}[0m\t␛[2J\u{fffd}1m\u{fffd}\n"
        );
        assert_eq!(terminal_text("\u{1b}[1m", false, false), "␛[1m");
        assert_eq!(terminal_text("plain\n", false, false), "plain\n");
    }

    #[test]
    fn strings_of_json_hold_nothing_that_a_terminal_obeys() {
        let json =
            "{\n  \"a\\\"\": \"x\\u001b\u{202e}\u{e0041}\",\n  \"b\": [1, \"see\\nnpm_0123456789AB\"]\n}\n";
        assert_eq!(
            printable_json(json),
            "{\n  \"a\\\"\": \"x\\u001b\\u202e\\udb40\\udc41\",\n  \"b\": [1, \"see\\n***\"]\n}\n"
        );
    }
}
