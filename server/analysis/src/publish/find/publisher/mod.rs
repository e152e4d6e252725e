//! Who publishes, in which version, and who performs the exchange for it.

mod versions;

use std::slice;

use super::package_manager::{PackageManager, package_manager};
use super::packages::workspace_globs;
use crate::knowledge::publishers::Exchange;
use crate::knowledge::publishers::publisher as known_publisher;
use crate::publish::machine::Machine;
use crate::publish::read::command::{PublishCommand, Tool};
use crate::publish::read::tool_config::release_it_settings;
use crate::publish::site::{PublishClient, PublishingTool};
use crate::sources::Sources;
use crate::text::FolderPath;
use crate::versions::version::Truth;
use crate::versions::version::Version;
use versions::ToolVersions;

/// What the search for the publisher's version looks at.
pub(crate) struct PublisherSearch<'s, 'a> {
    pub(crate) sources: &'s Sources<'a>,
    pub(crate) machine: &'s Machine,
    /// The folder in which the command runs; none where it is not known.
    pub(crate) folder: Option<&'s FolderPath>,
}

impl PublisherSearch<'_, '_> {
    /// The publisher behind a command.
    pub(crate) fn of_command(&self, command: &PublishCommand) -> PublishingTool {
        let pinned = command.tool_version.as_deref();
        match &command.tool {
            Tool::Npm => self.unversioned("npm", "npm", "npm publish"),
            Tool::NpmStage => self.unversioned("npm", "npm", "npm stage publish"),
            Tool::Pnpm => self.of_table("pnpm", "pnpm", self.pnpm_versions(pinned), "pnpm publish"),
            Tool::PnpmStage => {
                self.of_table("pnpm", "pnpm", self.pnpm_versions(pinned), "pnpm stage publish")
            }
            Tool::YarnClassic => self.unversioned("yarn-classic", "yarn", "yarn publish"),
            Tool::YarnBerry => self.of_table("yarn-berry", "yarn", self.yarn_versions(), "yarn npm publish"),
            Tool::Bun => self.unversioned("bun", "bun", "bun publish"),
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
                let versions = self.tool_versions(pinned, "ossjs-release", "@ossjs/release");
                self.of_table("ossjs-release", "release", versions, "release publish")
            }
            Tool::Beachball => self.unversioned("beachball", "beachball", "beachball publish"),
            Tool::Shipjs => self.unversioned("shipjs", "shipjs", "shipjs trigger"),
            Tool::CleanPublish => self.unversioned("clean-publish", "clean-publish", "clean-publish"),
            Tool::Configured { publisher, command } => self.unversioned(publisher, publisher, command),
            Tool::Other(name) => self.unversioned(name, name, &format!("{name} publish")),
        }
    }

    /// The publisher behind an action that publishes by itself; `name` as the table of tools has it.
    pub(crate) fn of_action(&self, name: &'static str, action: &str) -> PublishingTool {
        match name {
            "changesets" => self.changesets(None, action),
            "semantic-release" => self.semantic_release(None, action),
            name => self.unversioned(name, name, action),
        }
    }

    /// A tool that does the same in all its versions, or of which none is known.
    fn unversioned(&self, table: &str, name: &str, command: &str) -> PublishingTool {
        self.of_table(table, name, ToolVersions::default(), command)
    }

    fn of_table(
        &self,
        table: &str,
        name: &str,
        versions: impl Into<ToolVersions>,
        command: &str,
    ) -> PublishingTool {
        let versions = versions.into();
        let candidates = &versions.candidates;
        let known = known_publisher(table);
        let exchange = match table {
            // npm itself is the npm on the PATH; whether that one can is another question.
            "npm" => Exchange::NpmOnPath,
            _ => known.map_or(Exchange::Unknown, |known| known.exchange(candidates)),
        };
        // A tool that leaves the publishing to npm leaves the choice of the credential to it too.
        let prefers_token = exchange != Exchange::NpmOnPath
            && known.is_some_and(|known| known.token_wins.include(candidates) == Truth::Yes);
        PublishingTool {
            name: name.to_owned(),
            command: command.to_owned(),
            since: known
                .filter(|_| table != "npm")
                .and_then(|known| Some((known.package, known.since.clone()?))),
            asks_for_token: known.map_or(Truth::Maybe, |known| known.asks_for_token.include(candidates)),
            version: versions.known().cloned(),
            locked_at: versions.locked_at,
            client: None,
            exchange,
            prefers_token,
            is_guess: false,
            in_code: None,
        }
    }

    /// A tool that has the package manager of the repository publish.
    fn through(&self, manager: PackageManager, tool: PublishingTool) -> PublishingTool {
        let (table, name, versions) = match manager {
            PackageManager::Npm => ("npm", "npm", Vec::new()),
            PackageManager::Pnpm => ("pnpm", "pnpm", self.pnpm_versions(None)),
            PackageManager::YarnClassic => ("yarn-classic", "yarn", Vec::new()),
            PackageManager::YarnBerry => ("yarn-berry", "yarn", self.yarn_versions()),
            PackageManager::Bun => ("bun", "bun", Vec::new()),
        };
        let client = self.of_table(table, name, versions, &tool.command);
        PublishingTool {
            exchange: client.exchange,
            prefers_token: client.prefers_token,
            client: Some(PublishClient {
                name,
                version: client.version,
            }),
            // An update of the tool changes nothing.
            since: None,
            ..tool
        }
    }

    fn package_manager(&self) -> Option<PackageManager> {
        package_manager(self.sources, self.machine)
    }

    /// `changeset publish` runs `npm publish` in a Yarn repository up to version 2, and `yarn npm publish` from 3 on.
    fn changesets(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        let manager = self.package_manager();
        let third = Version::from((3_u64, 0_u64, 0_u64));
        let turning_points = match manager {
            Some(PackageManager::YarnBerry) => slice::from_ref(&third),
            _ => &[],
        };
        let versions = self.versions_between(pinned, "@changesets/cli", turning_points);
        let major = versions.major();
        let own = self.of_table("changesets", "changesets", versions, command);
        match manager {
            Some(PackageManager::Pnpm) => self.through(PackageManager::Pnpm, own),
            Some(PackageManager::YarnBerry) => match major {
                Some(..=2) => own,
                Some(3) => self.through(PackageManager::YarnBerry, own),
                _ => PublishingTool {
                    exchange: Exchange::Unknown,
                    ..own
                },
            },
            _ => own,
        }
    }

    /// nx runs `npm publish` in a Yarn repository too.
    fn nx(&self, command: &str) -> PublishingTool {
        let own = self.of_table("nx", "nx", self.tool_versions(None, "nx", "nx"), command);
        match self.package_manager() {
            Some(manager @ (PackageManager::Pnpm | PackageManager::Bun)) => self.through(manager, own),
            _ => own,
        }
    }

    fn np(&self, pinned: Option<&str>) -> PublishingTool {
        let own = self.of_table("np", "np", self.tool_versions(pinned, "np", "np"), "np");
        match self.package_manager() {
            Some(manager @ (PackageManager::Pnpm | PackageManager::YarnBerry)) => self.through(manager, own),
            _ => own,
        }
    }

    /// The npm plugin of auto has lerna publish a monorepo.
    fn auto(&self) -> PublishingTool {
        let is_lerna = self.depends_on("lerna") && self.is_monorepo();
        match is_lerna {
            true => PublishingTool {
                name: "auto".to_owned(),
                ..self.lerna(None, "auto shipit")
            },
            false => self.unversioned("auto", "auto", "auto shipit"),
        }
    }

    fn release_it(&self, command: &PublishCommand) -> PublishingTool {
        let own = self.unversioned("release-it", "release-it", "release-it");
        let Some(folder) = self.folder.filter(|_| !command.has_own_config) else {
            return PublishingTool {
                asks_for_token: Truth::Maybe,
                ..own
            };
        };
        let settings = release_it_settings(self.sources, folder);
        PublishingTool {
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
    fn npm_publish(&self, pinned: Option<&str>) -> PublishingTool {
        let fourth = Version::from((4_u64, 0_u64, 0_u64));
        let versions = self.versions_between(pinned, "@jsdevtools/npm-publish", slice::from_ref(&fourth));
        match versions.major() {
            Some(..=3) => self.of_table("npm-publish-with-token", "npm-publish", versions, "npm-publish"),
            _ => self.of_table("npm-publish", "npm-publish", versions, "npm-publish"),
        }
    }

    /// Vite+ brings the package manager that the manifest names in the version that it names.
    fn vite_plus(&self) -> PublishingTool {
        let (name, command) = ("vp", "vp pm publish");
        match self.package_manager() {
            Some(PackageManager::Npm) => {
                let versions = self.package_manager_versions("npm");
                let exchange =
                    known_publisher("npm").map_or(Exchange::Unknown, |npm| npm.exchange(&versions));
                PublishingTool {
                    exchange,
                    ..self.of_table("vite-plus", name, versions, command)
                }
            }
            Some(manager) => self.through(manager, self.unversioned("vite-plus", name, command)),
            None => self.unversioned("vite-plus", name, command),
        }
    }

    fn lerna(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        let lite = ["@lerna-lite/cli", "@lerna-lite/publish"]
            .into_iter()
            .find(|package| self.depends_on(package));
        if let (Some(lite), None) = (lite, pinned) {
            let versions = self.tool_versions(None, "lerna-lite", lite);
            return self.of_table("lerna-lite", "lerna-lite", versions, command);
        }
        let versions = self.tool_versions(pinned, "lerna", "lerna");
        self.of_table("lerna", "lerna", versions, command)
    }

    fn semantic_release(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        const PLUGIN: &str = "@semantic-release/npm";
        if self.depends_on(PLUGIN) {
            let versions = self.tool_versions(None, "semantic-release-npm", PLUGIN);
            let plugin = self.of_table("semantic-release-npm", "semantic-release", versions, command);
            return PublishingTool {
                version: None,
                client: Some(PublishClient {
                    name: PLUGIN,
                    version: plugin.version,
                }),
                ..plugin
            };
        }
        // Without a version npx takes the newest release, which does the exchange; but a shared configuration or an
        // earlier step may bring another.
        let versions = self.tool_versions(pinned, "semantic-release", "semantic-release");
        self.of_table("semantic-release", "semantic-release", versions, command)
    }

    /// Whether the folder is the root of a monorepo.
    pub(crate) fn is_monorepo(&self) -> bool {
        self.folder
            .is_some_and(|folder| workspace_globs(self.sources, folder, false).is_some())
    }
}

#[cfg(test)]
mod tests;
