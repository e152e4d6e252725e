//! Which tool publishes, in which version, and what performs the token exchange for it.

mod asked;
mod versions;

use std::slice;

use super::package_manager::{package_manager, yarn_of_lock_file};
use super::packages::{GlobOrder, workspace_globs};
use crate::knowledge::pnpm_releases::installed_pnpm;
use crate::publish::machine::Machine;
use crate::publish::read::command::PublishCommand;
use crate::publish::read::release_it_config::release_it_settings;
use crate::publish::read::rush_config::RushConfig;
use crate::publish::site::{PublishClient, PublishingTool, ToolRelease};
use crate::publish::tools::{
    ENDS_WITH_BUN, Exchange, PackageManager, Publishes, Tool, ToolEntry, tool_with_key,
};
use crate::sources::Sources;
use crate::text::{FilePath, FolderPath};
use crate::versions::version::{Truth, Version};
use versions::ToolVersions;
pub(crate) use versions::lowest_of_range;

/// What the search for the publisher's version looks at.
pub(crate) struct ToolSearch<'s, 'a> {
    pub(crate) sources: &'s Sources<'a>,
    pub(crate) machine: &'s Machine,
    /// The folder in which the command runs, if known.
    pub(crate) folder: Option<&'s FolderPath>,
}

impl ToolSearch<'_, '_> {
    /// The tool that a command publishes with.
    pub(crate) fn of_command(&self, command: &PublishCommand) -> PublishingTool {
        let pinned = self.asked_version(command);
        let text = command.text.as_str();
        let found = match command.tool {
            tool if command.is_configured => self.by_its_key(tool, text),
            Tool::Changesets => self.changesets(pinned, text),
            Tool::Auto => self.auto(pinned, text),
            Tool::ReleaseIt => self.release_it(command),
            Tool::Lerna => self.lerna(pinned, text),
            Tool::SemanticRelease => self.semantic_release(pinned, text),
            // Which semantic-release a fetched one includes is not known.
            Tool::MultiSemanticRelease => self.semantic_release(pinned.map(|_| "$"), text),
            Tool::NpmPublish => self.npm_publish(pinned, text),
            Tool::VitePlus => self.vite_plus(text),
            Tool::Ni => self.ni(text),
            Tool::Rush => self.rush(text),
            Tool::Nx => self.nx(pinned, text),
            // Another manifest than the one looked at may say who publishes.
            tool @ Tool::Napi if command.options.has_own_config => {
                PublishingTool::unknown(tool, "napi", text.to_owned())
            }
            tool => self.of_register(tool, pinned, text),
        };
        PublishingTool {
            is_staged: command.is_staged,
            ..found
        }
    }

    /// The tool of an action that publishes by itself. `key` is its key in the register.
    pub(crate) fn of_action(&self, key: &str, action: &str, pinned: Option<&str>) -> PublishingTool {
        let tool = tool_with_key(key).map_or(Tool::Script, |entry| entry.tool);
        match tool {
            Tool::Changesets => self.changesets(None, action),
            Tool::SemanticRelease => self.semantic_release(pinned, action),
            tool => self.by_its_key(tool, action),
        }
    }

    /// A tool that is known by its entry alone. It is shown by its key, which is how the user names it, unless only the table
    /// of actions names it so.
    fn by_its_key(&self, tool: Tool, command: &str) -> PublishingTool {
        let found = self.of_entry(tool, ToolVersions::default(), command);
        let name = match tool {
            Tool::NpmPublishWithToken | Tool::ActionWithToken => found.name,
            tool => tool.entry().map_or(found.name, |entry| entry.key),
        };
        PublishingTool { name, ..found }
    }

