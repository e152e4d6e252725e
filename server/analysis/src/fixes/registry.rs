//! Fixes of the registry.

use crate::checker::prelude::*;
use crate::edit::yaml::{Quoting, set_scalar};
use crate::fixes::builder::{editable, fix_of_file};
use crate::fixes::permissions::node_of;

/// Publishes to the public registry if YAML names another one literally.
pub(crate) fn use_npm_registry(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let scalar = node_of(file, place).filter(|scalar| scalar.range() == place.range)?;
    let edits = set_scalar(&file.text, scalar, "https://registry.npmjs.org", Quoting::Keep);
    fix_of_file(
        "Use the public npm registry",
        Applicability::Unsafe,
        &place.path,
        edits,
    )
}
