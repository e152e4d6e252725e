//! Operations on YAML.
//!
//! All of them take the text and nodes that were read from it, and give edits of as few bytes as possible:
//! comments, quotes, indentation and line ends stay as the file has them. What is shared through an alias is
//! not edited, since the edit would show in another place too. A comment goes only with the text in front of it
//! on its line; an edit that would take away a line of comment is refused.

mod flow;
mod literal;
mod mapping;
mod replace;
mod scalar;
mod sequence;
mod snippet;
mod style;
#[cfg(test)]
mod tests;

pub(crate) use literal::remove_lines_of_literal;
pub(crate) use mapping::{insert_entry, remove_entry, remove_entry_and_empty_parents, remove_with_its_key};
pub(crate) use replace::{remove_value, replace_value};
pub(crate) use scalar::{Quoting, set_scalar};
pub(crate) use sequence::{insert_item, remove_item};
pub(crate) use snippet::YamlSnippet;

use super::Refused;
use crate::syntax::yaml::{CollectionStyle, NodeKind, YamlNode};
use crate::text::{TextEdit, TextRange};
use style::{YamlLayout, is_blank};

/// Where a new entry goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EntryPosition<'a> {
    /// In front of all others.
    First,
    /// After all others.
    Last,
    /// After the entry with this key.
    After(&'a str),
    /// In front of the entry with this key.
    Before(&'a str),
}

type YamlEdits = Result<Vec<TextEdit>, Refused>;

const STALE: Refused = Refused("the text has changed since it was read");
const SHARED: Refused = Refused("this part is used in several places through an alias");
const UNUSUAL: Refused = Refused("this part is written in an unusual way");
const NO_SUCH_KEY: Refused = Refused("there is no entry with this key");

/// Whether a node is an alias or part of what one repeats, so that no edit changes it alone.
pub(crate) fn is_shared(node: YamlNode<'_>) -> bool {
    check_not_shared(node).is_err()
}

/// Refuses an alias, and what an alias elsewhere repeats.
fn check_not_shared(node: YamlNode<'_>) -> Result<(), Refused> {
    if node.is_alias() {
        return Err(SHARED);
    }
    let mut next = Some(node);
    while let Some(current) = next {
        if alias_targets(current).any(|(_, target)| target.id() == current.id()) {
            return Err(SHARED);
        }
        next = current.parent();
    }
    Ok(())
}

/// Refuses to take away a node where an alias outside of it needs it or a part of it.
fn check_not_needed(node: YamlNode<'_>) -> Result<(), Refused> {
    let is_needed =
        alias_targets(node).any(|(alias, target)| is_inside(target, node) && !is_inside(alias, node));
    if is_needed { Err(SHARED) } else { Ok(()) }
}

fn is_inside(node: YamlNode<'_>, outer: YamlNode<'_>) -> bool {
    let mut next = Some(node);
    while let Some(current) = next {
        if current.id() == outer.id() {
            return true;
        }
        next = current.parent();
    }
    false
}

/// Every alias of the tree with the node that it repeats.
fn alias_targets(node: YamlNode<'_>) -> impl Iterator<Item = (YamlNode<'_>, YamlNode<'_>)> {
    let tree = node.tree();
    let with_id = move |id| YamlNode::new(tree, id);
    tree.aliases
        .iter()
        .filter_map(move |&id| match tree.node(id)?.kind {
            NodeKind::Alias { target: Some(target) } => Some((with_id(id), with_id(target))),
            _ => None,
        })
}

/// Refuses edits that would take away a comment that has its line for itself.
fn keep_comments(text: &str, node: YamlNode<'_>, edits: Vec<TextEdit>) -> YamlEdits {
    let layout = YamlLayout::new(text);
    let is_in_scalar = |at: usize| {
        let scalars = node
            .tree()
            .nodes
            .iter()
            .filter(|node| matches!(node.kind, NodeKind::Scalar { .. }));
        scalars
            .map(|node| node.range)
            .any(|range| range.start() < at && at < range.end())
    };
    let is_lost = |line_start: usize, removed: TextRange| {
        let line = layout.after(line_start);
        let content = line.trim_start_matches(is_blank);
        let at = line_start + line.len() - content.len();
        content.starts_with('#') && (removed.start()..removed.end()).contains(&at) && !is_in_scalar(at)
    };
    let loses_comment = |removed: TextRange| {
        let first = layout.line_start(removed.start());
        std::iter::successors(Some(first), |&line| layout.line_after(line))
            .take_while(|&line| line < removed.end())
            .any(|line| is_lost(line, removed))
    };
    if edits.iter().any(|edit| loses_comment(edit.range)) {
        return Err(Refused("a comment would be lost"));
    }
    Ok(edits)
}

/// The mapping in which the node is a key.
fn mapping_of_key(node: YamlNode<'_>) -> Option<YamlNode<'_>> {
    node.parent()
        .filter(|parent| parent.entries().any(|entry| entry.key.id() == node.id()))
}

/// Whether the node is an item, a key or a value of a collection in brackets.
fn is_in_flow(node: YamlNode<'_>) -> bool {
    node.parent().and_then(YamlNode::collection_style) == Some(CollectionStyle::Flow)
}

fn is_flow(node: YamlNode<'_>) -> bool {
    node.collection_style() == Some(CollectionStyle::Flow)
}

fn is_block(node: YamlNode<'_>) -> bool {
    !node.is_alias() && node.collection_style() == Some(CollectionStyle::Block)
}
