//! Fixes of the registry.

use crate::checker::prelude::*;
use crate::edit::yaml::{Quoting, set_scalar};
use crate::fixes::builder::{editable, fix_of_file};
use crate::fixes::permissions::node_of;

/// Publishes to the public registry if YAML names another one literally.
pub(crate) fn use_npm_registry(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let scalar = node_of(file, place).filter(|scalar| scalar.range() == place.range)?;
    // A whole `run:` may be what sets the registry: `yarn release` of Yarn 1.
    if !scalar.as_str().is_some_and(is_address) {
        return None;
    }
    let edits = set_scalar(&file.text, scalar, "https://registry.npmjs.org", Quoting::Keep);
    fix_of_file(
        "Use the public npm registry",
        Applicability::Unsafe,
        &place.path,
        edits,
    )
}

fn is_address(text: &str) -> bool {
    let text = text.trim();
    (text.contains("://") || text.starts_with("//")) && !text.contains(char::is_whitespace)
}
