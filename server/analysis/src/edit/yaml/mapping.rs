use super::flow::Flow;
use super::replace::replace_value;
use super::snippet::{Block, YamlSnippet, flow_entry};
use super::style::YamlLayout;
use super::{
    EntryPosition, NO_SUCH_KEY, STALE, UNUSUAL, YamlEdits, check_not_needed, check_not_shared, is_flow,
    keep_comments,
};
use crate::edit::Refused;
use crate::syntax::yaml::{YamlEntry, YamlNode};
use crate::text::{TextEdit, TextRange};

const NOTHING_LEFT: Refused = Refused("nothing would be left around it");

/// Adds an entry to a mapping, or to a key without a value. Refused where the key is there already.
///
/// In a block the entry goes directly after the entry before it; blank lines and comments that follow belong
/// to the next entry and stay with it, unless a comment is indented deeper than the entry before.
pub(crate) fn insert_entry(
    text: &str,
    mapping: YamlNode<'_>,
    key: &str,
    snippet: &YamlSnippet,
    position: EntryPosition<'_>,
) -> YamlEdits {
    check_not_shared(mapping)?;
    if mapping.entry(key).is_some() {
        return Err(Refused("an entry with this key already exists"));
    }
    let entries: Vec<YamlEntry<'_>> = mapping.entries().collect();
    if entries.is_empty() {
        return insert_first_entry(text, mapping, key, snippet);
    }
    let index_of = |key: &str| {
        let index = entries.iter().position(|entry| entry.key.as_str() == Some(key));
        index.ok_or(NO_SUCH_KEY)
    };
    let after = match position {
        EntryPosition::First => None,
        EntryPosition::Last => entries.len().checked_sub(1),
        EntryPosition::After(key) => Some(index_of(key)?),
        EntryPosition::Before(key) => index_of(key)?.checked_sub(1),
    };
    let layout = YamlLayout::new(text);
    if is_flow(mapping) {
        return flow(layout, mapping).insert(&flow_entry(key, snippet)?, after);
    }
    let column = layout.column(mapping)?;
    let new = Block {
        layout,
        unit: layout.unit(mapping),
    }
    .entry(key, snippet, column)?;
    match after.and_then(|index| entries.get(index)) {
        Some(previous) => {
            let end = layout.end_of_part(previous.value, column);
            Ok(vec![TextEdit::insert(
                end,
                format!("{}{new}", layout.new_line(column)),
            )])
        }
        None => {
            let start = entries.first().ok_or(STALE)?.key.range().start();
            insert_line_above(&layout, start, column, &new, mapping.parent().is_some())
        }
    }
}

/// Adds a line above the first part of a block, which starts at `start`. Comments directly above the part stay
/// with it; above the root's first key they are about the file.
pub(crate) fn insert_line_above(
    layout: &YamlLayout<'_>,
    start: usize,
    column: usize,
    new: &str,
    has_own_comments: bool,
) -> YamlEdits {
    if layout.before(start).len() != column || !layout.before(start).chars().all(|c| matches!(c, ' ' | '-')) {
        return Err(UNUSUAL);
    }
    if has_own_comments && layout.is_indented(start) {
        let at = layout.start_with_comments(start, column);
        return Ok(vec![TextEdit::insert(
            at + column,
            format!("{new}{}", layout.new_line(column)),
        )]);
    }
    Ok(vec![TextEdit::insert(
        start,
        format!("{new}{}", layout.new_line(column)),
    )])
}

/// Adds an entry where there is no mapping yet, or an empty one.
fn insert_first_entry(text: &str, mapping: YamlNode<'_>, key: &str, snippet: &YamlSnippet) -> YamlEdits {
    if !mapping.is_mapping() && !mapping.is_null() {
        return Err(Refused("this is not a mapping"));
    }
    let parent = mapping.parent().ok_or(UNUSUAL)?;
    let new = YamlSnippet::Mapping(vec![(key.to_owned(), snippet.clone())]);
    match parent.entries().find(|entry| entry.value.id() == mapping.id()) {
        Some(entry) => replace_value(text, entry, &new),
        None if is_flow(mapping) => keep_comments(
            text,
            mapping,
            vec![TextEdit::replace(mapping.range(), new.flow(true)?)],
        ),
        None => Err(UNUSUAL),
    }
}

