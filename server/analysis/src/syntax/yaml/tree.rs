use crate::text::TextRange;

/// The nodes of a YAML text, in an arena.
#[derive(Clone, Debug, Default)]
pub(crate) struct YamlTree {
    /// Every node; a [`NodeId`] is an index into this.
    pub nodes: Vec<Node>,
    /// The root of each document that has one. GitHub reads only one document.
    pub documents: Vec<NodeId>,
    /// Keys that occur more than once in their mapping, in text order: the repeated key and the first one.
    pub duplicate_keys: Vec<(NodeId, NodeId)>,
    /// Every alias, in text order.
    pub aliases: Vec<NodeId>,
}

/// The index of a node in its tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct NodeId(pub u32);

/// A node of the tree.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The node's text. A quoted scalar includes its quotes, a block scalar starts at its `|` or `>` and ends
    /// after its last content line (without that line's break; after its header where it has no content), a
    /// flow collection includes its brackets, a block collection reaches from its first key or `-` to the end of
    /// its last value, and so does a pair in a flow sequence (`[a: b]`), which is a flow mapping without braces.
    /// A missing value is the empty range after the `:` or `-`, or after its key where there is no `:`. Anchors
    /// and tags in front of a node are not part of it. A node lies inside its parent.
    pub range: TextRange,
    /// The node that holds this one; for a key or a value, the mapping.
    pub parent: Option<NodeId>,
    /// What the node is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
    /// A scalar that has text.
    Scalar {
        /// The text after unquoting, unescaping and folding.
        value: String,
        /// How it is written.
        style: ScalarStyle,
    },
    /// A mapping, its entries in the order of the text, duplicates included.
    Mapping {
        /// The entries.
        entries: Vec<EntryIds>,
        /// How it is written.
        style: CollectionStyle,
    },
    /// A sequence.
    Sequence {
        /// The items.
        items: Vec<NodeId>,
        /// How it is written.
        style: CollectionStyle,
    },
    /// A reference to an anchored node; none if the target encloses the alias.
    Alias {
        /// The anchored node.
        target: Option<NodeId>,
    },
    /// A key or a `-` without a value.
    Missing,
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryIds {
    /// The key.
    pub key: NodeId,
    /// The value.
    pub value: NodeId,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// How a mapping or a sequence is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CollectionStyle {
    /// By indentation.
    Block,
    /// In brackets.
    Flow,
}

impl YamlTree {
    /// The node with this id.
    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    /// How many keys and items have no value.
    pub(crate) fn count_missing(&self) -> usize {
        let kinds = self.nodes.iter().map(|node| &node.kind);
        kinds.filter(|kind| matches!(kind, NodeKind::Missing)).count()
    }
}
