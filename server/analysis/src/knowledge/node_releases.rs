//! Which npm comes with which Node, and which Node lines have long-term support.

use std::sync::LazyLock;

use super::table::rows;
use crate::versions::version::parse_version;
use crate::versions::version::{Version, VersionRange, later_in, or_later};

const RELEASES: &str = include_str!("data/node-npm.tsv");
const OLDER: &str = include_str!("data/node-older.tsv");
const LTS: &str = include_str!("data/node-lts.tsv");

/// A release of Node and the npm inside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NodeRelease {
    /// The release.
    pub version: Version,
    /// The npm that it bundles.
    pub npm: Version,
}

/// A line of Node with long-term support.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LtsLine {
    /// The major version.
    pub major: u64,
    /// The code name in lower case, for example `krypton`.
    pub name: &'static str,
    /// Whether its long-term support was announced for a later day when the table was made. Then it is not known
    /// whether `lts/*` means this line already.
    pub scheduled: bool,
}

static RELEASE_TABLE: LazyLock<Vec<NodeRelease>> = LazyLock::new(|| {
    rows::<3>(RELEASES)
        .filter_map(|[node, npm, _evidence]| {
            Some(NodeRelease {
                version: parse_version(node)?,
                npm: parse_version(npm)?,
            })
        })
        .collect()
});

static OLDER_TABLE: LazyLock<Vec<Version>> = LazyLock::new(|| {
    rows::<1>(OLDER)
        .filter_map(|[node]| parse_version(node))
        .collect()
});

static LTS_TABLE: LazyLock<Vec<LtsLine>> = LazyLock::new(|| {
    rows::<4>(LTS)
        .filter_map(|[major, name, _since, status]| {
            Some(LtsLine {
                major: major.parse().ok()?,
                name,
                scheduled: status == "scheduled",
            })
        })
        .collect()
});

/// All releases in the table, the oldest first: 16.0.0 and newer.
pub(crate) fn node_releases() -> &'static [NodeRelease] {
    &RELEASE_TABLE
}

/// The last Node whose npm does not support trusted publishing in any release, and the major of that npm. Lines up to 21, and 23, have
/// ended; Node 22 gets nothing but critical fixes until it ends in April 2027, and has had npm 10 ever since 22.0.0.
/// Source: README.md of nodejs/Release; the table.
const LAST_WITH_NPM_10: u64 = 23;
const NPM_10: u64 = 10;

/// The npm that a release of Node bundles; none if the table does not have the release.
pub(crate) fn bundled_npm(node: &Version) -> Option<Version> {
    let releases = node_releases();
    let at = releases.partition_point(|release| release.version < *node);
    releases
        .get(at)
        .filter(|release| release.version == *node)
        .map(|release| release.npm.clone())
}

/// The npm that a release of Node may bundle, whether or not the table has the release. Empty if that is not known.
///
/// In each line of the table npm never goes back, so a release that is not in it bundles at least the npm of the one
/// before; the first of a later line, at least the npm of the newest Node.
pub(crate) fn possible_npm(node: &Version) -> Vec<Version> {
    if let Some(npm) = bundled_npm(node) {
        return vec![npm];
    }
    let releases = node_releases();
    let Some(newest) = releases.last().filter(|_| !node.is_prerelease()) else {
        return Vec::new();
    };
    let before = match node.major() > newest.version.major() {
        true => Some(newest),
        false => releases
            .iter()
            .rev()
            .find(|release| release.version < *node && release.version.major() == node.major()),
    };
    let Some(before) = before else {
        return Vec::new();
    };
    let highest_major = (node.major() <= LAST_WITH_NPM_10).then_some(NPM_10);
    or_later(before.npm.clone(), highest_major)
}

/// The newest release of Node in the table.
pub(crate) fn newest_node() -> Option<&'static NodeRelease> {
    node_releases().last()
}

