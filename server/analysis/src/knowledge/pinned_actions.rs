//! Actions by the commits that are written into new workflows.

use super::table::rows;

const PINNED: &str = include_str!("data/actions-pinned.tsv");

/// What to write after `uses:` for an action: its commit, and in a comment the tag that it has. A major version other than the newest is
/// asked for by name: `changesets/action@v1`.
pub(crate) fn pinned(action: &str) -> Option<String> {
    let mut rows = rows::<3>(PINNED);
    let [name, commit, tag] = rows.find(|[name, ..]| *name == action)?;
    let name = name.split('@').next()?;
    Some(format!("{name}@{commit} # {tag}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::row_count;

    #[test]
    fn commits_are_whole() {
        let mut count = 0;
        for [_, commit, tag] in rows::<3>(PINNED) {
            assert!(
                commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()),
                "{commit}"
            );
            assert!(tag.starts_with('v'), "{tag}");
            count += 1;
        }
        assert_eq!(count, row_count(PINNED));
        assert_eq!(pinned("acme/none"), None);
    }
}
