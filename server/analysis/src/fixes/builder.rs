//! Building fixes from edits of one or several files.

use crate::checker::prelude::*;
use crate::diagnostic::{FileEdits, FixKind};
use crate::edit::Refused;
use crate::sources::File;
use crate::syntax::yaml::{NodeId, YamlEntry, YamlNode};
use crate::text::FilePath;
use crate::text::TextEdit;

/// A fix of one file; none if the edit was refused.
pub(crate) fn fix_of_file(
    title: impl Into<String>,
    applicability: Applicability,
    path: &FilePath,
    edits: Result<Vec<TextEdit>, Refused>,
) -> Option<Fix> {
    let edits = edits.ok().filter(|edits| !edits.is_empty())?;
    Some(Fix {
        title: title.into(),
        applicability,
        kind: FixKind::QuickFix,
        edits: vec![FileEdits {
            path: path.clone(),
            edits,
        }],
    })
}

/// A YAML file, where it can be edited: a tree that an error cut short is not touched.
pub(crate) fn editable<'a>(context: &CheckContext<'a>, path: &FilePath) -> Option<&'a File> {
    let file = context.sources.file(path)?;
    let is_whole = file.syntax_errors().is_empty();
    (is_whole && file.yaml().is_some()).then_some(file)
}

/// The node with this id in a file.
pub(crate) fn node<'a>(file: &'a File, id: NodeId) -> Option<YamlNode<'a>> {
    Some(YamlNode::new(file.yaml()?, id))
}

/// The entry of the mapping around `node` that holds `node` as its key or its value.
pub(crate) fn entry_around<'t>(node: YamlNode<'t>) -> Option<(YamlNode<'t>, YamlEntry<'t>)> {
    let mapping = node.parent()?;
    let entry = mapping
        .entries()
        .find(|entry| entry.key.id() == node.id() || entry.value.id() == node.id())?;
    Some((mapping, entry))
}

/// The items as one phrase: `a, b, and c`.
pub(crate) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first, last] => format!("{first} and {last}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
    }
}
