//! The configuration of semantic-release, as far as it decides about npm.
//!
//! Source: lib/get-config.js and lib/plugins/index.js of semantic-release 24.2.9 and 25.0.9, lib/verify-npm.js and lib/publish.js of
//! @semantic-release/npm 12.0.2 and 13.2.0.

mod code;

use crate::model::manifest::Manifest;
use crate::sources::{Content, Sources};
use crate::syntax::json::{JsonKind, JsonValue};
use crate::syntax::yaml::{YamlNode, parse_yaml};
use crate::text::FolderPath;

/// Files in which semantic-release looks for its configuration: those of cosmiconfig 9.
const FILES: [&str; 12] = [
    ".releaserc",
    ".releaserc.json",
    ".releaserc.yaml",
    ".releaserc.yml",
    ".releaserc.js",
    ".releaserc.ts",
    ".releaserc.cjs",
    ".releaserc.mjs",
    "release.config.js",
    "release.config.ts",
    "release.config.cjs",
    "release.config.mjs",
];

const NPM_PLUGIN: &str = "@semantic-release/npm";
const EXEC_PLUGIN: &str = "@semantic-release/exec";

/// The commands of @semantic-release/exec, in the order in which they run. A rehearsal stops before `prepareCmd`.
/// Source: README.md of @semantic-release/exec 7.1.0.
const COMMANDS: [&str; 5] = [
    "verifyConditionsCmd",
    "verifyReleaseCmd",
    "prepareCmd",
    "publishCmd",
    "successCmd",
];

/// What semantic-release does for npm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NpmRelease {
    /// Nothing is published to npm by its plugins.
    Never,
    /// `@semantic-release/npm` publishes.
    ByPlugin,
    /// Another plugin may publish, by means of its own.
    ByOtherPlugin,
    /// What is not read decides: a shared configuration, or options that another place gives.
    Open,
}

/// The folder that the npm plugin publishes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) enum PackageRoot {
    /// That of semantic-release itself.
    #[default]
    Own,
    /// `pkgRoot`.
    Folder(String),
    /// Code computes it.
    Unknown,
}

/// What a configuration says of npm.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct ReleaseConfig {
    /// The plugins that are listed; none if the default ones run.
    plugins: Option<Vec<Plugin>>,
    /// Whether another configuration is laid below this one.
    extends: bool,
    /// Whether code computes it or the file cannot be read, so that what is known is only a part.
    is_computed: bool,
    /// Whether nothing is ever published: `dryRun`.
    is_dry_run: bool,
    /// The branches from which it releases; empty if the default ones count.
    branches: Vec<String>,
    /// Options outside of the list, which every plugin is given.
    shared: PluginOptions,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Plugin {
    /// None for an object or a name that code computes.
    name: Option<String>,
    options: PluginOptions,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct PluginOptions {
    npm_publish: Option<bool>,
    package_root: PackageRoot,
    commands: Vec<String>,
    /// `execCwd`: the folder of the commands.
    command_folder: Option<String>,
}

/// A command that a plugin runs, and its folder if that is not the one of semantic-release. It holds placeholders like
/// `${nextRelease.version}`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PluginCommand<'c> {
    pub(crate) text: &'c str,
    pub(crate) folder: Option<&'c str>,
}

impl ReleaseConfig {
    /// The configuration for a run in `folder`.
    pub(crate) fn read(sources: &Sources<'_>, folder: &FolderPath) -> Self {
        let manifest = sources.manifest_in(folder).map(|(_, manifest)| manifest);
        let of_manifest = manifest.and_then(Manifest::semantic_release);
        let of_file = || {
            FILES.iter().find_map(|name| {
                let path = folder.file(name)?;
                if sources.is_unreadable(&path) {
                    return Some(Self {
                        is_computed: true,
                        ..Self::default()
                    });
                }
                let file = sources.file(&path)?;
                Some(match file.content() {
                    Content::Json(json) => json.tree.as_ref().map(of_node).unwrap_or_default(),
                    _ if name.ends_with("js") || name.ends_with("ts") => code::of_code(&file.text),
                    _ => YamlNode::root(&parse_yaml(&file.text).tree)
                        .map(of_node)
                        .unwrap_or_default(),
                })
            })
        };
        match of_manifest {
            Some(member) => of_node(&member.value),
            None => of_file().unwrap_or_default(),
        }
    }

