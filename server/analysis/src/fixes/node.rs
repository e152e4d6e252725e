//! Fixes that choose another Node.

use crate::checker::npm_version::runs_on_node_24;
use crate::checker::prelude::*;
use crate::edit::yaml::{
    EntryPosition, Quoting, YamlSnippet, insert_entry, insert_item, remove_entry, set_scalar,
};
use crate::fixes::builder::{editable, fix_of_file, node};
use crate::fixes::permissions::node_of;
use crate::knowledge::container_images::node_24_image;
use crate::sources::{Content, File};
use crate::text::TextEdit;
use crate::versions::version::parse_range;

const TITLE: &str = "Use Node 24";

/// Writes 24 where a version of Node is written in YAML.
pub(crate) fn use_node_24(context: &CheckContext<'_>, site: &Site<'_>, place: &Place) -> Option<Fix> {
    let file = editable(context, &place.path).filter(|_| runs_on_node_24(context, site))?;
    let scalar = node_of(file, place)?;
    // Only a literal version can be replaced. An expression, an image and a runner get their version elsewhere.
    let is_written_out = scalar.as_str().is_some_and(is_node_version) && scalar.range() == place.range;
    if !is_written_out {
        return None;
    }
    let is_own_job = place.path == site.job.path
        && site
            .job
            .job
            .is_some_and(|job| job.range.contains_range(place.range) && !job.matrix.contains(place.range));
    let applicability = if is_own_job {
        Applicability::Safe
    } else {
        Applicability::Unsafe
    };
    let value = if scalar.as_str().is_some_and(|text| text.starts_with("node@")) {
        "node@24"
    } else {
        "24"
    };
    fix_of_file(
        TITLE,
        applicability,
        &place.path,
        set_scalar(&file.text, scalar, value, Quoting::Keep),
    )
}

/// Whether setup-node and other actions read a text as a version of Node.
fn is_node_version(text: &str) -> bool {
    let text = text.strip_prefix("node@").unwrap_or(text).trim();
    let is_name = ["latest", "current", "node", "stable"].contains(&text);
    is_name || text.starts_with("lts") || parse_range(text).is_some()
}

/// Quotes a version that YAML reads as a number.
pub(crate) fn quote_version(context: &CheckContext<'_>, place: &Place, version: &str) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let edits = set_scalar(&file.text, node_of(file, place)?, version, Quoting::Single);
    fix_of_file(
        format!("Quote the version: '{version}'"),
        Applicability::Safe,
        &place.path,
        edits,
    )
}

/// Sets up Node before the step of a site.
pub(crate) fn insert_setup_node(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    let path = &site.job.path;
    let file = editable(context, path)?;
    let edits = setup_node_edits(file, site)?;
    fix_of_file(
        "Set up Node 24 before this step",
        Applicability::Unsafe,
        path,
        Ok(edits),
    )
}

/// A setup-node step before the site's step: after the checkout if there is one, otherwise at the start of the job.
pub(crate) fn setup_node_edits(file: &File, site: &Site<'_>) -> Option<Vec<TextEdit>> {
    let job = site.job.job?;
    let steps = node(file, job.node)?.get("steps")?;
    let place = site.step.trail.first().unwrap_or(&site.place);
    let index = job
        .steps
        .iter()
        .take_while(|step| step.range.end() <= place.range.start())
        .position(|step| step.uses_action("actions/checkout"))
        .map_or(0, |checkout| checkout + 1);
    let with = YamlSnippet::Mapping(vec![(
        "node-version".to_owned(),
        YamlSnippet::Scalar("24".to_owned()),
    )]);
    let step = YamlSnippet::Mapping(vec![
        (
            "uses".to_owned(),
            YamlSnippet::Scalar("actions/setup-node@v6".to_owned()),
        ),
        ("with".to_owned(), with),
    ]);
    insert_item(&file.text, steps, index, &step).ok()
}

