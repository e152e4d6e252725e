//! What a tool does with access tokens, and where it looks for one.

use super::entry::{Release, is_prerelease_of};
use crate::versions::version::{Truth, Version};

/// What a tool does with access tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenUse {
    /// Where it looks for one.
    pub(crate) reads: TokenReads,
    /// How a step gives it one.
    pub(crate) given: GivenToken,
    /// The releases that use a configured token although they could exchange the ID token.
    pub(crate) wins: Releases,
    /// The releases that stop without a token before they publish anything, as `npm whoami` does.
    pub(crate) is_asked_for: Releases,
}

/// Where a tool looks for its token, and in which releases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenReads {
    /// Variables of the environment that it reads by itself.
    pub(crate) variables: &'static [&'static str],
    /// npm's settings in the environment, such as `npm_config_//registry.npmjs.org/:_authToken`.
    pub(crate) npm_settings: Releases,
    /// The `.npmrc` that `NPM_CONFIG_USERCONFIG` names. setup-node's `registry-url` writes it for `NODE_AUTH_TOKEN`.
    pub(crate) userconfig: Releases,
    /// `~/.npmrc`.
    pub(crate) home_npmrc: Releases,
    /// The `.npmrc` of the project.
    pub(crate) project_npmrc: Releases,
    /// Variables in the credentials of that file, such as `${NPM_TOKEN}`.
    pub(crate) variables_of_project: Releases,
    /// A configuration file of its own.
    pub(crate) own_file: Option<OwnFile>,
    /// Anything else, such as a configuration in code.
    pub(crate) others: Releases,
}

/// A configuration file of a tool in which a token may be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OwnFile {
    /// `.yarnrc.yml`
    YarnRc,
    /// `bunfig.toml`
    BunFig,
}

/// How a step gives a tool its token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum GivenToken {
    /// In `NODE_AUTH_TOKEN`, which the `.npmrc` of setup-node's `registry-url` names.
    SetupNode,
    /// In a variable.
    Variable(&'static str),
    /// In an input of its action.
    Input(&'static str),
}

/// The releases of a tool that behave in some way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Releases {
    /// None.
    Never,
    /// All.
    Always,
    /// Those before this one.
    Before(Release),
    /// All but those from the first of these to before the second.
    Except(Release, Release),
    /// Not the first of these and not those before it, but the second and those after it. Those between were not looked at.
    Between(Release, Release),
    /// Those before this one. About later ones nothing is known.
    KnownBefore(Release),
    /// It is not known which.
    Unknown,
}

/// Where the release at hand of a tool looks for its token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TokenPlaces {
    /// Variables of the environment that it reads by itself.
    pub(crate) variables: &'static [&'static str],
    /// npm's settings in the environment.
    pub(crate) npm_settings: Truth,
    /// The `.npmrc` that `NPM_CONFIG_USERCONFIG` names.
    pub(crate) userconfig: Truth,
    /// `~/.npmrc`.
    pub(crate) home_npmrc: Truth,
    /// The `.npmrc` of the project.
    pub(crate) project_npmrc: Truth,
    /// Variables in the credentials of that file.
    pub(crate) variables_of_project: Truth,
    /// A configuration file of its own.
    pub(crate) own_file: Option<OwnFile>,
    /// Anything else.
    pub(crate) others: Truth,
    /// How a step gives it one.
    pub(crate) given: GivenToken,
}

impl TokenUse {
    /// It reads what npm reads, never prefers a token to the exchange, and asks for none.
    pub(crate) const AS_NPM: Self = Self {
        reads: TokenReads::NPM,
        given: GivenToken::SetupNode,
        wins: Releases::Never,
        is_asked_for: Releases::Never,
    };
    /// It knows only tokens, and finds them where npm does.
    pub(crate) const ONLY: Self = Self {
        wins: Releases::Always,
        ..Self::AS_NPM
    };
    /// Where it finds a token is not known.
    pub(crate) const UNKNOWN: Self = Self {
        reads: TokenReads {
            others: Releases::Unknown,
            ..TokenReads::NPM
        },
        ..Self::AS_NPM
    };

    /// The same, reading these variables too.
    pub(crate) const fn reading(self, variables: &'static [&'static str]) -> Self {
        Self {
            reads: TokenReads {
                variables,
                ..self.reads
            },
            ..self
        }
    }

    /// The same; a step gives it the token in this variable.
    pub(crate) const fn given_as(self, variable: &'static str) -> Self {
        Self {
            given: GivenToken::Variable(variable),
            ..self
        }
    }

    /// Where a release that is one of the candidates looks; no candidate means that the release is not known.
    pub(crate) fn places(&self, candidates: &[Version]) -> TokenPlaces {
        let reads = &self.reads;
        TokenPlaces {
            variables: reads.variables,
            npm_settings: reads.npm_settings.include(candidates),
            userconfig: reads.userconfig.include(candidates),
            home_npmrc: reads.home_npmrc.include(candidates),
            project_npmrc: reads.project_npmrc.include(candidates),
            variables_of_project: reads.variables_of_project.include(candidates),
            own_file: reads.own_file,
            others: reads.others.include(candidates),
            given: self.given,
        }
    }
}

