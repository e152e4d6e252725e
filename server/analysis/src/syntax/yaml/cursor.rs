use super::{CollectionStyle, NodeId, NodeKind, ScalarStyle, YamlTree};
use crate::text::{Ranged, TextRange};

/// A node together with its tree: the way to read YAML.
///
/// Aliases are followed (at most eight deep, so that no text can make this endless); everything about ranges
/// speaks of the place where the alias is.
#[derive(Clone, Copy)]
pub(crate) struct YamlNode<'t> {
    tree: &'t YamlTree,
    id: NodeId,
}

/// A key and its value.
#[derive(Clone, Copy)]
pub(crate) struct YamlEntry<'t> {
    /// The key's node.
    pub key: YamlNode<'t>,
    /// The value's node.
    pub value: YamlNode<'t>,
}

/// What YAML 1.2's core schema takes an unquoted scalar for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PlainKind {
    /// Empty, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer,
    /// A number with a fraction or an exponent.
    Float,
    /// Anything else.
    Text,
}

const ALIAS_DEPTH: usize = 8;

impl<'t> YamlNode<'t> {
    /// The node `id` of `tree`.
    pub(crate) fn new(tree: &'t YamlTree, id: NodeId) -> Self {
        Self { tree, id }
    }

    /// The root of the first document.
    pub(crate) fn root(tree: &'t YamlTree) -> Option<Self> {
        tree.documents.first().map(|&id| Self { tree, id })
    }

    /// The node's id.
    pub(crate) fn id(self) -> NodeId {
        self.id
    }

    /// The tree it belongs to.
    pub(crate) fn tree(self) -> &'t YamlTree {
        self.tree
    }

    /// Where the node is (for an alias: the alias).
    pub(crate) fn range(self) -> TextRange {
        self.tree
            .node(self.id)
            .map_or_else(TextRange::default, |node| node.range)
    }

    /// Whether the node itself is an alias.
    pub(crate) fn is_alias(self) -> bool {
        matches!(
            self.tree.node(self.id).map(|n| &n.kind),
            Some(NodeKind::Alias { .. })
        )
    }

    /// The node that holds this one.
    pub(crate) fn parent(self) -> Option<Self> {
        let id = self.tree.node(self.id)?.parent?;
        Some(Self { tree: self.tree, id })
    }

    /// What the node is, aliases followed.
    pub(crate) fn kind(self) -> Option<&'t NodeKind> {
        let mut id = self.id;
        for _ in 0..ALIAS_DEPTH {
            match &self.tree.node(id)?.kind {
                NodeKind::Alias { target } => id = (*target)?,
                kind => return Some(kind),
            }
        }
        None
    }

    /// The scalar's value, or none for anything else. A missing value is not a scalar.
    pub(crate) fn as_str(self) -> Option<&'t str> {
        match self.kind()? {
            NodeKind::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The scalar's value with its range.
    pub(crate) fn to_ranged(self) -> Option<Ranged<String>> {
        Some(Ranged::new(self.as_str()?.to_owned(), self.range()))
    }

    /// How the scalar is written.
    pub(crate) fn scalar_style(self) -> Option<ScalarStyle> {
        match self.kind()? {
            NodeKind::Scalar { style, .. } => Some(*style),
            _ => None,
        }
    }

    /// How the collection is written.
    pub(crate) fn collection_style(self) -> Option<CollectionStyle> {
        match self.kind()? {
            NodeKind::Mapping { style, .. } | NodeKind::Sequence { style, .. } => Some(*style),
            _ => None,
        }
    }

    /// What YAML takes an unquoted scalar for; a quoted or block scalar is text, a missing value null.
    pub(crate) fn plain_kind(self) -> Option<PlainKind> {
        match self.kind()? {
            NodeKind::Scalar {
                value,
                style: ScalarStyle::Plain,
            } => Some(plain_kind(value)),
            NodeKind::Scalar { .. } => Some(PlainKind::Text),
            NodeKind::Missing => Some(PlainKind::Null),
            _ => None,
        }
    }

    /// Whether the value is missing or a plain null.
    pub(crate) fn is_null(self) -> bool {
        self.plain_kind() == Some(PlainKind::Null)
    }

    /// Whether the node is a mapping.
    pub(crate) fn is_mapping(self) -> bool {
        matches!(self.kind(), Some(NodeKind::Mapping { .. }))
    }

    /// Whether the node is a sequence.
    pub(crate) fn is_sequence(self) -> bool {
        matches!(self.kind(), Some(NodeKind::Sequence { .. }))
    }

    /// The entries of a mapping, in text order; none for anything else.
    pub(crate) fn entries(self) -> impl Iterator<Item = YamlEntry<'t>> {
        let entries = match self.kind() {
            Some(NodeKind::Mapping { entries, .. }) => entries.as_slice(),
            _ => &[],
        };
        let tree = self.tree;
        entries.iter().map(move |entry| YamlEntry {
            key: Self { tree, id: entry.key },
            value: Self {
                tree,
                id: entry.value,
            },
        })
    }

    /// The items of a sequence; none for anything else.
    pub(crate) fn items(self) -> impl Iterator<Item = Self> {
        let items = match self.kind() {
            Some(NodeKind::Sequence { items, .. }) => items.as_slice(),
            _ => &[],
        };
        let tree = self.tree;
        items.iter().map(move |&id| Self { tree, id })
    }

    /// The entry with this key; the first where the key occurs twice.
    pub(crate) fn entry(self, key: &str) -> Option<YamlEntry<'t>> {
        self.entries().find(|entry| entry.key.as_str() == Some(key))
    }

    /// The value of this key.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The entry with this key, compared as GitHub compares the names of inputs: letter case does not count.
    pub(crate) fn entry_ignore_case(self, key: &str) -> Option<YamlEntry<'t>> {
        self.entries().find(|entry| {
            entry
                .key
                .as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case(key))
        })
    }
}

