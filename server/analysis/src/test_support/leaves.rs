//! What a file holds, apart from how it is laid out: its values, each with the keys that lead to it, and its
//! comments.

use crate::syntax::json::{JsonKind, JsonValue, parse_json};
use crate::syntax::yaml::{NodeKind, ScalarStyle, YamlNode, YamlTree, parse_yaml};
use crate::text::TextRange;

/// A value that holds no other values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Leaf {
    /// The keys that lead to it; an item of a sequence is `[]`, because items may be inserted before it.
    pub(crate) path: String,
    /// What it is.
    pub(crate) value: String,
    /// Its range and those of the keys that lead to it.
    ranges: Vec<TextRange>,
    is_block_scalar: bool,
}

/// A comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Comment {
    /// The comment from its `#`, without blanks at the end.
    pub(crate) text: String,
    /// What is before it in its line, if anything does.
    pub(crate) content_before: Option<TextRange>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Yaml,
    Json,
    Toml,
    Lines,
}

fn syntax_of(path: &str) -> Syntax {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("yml" | "yaml") => Syntax::Yaml,
        Some("json") => Syntax::Json,
        Some("toml") => Syntax::Toml,
        _ => Syntax::Lines,
    }
}

impl Leaf {
    pub(crate) fn content(&self) -> (&str, &str) {
        (&self.path, &self.value)
    }

    /// Whether an edit at `edited` may change this value or how it is reached. `is_before` where the value is that
    /// of the text before: there an empty range is an insertion, and in the text after it is a deletion.
    pub(crate) fn is_touched_by(&self, edited: TextRange, is_before: bool) -> bool {
        self.ranges.iter().any(|range| {
            let is_appended =
                self.is_block_scalar && is_before && edited.is_empty() && edited.start() == range.end();
            let is_beside = !range.is_empty()
                && !edited.is_empty()
                && (edited.end() == range.start() || edited.start() == range.end());
            // The line break that ends a block scalar does not always count as its own.
            let is_cut_off =
                self.is_block_scalar && !is_before && edited.is_empty() && edited.start() == range.end() + 1;
            (edited.intersects(*range) && !is_appended && !is_beside) || is_cut_off
        })
    }
}

/// The number of syntax errors in a file.
pub(crate) fn count_syntax_errors(path: &str, text: &str) -> usize {
    match syntax_of(path) {
        Syntax::Yaml => parse_yaml(text).errors.len(),
        Syntax::Json => parse_json(text).errors.len(),
        Syntax::Toml => usize::from(text.parse::<toml::Table>().is_err()),
        Syntax::Lines => 0,
    }
}

/// The values of a file. Where a file is read line by line, each line is one.
pub(crate) fn leaves(path: &str, text: &str) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    match syntax_of(path) {
        Syntax::Yaml => {
            let tree = parse_yaml(text).tree;
            for &document in &tree.documents {
                collect_yaml(YamlNode::new(&tree, document), "", &[], &mut leaves);
            }
        }
        Syntax::Json => {
            if let Some(value) = parse_json(text).tree {
                collect_json(&value, "", &[], &mut leaves);
            }
        }
        Syntax::Toml | Syntax::Lines => {
            for line in lines(text) {
                let value = line.slice(text).trim();
                if !value.is_empty() {
                    leaves.push(leaf("", value, &[], line));
                }
            }
        }
    }
    leaves
}

fn leaf(path: &str, value: &str, keys: &[TextRange], range: TextRange) -> Leaf {
    let mut ranges = keys.to_vec();
    ranges.push(range);
    Leaf {
        path: path.to_owned(),
        value: value.to_owned(),
        ranges,
        is_block_scalar: false,
    }
}

