use super::style::YamlLayout;
use super::{STALE, UNUSUAL, YamlEdits, check_not_shared};
use crate::edit::Refused;
use crate::syntax::yaml::{ScalarStyle, YamlNode};
use crate::text::{TextEdit, TextRange};

/// Deletes the whole lines of a `|` block that hold `range`, a range of the text. Refused where nothing but
/// blank lines would remain.
pub(crate) fn remove_lines_of_literal(text: &str, scalar: YamlNode<'_>, range: TextRange) -> YamlEdits {
    check_not_shared(scalar)?;
    if scalar.scalar_style() != Some(ScalarStyle::Literal) {
        return Err(Refused("this is not a block of lines"));
    }
    let layout = YamlLayout::new(text);
    let content_start = layout.next_line(scalar.range().start());
    let content = TextRange::new(content_start, scalar.range().end());
    if !content.contains_range(range) || content.slice(text).is_empty() {
        return Err(STALE);
    }
    let start = layout.line_start(range.start());
    // A range that ends with a line break does not reach into the next line.
    let is_at_line_start = range.end() > range.start() && layout.line_start(range.end()) == range.end();
    let end = if is_at_line_start {
        range.end()
    } else {
        layout.next_line(range.end())
    };

    let before = text.get(content.start()..start).ok_or(STALE)?;
    let behind = text.get(end..content.end().max(end)).ok_or(STALE)?;
    let kept = before.split(['\n', '\r']).chain(behind.split(['\n', '\r']));
    let first_kept = kept
        .map(indent_of)
        .find_map(|indent| indent)
        .ok_or(Refused("nothing else is in the block"))?;
    // The first line says how far the block is indented, unless the header does.
    let first = content
        .slice(text)
        .split(['\n', '\r'])
        .find_map(indent_of)
        .ok_or(STALE)?;
    if first != first_kept {
        return Err(UNUSUAL);
    }
    Ok(vec![TextEdit::delete(TextRange::new(start, end))])
}

/// The number of spaces in front of a line; none for a blank line.
fn indent_of(line: &str) -> Option<usize> {
    let content = line.trim_start_matches(' ');
    (!content.trim().is_empty()).then(|| line.len() - content.len())
}
