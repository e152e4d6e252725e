use std::fmt::Write;

use crate::diagnostic::{Applicability, Diagnostic, Related, Severity};
use crate::text::{ColumnUnit, LineColumn, LineIndex, TextRange};

/// A place in a file and what is said about it: what a caret line expects, or what the analysis reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mark {
    pub(crate) place: Place,
    pub(crate) label: Label,
    pub(crate) rule: String,
    /// The fix that is offered: a safe one where there is any.
    pub(crate) fix: Option<Applicability>,
    /// The message; on a caret line possibly only its beginning (with `…`) or none, which stands for any.
    pub(crate) message: Option<String>,
}

/// Where a mark is; lines and columns from 0, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) extent: Extent,
}

/// How far a mark reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Extent {
    /// So many characters of its line.
    Columns(usize),
    /// Into the line that is so many lines further down; on a caret line possibly none, which stands for any.
    Lines(Option<usize>),
}

/// What a mark is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Label {
    /// A diagnostic of this severity.
    Diagnostic(Severity),
    /// A place that explains a diagnostic of the rule.
    Related,
    /// The help of a diagnostic of the rule, at its place.
    Help,
}

impl Place {
    /// The place of a range of `text`. A range that starts after the text's last line break is shown at the
    /// end of the line before: there is no line to put carets under.
    pub(crate) fn of(text: &str, range: TextRange) -> Self {
        let index = LineIndex::new(text);
        let is_behind_last_line = range.start() == text.len() && text.ends_with(['\n', '\r']);
        let start = match (is_behind_last_line, index.line_count().checked_sub(2)) {
            (true, Some(line)) => LineColumn {
                line,
                column: index
                    .line_range(text, line)
                    .map_or(0, |range| range.slice(text).chars().count()),
            },
            _ => index.line_column(text, range.start(), ColumnUnit::Utf32),
        };
        let end = index.line_column(text, range.end(), ColumnUnit::Utf32);
        let extent = if range.is_empty() {
            Extent::Columns(0)
        } else if end.line > start.line {
            Extent::Lines(Some(end.line - start.line))
        } else {
            Extent::Columns(end.column - start.column)
        };
        Self {
            line: start.line,
            column: start.column,
            extent,
        }
    }

    fn matches(self, found: Self) -> bool {
        let has_same_extent = match (self.extent, found.extent) {
            (Extent::Lines(None), Extent::Lines(_)) => true,
            (marked, found) => marked == found,
        };
        has_same_extent && (self.line, self.column) == (found.line, found.column)
    }
}

impl Label {
    /// Whether it counts only where a caret line asks for it.
    pub(crate) fn is_optional(self) -> bool {
        !matches!(self, Self::Diagnostic(_))
    }
}

impl Mark {
    /// The mark that a diagnostic in `text` deserves.
    pub(crate) fn of_diagnostic(text: &str, diagnostic: &Diagnostic) -> Self {
        Self {
            place: Place::of(text, diagnostic.range),
            label: Label::Diagnostic(diagnostic.severity),
            rule: diagnostic.rule.to_owned(),
            fix: diagnostic.fixes.iter().map(|fix| fix.applicability).min(),
            message: Some(diagnostic.message.clone()),
        }
    }

    /// The mark that the help of a diagnostic in `text` deserves.
    pub(crate) fn of_help(text: &str, diagnostic: &Diagnostic) -> Option<Self> {
        diagnostic.help.as_ref().map(|help| Self {
            place: Place::of(text, diagnostic.range),
            label: Label::Help,
            rule: diagnostic.rule.to_owned(),
            fix: None,
            message: Some(help.clone()),
        })
    }

    /// The mark that a place in `text` deserves which explains a diagnostic of `rule`.
    pub(crate) fn of_related(text: &str, related: &Related, rule: &str) -> Self {
        Self {
            place: Place::of(text, related.range),
            label: Label::Related,
            rule: rule.to_owned(),
            fix: None,
            message: Some(related.message.clone()),
        }
    }

