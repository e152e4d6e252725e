//! Git's configuration syntax: `[section "subsection"]`, `key = value`, comments, quotes, escapes, continued lines.

use std::iter::Peekable;
use std::str::Chars;

/// A variable in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ConfigEntry {
    /// In lower case, as git compares it.
    pub(super) section: String,
    /// As written: its letter case counts.
    pub(super) subsection: Option<String>,
    /// In lower case.
    pub(super) key: String,
    /// None for a key without `=`, which git takes for "true".
    pub(super) value: Option<String>,
}

/// The last value of a variable: later ones replace earlier ones. `section` and `key` are in lower case.
pub(super) fn last<'a>(
    entries: &'a [ConfigEntry],
    section: &str,
    subsection: Option<&str>,
    key: &str,
) -> Option<&'a str> {
    entries
        .iter()
        .rev()
        .find(|entry| {
            entry.section == section && entry.subsection.as_deref() == subsection && entry.key == key
        })
        .and_then(|entry| entry.value.as_deref())
}

/// The variables of a configuration file. Git gives up at a line that it does not understand; this skips the
/// line, because a guess from the rest is better than none.
pub(super) fn parse(text: &str) -> Vec<ConfigEntry> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader = ConfigReader {
        chars: text.chars().peekable(),
    };
    let mut entries = Vec::new();
    let mut header: Option<(String, Option<String>)> = None;
    while let Some(next) = reader.peek() {
        match next {
            '#' | ';' => reader.skip_line(),
            '[' => {
                header = reader.header();
                if header.is_none() {
                    reader.skip_line();
                }
            }
            _ if next == '\n' || is_blank(next) => {
                reader.next();
            }
            _ => match (&header, reader.variable()) {
                (Some((section, subsection)), Some((key, value))) => entries.push(ConfigEntry {
                    section: section.clone(),
                    subsection: subsection.clone(),
                    key,
                    value,
                }),
                (_, None) => reader.skip_line(),
                (None, Some(_)) => {}
            },
        }
    }
    entries
}

struct ConfigReader<'a> {
    chars: Peekable<Chars<'a>>,
}

impl ConfigReader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.chars.peek().copied()
    }

    fn next(&mut self) -> Option<char> {
        self.chars.next()
    }

    /// The next character, unless it ends the line; then it stays, so that what is wrong in one line does not cost
    /// the next one.
    fn next_in_line(&mut self) -> Option<char> {
        self.chars.next_if(|&next| next != '\n')
    }

    fn skip_line(&mut self) {
        while self.next().is_some_and(|next| next != '\n') {}
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.next();
        }
    }

    fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(next) = self.peek().filter(|&next| is_part(next)) {
            taken.push(next);
            self.next();
        }
        taken
    }

    /// Reads from `[` to `]`.
    fn header(&mut self) -> Option<(String, Option<String>)> {
        self.next();
        let name = self.take_while(|next| next.is_ascii_alphanumeric() || next == '-' || next == '.');
        let name = name.to_ascii_lowercase();
        self.skip_blanks();
        match self.next_in_line()? {
            // `[section.subsection]` is an old form whose subsection is in lower case.
            ']' => match name.split_once('.') {
                Some((section, subsection)) => Some((section.to_owned(), Some(subsection.to_owned()))),
                None => Some((name, None)),
            },
            '"' => {
                let subsection = self.quoted_subsection()?;
                self.skip_blanks();
                (self.next_in_line()? == ']').then_some((name, Some(subsection)))
            }
            _ => None,
        }
    }

    fn quoted_subsection(&mut self) -> Option<String> {
        let mut subsection = String::new();
        loop {
            match self.next_in_line()? {
                '"' => return Some(subsection),
                '\\' => subsection.push(self.next_in_line()?),
                next => subsection.push(next),
            }
        }
    }

    /// Reads `key`, or `key = value`, to the end of the line.
    fn variable(&mut self) -> Option<(String, Option<String>)> {
        if !self.peek()?.is_ascii_alphabetic() {
            return None;
        }
        let key = self.take_while(|next| next.is_ascii_alphanumeric() || next == '-');
        let key = key.to_ascii_lowercase();
        self.skip_blanks();
        match self.peek() {
            Some('=') => {
                self.next();
                Some((key, Some(self.value()?)))
            }
            None | Some('\n') => Some((key, None)),
            Some('#' | ';') => {
                self.skip_line();
                Some((key, None))
            }
            Some(_) => None,
        }
    }

    fn value(&mut self) -> Option<String> {
        let mut value = String::new();
        let mut length_without_blanks = 0;
        let mut is_quoted = false;
        loop {
            match self.next_in_line() {
                // An open quote at the end of a line is an error to git.
                None if is_quoted => return None,
                None => break,
                Some('#' | ';') if !is_quoted => {
                    self.skip_line();
                    break;
                }
                Some('"') => {
                    is_quoted = !is_quoted;
                    length_without_blanks = value.len();
                }
                Some('\\') => {
                    match self.next()? {
                        '\n' => continue,
                        'n' => value.push('\n'),
                        't' => value.push('\t'),
                        'b' => value.push('\u{8}'),
                        escaped @ ('"' | '\\') => value.push(escaped),
                        _ => return None,
                    }
                    length_without_blanks = value.len();
                }
                Some(next) if is_blank(next) && value.is_empty() && !is_quoted => {}
                Some(next) => {
                    value.push(next);
                    if is_quoted || !is_blank(next) {
                        length_without_blanks = value.len();
                    }
                }
            }
        }
        value.truncate(length_without_blanks);
        Some(value)
    }
}

