//! The releases of npm, the Nodes on which they run, and the versions at which they learned what.

use std::sync::LazyLock;

use super::table::rows;
use crate::versions::version::{Truth, parse_range, parse_version};
use crate::versions::version::{Version, VersionRange, later_in};

const RELEASES: &str = include_str!("data/npm-releases.tsv");
const DIST_TAGS: &str = include_str!("data/npm-dist-tags.tsv");
const ENGINES: &str = include_str!("data/npm-engines.tsv");

/// The first npm with trusted publishing, as npm documents it. 11.5.0 holds the same code, but the
/// documentation was moved to 11.5.1 before the launch. There is no backport to npm 10.
/// Source: npm's page on trusted publishers; the archives of 11.4.2, 11.5.0 and 10.9.9 compared.
pub(crate) const FIRST_WITH_OIDC: (u64, u64, u64) = (11, 5, 1);

/// The first npm that compares `devEngines` of the manifest with itself before it runs a command. Its `lib/npm.js` does, and
/// that of 10.8.3 does not.
pub(crate) static CHECKS_DEV_ENGINES: LazyLock<Version> = LazyLock::new(|| version(10, 9, 0));

/// [`FIRST_WITH_OIDC`], to compare with.
pub(crate) static OIDC_MINIMUM: LazyLock<Version> = LazyLock::new(|| {
    let (major, minor, patch) = FIRST_WITH_OIDC;
    version(major, minor, patch)
});

/// The first npm with `--provenance`.
/// Source: npm's page on provenance; libnpmpublish in 9.4.2 has none.
pub(crate) static PROVENANCE_MINIMUM: LazyLock<Version> = LazyLock::new(|| version(9, 5, 0));

/// The first npm with `npm stage`; 11.14.1 answers `Unknown command: "stage"`.
/// Source: measured with 11.14.1 and 11.15.0.
pub(crate) static STAGE_MINIMUM: LazyLock<Version> = LazyLock::new(|| version(11, 15, 0));

/// The first npm that refuses to publish a prerelease without `--tag`.
/// Source: measured; npm 10 publishes it as `latest`.
pub(crate) static PRERELEASE_NEEDS_TAG: LazyLock<Version> = LazyLock::new(|| version(11, 0, 0));

/// The first npm that refuses flags that it does not know, with EUNKNOWNCONFIG. Earlier ones warn.
/// Source: measured with 11.21.2, 12.0.0 and 12.2.0.
pub(crate) static REFUSES_UNKNOWN_FLAGS: LazyLock<Version> = LazyLock::new(|| version(12, 0, 0));

/// The first npm that fetches nothing from git unless `--allow-git` says so, and ends with EALLOWGIT.
/// Source: measured; 11.21.2 calls git, 12.0.0 does not.
pub(crate) static REFUSES_GIT: LazyLock<Version> = LazyLock::new(|| version(12, 0, 0));

/// The first npm that surely takes `npm publish dist` for the package `dist` rather than for the folder.
/// Source: measured; 7.0.0 still took the folder, 7.24.2 no longer.
pub(crate) static FOLDER_NEEDS_PREFIX: LazyLock<Version> = LazyLock::new(|| version(8, 0, 0));

/// The releases of npm that lack the module `sigstore`. `npm publish` and `npm stage` load it first of all, also where no
/// provenance is made and for `--dry-run`, and end with MODULE_NOT_FOUND.
/// Source: npm/cli#9722; every release from 11.5.0 to 12.2.2 published to a mock, and only this one failed.
const LACK_SIGSTORE: [(u64, u64, u64); 1] = [(12, 0, 0)];

/// The first npm whose `npm view --json` always answers an array, also for one package.
/// Source: changesets/changesets#2164; measured with 11.21.2, 12.0.1 and 12.2.2.
pub(crate) static VIEW_ANSWERS_ARRAY: LazyLock<Version> = LazyLock::new(|| version(12, 0, 0));

/// The first npm that knows no `-ws` and `-iwr`; npm 11 warns about them.
/// Source: measured with 11.19.1 and 12.2.0.
pub(crate) static NO_SHORT_WORKSPACES: LazyLock<Version> = LazyLock::new(|| version(12, 0, 0));

