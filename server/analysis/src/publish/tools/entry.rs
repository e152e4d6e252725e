use super::Tool;
use super::arguments::Arguments;
pub(super) use super::behavior::{ErrorCodes, Provenance, RegistryUse};
pub(super) use super::tokens::{Releases, TokenReads, TokenUse};
use crate::versions::version::{Truth, Version};

/// What is known about a publishing tool: its entry in the register.
#[derive(Debug)]
pub(crate) struct ToolEntry {
    /// The tool.
    pub(crate) tool: Tool,
    /// Its key in the configuration and in the table of actions, for example `yarn-berry`.
    pub(crate) key: &'static str,
    /// Its name for people, for example `yarn`.
    pub(crate) name: &'static str,
    /// How a job starts it.
    pub(crate) start: Start,
    /// The package, or program, that has to be updated for a newer version of the tool.
    pub(crate) package: &'static str,
    /// What publishes in the end.
    pub(crate) publishes: Publishes,
    /// What performs the token exchange.
    pub(crate) exchange: ExchangeBy,
    /// What decides to which registry it publishes.
    pub(crate) registry: RegistryUse,
    /// When it signs provenance.
    pub(crate) provenance: Provenance,
    /// The codes of its errors.
    pub(crate) errors: ErrorCodes,
    /// What it does with access tokens.
    pub(crate) tokens: TokenUse,
    /// Which packages it publishes.
    pub(crate) packages: PackageChoice,
    /// Whether it leaves those packages of a monorepo out that are not new: their version is published, or they did not change.
    pub(crate) skips_published: bool,
}

/// How a job starts a tool.
#[derive(Debug)]
pub(crate) struct Start {
    /// The programs that are the tool.
    pub(crate) programs: &'static [&'static str],
    /// Whether `pnpm PROGRAM` and `yarn PROGRAM` find these programs in `node_modules/.bin`.
    pub(crate) is_in_bin: bool,
    /// Packages of another name that contain the first of the programs: `npx @changesets/cli` starts `changeset`. The first
    /// one has the version that counts.
    pub(crate) packages: &'static [&'static str],
    /// One of these is in the text of every job that starts the tool; other jobs are not even walked.
    pub(crate) words: &'static [&'static str],
    /// Interprets the words after the program: how the tool publishes, if it does.
    pub(crate) read: fn(&CommandWords<'_>) -> Option<Started>,
    /// The flags of a dry run.
    pub(crate) dry_run_flags: &'static [&'static str],
    /// Flags of its own whose value is the next word.
    pub(crate) value_flags: &'static [&'static str],
    /// The flags with settings of the publish.
    pub(crate) flags: SettingFlagNames,
}

/// The names of a tool's flags for what others call by their long names alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SettingFlagNames {
    /// The URL of the registry.
    pub(crate) registry: &'static [&'static str],
    /// The dist-tag.
    pub(crate) tag: &'static [&'static str],
    /// An access token; nothing if no flag takes one.
    pub(crate) token: &'static [&'static str],
}

impl SettingFlagNames {
    /// Those of npm.
    pub(crate) const OF_NPM: Self = Self {
        registry: &["--registry"],
        tag: &["--tag", "--dist-tag"],
        token: &[],
    };
}

/// A command that may start a tool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandWords<'w> {
    /// The name of the program.
    pub(crate) program: &'w str,
    /// The words after it that are neither flags nor their values.
    pub(crate) verbs: &'w [&'w str],
    /// All words after it.
    pub(crate) arguments: Arguments<'w>,
}

/// A command that publishes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Started {
    /// The command for people: `npm publish`.
    pub(crate) text: &'static str,
    /// How many of the words after the program say what it does.
    pub(crate) verb_count: usize,
    /// Whether it only stages the packages, so that a maintainer has to approve them.
    pub(crate) is_staged: bool,
}

