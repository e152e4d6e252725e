//! From the reader's events to a tree.

use std::collections::HashMap;

use yaml_rust2::parser::Event;
use yaml_rust2::scanner::{Marker, TScalarStyle};

use super::ranges::MarkedSource;
use super::{CollectionStyle, EntryIds, Node, NodeId, NodeKind, ScalarStyle, YamlTree};
use crate::text::TextRange;

/// Mappings of up to this many entries are compared pair by pair, which is faster than a table.
const SMALL_MAPPING: usize = 16;

/// Room for the nodes is made at once: a workflow has one in so many bytes.
const BYTES_OF_NODE: usize = 16;

/// Of longer texts, no more than of this one is believed.
const LONG_TEXT: usize = 1 << 16;

/// Builds a tree from events in the order in which the reader gives them.
pub(crate) struct Builder<'t> {
    source: MarkedSource<'t>,
    tree: YamlTree,
    open: Vec<Open>,
    /// The nodes that have an anchor, by the reader's number of the anchor, which counts from 1.
    anchors: Vec<Option<NodeId>>,
    /// After the last node or indicator that was read.
    cursor: usize,
}

/// A collection whose end has not been read.
struct Open {
    id: NodeId,
    is_mapping: bool,
    style: CollectionStyle,
    /// The key that waits for its value.
    key: Option<NodeId>,
    /// What is known of its range: from the opening bracket, `-` or first key to the last child.
    range: Option<TextRange>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            source: MarkedSource::new(text),
            tree: YamlTree {
                nodes: Vec::with_capacity(text.len().min(LONG_TEXT) / BYTES_OF_NODE),
                ..YamlTree::default()
            },
            open: Vec::new(),
            anchors: Vec::new(),
            cursor: 0,
        }
    }

    /// How many collections are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// How many nodes there are.
    pub(crate) fn node_count(&self) -> usize {
        self.tree.nodes.len()
    }

    /// After the last node or indicator that was read.
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    /// The offset of a mark.
    pub(crate) fn offset(&mut self, mark: &Marker) -> usize {
        self.source.offset(mark)
    }

    /// Where the outermost open flow collection starts.
    pub(crate) fn open_flow_start(&self) -> Option<usize> {
        let open = self
            .open
            .iter()
            .find(|open| open.style == CollectionStyle::Flow)?;
        open.range.map(TextRange::start)
    }

    /// Adds what an event says.
    pub(crate) fn add_event(&mut self, event: Event, mark: &Marker) {
        match event {
            Event::Scalar(value, style, anchor, _) => self.add_scalar(value, style, anchor, mark),
            Event::Alias(anchor) => self.add_alias(anchor, mark),
            Event::SequenceStart(anchor, _) => self.start_collection(false, anchor, mark),
            Event::MappingStart(anchor, _) => self.start_collection(true, anchor, mark),
            Event::SequenceEnd | Event::MappingEnd => {
                let end = self.source.offset(mark);
                self.close_collection(Some(end));
            }
            Event::DocumentStart => self.skip_document_marker("---", mark),
            Event::DocumentEnd => self.skip_document_marker("...", mark),
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
        }
    }

    /// The tree; what is still open ends with its last child.
    pub(crate) fn finish(mut self) -> YamlTree {
        while !self.open.is_empty() {
            self.close_collection(None);
        }
        // The mappings were closed from the inside out; a node's number follows the text.
        self.tree.duplicate_keys.sort_unstable();
        self.tree
    }

    fn skip_document_marker(&mut self, marker: &str, mark: &Marker) {
        let at = self.source.offset(mark);
        // The mark of a document that starts with a block scalar is in the scalar's text, which may look like a
        // marker.
        let next = self.source.skip_to_content(self.cursor);
        let is_text = marker == "---" && matches!(self.source.byte(next), Some(b'|' | b'>'));
        if self.source.rest(at).starts_with(marker) && !is_text {
            self.cursor = self.cursor.max(at + marker.len());
        }
    }

    fn add_scalar(&mut self, mut value: String, style: TScalarStyle, anchor: usize, mark: &Marker) {
        self.skip_indicators();
        let is_missing = style == TScalarStyle::Plain && value.is_empty();
        if is_missing {
            // An empty document has no root.
            if !self.open.is_empty() {
                self.add_leaf(NodeKind::Missing, TextRange::empty(self.cursor), anchor);
            }
            return;
        }
        let start = self.source.offset(mark);
        let (style, range) = match style {
            TScalarStyle::Plain => {
                let end = self.source.plain_end(start, &value);
                (ScalarStyle::Plain, TextRange::new(start, end))
            }
            TScalarStyle::SingleQuoted => {
                let end = self.source.quoted_end(start, b'\'');
                (ScalarStyle::SingleQuoted, TextRange::new(start, end))
            }
            TScalarStyle::DoubleQuoted => {
                let end = self.source.quoted_end(start, b'"');
                (ScalarStyle::DoubleQuoted, TextRange::new(start, end))
            }
            TScalarStyle::Literal | TScalarStyle::Folded => {
                let range = self.source.block_scalar_range(self.cursor, &value, mark);
                if self.source.has_invented_break(range, &value, mark) {
                    value.pop();
                }
                let is_literal = style == TScalarStyle::Literal;
                let style = if is_literal {
                    ScalarStyle::Literal
                } else {
                    ScalarStyle::Folded
                };
                (style, range)
            }
        };
        self.add_leaf(NodeKind::Scalar { value, style }, range, anchor);
    }

    fn add_alias(&mut self, anchor: usize, mark: &Marker) {
        self.skip_indicators();
        let start = self.source.offset(mark);
        let range = TextRange::new(start, self.source.word_end(start));
        let target = anchor
            .checked_sub(1)
            .and_then(|index| self.anchors.get(index).copied().flatten())
            .filter(|&target| self.open.iter().all(|open| open.id != target));
        self.add_leaf(NodeKind::Alias { target }, range, 0);
    }

    fn start_collection(&mut self, is_mapping: bool, anchor: usize, mark: &Marker) {
        self.skip_indicators();
        let at = self.source.offset(mark);
        let bracket = if is_mapping { b'{' } else { b'[' };
        // The mark of a pair without braces is after its `:`, where the value may start with a brace.
        let is_next = self.source.skip_to_content(self.cursor) == at;
        let has_bracket = is_next && self.source.byte(at) == Some(bracket);
        let is_in_flow = self
            .open
            .last()
            .is_some_and(|open| open.style == CollectionStyle::Flow);
        let style = if has_bracket || is_in_flow {
            CollectionStyle::Flow
        } else {
            CollectionStyle::Block
        };
        let kind = if is_mapping {
            let entries = Vec::new();
            NodeKind::Mapping { entries, style }
        } else {
            let items = Vec::new();
            NodeKind::Sequence { items, style }
        };
        // A block mapping starts with its first key. The mark of a block sequence is that of its first item when
        // the sequence is not indented, so its `-` is looked for.
        let range = if has_bracket {
            self.cursor = at + 1;
            Some(TextRange::new(at, at + 1))
        } else if is_mapping {
            None
        } else {
            let start = self.source.skip_to_content(self.cursor);
            let has_dash = self.source.byte(start) == Some(b'-');
            has_dash.then(|| TextRange::new(start, start + 1))
        };
        let id = self.attach(kind, TextRange::empty(at), anchor);
        self.open.push(Open {
            id,
            is_mapping,
            style,
            key: None,
            range,
        });
    }

    /// Closes the innermost collection, whose end the reader has met at `end`.
    fn close_collection(&mut self, end: Option<usize>) {
        let waits_for_value = self.open.last().is_some_and(|open| open.key.is_some());
        if waits_for_value {
            self.skip_indicators();
            self.add_leaf(NodeKind::Missing, TextRange::empty(self.cursor), 0);
        }
        let Some(open) = self.open.pop() else { return };
        let Some(node) = self.tree.nodes.get_mut(open.id.0 as usize) else {
            return;
        };
        let mut range = open.range.unwrap_or(node.range);
        // A pair in a flow sequence (`[a: b]`) is a mapping without brackets.
        let bracket = if open.is_mapping { b'}' } else { b']' };
        if let Some(end) = end
            && open.style == CollectionStyle::Flow
            && matches!(self.source.byte(range.start()), Some(b'[' | b'{'))
            && self.source.byte(end) == Some(bracket)
        {
            range = range.cover(TextRange::new(end, end + 1));
            self.cursor = self.cursor.max(end + 1);
        }
        node.range = range;
        if open.is_mapping {
            self.find_duplicate_keys(open.id);
        }
        self.extend_parent(range);
    }

    /// Moves the cursor after the indicators that are in front of the next node. A missing node is there.
    fn skip_indicators(&mut self) {
        let Some(open) = self.open.last() else { return };
        let is_flow = open.style == CollectionStyle::Flow;
        match (open.is_mapping, open.key) {
            (true, Some(_)) => {
                self.skip_indicator(b':');
            }
            (true, None) => {
                if is_flow {
                    self.skip_indicator(b',');
                }
                if let Some(content) = self.skip_indicator(b'?') {
                    self.cursor = content;
                }
            }
            (false, _) => {
                self.skip_indicator(if is_flow { b',' } else { b'-' });
            }
        }
    }

    /// Moves the cursor after an indicator. If something else is there, it stays, and this is where that is.
    fn skip_indicator(&mut self, indicator: u8) -> Option<usize> {
        let at = self.source.skip_to_content(self.cursor);
        let is_here = self.source.byte(at) == Some(indicator);
        // A key may start with a question mark, and the next key of `? a` with a colon.
        let is_block = self
            .open
            .last()
            .is_some_and(|open| open.style == CollectionStyle::Block);
        let needs_blank = indicator == b'?' || (indicator == b':' && is_block);
        let is_text = needs_blank
            && !matches!(
                self.source.byte(at + 1),
                None | Some(b' ' | b'\t' | b'\n' | b'\r')
            );
        if !is_here || is_text {
            return Some(at);
        }
        self.cursor = at + 1;
        None
    }

    fn add_leaf(&mut self, kind: NodeKind, range: TextRange, anchor: usize) {
        self.attach(kind, range, anchor);
        self.extend_parent(range);
        self.cursor = self.cursor.max(range.end());
    }

    fn extend_parent(&mut self, range: TextRange) {
        if let Some(parent) = self.open.last_mut() {
            parent.range = Some(parent.range.map_or(range, |known| known.cover(range)));
        }
    }

    /// Adds a node to the innermost open collection.
    fn attach(&mut self, kind: NodeKind, range: TextRange, anchor: usize) -> NodeId {
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        let parent = self.open.last().map(|open| open.id);
        if matches!(kind, NodeKind::Alias { .. }) {
            self.tree.aliases.push(id);
        }
        self.tree.nodes.push(Node { range, parent, kind });
        if let Some(index) = anchor.checked_sub(1) {
            if self.anchors.len() <= index {
                self.anchors.resize(index + 1, None);
            }
            if let Some(slot) = self.anchors.get_mut(index) {
                *slot = Some(id);
            }
        }
        let Some(open) = self.open.last_mut() else {
            self.tree.documents.push(id);
            return id;
        };
        match self.tree.nodes.get_mut(open.id.0 as usize).map(|n| &mut n.kind) {
            Some(NodeKind::Sequence { items, .. }) => items.push(id),
            Some(NodeKind::Mapping { entries, .. }) => match open.key.take() {
                None => open.key = Some(id),
                Some(key) => entries.push(EntryIds { key, value: id }),
            },
            _ => {}
        }
        id
    }

    fn find_duplicate_keys(&mut self, mapping: NodeId) {
        let tree = &self.tree;
        let Some(NodeKind::Mapping { entries, .. }) = tree.node(mapping).map(|n| &n.kind) else {
            return;
        };
        let name_of = |id: NodeId| match &tree.node(id)?.kind {
            NodeKind::Scalar { value, .. } => Some(value.as_str()),
            _ => None,
        };
        let names = entries
            .iter()
            .filter_map(|entry| Some((name_of(entry.key)?, entry.key)));
        let mut found = Vec::new();
        if entries.len() <= SMALL_MAPPING {
            for (name, key) in names.clone() {
                let first = names.clone().find(|(other, _)| *other == name);
                found.extend(first.filter(|(_, id)| *id != key).map(|(_, id)| (key, id)));
            }
        } else {
            let mut first_of = HashMap::with_capacity(entries.len());
            for (name, key) in names {
                let first = *first_of.entry(name).or_insert(key);
                if first != key {
                    found.push((key, first));
                }
            }
        }
        self.tree.duplicate_keys.append(&mut found);
    }
}