fn collect_yaml(node: YamlNode<'_>, path: &str, keys: &[TextRange], leaves: &mut Vec<Leaf>) {
    if node.is_alias() {
        // What an alias stands for belongs to its anchor.
        leaves.push(leaf(path, "*", keys, node.range()));
        return;
    }
    match node.kind() {
        Some(NodeKind::Mapping { entries, .. }) if !entries.is_empty() => {
            for entry in node.entries() {
                let path = format!("{path}.{}", entry.key.as_str().unwrap_or("?"));
                let keys = [keys, &[entry.key.range()]].concat();
                collect_yaml(entry.value, &path, &keys, leaves);
            }
        }
        Some(NodeKind::Sequence { items, .. }) if !items.is_empty() => {
            let path = format!("{path}[]");
            for item in node.items() {
                collect_yaml(item, &path, keys, leaves);
            }
        }
        Some(NodeKind::Scalar { value, style }) => {
            let mut leaf = leaf(path, value, keys, node.range());
            leaf.is_block_scalar = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
            leaves.push(leaf);
        }
        Some(NodeKind::Mapping { .. }) => leaves.push(leaf(path, "{}", keys, node.range())),
        Some(NodeKind::Sequence { .. }) => leaves.push(leaf(path, "[]", keys, node.range())),
        _ => leaves.push(leaf(path, "", keys, node.range())),
    }
}

fn collect_json(value: &JsonValue, path: &str, keys: &[TextRange], leaves: &mut Vec<Leaf>) {
    let text = match &value.kind {
        JsonKind::Object(members) if !members.is_empty() => {
            for member in members {
                let path = format!("{path}.{}", member.key.value);
                let keys = [keys, &[member.key.range]].concat();
                collect_json(&member.value, &path, &keys, leaves);
            }
            return;
        }
        JsonKind::Array(elements) if !elements.is_empty() => {
            let path = format!("{path}[]");
            for element in elements {
                collect_json(element, &path, keys, leaves);
            }
            return;
        }
        JsonKind::Object(_) => "{}",
        JsonKind::Array(_) => "[]",
        JsonKind::Null => "null",
        JsonKind::Bool(true) => "true",
        JsonKind::Bool(false) => "false",
        JsonKind::Number(text) | JsonKind::String(text) => text,
    };
    leaves.push(leaf(path, text, keys, value.range));
}

/// The comments of a file, as far as its syntax has any.
pub(crate) fn comments(path: &str, text: &str) -> Vec<Comment> {
    let syntax = syntax_of(path);
    // To a shell and to make, `;` separates commands.
    let has_semicolons = path.ends_with("npmrc");
    let tree = match syntax {
        Syntax::Json => return Vec::new(),
        Syntax::Yaml => Some(parse_yaml(text).tree),
        Syntax::Toml | Syntax::Lines => None,
    };
    let scalars = tree.as_ref().map_or_else(Vec::new, scalar_ranges);
    lines(text)
        .filter_map(|line| {
            let content = line.slice(text);
            let blanks = content.len() - content.trim_start().len();
            let (column, _) = content.char_indices().find(|&(column, c)| {
                let before = content.get(..column).unwrap_or("");
                let can_start = before.is_empty() || before.ends_with([' ', '\t']);
                // Only YAML tells where a `#` within a line starts a comment.
                let is_alone = column == blanks;
                let is_comment = match syntax {
                    Syntax::Yaml => can_start && !is_in(&scalars, line.start() + column),
                    _ => is_alone,
                };
                (c == '#' || (c == ';' && has_semicolons)) && is_comment
            })?;
            let before = content.get(..column)?.trim_end().len();
            Some(Comment {
                text: content.get(column..)?.trim_end().to_owned(),
                content_before: (before > blanks).then(|| TextRange::new(blanks, before).shift(line.start())),
            })
        })
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = TextRange> {
    let mut start = 0;
    // Readers of YAML and npm end a line at a lone `\r` too.
    text.split_inclusive(['\n', '\r']).map(move |line| {
        let range = TextRange::new(start, start + line.trim_end_matches(['\r', '\n']).len());
        start += line.len();
        range
    })
}

/// The ranges of the scalars, in text order.
fn scalar_ranges(tree: &YamlTree) -> Vec<TextRange> {
    let scalars = tree
        .nodes
        .iter()
        .filter(|node| matches!(node.kind, NodeKind::Scalar { .. }));
    let mut ranges: Vec<TextRange> = scalars.map(|node| node.range).collect();
    ranges.sort_unstable();
    ranges
}

fn is_in(ranges: &[TextRange], offset: usize) -> bool {
    let index = ranges.partition_point(|range| range.start() <= offset);
    index
        .checked_sub(1)
        .and_then(|index| ranges.get(index))
        .is_some_and(|range| offset < range.end())
}
