use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::{AnsiColor, Style};
use similar::{ChangeTag, DiffOp, TextDiff};
use trustpub_analysis::secret_ranges;

use crate::output::printable;

/// How a diff is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DiffStyle {
    pub(crate) has_color: bool,
    /// For the eye: control characters and secrets are replaced. Otherwise a program applies the diff, and every byte counts.
    pub(crate) is_for_people: bool,
}

/// The change of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Shown {
    pub(crate) text: String,
    /// Whether secrets are replaced in the text, or the text is empty because a program needs it in full.
    pub(crate) hides_secret: bool,
}

/// As many unchanged lines are shown around a change, as git does.
const CONTEXT: usize = 3;

/// The change of a file as a unified diff that `git apply` and `patch -p1` understand.
///
/// Lines end at `\n`, as for git: a file with other line breaks is a single line. A diff for programs must not hide
/// anything, so it shows less context if that leaves out a secret, and nothing at all if the change itself holds one.
pub(crate) fn unified(path: &str, old: &str, new: &str, style: DiffStyle) -> Shown {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let diff = TextDiff::from_slices(&old, &new);
    let lines_around = |context| hunks(&diff, context);
    let is_secret = |lines: &[Line]| lines.iter().any(|line| !secret_ranges(&line.text).is_empty());
    let full = lines_around(CONTEXT);
    if style.is_for_people {
        return Shown {
            hides_secret: is_secret(&full),
            text: text(path, &full, style),
        };
    }
    // Git takes a patch without any context only if it is told to.
    let harmless = (1..=CONTEXT)
        .rev()
        .map(lines_around)
        .find(|lines| !is_secret(lines));
    Shown {
        hides_secret: harmless.is_none(),
        text: harmless.map_or_else(String::new, |lines| text(path, &lines, style)),
    }
}

/// A line of a diff, without its line break.
struct Line {
    text: String,
    color: Option<AnsiColor>,
}

fn hunks(diff: &TextDiff<'_, '_, '_, str>, context: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in diff.grouped_ops(context) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let range = |of: fn(&DiffOp) -> Range<usize>| line_numbers(&(of(first).start..of(last).end));
        lines.push(Line {
            text: format!(
                "@@ -{} +{} @@",
                range(DiffOp::old_range),
                range(DiffOp::new_range)
            ),
            color: Some(AnsiColor::Cyan),
        });
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, color) = match change.tag() {
                ChangeTag::Equal => (' ', None),
                ChangeTag::Delete => ('-', Some(AnsiColor::Red)),
                ChangeTag::Insert => ('+', Some(AnsiColor::Green)),
            };
            let value: &str = change.value();
            let text = format!("{sign}{}", value.strip_suffix('\n').unwrap_or(value));
            lines.push(Line { text, color });
            if !value.ends_with('\n') {
                let text = "\\ No newline at end of file".to_owned();
                lines.push(Line { text, color: None });
            }
        }
    }
    lines
}

/// `first,count`, where one line has no count, and no line is behind the one before it.
fn line_numbers(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => (range.start + 1).to_string(),
        count => format!("{},{count}", range.start + 1),
    }
}

fn text(path: &str, lines: &[Line], style: DiffStyle) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let header = |sign: &str, side: &str, color| {
        let name = quoted(&format!("{side}/{path}"));
        // Git ends a name with a blank in it by a tab, for programs that would end it at the blank.
        let end = if name.contains(' ') { "\t" } else { "" };
        Line {
            text: format!("{sign} {name}{end}"),
            color: Some(color),
        }
    };
    let headers = [
        header("---", "a", AnsiColor::Red),
        header("+++", "b", AnsiColor::Green),
    ];
    let mut text = String::new();
    for Line { text: line, color } in headers.iter().chain(lines) {
        let content = if style.is_for_people {
            printable(line.trim_end_matches(['\r', '\t']))
        } else {
            line.into()
        };
        // Writing to memory cannot fail.
        let _ = match color.filter(|_| style.has_color).map(AnsiColor::on_default) {
            Some(color) => writeln!(text, "{color}{content}{:#}", color as Style),
            None => writeln!(text, "{content}"),
        };
    }
    text
}