/// What publishes in the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Publishes {
    /// The tool itself, or the npm that it runs. Its version is that of the package that the repository depends on.
    Itself,
    /// The tool itself, in the same way in all versions.
    ItselfInAnyVersion,
    /// The package manager of the repository if it is one of these, otherwise the tool itself.
    By(&'static [PackageManager]),
    /// The package manager named by a member of a member of the manifest, or npm.
    ByManifestKey(&'static str, &'static str),
}

/// A package manager; the two Yarns publish in different ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PackageManager {
    Npm,
    Pnpm,
    YarnClassic,
    YarnBerry,
    Bun,
}

/// What performs the token exchange.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Exchange {
    /// The tool itself, whatever npm is on the PATH.
    Itself,
    /// The npm on the PATH, so that its version decides.
    NpmOnPath,
    /// Nothing: the tool publishes with an access token or not at all.
    Unsupported,
    /// It is not known, or it depends on a version that is not known.
    Unknown,
}

/// A release, as major, minor and patch.
pub(crate) type Release = (u64, u64, u64);

/// What performs the token exchange, by release.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExchangeBy {
    /// The first release of the tool that performs it itself.
    pub(crate) since: Option<Release>,
    /// The prereleases of that release that are known to perform it too. About its others nothing is known: they may be
    /// older than the code.
    pub(crate) prereleases: &'static [Prereleases],
    /// The first release that performs it for packages with a scope too, if that is a later one.
    pub(crate) scoped_since: Option<Release>,
    /// What performs it in older releases, or in all releases if none does it itself.
    pub(crate) before: Exchange,
}

/// Prereleases of one kind, from a number on: `alpha` and 5 are `-alpha.5` and later.
pub(crate) type Prereleases = (&'static str, u64);

/// Which packages a tool publishes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PackageChoice {
    /// The package of the folder, or those that the command names.
    Named,
    /// The package of the folder. Words after the command say which version it gets.
    OfFolder,
    /// The package of the folder; in a monorepo, its configuration decides.
    NamedOutsideMonorepo,
    /// Every package of the monorepo.
    All,
    /// Every package, or what `lerna.json` says.
    Lerna,
    /// Every package but those that the configuration of changesets ignores.
    Changesets,
    /// The projects that nx releases.
    Nx,
    /// The projects that `rush.json` says are published.
    Rush,
    /// Something that is not read.
    Unknown,
}

impl ToolEntry {
    /// The releases at which the tool changes what it does.
    pub(crate) fn turning_points(&self) -> Vec<Version> {
        // Without `..`: what is added to the register has to be added here.
        let TokenUse {
            reads,
            given: _,
            wins,
            is_asked_for,
        } = self.tokens;
        let TokenReads {
            variables: _,
            npm_settings,
            userconfig,
            home_npmrc,
            project_npmrc,
            variables_of_project,
            own_file: _,
            others,
        } = reads;
        let Provenance {
            is_automatic,
            asked_by: _,
            turned_off_by: _,
            refuses,
        } = self.provenance;
        let RegistryUse {
            publish_config,
            publish_config_of_scope,
            publish_config_wins,
            variables,
            passes_public,
        } = self.registry;
        let behavior = [
            wins,
            is_asked_for,
            npm_settings,
            userconfig,
            home_npmrc,
            project_npmrc,
            variables_of_project,
            others,
            is_automatic,
            refuses,
            publish_config,
            publish_config_of_scope,
            publish_config_wins,
            variables,
            passes_public,
        ];
        let releases = behavior.into_iter().flat_map(Releases::turning_points);
        let exchange = &self.exchange;
        let releases = exchange
            .since
            .into_iter()
            .chain(exchange.scoped_since)
            .chain(releases);
        releases.map(Version::from).collect()
    }

    /// Whether a package contains its program.
    pub(crate) fn is_in(&self, package: &str) -> bool {
        let start = &self.start;
        package == self.package || start.programs.contains(&package) || start.packages.contains(&package)
    }

    /// The first release that exchanges the ID token itself.
    pub(crate) fn exchanges_since(&self) -> Option<Version> {
        self.exchange.since.map(Version::from)
    }