/// The first npm 11 that exchanges the ID token for `npm dist-tag` and no longer sends one workspace's token
/// for the next. In npm 12 it is [`DIST_TAG_MINIMUM_12`].
/// Source: the archives of 11.20.0 and 11.21.0 compared.
pub(crate) static DIST_TAG_MINIMUM_11: LazyLock<Version> = LazyLock::new(|| version(11, 21, 0));

/// The first npm 12 that exchanges the ID token for `npm dist-tag`.
/// Source: the archives of 12.1.0 and 12.2.0 compared.
pub(crate) static DIST_TAG_MINIMUM_12: LazyLock<Version> = LazyLock::new(|| version(12, 2, 0));

/// The first npm that refuses to run with a credential in an `.npmrc` that does not say for which registry it is.
/// Source: the archives of 8.19.4 and 9.0.0 compared.
pub(crate) static REFUSES_UNSCOPED_CREDENTIALS: LazyLock<Version> = LazyLock::new(|| version(9, 0, 0));

/// The npm of Node 22.22.2. While it replaces itself it loads `promise-retry` from the npm that it has just put there. Where
/// that one has no such module, it dies with `Cannot find module 'promise-retry'`.
/// Source: npm/cli#9151, nodejs/node#62430.
pub(crate) static BROKEN_SELF_UPGRADE: LazyLock<Version> = LazyLock::new(|| version(10, 9, 7));

/// The first npm that [`BROKEN_SELF_UPGRADE`] cannot install.
/// Source: measured with npm 10.9.7 on Node 22.22.2: it installs 9.9.4, 10.9.9, 11.5.1, 11.10.1 and 11.11.1; 11.12.0, 11.21.2
/// and 12.0.0 fail.
pub(crate) static BREAKS_SELF_UPGRADE: LazyLock<Version> = LazyLock::new(|| version(11, 12, 0));

/// The first npm that, asked for `npm` without a version or for a range, installs the newest npm that runs on
/// the Node at hand instead of failing with EBADENGINE. A tag like `latest` still fails.
/// Source: measured on Node 20.20.2 with npm 9.6.4, 9.9.4, 10.0.0, 10.5.0, 10.7.0, 10.8.0, 10.8.1 (they
/// fail), 10.8.2, 10.9.7, 10.9.9 and 11.19.1 (they choose 11.21.2).
pub(crate) static CHOOSES_BY_ENGINES: LazyLock<Version> = LazyLock::new(|| version(10, 8, 2));

static RELEASE_TABLE: LazyLock<Vec<Version>> = LazyLock::new(|| {
    rows::<1>(RELEASES)
        .filter_map(|[npm]| parse_version(npm))
        .collect()
});

static DIST_TAG_TABLE: LazyLock<Vec<(&'static str, Version)>> = LazyLock::new(|| {
    rows::<2>(DIST_TAGS)
        .filter_map(|[tag, npm]| Some((tag, parse_version(npm)?)))
        .collect()
});

static ENGINES_TABLE: LazyLock<Vec<(u64, VersionRange)>> = LazyLock::new(|| {
    rows::<2>(ENGINES)
        .filter_map(|[major, engines]| Some((major.parse().ok()?, parse_range(engines)?)))
        .collect()
});

/// Whether the token of the exchange counts more than a line of the project's `.npmrc` when npm looks whether it has
/// a credential at all. In older versions an empty token there hides it, and npm fails with ENEEDAUTH.
/// Source: measured with 11.5.1, 11.14.1, 11.19.1 and 12.2.0; the archives around 11.21.0 and 12.2.0 compared.
pub(crate) fn exchange_outranks_project_npmrc(npm: &Version) -> bool {
    let minimum = match npm.major() {
        ..12 => version(11, 21, 0),
        _ => version(12, 2, 0),
    };
    *npm >= minimum
}

/// Whether this npm cannot publish at all, since its archive is incomplete.
pub(crate) fn lacks_sigstore(npm: &Version) -> bool {
    LACK_SIGSTORE.iter().any(|broken| *npm == Version::from(*broken))
}

/// All stable releases of npm, the oldest first.
pub(crate) fn npm_releases() -> &'static [Version] {
    &RELEASE_TABLE
}