/// A name as git writes it by default (`core.quotePath`): in quotes, as in C, if it holds anything but printable ASCII.
/// <https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath>
fn quoted(name: &str) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if name.bytes().all(is_plain) {
        return name.to_owned();
    }
    let mut quoted = "\"".to_owned();
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            0x07 => quoted.push_str("\\a"),
            0x08 => quoted.push_str("\\b"),
            b'\t' => quoted.push_str("\\t"),
            b'\n' => quoted.push_str("\\n"),
            0x0b => quoted.push_str("\\v"),
            0x0c => quoted.push_str("\\f"),
            b'\r' => quoted.push_str("\\r"),
            b' '..=b'~' => quoted.push(char::from(byte)),
            byte => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOR_PROGRAMS: DiffStyle = DiffStyle {
        has_color: false,
        is_for_people: false,
    };
    const TOKEN: &str = "npm_0123456789abcdefABCDEF0123456789abcd";

    #[test]
    fn every_byte_is_kept_for_programs() {
        let diff = unified(
            "a b.yml",
            "on: push\r\nx: \u{1b}[1m\r\n",
            "on: push\r\nx: 2",
            FOR_PROGRAMS,
        );
        let expected = "--- a/a b.yml\t\n+++ b/a b.yml\t\n@@ -1,2 +1,2 @@\n on: push\r\n-x: \u{1b}[1m\r\n+x: 2\n\
                        \\ No newline at end of file\n";
        assert_eq!(diff.text, expected);
    }

    #[test]
    fn a_file_without_line_feeds_is_one_line() {
        let diff = unified("a.yml", "on: push\rx: 1\r", "on: push\rx: 2\r", FOR_PROGRAMS);
        let expected = "--- a/a.yml\n+++ b/a.yml\n@@ -1 +1 @@\n-on: push\rx: 1\r\n\\ No newline at end of file\n\
                        +on: push\rx: 2\r\n\\ No newline at end of file\n";
        assert_eq!(diff.text, expected);
    }

    #[test]
    fn nothing_moves_the_cursor_of_people() {
        let style = DiffStyle {
            has_color: true,
            is_for_people: true,
        };
        let diff = unified("a.yml", "x: \u{1b}[1m\r\n", "x: 2\r\n", style).text;
        assert!(diff.contains("\u{1b}[31m-x: ␛[1m\u{1b}[0m\n"), "{diff:?}");
        assert!(diff.contains("\u{1b}[32m+x: 2\u{1b}[0m\n"), "{diff:?}");
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        for (name, expected) in [
            ("a/b c.yml", "a/b c.yml"),
            ("a/ä b", "\"a/\\303\\244 b\""),
            (
                "a\tb\nc\"d\\e\u{7f}\u{1b}\r",
                "\"a\\tb\\nc\\\"d\\\\e\\177\\033\\r\"",
            ),
            ("%0A::error::x", "%0A::error::x"),
        ] {
            assert_eq!(quoted(name), expected);
        }
    }

    #[test]
    fn a_secret_is_hidden_or_left_out() {
        let old = format!("a: 1\nb\nc\n# {TOKEN}\n");
        let new = old.replace("a: 1", "a: 2");
        let near = unified("x", &old, &new, FOR_PROGRAMS);
        assert_eq!(
            (near.text.as_str(), near.hides_secret),
            ("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n-a: 1\n+a: 2\n b\n c\n", false)
        );
        let removed = old.replace(&format!("# {TOKEN}\n"), "");
        let of_program = unified("x", &old, &removed, FOR_PROGRAMS);
        assert_eq!((of_program.text.as_str(), of_program.hides_secret), ("", true));
        let style = DiffStyle {
            has_color: false,
            is_for_people: true,
        };
        let of_people = unified("x", &old, &removed, style);
        assert!(of_people.text.ends_with("\n-# ***\n"), "{}", of_people.text);
        assert!(of_people.hides_secret);
    }
}
