//! The releases at which pnpm learned what.

use super::tool_releases::newest_release_for;
use crate::versions::version::{Truth, Version, parse_loose, parse_range, parse_version};

/// The release that is installed for a version, a range or a dist-tag as it is written: `11` and `^11.2.0` install the newest
/// 11. None if that is not known.
pub(crate) fn installed_pnpm(text: &str) -> Option<Version> {
    let text = text.trim();
    let of_table = || newest_release_for("pnpm", text).and_then(parse_version);
    // Of a major that is not listed, the lowest.
    let lowest = || parse_range(text)?.min_version();
    parse_version(text).or_else(of_table).or_else(lowest)
}

/// The majors in which a release publishes from a commit that no branch points to, in CI, with the first such release.
/// All releases of earlier majors end with ERR_PNPM_GIT_UNKNOWN_BRANCH there.
/// Source: measured with 9.15.9, 10.30.2, 11.26.0, 11.27.0 and 12.5.1 (they fail), 11.27.1, 11.28.11, 12.6.0 and 12.21.0
/// (they publish).
const FIRST_WITHOUT_BRANCH: [(u64, u64, u64); 2] = [(11, 27, 1), (12, 6, 0)];
const FIRST_MAJOR: u64 = FIRST_WITHOUT_BRANCH[0].0;

/// Whether pnpm needs a branch to publish from, in CI. `text` is the version or range that is installed, as it is written.
pub(crate) fn needs_branch(text: &str) -> Truth {
    if let Some(version) = parse_version(text.trim()) {
        let mut releases = FIRST_WITHOUT_BRANCH.iter();
        let first = releases.find(|release| release.0 == version.major());
        let is_old = match first {
            Some(first) => (version.major(), version.minor(), version.patch()) < *first,
            None => version.major() < FIRST_MAJOR,
        };
        return Truth::from(is_old);
    }
    // A range installs its newest release, and of an old major that is an old one too.
    let range = text.trim().trim_start_matches(['^', '~']);
    match parse_loose(range.trim_end_matches(".x")) {
        Some(lowest) if lowest.major() < FIRST_MAJOR => Truth::Yes,
        _ => Truth::Maybe,
    }
}

/// The first pnpm that keeps its own flags, such as `--no-git-checks`, from the npm that it calls.
/// Source: `removePnpmSpecificOptions` in pnpm 10.18.3; measured with npm 12.2.2: 9.15.9, 10.0.0, 10.15.0 to 10.18.0 and 10.18.2
/// fail, 10.18.3, 10.19.0 and 10.34.8 publish.
const FIRST_THAT_KEEPS_FLAGS: (u64, u64, u64) = (10, 18, 3);

/// Whether pnpm hands all flags of `pnpm publish` on to npm. `text` is the version or range as it is written.
pub(crate) fn hands_flags_on(text: &str) -> Truth {
    let text = text.trim();
    if let Some(version) = parse_version(text) {
        return Truth::from(version < Version::from(FIRST_THAT_KEEPS_FLAGS));
    }
    let range = text.trim_start_matches(['^', '~']);
    match parse_loose(range.trim_end_matches(".x")) {
        Some(lowest) if lowest.major() < FIRST_THAT_KEEPS_FLAGS.0 => Truth::Yes,
        Some(lowest) if lowest.major() > FIRST_THAT_KEEPS_FLAGS.0 => Truth::No,
        _ => Truth::Maybe,
    }
}

/// The first major that reads no settings from `.npmrc` but those of registries. Source: measured with `git-checks` and
/// `publish-branch`: 9.15.9 and 10.34.9 read them there, 11.0.0, 11.28.11 and 12.21.0 do not.
const FIRST_WITHOUT_NPMRC: u64 = 11;

/// The first pnpm that reads such settings from `pnpm-workspace.yaml`.
/// Source: measured with `gitChecks` and `publishBranch` in 9.15.9, 10.0.0, 10.4.1 and 10.5.2 (they do not), 10.6.0, 10.6.5, 10.34.9
/// and 11.28.11 (they do).
const FIRST_WITH_WORKSPACE_FILE: (u64, u64, u64) = (10, 6, 0);

/// The first pnpm 12 that reads the branch to publish from anywhere but in its flag.
/// Source: measured with 12.0.0, 12.6.0, 12.9.0, 12.12.1 and 12.16.1 (they do not), 12.17.0, 12.18.0 and 12.21.0 (they do).
const FIRST_12_WITH_PUBLISH_BRANCH: (u64, u64) = (12, 17);

/// The first major that fails on another branch than the one to publish from. Earlier ones ask, get no answer in CI, and end
/// with exit code 0. Source: measured with 9.0.0, 9.15.9, 10.0.0, 10.34.9, 11.0.0, 11.28.11, 12.0.0, 12.6.0 and 12.21.0.
const FIRST_THAT_FAILS_ON_BRANCH: u64 = 12;

