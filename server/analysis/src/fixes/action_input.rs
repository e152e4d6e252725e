//! Fixes of the inputs of an action that a job uses.

use crate::checker::prelude::*;
use crate::edit::yaml::{
    EntryPosition, Quoting, YamlSnippet, insert_entry, remove_entry_and_empty_parents, set_scalar,
};
use crate::fixes::builder::{editable, entry_around};
use crate::fixes::permissions::node_of;
use crate::publish::UsedAction;
use crate::sources::File;
use crate::text::TextEdit;

/// The file of an action that is in the job itself: what a composite action does, other jobs may share.
pub(crate) fn file_of_own_step<'a>(context: &CheckContext<'a>, action: &UsedAction<'_>) -> Option<&'a File> {
    editable(context, &action.place.path).filter(|_| action.is_in_job())
}

/// The edits that give an action an input.
pub(crate) fn set_input(
    file: &File,
    action: &UsedAction<'_>,
    name: &str,
    value: &str,
) -> Option<Vec<TextEdit>> {
    let step = node_of(file, &action.place)?.parent()?;
    let text = &file.text;
    let scalar = YamlSnippet::Scalar(value.to_owned());
    let edits = match step.get("with") {
        Some(with) => match with.entry_ignore_case(name) {
            Some(entry) => set_scalar(text, entry.value, value, Quoting::Keep),
            None => insert_entry(text, with, name, &scalar, EntryPosition::Last),
        },
        None => {
            let with = YamlSnippet::Mapping(vec![(name.to_owned(), scalar)]);
            insert_entry(text, step, "with", &with, EntryPosition::After("uses"))
        }
    };
    edits.ok()
}

/// The edits that take an input away.
pub(crate) fn remove_input_edits(file: &File, action: &UsedAction<'_>, name: &str) -> Option<Vec<TextEdit>> {
    let with = node_of(file, &action.place)?.parent()?.get("with")?;
    let key = with.entry_ignore_case(name)?.key.as_str()?;
    remove_entry_and_empty_parents(&file.text, with, key).ok()
}

/// The edits that remove the input whose value is written at `place`.
pub(crate) fn remove_entry_at(context: &CheckContext<'_>, place: &Place) -> Option<Vec<TextEdit>> {
    let file = editable(context, &place.path)?;
    let (with, entry) = entry_around(node_of(file, place)?)?;
    remove_entry_and_empty_parents(&file.text, with, entry.key.as_str()?).ok()
}

/// The edits that put another input in the place of one.
pub(crate) fn replace_input(
    file: &File,
    action: &UsedAction<'_>,
    old: &str,
    new: (&str, &str),
) -> Option<Vec<TextEdit>> {
    let with = node_of(file, &action.place)?.parent()?.get("with")?;
    let entry = with.entry_ignore_case(old)?;
    let mut edits = set_scalar(&file.text, entry.key, new.0, Quoting::Keep).ok()?;
    edits.extend(set_scalar(&file.text, entry.value, new.1, Quoting::Keep).ok()?);
    Some(edits)
}