    /// Whether what was found is what this mark expects.
    pub(crate) fn matches(&self, found: &Self) -> bool {
        let has_same_message = match (&self.message, &found.message) {
            (None, _) => true,
            (Some(expected), Some(message)) => match expected.strip_suffix('…') {
                Some(beginning) => message.starts_with(beginning.trim_end()) || message == expected,
                None => message == expected,
            },
            (Some(_), None) => false,
        };
        has_same_message
            && self.label == found.label
            && self.rule == found.rule
            && self.fix == found.fix
            && self.place.matches(found.place)
    }

    /// Reads a caret line that is below line `line`. None if the text is not a caret line.
    pub(crate) fn parse(text: &str, line: usize) -> Result<Option<Self>, String> {
        let text = text.trim_end();
        let content = text.trim_start();
        let content = content
            .strip_prefix("//")
            .or_else(|| content.strip_prefix('#'))
            .unwrap_or(content)
            .trim_start();
        let carets = content.chars().take_while(|&c| c == '^').count();
        let (width, rest) = match content.strip_prefix('!') {
            Some(rest) => (0, rest),
            None => (carets, content.get(carets..).unwrap_or("")),
        };
        let is_mark = carets > 0 || content.starts_with("! ") && parse_label(rest.trim_start()).is_some();
        if !is_mark {
            return Ok(None);
        }
        let column = text.chars().count() - content.chars().count();
        parse_rest(width, rest)
            .map(|(extent, label, fix, rule, message)| {
                Some(Self {
                    place: Place { line, column, extent },
                    label,
                    rule,
                    fix,
                    message,
                })
            })
            .ok_or_else(|| {
                format!(
                    "this caret line cannot be read:\n{text}\n\
                     it should look like `# ^^^ error[rule-id]: message`, with `💡` (safe fix) or `💡?` (unsafe fix) after the severity, `…` or `…+2` after the carets if the range ends on a later line"
                )
            })
    }

    /// The caret line for this mark. `comment` starts a comment in the file.
    pub(crate) fn render(&self, comment: &str) -> String {
        let mut line = String::new();
        // Where the comment sign would be on the carets' place it is left out: the line is removed anyway.
        if self.place.column >= comment.len() {
            line.push_str(comment);
        }
        while line.len() < self.place.column {
            line.push(' ');
        }
        match self.place.extent {
            Extent::Columns(0) => line.push('!'),
            Extent::Columns(width) => line.push_str(&"^".repeat(width)),
            Extent::Lines(None) => line.push_str("^^^…"),
            Extent::Lines(Some(lines)) => {
                let _ = write!(line, "^^^…+{lines}");
            }
        }
        line.push(' ');
        line.push_str(&self.text());
        line
    }

    /// What follows the carets.
    pub(crate) fn text(&self) -> String {
        let label = match self.label {
            Label::Diagnostic(severity) => severity.name(),
            Label::Related => "related",
            Label::Help => "help",
        };
        let bulb = match self.fix {
            None => "",
            Some(Applicability::Safe) => "💡",
            Some(Applicability::Unsafe) => "💡?",
        };
        let rule = &self.rule;
        match &self.message {
            Some(message) => format!("{label}{bulb}[{rule}]: {message}"),
            None => format!("{label}{bulb}[{rule}]"),
        }
    }
}

type Rest = (Extent, Label, Option<Applicability>, String, Option<String>);

fn parse_rest(width: usize, rest: &str) -> Option<Rest> {
    let (extent, rest) = match rest.strip_prefix('…') {
        None => (Extent::Columns(width), rest),
        Some(rest) => {
            let (count, rest) = match rest.strip_prefix('+') {
                None => (None, rest),
                Some(rest) => {
                    let (count, rest) = rest.split_once(' ')?;
                    (Some(count.parse().ok()?), rest)
                }
            };
            (Extent::Lines(count), rest)
        }
    };
    let (label, rest) = parse_label(rest.trim_start())?;
    let (fix, rest) = match rest.strip_prefix('💡') {
        None => (None, rest),
        Some(rest) => match rest.strip_prefix('?') {
            None => (Some(Applicability::Safe), rest),
            Some(rest) => (Some(Applicability::Unsafe), rest),
        },
    };
    let (rule, rest) = rest.strip_prefix('[')?.split_once(']')?;
    let message = match rest.strip_prefix(':') {
        Some(message) => Some(message.trim().to_owned()),
        None if rest.is_empty() => None,
        None => return None,
    };
    Some((extent, label, fix, rule.to_owned(), message))
}

