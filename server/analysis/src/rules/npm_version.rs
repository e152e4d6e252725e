//! What the rules about too old an npm share.

use super::prelude::*;
use crate::publish::{NodeOrigin, NpmOrigin};

/// The severity of an npm that is too old for the exchange at a site; none where it is new enough, where that is
/// not known, or where nothing should be said.
pub(super) fn too_old_severity(site: &Site<'_>) -> Option<Severity> {
    let depends_on_npm = site.publisher.exchange == Exchange::NpmOnPath;
    if !depends_on_npm || site.can_exchange() != Truth::No {
        return None;
    }
    // Without a permission to get an id token, npm's version is not what matters first; it is still true.
    prerequisite_severity(site)
}

/// Whether the npm at the site is the one that came with its Node.
pub(super) fn is_bundled(site: &Site<'_>) -> bool {
    site.npm.origin == NpmOrigin::BundledWithNode
}

/// A site whose bundled npm is too old, with the place that decides which Node it is.
pub(super) fn too_old_node<'s, 'a>(site: &'s Site<'a>) -> Option<(Severity, &'s NodeOrigin, &'s Place)> {
    let severity = too_old_severity(site)?;
    if !is_bundled(site) {
        return None;
    }
    Some((severity, &site.node.origin, site.node.place.as_ref()?))
}

/// "Node 22 brings npm 10.9.8, and trusted publishing needs npm 11.5.1"
pub(super) fn why_too_old(site: &Site<'_>) -> String {
    let node = site.node.text.as_deref().unwrap_or("this version");
    format!("{} brings {}, and trusted publishing needs npm 11.5.1", name_of_node(node), npm_name(site))
}

/// "npm 10.9.8", or "an npm older than that" where there are several.
pub(super) fn npm_name(site: &Site<'_>) -> String {
    let mut versions: Vec<String> = site.npm.candidates.iter().map(ToString::to_string).collect();
    versions.dedup();
    match versions.as_slice() {
        [only] => format!("npm {only}"),
        [first, .., last] => format!("npm {first} to {last}"),
        [] => "an old npm".to_owned(),
    }
}

/// "Node 22", "the image `node:20`".
fn name_of_node(text: &str) -> String {
    if text.starts_with(|c: char| c.is_ascii_digit()) { format!("Node {text}") } else { format!("`{text}`") }
}
