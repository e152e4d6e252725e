//! From yaml-rust2's events to a tree with byte ranges.

use std::collections::HashMap;

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::{Marker, TScalarStyle};

use super::{CollectionStyle, Entry, Node, NodeId, NodeKind, ScalarStyle, YamlTree};
use crate::syntax::{Parsed, SyntaxError};
use crate::text::{LineIndex, TextRange};

const MOST_DEPTH: usize = 200;

/// Parses a YAML text.
pub fn parse_yaml(text: &str) -> Parsed<YamlTree> {
    let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = text.get(bom..).unwrap_or("");
    let mut builder = Builder {
        text: body,
        lines: LineIndex::new(body),
        tree: YamlTree::default(),
        open: Vec::new(),
        anchors: HashMap::new(),
        end: 0,
    };
    let mut errors = Vec::new();
    let readable = body.split('\0').next().unwrap_or("");
    let mut parser = Parser::new_from_str(readable);
    loop {
        match parser.next_token() {
            Ok((Event::StreamEnd, _)) => break,
            Ok((event, mark)) => {
                if builder.open.len() > MOST_DEPTH {
                    errors.push(SyntaxError {
                        range: TextRange::empty(builder.end),
                        message: "this is nested too deep; analysis stops here".to_owned(),
                        is_fatal: true,
                    });
                    break;
                }
                builder.event(event, &mark);
            }
            Err(error) => {
                let at = builder.offset(error.marker());
                errors.push(SyntaxError {
                    range: TextRange::empty(at),
                    message: format!("{}; analysis stops here", error.info()),
                    is_fatal: true,
                });
                break;
            }
        }
    }
    if readable.len() < body.len() {
        errors.push(SyntaxError {
            range: TextRange::new(readable.len(), readable.len() + 1),
            message: "a NUL byte; analysis stops here".to_owned(),
            is_fatal: true,
        });
    }
    while !builder.open.is_empty() {
        builder.close(None);
    }
    let mut tree = builder.tree;
    if bom > 0 {
        for node in &mut tree.nodes {
            node.range = node.range.shift(bom);
        }
        for error in &mut errors {
            error.range = error.range.shift(bom);
        }
    }
    Parsed { tree, errors }
}

struct Open {
    id: NodeId,
    key: Option<NodeId>,
    start: Option<usize>,
}

struct Builder<'t> {
    text: &'t str,
    lines: LineIndex,
    tree: YamlTree,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    end: usize,
}

