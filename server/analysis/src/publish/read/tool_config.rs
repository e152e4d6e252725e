//! Configuration of publishing tools that decides whether they publish to npm at all.

use super::nx_targets::NxProject;
use crate::publish::eval::Evaluated;
use crate::sources::{File, Sources};
use crate::syntax::javascript::{CodeValue, property_of_code};
use crate::syntax::json::JsonValue;
use crate::text::{FilePath, FolderPath, Place, Ranged, TextRange};

/// Whether np is told not to publish: `publish: false` in a file of its own, or in `np` of the manifest. The first that there is
/// counts.
/// Source: `searchPlaces` in source/config.js of np 10.3.0 to 12.1.1; measured with 12.1.1.
pub(crate) fn np_publishes_nothing(sources: &Sources<'_>, folder: &FolderPath) -> bool {
    const FILES: [&str; 4] = [
        ".np-config.json",
        ".np-config.js",
        ".np-config.cjs",
        ".np-config.mjs",
    ];
    match first_on_demand(sources, folder, &FILES) {
        Some((_, file)) => says_no_publish(&file.text),
        None => manifest_switches_publish_off(sources, folder, "np"),
    }
}

/// Where beachball has its configuration beside the manifest, whose own counts first.
/// Source: `cosmiconfigSync('beachball')` in lib/options/getRepoOptions.js of beachball 2.66.0, with cosmiconfig 9; measured with it.
const BEACHBALL_FILES: [&str; 6] = [
    ".beachballrc",
    ".beachballrc.json",
    ".beachballrc.js",
    ".beachballrc.cjs",
    "beachball.config.js",
    "beachball.config.cjs",
];

/// Whether beachball is told not to publish.
pub(crate) fn beachball_publishes_nothing(sources: &Sources<'_>, folder: &FolderPath) -> bool {
    let manifest = sources.manifest_in(folder).map(|(_, manifest)| manifest);
    if manifest.is_some_and(|manifest| manifest.root.get("beachball").is_some()) {
        return manifest_switches_publish_off(sources, folder, "beachball");
    }
    let file = first_on_demand(sources, folder, &BEACHBALL_FILES);
    file.is_some_and(|(_, file)| says_no_publish(&file.text))
}

/// The registry in the configuration of beachball, which counts like its flag. What its code puts together is unknown.
/// Source: `getRepoOptions` and `getCliOptions` in lib/options of beachball 2.66.0.
pub(crate) fn beachball_registry(sources: &Sources<'_>) -> Option<(Evaluated, Place)> {
    let root = FolderPath::root();
    let manifest = sources.manifest_in(&root);
    let of_manifest = manifest.and_then(|(path, manifest)| Some((path, manifest.root.get("beachball")?)));
    if let Some((path, config)) = of_manifest {
        let registry = config.get("registry")?.to_ranged()?;
        return Some((Evaluated::text(registry.value), Place::new(&path, registry.range)));
    }
    let (path, file) = first_on_demand(sources, &root, &BEACHBALL_FILES)?;
    let (value, range) = property_of_code(&file.text, "registry")?;
    let value = match value {
        CodeValue::Text(text) => Evaluated::text(text),
        CodeValue::Boolean(_) | CodeValue::Computed => Evaluated::unknown(),
    };
    Some((value, Place::new(&path, range)))
}

fn first_on_demand<'a>(
    sources: &Sources<'a>,
    folder: &FolderPath,
    names: &[&str],
) -> Option<(FilePath, &'a File)> {
    let mut paths = names.iter().filter_map(|name| folder.file(name));
    paths.find_map(|path| sources.file_on_demand(&path).map(|file| (path, file)))
}

/// `publish: false`, in JSON or in code.
fn says_no_publish(text: &str) -> bool {
    matches!(
        property_of_code(text, "publish"),
        Some((CodeValue::Boolean(false), _))
    )
}

/// Whether the manifest tells a tool not to publish: `"np": { "publish": false }`.
fn manifest_switches_publish_off(sources: &Sources<'_>, folder: &FolderPath, tool: &str) -> bool {
    let manifest = sources.manifest_in(folder).map(|(_, manifest)| manifest);
    let publish = manifest.and_then(|manifest| manifest.root.get(tool)?.get("publish")?.as_bool());
    publish == Some(false)
}

/// The command that @ossjs/release runs to publish: `use` of the profile in `release.config.json`.
pub(crate) fn ossjs_release_script(
    sources: &Sources<'_>,
    folder: &FolderPath,
    profile: &str,
) -> Option<Ranged<String>> {
    let file = sources.file(&folder.file("release.config.json")?)?;
    let profiles = file.json()?.get("profiles")?.elements();
    let is_meant = |entry: &&JsonValue| entry.get("name").and_then(JsonValue::as_str) == Some(profile);
    profiles.iter().find(is_meant)?.get("use")?.to_ranged()
}

/// Where changesets has its configuration.
pub(crate) const CHANGESETS_CONFIG: &str = ".changeset/config.json";

/// The packages that changesets does not version, and so does not publish: names and globs.
pub(crate) fn changesets_ignored(sources: &Sources<'_>, root: &FolderPath) -> Vec<String> {
    let config = json_in(sources, root, CHANGESETS_CONFIG);
    texts_of(config.and_then(|config| config.get("ignore")))
}

