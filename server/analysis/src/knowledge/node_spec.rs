//! What setup-node makes of a `node-version`.
//!
//! For a range it takes the highest match in the runner's tool cache, and asks for the newest release only
//! where the cache has none. So `>=22` and `^22` differ by more than the text: the cache of today's runners
//! holds a Node 22 and a Node 24, and the first takes the 24.

use std::cell::{LazyCell, RefCell};
use std::slice;

use crate::knowledge::node_releases::{
    is_before_table, lts_line_named, lts_majors, newest_node, newest_node_in, oldest_known_npm, possible_npm,
};
use crate::knowledge::runner_images::runner_images;
use crate::versions::version::{Truth, add_candidate, at_least, parse_range, parse_version};
use crate::versions::version::{Version, VersionRange};

/// The kind of a `node-version`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum NodeSpec {
    /// Nothing is asked for: the Node that is there stays.
    Unset,
    /// One version: `24.3.0`.
    Exact,
    /// A range: `24`, `22.x`, `>=20 <23`, `*`.
    Range,
    /// `lts/*`, `lts/-1`, `lts/jod`.
    LtsAlias,
    /// `latest`, `node`, `current`.
    Latest,
    /// A build from another server: nightly, release candidate, v8-canary.
    OtherDistribution,
    /// The text contains an expression, so that it is not known what is asked for.
    Expression,
    /// Nothing that setup-node understands; it fails.
    Invalid,
}

/// What a `node-version` resolves to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NodeResolution {
    /// The versions it may become, without duplicates. One: it is known. Several: it depends on the runner's
    /// image, or it is later than the table. None: it is not known.
    pub candidates: Vec<Version>,
}

/// Where the Node is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NodeSource {
    /// Any standard runner of GitHub, the one without a tool cache included.
    AnyRunner,
    /// The newest release, whatever is cached: `check-latest: true`, a self-hosted runner, tools other than
    /// setup-node.
    Newest,
}

impl NodeResolution {
    /// The npm that may come with it: see [`npm_of`].
    pub(crate) fn npm(&self) -> Vec<Version> {
        npm_of(&self.candidates)
    }
}

/// Resolves a `node-version` as setup-node does on any of GitHub's runners.
pub(crate) fn resolve(text: &str) -> NodeResolution {
    resolve_from(text, NodeSource::AnyRunner)
}

/// Resolves a `node-version` as setup-node does, given where it looks.
///
/// The answer depends on tables only, and a workflow asks for the same few versions again and again, so that each
/// thread remembers what it has resolved.
pub(crate) fn resolve_from(text: &str, source: NodeSource) -> NodeResolution {
    let text = text.trim();
    RESOLVED.with_borrow_mut(|resolved| {
        let known = resolved
            .iter()
            .find(|(known, known_source, _)| known == text && *known_source == source);
        if let Some((_, _, resolution)) = known {
            return resolution.clone();
        }
        let resolution = resolve_anew(text, source);
        if resolved.len() < MOST_REMEMBERED {
            resolved.push((text.to_owned(), source, resolution.clone()));
        }
        resolution
    })
}

/// More texts than any real repository has; a text that is typed leaves its traces here.
const MOST_REMEMBERED: usize = 64;

thread_local! {
    static RESOLVED: RefCell<Vec<(String, NodeSource, NodeResolution)>> = const { RefCell::new(Vec::new()) };
}

fn resolve_anew(text: &str, source: NodeSource) -> NodeResolution {
    let candidates = match classify(text) {
        NodeSpec::Exact => parse_version(text).into_iter().collect(),
        NodeSpec::Range => parse_range(text)
            .map(|range| in_range(&range, source))
            .unwrap_or_default(),
        NodeSpec::LtsAlias => in_lts_line(text, source),
        NodeSpec::Latest => newest_node()
            .map(|release| release.version.clone())
            .into_iter()
            .collect(),
        NodeSpec::Unset | NodeSpec::OtherDistribution | NodeSpec::Expression | NodeSpec::Invalid => {
            Vec::new()
        }
    };
    NodeResolution { candidates }
}

/// Whether setup-node fails because it does not understand the version.
pub(crate) fn is_invalid(text: &str) -> bool {
    classify(text.trim()) == NodeSpec::Invalid
}