    /// The configuration with the plugins that the command line names. The options of those in the file do not count for them.
    /// Source: `getConfig` in lib/get-config.js of semantic-release 25.0.9.
    pub(crate) fn with_plugins(self, names: &[String]) -> Self {
        let plugins = names.iter().map(|name| Plugin {
            name: Some(name.clone()),
            options: PluginOptions::default(),
        });
        Self {
            plugins: Some(plugins.collect()),
            ..self
        }
    }

    /// What happens to npm. A package that is private is left alone by the npm plugin.
    pub(crate) fn npm_release(&self, sources: &Sources<'_>, folder: &FolderPath) -> NpmRelease {
        if self.is_dry_run {
            return NpmRelease::Never;
        }
        if self.is_computed {
            return NpmRelease::Open;
        }
        let Some(plugins) = &self.plugins else {
            return match self.extends {
                true => NpmRelease::Open,
                false if self.is_left_alone(sources, folder) => NpmRelease::Never,
                false => NpmRelease::ByPlugin,
            };
        };
        // The own list counts, and not that of a configuration below.
        let has_plugin = plugins.iter().any(Plugin::is_for_npm);
        if has_plugin && !self.is_left_alone(sources, folder) {
            return NpmRelease::ByPlugin;
        }
        match plugins.iter().any(Plugin::may_publish_otherwise) {
            true => NpmRelease::ByOtherPlugin,
            false => NpmRelease::Never,
        }
    }

    /// The branches from which it releases, by name or glob; empty if the default ones count, or code computes them.
    pub(crate) fn branches(&self) -> &[String] {
        &self.branches
    }

    /// The folder that the npm plugin publishes.
    pub(crate) fn package_root(&self) -> &PackageRoot {
        let own = &self.npm_options().package_root;
        match own {
            PackageRoot::Own => &self.shared.package_root,
            own => own,
        }
    }

    /// The commands that the plugin for commands runs, in their order.
    pub(crate) fn commands(&self) -> impl Iterator<Item = PluginCommand<'_>> {
        let plugins = self.plugins.iter().flatten();
        let with_commands = plugins.filter(|plugin| plugin.name.as_deref() == Some(EXEC_PLUGIN));
        with_commands.flat_map(|plugin| {
            plugin.options.commands.iter().map(|text| PluginCommand {
                text,
                folder: plugin.options.command_folder.as_deref(),
            })
        })
    }

    fn npm_options(&self) -> &PluginOptions {
        let mut plugins = self.plugins.iter().flatten();
        let plugin = plugins.find(|plugin| plugin.is_for_npm());
        plugin.map_or(&self.shared, |plugin| &plugin.options)
    }

    /// Whether the npm plugin publishes nothing: it is told so, or the package is private. The manifest of another folder may be
    /// made by the build.
    fn is_left_alone(&self, sources: &Sources<'_>, folder: &FolderPath) -> bool {
        if self.npm_options().npm_publish.or(self.shared.npm_publish) == Some(false) {
            return true;
        }
        let folder = match self.package_root() {
            PackageRoot::Own => Some(folder.clone()),
            PackageRoot::Folder(root) => folder.join(root),
            PackageRoot::Unknown => None,
        };
        folder
            .and_then(|folder| sources.manifest_in(&folder))
            .is_some_and(|(_, manifest)| manifest.is_private())
    }
}

impl Plugin {
    fn is_for_npm(&self) -> bool {
        self.name.as_deref() == Some(NPM_PLUGIN)
    }

    /// Whether a plugin other than that for npm may publish: one of the repository itself, or one for another package manager.
    fn may_publish_otherwise(&self) -> bool {
        let Some(name) = self.name.as_deref() else {
            return true;
        };
        let is_own = name.starts_with(['.', '/']);
        // `semantic-release-pnpm`, `@anolilab/semantic-release-pnpm`, `semantic-release-yarn`; but `…-npm-deprecate`.
        let is_manager =
            ["npm", "yarn"].iter().any(|word| name.contains(word)) && !name.contains("deprecate");
        name != NPM_PLUGIN && (is_own || is_manager)
    }
}

