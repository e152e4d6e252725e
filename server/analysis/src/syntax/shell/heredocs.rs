//! Here-documents: `<<EOF` and the lines behind it.

use super::lexer::Splitter;
use super::{Redirect, Word};
use crate::text::TextRange;

/// A here-document whose body is still to come.
#[derive(Debug)]
pub(super) struct Heredoc {
    /// The index of the command that reads it; none where a group or a loop does.
    pub(super) command: Option<usize>,
    /// The line that ends it.
    pub(super) delimiter: String,
    /// Whether the delimiter is quoted, so that the body is no template.
    pub(super) is_literal: bool,
    /// `<<-`: leading tabs do not belong to the body.
    pub(super) is_indented: bool,
}

impl Splitter<'_> {
    /// Reads the delimiter behind `<<`.
    pub(super) fn heredoc_start(&mut self) -> Option<Heredoc> {
        let is_indented = self.take("-");
        self.skip_blanks();
        let word = self.word()?;
        Some(Heredoc {
            command: None,
            is_literal: word.range.slice(self.text).contains(['\'', '"', '\\']),
            delimiter: word.text,
            is_indented,
        })
    }

    /// Reads the bodies of the here-documents that the line before has started, in their order.
    pub(super) fn read_heredocs(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let target = self.heredoc_body(&heredoc);
            let command = heredoc.command.and_then(|at| self.commands.get_mut(at));
            if let Some(command) = command {
                command.redirects.push(Redirect {
                    operator: "<<".to_owned(),
                    target,
                });
            }
        }
    }

    fn heredoc_body(&mut self, heredoc: &Heredoc) -> Word {
        let start = self.at;
        let mut end = start;
        let mut text = String::new();
        while self.at < self.text.len() {
            let rest = self.rest();
            let length = rest.find('\n').unwrap_or(rest.len());
            let line = rest.get(..length).unwrap_or_default();
            self.at = (self.at + length + 1).min(self.text.len());
            let line = line.strip_suffix('\r').unwrap_or(line);
            let line = if heredoc.is_indented {
                line.trim_start_matches('\t')
            } else {
                line
            };
            // Trailing blanks and, behind `<<-`, leading ones are forgiven: the author meant the end.
            let wanted = if heredoc.is_indented {
                line.trim()
            } else {
                line.trim_end()
            };
            if wanted == heredoc.delimiter {
                break;
            }
            text.push_str(line);
            text.push('\n');
            end = self.at;
        }
        Word {
            range: TextRange::new(start, end),
            is_dynamic: text.contains("${{") || !heredoc.is_literal && text.contains(['$', '`']),
            text,
        }
    }
}
