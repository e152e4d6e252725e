use crate::text::TextRange;

/// How a JSON text is laid out.
#[derive(Debug)]
pub(crate) struct JsonLayout<'t> {
    text: &'t str,
    /// The line break of the file's first line.
    pub(crate) line_break: &'static str,
    /// What one level of indentation adds.
    pub(crate) unit: &'t str,
    /// Whether the value is on one line.
    pub(crate) is_one_line: bool,
    /// What the file has between a member's name and its value.
    pub(crate) colon: &'static str,
}

/// The rest of a line that holds only spaces and comments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RestOfLine {
    /// The end of the last comment, or the offset from which was asked.
    pub(crate) content_end: usize,
    /// The offset after the line break.
    pub(crate) next_line: usize,
}

impl<'t> JsonLayout<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let line_break = match text.find(['\n', '\r']) {
            Some(at) if text.get(at..).is_some_and(|rest| rest.starts_with("\r\n")) => "\r\n",
            Some(at) if text.get(at..).is_some_and(|rest| rest.starts_with('\r')) => "\r",
            _ => "\n",
        };
        let is_compact = text.find("\":").is_some_and(|at| {
            text.get(at + 2..)
                .is_some_and(|rest| !rest.starts_with(is_json_blank))
        });
        Self {
            text,
            line_break,
            unit: indent_unit(text),
            is_one_line: !text.trim().contains(['\n', '\r']),
            colon: if is_compact { ":" } else { ": " },
        }
    }

    /// Where the line of `offset` starts, after a byte order mark.
    pub(crate) fn line_start(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or("");
        match before.rfind(['\n', '\r']) {
            Some(at) => at + 1,
            None if before.starts_with('\u{feff}') => '\u{feff}'.len_utf8(),
            None => 0,
        }
    }

    /// The spaces and tabs with which the line of `offset` starts.
    pub(crate) fn indent_at(&self, offset: usize) -> &'t str {
        let line = self.text.get(self.line_start(offset)..).unwrap_or("");
        leading_blanks(line)
    }

    /// Whether the range holds only white space.
    pub(crate) fn is_blank(&self, range: TextRange) -> bool {
        self.text
            .get(range.start()..range.end())
            .is_some_and(|text| text.chars().all(is_json_blank))
    }

    /// The comma that follows `offset`, with white space and comments before it or not.
    pub(crate) fn comma_after(&self, offset: usize) -> Option<usize> {
        let mut at = offset;
        loop {
            let rest = self.text.get(at..)?;
            if rest.starts_with(',') {
                return Some(at);
            }
            at += match rest.chars().next()? {
                c if is_json_blank(c) => c.len_utf8(),
                '/' => comment_length(rest)?,
                _ => return None,
            };
        }
    }

    /// What follows `offset` on its line, if that is only spaces and comments; none at the text's end.
    pub(crate) fn rest_of_line(&self, offset: usize) -> Option<RestOfLine> {
        let mut at = offset;
        let mut content_end = offset;
        loop {
            let rest = self.text.get(at..)?;
            match rest.chars().next()? {
                '\n' | '\r' => {
                    let break_length = if rest.starts_with("\r\n") { 2 } else { 1 };
                    return Some(RestOfLine {
                        content_end,
                        next_line: at + break_length,
                    });
                }
                c if is_json_blank(c) => at += c.len_utf8(),
                '/' => {
                    let length = comment_length(rest)?;
                    if rest.get(..length)?.contains(['\n', '\r']) {
                        return None;
                    }
                    at += length;
                    content_end = at;
                }
                _ => return None,
            }
        }
    }
}

/// The indentation of the first line that has any; two spaces where none has.
fn indent_unit(text: &str) -> &str {
    let indents = text
        .split(['\n', '\r'])
        .map(|line| (line, leading_blanks(line)))
        .filter(|(line, indent)| !indent.is_empty() && indent.len() < line.len());
    match indents.map(|(_, indent)| indent).next() {
        Some(indent) if indent.starts_with('\t') => "\t",
        Some(indent) if indent.len() <= 8 => indent,
        _ => "  ",
    }
}

fn leading_blanks(line: &str) -> &str {
    let end = line.find(|c| !matches!(c, ' ' | '\t')).unwrap_or(line.len());
    line.get(..end).unwrap_or("")
}

/// The length of the comment with which `text` starts.
fn comment_length(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find(['\n', '\r']).unwrap_or(text.len()));
    }
    let inside = text.strip_prefix("/*")?;
    Some(inside.find("*/")? + 4)
}

/// White space as our parser's library sees it, so that an object is read in the same way here.
fn is_json_blank(c: char) -> bool {
    c.is_whitespace()
}
