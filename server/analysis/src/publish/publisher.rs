//! Who publishes, in which version, and who performs the exchange for it.

use super::command::{PublishCommand, Tool};
use super::facts::{Exchange, Publisher};
use super::machine::Machine;
use super::package_manager::{
    PackageManager, committed_yarn, package_manager, range_in_catalog, version_in_repository,
};
use super::packages::workspace_globs;
use super::tool_config::release_it_settings;
use crate::knowledge::publishers::publisher as known_publisher;
use crate::model::manifest::Manifest;
use crate::model::version::{Truth, Version, VersionRange, parse_loose, parse_range};
use crate::workspace::Repository;

/// What the search for the publisher's version looks at.
pub(super) struct PublisherSearch<'s, 'a> {
    pub(super) repository: &'s Repository<'a>,
    pub(super) machine: &'s Machine,
    /// The folder in which the command runs; none where it is not known.
    pub(super) folder: Option<&'s str>,
}

impl PublisherSearch<'_, '_> {
    /// The publisher behind a command.
    pub(super) fn of_command(&self, command: &PublishCommand) -> Publisher {
        let pinned = command.tool_version.as_deref();
        match &command.tool {
            Tool::Npm => self.of_table("npm", "npm", Vec::new(), "npm publish"),
            Tool::NpmStage => self.of_table("npm", "npm", Vec::new(), "npm stage publish"),
            Tool::Pnpm => self.of_table("pnpm", "pnpm", self.pnpm_versions(pinned), "pnpm publish"),
            Tool::PnpmStage => {
                self.of_table("pnpm", "pnpm", self.pnpm_versions(pinned), "pnpm stage publish")
            }
            Tool::YarnClassic => self.of_table("yarn-classic", "yarn", Vec::new(), "yarn publish"),
            Tool::YarnBerry => self.of_table("yarn-berry", "yarn", self.yarn_versions(), "yarn npm publish"),
            Tool::Bun => self.of_table("bun", "bun", Vec::new(), "bun publish"),
            Tool::Lerna => self.lerna(pinned, "lerna publish"),
            Tool::Changesets => self.changesets(pinned, "changeset publish"),
            Tool::Nx => self.nx("nx release publish"),
            Tool::Np => self.np(pinned),
            Tool::Auto => self.auto(),
            Tool::ReleaseIt => self.release_it(command),
            Tool::SemanticRelease => self.semantic_release(pinned, "semantic-release"),
            // Which semantic-release it runs, the repository's dependencies say.
            Tool::MultiSemanticRelease => self.semantic_release(None, "multi-semantic-release"),
            Tool::NpmPublish => self.npm_publish(pinned),
            Tool::VitePlus => self.vite_plus(),
            Tool::OssjsRelease => {
                let versions = self.tool_versions(pinned, "@ossjs/release");
                self.of_table("ossjs-release", "release", versions, "release publish")
            }
            Tool::Beachball => self.of_table("beachball", "beachball", Vec::new(), "beachball publish"),
            Tool::Shipjs => self.of_table("shipjs", "shipjs", Vec::new(), "shipjs trigger"),
            Tool::CleanPublish => {
                self.of_table("clean-publish", "clean-publish", Vec::new(), "clean-publish")
            }
            Tool::Configured { publisher, command } => {
                self.of_table(publisher, publisher, Vec::new(), command)
            }
            Tool::Other(name) => self.of_table(name, name, Vec::new(), &format!("{name} publish")),
        }
    }

    /// The publisher behind an action that publishes by itself; `name` as the table of tools has it.
    pub(super) fn of_action(&self, name: &'static str, action: &str) -> Publisher {
        match name {
            "changesets" => self.changesets(None, action),
            "semantic-release" => self.semantic_release(None, action),
            name => self.of_table(name, name, Vec::new(), action),
        }
    }

    /// `candidates` are the versions that the tool may have; empty where that is not known.
    fn of_table(&self, table: &str, name: &str, candidates: Vec<Version>, command: &str) -> Publisher {
        let known = known_publisher(table);
        let exchange = match table {
            // npm itself is the npm on the PATH; whether that one can is another question.
            "npm" => Exchange::NpmOnPath,
            _ => known.map_or(Exchange::Unknown, |known| known.exchange(&candidates)),
        };
        // A tool that leaves the publishing to npm leaves the choice of the credential to it too.
        let prefers_token = exchange != Exchange::NpmOnPath
            && known.is_some_and(|known| known.token_wins.include(&candidates) == Truth::Yes);
        Publisher {
            name: name.to_owned(),
            command: command.to_owned(),
            since: known
                .filter(|_| table != "npm")
                .and_then(|known| Some((known.package, known.since.clone()?))),
            asks_for_token: known.map_or(Truth::Maybe, |known| known.asks_for_token.include(&candidates)),
            version: match candidates.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            exchange,
            prefers_token,
            is_guess: false,
        }
    }

