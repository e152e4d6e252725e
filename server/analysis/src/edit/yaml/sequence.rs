use super::flow::Flow;
use super::mapping::{insert_line_above, whole_lines};
use super::replace::colon_end;
use super::snippet::{Block, YamlSnippet};
use super::style::YamlLayout;
use super::{
    STALE, UNUSUAL, YamlEdits, check_not_needed, check_not_shared, is_block, is_flow, is_in_flow,
    keep_comments,
};
use crate::edit::Refused;
use crate::syntax::yaml::YamlNode;
use crate::text::{TextEdit, TextRange};

const USUAL_GAP: usize = 1;
/// How the items are written is seen at the first ones.
const MOST_ITEMS_LOOKED_AT: usize = 16;

/// Adds an item to a sequence, so that it has the index `index` afterwards.
///
/// Where a blank line is between all items of a block, one is around the new item too.
pub(crate) fn insert_item(
    text: &str,
    sequence: YamlNode<'_>,
    index: usize,
    snippet: &YamlSnippet,
) -> YamlEdits {
    check_not_shared(sequence)?;
    // A fix is made for each finding, so the items are looked at only as far as needed.
    let items = || sequence.items();
    let previous = match index.checked_sub(1) {
        Some(previous) => {
            let previous = items().nth(previous);
            Some(previous.ok_or(Refused("the sequence has fewer items"))?)
        }
        None => None,
    };
    let layout = YamlLayout::new(text);
    if items().next().is_none() {
        return insert_only_item(layout, sequence, snippet);
    }
    if is_flow(sequence) {
        let parts = items().map(|item| item.range()).collect();
        let flow = Flow {
            layout,
            range: sequence.range(),
            parts,
        };
        return flow.insert(&snippet.flow(true)?, index.checked_sub(1));
    }
    let column = layout.column(sequence)?;
    let dash = sequence.range().start();
    let unit = items()
        .take(MOST_ITEMS_LOOKED_AT)
        .find(|item| is_block(*item))
        .map_or_else(|| layout.unit(sequence), |item| layout.unit(item));
    let new = Block { layout, unit }.item(snippet, column, gap(&layout, dash, items().next()))?;
    let blank_line = if has_blank_lines(&layout, column, sequence) {
        layout.line_break
    } else {
        ""
    };
    match previous {
        Some(previous) => {
            let end = layout.end_of_part(previous, column);
            Ok(vec![TextEdit::insert(
                end,
                format!("{blank_line}{}{new}", layout.new_line(column)),
            )])
        }
        None => insert_line_above(&layout, dash, column, &format!("{new}{blank_line}"), true),
    }
}

/// Removes an item with its whole lines; comment lines above it stay. Refused where it is the only one, and where a line of
/// comment would go.
pub(crate) fn remove_item(text: &str, item: YamlNode<'_>) -> YamlEdits {
    let sequence = item
        .parent()
        .filter(|parent| parent.is_sequence())
        .ok_or(UNUSUAL)?;
    check_not_shared(item)?;
    check_not_needed(item)?;
    let items: Vec<YamlNode<'_>> = sequence.items().collect();
    let index = items
        .iter()
        .position(|other| other.id() == item.id())
        .ok_or(STALE)?;
    if items.len() == 1 {
        return Err(Refused("it is the only item"));
    }
    let layout = YamlLayout::new(text);
    if is_flow(sequence) {
        let parts = items.iter().map(|item| item.range()).collect();
        let flow = Flow {
            layout,
            range: sequence.range(),
            parts,
        };
        return keep_comments(text, sequence, flow.remove(index)?);
    }
    let column = layout.column(sequence)?;
    let start = layout.line_start(item.range().start());
    // The dash and the first word of the item are on one line, and nothing else is in front of them.
    let is_usual = layout
        .before(item.range().start())
        .strip_prefix(&" ".repeat(column))
        .and_then(|dash| dash.strip_prefix('-'))
        .is_some_and(|gap| !gap.is_empty() && gap.chars().all(|c| c == ' '));
    if !is_usual {
        return Err(UNUSUAL);
    }
    let end = layout.next_line(layout.end_of_part(item, column));
    let lines = whole_lines(&layout, start, end);
    keep_comments(text, sequence, vec![TextEdit::delete(lines)])
}

/// The number of spaces after the dashes.
fn gap(layout: &YamlLayout<'_>, first_dash: usize, first: Option<YamlNode<'_>>) -> usize {
    let first = first.map_or(first_dash, |item| item.range().start());
    let between = TextRange::new(first_dash + 1, first).slice(layout.text);
    let is_gap = !between.is_empty() && between.chars().all(|c| c == ' ');
    if is_gap { between.len() } else { USUAL_GAP }
}

/// Whether a blank line is between all items.
fn has_blank_lines(layout: &YamlLayout<'_>, column: usize, sequence: YamlNode<'_>) -> bool {
    let has_blank_line_behind = |item: YamlNode<'_>| {
        let mut next = layout.line_after(layout.end_of_part(item, column));
        while let Some(line) = next {
            if layout.is_blank_line(line) {
                return true;
            }
            let is_comment = layout.after(line).trim_start().starts_with('#');
            next = if is_comment { layout.line_after(line) } else { None };
        }
        false
    };
    let mut items = sequence.items().take(MOST_ITEMS_LOOKED_AT).peekable();
    let mut is_between_all = false;
    while let Some(item) = items.next().filter(|_| items.peek().is_some()) {
        is_between_all = has_blank_line_behind(item);
        if !is_between_all {
            break;
        }
    }
    is_between_all
}

/// Adds an item where there is no sequence yet, or an empty one.
fn insert_only_item(layout: YamlLayout<'_>, sequence: YamlNode<'_>, snippet: &YamlSnippet) -> YamlEdits {
    if !sequence.is_sequence() && !sequence.is_null() {
        return Err(Refused("this is not a sequence"));
    }
    let mapping = sequence.parent().ok_or(UNUSUAL)?;
    let entry = mapping
        .entries()
        .find(|entry| entry.value.id() == sequence.id())
        .ok_or(UNUSUAL)?;
    let old = sequence.range();
    if is_in_flow(sequence) {
        let is_written = !old.is_empty();
        return if is_written {
            Ok(vec![TextEdit::replace(old, format!("[{}]", snippet.flow(true)?))])
        } else {
            Err(UNUSUAL)
        };
    }
    let colon = colon_end(&layout, entry)?;
    if !layout.is_rest_free(old.end()) || old.end() < colon {
        return Err(STALE);
    }
    let unit = layout.unit(mapping);
    let column = layout.column(mapping)? + unit;
    let item = Block { layout, unit }.item(snippet, column, USUAL_GAP)?;
    let line = TextEdit::insert(
        layout.line_end(old.end()),
        format!("{}{item}", layout.new_line(column)),
    );
    let removal = (old.end() > colon).then(|| TextEdit::delete(TextRange::new(colon, old.end())));
    keep_comments(layout.text, sequence, removal.into_iter().chain([line]).collect())
}
