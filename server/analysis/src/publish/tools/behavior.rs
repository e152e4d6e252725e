//! How a tool differs from npm in where it publishes to, in what it signs, and in what it prints.

use super::entry::Release;
use super::texts::Texts;
use super::tokens::Releases;
use crate::knowledge::npm_errors::NpmError;
use crate::versions::version::{Truth, Version};

/// What decides to which registry a tool publishes, by release.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RegistryUse {
    /// The releases that follow `registry` of `publishConfig`.
    pub(crate) publish_config: Releases,
    /// The releases that follow the registry of the package's scope in `publishConfig`.
    pub(crate) publish_config_of_scope: Releases,
    /// The releases in which `publishConfig` outranks all else, `--registry` too.
    pub(crate) publish_config_wins: Releases,
    /// The releases that follow npm's variables, such as `NPM_CONFIG_REGISTRY`.
    pub(crate) variables: Releases,
    /// The releases that run npm with `--registry` and the public registry, unless they are told another.
    pub(crate) passes_public: Releases,
}

/// What decides to which registry the release at hand of a tool publishes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RegistryPlaces {
    /// Whether it follows `registry` of `publishConfig`.
    pub(crate) publish_config: Truth,
    /// Whether it follows the registry of the package's scope in `publishConfig`.
    pub(crate) publish_config_of_scope: Truth,
    /// Whether `publishConfig` outranks all else, `--registry` too.
    pub(crate) publish_config_wins: Truth,
    /// Whether it follows npm's variables.
    pub(crate) variables: Truth,
    /// Whether it runs npm with `--registry` and the public registry, unless it is told another.
    pub(crate) passes_public: Truth,
}

/// When a tool signs provenance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Provenance {
    /// The releases that sign it by themselves when they publish by trusted publishing from a public repository.
    pub(crate) is_automatic: Releases,
    /// What asks them for it.
    pub(crate) asked_by: AskedBy,
    /// What keeps them from it.
    pub(crate) turned_off_by: TurnedOffBy,
    /// The releases that cannot sign, and refuse to publish where a variable of npm's asks for it.
    pub(crate) refuses: Releases,
}

/// What asks a tool for provenance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AskedBy {
    /// npm's settings: a flag, `NPM_CONFIG_PROVENANCE`, `.npmrc`, `publishConfig`.
    SettingsOfNpm,
    /// A flag, `publishConfig`, or `npmPublishProvenance` in Yarn's configuration.
    SettingsOfYarn,
    /// Nothing.
    Nothing,
}

/// What keeps a tool from signing provenance by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TurnedOffBy {
    /// npm's settings, but for `publishConfig`.
    SettingsOfNpm,
    /// `publishConfig` alone.
    PublishConfig,
    /// Nothing.
    Nothing,
}

/// The codes that a tool prints where npm would print one of its own, and the texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ErrorCodes {
    /// Whether its output shows a code at all.
    pub(crate) prints_codes: bool,
    /// What it prints where it has nothing to publish with, if it looks for that itself.
    pub(crate) without_credential: Option<NpmError>,
    /// The first release with codes of its own.
    pub(crate) since: Release,
    /// npm's code, and its own for the same; none if it prints a text only.
    pub(crate) instead: &'static [(NpmError, Option<NpmError>)],
    /// What its output says in words.
    pub(crate) texts: Texts,
}

impl RegistryUse {
    /// As npm does it.
    pub(crate) const OF_NPM: Self = Self {
        publish_config: Releases::Always,
        publish_config_of_scope: Releases::Always,
        publish_config_wins: Releases::Never,
        variables: Releases::Always,
        passes_public: Releases::Never,
    };

    /// What decides for a release that is one of the candidates; no candidate means that the release is not known.
    pub(crate) fn places(&self, candidates: &[Version]) -> RegistryPlaces {
        RegistryPlaces {
            publish_config: self.publish_config.include(candidates),
            publish_config_of_scope: self.publish_config_of_scope.include(candidates),
            publish_config_wins: self.publish_config_wins.include(candidates),
            variables: self.variables.include(candidates),
            passes_public: self.passes_public.include(candidates),
        }
    }
}

impl RegistryPlaces {
    /// As npm does it.
    pub(crate) const OF_NPM: Self = Self {
        publish_config: Truth::Yes,
        publish_config_of_scope: Truth::Yes,
        publish_config_wins: Truth::No,
        variables: Truth::Yes,
        passes_public: Truth::No,
    };

    /// The ways in which the release may behave: one if it is known, two if it is not.
    pub(crate) fn alternatives(self) -> impl Iterator<Item = Self> {
        let with = |unknown: Truth| {
            let known = |truth: Truth| if truth == Truth::Maybe { unknown } else { truth };
            Self {
                publish_config: known(self.publish_config),
                publish_config_of_scope: known(self.publish_config_of_scope),
                publish_config_wins: known(self.publish_config_wins),
                variables: known(self.variables),
                passes_public: known(self.passes_public),
            }
        };
        let (first, second) = (with(Truth::Yes), with(Truth::No));
        std::iter::once(first).chain((first != second).then_some(second))
    }
}

impl Provenance {
    /// As npm does it.
    pub(crate) const OF_NPM: Self = Self {
        is_automatic: Releases::Always,
        asked_by: AskedBy::SettingsOfNpm,
        turned_off_by: TurnedOffBy::SettingsOfNpm,
        refuses: Releases::Never,
    };
    /// It cannot sign.
    pub(crate) const NEVER: Self = Self {
        is_automatic: Releases::Never,
        asked_by: AskedBy::Nothing,
        ..Self::OF_NPM
    };
}

impl ErrorCodes {
    /// Those of npm.
    pub(crate) const OF_NPM: Self = Self {
        prints_codes: true,
        without_credential: None,
        since: (0, 0, 0),
        instead: &[],
        texts: &[],
    };
    /// It keeps them to itself.
    pub(crate) const NONE: Self = Self {
        prints_codes: false,
        ..Self::OF_NPM
    };

    /// Those of npm, with texts of its own.
    pub(crate) const fn of_npm_with(texts: Texts) -> Self {
        Self {
            texts,
            ..Self::OF_NPM
        }
    }

    /// Texts without codes.
    pub(crate) const fn only(texts: Texts) -> Self {
        Self { texts, ..Self::NONE }
    }

    /// What the tool prints for an error of npm. None if it prints no code, or if its release is not known and decides.
    pub(crate) fn printed(&self, error: NpmError, version: Option<&Version>) -> Option<NpmError> {
        if !self.prints_codes {
            return None;
        }
        let Some((_, own)) = self.instead.iter().find(|(of_npm, _)| *of_npm == error) else {
            return Some(error);
        };
        let since = Version::from(self.since);
        match version {
            _ if self.since == (0, 0, 0) => *own,
            Some(version) if *version >= since => *own,
            Some(_) => Some(error),
            None => None,
        }
    }
}
