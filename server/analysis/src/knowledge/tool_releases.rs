//! The newest releases of publishing tools, which `npx` and `pnpm dlx` fetch where no version is asked for. Those of npm
//! are in [`super::npm_releases`].

use super::table::rows;

const RELEASES: &str = include_str!("data/tool-releases.tsv");

/// The release of a package that the registry tags `latest`. A newer one may be there by now.
pub(crate) fn newest_release(package: &str) -> Option<&'static str> {
    let mut table = rows::<2>(RELEASES);
    table.find_map(|[name, latest]| (name == package).then_some(latest))
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;
    use crate::versions::version::parse_version;

    #[test]
    fn each_row_is_a_version() {
        let found: Vec<_> = rows::<2>(RELEASES).collect();
        assert_eq!(found.len(), row_count(RELEASES));
        for [package, latest] in found {
            assert!(parse_version(latest).is_some(), "{package}");
            assert_eq!(newest_release(package), Some(latest));
        }
        assert_eq!(newest_release("left-pad"), None);
    }
}