impl YamlEntry<'_> {
    /// From the start of the key to the end of the value.
    pub(crate) fn range(&self) -> TextRange {
        self.key.range().cover(self.value.range())
    }
}

/// Of up to so many entries or items, the one at an offset is found faster without halving.
const FEW: usize = 16;

/// The innermost node that touches an offset.
pub(crate) fn node_at(tree: &YamlTree, offset: usize) -> Option<YamlNode<'_>> {
    let touches = |id: &&NodeId| tree.node(**id).is_some_and(|node| node.range.touches(offset));
    // Keys and items are in text order. A few are looked at one after the other.
    let starts_before = |id: &NodeId| tree.node(*id).is_some_and(|node| node.range.start() <= offset);
    let count_before = |ids: &[NodeId]| match ids.len() <= FEW {
        true => ids.len(),
        false => ids.partition_point(starts_before),
    };
    // Where two nodes meet at the offset, the one that starts there is meant.
    let mut id = *tree.documents.iter().rev().find(touches)?;
    loop {
        let inner = match &tree.node(id)?.kind {
            NodeKind::Mapping { entries, .. } => {
                let count = match entries.len() <= FEW {
                    true => entries.len(),
                    false => entries.partition_point(|entry| starts_before(&entry.key)),
                };
                let before = entries.get(..count).unwrap_or_default().iter().rev();
                before.flat_map(|entry| [&entry.value, &entry.key]).find(touches)
            }
            NodeKind::Sequence { items, .. } => items
                .get(..count_before(items))
                .unwrap_or_default()
                .iter()
                .rev()
                .find(touches),
            _ => None,
        };
        match inner {
            Some(inner) => id = *inner,
            None => return Some(YamlNode::new(tree, id)),
        }
    }
}

fn plain_kind(value: &str) -> PlainKind {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => return PlainKind::Null,
        "true" | "True" | "TRUE" => return PlainKind::Bool(true),
        "false" | "False" | "FALSE" => return PlainKind::Bool(false),
        _ => {}
    }
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return PlainKind::Integer;
    }
    let is_float = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
        && digits.parse::<f64>().is_ok();
    if is_float {
        PlainKind::Float
    } else {
        PlainKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_the_core_schema_types() {
        for (text, kind) in [
            ("", PlainKind::Null),
            ("true", PlainKind::Bool(true)),
            ("yes", PlainKind::Text),
            ("24", PlainKind::Integer),
            ("24.10", PlainKind::Float),
            ("1e3", PlainKind::Float),
            ("24.1.0", PlainKind::Text),
            ("24.x", PlainKind::Text),
            (".", PlainKind::Text),
        ] {
            assert_eq!(plain_kind(text), kind, "{text:?}");
        }
    }
}