    /// A tool whose entry says everything.
    fn of_register(&self, tool: Tool, pinned: Option<&str>, command: &str) -> PublishingTool {
        let entry = tool.entry();
        let versions = match tool {
            Tool::Pnpm => self.pnpm_versions(pinned).into(),
            Tool::YarnBerry => self.yarn_versions().into(),
            Tool::Bun => self.bun_versions().into(),
            _ => match entry.filter(|entry| entry.publishes != Publishes::ItselfInAnyVersion) {
                Some(entry) => self.tool_versions(pinned, entry),
                None => ToolVersions::default(),
            },
        };
        let own = self.of_entry(tool, versions, command);
        match (entry.map(|entry| entry.publishes), self.package_manager()) {
            (Some(Publishes::By(managers)), Some(manager)) if managers.contains(&manager) => {
                self.through(manager, own)
            }
            (Some(Publishes::ByManifestKey(section, key)), _) => self.through_configured((section, key), own),
            _ => own,
        }
    }

    /// A tool with one of these versions, as its entry describes it.
    fn of_entry(&self, tool: Tool, versions: impl Into<ToolVersions>, command: &str) -> PublishingTool {
        let versions = versions.into();
        let candidates = &versions.candidates;
        let Some(entry) = tool.entry() else {
            return PublishingTool::unknown(tool, "script", command.to_owned());
        };
        let exchange = match tool {
            // npm itself is the npm on the PATH; whether that one can is another question.
            Tool::Npm => Exchange::NpmOnPath,
            _ => entry.exchange_of(candidates),
        };
        // A tool that leaves the publishing to npm leaves the choice of the credential to it too.
        let prefers_token =
            exchange != Exchange::NpmOnPath && entry.tokens.wins.include(candidates) == Truth::Yes;
        let since = entry.exchanges_since().filter(|_| tool != Tool::Npm);
        PublishingTool {
            exchange,
            prefers_token,
            token_places: entry.tokens.places(candidates),
            registry_places: entry.registry.places(candidates),
            exchanges_scoped: entry.exchanges_scoped(candidates),
            signs_by_itself: entry.provenance.is_automatic.include(candidates),
            asked_for_provenance_by: entry.provenance.asked_by,
            provenance_turned_off_by: entry.provenance.turned_off_by,
            refuses_provenance: entry.provenance.refuses.include(candidates),
            since: since.map(|since| (entry.package, since)),
            asks_for_token: entry.tokens.is_asked_for.include(candidates),
            release: ToolRelease {
                version: versions.known().cloned(),
                locked_at: versions.locked_at,
            },
            ..PublishingTool::unknown(tool, entry.name, command.to_owned())
        }
    }

    /// A tool that has the package manager of the repository publish.
    fn through(&self, manager: PackageManager, tool: PublishingTool) -> PublishingTool {
        let versions = match manager {
            PackageManager::Pnpm => self.pnpm_versions(None),
            PackageManager::YarnBerry => self.yarn_versions(),
            PackageManager::Bun => self.bun_versions(),
            PackageManager::Npm | PackageManager::YarnClassic => Vec::new(),
        };
        self.through_version(manager, versions, tool)
    }

    /// A tool that has a package manager publish which has one of these versions.
    fn through_version(
        &self,
        manager: PackageManager,
        versions: Vec<Version>,
        tool: PublishingTool,
    ) -> PublishingTool {
        let client = self.of_entry(manager.tool(), versions, &tool.command);
        PublishingTool {
            exchange: client.exchange,
            prefers_token: client.prefers_token,
            token_places: client.token_places,
            registry_places: client.registry_places,
            exchanges_scoped: client.exchanges_scoped,
            signs_by_itself: client.signs_by_itself,
            asked_for_provenance_by: client.asked_for_provenance_by,
            provenance_turned_off_by: client.provenance_turned_off_by,
            refuses_provenance: client.refuses_provenance,
            errors: match tool.errors.prints_codes {
                true => client.errors,
                false => tool.errors,
            },
            client: Some(PublishClient {
                tool: client.tool,
                name: client.name,
                version: client.release.version,
            }),
            // An update of the tool changes nothing, one of the package manager may.
            since: client.since,
            ..tool
        }
    }

