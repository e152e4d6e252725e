use super::scalar::fill_missing;
use super::snippet::{Block, YamlSnippet};
use super::style::{YamlLayout, is_blank};
use super::{UNUSUAL, YamlEdits, check_not_needed, check_not_shared, is_block, is_in_flow, keep_comments};
use crate::edit::Refused;
use crate::syntax::yaml::{NodeKind, YamlEntry, YamlNode};
use crate::text::{TextEdit, TextRange};

/// Gives an entry another value, whatever the old one is. A comment on the key's line stays. Refused where comment
/// lines are inside the old value.
pub(crate) fn replace_value(text: &str, entry: YamlEntry<'_>, snippet: &YamlSnippet) -> YamlEdits {
    keep_comments(text, entry.key, replacement(text, entry, snippet)?)
}

/// Takes away the block below a key, which then has no value. Refused where lines of comment are in the block.
pub(crate) fn remove_value(text: &str, entry: YamlEntry<'_>) -> YamlEdits {
    let value = entry.value;
    check_not_shared(value)?;
    check_not_needed(value)?;
    let layout = YamlLayout::new(text);
    let colon = colon_end(&layout, entry)?;
    let end = value.range().end();
    let is_below = layout.line_start(value.range().start()) > entry.key.range().end();
    if !is_block(value) || !is_below || !layout.is_rest_free(end) {
        return Err(UNUSUAL);
    }
    let lines = TextRange::new(layout.line_end(colon), layout.line_end(end));
    keep_comments(text, entry.key, vec![TextEdit::delete(lines)])
}

fn replacement(text: &str, entry: YamlEntry<'_>, snippet: &YamlSnippet) -> YamlEdits {
    let value = entry.value;
    check_not_shared(value)?;
    check_not_needed(value)?;
    let layout = YamlLayout::new(text);
    let colon = colon_end(&layout, entry)?;
    let is_missing = matches!(value.kind(), Some(NodeKind::Missing));
    let is_new_block = matches!(snippet, YamlSnippet::Mapping(entries) if !entries.is_empty());
    if is_in_flow(value) || (!is_new_block && !is_block(value)) {
        let new = snippet.flow(is_in_flow(value))?;
        return if is_missing {
            fill_missing(text, value, &new)
        } else {
            Ok(vec![TextEdit::replace(value.range(), new)])
        };
    }
    let end = value.range().end();
    if !layout.is_rest_free(end) {
        return Err(UNUSUAL);
    }
    let is_below = !is_missing && layout.line_start(value.range().start()) > entry.key.range().end();
    match snippet {
        YamlSnippet::Mapping(entries) if is_new_block => {
            let lines = block_lines(layout, entry.key, entries)?;
            if is_below {
                let old = TextRange::new(layout.line_end(colon), layout.line_end(end));
                return Ok(vec![TextEdit::replace(old, lines)]);
            }
            let line_end = layout.line_end(end);
            if layout.after(end).chars().all(is_blank) {
                return Ok(vec![TextEdit::replace(TextRange::new(colon, line_end), lines)]);
            }
            let removal = TextEdit::delete(TextRange::new(colon, end));
            let insertion = TextEdit::insert(line_end, lines);
            Ok([removal, insertion]
                .into_iter()
                .filter(|e| !e.range.is_empty() || !e.new_text.is_empty())
                .collect())
        }
        _ => {
            // A block is below its key.
            let new = snippet.flow(false)?;
            let old = TextRange::new(layout.line_end(colon), layout.line_end(end));
            Ok(vec![
                TextEdit::insert(colon, format!(" {new}")),
                TextEdit::delete(old),
            ])
        }
    }
}

/// Entries as lines below a key.
pub(crate) fn block_lines(
    layout: YamlLayout<'_>,
    key: YamlNode<'_>,
    entries: &[(String, YamlSnippet)],
) -> Result<String, Refused> {
    let mapping = key.parent().ok_or(UNUSUAL)?;
    let unit = layout.unit(mapping);
    Block { layout, unit }.lines(entries, layout.column(mapping)? + unit)
}

/// The offset after the `:` of an entry. Refused where an anchor or a tag is between key and value.
pub(crate) fn colon_end(layout: &YamlLayout<'_>, entry: YamlEntry<'_>) -> Result<usize, Refused> {
    let behind = layout.after(entry.key.range().end());
    let blanks = behind.len() - behind.trim_start_matches(is_blank).len();
    let colon = entry.key.range().end() + blanks;
    if layout.text.as_bytes().get(colon) != Some(&b':') {
        return Err(UNUSUAL);
    }
    let is_missing = matches!(entry.value.kind(), Some(NodeKind::Missing));
    let is_direct = layout.skip_blanks_and_comments(colon + 1) == entry.value.range().start();
    if is_missing || is_direct {
        Ok(colon + 1)
    } else {
        Err(UNUSUAL)
    }
}