/// The npm that comes with a Node that is one of the candidates. Empty, which means unknown, as soon as the
/// npm of one candidate is not known.
pub(crate) fn npm_of(candidates: &[Version]) -> Vec<Version> {
    let mut npm = Vec::new();
    for node in candidates {
        let possible = possible_npm(node);
        if possible.is_empty() {
            return possible;
        }
        possible
            .into_iter()
            .for_each(|version| add_candidate(&mut npm, version));
    }
    npm
}

/// Whether the npm that comes with a Node that is one of the candidates is `minimum` or newer. It knows more than
/// [`npm_of`]: a Node older than the table certainly has an older npm, even if its number is not known.
pub(crate) fn npm_of_node_at_least(candidates: &[Version], minimum: &Version) -> Truth {
    Truth::of_all(candidates.iter().map(|node| {
        let is_old = is_before_table(node) && oldest_known_npm().is_some_and(|npm| npm < minimum);
        match is_old {
            true => Truth::No,
            false => at_least(&possible_npm(node), minimum),
        }
    }))
}

/// The kind of a `node-version`, without its blanks.
fn classify(text: &str) -> NodeSpec {
    // The order is setup-node's: it looks for the other distributions first, anywhere in the text.
    if text.is_empty() {
        NodeSpec::Unset
    } else if text.contains("${{") {
        NodeSpec::Expression
    } else if ["nightly", "v8-canary", "-rc"]
        .iter()
        .any(|word| text.contains(word))
    {
        NodeSpec::OtherDistribution
    } else if text.starts_with("lts/") {
        NodeSpec::LtsAlias
    } else if ["latest", "node", "current"].contains(&text) {
        NodeSpec::Latest
    } else if parse_version(text).is_some() {
        NodeSpec::Exact
    } else if parse_range(text).is_some() {
        NodeSpec::Range
    } else {
        NodeSpec::Invalid
    }
}

fn in_lts_line(text: &str, source: NodeSource) -> Vec<Version> {
    let alias = text.strip_prefix("lts/").unwrap_or_default();
    let majors = if alias == "*" {
        lts_majors(0)
    } else if let Some(steps) = alias.strip_prefix('-') {
        match steps.parse() {
            Ok(steps) if steps > 0 => lts_majors(steps),
            _ => Vec::new(),
        }
    } else {
        lts_line_named(alias).map(|line| line.major).into_iter().collect()
    };
    let mut candidates = Vec::new();
    for range in majors.iter().filter_map(|major| parse_range(&major.to_string())) {
        for version in in_range(&range, source) {
            add_candidate(&mut candidates, version);
        }
    }
    candidates
}

fn in_range(range: &VersionRange, source: NodeSource) -> Vec<Version> {
    let mut candidates = Vec::new();
    let newest = LazyCell::new(|| newest_node_in(range));
    let mut add_from = |cache: &[Version]| {
        let cached = cache.iter().filter(|version| range.satisfies(version)).max();
        let found = cached.map_or(newest.as_slice(), slice::from_ref);
        for version in found {
            add_candidate(&mut candidates, version.clone());
        }
    };
    match source {
        NodeSource::AnyRunner => runner_images()
            .iter()
            .for_each(|image| add_from(&image.tool_cache)),
        NodeSource::Newest => add_from(&[]),
    }
    candidates
}

/// A version that YAML turns into another one, because it is a number when it is not quoted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FloatSurprise {
    /// What the author wrote: `24.10`.
    pub meant: String,
    /// What setup-node is given: `24.1`.
    pub becomes: String,
}

/// Finds a version that YAML reads as a number and shortens: an unquoted scalar with zeros at the end of its
/// fraction. `is_plain` says that the scalar has no quotes.
pub(crate) fn float_surprise(raw: &str, is_plain: bool) -> Option<FloatSurprise> {
    let raw = raw.trim();
    let (whole, fraction) = raw.split_once('.')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_plain || !is_number(whole) || !is_number(fraction) || !fraction.ends_with('0') {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let becomes = if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    };
    Some(FloatSurprise {
        meant: raw.to_owned(),
        becomes,
    })
}

#[cfg(test)]
#[path = "node_spec_tests.rs"]
mod tests;
