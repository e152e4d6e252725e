//! Operations on JSON.
//!
//! All of them take the text and values that were read from it, and give edits of as few bytes as possible:
//! the indentation, the line ends, the spaces around `:` and `,`, and comments stay as the file has them.

mod layout;
mod snippet;

pub(crate) use snippet::JsonSnippet;

use layout::JsonLayout;
use snippet::{Style, quoted};

use super::Refused;
use crate::syntax::json::{JsonKind, JsonMember, JsonValue};
use crate::text::{TextEdit, TextRange};

/// Where a new member goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MemberPosition<'a> {
    /// After all others.
    Last,
    /// In front of all others.
    First,
    /// After the member with this name.
    After(&'a str),
}

const STALE: Refused = Refused("the text has changed since it was read");
const COMMA_MISSING: Refused = Refused("a comma is missing between the members");
const NO_SUCH_MEMBER: Refused = Refused("no member has this name");

/// Replaces a value.
pub(crate) fn set_value(text: &str, value: &JsonValue, new: &JsonSnippet) -> Result<Vec<TextEdit>, Refused> {
    let old = value.range.slice(text);
    if old.is_empty() {
        return Err(STALE);
    }
    let layout = JsonLayout::new(text);
    let is_inline_object = value.is_object() && !value.members().is_empty() && !has_line_break(old);
    let style = Style {
        is_inline: layout.is_one_line || is_inline_object,
        colon: layout.colon,
        layout: &layout,
    };
    let new_text = new.render(&style, layout.indent_at(value.range.start()));
    Ok(vec![TextEdit::replace(value.range, new_text)])
}

/// Adds a member to an object. Refused where a member of this name is there already.
pub(crate) fn insert_member(
    text: &str,
    object: &JsonValue,
    key: &str,
    new: &JsonSnippet,
    position: MemberPosition<'_>,
) -> Result<Vec<TextEdit>, Refused> {
    let members = members_of(text, object)?;
    if object.member(key).is_some() {
        return Err(Refused("a member with this name already exists"));
    }
    let index_of = |key: &str| members.iter().position(|member| member.key.value == key);
    let after = match position {
        MemberPosition::First => None,
        MemberPosition::Last => members.len().checked_sub(1),
        MemberPosition::After(key) => Some(index_of(key).ok_or(NO_SUCH_MEMBER)?),
    };
    let layout = JsonLayout::new(text);
    let Some(first) = members.first() else {
        return insert_into_empty(object, key, new, &layout);
    };
    let before_first = TextRange::new(object.range.start(), first.key.range.start()).slice(text);
    let insertion = Insertion {
        text,
        object,
        members,
        key,
        new,
        style: Style {
            is_inline: !has_line_break(before_first),
            colon: colon_of(text, first).unwrap_or(layout.colon),
            layout: &layout,
        },
    };
    match (insertion.style.is_inline, after) {
        (false, None) => Ok(insertion.block_first()),
        (false, Some(index)) => insertion.block_after(index),
        (true, None) => Ok(insertion.inline_first(first)),
        (true, Some(index)) => insertion.inline_after(index),
    }
}

/// Removes a member from an object: the whole line where it has one for itself, a comment after it included.
/// Refused where there is no such member, or where removing one of two would leave the other.
pub(crate) fn remove_member(text: &str, object: &JsonValue, key: &str) -> Result<Vec<TextEdit>, Refused> {
    let members = members_of(text, object)?;
    let mut found = members.iter().enumerate().filter(|(_, m)| m.key.value == key);
    let (index, member) = found.next().ok_or(NO_SUCH_MEMBER)?;
    if found.next().is_some() {
        return Err(Refused("the member is there twice"));
    }
    let layout = JsonLayout::new(text);
    let (start, end) = (member.key.range.start(), member.value.range.end());
    let comma = layout.comma_after(end);
    let end_with_comma = comma.map_or(end, |comma| comma + 1);
    let previous_end = index
        .checked_sub(1)
        .and_then(|previous| members.get(previous))
        .map(|previous| previous.value.range.end());
    let next = members.get(index + 1).map(|next| next.key.range.start());
    if next.is_some() && comma.is_none() {
        return Err(COMMA_MISSING);
    }
    let is_blank = |start, end| layout.is_blank(TextRange::new(start, end));
    let (inside_start, inside_end) = (object.range.start() + 1, object.range.end() - 1);
    if members.len() == 1 && is_blank(inside_start, start) && is_blank(end_with_comma, inside_end) {
        return Ok(vec![TextEdit::delete(TextRange::new(inside_start, inside_end))]);
    }

    let line_start = layout.line_start(start);
    let own_lines = match layout.rest_of_line(end_with_comma) {
        Some(rest) if is_blank(line_start, start) => Some(TextRange::new(line_start, rest.next_line)),
        _ => None,
    };
    let removed = match (own_lines, next, previous_end) {
        (Some(lines), ..) => lines,
        (None, Some(next), _) if is_blank(end_with_comma, next) => TextRange::new(start, next),
        (None, None, Some(previous_end)) if comma.is_none() => {
            let previous_comma = layout.comma_after(previous_end).ok_or(COMMA_MISSING)?;
            if previous_comma == previous_end && is_blank(previous_comma + 1, start) {
                TextRange::new(previous_end, end)
            } else {
                TextRange::new(start, end)
            }
        }
        _ => TextRange::new(start, end_with_comma),
    };
    let mut edits = vec![TextEdit::delete(removed)];
    // The member in front of a removed last one becomes the last and must lose its comma.
    if let (Some(previous_end), None, None) = (previous_end, next, comma) {
        let previous_comma = layout.comma_after(previous_end).ok_or(COMMA_MISSING)?;
        let range = TextRange::new(previous_comma, previous_comma + 1);
        if !removed.contains_range(range) {
            edits.insert(0, TextEdit::delete(range));
        }
    }
    Ok(edits)
}