/// Gives a setup-node step a version. `uses` is the place of the step's `uses:`.
pub(crate) fn add_node_version(context: &CheckContext<'_>, uses: &Place) -> Option<Fix> {
    let file = editable(context, &uses.path)?;
    let edits = node_version_edits(file, uses)?;
    fix_of_file(
        "Add `node-version: 24`",
        Applicability::Safe,
        &uses.path,
        Ok(edits),
    )
}

/// The edits of [`add_node_version`].
pub(crate) fn node_version_edits(file: &File, uses: &Place) -> Option<Vec<TextEdit>> {
    let step = node_of(file, uses)?.parent()?;
    let version = YamlSnippet::Scalar("24".to_owned());
    let edits = match step.get("with") {
        Some(with) if with.is_mapping() => match with.entry("node-version") {
            Some(entry) => set_scalar(&file.text, entry.value, "24", Quoting::Keep),
            None => insert_entry(&file.text, with, "node-version", &version, EntryPosition::Last),
        },
        Some(_) => return None,
        None => {
            let with = YamlSnippet::Mapping(vec![("node-version".to_owned(), version)]);
            insert_entry(&file.text, step, "with", &with, EntryPosition::After("uses"))
        }
    };
    edits.ok()
}

/// Names the version in the workflow instead of the file. `named_at` is the value of `node-version-file`.
pub(crate) fn override_version_file(context: &CheckContext<'_>, named_at: &Place) -> Option<Fix> {
    let file = editable(context, &named_at.path)?;
    let edits = version_file_edits(file, named_at)?;
    fix_of_file(
        "Use Node 24 in this job instead of the file",
        Applicability::Unsafe,
        &named_at.path,
        Ok(edits),
    )
}

/// The edits of [`override_version_file`].
pub(crate) fn version_file_edits(file: &File, named_at: &Place) -> Option<Vec<TextEdit>> {
    let value = node_of(file, named_at)?;
    let with = value.parent()?;
    let key = with
        .entry("node-version-file")
        .filter(|entry| entry.value.id() == value.id())?
        .key;
    if with.entry("node-version").is_some() {
        return remove_entry(&file.text, with, "node-version-file").ok();
    }
    let mut edits = set_scalar(&file.text, key, "node-version", Quoting::Keep).ok()?;
    edits.extend(set_scalar(&file.text, value, "24", Quoting::Keep).ok()?);
    Some(edits)
}

/// Raises the version in the file that names it.
pub(crate) fn edit_version_file(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = context.sources.file(&place.path)?;
    let old = place.range.slice(&file.text);
    let new = match file.content() {
        Content::NodeVersion(_) => quoted_like(
            old,
            if old.trim_matches(['"', '\'']).starts_with('v') {
                "v24"
            } else {
                "24"
            },
        ),
        Content::Manifest { .. } => quoted_like(old, "24"),
        _ => return None,
    };
    // Volta takes exact versions only.
    if matches!(file.content(), Content::Manifest { .. }) && is_volta(file, place) {
        return None;
    }
    let edits = vec![TextEdit::replace(place.range, new)];
    fix_of_file(
        format!("Write Node 24 into `{}`", place.path),
        Applicability::Unsafe,
        &place.path,
        Ok(edits),
    )
}

fn is_volta(file: &File, place: &Place) -> bool {
    file.json()
        .and_then(|root| root.get("volta"))
        .is_some_and(|volta| volta.range.contains_range(place.range))
}

fn quoted_like(old: &str, new: &str) -> String {
    match old.chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{new}{quote}"),
        _ => new.to_owned(),
    }
}

/// Uses the image of Node 24 in the same variant; an Alpine of a certain version becomes the one of today.
pub(crate) fn use_node_24_image(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let image = node_of(file, place)?;
    let new = node_24_image(image.as_str()?)?;
    let edits = set_scalar(&file.text, image, &new, Quoting::Keep);
    fix_of_file(
        format!("Use the image `{new}`"),
        Applicability::Unsafe,
        &place.path,
        edits,
    )
}
