//! Who exchanges the id token for a publish token: the publishing tool, the npm on PATH, or nobody.

use std::sync::LazyLock;

use super::table::{optional, rows};
use crate::model::version::{Version, parse_version};

const PUBLISHERS: &str = include_str!("data/publishers.tsv");

/// Who makes the exchange.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Exchange {
    /// The tool itself, whatever npm is on PATH.
    Itself,
    /// The npm on PATH, so that its version decides.
    NpmOnPath,
    /// Nobody: it publishes with a token or not at all.
    Nobody,
    /// It is not known, or it depends on a version that is not known.
    Unknown,
}

/// What is known about a publishing tool.
#[derive(Debug)]
pub struct Publisher {
    /// Its name, for example `yarn-berry`.
    pub name: &'static str,
    /// The first version that makes the exchange itself.
    pub since: Option<Version>,
    /// Who makes the exchange in older versions, or in all where `since` is none.
    pub before: Exchange,
    /// Whether a configured token is used although an exchange would be possible.
    pub token_first: bool,
    /// A remark for people.
    pub note: &'static str,
}

impl Publisher {
    /// Who makes the exchange in a tool whose version is one of the candidates; empty means unknown.
    pub fn exchange(&self, candidates: &[Version]) -> Exchange {
        let Some(since) = &self.since else {
            return self.before;
        };
        let mut cases = candidates.iter().map(|version| {
            if version >= since {
                Exchange::Itself
            } else {
                self.before
            }
        });
        let Some(first) = cases.next() else {
            return Exchange::Unknown;
        };
        if cases.all(|case| case == first) {
            first
        } else {
            Exchange::Unknown
        }
    }
}

static PUBLISHER_TABLE: LazyLock<Vec<Publisher>> = LazyLock::new(|| {
    rows::<5>(PUBLISHERS)
        .filter_map(|[name, since, before, first, note]| {
            Some(Publisher {
                name,
                since: match optional(since) {
                    Some(text) => Some(parse_version(text)?),
                    None => None,
                },
                before: match before {
                    "npm" => Exchange::NpmOnPath,
                    "nobody" => Exchange::Nobody,
                    "unknown" => Exchange::Unknown,
                    _ => return None,
                },
                token_first: first == "token",
                note,
            })
        })
        .collect()
});

/// The tool with this name.
pub fn publisher(name: &str) -> Option<&'static Publisher> {
    publishers().iter().find(|known| known.name == name)
}

/// All tools.
pub fn publishers() -> &'static [Publisher] {
    &PUBLISHER_TABLE
}

#[cfg(test)]
mod tests {
    use super::super::table::row_count;
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(publishers().len(), row_count(PUBLISHERS));
    }

    #[test]
    fn versions_tell_who_makes_the_exchange() {
        use Exchange::{Itself, Nobody, NpmOnPath, Unknown};
        for (name, versions, expected) in [
            ("npm", ["10.9.8"].as_slice(), Nobody),
            ("npm", &["11.5.1"], Itself),
            ("pnpm", &["10.34.0"], NpmOnPath),
            ("pnpm", &["11.0.0"], Itself),
            ("pnpm", &["12.1.0"], Itself),
            ("pnpm", &["10.34.0", "11.0.0"], Unknown),
            ("pnpm", &[], Unknown),
            ("yarn-classic", &["1.22.22"], Nobody),
            ("yarn-classic", &[], Nobody),
            ("yarn-berry", &["4.9.4"], Nobody),
            ("yarn-berry", &["4.10.0"], Itself),
            ("bun", &["1.4.5"], Nobody),
            ("lerna", &["8.2.4"], Nobody),
            ("lerna", &["9.0.0"], Itself),
            ("lerna-lite", &["4.8.0"], Unknown),
            ("lerna-lite", &["4.9.0"], Itself),
            ("semantic-release", &["24.2.9"], Nobody),
            ("semantic-release", &["25.0.1"], Itself),
            ("semantic-release-npm", &["13.0.0"], Nobody),
            ("semantic-release-npm", &["13.1.0"], Itself),
            ("changesets", &["2.29.0"], NpmOnPath),
            ("nx", &[], NpmOnPath),
            ("np", &["11.0.0"], NpmOnPath),
            ("release-it", &[], NpmOnPath),
            ("npm-publish", &[], NpmOnPath),
            ("npm-publish-with-token", &[], Nobody),
            ("beachball", &[], NpmOnPath),
            ("auto", &[], NpmOnPath),
        ] {
            let candidates: Vec<Version> = versions.iter().filter_map(|t| parse_version(t)).collect();
            let known = publisher(name).unwrap();
            assert_eq!(known.exchange(&candidates), expected, "{name} {versions:?}");
        }
        assert!(publisher("release-please").is_none());
    }

    #[test]
    fn only_some_prefer_a_token() {
        let first: Vec<&str> = publishers()
            .iter()
            .filter(|publisher| publisher.token_first && publisher.since.is_some())
            .map(|publisher| publisher.name)
            .collect();
        assert_eq!(first, ["yarn-berry"]);
    }
}
