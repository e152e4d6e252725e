//! Who publishes, in which version, and who performs the exchange for it.

use super::command::{PublishCommand, Tool};
use super::facts::{Exchange, Publisher};
use super::machine::Machine;
use super::packages::workspace_globs;
use crate::knowledge::publishers::publisher as known_publisher;
use crate::model::manifest::Manifest;
use crate::model::version::{Version, VersionRange, parse_loose, parse_range};
use crate::workspace::{FilePath, Repository};

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
            Tool::YarnBerry => self.of_table(
                "yarn-berry",
                "yarn",
                self.package_manager_versions("yarn"),
                "yarn npm publish",
            ),
            Tool::Bun => self.of_table("bun", "bun", Vec::new(), "bun publish"),
            Tool::Lerna => self.lerna(pinned),
            Tool::Changesets => self.through_package_manager("changesets", "changeset publish"),
            Tool::Nx => self.through_package_manager("nx", "nx release publish"),
            Tool::Beachball => self.of_table("beachball", "beachball", Vec::new(), "beachball publish"),
            Tool::Auto => self.of_table("auto", "auto", Vec::new(), "auto shipit"),
            Tool::Np => self.of_table("np", "np", Vec::new(), "np"),
            Tool::ReleaseIt => self.of_table("release-it", "release-it", Vec::new(), "release-it"),
            Tool::SemanticRelease => self.semantic_release(pinned),
            Tool::VitePlus => unknown("vp", "vp pm publish"),
            Tool::Other(name) => unknown(name, &format!("{name} publish")),
        }
    }

    /// The publisher behind an action that publishes by itself; `name` as the table of tools has it.
    pub(super) fn of_action(&self, name: &'static str, action: &str) -> Publisher {
        let mut publisher = match name {
            "changesets" => self.through_package_manager("changesets", action),
            "semantic-release" => self.semantic_release(None),
            name => self.of_table(name, name, Vec::new(), action),
        };
        publisher.command = action.to_owned();
        publisher
    }

    /// `candidates` are the versions that the tool may have; empty where that is not known.
    fn of_table(&self, table: &str, name: &str, candidates: Vec<Version>, command: &str) -> Publisher {
        let known = known_publisher(table);
        let exchange = match table {
            // npm itself is the npm on the PATH; whether that one can is another question.
            "npm" => Exchange::NpmOnPath,
            _ => known.map_or(Exchange::Unknown, |known| known.exchange(&candidates)),
        };
        Publisher {
            name: name.to_owned(),
            command: command.to_owned(),
            version: match candidates.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            exchange,
            prefers_token: known.is_some_and(|known| known.token_first),
            is_guess: false,
        }
    }

    /// Changesets and nx call the package manager of the repository.
    fn through_package_manager(&self, name: &str, command: &str) -> Publisher {
        let base = self.of_table(name, name, Vec::new(), command);
        if !self.uses_pnpm() {
            return base;
        }
        let pnpm = self.of_table("pnpm", name, self.pnpm_versions(None), command);
        Publisher {
            prefers_token: false,
            ..pnpm
        }
    }

    fn uses_pnpm(&self) -> bool {
        let manager = self
            .root_manifest()
            .and_then(|manifest| manifest.package_manager.as_ref());
        match manager {
            Some(manager) => manager.name.value == "pnpm",
            None => {
                let path = FilePath::new("pnpm-workspace.yaml");
                self.machine.pnpm.is_some() || path.is_some_and(|path| self.repository.file(&path).is_some())
            }
        }
    }

    fn pnpm_versions(&self, pinned: Option<&str>) -> Vec<Version> {
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

    fn lerna(&self, pinned: Option<&str>) -> Publisher {
        let versions = |name: &str| self.dependency_versions(name);
        let lite = ["@lerna-lite/cli", "@lerna-lite/publish"]
            .into_iter()
            .find_map(versions);
        if let (Some(lite), None) = (&lite, pinned) {
            return self.of_table("lerna-lite", "lerna-lite", lite.clone(), "lerna publish");
        }
        let candidates = match pinned {
            Some(pinned) => versions_of_range(pinned),
            None => versions("lerna").unwrap_or_default(),
        };
        self.of_table("lerna", "lerna", candidates, "lerna publish")
    }

    fn semantic_release(&self, pinned: Option<&str>) -> Publisher {
        let plugin = self.dependency_versions("@semantic-release/npm");
        let tool = pinned
            .map(versions_of_range)
            .or_else(|| self.dependency_versions("semantic-release"));
        match (plugin, tool) {
            (Some(plugin), _) => self.of_table(
                "semantic-release-npm",
                "semantic-release",
                plugin,
                "semantic-release",
            ),
            (None, Some(tool)) => {
                self.of_table("semantic-release", "semantic-release", tool, "semantic-release")
            }
            // npx takes the newest release, which does the exchange; a shared configuration may bring another.
            (None, None) => self.of_table(
                "semantic-release",
                "semantic-release",
                Vec::new(),
                "semantic-release",
            ),
        }
    }

    /// The versions that a range in the manifests asks for; none where no manifest names the package.
    fn dependency_versions(&self, name: &str) -> Option<Vec<Version>> {
        self.manifests()
            .find_map(|manifest| manifest.dependency(name))
            .map(|range| versions_of_range(&range.value))
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
            .is_some_and(|folder| workspace_globs(self.repository, folder).is_some())
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

fn unknown(name: &str, command: &str) -> Publisher {
    Publisher {
        name: name.to_owned(),
        command: command.to_owned(),
        version: None,
        exchange: Exchange::Unknown,
        prefers_token: false,
        is_guess: false,
    }
}