/// The releases that a range or a dist-tag may name although the table has none: npm tags the newest release of an older line
/// `next-<major>`. Empty unless all of them are later than those of their line in the table.
pub(crate) fn later_npm(text: &str) -> Vec<Version> {
    let Some(range) = parse_range(text.strip_prefix("next-").unwrap_or(text)) else {
        return Vec::new();
    };
    let Some(lowest) = range.min_version() else {
        return Vec::new();
    };
    let of_line = npm_releases()
        .iter()
        .rev()
        .find(|npm| npm.major() == lowest.major());
    match of_line
        .or(npm_releases().last())
        .is_some_and(|newest| lowest > *newest)
    {
        true => later_in(&range),
        false => Vec::new(),
    }
}

/// The newest release of npm in the range.
pub(crate) fn newest_npm_in(range: &VersionRange) -> Option<&'static Version> {
    npm_releases().iter().rev().find(|npm| range.satisfies(npm))
}

/// The release that a dist-tag of npm names, for example `latest`.
pub(crate) fn npm_dist_tag(tag: &str) -> Option<&'static Version> {
    DIST_TAG_TABLE
        .iter()
        .find(|(name, _)| *name == tag)
        .map(|(_, npm)| npm)
}

/// Whether this npm agrees to be installed on this Node. `Maybe` for a major of npm that is not in the table.
pub(crate) fn engines_allow(npm: &Version, node: &Version) -> Truth {
    match ENGINES_TABLE.iter().find(|(major, _)| *major == npm.major()) {
        Some((_, engines)) => Truth::from(engines.satisfies(node)),
        // npm 6 and older have no check at all.
        None if npm.major() < 7 => Truth::Yes,
        None => Truth::Maybe,
    }
}

pub(crate) fn version(major: u64, minor: u64, patch: u64) -> Version {
    Version::from((major, minor, patch))
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;

    fn v(text: &str) -> Version {
        parse_version(text).unwrap()
    }

    #[test]
    fn every_row_is_read_and_in_order() {
        assert_eq!(npm_releases().len(), row_count(RELEASES));
        assert_eq!(DIST_TAG_TABLE.len(), row_count(DIST_TAGS));
        assert_eq!(ENGINES_TABLE.len(), row_count(ENGINES));
        assert!(npm_releases().is_sorted());
        for (tag, npm) in DIST_TAG_TABLE.iter() {
            assert!(npm_releases().contains(npm), "{tag}");
        }
    }

    #[test]
    fn knows_the_newest_of_each_major() {
        let newest = |range| newest_npm_in(&parse_range(range).unwrap());
        for (major, npm) in [
            ("6", "6.14.18"),
            ("7", "7.24.2"),
            ("8", "8.19.4"),
            ("9", "9.9.4"),
            ("10", "10.9.9"),
            ("11", "11.21.2"),
            ("12", "12.2.2"),
        ] {
            assert_eq!(newest(major), Some(&v(npm)));
        }
        assert_eq!(newest("13"), None);
        assert_eq!(npm_dist_tag("latest"), npm_releases().last());
        assert_eq!(npm_dist_tag("next-11"), newest("11"));
        assert_eq!(npm_dist_tag("nightly"), None);
    }

    #[test]
    fn one_release_cannot_publish() {
        let broken: Vec<String> = npm_releases()
            .iter()
            .filter(|npm| lacks_sigstore(npm))
            .map(ToString::to_string)
            .collect();
        assert_eq!(broken, ["12.0.0"]);
    }

    #[test]
    fn engines_decide_about_the_node() {
        use Truth::{Maybe, No, Yes};
        for (npm, node, allowed) in [
            ("12.2.0", "22.22.1", No),
            ("12.2.0", "22.22.2", Yes),
            ("12.2.0", "23.11.1", No),
            ("12.2.0", "24.14.1", No),
            ("12.2.0", "24.15.0", Yes),
            ("12.2.0", "25.9.0", No),
            ("12.2.0", "26.0.0", Yes),
            ("11.5.1", "20.16.0", No),
            ("11.5.1", "20.17.0", Yes),
            ("11.5.1", "22.8.0", No),
            ("11.5.1", "22.9.0", Yes),
            ("10.9.9", "18.17.0", Yes),
            ("10.9.9", "20.4.0", No),
            ("9.9.4", "17.9.1", No),
            ("6.14.18", "4.0.0", Yes),
            ("13.0.0", "26.10.0", Maybe),
        ] {
            assert_eq!(
                engines_allow(&v(npm), &v(node)),
                allowed,
                "npm {npm} on Node {node}"
            );
        }
    }
}