/// The newest release of a major, or of a minor where one is given.
pub(crate) fn newest_node_of(major: u64, minor: Option<u64>) -> Option<&'static NodeRelease> {
    node_releases().iter().rev().find(|release| {
        release.version.major() == major && minor.is_none_or(|minor| release.version.minor() == minor)
    })
}

/// The newest release of Node in the range, the old lines before the table included. Several where it is later than the table.
pub(crate) fn newest_node_in(range: &VersionRange) -> Vec<Version> {
    let known = node_releases()
        .iter()
        .map(|release| &release.version)
        .rev()
        .chain(OLDER_TABLE.iter().rev())
        .find(|version| range.satisfies(version));
    match known {
        Some(version) => vec![version.clone()],
        None if starts_after_table(range) => later_in(range),
        None => Vec::new(),
    }
}

/// Whether all releases in the range are later than those of their line in the table.
fn starts_after_table(range: &VersionRange) -> bool {
    let Some((lowest, newest)) = range.min_version().zip(newest_node()) else {
        return false;
    };
    match newest_node_of(lowest.major(), None) {
        Some(of_line) => lowest > of_line.version,
        None => lowest > newest.version,
    }
}

/// All releases of Node in the range, the oldest first.
pub(crate) fn nodes_in(range: &VersionRange) -> Vec<Version> {
    node_releases()
        .iter()
        .map(|release| &release.version)
        .filter(|version| range.satisfies(version))
        .cloned()
        .collect()
}

/// Whether the Node is older than the table. Such a Node bundles an npm older than [`oldest_known_npm`].
pub(crate) fn is_before_table(node: &Version) -> bool {
    node_releases()
        .first()
        .is_some_and(|release| *node < release.version)
}

/// The npm of the first release in the table.
pub(crate) fn oldest_known_npm() -> Option<&'static Version> {
    node_releases().first().map(|release| &release.npm)
}

/// The lines with long-term support, the oldest first.
pub(crate) fn lts_lines() -> &'static [LtsLine] {
    &LTS_TABLE
}

/// The line with this code name, in any letter case.
pub(crate) fn lts_line_named(name: &str) -> Option<&'static LtsLine> {
    lts_lines()
        .iter()
        .find(|line| line.name.eq_ignore_ascii_case(name))
}