impl Builder<'_> {
    fn offset(&self, mark: &Marker) -> usize {
        let Some(line) = self.lines.line_range(self.text, mark.line().saturating_sub(1)) else {
            return self.text.len();
        };
        let content = line.slice(self.text);
        if content.is_ascii() {
            return (line.start() + mark.col()).min(line.end());
        }
        content
            .char_indices()
            .nth(mark.col())
            .map_or(line.end(), |(at, _)| line.start() + at)
    }

    fn event(&mut self, event: Event, mark: &Marker) {
        match event {
            Event::Scalar(value, style, anchor, _) => self.scalar(value, style, anchor, mark),
            Event::Alias(anchor) => {
                let at = self.offset(mark);
                let rest = self.text.get(at..).unwrap_or("");
                let len = rest
                    .find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}'))
                    .unwrap_or(rest.len());
                let open: Vec<NodeId> = self.open.iter().map(|o| o.id).collect();
                let target = self.anchors.get(&anchor).copied().filter(|id| !open.contains(id));
                self.add(NodeKind::Alias { target }, TextRange::new(at, at + len), 0);
            }
            Event::SequenceStart(anchor, _) => self.start(false, anchor, mark),
            Event::MappingStart(anchor, _) => self.start(true, anchor, mark),
            Event::SequenceEnd | Event::MappingEnd => {
                let at = self.offset(mark);
                self.close(Some(at));
            }
            _ => {}
        }
    }

    fn start(&mut self, is_mapping: bool, anchor: usize, mark: &Marker) {
        let at = self.offset(mark);
        let is_flow = matches!(
            (is_mapping, self.text.as_bytes().get(at)),
            (true, Some(b'{')) | (false, Some(b'['))
        );
        let style = if is_flow {
            CollectionStyle::Flow
        } else {
            CollectionStyle::Block
        };
        let kind = if is_mapping {
            NodeKind::Mapping {
                entries: Vec::new(),
                style,
            }
        } else {
            NodeKind::Sequence {
                items: Vec::new(),
                style,
            }
        };
        let id = self.add(kind, TextRange::empty(at), anchor);
        let start = if is_flow {
            Some(at)
        } else if is_mapping {
            None
        } else {
            self.text.get(..at).and_then(|b| {
                if self.text.as_bytes().get(at) == Some(&b'-') {
                    Some(at)
                } else {
                    b.rfind('-')
                }
            })
        };
        self.open.push(Open { id, key: None, start });
        if is_flow {
            self.end = at + 1;
        }
    }

    fn close(&mut self, at: Option<usize>) {
        let Some(open) = self.open.pop() else { return };
        let children: Vec<NodeId> = match self.tree.node(open.id).map(|n| &n.kind) {
            Some(NodeKind::Mapping { entries, .. }) => {
                entries.iter().flat_map(|e| [e.key, e.value]).collect()
            }
            Some(NodeKind::Sequence { items, .. }) => items.clone(),
            _ => Vec::new(),
        };
        if let Some(key) = open.key {
            let end = self.tree.node(key).map_or(0, |n| n.range.end());
            let value = self.push(NodeKind::Missing, TextRange::empty(end), Some(open.id), 0);
            if let Some(Node {
                kind: NodeKind::Mapping { entries, .. },
                ..
            }) = self.tree.nodes.get_mut(open.id.0 as usize)
            {
                entries.push(Entry { key, value });
            }
        }
        let style = match self.tree.node(open.id).map(|n| &n.kind) {
            Some(NodeKind::Mapping { style, .. } | NodeKind::Sequence { style, .. }) => *style,
            _ => CollectionStyle::Block,
        };
        let first = children
            .first()
            .and_then(|id| self.tree.node(*id))
            .map(|n| n.range.start());
        let last = children
            .iter()
            .filter_map(|id| self.tree.node(*id))
            .map(|n| n.range.end())
            .max();
        let own = self.tree.node(open.id).map_or(0, |n| n.range.start());
        let start = open.start.or(first).unwrap_or(own);
        let end = match (style, at) {
            (CollectionStyle::Flow, Some(at)) => at + 1,
            _ => last.unwrap_or(start).max(start),
        };
        if let Some(node) = self.tree.nodes.get_mut(open.id.0 as usize) {
            node.range = TextRange::new(start, end.min(self.text.len()));
        }
        self.end = self.end.max(end);
    }

    fn scalar(&mut self, value: String, style: TScalarStyle, anchor: usize, mark: &Marker) {
        let at = self.offset(mark);
        let (kind_style, range) = match style {
            TScalarStyle::Plain if value.is_empty() => {
                let at = self.missing_at();
                self.add(NodeKind::Missing, TextRange::empty(at), anchor);
                return;
            }
            TScalarStyle::Plain => (ScalarStyle::Plain, TextRange::new(at, self.plain_end(at, &value))),
            TScalarStyle::SingleQuoted => (
                ScalarStyle::SingleQuoted,
                TextRange::new(at, self.quoted_end(at, b'\'')),
            ),
            TScalarStyle::DoubleQuoted => (
                ScalarStyle::DoubleQuoted,
                TextRange::new(at, self.quoted_end(at, b'"')),
            ),
            TScalarStyle::Literal => (ScalarStyle::Literal, self.block(mark, &value)),
            TScalarStyle::Folded => (ScalarStyle::Folded, self.block(mark, &value)),
        };
        self.end = self.end.max(range.end());
        self.add(
            NodeKind::Scalar {
                value,
                style: kind_style,
            },
            range,
            anchor,
        );
    }

    /// Behind the `:` or `-` that has no value.
    fn missing_at(&self) -> usize {
        let rest = self.text.get(self.end..).unwrap_or("");
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let skipped = rest.len() - trimmed.len();
        if trimmed.starts_with([':', '-', '?', ',']) {
            self.end + skipped + 1
        } else {
            self.end
        }
    }

    fn plain_end(&self, at: usize, value: &str) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        if rest.starts_with(value) {
            return at + value.len();
        }
        let mut pos = at;
        for word in value.split_whitespace() {
            let tail = self.text.get(pos..).unwrap_or("");
            match tail.find(word) {
                Some(found) => pos += found + word.len(),
                None => break,
            }
        }
        pos
    }

    fn quoted_end(&self, at: usize, quote: u8) -> usize {
        let bytes = self.text.as_bytes();
        let mut pos = at + 1;
        while let Some(&byte) = bytes.get(pos) {
            if byte == b'\\' && quote == b'"' {
                pos += 2;
                continue;
            }
            if byte == quote {
                if quote == b'\'' && bytes.get(pos + 1) == Some(&quote) {
                    pos += 2;
                    continue;
                }
                return pos + 1;
            }
            pos += 1;
        }
        self.text.len()
    }

    fn block(&self, mark: &Marker, value: &str) -> TextRange {
        let from = self.end.max(
            self.open
                .last()
                .and_then(|o| o.key)
                .and_then(|k| self.tree.node(k))
                .map_or(0, |n| n.range.end()),
        );
        let rest = self.text.get(from..).unwrap_or("");
        let start = from + rest.find(['|', '>']).unwrap_or(0);
        let mut end = self
            .lines
            .line_range(self.text, self.lines.line_of(start))
            .map_or(start, TextRange::end);
        if !value.trim().is_empty() {
            let indent = mark.col();
            let mut line = mark.line().saturating_sub(1);
            while let Some(range) = self.lines.line_range(self.text, line) {
                let content = range.slice(self.text);
                let spaces = content.len() - content.trim_start_matches(' ').len();
                if !content.trim().is_empty() {
                    if spaces < indent {
                        break;
                    }
                    end = range.end();
                }
                line += 1;
            }
        }
        TextRange::new(start, end)
    }

    fn push(&mut self, kind: NodeKind, range: TextRange, parent: Option<NodeId>, anchor: usize) -> NodeId {
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        self.tree.nodes.push(Node { range, parent, kind });
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        id
    }

    fn add(&mut self, kind: NodeKind, range: TextRange, anchor: usize) -> NodeId {
        let parent = self.open.last().map(|open| open.id);
        let id = self.push(kind, range, parent, anchor);
        let Some(open) = self.open.last_mut() else {
            self.tree.documents.push(id);
            return id;
        };
        let pending = open.key;
        let parent_id = open.id;
        match self.tree.nodes.get_mut(parent_id.0 as usize).map(|n| &mut n.kind) {
            Some(NodeKind::Sequence { items, .. }) => items.push(id),
            Some(NodeKind::Mapping { entries, .. }) => match pending {
                None => open.key = Some(id),
                Some(key) => {
                    entries.push(Entry { key, value: id });
                    open.key = None;
                }
            },
            _ => {}
        }
        id
    }
}