/// Whether pnpm may read settings such as `git-checks` from an `.npmrc`. `text` is the version or range as it is written.
pub(crate) fn may_read_npmrc(text: Option<&str>) -> bool {
    text.and_then(major)
        .is_none_or(|major| major < FIRST_WITHOUT_NPMRC)
}

/// Whether pnpm may read such settings from `pnpm-workspace.yaml`.
pub(crate) fn may_read_workspace_file(text: Option<&str>) -> bool {
    let first = Version::from(FIRST_WITH_WORKSPACE_FILE);
    match text.and_then(|text| parse_version(text.trim())) {
        Some(version) => version >= first,
        // The newest release of a range may be installed.
        None => text.and_then(major).is_none_or(|major| major >= first.major()),
    }
}

/// Whether pnpm may read the branch to publish from in `pnpm-workspace.yaml`.
pub(crate) fn may_read_publish_branch(text: Option<&str>) -> bool {
    let version = text.and_then(|text| parse_version(text.trim()));
    let has_none = version.is_some_and(|version| {
        version.major() == FIRST_12_WITH_PUBLISH_BRANCH.0
            && (version.major(), version.minor()) < FIRST_12_WITH_PUBLISH_BRANCH
    });
    may_read_workspace_file(text) && !has_none
}

/// Whether pnpm ends with exit code 0 where it does not publish because of the branch.
pub(crate) fn is_silent_on_wrong_branch(text: Option<&str>) -> Truth {
    text.and_then(major).map_or(Truth::Maybe, |major| {
        Truth::from(major < FIRST_THAT_FAILS_ON_BRANCH)
    })
}

/// The major of a version, or that of all releases in a range.
fn major(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Some(version) = parse_version(text) {
        return Some(version.major());
    }
    let range = text.trim_start_matches(['^', '~']);
    parse_loose(range.trim_end_matches(".x")).map(|lowest| lowest.major())
}

#[cfg(test)]
mod tests {
    use super::{
        installed_pnpm, is_silent_on_wrong_branch, may_read_npmrc, may_read_publish_branch,
        may_read_workspace_file, needs_branch,
    };
    use crate::versions::version::Truth;

    #[test]
    fn a_range_installs_its_newest_release() {
        for (text, expected) in [
            ("11.0.3", "11.0.3"),
            ("11", "11.28.11"),
            ("^11.2.0", "11.28.11"),
            ("10.x", "10.34.9"),
            ("latest", "12.21.0"),
            ("latest-10", "10.34.9"),
            (">=10", "12.21.0"),
            ("~11.2.0", "11.2.0"),
            ("8", "8.15.9"),
            ("7.x", "7.33.7"),
            ("next-12", "12.21.0"),
            ("${{ vars.PNPM }}", ""),
        ] {
            let found = installed_pnpm(text).map(|version| version.to_string());
            assert_eq!(found.unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn the_version_decides_about_settings() {
        for (text, npmrc, workspace, is_silent) in [
            ("9.15.9", true, false, Truth::Yes),
            ("10.0.0", true, false, Truth::Yes),
            ("10.5.2", true, false, Truth::Yes),
            ("10.6.0", true, true, Truth::Yes),
            ("10", true, true, Truth::Yes),
            ("^10.2.0", true, true, Truth::Yes),
            ("10.x", true, true, Truth::Yes),
            ("^11.2.0", false, true, Truth::Yes),
            ("12.6.0", false, true, Truth::No),
            (">=10", true, true, Truth::Maybe),
            ("latest", true, true, Truth::Maybe),
        ] {
            assert_eq!(may_read_npmrc(Some(text)), npmrc, "{text}");
            assert_eq!(may_read_workspace_file(Some(text)), workspace, "{text}");
            assert_eq!(is_silent_on_wrong_branch(Some(text)), is_silent, "{text}");
        }
    }

    #[test]
    fn the_first_releases_of_pnpm_12_read_no_publish_branch() {
        for (text, expected) in [
            ("9.15.9", false),
            ("10.5.2", false),
            ("10.34.9", true),
            ("11.0.0", true),
            ("12.0.0", false),
            ("12.16.1", false),
            ("12.17.0", true),
            ("^12.0.0", true),
        ] {
            assert_eq!(may_read_publish_branch(Some(text)), expected, "{text}");
        }
    }

    #[test]
    fn the_written_version_decides() {
        for (text, expected) in [
            ("9.15.9", Truth::Yes),
            ("10.30.2+sha512.abc", Truth::Yes),
            ("10", Truth::Yes),
            ("^10.2", Truth::Yes),
            ("9.x", Truth::Yes),
            ("11.26.0", Truth::Yes),
            ("11.27.1", Truth::No),
            ("12.5.1", Truth::Yes),
            ("12.6.0", Truth::No),
            ("13.0.0", Truth::No),
            ("11", Truth::Maybe),
            ("^11.2.0", Truth::Maybe),
            ("12.x", Truth::Maybe),
            (">=10", Truth::Maybe),
            ("latest", Truth::Maybe),
            ("", Truth::Maybe),
        ] {
            assert_eq!(needs_branch(text), expected, "{text}");
        }
    }
}