fn parse_label(text: &str) -> Option<(Label, &str)> {
    let severities = [
        Severity::Error,
        Severity::Warning,
        Severity::Information,
        Severity::Hint,
    ];
    let mut labels = severities
        .map(|severity| (severity.name(), Label::Diagnostic(severity)))
        .into_iter()
        .chain([("related", Label::Related), ("help", Label::Help)]);
    labels.find_map(|(name, label)| {
        let rest = text.strip_prefix(name)?;
        rest.starts_with(['[', '💡']).then_some((label, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Mark {
        Mark::parse(text, 7).unwrap().unwrap()
    }

    #[test]
    fn a_caret_line_is_read_and_written_back() {
        for (comment, text) in [
            ("#", "#      ^^^^ error[some-rule]: It fails."),
            ("#", "#^^ warning💡[some-rule]: It may fail."),
            ("#", "^ information💡?[some-rule]: In the first column."),
            ("//", "//  ^^ hint[some-rule]"),
            ("//", " ^^ hint[some-rule]: Under the comment sign."),
            ("#", "# ! error[some-rule]: An empty range."),
            ("#", "! error[some-rule]: An empty range in the first column."),
            ("#", "#  ^^^…+2 error[some-rule]: Ends two lines further down."),
            ("#", "#  ^^^… error[some-rule]: Ends on a later line."),
            ("#", "#  ^ related[some-rule]: This is why."),
        ] {
            assert_eq!(parse(text).render(comment), text);
        }
    }

    #[test]
    fn other_lines_are_left_alone() {
        for text in [
            "",
            "name: x",
            "# a comment",
            "! grep -q x file",
            "# ! beware",
            "#- package.json",
        ] {
            assert_eq!(Mark::parse(text, 0), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn a_misspelt_caret_line_is_an_error() {
        for text in [
            "# ^^^",
            "# ^^^ eror[x]: y",
            "# ^^ error: y",
            "# ^^ error[x] y",
            "# ^^…+ error[x]: y",
        ] {
            assert!(Mark::parse(text, 0).is_err(), "{text:?}");
        }
    }

    #[test]
    fn places_are_counted_in_characters() {
        let text = "é😀 x\r\nyz\n";
        let place = |start, end| Place::of(text, TextRange::new(start, end));
        let columns = |line, column, width| Place {
            line,
            column,
            extent: Extent::Columns(width),
        };
        assert_eq!(place(2, 8), columns(0, 1, 3));
        assert_eq!(place(10, 11), columns(1, 0, 1));
        assert_eq!(
            place(13, 13),
            columns(1, 2, 0),
            "behind the last line break there is no line to mark"
        );
        assert_eq!(place(7, 11).extent, Extent::Lines(Some(1)));
    }

    #[test]
    fn what_matches_a_mark() {
        let found = parse("# ^^ error💡[x]: It fails, because of this.");
        for (text, is_match) in [
            ("# ^^ error💡[x]: It fails, because of this.", true),
            ("# ^^ error💡[x]: It fails…", true),
            ("# ^^ error💡[x]", true),
            ("# ^^ error💡[x]: It fails", false),
            ("# ^^ error💡?[x]", false),
            ("# ^^ error[x]", false),
            ("# ^^ warning💡[x]", false),
            ("# ^^ error💡[y]", false),
            ("# ^^^ error💡[x]", false),
            ("#  ^^ error💡[x]", false),
            ("# ^^… error💡[x]", false),
        ] {
            assert_eq!(parse(text).matches(&found), is_match, "{text}");
        }
    }

    #[test]
    fn carets_match_a_later_line_only_where_they_say_so() {
        let found = parse("# ^^^…+2 error[x]: m");
        assert!(parse("# ^… error[x]").matches(&found));
        assert!(!parse("# ^^^…+1 error[x]").matches(&found));
        assert!(!parse("# ^^^ error[x]").matches(&found));
    }
}
