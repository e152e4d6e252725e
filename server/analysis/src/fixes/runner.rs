//! Fixes of `runs-on`.

use crate::checker::prelude::*;
use crate::edit::yaml::{Quoting, YamlSnippet, replace_value, set_scalar};
use crate::fixes::builder::{editable, fix_of_file};
use crate::fixes::permissions::node_of;

/// Runs the job on a GitHub-hosted runner.
pub(crate) fn use_github_hosted(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let label = node_of(file, place)?;
    let parent = label.parent()?;
    let edits = if parent.is_sequence() {
        let job = parent.parent()?;
        let entry = job
            .entry("runs-on")
            .filter(|entry| entry.value.id() == parent.id())?;
        replace_value(
            &file.text,
            entry,
            &YamlSnippet::Scalar("ubuntu-latest".to_owned()),
        )
    } else {
        set_scalar(&file.text, label, "ubuntu-latest", Quoting::Keep)
    };
    fix_of_file(
        "Run the job on `ubuntu-latest`",
        Applicability::Unsafe,
        &place.path,
        edits,
    )
}