impl TokenReads {
    /// What npm reads.
    pub(crate) const NPM: Self = Self {
        variables: &[],
        npm_settings: Releases::Always,
        userconfig: Releases::Always,
        home_npmrc: Releases::Always,
        project_npmrc: Releases::Always,
        variables_of_project: Releases::Always,
        own_file: None,
        others: Releases::Never,
    };
    /// Nothing of npm.
    pub(crate) const NOTHING: Self = Self {
        npm_settings: Releases::Never,
        userconfig: Releases::Never,
        home_npmrc: Releases::Never,
        project_npmrc: Releases::Never,
        variables_of_project: Releases::Never,
        ..Self::NPM
    };
}

impl TokenPlaces {
    /// The places of a tool of which nothing is known.
    pub(crate) fn unknown() -> Self {
        TokenUse::UNKNOWN.places(&[])
    }
}

impl Releases {
    /// The releases at which the behavior changes.
    pub(super) fn turning_points(self) -> impl Iterator<Item = Release> {
        let (first, second) = match self {
            Self::Before(release) | Self::KnownBefore(release) => (Some(release), None),
            Self::Except(from, until) => (Some(from), Some(until)),
            Self::Between(last, first) => (Some(last), Some(first)),
            Self::Never | Self::Always | Self::Unknown => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// The first release that no longer behaves so.
    pub(super) fn end(self) -> Option<Release> {
        match self {
            Self::Before(release) => Some(release),
            _ => None,
        }
    }

    /// Whether a tool whose version is one of the candidates behaves so; no candidate means that it is unknown.
    pub(crate) fn include(self, candidates: &[Version]) -> Truth {
        match self {
            Self::Never => return Truth::No,
            Self::Always => return Truth::Yes,
            Self::Unknown => return Truth::Maybe,
            _ => {}
        }
        Truth::of_all(candidates.iter().map(|candidate| self.includes(candidate)))
    }

    fn includes(self, version: &Version) -> Truth {
        let is_before = |release: Release| {
            let release = Version::from(release);
            match is_prerelease_of(version, &release) {
                true => Truth::Maybe,
                false => Truth::from(*version < release),
            }
        };
        match self {
            Self::Never => Truth::No,
            Self::Always => Truth::Yes,
            Self::Unknown => Truth::Maybe,
            Self::Before(release) => is_before(release),
            Self::Except(from, until) => match (is_before(from), is_before(until)) {
                (Truth::Yes, _) | (_, Truth::No) => Truth::Yes,
                (Truth::No, Truth::Yes) => Truth::No,
                _ => Truth::Maybe,
            },
            Self::Between(last, first) => match (*version <= Version::from(last), is_before(first)) {
                (true, _) => Truth::No,
                (false, Truth::No) => Truth::Yes,
                _ => Truth::Maybe,
            },
            Self::KnownBefore(release) => match is_before(release) {
                Truth::Yes => Truth::Yes,
                _ => Truth::Maybe,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Releases;
    use crate::versions::version::{Truth, parse_version};

    #[test]
    fn the_release_decides() {
        const OLD: (u64, u64, u64) = (11, 0, 0);
        const NEW: (u64, u64, u64) = (11, 0, 9);
        use Truth::{Maybe, No, Yes};
        for (releases, expected) in [
            (Releases::Never, [No, No, No, No]),
            (Releases::Always, [Yes, Yes, Yes, Yes]),
            (Releases::Unknown, [Maybe, Maybe, Maybe, Maybe]),
            (Releases::Before(NEW), [Yes, Yes, Yes, No]),
            (Releases::Except(OLD, NEW), [Yes, No, No, Yes]),
            (Releases::Between(OLD, NEW), [No, No, Maybe, Yes]),
            (Releases::KnownBefore(NEW), [Yes, Yes, Yes, Maybe]),
        ] {
            for (text, expected) in ["10.4.0", "11.0.0", "11.0.8", "11.0.9"].into_iter().zip(expected) {
                let version = parse_version(text).unwrap();
                assert_eq!(releases.include(&[version]), expected, "{releases:?} {text}");
            }
        }
        assert_eq!(Releases::Before(NEW).include(&[]), Maybe);
        assert_eq!(Releases::Always.include(&[]), Yes);
    }
}