struct Insertion<'a> {
    text: &'a str,
    object: &'a JsonValue,
    members: &'a [JsonMember],
    key: &'a str,
    new: &'a JsonSnippet,
    style: Style<'a>,
}

impl Insertion<'_> {
    fn member(&self, indent: &str) -> String {
        let value = self.new.render(&self.style, indent);
        format!("{}{}{value}", quoted(self.key), self.style.colon)
    }

    /// The member on a line of its own, with the line break in front of it.
    fn member_line(&self) -> String {
        let layout = self.style.layout;
        let first = self.members.first().map_or(0, |first| first.key.range.start());
        let indent = layout.indent_at(first);
        format!("{}{indent}{}", layout.line_break, self.member(indent))
    }

    fn block_first(&self) -> Vec<TextEdit> {
        let layout = self.style.layout;
        let behind_brace = self.object.range.start() + 1;
        let at = layout
            .rest_of_line(behind_brace)
            .map_or(behind_brace, |rest| rest.content_end);
        vec![TextEdit::insert(at, self.member_line() + ",")]
    }

    fn block_after(&self, index: usize) -> Result<Vec<TextEdit>, Refused> {
        let layout = self.style.layout;
        let (value_end, comma, is_last) = self.surroundings(index)?;
        let behind = comma.map_or(value_end, |comma| comma + 1);
        // A comment after the member belongs to it, so the new line goes below the comment.
        let at = layout
            .rest_of_line(behind)
            .map_or(behind, |rest| rest.content_end);
        let line = self.member_line();
        Ok(match comma {
            Some(_) if is_last => vec![TextEdit::insert(at, line)],
            Some(_) => vec![TextEdit::insert(at, line + ",")],
            None if at == value_end => vec![TextEdit::insert(at, format!(",{line}"))],
            None => vec![TextEdit::insert(value_end, ","), TextEdit::insert(at, line)],
        })
    }

    fn inline_first(&self, first: &JsonMember) -> Vec<TextEdit> {
        let new_text = format!("{},{}", self.member(""), self.blank_after_comma());
        vec![TextEdit::insert(first.key.range.start(), new_text)]
    }

    fn inline_after(&self, index: usize) -> Result<Vec<TextEdit>, Refused> {
        let (value_end, comma, is_last) = self.surroundings(index)?;
        let (blank, member) = (self.blank_after_comma(), self.member(""));
        Ok(vec![match comma {
            Some(comma) if is_last => TextEdit::insert(comma + 1, format!("{blank}{member}")),
            Some(comma) => TextEdit::insert(comma + 1, format!("{blank}{member},")),
            None => TextEdit::insert(value_end, format!(",{blank}{member}")),
        }])
    }

    /// The end of a member's value, the comma after it, and whether it is the last member.
    fn surroundings(&self, index: usize) -> Result<(usize, Option<usize>, bool), Refused> {
        let value_end = self.members.get(index).ok_or(STALE)?.value.range.end();
        let comma = self.style.layout.comma_after(value_end);
        let is_last = index + 1 == self.members.len();
        if comma.is_none() && !is_last {
            return Err(COMMA_MISSING);
        }
        Ok((value_end, comma, is_last))
    }

    /// What this object has between a comma and the next member on the same line.
    fn blank_after_comma(&self) -> &str {
        let default = if self.style.colon == ":" { "" } else { " " };
        let [first, second, ..] = self.members else {
            return default;
        };
        let Some(comma) = self.style.layout.comma_after(first.value.range.end()) else {
            return default;
        };
        let blank = TextRange::new(comma + 1, second.key.range.start()).slice(self.text);
        let is_spaces = blank.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        if is_spaces { blank } else { default }
    }
}

fn insert_into_empty(
    object: &JsonValue,
    key: &str,
    new: &JsonSnippet,
    layout: &JsonLayout<'_>,
) -> Result<Vec<TextEdit>, Refused> {
    let inside = TextRange::new(object.range.start() + 1, object.range.end() - 1);
    if !layout.is_blank(inside) {
        return Err(Refused("the object holds only a comment"));
    }
    let style = Style {
        is_inline: layout.is_one_line,
        colon: layout.colon,
        layout,
    };
    let outer = layout.indent_at(object.range.start());
    let member = JsonSnippet::Object(vec![(key.to_owned(), new.clone())]);
    Ok(vec![TextEdit::replace(
        object.range,
        member.render(&style, outer),
    )])
}

fn members_of<'a>(text: &str, object: &'a JsonValue) -> Result<&'a [JsonMember], Refused> {
    let JsonKind::Object(members) = &object.kind else {
        return Err(Refused("the value is not an object"));
    };
    let written = object.range.slice(text);
    if written.len() < 2 || !written.starts_with('{') || !written.ends_with('}') {
        return Err(STALE);
    }
    Ok(members)
}

/// What is between a member's name and its value, if it is the colon and spaces.
fn colon_of<'t>(text: &'t str, member: &JsonMember) -> Option<&'t str> {
    let range = TextRange::new(member.key.range.end(), member.value.range.start());
    let between = range.slice(text);
    matches!(between.trim_matches(' '), ":").then_some(between)
}

fn has_line_break(text: &str) -> bool {
    text.contains(['\n', '\r'])
}

#[cfg(test)]
mod tests;
