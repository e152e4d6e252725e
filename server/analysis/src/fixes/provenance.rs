//! Fixes of the settings that request provenance or turn it off.

use crate::checker::prelude::*;
use crate::edit::json::remove_member;
use crate::edit::npmrc::remove_setting;
use crate::fixes::builder::{editable, fix_of_file};
use crate::fixes::command::flag_removal;
use crate::fixes::entry::entry_edits;
use crate::sources::Content;
use crate::text::FilePath;
use crate::text::TextEdit;

/// Removes a publish step's provenance setting, wherever it is written.
pub(crate) fn remove_provenance(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let edits = edits(context, place)?;
    let title = "Remove the provenance setting".to_owned();
    fix_of_file(title, Applicability::Unsafe, &place.path, Ok(edits))
}

/// Removes `provenance` from the `publishConfig` of a manifest.
pub(crate) fn remove_from_publish_config(context: &CheckContext<'_>, path: &FilePath) -> Option<Fix> {
    let edits = publish_config_edits(context, path)?;
    let title = "Remove `provenance` from `publishConfig`".to_owned();
    fix_of_file(title, Applicability::Unsafe, path, Ok(edits))
}

fn edits(context: &CheckContext<'_>, place: &Place) -> Option<Vec<TextEdit>> {
    let file = context.sources.file(&place.path)?;
    match file.content() {
        Content::Manifest { .. } => publish_config_edits(context, &place.path),
        Content::Npmrc(npmrc) => {
            let mut settings = npmrc.settings.iter();
            let setting = settings.find(|setting| setting.line == place.range)?;
            remove_setting(&file.text, setting).ok()
        }
        _ => {
            let file = editable(context, &place.path)?;
            if let Some(edits) = entry_edits(file, place) {
                return Some(edits);
            }
            let is_flag = place.range.slice(&file.text).starts_with("--");
            is_flag
                .then(|| flag_removal(&file.text, place.range))
                .flatten()
                .map(|edit| vec![edit])
        }
    }
}

fn publish_config_edits(context: &CheckContext<'_>, path: &FilePath) -> Option<Vec<TextEdit>> {
    let file = context.sources.file(path)?;
    let root = file.json()?;
    let config = root.get("publishConfig")?;
    // A section without members has no effect.
    match config.members().len() {
        1 => remove_member(&file.text, root, "publishConfig").ok(),
        _ => remove_member(&file.text, config, "provenance").ok(),
    }
}
