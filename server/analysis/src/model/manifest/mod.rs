//! `package.json`: what npm, setup-node and the publishing tools read from it.
//!
//! A value of the wrong type counts as absent: such a file is for npm to complain about, not for us.

mod engines;
mod publish_config;

pub(crate) use engines::{
    DevEngine, DevEngines, EnginePin, NodeVersionSource, PinnedPackageManager, VoltaPin,
};
pub(crate) use publish_config::PublishConfig;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::model::repository::RepositoryField;
use crate::syntax::json::{JsonKind, JsonMember, JsonValue};
use crate::text::Ranged;

/// A `package.json`.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    /// The file's root value, for what has no field here and for edits.
    pub root: JsonValue,
    /// The package's name.
    pub name: Option<Ranged<String>>,
    /// The package's version.
    pub version: Option<Ranged<String>>,
    /// Whether npm takes the package for private; like npm, everything that JavaScript calls true counts.
    pub private: Option<Ranged<bool>>,
    /// The scripts in text order.
    pub scripts: Vec<PackageScript>,
    /// Which script a name stands for, where there are many and one was asked for.
    script_numbers: OnceLock<HashMap<String, usize>>,
    /// Which repository the package says it comes from.
    pub repository: RepositoryField,
    /// Settings for `npm publish`.
    pub publish_config: Option<PublishConfig>,
    /// The globs of `workspaces`, in either of its two forms. None without that field.
    pub workspaces: Option<Vec<Ranged<String>>>,
    /// `packageManager`, which corepack reads.
    pub package_manager: Option<PinnedPackageManager>,
    /// `engines`
    pub engines: EnginePin,
    /// `volta`
    pub volta: VoltaPin,
    /// `devEngines`
    pub dev_engines: DevEngines,
}

/// From how many scripts on a table of their names is worth its price.
const MANY_SCRIPTS: usize = 64;

/// An entry of `scripts`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PackageScript {
    /// Its name.
    pub name: Ranged<String>,
    /// What it runs.
    pub command: Ranged<String>,
}

const DEPENDENCY_SECTIONS: [&str; 4] = [
    "devDependencies",
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
];

/// The sections that npm installs with a package.
/// Source: <https://docs.npmjs.com/cli/v11/configuring-npm/package-json>; measured with npm 11.19.1, which uploads them as they are.
const INSTALLED_SECTIONS: [&str; 3] = ["dependencies", "optionalDependencies", "peerDependencies"];

impl Manifest {
    /// Reads a manifest from the root value of its file.
    pub(crate) fn new(root: JsonValue) -> Self {
        Self {
            name: text_of(&root, "name"),
            version: text_of(&root, "version"),
            private: root
                .get("private")
                .map(|value| Ranged::new(is_truthy(value), value.range)),
            scripts: scripts(&root),
            script_numbers: OnceLock::new(),
            repository: RepositoryField::of_manifest(&root),
            publish_config: root.get("publishConfig").and_then(PublishConfig::read),
            workspaces: root.get("workspaces").and_then(workspace_globs),
            package_manager: text_of(&root, "packageManager").and_then(|t| PinnedPackageManager::read(&t)),
            engines: EnginePin::read(root.get("engines")),
            volta: VoltaPin::read(root.get("volta")),
            dev_engines: DevEngines::read(root.get("devEngines")),
            root,
        }
    }

    /// Whether npm would publish this package: it has a name and a version and is not private.
    pub(crate) fn is_publishable(&self) -> bool {
        let is_set = |text: &Option<Ranged<String>>| text.as_ref().is_some_and(|t| !t.value.is_empty());
        !self.is_private() && is_set(&self.name) && is_set(&self.version)
    }

    /// Whether npm refuses to publish this package.
    pub(crate) fn is_private(&self) -> bool {
        self.private.is_some_and(|private| private.value)
    }

    /// The scope of the package's name with its `@`.
    pub(crate) fn scope(&self) -> Option<&str> {
        let (scope, _) = self.name.as_ref()?.value.split_once('/')?;
        scope.starts_with('@').then_some(scope)
    }

    /// The script with this name; where it occurs twice the last one counts.
    pub(crate) fn script(&self, name: &str) -> Option<&PackageScript> {
        if self.scripts.len() < MANY_SCRIPTS {
            return self.scripts.iter().rev().find(|script| script.name.value == name);
        }
        let numbers = self.script_numbers.get_or_init(|| {
            let numbered = self.scripts.iter().enumerate();
            numbered
                .map(|(n, script)| (script.name.value.clone(), n))
                .collect()
        });
        self.scripts.get(*numbers.get(name)?)
    }

    /// The version range with which the manifest asks for a package, in whichever section it is.
    pub(crate) fn dependency(&self, name: &str) -> Option<Ranged<String>> {
        DEPENDENCY_SECTIONS
            .iter()
            .find_map(|section| text_of(self.root.get(section)?, name))
    }

    /// The names of all dependencies, in whichever section they are.
    pub(crate) fn dependency_names(&self) -> impl Iterator<Item = &str> {
        let sections = DEPENDENCY_SECTIONS.iter().filter_map(|name| self.root.get(name));
        let members = sections.flat_map(JsonValue::members);
        members.map(|member| member.key.value.as_str())
    }

    /// The dependencies that are installed with the package and whose ranges only its workspace can resolve: `workspace:` and
    /// `catalog:`.
    pub(crate) fn workspace_ranges(&self) -> impl Iterator<Item = &JsonMember> {
        let sections = INSTALLED_SECTIONS.iter().filter_map(|name| self.root.get(name));
        let members = sections.flat_map(JsonValue::members);
        members.filter(|member| {
            let range = member.value.as_str().unwrap_or_default();
            range.starts_with("workspace:") || range.starts_with("catalog:")
        })
    }

    /// The configuration of semantic-release, if the manifest holds it.
    pub(crate) fn semantic_release(&self) -> Option<&JsonMember> {
        self.root
            .member("release")
            .filter(|member| member.value.is_object())
    }
}

fn scripts(root: &JsonValue) -> Vec<PackageScript> {
    let members = root.get("scripts").map_or(&[][..], JsonValue::members);
    let read = |member: &JsonMember| {
        Some(PackageScript {
            name: member.key.clone(),
            command: member.value.to_ranged()?,
        })
    };
    members.iter().filter_map(read).collect()
}

/// `["packages/*"]`, and `{"packages": ["packages/*"]}` of yarn.
fn workspace_globs(value: &JsonValue) -> Option<Vec<Ranged<String>>> {
    let list = value.get("packages").unwrap_or(value);
    match &list.kind {
        JsonKind::Array(globs) => Some(globs.iter().filter_map(JsonValue::to_ranged).collect()),
        _ => None,
    }
}

fn text_of(object: &JsonValue, key: &str) -> Option<Ranged<String>> {
    object.get(key)?.to_ranged()
}

fn bool_of(object: &JsonValue, key: &str) -> Option<Ranged<bool>> {
    let value = object.get(key)?;
    Some(Ranged::new(value.as_bool()?, value.range))
}

fn is_truthy(value: &JsonValue) -> bool {
    match &value.kind {
        JsonKind::Null => false,
        JsonKind::Bool(value) => *value,
        JsonKind::Number(number) => number.parse::<f64>().is_ok_and(|number| number != 0.0),
        JsonKind::String(text) => !text.is_empty(),
        JsonKind::Array(_) | JsonKind::Object(_) => true,
    }
}

#[cfg(test)]
mod tests;
