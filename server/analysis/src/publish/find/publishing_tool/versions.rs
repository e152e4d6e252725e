//! Which versions a publishing tool may have: what the command names, what a lock file holds, what a manifest asks for.

use super::{ToolSearch, turning_points};
use crate::knowledge::tool_releases::{newest_release, newest_release_for};
use crate::model::lock_file::{LockFormat, LockedDependency, LockedVersion, locked_versions};
use crate::model::manifest::Manifest;
use crate::publish::find::package_manager::{committed_yarn, range_in_catalog, version_in_repository};
use crate::publish::tools::{PackageManager, Tool, ToolEntry};
use crate::sources::File;
use crate::text::FilePath;
use crate::text::FolderPath;
use crate::text::Place;
use crate::versions::version::{Truth, Version, VersionRange, at_least};
use crate::versions::version::{add_candidate, parse_loose, parse_range, parse_version};

/// The versions that a tool may have.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct ToolVersions {
    /// The versions; empty where nothing is known.
    pub(crate) candidates: Vec<Version>,
    /// Where a lock file says so.
    pub(crate) locked_at: Option<Place>,
}

/// A dependency as a manifest asks for it.
struct Dependency<'a> {
    path: FilePath,
    manifest: &'a Manifest,
    name: &'a str,
    range: String,
}

impl From<Vec<Version>> for ToolVersions {
    fn from(candidates: Vec<Version>) -> Self {
        Self {
            candidates,
            locked_at: None,
        }
    }
}

impl ToolVersions {
    pub(crate) fn known(&self) -> Option<&Version> {
        match self.candidates.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether the version is this one or a later one.
    pub(crate) fn at_least(&self, minimum: &Version) -> Truth {
        at_least(&self.candidates, minimum)
    }

    /// The major version; none if nothing is known or several are possible.
    pub(crate) fn major(&self) -> Option<u64> {
        let mut majors = self.candidates.iter().map(Version::major);
        let first = majors.next()?;
        majors.all(|major| major == first).then_some(first)
    }
}

impl ToolSearch<'_, '_> {
    /// The versions of a tool as the command names it, or else as the repository depends on it.
    pub(crate) fn tool_versions(&self, pinned: Option<&str>, tool: &ToolEntry) -> ToolVersions {
        self.versions_between(pinned, tool.package, &tool.turning_points())
    }

    /// As [`Self::tool_versions`], where the caller knows at which versions the tool changes.
    pub(crate) fn versions_between(
        &self,
        pinned: Option<&str>,
        package: &str,
        turning_points: &[Version],
    ) -> ToolVersions {
        match pinned {
            // What is installed by name is the newest release, but `npx` runs what the dependencies contain if it fits.
            Some(pinned) if self.depends_on(package) => versions_of_range(pinned, turning_points).into(),
            Some(pinned) => versions_of_words(package, pinned, turning_points).into(),
            None => self
                .dependency_versions(package, turning_points)
                .or_else(|| self.version_of_other_dependency(package, turning_points))
                .unwrap_or_default(),
        }
    }

    /// What a lock file holds of a package that no manifest names, since another dependency depends on it.
    fn version_of_other_dependency(&self, package: &str, turning_points: &[Version]) -> Option<ToolVersions> {
        let (path, manifest) = self.manifests().next().filter(|_| !turning_points.is_empty())?;
        let dependency = Dependency {
            path,
            manifest,
            name: package,
            range: "*".to_owned(),
        };
        self.locked(&dependency, "*", turning_points)
    }

    pub(crate) fn depends_on(&self, package: &str) -> bool {
        self.manifests()
            .any(|(_, manifest)| manifest.dependency(package).is_some())
    }

    /// The versions that the repository depends on; none if no manifest names the package. A lock file is asked
    /// for unless the manifest names one version, or the tool does the same in all of them.
    pub(crate) fn dependency_versions(&self, name: &str, turning_points: &[Version]) -> Option<ToolVersions> {
        Some(self.dependency_with_place(name, turning_points)?.1)
    }

    /// The range of a dependency with its place, and the versions that it may have.
    pub(crate) fn dependency_with_range(
        &self,
        name: &str,
        turning_points: &[Version],
    ) -> Option<((String, Place), Vec<Version>)> {
        let (range, versions) = self.dependency_with_place(name, turning_points)?;
        Some((range, versions.candidates))
    }

