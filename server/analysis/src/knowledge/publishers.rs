//! Who exchanges the id token for a publish token: the publishing tool, the npm on PATH, or nobody.

use std::sync::LazyLock;

use super::table::{optional, rows};
use crate::versions::version::Version;
use crate::versions::version::{Truth, parse_version};

const PUBLISHERS: &str = include_str!("data/publishers.tsv");

/// Who makes the exchange.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Exchange {
    /// The tool itself, whatever npm is on PATH.
    Itself,
    /// The npm on PATH, so that its version decides.
    NpmOnPath,
    /// Nobody: it publishes with a token or not at all.
    Nobody,
    /// It is not known, or it depends on a version that is not known.
    Unknown,
}

/// The versions of a tool that behave in some way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Versions {
    /// None.
    Never,
    /// All.
    Always,
    /// Those before this one.
    Before(Version),
}

impl Versions {
    fn read(cell: &str) -> Option<Self> {
        match cell {
            "never" => Some(Self::Never),
            "always" => Some(Self::Always),
            cell => Some(Self::Before(parse_version(cell.strip_prefix('<')?)?)),
        }
    }

    /// The first version that no longer behaves so.
    fn end(&self) -> Option<&Version> {
        match self {
            Self::Before(version) => Some(version),
            Self::Never | Self::Always => None,
        }
    }

    /// Whether a tool whose version is one of the candidates behaves so; no candidate means that it is unknown.
    pub(crate) fn include(&self, candidates: &[Version]) -> Truth {
        match self {
            Self::Never => Truth::No,
            Self::Always => Truth::Yes,
            Self::Before(version) => Truth::of_all(
                candidates
                    .iter()
                    .map(|candidate| Truth::from(candidate < version)),
            ),
        }
    }
}

/// What is known about a publishing tool.
#[derive(Debug)]
pub(crate) struct KnownTool {
    /// Its name, for example `yarn-berry`.
    pub name: &'static str,
    /// The package, or program, that has to be updated for a newer version of the tool.
    pub package: &'static str,
    /// The first version that makes the exchange itself.
    pub since: Option<Version>,
    /// Who makes the exchange in older versions, or in all where `since` is none.
    pub before: Exchange,
    /// In which versions a configured token is used although an exchange would be possible.
    pub token_wins: Versions,
    /// In which versions the tool stops without a token before it publishes anything.
    pub asks_for_token: Versions,
    /// A remark for people.
    pub note: &'static str,
}

impl KnownTool {
    /// The versions at which the tool changes what it does.
    pub(crate) fn turning_points(&self) -> impl Iterator<Item = &Version> {
        let changes = [&self.token_wins, &self.asks_for_token].into_iter();
        let changes = changes.filter_map(Versions::end);
        self.since.as_ref().into_iter().chain(changes)
    }

    /// Who makes the exchange in a tool whose version is one of the candidates; empty means unknown.
    pub(crate) fn exchange(&self, candidates: &[Version]) -> Exchange {
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

static PUBLISHER_TABLE: LazyLock<Vec<KnownTool>> = LazyLock::new(|| {
    rows::<7>(PUBLISHERS)
        .filter_map(
            |[name, package, since, before, token_wins, asks_for_token, note]| {
                Some(KnownTool {
                    name,
                    package,
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
                    token_wins: Versions::read(token_wins)?,
                    asks_for_token: Versions::read(asks_for_token)?,
                    note,
                })
            },
        )
        .collect()
});

/// The tool with this name.
pub(crate) fn publisher(name: &str) -> Option<&'static KnownTool> {
    publishers().iter().find(|known| known.name == name)
}

/// All tools.
pub(crate) fn publishers() -> &'static [KnownTool] {
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
    fn some_versions_prefer_a_token_or_ask_for_one() {
        use Truth::{Maybe, No, Yes};
        for (name, version, token_wins, asks_for_token) in [
            ("npm", "11.5.1", No, No),
            ("pnpm", "11.0.6", Yes, No),
            ("pnpm", "11.0.7", No, No),
            ("pnpm", "?", Maybe, No),
            ("yarn-berry", "4.18.1", Yes, No),
            ("np", "10.3.0", No, Yes),
            ("np", "11.0.0", No, No),
            ("np", "?", No, Maybe),
            ("release-it", "21.1.2", No, Yes),
            ("ossjs-release", "0.10.0", No, Yes),
            ("ossjs-release", "0.10.1", No, No),
        ] {
            let candidates: Vec<Version> = parse_version(version).into_iter().collect();
            let known = publisher(name).unwrap();
            let found = (
                known.token_wins.include(&candidates),
                known.asks_for_token.include(&candidates),
            );
            assert_eq!(found, (token_wins, asks_for_token), "{name} {version}");
        }
    }
}
