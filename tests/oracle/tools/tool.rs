//! The publishing tools that are run, each in the releases between which its behavior differs.

use std::fmt;

/// The npm beside the tool, which most of the tools run.
pub(crate) const NPM: &str = "11.19.1";

/// A release of a publishing tool, with what it meets on the runner.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Tool {
    pub(crate) kind: Kind,
    pub(crate) version: &'static str,
    pub(crate) variant: Variant,
    pub(crate) coverage: Coverage,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Kind {
    YarnClassic,
    YarnBerry,
    Bun,
    Pnpm,
    PnpmStage,
    NpmStage,
    Lerna,
    LernaLite,
    Changesets,
    SemanticRelease,
    ReleaseIt,
    Np,
    /// The action JS-DevTools/npm-publish.
    NpmPublish,
    Nx,
    Beachball,
}

/// What differs between two rows of the same release.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Variant {
    Usual,
    /// The package manager of the repository.
    Manager(Manager),
    /// The `@semantic-release/npm` in `devDependencies`.
    Plugin(&'static str),
    /// Another npm beside it.
    Npm(&'static str),
    /// release-it's `npm.skipChecks`.
    SkipChecks,
    /// The version as the workflow asks for it.
    Asked(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Manager {
    Npm,
    Pnpm,
    Yarn,
    Bun,
}

/// How many cells a release has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Coverage {
    /// Every credential.
    Full,
    /// The credentials that most workflows have.
    Short,
    /// No token, and one that the tool reads: what differs from the next release is elsewhere.
    Few,
}

use Coverage::{Few, Full, Short};
use Kind::{
    Beachball, Bun, Changesets, Lerna, LernaLite, Np, NpmPublish, NpmStage, Nx, Pnpm, PnpmStage, ReleaseIt,
    SemanticRelease, YarnBerry, YarnClassic,
};
use Variant::{Asked, Npm, Plugin, SkipChecks, Usual};

const BY_NPM: Variant = Variant::Manager(Manager::Npm);
const BY_PNPM: Variant = Variant::Manager(Manager::Pnpm);
const BY_YARN: Variant = Variant::Manager(Manager::Yarn);
const BY_BUN: Variant = Variant::Manager(Manager::Bun);

pub(crate) const TOOLS: [Tool; 59] = [
    tool(YarnClassic, "1.22.22", Usual, Full),
    tool(YarnBerry, "4.9.4", Usual, Few),
    tool(YarnBerry, "4.10.1", Usual, Short),
    tool(YarnBerry, "4.10.3", Usual, Short),
    tool(YarnBerry, "4.12.0", Usual, Few),
    tool(YarnBerry, "4.18.1", Usual, Full),
    tool(Bun, "1.2.23", Usual, Full),
    tool(Bun, "1.4.5", Usual, Full),
    tool(Lerna, "8.2.4", Usual, Short),
    tool(Lerna, "9.0.7", Usual, Short),
    tool(Lerna, "10.1.1", Usual, Full),
    tool(LernaLite, "4.7.3", Usual, Few),
    tool(LernaLite, "4.9.4", Usual, Short),
    tool(LernaLite, "5.7.0", Usual, Full),
    tool(Changesets, "2.27.12", BY_NPM, Few),
    tool(Changesets, "2.27.12", BY_PNPM, Few),
    tool(Changesets, "2.27.12", BY_YARN, Few),
    tool(Changesets, "2.27.12", BY_BUN, Few),
    tool(Changesets, "2.31.1", BY_NPM, Full),
    tool(Changesets, "2.31.1", BY_PNPM, Few),
    tool(Changesets, "2.31.1", BY_YARN, Short),
    tool(Changesets, "2.31.1", BY_BUN, Few),
    tool(Changesets, "3.0.3", BY_NPM, Full),
    tool(Changesets, "3.0.3", BY_PNPM, Short),
    tool(Changesets, "3.0.3", BY_YARN, Full),
    tool(Changesets, "3.0.3", BY_BUN, Few),
    tool(SemanticRelease, "24.2.9", Usual, Full),
    tool(SemanticRelease, "24.2.9", Plugin("13.2.0"), Short),
    tool(SemanticRelease, "25.0.9", Usual, Full),
    tool(SemanticRelease, "25.0.9", Plugin("12.0.2"), Short),
    tool(ReleaseIt, "19.2.4", Usual, Few),
    tool(ReleaseIt, "19.2.4", SkipChecks, Few),
    tool(ReleaseIt, "21.1.2", Usual, Short),
    tool(ReleaseIt, "21.1.2", SkipChecks, Full),
    tool(Np, "10.3.0", Usual, Few),
    tool(Np, "11.0.0", Usual, Few),
    tool(Np, "11.0.2", Usual, Short),
    tool(Np, "12.1.1", Usual, Full),
    tool(NpmPublish, "3.1.1", Usual, Full),
    tool(NpmPublish, "4.1.5", Usual, Full),
    tool(Nx, "22.7.12", Usual, Few),
    tool(Nx, "23.3.1", Usual, Full),
    tool(Beachball, "2.66.0", Usual, Full),
    tool(Pnpm, "9.15.9", Npm("12.2.2"), Few),
    tool(Pnpm, "10.15.0", Usual, Short),
    tool(Pnpm, "10.15.0", Npm("12.2.2"), Few),
    tool(Pnpm, "10.34.9", Npm("12.2.2"), Few),
    tool(Pnpm, "11.0.0", Usual, Full),
    tool(Pnpm, "11.0.7", Usual, Short),
    tool(Pnpm, "11.10.0", Usual, Few),
    tool(Pnpm, "11.28.11", Asked("11"), Short),
    tool(Pnpm, "12.0.0", Usual, Few),
    tool(Pnpm, "12.21.0", Usual, Full),
    tool(NpmStage, "11.14.1", Usual, Few),
    tool(NpmStage, "11.19.1", Usual, Few),
    tool(NpmStage, "12.2.2", Usual, Few),
    tool(PnpmStage, "11.2.2", Usual, Few),
    tool(PnpmStage, "11.28.11", Usual, Few),
    tool(PnpmStage, "12.21.0", Usual, Few),
];

const fn tool(kind: Kind, version: &'static str, variant: Variant, coverage: Coverage) -> Tool {
    Tool {
        kind,
        version,
        variant,
        coverage,
    }
}

impl Tool {
    /// The version of the npm on PATH.
    pub(crate) fn npm(self) -> &'static str {
        match (self.kind, self.variant) {
            (NpmStage, _) => self.version,
            (_, Npm(version)) => version,
            _ => NPM,
        }
    }

    /// The package manager of a repository that uses changesets.
    pub(crate) fn manager(self) -> Option<Manager> {
        match self.variant {
            Variant::Manager(manager) => Some(manager),
            _ => None,
        }
    }

    /// Whether it makes the release itself, so that the manifest holds the version before it.
    pub(crate) fn bumps(self) -> bool {
        matches!(self.kind, SemanticRelease | ReleaseIt | Np | Beachball)
    }

    /// The programs on PATH beside npm, each with its version.
    pub(crate) fn programs(self) -> Vec<(&'static str, &'static str)> {
        match self.kind {
            YarnClassic | YarnBerry => vec![("yarn", self.version)],
            Bun => vec![("bun", self.version)],
            Pnpm | PnpmStage => vec![("pnpm", self.version)],
            Changesets => match self.manager() {
                Some(Manager::Pnpm) => vec![("pnpm", self.pnpm())],
                Some(Manager::Yarn) => vec![("yarn", YARN)],
                Some(Manager::Bun) => vec![("bun", BUN)],
                Some(Manager::Npm) | None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The pnpm of a repository that uses changesets: of the time of the release.
    pub(crate) fn pnpm(self) -> &'static str {
        match self.version.starts_with('2') {
            true => "10.34.9",
            false => "11.28.11",
        }
    }

    /// The development dependencies of the repository.
    pub(crate) fn dependencies(self) -> Vec<(&'static str, &'static str)> {
        let version = self.version;
        match self.kind {
            Lerna => vec![("lerna", version)],
            LernaLite => vec![("@lerna-lite/cli", version), ("@lerna-lite/publish", version)],
            Changesets => vec![("@changesets/cli", version)],
            SemanticRelease => match self.variant {
                Plugin(plugin) => vec![("@semantic-release/npm", plugin), ("semantic-release", version)],
                _ => vec![("semantic-release", version)],
            },
            ReleaseIt => vec![("release-it", version)],
            Np => vec![("np", version)],
            Nx => vec![("@nx/js", version), ("nx", version)],
            Beachball => vec![("beachball", version)],
            YarnClassic | YarnBerry | Bun | Pnpm | PnpmStage | NpmStage | NpmPublish => Vec::new(),
        }
    }

    /// The folder of `tests/oracle/tools` that installs it for itself, because others would change what it loads.
    pub(crate) fn own_folder(self) -> Option<String> {
        let major = self.version.split('.').next().unwrap_or_default();
        match (self.kind, self.variant) {
            (SemanticRelease, Plugin(plugin)) => {
                let plugin = plugin.split('.').next().unwrap_or_default();
                Some(format!("semantic-release-{major}-npm-{plugin}"))
            }
            (SemanticRelease, _) => Some(format!("semantic-release-{major}")),
            (LernaLite, _) => Some(format!("lerna-lite-{}", self.version)),
            (Nx, _) => Some(format!("nx-{}", self.version)),
            _ => None,
        }
    }
}

/// The other package managers of repositories that use changesets.
pub(crate) const YARN: &str = "4.18.1";
pub(crate) const BUN: &str = "1.4.5";

impl Kind {
    /// Its name in the tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            YarnClassic | YarnBerry => "yarn",
            Bun => "bun",
            Pnpm => "pnpm",
            PnpmStage => "pnpm stage",
            NpmStage => "npm stage",
            Lerna => "lerna",
            LernaLite => "lerna-lite",
            Changesets => "changesets",
            SemanticRelease => "semantic-release",
            ReleaseIt => "release-it",
            Np => "np",
            NpmPublish => "npm-publish",
            Nx => "nx",
            Beachball => "beachball",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.version)?;
        match self.variant {
            Usual => Ok(()),
            Variant::Manager(Manager::Npm) => f.write_str(" in an npm repository"),
            Variant::Manager(Manager::Pnpm) => f.write_str(" in a pnpm repository"),
            Variant::Manager(Manager::Yarn) => f.write_str(" in a yarn repository"),
            Variant::Manager(Manager::Bun) => f.write_str(" in a bun repository"),
            Plugin(version) => write!(f, " + @semantic-release/npm {version}"),
            Npm(version) => write!(f, " + npm {version}"),
            SkipChecks => f.write_str(" with skipChecks"),
            Asked(version) => write!(f, " as version: {version}"),
        }
    }
}