    fn dependency_with_place(
        &self,
        name: &str,
        turning_points: &[Version],
    ) -> Option<((String, Place), ToolVersions)> {
        let (path, manifest, range) = self.manifests().find_map(|(path, manifest)| {
            let range = manifest.dependency(name)?;
            Some((path, manifest, range))
        })?;
        let (at, range) = (Place::new(&path, range.range), range.value);
        let named = (range.clone(), at);
        if let Some(version) = version_in_repository(self.sources, name, &range) {
            return Some((named, vec![version].into()));
        }
        let wanted = range_in_catalog(self.sources, name, &range).unwrap_or(&range);
        let of_range = versions_of_range(wanted, turning_points);
        let is_exact = parse_version(wanted.trim()).is_some();
        if turning_points.is_empty() || is_exact {
            return Some((named, of_range.into()));
        }
        let wanted = wanted.to_owned();
        let dependency = Dependency {
            path,
            manifest,
            name,
            range,
        };
        let locked = self.locked(&dependency, &wanted, turning_points);
        Some((named, locked.unwrap_or_else(|| of_range.into())))
    }

    /// What the nearest lock file holds; none if there is no lock file, or where it is older than the manifest.
    fn locked(
        &self,
        dependency: &Dependency<'_>,
        wanted: &str,
        turning_points: &[Version],
    ) -> Option<ToolVersions> {
        let mut found = ToolVersions::default();
        for (path, file) in self.nearest_lock_files(dependency.path.folder()) {
            for LockedVersion { version, range } in in_lock_file(&path, file, dependency) {
                if !is_wanted(&version, wanted) {
                    continue;
                }
                found.locked_at.get_or_insert_with(|| Place::new(&path, range));
                // Of a prerelease of such a version it is not known what it has.
                let sibling = turning_points.iter().find(|point| {
                    version.is_prerelease() && version < **point && is_same_release(&version, point)
                });
                for version in sibling.into_iter().cloned().chain([version]) {
                    add_candidate(&mut found.candidates, version);
                }
            }
        }
        (!found.candidates.is_empty()).then_some(found)
    }

    /// The lock files of the package manager in the nearest folder that has one, from this one upwards.
    pub(super) fn nearest_lock_files(&self, folder: FolderPath) -> Vec<(FilePath, &File)> {
        let names = match self.package_manager() {
            Some(PackageManager::Npm) => &["npm-shrinkwrap.json", "package-lock.json"][..],
            Some(PackageManager::Pnpm) => &["pnpm-lock.yaml"],
            Some(PackageManager::YarnClassic | PackageManager::YarnBerry) => &["yarn.lock"],
            Some(PackageManager::Bun) => &["bun.lock"],
            None => &[
                "npm-shrinkwrap.json",
                "package-lock.json",
                "pnpm-lock.yaml",
                "yarn.lock",
                "bun.lock",
            ],
        };
        let mut folder = Some(folder);
        while let Some(current) = folder {
            let paths = names.iter().filter_map(|name| current.file(name));
            let mut is_unreadable = false;
            let files: Vec<_> = paths
                .filter_map(|path| {
                    let file = self.sources.file_on_demand(&path);
                    is_unreadable |= file.is_none() && self.sources.is_unreadable(&path);
                    Some((path, file?))
                })
                .collect();
            if !files.is_empty() || is_unreadable {
                return files;
            }
            folder = current.parent();
        }
        Vec::new()
    }

    pub(crate) fn yarn_versions(&self) -> Vec<Version> {
        match committed_yarn(self.sources) {
            Some(version) => vec![version],
            None => {
                let text = self.package_manager_text("yarn");
                let turning_points = Tool::YarnBerry.entry().map(ToolEntry::turning_points);
                text.map(|text| versions_of_range(text, &turning_points.unwrap_or_default()))
                    .unwrap_or_default()
            }
        }
    }

    /// That of a step before, or of `packageManager`.
    pub(crate) fn bun_versions(&self) -> Vec<Version> {
        let entry = Tool::Bun.entry();
        let installed = entry.and_then(|entry| self.installed(entry, true).map(|version| (entry, version)));
        match installed {
            Some((entry, version)) => {
                let named = version.or_else(|| self.package_manager_text(entry.name));
                let words = named.or_else(|| newest_release(entry.package));
                let installed = |words| newest_release_for(entry.package, words).unwrap_or(words);
                let versions = |words| versions_of_range(installed(words), &turning_points(Tool::Bun));
                words.map(versions).unwrap_or_default()
            }
            None => self.package_manager_versions("bun"),
        }
    }

    pub(crate) fn pnpm_versions(&self, pinned: Option<&str>) -> Vec<Version> {
        let text = self.pnpm_text(pinned);
        text.map(|text| versions_of_range(text, &turning_points(Tool::Pnpm)))
            .unwrap_or_default()
    }

