//! Fixes of commands that install npm.

use crate::checker::prelude::*;
use crate::fixes::builder::fix_of_file;
use crate::text::{TextEdit, TextRange};

/// Asks for an npm that has trusted publishing and runs on every Node that npm 11 runs on. `place` is the
/// specification (`10`, `latest`, `^11.4`) or the word `npm@…`.
pub(crate) fn install_npm_11(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    install_npm(context, place, "^11.5.1")
}

/// Asks for an npm in this range.
pub(crate) fn install_npm(context: &CheckContext<'_>, place: &Place, wanted: &str) -> Option<Fix> {
    let file = context.sources.file(&place.path)?;
    // Of a command like `npm@10 publish`, the first word.
    let old = place.range.slice(&file.text).split([' ', '\n']).next()?;
    let range = TextRange::new(place.range.start(), place.range.start() + old.len());
    let bare = old.trim_matches(['"', '\'']);
    let new = match bare {
        "npm" => format!("npm@{wanted}"),
        _ if bare.starts_with("npm@") => format!("npm@{wanted}"),
        _ if !bare.is_empty()
            && bare
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".^~-<>=".contains(c)) =>
        {
            wanted.to_owned()
        }
        _ => return None,
    };
    let new = match old.chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{new}{quote}"),
        _ => new,
    };
    let edits = vec![TextEdit::replace(range, new)];
    fix_of_file(
        format!("Install `npm@{wanted}`"),
        Applicability::Safe,
        &place.path,
        Ok(edits),
    )
}