/// The majors that `lts/-<steps_back>` may mean, `lts/*` being 0 steps back. The first is the one at the
/// date of the table; a second one counts from a line whose support has been announced for later.
pub(crate) fn lts_majors(steps_back: usize) -> Vec<u64> {
    let back_from = |include_scheduled: bool| {
        lts_lines()
            .iter()
            .rev()
            .filter(|line| include_scheduled || !line.scheduled)
            .nth(steps_back)
            .map(|line| line.major)
    };
    let mut majors: Vec<u64> = back_from(false).into_iter().collect();
    majors.extend(back_from(true).filter(|major| !majors.contains(major)));
    majors
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;

    fn npm_of(node: &str) -> Option<String> {
        bundled_npm(&parse_version(node).unwrap()).map(|npm| npm.to_string())
    }

    #[test]
    fn every_row_is_read_and_in_order() {
        assert_eq!(node_releases().len(), row_count(RELEASES));
        assert_eq!(OLDER_TABLE.len(), row_count(OLDER));
        assert_eq!(lts_lines().len(), row_count(LTS));
        assert!(node_releases().is_sorted_by(|a, b| a.version < b.version));
        assert!(lts_lines().is_sorted_by_key(|line| line.major));
    }

    #[test]
    fn bundles_the_npm_of_the_changelog() {
        for (node, npm) in [
            ("16.0.0", "7.10.0"),
            ("18.20.8", "10.8.2"),
            ("20.0.0", "9.6.4"),
            ("20.20.2", "10.8.2"),
            ("22.22.2", "10.9.7"),
            ("22.23.3", "10.9.9"),
            ("23.11.1", "10.9.2"),
            ("24.2.0", "11.3.0"),
            ("24.3.0", "11.4.2"),
            ("24.4.1", "11.4.2"),
            ("24.5.0", "11.5.1"),
            ("24.18.0", "11.16.0"),
            ("25.9.0", "11.12.1"),
            ("26.10.0", "11.19.1"),
            ("22.23.5", "10.9.9"),
            ("24.22.3", "11.19.1"),
            ("26.12.1", "11.20.0"),
            ("26.13.0", "11.20.0"),
        ] {
            assert_eq!(npm_of(node).as_deref(), Some(npm), "Node {node}");
        }
        for node in ["14.21.3", "24.4.9", "99.0.0", "24.0.0-rc.1"] {
            assert_eq!(npm_of(node), None, "Node {node}");
        }
    }

    #[test]
    fn a_release_that_the_table_lacks_bundles_at_least_the_npm_before() {
        for (node, expected) in [
            ("22.23.9", "10.9.9 or a later 10.x"),
            ("22.99.0", "10.9.9 or a later 10.x"),
            ("23.12.0", "10.9.2 or a later 10.x"),
            ("20.20.9", "10.8.2 or a later 10.x"),
            ("20.0.9", "9.6.4 or a later 10.x"),
            ("24.4.9", "11.4.2 or later"),
            ("24.6.9", "11.5.1 or later"),
            ("24.99.0", "11.19.1 or later"),
            ("25.99.0", "11.12.1 or later"),
            ("26.99.1", "11.20.0 or later"),
            ("27.0.0", "11.20.0 or later"),
            ("28.1.2", "11.20.0 or later"),
            ("24.22.3", "11.19.1"),
            ("14.21.3", ""),
            ("28.0.0-rc.1", ""),
        ] {
            let npm = possible_npm(&parse_version(node).unwrap());
            let (known, suffix) = crate::versions::version::shown_versions(&npm);
            let known: Vec<String> = known.into_iter().map(ToString::to_string).collect();
            assert_eq!(known.join(" or ") + &suffix, expected, "Node {node}");
        }
    }

    #[test]
    fn npm_never_goes_back_within_a_line() {
        for (before, after) in node_releases().iter().zip(node_releases().iter().skip(1)) {
            let is_same_line = before.version.major() == after.version.major();
            assert!(!is_same_line || before.npm <= after.npm, "Node {}", after.version);
            let npm = after.npm.major();
            assert!(
                after.version.major() > LAST_WITH_NPM_10 || npm <= NPM_10,
                "Node {}",
                after.version
            );
        }
    }

    #[test]
    fn oidc_begins_with_node_24_5() {
        for release in node_releases() {
            let node = (release.version.major(), release.version.minor());
            let enough = release.npm >= Version::from((11u64, 5u64, 1u64));
            assert_eq!(enough, node >= (24, 5), "Node {}", release.version);
        }
    }

    #[test]
    fn finds_the_newest_of_a_line() {
        let newest = |major, minor| newest_node_of(major, minor).map(|r| r.version.to_string());
        assert_eq!(newest(24, None).as_deref(), Some("24.22.3"));
        assert_eq!(newest(24, Some(4)).as_deref(), Some("24.4.1"));
        assert_eq!(newest(15, None), None);
        assert_eq!(newest_node().unwrap().version.to_string(), "26.13.0");
    }

    #[test]
    fn lts_aliases_count_back() {
        assert_eq!(lts_majors(0), [26]);
        assert_eq!(lts_majors(1), [24]);
        assert_eq!(lts_majors(2), [22]);
        assert_eq!(lts_majors(99), [0; 0]);
        assert_eq!(lts_line_named("Jod").unwrap().major, 22);
        assert_eq!(lts_line_named("argon").unwrap().major, 4);
        assert_eq!(lts_line_named("unobtainium"), None);
    }
}