/// A value of a configuration file.
trait ConfigNode: Sized {
    fn get(&self, key: &str) -> Option<Self>;
    fn items(&self) -> Vec<Self>;
    fn text(&self) -> Option<&str>;
    fn truth(&self) -> Option<bool>;
    fn is_null(&self) -> bool;
}

impl ConfigNode for &JsonValue {
    fn get(&self, key: &str) -> Option<Self> {
        JsonValue::get(self, key)
    }

    fn items(&self) -> Vec<Self> {
        self.elements().iter().collect()
    }

    fn text(&self) -> Option<&str> {
        self.as_str()
    }

    fn truth(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        matches!(self.kind, JsonKind::Null)
    }
}

impl ConfigNode for YamlNode<'_> {
    fn get(&self, key: &str) -> Option<Self> {
        YamlNode::get(*self, key)
    }

    fn items(&self) -> Vec<Self> {
        YamlNode::items(*self).collect()
    }

    fn text(&self) -> Option<&str> {
        self.as_str()
    }

    fn truth(&self) -> Option<bool> {
        match self.as_str()? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        YamlNode::is_null(*self)
    }
}

fn of_node<N: ConfigNode>(root: N) -> ReleaseConfig {
    // What stands for a step replaces what the plugins do in it. A single plugin needs no list.
    // `null` leaves the default.
    let given = |key: &str| root.get(key).filter(|value| !value.is_null());
    let listed = given("publish").or_else(|| given("plugins"));
    let plugins = listed.map(|plugins| match (plugins.text(), plugins.get("path")) {
        (Some("false"), _) => Vec::new(),
        (Some(_), _) | (None, Some(_)) => vec![plugin(&plugins)],
        (None, None) => plugins.items().iter().map(plugin).collect(),
    });
    ReleaseConfig {
        plugins,
        extends: given("extends").is_some(),
        is_computed: false,
        is_dry_run: root.get("dryRun").and_then(|value| value.truth()) == Some(true),
        branches: branches(&root),
        shared: options(&root),
    }
}

/// `"main"`, or a list of names and objects with a `name`.
fn branches<N: ConfigNode>(root: &N) -> Vec<String> {
    let Some(given) = root.get("branches") else {
        return Vec::new();
    };
    let name = |node: &N| {
        let named = || node.get("name")?.text().map(str::to_owned);
        node.text().map(str::to_owned).or_else(named)
    };
    match name(&given) {
        Some(only) => vec![only],
        None => given.items().iter().filter_map(name).collect(),
    }
}

/// A name, or a name with options.
fn plugin<N: ConfigNode>(node: &N) -> Plugin {
    if let Some(name) = node.text() {
        return Plugin {
            name: Some(name.to_owned()),
            options: PluginOptions::default(),
        };
    }
    // `{ "path": "@semantic-release/npm", "npmPublish": false }` stands for a step.
    if let Some(path) = node.get("path") {
        return Plugin {
            name: path.text().map(str::to_owned),
            options: options(node),
        };
    }
    let parts = node.items();
    Plugin {
        name: parts.first().and_then(N::text).map(str::to_owned),
        options: parts.get(1).map(options).unwrap_or_default(),
    }
}

fn options<N: ConfigNode>(node: &N) -> PluginOptions {
    let root = node.get("pkgRoot");
    let command = |name: &&str| Some(node.get(name)?.text()?.to_owned());
    PluginOptions {
        npm_publish: node.get("npmPublish").and_then(|value| value.truth()),
        package_root: match root.as_ref().and_then(N::text) {
            Some(root) => PackageRoot::Folder(root.to_owned()),
            None => PackageRoot::Own,
        },
        commands: COMMANDS.iter().filter_map(command).collect(),
        command_folder: node
            .get("execCwd")
            .and_then(|folder| Some(folder.text()?.to_owned())),
    }
}

#[cfg(test)]
mod tests;
