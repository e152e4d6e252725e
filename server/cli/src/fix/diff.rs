use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::{AnsiColor, Style};
use similar::{ChangeTag, DiffOp, TextDiff};
use trustpub_analysis::{REDACTED, TextRange, file_secret_ranges};

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
    let sides = [Side::new(path, old), Side::new(path, new)];
    let [old, new] = &sides;
    let diff = TextDiff::from_slices(&old.lines, &new.lines);
    let lines_around = |context| hunks(&diff, &sides, context);
    let is_secret = |lines: &[Line]| lines.iter().any(|line| line.redacted.is_some());
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

/// The diff of one file. One that holds a secret is for people, whoever reads it.
pub(crate) fn readable_diff(path: &str, old: &str, new: &str, style: DiffStyle) -> String {
    let diff = unified(path, old, new, style);
    if !diff.hides_secret || style.is_for_people {
        return diff.text;
    }
    let is_for_people = true;
    unified(
        path,
        old,
        new,
        DiffStyle {
            is_for_people,
            ..style
        },
    )
    .text
}

/// A line of a diff, without its line break.
struct Line {
    text: String,
    /// The same without the secrets in it, if there are any.
    redacted: Option<String>,
    color: Option<AnsiColor>,
}

impl Line {
    fn new(text: String, color: Option<AnsiColor>) -> Self {
        Self {
            text,
            redacted: None,
            color,
        }
    }
}

/// The text before or after the change. What is a secret may show only in the whole of it: a line within a private key does not
/// tell.
struct Side<'t> {
    lines: Vec<&'t str>,
    /// Where the lines begin.
    starts: Vec<usize>,
    secrets: Vec<TextRange>,
}

impl<'t> Side<'t> {
    fn new(path: &str, text: &'t str) -> Self {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut next = 0;
        let starts = lines.iter().map(|line| {
            let start = next;
            next += line.len();
            start
        });
        Self {
            starts: starts.collect(),
            lines,
            secrets: file_secret_ranges(path, text),
        }
    }

    /// A line without its line break and its secrets, if it holds any.
    fn redacted_line(&self, index: usize) -> Option<String> {
        let (line, start) = (self.lines.get(index)?, *self.starts.get(index)?);
        let line = line.strip_suffix('\n').unwrap_or(line);
        let end = start + line.len();
        let first = self.secrets.partition_point(|secret| secret.end() <= start);
        let secrets = self.secrets.get(first..)?.iter();
        let mut redacted = String::new();
        let mut at = start;
        for secret in secrets.take_while(|secret| secret.start() < end) {
            redacted.push_str(line.get(at - start..secret.start().max(at) - start)?);
            redacted.push_str(REDACTED);
            at = secret.end().min(end);
        }
        redacted.push_str(line.get(at - start..)?);
        (at > start).then_some(redacted)
    }
}

fn hunks(diff: &TextDiff<'_, '_, '_, str>, sides: &[Side<'_>; 2], context: usize) -> Vec<Line> {
    let [old, new] = sides;
    let mut lines = Vec::new();
    for group in diff.grouped_ops(context) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let range = |of: fn(&DiffOp) -> Range<usize>| line_numbers(&(of(first).start..of(last).end));
        let header = format!(
            "@@ -{} +{} @@",
            range(DiffOp::old_range),
            range(DiffOp::new_range)
        );
        lines.push(Line::new(header, Some(AnsiColor::Cyan)));
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, color) = match change.tag() {
                ChangeTag::Equal => (' ', None),
                ChangeTag::Delete => ('-', Some(AnsiColor::Red)),
                ChangeTag::Insert => ('+', Some(AnsiColor::Green)),
            };
            let value: &str = change.value();
            // A line that does not change may be a part of a secret on one side only.
            let redacted = change
                .old_index()
                .and_then(|index| old.redacted_line(index))
                .or_else(|| new.redacted_line(change.new_index()?));
            lines.push(Line {
                text: format!("{sign}{}", value.strip_suffix('\n').unwrap_or(value)),
                redacted: redacted.map(|line| format!("{sign}{line}")),
                color,
            });
            if !value.ends_with('\n') {
                lines.push(Line::new("\\ No newline at end of file".to_owned(), None));
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
        Line::new(format!("{sign} {name}{end}"), Some(color))
    };
    let headers = [
        header("---", "a", AnsiColor::Red),
        header("+++", "b", AnsiColor::Green),
    ];
    let mut text = String::new();
    for line in headers.iter().chain(lines) {
        let content = if style.is_for_people {
            let shown = line.redacted.as_ref().unwrap_or(&line.text);
            printable(shown.trim_end_matches(['\r', '\t']))
        } else {
            Cow::from(&line.text)
        };
        // Writing to memory cannot fail.
        let _ = match line.color.filter(|_| style.has_color).map(AnsiColor::on_default) {
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

    #[test]
    fn a_line_of_a_private_key_is_hidden_where_its_marks_are_not_shown() {
        let key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        let old = format!(
            "k: |\n  -----BEGIN PRIVATE KEY-----\n{}x: 1\n",
            format!("  {key}\n").repeat(5)
        );
        let new = old.replace("x: 1", "x: 2");
        let of_people = DiffStyle {
            has_color: false,
            is_for_people: true,
        };
        let shown = unified("a.yml", &old, &new, of_people);
        assert_eq!(
            shown.text,
            "--- a/a.yml\n+++ b/a.yml\n@@ -5,4 +5,4 @@\n ***\n ***\n ***\n-x: 1\n+x: 2\n"
        );
        assert!(shown.hides_secret);
        // Even the one line that git needs is a part of the key.
        let patch = unified("a.yml", &old, &new, FOR_PROGRAMS);
        assert_eq!((patch.text.as_str(), patch.hides_secret), ("", true));
        // The key ends before the lines that are shown.
        let far = old.replace("x: 1", "w: 1\nx: 1");
        let patch = unified("a.yml", &far, &far.replace("x: 1", "x: 2"), FOR_PROGRAMS);
        assert_eq!(
            (patch.text.as_str(), patch.hides_secret),
            (
                "--- a/a.yml\n+++ b/a.yml\n@@ -8,2 +8,2 @@\n w: 1\n-x: 1\n+x: 2\n",
                false
            )
        );
    }

    #[test]
    fn a_value_on_its_own_line_is_hidden() {
        let old = "env:\n  NODE_AUTH_TOKEN:\n    hunter2 correct\nx: 1\n";
        let of_people = DiffStyle {
            has_color: false,
            is_for_people: true,
        };
        let shown = unified("a.yml", old, &old.replace("x: 1", "x: 2"), of_people);
        assert_eq!(
            shown.text,
            "--- a/a.yml\n+++ b/a.yml\n@@ -1,4 +1,4 @@\n env:\n   NODE_AUTH_TOKEN:\n     ***\n-x: 1\n+x: 2\n"
        );
    }
}