    /// A tool that has the package manager of the repository publish.
    fn through(&self, manager: PackageManager, name: &str, command: &str) -> Publisher {
        let (table, versions) = match manager {
            PackageManager::Npm => ("npm", Vec::new()),
            PackageManager::Pnpm => ("pnpm", self.pnpm_versions(None)),
            PackageManager::YarnClassic => ("yarn-classic", Vec::new()),
            PackageManager::YarnBerry => ("yarn-berry", self.yarn_versions()),
            PackageManager::Bun => ("bun", Vec::new()),
        };
        Publisher {
            // An update of the tool changes nothing.
            since: None,
            ..self.of_table(table, name, versions, command)
        }
    }

    fn package_manager(&self) -> Option<PackageManager> {
        package_manager(self.repository, self.machine)
    }

    /// `changeset publish` runs `npm publish` in a Yarn repository up to version 2, and `yarn npm publish` from 3 on.
    fn changesets(&self, pinned: Option<&str>, command: &str) -> Publisher {
        let versions = self.tool_versions(pinned, "@changesets/cli");
        match self.package_manager() {
            Some(PackageManager::Pnpm) => self.through(PackageManager::Pnpm, "changesets", command),
            Some(PackageManager::YarnBerry) => match versions.iter().map(Version::major).max() {
                Some(..=2) => self.of_table("changesets", "changesets", versions, command),
                Some(3) => self.through(PackageManager::YarnBerry, "changesets", command),
                _ => Publisher {
                    exchange: Exchange::Unknown,
                    ..self.of_table("changesets", "changesets", versions, command)
                },
            },
            _ => self.of_table("changesets", "changesets", versions, command),
        }
    }

    /// nx runs `npm publish` in a Yarn repository too.
    fn nx(&self, command: &str) -> Publisher {
        match self.package_manager() {
            Some(manager @ (PackageManager::Pnpm | PackageManager::Bun)) => {
                self.through(manager, "nx", command)
            }
            _ => self.of_table("nx", "nx", Vec::new(), command),
        }
    }

    fn np(&self, pinned: Option<&str>) -> Publisher {
        let own = self.of_table("np", "np", self.tool_versions(pinned, "np"), "np");
        match self.package_manager() {
            Some(manager @ (PackageManager::Pnpm | PackageManager::YarnBerry)) => Publisher {
                asks_for_token: own.asks_for_token,
                ..self.through(manager, "np", "np")
            },
            _ => own,
        }
    }

    /// The npm plugin of auto has lerna publish a monorepo.
    fn auto(&self) -> Publisher {
        let is_lerna = self.dependency_versions("lerna").is_some() && self.is_monorepo();
        match is_lerna {
            true => Publisher {
                name: "auto".to_owned(),
                ..self.lerna(None, "auto shipit")
            },
            false => self.of_table("auto", "auto", Vec::new(), "auto shipit"),
        }
    }

    fn release_it(&self, command: &PublishCommand) -> Publisher {
        let own = self.of_table("release-it", "release-it", Vec::new(), "release-it");
        let Some(folder) = self.folder.filter(|_| !command.has_own_config) else {
            return Publisher {
                asks_for_token: Truth::Maybe,
                ..own
            };
        };
        let settings = release_it_settings(self.repository, folder);
        Publisher {
            asks_for_token: if command.skips_checks {
                Truth::No
            } else {
                settings.checks_login
            },
            exchange: if settings.runs_npm {
                own.exchange
            } else {
                Exchange::Unknown
            },
            ..own
        }
    }

    /// `npx @jsdevtools/npm-publish`, the program of the action of the same name.
    fn npm_publish(&self, pinned: Option<&str>) -> Publisher {
        let versions = self.tool_versions(pinned, "@jsdevtools/npm-publish");
        let table = match versions.iter().map(Version::major).max() {
            Some(..=3) => "npm-publish-with-token",
            _ => "npm-publish",
        };
        self.of_table(table, "npm-publish", versions, "npm-publish")
    }

    /// Vite+ brings the package manager that the manifest names in the version that it names.
    fn vite_plus(&self) -> Publisher {
        let (name, command) = ("vp", "vp pm publish");
        match self.package_manager() {
            Some(PackageManager::Npm) => {
                let versions = self.package_manager_versions("npm");
                let exchange =
                    known_publisher("npm").map_or(Exchange::Unknown, |npm| npm.exchange(&versions));
                Publisher {
                    exchange,
                    ..self.of_table("vite-plus", name, versions, command)
                }
            }
            Some(manager) => self.through(manager, name, command),
            None => self.of_table("vite-plus", name, Vec::new(), command),
        }
    }