/// The branch into which changesets merges a release, if its configuration names one.
pub(crate) fn changesets_base_branch(sources: &Sources<'_>, root: &FolderPath) -> Option<String> {
    let config = json_in(sources, root, CHANGESETS_CONFIG)?;
    Some(config.get("baseBranch")?.as_str()?.to_owned())
}

/// Whether lerna is configured to publish another folder than the packages' own.
pub(crate) fn lerna_publishes_build(sources: &Sources<'_>, root: &FolderPath) -> bool {
    let publish = || {
        let config = json_in(sources, root, "lerna.json")?;
        let command = config.get("command").or_else(|| config.get("commands"));
        command?.get("publish")
    };
    publish().is_some_and(|publish| publish.get("contents").is_some() || publish.get("directory").is_some())
}

/// The access that changesets gives to `npm publish` for packages that name none. Where its configuration does not say, it is
/// `restricted`. Source: measured with 2.31.1 and 3.0.3, run by npm and pnpm.
pub(crate) fn changesets_access(
    sources: &Sources<'_>,
    root: &FolderPath,
) -> Option<(FilePath, Ranged<String>)> {
    let path = root.file(CHANGESETS_CONFIG)?;
    let config = sources.file(&path)?.json()?;
    let unsaid = || Ranged::new("restricted".to_owned(), TextRange::new(0, 1));
    let access = config
        .get("access")
        .map_or_else(|| Some(unsaid()), JsonValue::to_ranged)?;
    Some((path, access))
}

/// The registry that `lerna.json` names for publishing, which only a flag outranks.
/// Source: measured with lerna 10.1.1.
pub(crate) fn lerna_registry(sources: &Sources<'_>) -> Option<(FilePath, Ranged<String>)> {
    let path = FilePath::new("lerna.json")?;
    let config = sources.file(&path)?.json()?;
    let command = config.get("command").or_else(|| config.get("commands"))?;
    let registry = command.get("publish")?.get("registry")?.to_ranged()?;
    Some((path, registry))
}

/// The projects that nx releases.
#[derive(Debug, Default)]
pub(crate) struct NxProjects {
    /// By name or folder; empty for all.
    pub(crate) included: Vec<String>,
    /// What is left out.
    pub(crate) excluded: Vec<String>,
    /// Whether some are named in a way that only nx understands: by their tags.
    pub(crate) is_partial: bool,
    /// Whether all of them are published by something else than npm.
    pub(crate) has_own_executor: bool,
}

/// The projects that nx releases: those that a flag names, or those of `nx.json`. None if it publishes what the
/// build puts elsewhere.
pub(crate) fn nx_projects(sources: &Sources<'_>, root: &FolderPath, named: &[String]) -> Option<NxProjects> {
    let config = json_in(sources, root, "nx.json");
    let defaults = config.and_then(|config| config.get("targetDefaults")?.get("nx-release-publish"));
    let executor = defaults.and_then(|defaults| defaults.get("executor")?.as_str());
    let has_own_executor = executor.is_some_and(|executor| !executor.ends_with("/js:release-publish"));
    let package_root = defaults.and_then(|defaults| defaults.get("options")?.get("packageRoot")?.as_str());
    if !has_own_executor && package_root.is_some_and(|folder| folder != "{projectRoot}") {
        return None;
    }
    let release = config.and_then(|config| config.get("release"));
    let groups = release.and_then(|release| release.get("groups"));
    let patterns = match (named, groups) {
        ([], None) => texts_of(release.and_then(|release| release.get("projects"))),
        ([], Some(groups)) => {
            let groups = groups.members().iter();
            groups
                .flat_map(|group| texts_of(group.value.get("projects")))
                .collect()
        }
        (named, _) => named.to_vec(),
    };
    let mut projects = NxProjects {
        is_partial: groups.is_some(),
        has_own_executor,
        ..NxProjects::default()
    };
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            _ if pattern.contains(':') => projects.is_partial = true,
            Some(excluded) => projects.excluded.push(excluded.to_owned()),
            None if pattern == "*" => {}
            None => projects.included.push(pattern),
        }
    }
    Some(projects)
}

/// An option that `project.json` gives to the target `nx-release-publish` of a project below the root.
pub(crate) fn nx_publish_option(
    sources: &Sources<'_>,
    project: &FolderPath,
    option: &str,
) -> Option<(FilePath, Ranged<String>)> {
    let path = project.file("project.json").filter(|_| !project.is_root())?;
    sources.file_on_demand(&path)?;
    let value = sources.fact::<NxProject>(&path).publish_option(option)?;
    Some((path, value))
}

pub(crate) fn json_in<'a>(sources: &Sources<'a>, folder: &FolderPath, name: &str) -> Option<&'a JsonValue> {
    sources.file(&folder.file(name)?)?.json()
}

/// A text, or the texts of a list.
pub(super) fn texts_of(value: Option<&JsonValue>) -> Vec<String> {
    let Some(value) = value else {
        return Vec::new();
    };
    let own = value.as_str().into_iter();
    own.chain(value.elements().iter().filter_map(JsonValue::as_str))
        .map(str::to_owned)
        .collect()
}
