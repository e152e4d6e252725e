//! Which Node a container image ships.

use super::node_releases::{lts_line_named, lts_majors, newest_node, newest_node_in, nodes_in};
use crate::versions::version::Version;
use crate::versions::version::{add_candidate, parse_range, parse_version};

/// The names of Docker's official Node image: its own and those of the well-known mirrors.
const NODE_IMAGES: &[&str] = &[
    "node",
    "library/node",
    "docker.io/node",
    "docker.io/library/node",
    "index.docker.io/library/node",
    "registry.hub.docker.com/library/node",
    "public.ecr.aws/docker/library/node",
    "mirror.gcr.io/library/node",
];

/// The Node in a container image, as one of a few versions; none if it is not known. Only the official
/// Node image is known: every other image may hold any Node, or none.
pub(crate) fn node_of_image(image: &str) -> Vec<Version> {
    let image = image.trim();
    let image = image.strip_prefix("docker://").unwrap_or(image);
    let (image, is_pinned) = match image.split_once('@') {
        Some((image, _digest)) => (image, true),
        None => (image, false),
    };
    // A colon before a slash is the port of a registry.
    let (name, tag) = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (image, None),
    };
    if !NODE_IMAGES.contains(&name) || (is_pinned && tag.is_none()) {
        return Vec::new();
    }
    // The first word of the tag names the version, the others the operating system: `22-alpine`.
    let tag = tag.unwrap_or("latest");
    let version = tag.split('-').next().unwrap_or("");
    let Some(system) = system_of(tag) else {
        return Vec::new();
    };
    let has_ended = system != System::Current;
    let is_exact = parse_version(version).is_some();
    let ranges: Vec<String> = match version {
        _ if has_ended && !is_version_tag(version) && lts_line_named(version).is_none() => {
            return Vec::new();
        }
        "latest" | "current" | "alpine" | "slim" | "trixie" | "bookworm" => {
            // The digest may stem from any time, and then `latest` may have been any version.
            return newest_node()
                .filter(|_| !is_pinned)
                .map(|release| release.version.clone())
                .into_iter()
                .collect();
        }
        "lts" => lts_majors(0).iter().map(u64::to_string).collect(),
        name => match lts_line_named(name) {
            Some(line) => vec![line.major.to_string()],
            None if is_version_tag(name) => vec![name.to_owned()],
            None => Vec::new(),
        },
    };
    let mut candidates = Vec::new();
    for text in ranges {
        if let Some(exact) = parse_version(&text) {
            add_candidate(&mut candidates, exact);
        } else if let Some(range) = parse_range(&text) {
            // A digest keeps the release that was the newest when it was written.
            let known = nodes_in(&range);
            let nodes = match (is_pinned || has_ended) && !known.is_empty() {
                true => known,
                false => newest_node_in(&range),
            };
            for node in nodes {
                add_candidate(&mut candidates, node);
            }
        }
    }
    match system {
        System::Current => {}
        System::Ended(ended) => {
            if candidates.iter().any(|node| node.major() > ended.last_major) {
                return Vec::new();
            }
            // The tag of a line is at one of the last releases. A digest may be older.
            if !is_pinned && !is_exact {
                candidates.retain(|node| !ended.is_before_the_last(node));
            }
        }
    }
    candidates
}

/// A Debian release that new images no longer get. Its tags stay at what they were, so the Node of those without a version, such as
/// `current-buster`, is not known.
#[derive(PartialEq, Eq, Debug)]
struct EndedSystem {
    word: &'static str,
    /// The last major version of Node with such an image.
    last_major: u64,
    /// The release of each line that the images had shortly before the end, by major version: they have this one or a later one.
    last: &'static [(u64, &'static str)],
}

/// Source: the history of versions.json and of the folders in <https://github.com/nodejs/docker-node>. `bullseye` was removed on
/// 2026-08-31 (<https://github.com/nodejs/docker-node/pull/2617>), `buster` on 2024-07-03
/// (<https://github.com/nodejs/docker-node/pull/2114>), `stretch` on 2022-07-01 (4f1d6a38), `jessie` on 2020-07-22 (6dbb0233) and
/// `wheezy` on 2017-11-01 (773be660).
const ENDED: [EndedSystem; 5] = [
    EndedSystem {
        word: "bullseye",
        last_major: 26,
        last: &[(22, "22.23.2"), (24, "24.19.0"), (26, "26.7.0")],
    },
    EndedSystem {
        word: "buster",
        last_major: 20,
        last: &[(18, "18.20.3"), (20, "20.15.0")],
    },
    EndedSystem {
        word: "stretch",
        last_major: 17,
        last: &[(14, "14.19.3"), (16, "16.15.1")],
    },
    EndedSystem {
        word: "jessie",
        last_major: 11,
        last: &[],
    },
    EndedSystem {
        word: "wheezy",
        last_major: 10,
        last: &[],
    },
];

impl EndedSystem {
    fn is_before_the_last(&self, node: &Version) -> bool {
        let mut last = self.last.iter();
        let last = last.find(|(major, _)| *major == node.major());
        last.and_then(|(_, version)| parse_version(version))
            .is_some_and(|version| *node < version)
    }
}

/// The operating system of an image, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum System {
    /// New releases of Node get an image with it.
    Current,
    /// No longer.
    Ended(&'static EndedSystem),
}

