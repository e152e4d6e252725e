use memchr::memmem;

use crate::text::FileKind;
use crate::text::{LineIndex, Ranged, TextRange};

/// A comment that ignores findings: `# trustpub: ignore[rule, other] reason`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct IgnoreComment {
    /// The comment, from its `#` to the end of the line.
    pub range: TextRange,
    /// The ids between the brackets, as they are written.
    pub rules: Vec<Ranged<String>>,
    /// Whether something follows the brackets that says why.
    pub has_reason: bool,
    /// Whether the comment has its line for itself; then it speaks of the next line that holds more than a comment.
    pub is_alone: bool,
    /// The line whose findings it ignores, without its break.
    pub target: TextRange,
}

const MARK: &str = "trustpub:";

/// The comments in a text that ignore findings, in text order.
pub(crate) fn ignore_comments(kind: FileKind, text: &str, lines: &LineIndex) -> Vec<IgnoreComment> {
    let Some(signs) = comment_signs(kind) else {
        return Vec::new();
    };
    // The line of content that was found last, and where the search for it began: comments above it share it.
    let mut last: Option<(usize, usize)> = None;
    let mut next_line = |line: usize| {
        let known = last.filter(|(from, found)| (*from..*found).contains(&line));
        let found = match known {
            Some((_, found)) => found,
            None => next_line_of_content(text, lines, signs, line)?,
        };
        last = Some((line, found));
        lines.line_range(text, found)
    };
    memmem::find_iter(text.as_bytes(), MARK)
        .filter_map(|at| read(text, lines, signs, at, &mut next_line))
        .collect()
}

/// The characters that start a comment; none if a file has no comments.
pub(crate) fn comment_signs(kind: FileKind) -> Option<&'static [char]> {
    match kind {
        FileKind::Manifest | FileKind::LernaJson | FileKind::ToolConfig => None,
        FileKind::Npmrc => Some(&['#', ';']),
        _ => Some(&['#']),
    }
}

/// Reads the comment whose mark is at `at`.
fn read(
    text: &str,
    lines: &LineIndex,
    signs: &[char],
    at: usize,
    next_line: &mut dyn FnMut(usize) -> Option<TextRange>,
) -> Option<IgnoreComment> {
    let line_number = lines.line_of(at);
    let line = lines.line_range(text, line_number)?;
    let before = text.get(line.start()..at)?;
    let sign = before.trim_end().strip_suffix(signs)?;
    // A `#` inside a word starts no comment.
    if !sign.is_empty() && !sign.ends_with([' ', '\t']) {
        return None;
    }
    let start = line.start() + sign.len();
    let rest = text.get(at + MARK.len()..line.end())?;
    let verb = rest.trim_start();
    let behind = verb.strip_prefix("ignore")?;
    if behind.starts_with(|c: char| c.is_alphanumeric() || c == '-') {
        return None;
    }
    let is_alone = sign.trim().is_empty();
    let target = if is_alone { next_line(line_number)? } else { line };
    let list = behind.trim_start().strip_prefix('[');
    let inside = list.and_then(|list| Some((line.end() - list.len(), list.split_once(']')?)));
    let end = line.start() + line.slice(text).trim_end().len();
    let (rules, reason) = match inside {
        Some((at, (ids, reason))) => (words(ids, at), reason),
        None => (Vec::new(), ""),
    };
    Some(IgnoreComment {
        range: TextRange::new(start, end),
        rules,
        has_reason: reason.chars().any(char::is_alphanumeric),
        is_alone,
        target,
    })
}

/// The words of a list that starts at `start`.
fn words(list: &str, mut start: usize) -> Vec<Ranged<String>> {
    let mut words = Vec::new();
    for part in list.split(',') {
        let word = part.trim();
        if !word.is_empty() {
            let at = start + part.len() - part.trim_start().len();
            words.push(Ranged::new(word.to_owned(), TextRange::new(at, at + word.len())));
        }
        start += part.len() + 1;
    }
    words
}

fn next_line_of_content(text: &str, lines: &LineIndex, signs: &[char], line: usize) -> Option<usize> {
    (line + 1..lines.line_count()).find(|number| {
        let range = lines.line_range(text, *number);
        let content = range.map_or("", |range| range.slice(text).trim_start());
        !content.is_empty() && !content.starts_with(signs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each comment as `rules; the target line`, with `!` for a missing reason.
    fn show(kind: FileKind, text: &str) -> Vec<String> {
        let comments = ignore_comments(kind, text, &LineIndex::new(text));
        let show = |comment: &IgnoreComment| {
            assert!(comment.range.slice(text).starts_with(['#', ';']));
            let rules: Vec<&str> = comment.rules.iter().map(|rule| rule.range.slice(text)).collect();
            let reason = if comment.has_reason { "" } else { "!" };
            format!("{}{reason}; {}", rules.join("+"), comment.target.slice(text))
        };
        comments.iter().map(show).collect()
    }

    #[test]
    fn comments_speak_of_their_line_or_of_the_next() {
        for (text, expected) in [
            (
                "a: 1 # trustpub: ignore[x] why",
                "x; a: 1 # trustpub: ignore[x] why",
            ),
            ("# trustpub: ignore[x, y.2] why\n\n# more\na: 1\n", "x+y.2; a: 1"),
            ("a: |\n  #trustpub:ignore[x]\n  b\n", "x!;   b"),
            ("# trustpub: ignore why\r\nb\r\n", "!; b"),
            ("# trustpub: ignore[] why\nb", "; b"),
        ] {
            assert_eq!(show(FileKind::Workflow, text), [expected], "{text:?}");
        }
        assert_eq!(
            show(FileKind::Npmrc, "; trustpub: ignore[x] why\na=1"),
            ["x; a=1"]
        );
    }

    #[test]
    fn other_texts_are_not_such_comments() {
        for text in [
            "a: trustpub: ignore[x] why",
            "a#trustpub: ignore[x] why",
            "# trustpub: publishes this",
            "# trustpub: ignores much",
            "; trustpub: ignore[x] why\na",
            "# trustpub: ignore[x] nothing follows",
        ] {
            assert_eq!(show(FileKind::Workflow, text), [""; 0], "{text:?}");
        }
        assert_eq!(
            show(FileKind::Manifest, "// # trustpub: ignore[x] why\n{}"),
            [""; 0]
        );
    }
}