    pub(super) fn yarn_versions(&self) -> Vec<Version> {
        match committed_yarn(self.repository) {
            Some(version) => vec![version],
            None => self.package_manager_versions("yarn"),
        }
    }

    pub(super) fn pnpm_versions(&self, pinned: Option<&str>) -> Vec<Version> {
        if let Some(version) = pinned
            .map(versions_of_range)
            .filter(|versions| !versions.is_empty())
        {
            return version;
        }
        let installed = self.machine.pnpm.as_ref().filter(|version| !version.is_empty());
        if let Some(version) = installed {
            return version.known().map(versions_of_range).unwrap_or_default();
        }
        self.package_manager_versions("pnpm")
    }

    /// The version in `packageManager` or `devEngines`, of the package's folder or of the root.
    fn package_manager_versions(&self, name: &str) -> Vec<Version> {
        for manifest in self.manifests() {
            if let Some(manager) = manifest
                .package_manager
                .as_ref()
                .filter(|manager| manager.name.value == name)
            {
                return versions_of_range(&manager.version.value);
            }
            let engine = manifest
                .dev_package_managers
                .iter()
                .find(|engine| engine.name.value == name);
            if let Some(version) = engine.and_then(|engine| engine.version.as_ref()) {
                return versions_of_range(&version.value);
            }
        }
        Vec::new()
    }

    fn lerna(&self, pinned: Option<&str>, command: &str) -> Publisher {
        let versions = |name: &str| self.dependency_versions(name);
        let lite = ["@lerna-lite/cli", "@lerna-lite/publish"]
            .into_iter()
            .find_map(versions);
        if let (Some(lite), None) = (&lite, pinned) {
            return self.of_table("lerna-lite", "lerna-lite", lite.clone(), command);
        }
        self.of_table("lerna", "lerna", self.tool_versions(pinned, "lerna"), command)
    }

    fn semantic_release(&self, pinned: Option<&str>, command: &str) -> Publisher {
        let plugin = self.dependency_versions("@semantic-release/npm");
        let (table, versions) = match plugin {
            Some(plugin) => ("semantic-release-npm", plugin),
            // Without a version npx takes the newest release, which does the exchange; but a shared configuration
            // or an earlier step may bring another.
            None => ("semantic-release", self.tool_versions(pinned, "semantic-release")),
        };
        self.of_table(table, "semantic-release", versions, command)
    }

    /// The version that the command asks for, or that the manifests ask for.
    fn tool_versions(&self, pinned: Option<&str>, package: &str) -> Vec<Version> {
        match pinned {
            Some(pinned) => versions_of_range(pinned),
            None => self.dependency_versions(package).unwrap_or_default(),
        }
    }

    /// The versions that a range in the manifests asks for; none where no manifest names the package.
    fn dependency_versions(&self, name: &str) -> Option<Vec<Version>> {
        self.manifests()
            .find_map(|manifest| manifest.dependency(name))
            .map(|range| {
                let range = range.value.as_str();
                match version_in_repository(self.repository, name, range) {
                    Some(version) => vec![version],
                    None => {
                        versions_of_range(range_in_catalog(self.repository, name, range).unwrap_or(range))
                    }
                }
            })
    }

    /// The manifest of the folder and that of the root.
    fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        let of_folder = self.folder.filter(|folder| !folder.is_empty());
        let of_folder = of_folder.and_then(|folder| self.repository.manifest_in(folder));
        of_folder
            .map(|(_, manifest)| manifest)
            .into_iter()
            .chain(self.root_manifest())
    }

    fn root_manifest(&self) -> Option<&Manifest> {
        self.repository.manifest_in("").map(|(_, manifest)| manifest)
    }

    /// Whether the folder is the root of a monorepo.
    pub(super) fn is_monorepo(&self) -> bool {
        self.folder
            .is_some_and(|folder| workspace_globs(self.repository, folder, false).is_some())
    }
}

/// The lowest version that a range allows, which is what a lock file holds at least: `^9.0.0` is 9.0.0. Where the
/// range allows versions of more than one major, nothing is known.
fn versions_of_range(range: &str) -> Vec<Version> {
    let range = range.trim();
    if let Some(version) = parse_loose(range) {
        return vec![version];
    }
    let is_bounded = range.starts_with(['^', '~']) || range.ends_with(".x");
    let lowest = parse_range(range)
        .filter(|_| is_bounded)
        .as_ref()
        .and_then(VersionRange::min_version);
    lowest.into_iter().collect()
}

#[cfg(test)]
mod tests;