    /// The first release that no longer asks for a token before it publishes.
    pub(crate) fn asks_no_token_since(&self) -> Option<Version> {
        self.tokens.is_asked_for.end().map(Version::from)
    }

    /// The first release that exchanges the ID token itself for packages with a scope.
    pub(crate) fn exchanges_scoped_since(&self) -> Option<Version> {
        self.exchange
            .scoped_since
            .or(self.exchange.since)
            .map(Version::from)
    }

    /// Whether a release that exchanges the ID token does so for packages with a scope too.
    pub(crate) fn exchanges_scoped(&self, candidates: &[Version]) -> Truth {
        match self.exchange.scoped_since {
            Some(since) => !Releases::Before(since).include(candidates),
            None => Truth::Yes,
        }
    }

    /// What performs the token exchange for a tool whose version is one of the candidates; empty means unknown.
    pub(crate) fn exchange_of(&self, candidates: &[Version]) -> Exchange {
        let Some(since) = self.exchanges_since() else {
            return self.exchange.before;
        };
        let mut cases = candidates.iter().map(|version| {
            // `11.0.0-dev.1` sorts after `11.0.0-beta.1` and may be older, so the order does not decide here.
            if is_prerelease_of(version, &since) {
                return match self.exchange.has_prerelease(version) {
                    true => Exchange::Itself,
                    false => Exchange::Unknown,
                };
            }
            match *version >= since {
                true => Exchange::Itself,
                false => self.exchange.before,
            }
        });
        let Some(first) = cases.next() else {
            return Exchange::Unknown;
        };
        match cases.all(|case| case == first) {
            true => first,
            false => Exchange::Unknown,
        }
    }
}

impl Start {
    /// A tool that is started only by actions, or under the programs of another entry.
    pub(crate) const NEVER: Self = Self {
        programs: &[],
        is_in_bin: false,
        packages: &[],
        words: &[],
        read: |_| None,
        dry_run_flags: &["--dry-run"],
        value_flags: &[],
        flags: SettingFlagNames::OF_NPM,
    };
}

impl Started {
    /// A command that publishes, with this many words that say what it does.
    pub(crate) const fn new(text: &'static str, verb_count: usize) -> Self {
        Self {
            text,
            verb_count,
            is_staged: false,
        }
    }

    /// A command that stages.
    pub(crate) const fn staged(text: &'static str, verb_count: usize) -> Self {
        Self {
            is_staged: true,
            ..Self::new(text, verb_count)
        }
    }
}

/// Whether a version is a prerelease of a release.
pub(super) fn is_prerelease_of(version: &Version, release: &Version) -> bool {
    let numbers = |version: &Version| (version.major(), version.minor(), version.patch());
    version.is_prerelease() && numbers(version) == numbers(release)
}

impl ExchangeBy {
    /// The npm on the PATH does it, whatever the tool's version.
    pub(crate) const NPM_ON_PATH: Self = Self {
        since: None,
        prereleases: &[],
        scoped_since: None,
        before: Exchange::NpmOnPath,
    };
    /// No release can.
    pub(crate) const NOBODY: Self = Self {
        since: None,
        prereleases: &[],
        scoped_since: None,
        before: Exchange::Unsupported,
    };
    /// It is not known.
    pub(crate) const UNKNOWN: Self = Self {
        since: None,
        prereleases: &[],
        scoped_since: None,
        before: Exchange::Unknown,
    };

    /// The tool itself from a release on; nothing before.
    pub(crate) const fn itself_since(since: Release) -> Self {
        Self {
            since: Some(since),
            prereleases: &[],
            scoped_since: None,
            before: Exchange::Unsupported,
        }
    }

    /// Whether a prerelease is known to perform it.
    fn has_prerelease(&self, version: &Version) -> bool {
        let text = version.to_string();
        let named = text.split_once('-').map_or("", |(_, named)| named);
        let Some((kind, number)) = named.split_once('.') else {
            return false;
        };
        let number: Option<u64> = number.parse().ok();
        self.prereleases
            .iter()
            .any(|(known, first)| *known == kind && number.is_some_and(|number| number >= *first))
    }
}
