//! `rush.json`: the package manager that Rush installs for itself, the projects, and the Nodes on which it runs.
//!
//! Read in @microsoft/rush-lib 5.164.0: lib/api/RushConfiguration.js and lib/api/RushConfigurationProject.js.

use crate::publish::tools::PackageManager;
use crate::sources::Sources;
use crate::syntax::json::JsonValue;
use crate::text::{FilePath, FolderPath};
use crate::versions::version::{Truth, Version, parse_range};

/// The configuration of Rush for a monorepo.
#[derive(Clone, Debug)]
pub(crate) struct RushConfig<'a> {
    /// The folder of `rush.json`.
    pub(crate) folder: FolderPath,
    root: &'a JsonValue,
}

/// The packages that Rush publishes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RushProjects {
    /// Their names.
    pub(crate) names: Vec<String>,
    /// Whether some are published from a folder that the build makes.
    pub(crate) has_build_folders: bool,
}

impl<'a> RushConfig<'a> {
    /// The `rush.json` of a folder or of the nearest one above it, where Rush finds it.
    pub(crate) fn find(sources: &Sources<'a>, folder: &FolderPath) -> Option<Self> {
        folder.and_above().find_map(|folder| {
            let root = sources.file(&folder.file("rush.json")?)?.json()?;
            Some(Self { folder, root })
        })
    }

    /// The package manager with which Rush publishes, and its version. Rush installs it into a folder of its own, except for
    /// Yarn, in whose place it runs the npm on the PATH.
    pub(crate) fn package_manager(&self) -> Option<(PackageManager, &'a str)> {
        let version = |key| self.root.get(key).and_then(JsonValue::as_str);
        let of_key = |(key, manager)| Some((manager, version(key)?));
        let mut named = [
            ("npmVersion", PackageManager::Npm),
            ("pnpmVersion", PackageManager::Pnpm),
            ("yarnVersion", PackageManager::YarnClassic),
        ]
        .into_iter()
        .filter_map(of_key);
        // Rush refuses a file with several.
        named.next().filter(|_| named.next().is_none())
    }

    /// The projects that `rush publish` may publish; with a version policy, those that it names.
    pub(crate) fn projects(&self, policy: Option<&str>) -> RushProjects {
        let mut found = RushProjects::default();
        for project in self.root.get("projects").map_or(&[][..], JsonValue::elements) {
            let text = |key| project.get(key).and_then(JsonValue::as_str);
            let of_policy = text("versionPolicyName");
            let is_published = of_policy.is_some()
                || project.get("shouldPublish").and_then(JsonValue::as_bool) == Some(true);
            let is_meant = policy.is_none_or(|policy| of_policy == Some(policy));
            let Some(name) = text("packageName").filter(|_| is_published && is_meant) else {
                continue;
            };
            match text("publishFolder") {
                None | Some("." | "./") => found.names.push(name.to_owned()),
                Some(_) => found.has_build_folders = true,
            }
        }
        found
    }

    /// The folders of all projects.
    pub(crate) fn project_folders(&self) -> Vec<String> {
        let projects = self.root.get("projects").map_or(&[][..], JsonValue::elements);
        let folders = projects
            .iter()
            .filter_map(|project| project.get("projectFolder")?.as_str());
        folders.map(str::to_owned).collect()
    }

    /// Whether Rush runs on one of these Nodes. It ends with an error on any other.
    pub(crate) fn runs_on(&self, nodes: &[Version]) -> Truth {
        let range = self
            .root
            .get("nodeSupportedVersionRange")
            .and_then(JsonValue::as_str);
        let Some(range) = range.and_then(parse_range) else {
            return Truth::Yes;
        };
        Truth::of_all(nodes.iter().map(|node| Truth::from(range.satisfies(node))))
    }

    /// The `.npmrc` with which Rush publishes, instead of the one in the home folder.
    pub(crate) fn npmrc_path(&self) -> Option<FilePath> {
        self.folder.file("common/config/rush/.npmrc-publish")
    }
}
