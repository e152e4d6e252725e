//! The newest releases of publishing tools, which `npx`, `pnpm dlx` and actions install where no exact version is asked for.
//! Those of npm are in [`super::npm_releases`].

use super::table::rows;
use crate::versions::version::{parse_range, parse_version};

const RELEASES: &str = include_str!("data/tool-releases.tsv");

/// The release of a package that the registry tags `latest`. A newer one may be there by now.
pub(crate) fn newest_release(package: &str) -> Option<&'static str> {
    let latest = rows::<3>(RELEASES).find(|[name, _, tag]| *name == package && *tag == "latest")?;
    Some(latest[1])
}

/// The release that is installed where a package is asked for in these words: `11`, `^11.2`, `latest`, `next-12`. None for an
/// exact version, for words that name no release in the table, and for a range within a major: the table has the newest
/// release of each major and no others.
pub(crate) fn newest_release_for(package: &str, words: &str) -> Option<&'static str> {
    let words = words.trim();
    if words == "latest" {
        return newest_release(package);
    }
    if parse_version(words).is_some() {
        return None;
    }
    // pnpm tags the newest release of each major so. Source: its workflow `update-latest.yml`.
    let of_major = ["latest-", "next-"]
        .iter()
        .find_map(|tag| words.strip_prefix(tag));
    let range = parse_range(of_major.unwrap_or(words))?;
    let mut releases: Vec<_> = rows::<3>(RELEASES)
        .filter(|[name, ..]| *name == package)
        .filter_map(|[_, release, tag]| Some((parse_version(release)?, release, tag)))
        .filter(|(version, ..)| range.satisfies(version))
        .collect();
    // npm takes the release that is tagged `latest` where the range allows it.
    let latest = releases.iter().position(|(_, _, tag)| *tag == "latest");
    let found = latest
        .map(|at| releases.swap_remove(at))
        .or_else(|| releases.pop());
    found.map(|(_, release, _)| release)
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;

    #[test]
    fn each_row_is_a_version() {
        let found: Vec<_> = rows::<3>(RELEASES).collect();
        assert_eq!(found.len(), row_count(RELEASES));
        for [package, release, _] in found {
            assert!(parse_version(release).is_some(), "{package}");
            assert!(newest_release(package).is_some(), "{package}");
        }
        assert_eq!(newest_release("left-pad"), None);
    }

    #[test]
    fn each_major_of_a_package_has_one_row_and_rows_are_in_order() {
        let found: Vec<_> = rows::<3>(RELEASES)
            .map(|[package, release, _]| (package, parse_version(release).unwrap()))
            .collect();
        for (before, after) in found.iter().zip(found.iter().skip(1)) {
            let is_same = before.0 == after.0;
            assert!(!is_same || before.1 < after.1, "{} {}", after.0, after.1);
        }
    }

    #[test]
    fn a_major_means_its_newest_release() {
        for (package, words, expected) in [
            ("pnpm", "11", Some("11.28.11")),
            ("pnpm", "^11.2.0", Some("11.28.11")),
            ("pnpm", "11.x", Some("11.28.11")),
            ("pnpm", ">=10", Some("12.21.0")),
            ("pnpm", "<12", Some("11.28.11")),
            ("pnpm", "latest", Some("12.21.0")),
            ("pnpm", "latest-10", Some("10.34.9")),
            ("pnpm", "next-12", Some("12.21.0")),
            ("pnpm", "~11.2", None),
            ("pnpm", "11.2.0", None),
            ("pnpm", "13", None),
            ("pnpm", "canary", None),
            ("yarn", ">=1", Some("1.22.22")),
            ("lerna", "8", Some("8.2.4")),
            ("left-pad", "1", None),
        ] {
            assert_eq!(newest_release_for(package, words), expected, "{package}@{words}");
        }
    }
}