/// Removes an entry. In a block its whole lines go, with the comment after it; comment lines above it stay,
/// because they may be about more than this entry. Refused where a block would be left without an
/// entry, and where comment lines are inside the entry or indented deeper below it.
pub(crate) fn remove_entry(text: &str, mapping: YamlNode<'_>, key: &str) -> YamlEdits {
    check_not_shared(mapping)?;
    let entries: Vec<YamlEntry<'_>> = mapping.entries().collect();
    let mut found = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.key.as_str() == Some(key));
    let (index, entry) = found.next().ok_or(NO_SUCH_KEY)?;
    if found.next().is_some() {
        return Err(Refused("the key is there twice"));
    }
    check_not_needed(entry.key)?;
    check_not_needed(entry.value)?;
    let layout = YamlLayout::new(text);
    if is_flow(mapping) {
        return keep_comments(text, mapping, flow(layout, mapping).remove(index)?);
    }
    if entries.len() == 1 {
        return Err(Refused("it is the only entry"));
    }
    let column = layout.column(mapping)?;
    let start = entry.key.range().start();
    if layout.before(start).len() != column || !layout.is_rest_free(entry.value.range().end()) {
        return Err(UNUSUAL);
    }
    let end = layout.next_line(layout.end_of_part(entry.value, column));
    if layout.is_indented(start) {
        let lines = whole_lines(&layout, layout.line_start(start), end);
        return keep_comments(text, mapping, vec![TextEdit::delete(lines)]);
    }
    // The first key of an item: what follows takes its place after the dash.
    if !layout.before(start).chars().all(|c| matches!(c, ' ' | '-')) {
        return Err(UNUSUAL);
    }
    let behind = text.get(end..).ok_or(STALE)?;
    let next = text.len() - behind.trim_start().len();
    keep_comments(text, mapping, vec![TextEdit::delete(TextRange::new(start, next))])
}

/// The lines of an entry or an item, and the blank lines after it where there are blank lines in front of it too.
pub(crate) fn whole_lines(layout: &YamlLayout<'_>, start: usize, end: usize) -> TextRange {
    let above = layout.line_start(layout.end_of_line_above(start));
    let mut end = end;
    if above < start && layout.is_blank_line(above) {
        while layout.is_blank_line(end) {
            end = layout.next_line(end);
        }
    }
    TextRange::new(start, end)
}

/// Removes an entry, and the mapping's own entry too where nothing else is in the mapping. Refused where that
/// would leave a mapping without entries.
pub(crate) fn remove_entry_and_empty_parents(text: &str, mapping: YamlNode<'_>, key: &str) -> YamlEdits {
    if mapping.entries().count() != 1 {
        return remove_entry(text, mapping, key);
    }
    mapping.entry(key).ok_or(NO_SUCH_KEY)?;
    remove_with_its_key(text, mapping)
}

/// Removes a whole mapping together with its key. Refused where that would leave the mapping around it without entries.
pub(crate) fn remove_with_its_key(text: &str, mapping: YamlNode<'_>) -> YamlEdits {
    check_not_shared(mapping)?;
    let parent = mapping.parent().ok_or(NOTHING_LEFT)?;
    let own = parent
        .entries()
        .find(|entry| entry.value.id() == mapping.id())
        .ok_or(NOTHING_LEFT)?;
    if parent.entries().count() == 1 {
        return Err(NOTHING_LEFT);
    }
    remove_entry(text, parent, own.key.as_str().ok_or(UNUSUAL)?)
}

fn flow<'t>(layout: YamlLayout<'t>, mapping: YamlNode<'_>) -> Flow<'t> {
    Flow {
        layout,
        range: mapping.range(),
        parts: mapping.entries().map(|entry| entry.range()).collect(),
    }
}
