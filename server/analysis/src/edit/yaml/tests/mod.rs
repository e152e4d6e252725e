mod blocks;
mod brackets;
mod scalars;
mod sequences;

use super::*;
use crate::syntax::yaml::{YamlTree, parse_yaml};
use crate::text::apply_edits;

/// An operation on the node at a path.
#[derive(Clone, Copy, Debug)]
enum Operation<'a> {
    Set(&'a str, Quoting),
    /// Gives the entry with this key in the mapping at the path another value.
    Replace(&'a str, &'a str),
    Insert(&'a str, &'a str, EntryPosition<'a>),
    Remove(&'a str),
    RemoveWithParents(&'a str),
    InsertItem(usize, &'a str),
    /// Removes the lines of a literal that hold this text.
    RemoveLines(&'a str),
}

use EntryPosition::{After, Before, First, Last};
use Operation::{Insert, InsertItem, Remove, RemoveLines, RemoveWithParents, Replace, Set};
use Quoting::{Keep, Single};

/// What a YAML text says, apart from how it is written.
#[derive(Clone, PartialEq, Debug)]
enum Meaning {
    Nothing,
    Text(String),
    Mapping(Vec<(String, Self)>),
    Sequence(Vec<Self>),
}

impl Meaning {
    fn of_text(text: &str) -> Self {
        let tree = parse_yaml(text).tree;
        Self::of(root(&tree))
    }

    fn of(node: YamlNode<'_>) -> Self {
        let entry = |entry: crate::syntax::yaml::YamlEntry<'_>| {
            (entry.key.as_str().unwrap().to_owned(), Self::of(entry.value))
        };
        match node.kind().unwrap() {
            NodeKind::Scalar { value, .. } => Self::Text(value.clone()),
            NodeKind::Mapping { .. } => Self::Mapping(node.entries().map(entry).collect()),
            NodeKind::Sequence { .. } => Self::Sequence(node.items().map(Self::of).collect()),
            _ => Self::Nothing,
        }
    }

    fn of_snippet(snippet: &YamlSnippet) -> Self {
        match snippet {
            YamlSnippet::Scalar(value) => Self::Text(value.clone()),
            YamlSnippet::Mapping(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (key.clone(), Self::of_snippet(value)));
                Self::Mapping(entries.collect())
            }
        }
    }

    fn at(&mut self, path: &[&str]) -> &mut Self {
        let Some((part, rest)) = path.split_first() else {
            return self;
        };
        match self {
            Self::Mapping(entries) => entries
                .iter_mut()
                .find(|(key, _)| key == part)
                .unwrap()
                .1
                .at(rest),
            Self::Sequence(items) => items[part.parse::<usize>().unwrap()].at(rest),
            _ => panic!("nothing at {path:?}"),
        }
    }

    /// The entries of a mapping, or of what becomes one.
    fn entries(&mut self) -> &mut Vec<(String, Self)> {
        if !matches!(self, Self::Mapping(_)) {
            *self = Self::Mapping(Vec::new());
        }
        let Self::Mapping(entries) = self else {
            unreachable!()
        };
        entries
    }

    fn remove(&mut self, key: &str) {
        self.entries().retain(|(name, _)| name != key);
    }

    /// The operation, done on the meaning alone.
    fn apply(&mut self, path: &[&str], operation: Operation<'_>) {
        let place = self.at(path);
        match operation {
            Set(value, _) => *place = Self::Text(value.to_owned()),
            Replace(key, new) => *place.at(&[key]) = Self::of_snippet(&snippet(new)),
            Insert(key, new, position) => {
                let entries = place.entries();
                let index_of = |key| entries.iter().position(|(name, _)| name == key).unwrap();
                let index = match position {
                    First => 0,
                    Last => entries.len(),
                    After(key) => index_of(key) + 1,
                    Before(key) => index_of(key),
                };
                entries.insert(index, (key.to_owned(), Self::of_snippet(&snippet(new))));
            }
            Remove(key) => place.remove(key),
            RemoveWithParents(key) => {
                place.remove(key);
                if place.entries().is_empty() {
                    let (last, parent) = path.split_last().unwrap();
                    self.at(parent).remove(last);
                }
            }
            InsertItem(index, new) => {
                if !matches!(place, Self::Sequence(_)) {
                    *place = Self::Sequence(Vec::new());
                }
                let Self::Sequence(items) = place else {
                    unreachable!()
                };
                items.insert(index, Self::of_snippet(&snippet(new)));
            }
            RemoveLines(part) => {
                let Self::Text(value) = place else {
                    panic!("no text")
                };
                let kept = value.split_inclusive('\n').filter(|line| !line.contains(part));
                *value = kept.collect();
            }
        }
    }
}

/// A snippet, written as YAML.
fn snippet(text: &str) -> YamlSnippet {
    fn read(meaning: Meaning) -> YamlSnippet {
        match meaning {
            Meaning::Mapping(entries) => YamlSnippet::Mapping(
                entries
                    .into_iter()
                    .map(|(key, value)| (key, read(value)))
                    .collect(),
            ),
            Meaning::Text(value) => YamlSnippet::Scalar(value),
            other => panic!("{other:?}"),
        }
    }
    read(Meaning::of_text(text))
}

fn root(tree: &YamlTree) -> YamlNode<'_> {
    YamlNode::root(tree).unwrap()
}

/// The node at a path of keys and indexes. A part that starts with `?` is a key itself.
fn node_at<'t>(root: YamlNode<'t>, path: &[&str]) -> YamlNode<'t> {
    path.iter().fold(root, |node, part| match part.strip_prefix('?') {
        Some(key) => node.entry(key).unwrap().key,
        None if node.is_sequence() => node.items().nth(part.parse().unwrap()).unwrap(),
        None => node.get(part).unwrap_or_else(|| panic!("nothing at {path:?}")),
    })
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

fn edits(text: &str, path: &str, operation: Operation<'_>) -> YamlEdits {
    let tree = parse_yaml(text).tree;
    let node = node_at(root(&tree), &parts(path));
    match operation {
        Set(value, quoting) => set_scalar(text, node, value, quoting),
        Replace(key, new) => replace_value(text, node.entry(key).unwrap(), &snippet(new)),
        Insert(key, new, position) => insert_entry(text, node, key, &snippet(new), position),
        Remove(key) => remove_entry(text, node, key),
        RemoveWithParents(key) => remove_entry_and_empty_parents(text, node, key),
        InsertItem(index, new) => insert_item(text, node, index, &snippet(new)),
        RemoveLines(part) => {
            let start = text.find(part).unwrap();
            remove_lines_of_literal(text, node, TextRange::new(start, start + part.len()))
        }
    }
}

/// Removes the indentation that all lines have, so that texts can be written where they are tested.
fn dedent(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text).trim_end_matches(' ');
    let indent = text
        .split('\n')
        .filter(|line| !line.is_empty())
        .map(|l| l.len() - l.trim_start().len())
        .min();
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.get(indent.unwrap_or(0)..).unwrap_or(""))
        .collect();
    lines.join("\n")
}

