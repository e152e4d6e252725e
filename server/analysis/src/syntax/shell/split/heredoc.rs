//! Here-documents: `<<EOF`, whose text follows on the next lines.

use super::super::Word;
use super::Splitter;
use crate::text::TextRange;

/// A here-document whose text was not read yet.
pub(crate) struct HereDocument {
    /// The command that reads it, once it is known; none for a block.
    pub(crate) command: Option<usize>,
    /// Which of the command's redirections it is.
    pub(crate) redirect: usize,
    pub(crate) delimiter: String,
    /// Whether the delimiter is quoted: then the shell replaces no variable in the text.
    pub(crate) is_literal: bool,
    /// `<<-`: tabs in front of the lines are dropped.
    pub(crate) strips_tabs: bool,
}

impl Splitter<'_> {
    /// Reads the lines from here to the delimiter; without one, all the rest, as the shell does.
    pub(crate) fn read_here_document(&mut self, here_document: HereDocument) {
        let start = self.at;
        let mut body_end = self.end;
        while self.at < self.end {
            let rest = self.rest();
            let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let line = rest.get(..length).unwrap_or("");
            let line_start = self.at;
            self.at = (self.at + length + 1).min(self.end);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let line = if here_document.strips_tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if line == here_document.delimiter {
                body_end = line_start;
                break;
            }
        }
        let body = self.here_document_word(&here_document, TextRange::new(start, body_end));
        let target = here_document
            .command
            .and_then(|index| self.commands.get_mut(index))
            .and_then(|command| command.redirects.get_mut(here_document.redirect));
        if let Some(redirect) = target {
            redirect.target = body;
        }
        if let Some(index) = here_document.command {
            self.read_script_on_input(index);
        }
    }

    fn here_document_word(&self, here_document: &HereDocument, range: TextRange) -> Word {
        let source = range.slice(self.script);
        let text = if here_document.strips_tabs {
            source
                .split_inclusive('\n')
                .map(|line| line.trim_start_matches('\t'))
                .collect()
        } else {
            source.to_owned()
        };
        let is_replaced = !here_document.is_literal && text.contains(['$', '`']);
        Word {
            range,
            inner: (text == source).then_some(range),
            is_dynamic: is_replaced || text.contains("${{"),
            text,
        }
    }
}