    /// The version of pnpm that the command or an action installs, or the version or range in a manifest as it is written.
    pub(crate) fn pnpm_text<'s>(&'s self, pinned: Option<&'s str>) -> Option<&'s str> {
        let installed_by = |words: &'s str| newest_release_for("pnpm", words).unwrap_or(words);
        let pinned = pinned.map(installed_by);
        if let Some(pinned) = pinned.filter(|pinned| !lowest_of_range(pinned).is_empty()) {
            return Some(pinned);
        }
        let installed = self.machine.pnpm.as_ref().filter(|version| !version.is_empty());
        match installed {
            Some(version) => version.known().map(installed_by),
            None => self.package_manager_text("pnpm"),
        }
    }

    pub(crate) fn package_manager_versions(&self, name: &str) -> Vec<Version> {
        let text = self.package_manager_text(name);
        let tool = match name {
            "npm" => Tool::Npm,
            _ => Tool::YarnBerry,
        };
        text.map(|text| versions_of_range(text, &turning_points(tool)))
            .unwrap_or_default()
    }

    /// The version in `packageManager` or `devEngines`, of the package's folder or of the root.
    fn package_manager_text(&self, name: &str) -> Option<&str> {
        self.manifests().find_map(|(_, manifest)| {
            let manager = manifest.package_manager.as_ref();
            if let Some(manager) = manager.filter(|manager| manager.name.value == name) {
                return Some(manager.version.value.as_str());
            }
            let mut engines = manifest.dev_engines.package_managers.iter();
            let engine = engines.find(|engine| engine.name.value == name)?;
            engine.version.as_ref().map(|version| version.value.as_str())
        })
    }

    /// The manifest of the folder and that of the root.
    pub(super) fn manifests(&self) -> impl Iterator<Item = (FilePath, &Manifest)> {
        let of_folder = self.folder.filter(|folder| !folder.is_root());
        let of_folder = of_folder.and_then(|folder| self.sources.manifest_in(folder));
        of_folder
            .into_iter()
            .chain(self.sources.manifest_in(&FolderPath::root()))
    }
}

fn in_lock_file(path: &FilePath, file: &File, dependency: &Dependency<'_>) -> Vec<LockedVersion> {
    let format = match path.file_name() {
        "pnpm-lock.yaml" => LockFormat::Pnpm,
        "yarn.lock" => LockFormat::Yarn,
        "bun.lock" => LockFormat::Bun,
        _ => LockFormat::Npm,
    };
    let folder = dependency.path.folder();
    let folder = folder.as_str();
    let below = folder.strip_prefix(path.folder().as_str()).unwrap_or(folder);
    let name = dependency.manifest.name.as_ref();
    let dependency = LockedDependency {
        package: dependency.name,
        range: &dependency.range,
        folder: below.trim_start_matches('/'),
        dependent: name.map(|name| name.value.as_str()),
    };
    locked_versions(&file.text, format, &dependency)
}

/// Whether a locked version is what a manifest asks for: where it asks with a tag like `latest`, each is.
fn is_wanted(version: &Version, range: &str) -> bool {
    let is_tag = |range: &str| {
        range
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    match parse_range(range) {
        Some(range) => range.satisfies(version),
        None => range.starts_with("catalog:") || is_tag(range),
    }
}

fn is_same_release(a: &Version, b: &Version) -> bool {
    (a.major(), a.minor(), a.patch()) == (b.major(), b.minor(), b.patch())
}

/// What is installed where a package is asked for in these words: the newest release, or what is known of a range.
fn versions_of_words(package: &str, words: &str, turning_points: &[Version]) -> Vec<Version> {
    match newest_release_for(package, words).and_then(parse_version) {
        Some(newest) => vec![newest],
        None => versions_of_range(words, turning_points),
    }
}

/// The lowest version that a range allows and the turning points in it: one version where the range leaves nothing
/// open, none if it allows versions of more than one major.
fn versions_of_range(range: &str, turning_points: &[Version]) -> Vec<Version> {
    let mut versions = lowest_of_range(range);
    if let (Some(lowest), Some(range)) = (versions.first().cloned(), parse_range(range)) {
        let inside = |point: &&Version| **point > lowest && range.satisfies(point);
        versions.extend(turning_points.iter().filter(inside).cloned());
    }
    versions
}

/// The lowest version that a range allows, which is what is installed at least: `^9.0.0` is 9.0.0. Where the range
/// allows versions of more than one major, nothing is known.
pub(crate) fn lowest_of_range(range: &str) -> Vec<Version> {
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