/// Does an operation and compares the text; also with other line ends and without a line break at the end.
fn check(path: &str, operation: Operation<'_>, before: &str, expected: &str) {
    let (before, expected) = (dedent(before), dedent(expected));
    check_text(path, operation, &before, &expected);
    for line_break in ["\r\n", "\r"] {
        check_text(
            path,
            operation,
            &before.replace('\n', line_break),
            &expected.replace('\n', line_break),
        );
    }
    let is_script = matches!(operation, RemoveLines(_));
    if let (Some(before), Some(expected), false) =
        (before.strip_suffix('\n'), expected.strip_suffix('\n'), is_script)
    {
        let after = applied(path, operation, before);
        assert_eq!(
            after.trim_end_matches('\n'),
            expected,
            "without a line break at the end"
        );
        // Only where the last line went, the break of the line above it ends the text.
        let is_last_line_gone = before.lines().last() != expected.lines().last();
        assert!(after == expected || is_last_line_gone, "{after:?}");
    }
}

fn check_text(path: &str, operation: Operation<'_>, before: &str, expected: &str) {
    let after = applied(path, operation, before);
    assert_eq!(
        after, expected,
        "{operation:?} at {path:?}\nnow:\n{after}\nexpected:\n{expected}"
    );
    let mut meaning = Meaning::of_text(before);
    if !path.contains('?') {
        meaning.apply(&parts(path), operation);
        assert_eq!(Meaning::of_text(&after), meaning, "{operation:?}\n{after}");
    }
    let lines = |text| str::split(text, ['\n', '\r']);
    for comment in lines(before).map(str::trim).filter(|line| line.starts_with('#')) {
        let is_removed = matches!(operation, RemoveLines(part) if comment == part);
        let is_kept = lines(&after).any(|line| line.ends_with(comment));
        assert!(is_kept || is_removed, "{operation:?} loses {comment:?}\n{after}");
    }
}

fn applied(path: &str, operation: Operation<'_>, before: &str) -> String {
    assert_eq!(parse_yaml(before).errors, [], "{before}");
    let edits =
        edits(before, path, operation).unwrap_or_else(|refused| panic!("{refused}: {operation:?}\n{before}"));
    let after = apply_edits(before, &edits).unwrap();
    assert_eq!(parse_yaml(&after).errors, [], "{after}");
    after
}

fn check_refused(path: &str, operation: Operation<'_>, text: &str) {
    let text = dedent(text);
    assert_eq!(parse_yaml(&text).errors, [], "{text}");
    let edits = edits(&text, path, operation);
    assert!(edits.is_err(), "{operation:?} is not refused: {edits:?}\n{text}");
}
