//! Fixes that publish with npm instead of a tool that does not support trusted publishing.

use crate::checker::prelude::*;
use crate::fixes::builder::{editable, fix_of_file};
use crate::model::manifest::Manifest;
use crate::sources::File;
use crate::text::{TextEdit, TextRange};

/// Flags that npm and the other tools share; all but the last take a value.
const SHARED_FLAGS: [&str; 5] = ["--access", "--tag", "--registry", "--otp", "--dry-run"];

/// The flag that keeps `yarn publish` from asking for a new version; npm never asks.
const ASKS_NOTHING: &str = " --non-interactive";

/// Publishes with npm what `yarn publish` or `bun publish` would, in the same folder. None for flags that npm does not have.
pub(crate) fn publish_with_npm(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    let file = editable(context, &site.place.path)?;
    if !has_only_shared_flags(file, site) {
        return None;
    }
    let command = match (site.place.range.slice(&file.text), needs_packing(context, site)) {
        ("yarn publish" | "bun publish", Some(false)) | ("yarn publish", None) => "npm publish".to_owned(),
        // npm publishes `workspace:` ranges unchanged, and such a package cannot be installed. So does Yarn 1.
        ("bun publish", _) => packed_by_bun(context, site)?,
        _ => return None,
    };
    let title = match command.as_str() {
        "npm publish" => "Publish with npm",
        _ => "Pack with bun and publish with npm",
    };
    let mut edits = vec![TextEdit::replace(site.place.range, command)];
    let rest = rest_of_command(site);
    if let Some(at) = rest.slice(&file.text).find(ASKS_NOTHING) {
        let start = rest.start() + at;
        edits.push(TextEdit::delete(TextRange::new(
            start,
            start + ASKS_NOTHING.len(),
        )));
    }
    fix_of_file(title, Applicability::Unsafe, &site.place.path, Ok(edits))
}

/// The commands that publish what bun packs. Measured with bun 1.4.5: it replaces the ranges of the workspace, writes exactly
/// the file that `--filename` names, and does not run `prepublishOnly`, as `bun publish` does.
fn packed_by_bun(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    // Two commands instead of one could change what a condition controls.
    if site.command.is_conditional {
        return None;
    }
    let mut manifests = manifests(context, site);
    let prepares = manifests.any(|manifest| manifest.script("prepublishOnly").is_some());
    let prepare = if prepares {
        "bun run prepublishOnly && "
    } else {
        ""
    };
    Some(format!(
        "{prepare}bun pm pack --filename package.tgz && npm publish ./package.tgz"
    ))
}

/// Whether a package depends on another one of the workspace in a notation that npm does not replace; none if not all of the
/// packages are known.
fn needs_packing(context: &CheckContext<'_>, site: &Site<'_>) -> Option<bool> {
    if manifests(context, site).any(|manifest| manifest.workspace_ranges().next().is_some()) {
        return Some(true);
    }
    let is_known = site.packages.is_complete && !site.packages.manifests.is_empty();
    is_known.then_some(false)
}

fn manifests<'c>(context: &CheckContext<'c>, site: &'c Site<'_>) -> impl Iterator<Item = &'c Manifest> {
    let sources = context.sources;
    site.packages
        .manifests
        .iter()
        .filter_map(|path| sources.manifest(path))
}

/// What follows the words of the command.
fn rest_of_command(site: &Site<'_>) -> TextRange {
    let end = site.command.range.end().max(site.place.range.end());
    TextRange::new(site.place.range.end(), end)
}

/// Whether nothing follows the command but flags that npm understands in the same way.
fn has_only_shared_flags(file: &File, site: &Site<'_>) -> bool {
    let mut words = rest_of_command(site).slice(&file.text).split_whitespace();
    while let Some(word) = words.next() {
        let (flag, value) = word
            .split_once('=')
            .map_or((word, None), |(flag, value)| (flag, Some(value)));
        if word == ASKS_NOTHING.trim_start() {
            continue;
        }
        if !SHARED_FLAGS.contains(&flag) {
            return false;
        }
        if flag != "--dry-run" && value.is_none() && words.next().is_none() {
            return false;
        }
    }
    true
}