/// The operating system in a tag of the official image; `None` if the image has no such tag.
fn system_of(tag: &str) -> Option<System> {
    let mut system = System::Current;
    for (at, word) in tag.split('-').enumerate() {
        if let Some(ended) = ENDED.iter().find(|ended| ended.word == word) {
            system = System::Ended(ended);
            continue;
        }
        match word {
            _ if at == 0 => {}
            "slim" | "trixie" | "bookworm" => {}
            _ if word
                .strip_prefix("alpine")
                .is_some_and(|version| version.is_empty() || is_version_tag(version)) => {}
            _ => return None,
        }
    }
    Some(system)
}

fn is_version_tag(tag: &str) -> bool {
    !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// The variants of the official image that Node 24 has. Those of Alpine versions come and go, and `bullseye` gets no new release.
/// Source: versions.json of <https://github.com/nodejs/docker-node>, <https://hub.docker.com/_/node>
const VARIANTS_OF_24: &[&str] = &[
    "slim",
    "alpine",
    "bookworm",
    "bookworm-slim",
    "bullseye",
    "bullseye-slim",
    "trixie",
    "trixie-slim",
];

/// The image of Node 24 that replaces an official Node image, in the same variant; none if Node 24 does not have the
/// variant, or if a digest names the image. Of Alpine, the version of today replaces any other.
pub(crate) fn node_24_image(image: &str) -> Option<String> {
    let (name, tag) = image.rsplit_once(':').filter(|_| !image.contains('@'))?;
    let Some((_, variant)) = tag.split_once('-') else {
        return Some(format!("{name}:24"));
    };
    let is_alpine = variant.strip_prefix("alpine").is_some_and(is_version_tag);
    let variant = if is_alpine { "alpine" } else { variant };
    VARIANTS_OF_24
        .contains(&variant)
        .then(|| format!("{name}:24-{variant}"))
}

#[cfg(test)]
mod tests {
    use super::super::npm_releases::OIDC_MINIMUM;
    use super::*;
    use crate::knowledge::node_spec::npm_of_node_at_least;
    use crate::versions::version::Truth;

    #[test]
    fn the_official_image_tells_its_node() {
        for (image, expected) in [
            ("node:24", "24.22.3"),
            ("node:22-alpine", "22.23.5"),
            ("node:22-bookworm-slim", "22.23.5"),
            ("node:20.18.0", "20.18.0"),
            ("node:20.18.0-alpine3.20", "20.18.0"),
            ("node:24.3", "24.3.0"),
            ("node:jod", "22.23.5"),
            ("node:krypton-alpine", "24.22.3"),
            ("node:lts", "26.13.0"),
            ("node:lts-alpine", "26.13.0"),
            ("node:latest", "26.13.0"),
            ("node:current-slim", "26.13.0"),
            ("node:alpine", "26.13.0"),
            ("node", "26.13.0"),
            ("docker://node:24", "24.22.3"),
            ("docker.io/library/node:24-alpine", "24.22.3"),
            ("public.ecr.aws/docker/library/node:22", "22.23.5"),
            ("node:14", "14.21.3"),
            ("node:24.3@sha256:aa", "24.3.0"),
            ("node@sha256:aa", ""),
            ("node:latest@sha256:aa", ""),
            ("node:nightly", ""),
            ("node:18.20.4-buster-slim", "18.20.4"),
            ("node:22-buster", ""),
            ("node:21-buster", ""),
            ("node:24-buster", ""),
            ("node:18-stretch", ""),
            ("node:22-bullseye", "22.23.2 22.23.3 22.23.4 22.23.5"),
            ("node:24.11.0-bullseye-slim", "24.11.0"),
            ("node:lts-bullseye", ""),
            ("node:bullseye", ""),
            ("node:24.11.0-stretch", ""),
            ("node:current-buster-slim", ""),
            ("node:lts-buster", ""),
            ("node:buster", ""),
            ("node:24-windows", ""),
            ("localhost:5000/node:24", ""),
            ("ghcr.io/acme/node:24", ""),
            ("cimg/node:22.1", ""),
            ("ubuntu:24.04", ""),
            ("rockylinux/rockylinux:8-ubi-init", ""),
            ("${{ matrix.image }}", ""),
            ("", ""),
        ] {
            let texts: Vec<String> = node_of_image(image).iter().map(ToString::to_string).collect();
            assert_eq!(texts.join(" "), expected, "{image}");
        }
    }

    #[test]
    fn a_digest_keeps_an_old_release_of_the_line() {
        let enough = |image| npm_of_node_at_least(&node_of_image(image), &OIDC_MINIMUM);
        assert_eq!(enough("node:24"), Truth::Yes);
        assert_eq!(enough("node:24@sha256:aa"), Truth::Maybe);
        assert_eq!(enough("node:22@sha256:aa"), Truth::No);
        assert_eq!(enough("node:18-buster"), Truth::No);
        assert_eq!(enough("node:24-bullseye"), Truth::Yes);
        assert_eq!(enough("node:24-bullseye@sha256:aa"), Truth::Maybe);
    }

    #[test]
    fn node_24_replaces_an_image_in_a_variant_that_exists() {
        for (image, expected) in [
            ("node:20", Some("node:24")),
            ("node:20.11.1-slim", Some("node:24-slim")),
            ("node:20-alpine", Some("node:24-alpine")),
            ("node:20-alpine3.18", Some("node:24-alpine")),
            ("node:iron-bookworm-slim", Some("node:24-bookworm-slim")),
            ("node:jod", Some("node:24")),
            (
                "docker.io/library/node:22-trixie",
                Some("docker.io/library/node:24-trixie"),
            ),
            ("node:20-buster", None),
            ("node:20-stretch-slim", None),
            ("node:20-onbuild", None),
            ("node:20@sha256:aa", None),
        ] {
            assert_eq!(node_24_image(image).as_deref(), expected, "{image}");
        }
    }
}
