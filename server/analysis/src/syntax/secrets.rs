//! Secrets in files. In YAML the tree tells where the value of a setting is, however it is written; everywhere else, and within
//! scripts, the patterns of [`secret_ranges`] do.

use std::ops::Range;

use super::yaml::{Node, NodeId, NodeKind, ScalarStyle, YamlNode, YamlTree, parse_yaml};
use crate::text::redact::{NameKind, Origin, after_scheme, apart, is_plain, kind_of_name, literal_parts};
use crate::text::{TextRange, secret_ranges};

/// Where the secrets of a file are, in order and apart from each other. A secret of several lines is one range.
pub fn file_secret_ranges(path: &str, text: &str) -> Vec<TextRange> {
    let ranges = secret_ranges(text);
    if !is_yaml(path) {
        return ranges;
    }
    let mut found: Vec<Range<usize>> = ranges.iter().map(|range| range.start()..range.end()).collect();
    let parsed = parse_yaml(text);
    collect_values(text, &parsed.tree, &mut found);
    if !parsed.errors.is_empty() {
        collect_lines(text, &mut found);
    }
    apart(found)
}

fn is_yaml(path: &str) -> bool {
    [".yml", ".yaml", ".releaserc"]
        .iter()
        .any(|end| path.ends_with(end))
}

fn collect_values(text: &str, tree: &YamlTree, found: &mut Vec<Range<usize>>) {
    for node in &tree.nodes {
        let NodeKind::Mapping { entries, .. } = &node.kind else {
            continue;
        };
        for entry in entries {
            let key = YamlNode::new(tree, entry.key).as_str();
            if let Some(kind) = key.and_then(kind_of_name) {
                collect_value(text, tree, entry.value, kind, found);
            }
        }
    }
}

/// The value itself, the items of a list, and of the description of an input what it is set to.
fn collect_value(text: &str, tree: &YamlTree, id: NodeId, kind: NameKind, found: &mut Vec<Range<usize>>) {
    let Some(node) = target(tree, id) else { return };
    match &node.kind {
        NodeKind::Scalar { .. } => collect_scalar(text, node, kind, found),
        NodeKind::Sequence { items, .. } => {
            let items = items.iter().filter_map(|item| target(tree, *item));
            items.for_each(|item| collect_scalar(text, item, kind, found));
        }
        NodeKind::Mapping { entries, .. } => {
            for entry in entries {
                let key = YamlNode::new(tree, entry.key).as_str();
                if matches!(key, Some("default" | "value"))
                    && let Some(value) = target(tree, entry.value)
                {
                    collect_scalar(text, value, kind, found);
                }
            }
        }
        NodeKind::Alias { .. } | NodeKind::Missing => {}
    }
}

/// The node, or what it is an alias of.
fn target(tree: &YamlTree, id: NodeId) -> Option<&Node> {
    let node = tree.node(id)?;
    match node.kind {
        NodeKind::Alias { target } => tree.node(target?),
        _ => Some(node),
    }
}

fn collect_scalar(text: &str, node: &Node, kind: NameKind, found: &mut Vec<Range<usize>>) {
    let NodeKind::Scalar { value, style } = &node.kind else {
        return;
    };
    let Some(written) = text.get(node.range.start()..node.range.end()) else {
        return;
    };
    let (before, behind) = match style {
        ScalarStyle::Plain => (0, 0),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (1, 1),
        ScalarStyle::Literal | ScalarStyle::Folded => {
            (written.find('\n').map_or(written.len(), |at| at + 1), 0)
        }
    };
    let start = node.range.start() + before;
    let inner = written
        .get(before..written.len().saturating_sub(behind).max(before))
        .unwrap_or_default();
    let parts = parts_of_value(value, kind);
    if inner == value {
        found.extend(parts.iter().map(|part| start + part.start..start + part.end));
    } else if !parts.is_empty() {
        // Where a part of the value is in a text with escapes or several lines, is not known.
        let indentation = inner.len() - inner.trim_start().len();
        found.push(start + indentation..start + inner.trim_end().len().max(indentation));
    }
}

fn parts_of_value(value: &str, kind: NameKind) -> Vec<Range<usize>> {
    let start = match kind {
        NameKind::Authorization => after_scheme(value),
        NameKind::Npm | NameKind::Other => 0,
    };
    let secret = value.get(start..).unwrap_or_default();
    if is_plain(secret) {
        return Vec::new();
    }
    let parts = literal_parts(secret, Origin::Data).into_iter();
    parts.map(|part| start + part.start..start + part.end).collect()
}

/// The values after `name:` at the start of a line, of a file whose tree has gaps.
fn collect_lines(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((key, value)) = line.split_once(':')
            && let Some(kind) = kind_of_name(key.trim_end().trim_end_matches(['"', '\'']))
        {
            let value = value.trim();
            let at = start + line.trim_end().len() - value.len();
            if !parts_of_value(value, kind).is_empty() {
                found.push(at..at + value.len());
            }
        }
        start += line.len();
    }
}

#[cfg(test)]
mod tests;
