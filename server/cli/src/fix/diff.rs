use annotate_snippets::renderer::{AnsiColor, Style};
use similar::TextDiff;

use crate::output::printable;

/// How a diff is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DiffStyle {
    pub(crate) has_color: bool,
    /// For the eye: control characters are replaced. Otherwise a program applies the diff, and every byte counts.
    pub(crate) is_for_people: bool,
}

/// The change of a file as a unified diff that `git apply` and `patch -p1` understand.
pub(crate) fn unified(path: &str, old: &str, new: &str, style: DiffStyle) -> String {
    let diff = TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    if !style.has_color && !style.is_for_people {
        return diff;
    }
    let mut shown = String::with_capacity(diff.len());
    for line in diff.split_inclusive('\n') {
        let line = line.trim_end_matches(['\n', '\r']);
        let content = if style.is_for_people {
            printable(line)
        } else {
            line.into()
        };
        match color(line).filter(|_| style.has_color) {
            Some(color) => shown.push_str(&format!("{color}{content}{color:#}\n")),
            None => shown.push_str(&format!("{content}\n")),
        }
    }
    shown
}

fn color(line: &str) -> Option<Style> {
    let color = match line.as_bytes().first()? {
        b'+' => AnsiColor::Green,
        b'-' => AnsiColor::Red,
        b'@' => AnsiColor::Cyan,
        _ => return None,
    };
    Some(color.on_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOR_PROGRAMS: DiffStyle = DiffStyle {
        has_color: false,
        is_for_people: false,
    };

    #[test]
    fn every_byte_is_kept_for_programs() {
        let diff = unified(
            "a b.yml",
            "on: push\r\nx: \u{1b}[1m\r\n",
            "on: push\r\nx: 2",
            FOR_PROGRAMS,
        );
        let expected = "--- a/a b.yml\n+++ b/a b.yml\n@@ -1,2 +1,2 @@\n on: push\r\n-x: \u{1b}[1m\r\n+x: 2\n\
                        \\ No newline at end of file\n";
        assert_eq!(diff, expected);
    }

    #[test]
    fn nothing_moves_the_cursor_of_people() {
        let style = DiffStyle {
            has_color: true,
            is_for_people: true,
        };
        let diff = unified("a.yml", "x: \u{1b}[1m\r\n", "x: 2\r\n", style);
        assert!(diff.contains("\u{1b}[31m-x: ␛[1m\u{1b}[0m\n"), "{diff:?}");
        assert!(diff.contains("\u{1b}[32m+x: 2\u{1b}[0m\n"), "{diff:?}");
    }
}
