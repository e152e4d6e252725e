//! Fixes in the `publishConfig` of a manifest.

use crate::checker::prelude::*;
use crate::edit::json::{JsonSnippet, MemberPosition, insert_member, set_value};
use crate::fixes::builder::fix_of_file;
use crate::text::FilePath;

/// Sets a member of `publishConfig`, which is added if it is missing.
pub(crate) fn set_publish_config(
    context: &CheckContext<'_>,
    path: &FilePath,
    key: &str,
    value: &str,
) -> Option<Fix> {
    let file = context.sources.file(path)?;
    let root = file.json()?;
    let text = &file.text;
    let snippet = JsonSnippet::string(value);
    let edits = match root.get("publishConfig") {
        None => {
            let config = JsonSnippet::object([(key, snippet)]);
            insert_member(text, root, "publishConfig", &config, MemberPosition::Last)
        }
        Some(config) if config.is_object() => match config.get(key) {
            Some(old) => set_value(text, old, &snippet),
            None => insert_member(text, config, key, &snippet, MemberPosition::Last),
        },
        Some(_) => return None,
    };
    let title = format!("Set `publishConfig.{key}` to `{value}`");
    fix_of_file(title, Applicability::Unsafe, path, edits)
}