    /// A tool that publishes with the package manager that the manifest names for it.
    fn through_configured(&self, (section, key): (&str, &str), own: PublishingTool) -> PublishingTool {
        let manifest = self.manifests().map(|(_, manifest)| manifest).next();
        let named = manifest.and_then(|manifest| manifest.root.get(section)?.get(key)?.as_str());
        match named {
            None | Some("npm") => own,
            Some("pnpm") => self.through(PackageManager::Pnpm, own),
            Some("bun") => self.through(PackageManager::Bun, own),
            Some(_) => PublishingTool {
                exchange: Exchange::Unknown,
                ..own
            },
        }
    }

    fn package_manager(&self) -> Option<PackageManager> {
        package_manager(self.sources, self.machine)
    }

    /// The package manager that changesets has publish. Without one in the manifest, version 3 goes by the lock file.
    /// Source: `getPublishTool` of @changesets/cli 3.0.3, and `LOCKS` of the package-manager-detector 1.9.0 that it asks.
    pub(crate) fn package_manager_of_changesets(&self) -> Option<PackageManager> {
        let is_named = || {
            let (_, manifest) = self.manifests().last()?;
            let has_engines = !manifest.dev_engines.package_managers.is_empty();
            Some(manifest.package_manager.is_some() || has_engines)
        };
        let exists = |name: &str| {
            let path = FilePath::new(name);
            path.is_some_and(|path| self.sources.file_on_demand(&path).is_some())
        };
        self.package_manager().or_else(|| {
            let yarn = yarn_of_lock_file(self.sources).filter(|_| is_named() == Some(false))?;
            let is_first = !exists("bun.lock") && !exists("pnpm-lock.yaml");
            is_first.then_some(yarn)
        })
    }

    /// `changeset publish` runs `npm publish` in a Yarn repository up to version 2, and `yarn npm publish` from 3 on, which
    /// refuses Yarn 1.
    fn changesets(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        let manager = self.package_manager_of_changesets();
        let third = Version::from((3_u64, 0_u64, 0_u64));
        let turning_points = match manager {
            Some(PackageManager::YarnBerry | PackageManager::YarnClassic) => slice::from_ref(&third),
            _ => &[],
        };
        let versions = self.versions_between(pinned, "@changesets/cli", turning_points);
        let major = versions.major();
        let own = self.of_entry(Tool::Changesets, versions, command);
        match manager {
            Some(PackageManager::Pnpm) => self.through(PackageManager::Pnpm, own),
            Some(manager @ (PackageManager::YarnBerry | PackageManager::YarnClassic)) => match major {
                Some(..=2) => own,
                Some(3) if manager == PackageManager::YarnBerry => self.through(manager, own),
                _ => PublishingTool {
                    exchange: Exchange::Unknown,
                    ..own
                },
            },
            _ => own,
        }
    }

    /// The versions that @changesets/cli may have for a command, or for an action that runs it.
    pub(crate) fn changesets_versions(
        &self,
        command: Option<&PublishCommand>,
        turning_points: &[Version],
    ) -> Vec<Version> {
        let pinned = command.and_then(|command| self.asked_version(command));
        self.versions_between(pinned, "@changesets/cli", turning_points)
            .candidates
    }

    /// The npm plugin of auto has lerna publish a monorepo.
    fn auto(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        let is_lerna = self.depends_on("lerna") && self.is_monorepo();
        match is_lerna {
            true => PublishingTool {
                tool: Tool::Auto,
                name: "auto",
                token_places: Tool::Auto.token_places(),
                ..self.lerna(None, command)
            },
            false => self.of_register(Tool::Auto, pinned, command),
        }
    }

