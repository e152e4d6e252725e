//! Which package manager a repository uses. Some publishing tools leave the publishing to it.

use crate::model::manifest::Manifest;
use crate::publish::machine::Machine;
use crate::publish::tools::PackageManager;
use crate::sources::Sources;
use crate::text::FilePath;
use crate::text::FolderPath;
use crate::versions::version::Version;
use crate::versions::version::parse_version;

/// The package manager that the root manifest names, or that the repository's files show.
pub(crate) fn package_manager(sources: &Sources<'_>, machine: &Machine) -> Option<PackageManager> {
    let root = sources
        .manifest_in(&FolderPath::root())
        .map(|(_, manifest)| manifest);
    let named = root.and_then(|manifest| {
        let manager = manifest.package_manager.as_ref();
        let manager =
            manager.map(|manager| (manager.name.value.as_str(), Some(manager.version.value.as_str())));
        manager.or_else(|| {
            let engine = manifest.dev_engines.package_managers.first()?;
            let version = engine.version.as_ref().map(|version| version.value.as_str());
            Some((engine.name.value.as_str(), version))
        })
    });
    let exists = |name: &str| FilePath::new(name).is_some_and(|path| sources.file(&path).is_some());
    match named {
        Some(("npm", _)) => Some(PackageManager::Npm),
        Some(("pnpm", _)) => Some(PackageManager::Pnpm),
        Some(("bun", _)) => Some(PackageManager::Bun),
        Some(("yarn", Some(version))) if version.trim_start_matches(['^', '~']).starts_with("1.") => {
            Some(PackageManager::YarnClassic)
        }
        Some(("yarn", Some(_))) => Some(PackageManager::YarnBerry),
        Some(_) => None,
        None if machine.pnpm.is_some() || exists("pnpm-workspace.yaml") => Some(PackageManager::Pnpm),
        None if exists(".yarnrc.yml") => Some(PackageManager::YarnBerry),
        None => None,
    }
}

/// Whether the repository uses Yarn 1: `packageManager` names it, or names nothing and the lock file is its own.
pub(crate) fn is_yarn_classic_repository(sources: &Sources<'_>) -> bool {
    let manifest = sources.manifest_in(&FolderPath::root());
    let pinned = manifest.and_then(|(_, manifest)| manifest.package_manager.as_ref());
    match pinned {
        Some(pinned) => pinned.name.value == "yarn" && pinned.version.value.starts_with("1."),
        None => yarn_of_lock_file(sources) == Some(PackageManager::YarnClassic),
    }
}

/// The Yarn that wrote the `yarn.lock` of the root, if there is one. Yarn 1 writes its format's name into it.
pub(crate) fn yarn_of_lock_file(sources: &Sources<'_>) -> Option<PackageManager> {
    let lock = sources.file_on_demand(&FilePath::new("yarn.lock")?)?;
    let mut first_lines = lock.text.lines().take(5);
    Some(
        match first_lines.any(|line| line.trim() == "# yarn lockfile v1") {
            true => PackageManager::YarnClassic,
            false => PackageManager::YarnBerry,
        },
    )
}

/// The Yarn that the repository holds itself: `yarnPath: .yarn/releases/yarn-4.10.3.cjs`.
pub(crate) fn committed_yarn(sources: &Sources<'_>) -> Option<Version> {
    let file = sources.file(&FilePath::new(".yarnrc.yml")?)?;
    let root = crate::syntax::yaml::YamlNode::root(file.yaml()?)?;
    let path = root.get("yarnPath")?.as_str()?;
    let name = path.rsplit('/').next()?;
    parse_version(name.strip_prefix("yarn-")?.strip_suffix(".cjs")?)
}

/// The version of a package that the repository holds itself, for a dependency like `file:packages/lerna` or
/// `workspace:*`.
pub(crate) fn version_in_repository(sources: &Sources<'_>, name: &str, range: &str) -> Option<Version> {
    // A version like 0.0.0-development is set when the package is published.
    let version_of = |manifest: &Manifest| {
        let version = parse_version(&manifest.version.as_ref()?.value)?;
        (version.major() > 0).then_some(version)
    };
    if let Some(folder) = range
        .strip_prefix("file:")
        .or_else(|| range.strip_prefix("link:"))
    {
        let folder = FolderPath::new(folder)?;
        return version_of(sources.manifest_in(&folder)?.1);
    }
    range.strip_prefix("workspace:")?;
    let is_named = |manifest: &&Manifest| manifest.name.as_ref().is_some_and(|own| own.value == name);
    let mut manifests = sources.manifest_paths().filter_map(|path| sources.manifest(path));
    version_of(manifests.find(is_named)?)
}

/// The range after `catalog:` or `catalog:NAME`, as the workspace file of pnpm has it.
pub(crate) fn range_in_catalog<'a>(sources: &Sources<'a>, name: &str, range: &str) -> Option<&'a str> {
    let catalog = range.strip_prefix("catalog:")?;
    let file = sources.file(&FilePath::new("pnpm-workspace.yaml")?)?;
    let root = crate::syntax::yaml::YamlNode::root(file.yaml()?)?;
    let entries = match catalog {
        "" | "default" => root
            .get("catalog")
            .or_else(|| root.get("catalogs")?.get("default"))?,
        named => root.get("catalogs")?.get(named)?,
    };
    entries.get(name)?.as_str()
}