/// What git takes for white space within a line.
fn is_blank(next: char) -> bool {
    matches!(next, ' ' | '\t' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `section.subsection.key=value`, one a line.
    fn parsed(text: &str) -> Vec<String> {
        let shown = parse(text).into_iter().map(|entry| {
            let subsection = entry.subsection.map_or(String::new(), |name| format!(".{name}"));
            let value = entry.value.map_or(String::new(), |value| format!("={value}"));
            format!("{}{subsection}.{}{value}", entry.section, entry.key)
        });
        shown.collect()
    }

    #[test]
    fn variables_and_sections() {
        let text = "\u{feff}; comment\n[core]\n\tbare = false # no\n\tfileMode\n[Remote \"Or\\\"i\\\\gin\"]url=u\r\n\
                    \turl = v;w\r\n[branch.Main] remote = origin\n[a] b = c [d] e\n";
        assert_eq!(
            parsed(text),
            [
                "core.bare=false",
                "core.filemode",
                "remote.Or\"i\\gin.url=u",
                "remote.Or\"i\\gin.url=v",
                "branch.main.remote=origin",
                "a.b=c [d] e",
            ]
        );
    }

    #[test]
    fn values() {
        for (written, expected) in [
            ("a b  c   ", "a b  c"),
            (" \" a # b \" # c", " a # b "),
            ("a\" b \"  ", "a b "),
            (r"a\tb\\c\nd", "a\tb\\c\nd"),
            (r"\n\t", "\n\t"),
            (r"ab\b", "ab\u{8}"),
            ("one\\\n  two\\\r\n three", "one  two three"),
            ("one \\\n \\\n", "one"),
            ("\\\n  one", "one"),
            ("", ""),
            ("é", "é"),
        ] {
            assert_eq!(
                parsed(&format!("[s]\nk = {written}\nl = 1")),
                [format!("s.k={expected}"), "s.l=1".to_owned()],
                "{written}"
            );
        }
    }

    #[test]
    fn garbage_costs_a_line_at_most() {
        for garbage in [
            "= x",
            "%&/",
            "[unclosed",
            "[un closed]",
            "[s \"unclosed",
            "key with blanks",
            "quote = \"open",
            r"escape = \q",
            "\0\u{1}",
        ] {
            let expected: &[&str] = if garbage.starts_with('[') { &[] } else { &["s.b=2"] };
            assert_eq!(parsed(&format!("[s]\n{garbage}\nb = 2\n")), expected, "{garbage}");
            assert_eq!(
                parsed(&format!("{garbage}\n[s]\nb = 2\n")),
                ["s.b=2"],
                "{garbage}"
            );
        }
        assert_eq!(parsed("key = without section"), [""; 0]);
        assert_eq!(parsed("[s]\na = \\"), [""; 0]);
    }

    #[test]
    fn last_value_counts() {
        let entries = parse("[a \"B\"]\nk = 1\n[a \"b\"]\nk = 2\n[A \"B\"]\nK = 3\n[a]\nk = 4\n");
        assert_eq!(last(&entries, "a", Some("B"), "k"), Some("3"));
        assert_eq!(last(&entries, "a", None, "k"), Some("4"));
        assert_eq!(last(&entries, "a", Some("c"), "k"), None);
    }
}
