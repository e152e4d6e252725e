//! Removing an entry of a mapping by the words that are written there.

use crate::checker::prelude::*;
use crate::edit::yaml::remove_entry_and_empty_parents;
use crate::fixes::builder::entry_around;
use crate::fixes::permissions::node_of;
use crate::sources::File;
use crate::text::TextEdit;

/// The edits that remove an entry of a mapping.
pub(crate) fn entry_edits(file: &File, place: &Place) -> Option<Vec<TextEdit>> {
    let (mapping, entry) = entry_around(node_of(file, place)?)?;
    if entry.range() != place.range {
        return None;
    }
    remove_entry_and_empty_parents(&file.text, mapping, entry.key.as_str()?).ok()
}