    fn release_it(&self, command: &PublishCommand) -> PublishingTool {
        let own = self.of_register(Tool::ReleaseIt, None, &command.text);
        let Some(folder) = self.folder.filter(|_| !command.options.has_own_config) else {
            return PublishingTool {
                asks_for_token: Truth::Maybe,
                ..own
            };
        };
        let settings = release_it_settings(self.sources, folder);
        PublishingTool {
            asks_for_token: if command.options.skips_checks {
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
    fn npm_publish(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        let fourth = Version::from((4_u64, 0_u64, 0_u64));
        let versions = self.versions_between(pinned, "@jsdevtools/npm-publish", slice::from_ref(&fourth));
        let tool = match versions.major() {
            Some(..=3) => Tool::NpmPublishWithToken,
            _ => Tool::NpmPublish,
        };
        self.of_entry(tool, versions, command)
    }

    /// Vite+ installs the package manager that the manifest names, in the version that it names.
    fn vite_plus(&self, command: &str) -> PublishingTool {
        let own = self.of_register(Tool::VitePlus, None, command);
        match self.package_manager() {
            Some(PackageManager::Npm) => {
                let versions = self.package_manager_versions("npm");
                let npm = Tool::Npm.entry();
                PublishingTool {
                    exchange: npm.map_or(Exchange::Unknown, |npm| npm.exchange_of(&versions)),
                    release: ToolRelease {
                        version: ToolVersions::from(versions).known().cloned(),
                        locked_at: None,
                    },
                    token_places: Tool::Npm.token_places(),
                    ..own
                }
            }
            Some(manager) => self.through(manager, own),
            None => own,
        }
    }

    /// `na publish` of @antfu/ni. Yarn Berry has no `yarn publish`.
    fn ni(&self, command: &str) -> PublishingTool {
        let own = self.of_register(Tool::Ni, None, command);
        match self.package_manager() {
            Some(PackageManager::YarnBerry) | None => own,
            Some(PackageManager::Npm) => PublishingTool {
                exchange: Exchange::NpmOnPath,
                token_places: Tool::Npm.token_places(),
                ..own
            },
            Some(manager) => self.through(manager, own),
        }
    }

    /// nx may go on with npm where Bun finds no token. A token that Bun finds counts before the exchange.
    fn nx(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        let found = self.of_register(Tool::Nx, pinned, command);
        let is_bun = found
            .client
            .as_ref()
            .is_some_and(|client| client.tool == Tool::Bun);
        let Some(entry) = Tool::Nx.entry().filter(|_| is_bun) else {
            return found;
        };
        let versions = self.tool_versions(pinned, entry);
        match ENDS_WITH_BUN.include(&versions.candidates) {
            Truth::Yes => found,
            Truth::No => PublishingTool {
                prefers_token: true,
                ..self.of_entry(Tool::Nx, versions, command)
            },
            Truth::Maybe => PublishingTool {
                exchange: Exchange::Unknown,
                ..found
            },
        }
    }

    /// Rush installs the npm or pnpm that `rush.json` names. In place of Yarn it runs the npm on the PATH.
    fn rush(&self, command: &str) -> PublishingTool {
        let own = self.of_register(Tool::Rush, None, command);
        let config = self
            .folder
            .and_then(|folder| RushConfig::find(self.sources, folder));
        let found = match config.and_then(|config| config.package_manager()) {
            Some((PackageManager::Npm, version)) => {
                let versions = lowest_of_range(version);
                let npm = Tool::Npm.entry();
                PublishingTool {
                    exchange: npm.map_or(Exchange::Unknown, |npm| npm.exchange_of(&versions)),
                    client: Some(PublishClient {
                        tool: Tool::Npm,
                        name: "npm",
                        version: ToolVersions::from(versions).known().cloned(),
                    }),
                    since: npm.and_then(|npm| Some((npm.package, npm.exchanges_since()?))),
                    ..own
                }
            }
            Some((PackageManager::Pnpm, version)) => {
                let versions = installed_pnpm(version).into_iter().collect();
                self.through_version(PackageManager::Pnpm, versions, own)
            }
            Some(_) => PublishingTool {
                exchange: Exchange::NpmOnPath,
                ..own
            },
            None => own,
        };
        // It gives each of them an `.npmrc` of npm's.
        let token_places = match found.exchange {
            Exchange::Unknown => Tool::Rush.token_places(),
            _ => Tool::Npm.token_places(),
        };
        PublishingTool {
            token_places,
            ..found
        }
    }

    fn lerna(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        let lite = ["@lerna-lite/cli", "@lerna-lite/publish"]
            .into_iter()
            .find(|package| self.depends_on(package));
        if let (Some(lite), None) = (lite, pinned) {
            let versions = self.versions_between(None, lite, &turning_points(Tool::LernaLite));
            return self.of_entry(Tool::LernaLite, versions, command);
        }
        self.of_register(Tool::Lerna, pinned, command)
    }

    /// semantic-release looks for a plugin beside itself first, and only then in the repository. Package managers put the plugin
    /// that the repository depends on there, unless it is not the major that semantic-release asks for; then it gets one of its
    /// own. Source: `loadPlugin` in lib/plugins/utils.js of semantic-release 24.2.9 and 25.0.9, which ask for
    /// @semantic-release/npm ^12.0.2 and ^13.1.1; measured with plugin 13 beside 24, and 12 beside 25.
    fn semantic_release(&self, pinned: Option<&str>, command: &str) -> PublishingTool {
        const PLUGIN: &str = "@semantic-release/npm";
        let own = self.of_register(Tool::SemanticRelease, pinned, command);
        // A semantic-release that the command names takes the plugin that it includes.
        if pinned.is_some() || !self.depends_on(PLUGIN) {
            return own;
        }
        let plugin = self.of_register(Tool::SemanticReleaseNpm, None, command);
        let of_plugin = |plugin: PublishingTool| PublishingTool {
            tool: Tool::SemanticRelease,
            client: Some(PublishClient {
                tool: Tool::SemanticReleaseNpm,
                name: PLUGIN,
                version: plugin.release.version,
            }),
            release: ToolRelease {
                version: None,
                locked_at: plugin.release.locked_at,
            },
            ..plugin
        };
        let major = plugin.release.version.as_ref().map(Version::major);
        match (own.exchange, plugin.exchange) {
            // It asks for a token, and then the newer plugin's npm publishes and makes the exchange.
            (Exchange::Unsupported, Exchange::Itself) => PublishingTool {
                exchange: match self.is_hoisted() {
                    true => Exchange::Itself,
                    false => Exchange::Unknown,
                },
                asks_for_token: Truth::Yes,
                ..own
            },
            (Exchange::Unsupported, _) => own,
            (Exchange::Itself, Exchange::Unsupported) if major == Some(13) => own,
            // The older plugin's npm 10 publishes, which knows nothing of the exchange.
            (Exchange::Itself, Exchange::Unsupported) => PublishingTool {
                loses_exchanged_token: match self.is_hoisted() {
                    true => Truth::Yes,
                    false => Truth::Maybe,
                },
                client: of_plugin(plugin).client,
                ..own
            },
            (Exchange::Unknown, _) if self.depends_on("semantic-release") => own,
            _ => of_plugin(plugin),
        }
    }

    /// Whether the programs of all dependencies are in `node_modules/.bin`, also of those that only a dependency depends on.
    fn is_hoisted(&self) -> bool {
        match self.package_manager() {
            Some(PackageManager::Npm | PackageManager::YarnClassic | PackageManager::Bun) => true,
            Some(_) => false,
            None => {
                let locks = self.nearest_lock_files(self.folder.cloned().unwrap_or_default());
                locks
                    .iter()
                    .any(|(path, _)| path.file_name() == "package-lock.json")
            }
        }
    }

    /// Whether the folder is the root of a monorepo.
    pub(crate) fn is_monorepo(&self) -> bool {
        self.folder
            .is_some_and(|folder| workspace_globs(self.sources, folder, GlobOrder::default()).is_some())
    }
}

/// The releases at which a tool changes what it does.
fn turning_points(tool: Tool) -> Vec<Version> {
    tool.entry().map(ToolEntry::turning_points).unwrap_or_default()
}

#[cfg(test)]
mod tests;
