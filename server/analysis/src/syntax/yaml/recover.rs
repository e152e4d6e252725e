//! Reads on after an error by leaving out the lines that cause it.

use super::YamlTree;
use super::parse::{Attempt, Stop, read_with_paddings};
use super::view::View;
use crate::syntax::SyntaxError;
use crate::text::{LineIndex, TextRange};

/// Someone who types makes one or two lines wrong. A text with more errors than this is something else.
const MOST_LEFT_OUT: usize = 8;

/// Reads a text again without the lines at which the reader stops, and gives what holds more: the new tree with
/// an error for everything left out, or the tree that ends at the first error.
pub(crate) fn recover(text: &str, first: Attempt, mut paddings: usize) -> (YamlTree, Vec<SyntaxError>) {
    let lines = RecoveredLines {
        text,
        index: LineIndex::new(text),
    };
    let mut left_out: Vec<TextRange> = Vec::new();
    let mut errors: Vec<SyntaxError> = Vec::new();
    let mut last: Option<Attempt> = None;
    for _ in 0..MOST_LEFT_OUT {
        let Some(stop) = &last.as_ref().unwrap_or(&first).stop else {
            break;
        };
        // A candidate that lets the reader reach the end is right, and of several the first: without another line
        // more may be read, but as part of something that it does not belong to.
        let mut best: Option<(Attempt, Vec<TextRange>, TextRange)> = None;
        for range in lines.candidates(stop, &left_out) {
            let ranges = with_range(&left_out, range);
            let attempt = read_with_paddings(text, &ranges, &mut paddings);
            let reaches_end = attempt.stop.is_none();
            let holds_more = best
                .as_ref()
                .is_none_or(|(best, _, _)| attempt.tree.nodes.len() > best.tree.nodes.len());
            if reaches_end || holds_more {
                best = Some((attempt, ranges, range));
            }
            if reaches_end {
                break;
            }
        }
        let Some((attempt, ranges, range)) = best else {
            break;
        };
        errors.retain(|error| !range.contains_range(error.range));
        errors.push(lines.error(stop, range));
        left_out = ranges;
        last = Some(attempt);
    }
    let Some(last) = last else { return first.finish() };
    // What was read of the first erroneous line, or of what is left out, does not justify losing all that follows.
    let stop = first.stop.as_ref().map_or(text.len(), |stop| stop.offset);
    let line_start = lines.start(lines.index.line_of(stop));
    let nodes_before = first.tree.nodes.iter().filter(|node| {
        let start = node.range.start();
        let is_left_out = left_out
            .iter()
            .any(|range| range.start() <= start && start < range.end());
        start < line_start && !is_left_out
    });
    if last.tree.nodes.len() < nodes_before.count() {
        return first.finish();
    }
    let (tree, end) = last.finish();
    errors.extend(end);
    errors.sort_by_key(|error| (error.range, error.is_fatal));
    (tree, errors)
}

/// The lines of the text, without regard to any view of it.
struct RecoveredLines<'t> {
    text: &'t str,
    index: LineIndex,
}

impl RecoveredLines<'_> {
    /// What may be left out because of an error: the part of a line that is wrong, where that is known; the line
    /// at which the reader stopped; the one before, because the reader often sees only in the next line that one is
    /// not finished; and the line with the bracket that is not closed. What is indented below a line goes with it,
    /// for without its parent it would be taken for something else.
    fn candidates(&self, stop: &Stop, left_out: &[TextRange]) -> Vec<TextRange> {
        let line = self.index.line_of(stop.offset);
        let is_content = |line: &usize| self.is_content(*line, left_out);
        let before = (0..line)
            .rev()
            .find(is_content)
            .filter(|&before| !self.is_key(before));
        let bracket = stop.open_flow.map(|offset| self.index.line_of(offset));
        let view = View::without(self.text, left_out);
        let part = stop.blame.range(view.text(), stop.offset);
        let part = part.filter(|part| !self.has_children(self.index.line_of(part.start())));
        let mut candidates = Vec::from_iter(part);
        for line in [Some(line), before, bracket].into_iter().flatten() {
            let range = self.with_children(line);
            if self.is_content(line, left_out) && !candidates.contains(&range) {
                candidates.push(range);
            }
        }
        candidates
    }

    fn error(&self, stop: &Stop, range: TextRange) -> SyntaxError {
        let line = self.index.line_of(range.start());
        if range.start() > self.start(line) {
            return SyntaxError {
                range,
                message: format!("{}; this was left out of the analysis", stop.reason),
                is_fatal: false,
            };
        }
        let shown = self.content(line);
        let start = self.start(line) + self.indent(line);
        let what = if range.end() > start + shown.len() {
            "this line and what is indented below it were left out of the analysis"
        } else {
            "this line was left out of the analysis"
        };
        SyntaxError {
            range: TextRange::new(start, start + shown.len()),
            message: format!("{}; {what}", stop.reason),
            is_fatal: false,
        }
    }

    /// Whether the line holds more than a comment and has not been left out.
    fn is_content(&self, line: usize, left_out: &[TextRange]) -> bool {
        let content = self.content(line);
        let start = self.start(line);
        !content.is_empty()
            && !content.starts_with('#')
            && !left_out
                .iter()
                .any(|range| range.start() <= start && start < range.end())
    }

    /// Whether the line is no more than a key, which is all right whatever follows.
    fn is_key(&self, line: usize) -> bool {
        let content = self.content(line);
        let key = content.split(" #").next().unwrap_or(content);
        key.trim_end_matches([' ', '\t']).ends_with(':')
    }

    /// From the start of a line to the end of the last line that is indented more.
    fn with_children(&self, line: usize) -> TextRange {
        let indent = self.indent(line);
        let mut last = line;
        for below in line + 1..self.index.line_count() {
            if self.content(below).is_empty() {
                continue;
            }
            if self.indent(below) <= indent {
                break;
            }
            last = below;
        }
        let end = self
            .index
            .line_range(self.text, last)
            .map_or(self.text.len(), TextRange::end);
        TextRange::new(self.start(line), end)
    }

    /// Whether what follows a line is indented more than its key.
    fn has_children(&self, line: usize) -> bool {
        let key = self.line(line).trim_start_matches([' ', '\t', '-']);
        let column = self.line(line).len() - key.len();
        (line + 1..self.index.line_count())
            .find(|&below| self.is_content(below, &[]))
            .is_some_and(|below| self.indent(below) > column)
    }

    fn start(&self, line: usize) -> usize {
        self.index.line_start(line).unwrap_or(self.text.len())
    }

    fn line(&self, line: usize) -> &str {
        self.index
            .line_range(self.text, line)
            .map_or("", |range| range.slice(self.text))
    }

    /// The line without the blanks around it.
    fn content(&self, line: usize) -> &str {
        self.line(line).trim_matches([' ', '\t'])
    }

    fn indent(&self, line: usize) -> usize {
        let line = self.line(line);
        line.len() - line.trim_start_matches([' ', '\t']).len()
    }
}

/// Ranges of whole lines in text order with one more, which takes the place of those inside it.
fn with_range(ranges: &[TextRange], range: TextRange) -> Vec<TextRange> {
    let mut result: Vec<TextRange> = ranges
        .iter()
        .copied()
        .filter(|known| !range.contains_range(*known))
        .collect();
    result.push(range);
    result.sort_unstable();
    result
}
