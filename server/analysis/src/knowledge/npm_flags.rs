//! The flags that npm 12 accepts. Earlier releases ignore those that they do not know, with a warning.

use super::table::rows;

const FLAGS: &str = include_str!("data/npm-12-flags.tsv");

/// Whether npm 12 accepts a flag, as it is written: `--access=public`, `--no-fund`, `-w`. Several letters after one hyphen
/// are not looked at.
pub(crate) fn is_accepted_by_npm_12(flag: &str) -> bool {
    let name = flag.split('=').next().unwrap_or_default();
    let Some(long) = name.strip_prefix("--") else {
        let letters = name.trim_start_matches('-');
        return letters.chars().count() != 1 || is_listed("shorthand", letters);
    };
    // The settings of a scope or of a registry: `--@acme:registry`, `--//registry.npmjs.org/:_authToken`.
    let has_own_name = long.starts_with(['@', '/']) || long.contains(':');
    let positive = long.strip_prefix("no-");
    long.is_empty()
        || has_own_name
        || is_listed("option", long)
        || is_listed("shorthand", long)
        || positive.is_some_and(|positive| is_listed("option", positive))
}

fn is_listed(kind: &str, name: &str) -> bool {
    rows::<2>(FLAGS).any(|row| row == [kind, name])
}

#[cfg(test)]
mod tests {
    use super::{FLAGS, is_accepted_by_npm_12};
    use crate::knowledge::table::{row_count, rows};

    #[test]
    fn every_row_is_read() {
        assert_eq!(rows::<2>(FLAGS).count(), row_count(FLAGS));
    }

    #[test]
    fn flags_are_told_apart_as_npm_does() {
        let accepted = [
            "--access",
            "--tag=next",
            "--no-fund",
            "--provenance",
            "--verbose",
            "--ws",
            "-w",
            "-f",
            "--dry-run=false",
            "--@acme:registry=https://r",
            "--//registry.npmjs.org/:_authToken=x",
            "--",
            "--otp=1",
            "--init.version=1.0.0",
        ];
        for flag in accepted {
            assert!(is_accepted_by_npm_12(flag), "{flag}");
        }
        let refused = [
            "--no-git-checks",
            "--git-checks=false",
            "--tolerate-republish",
            "--non-interactive",
            "--new-version",
            "--recursive",
            "-r",
            "-x",
            "--acces=public",
            "--prov",
            "--registry.x=1",
            "--unsafe-perm",
        ];
        for flag in refused {
            assert!(!is_accepted_by_npm_12(flag), "{flag}");
        }
    }
}
