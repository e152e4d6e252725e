//! Fixes of commands that install npm.

use crate::checker::node_24::refused_engine;
use crate::checker::prelude::*;
use crate::fixes::builder::fix_of_file;
use crate::fixes::node::use_node_24;
use crate::knowledge::npm_releases::{engines_allow, newest_npm_in};
use crate::publish::{NodeOrigin, VersionFact};
use crate::text::{TextEdit, TextRange};
use crate::versions::version::{Version, parse_range};

/// The range of npm that has trusted publishing and runs on more releases of Node than any other.
const WANTED: &str = "^11.5.1";

/// Asks for an npm that has trusted publishing. `place` is the specification (`10`, `latest`, `^11.4`) or the word `npm@…`.
/// Where it does not run on `node`, the fix chooses Node 24 too.
pub(crate) fn install_npm_11(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    place: &Place,
    node: &VersionFact<NodeOrigin>,
) -> Option<Fix> {
    let install = install_npm(context, place, WANTED)?;
    let newest = parse_range(WANTED).and_then(|wanted| newest_npm_in(&wanted));
    if refused_engine(context, site, None, newest).is_some() {
        return None;
    }
    if npm_11_runs_on(&node.candidates) {
        return Some(install);
    }
    let newer = use_node_24(context, site, node.place.as_ref()?)?;
    let mut edits = newer.edits;
    for file in install.edits {
        match edits.iter_mut().find(|other| other.path == file.path) {
            Some(other) => other.edits.extend(file.edits),
            None => edits.push(file),
        }
    }
    Some(Fix {
        title: format!("{} and install `npm@{WANTED}`", newer.title),
        edits,
        ..newer
    })
}

/// Whether npm 11 may run on these releases of Node.
pub(crate) fn npm_11_runs_on(node: &[Version]) -> bool {
    let npm = parse_range(WANTED).and_then(|wanted| newest_npm_in(&wanted));
    npm.is_none_or(|npm| node.iter().all(|node| engines_allow(npm, node) != Truth::No))
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
