//! Which manifests a publish command publishes.

mod choice;
mod pnpm_filter;

pub(crate) use choice::{MemberChoice, matches_glob};

use super::registry::may_be_npm_registry;
use crate::model::manifest::Manifest;
use crate::model::workspaces::{lerna_globs, members, pnpm_globs};
use crate::publish::read::rush_config::RushConfig;
use crate::publish::read::tool_config::nx_publish_option;
use crate::sources::Sources;
use crate::text::{FilePath, FolderPath};
use choice::Member;

/// What a publish command says about its packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    /// The package in a folder. Where a loop or a matrix names several, the folder is a glob: `packages/*`.
    Folder(FolderPath),
    /// A tarball, by its file name as far as it is known: `acme-widget-*.tgz`.
    Tarball(String),
    /// A tarball that the job packed in this folder.
    Packed(FolderPath),
    /// A folder into which the job copied the manifest of this one.
    Copied(FolderPath),
    /// Members of a monorepo.
    Members(MemberSelection),
    /// One package after the other from a list that only the run knows; it may be of any of these.
    OneOf(MemberSelection),
    /// These packages, and perhaps others.
    Listed(Vec<FilePath>),
    /// The files do not show it.
    Unknown,
}

/// Which file's globs a tool takes, if several have some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum GlobOrder {
    /// `pnpm-workspace.yaml`, then `workspaces` of the manifest.
    #[default]
    Pnpm,
    /// `lerna.json`, then as above.
    Lerna,
    /// `workspaces` of the manifest, then `pnpm-workspace.yaml`.
    Manifest,
    /// The projects of `rush.json`.
    Rush,
}

/// Members of a monorepo that a command chooses. Private ones are left out, as every tool for monorepos does.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct MemberSelection {
    /// The folder of the monorepo's root.
    pub(crate) root: FolderPath,
    /// Which of them.
    pub(crate) choice: MemberChoice,
    /// Whether the root's own package is a member too.
    pub(crate) includes_root: bool,
    /// Where the globs are looked for first.
    pub(crate) globs: GlobOrder,
    /// Whether packages without a name or a version are left out.
    pub(crate) skips_unnamed: bool,
    /// Whether only the run knows which of the chosen ones are meant.
    pub(crate) is_partial: bool,
}

/// The manifests that a selection means.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct FoundPackages {
    /// The manifests.
    pub(crate) manifests: Vec<FilePath>,
    /// Whether these are all. If not, nothing may be concluded from what is missing.
    pub(crate) is_complete: bool,
    /// Whether the tool takes all packages of a monorepo and skips private ones.
    pub(crate) skips_private: bool,
    /// Whether copies of these manifests are published, which something that was not read may have changed.
    pub(crate) are_copies: bool,
}

impl FoundPackages {
    /// The folder of the first package.
    pub(crate) fn folder(&self) -> Option<FolderPath> {
        self.manifests.first().map(|path| path.folder())
    }
}

/// Whether a folder stands for several: the values of a loop's variable, or those of a matrix.
pub(crate) fn is_folder_glob(folder: &str) -> bool {
    folder.contains(['*', '{', '?'])
}

/// The manifests that a selection means. `takes_directory` where the tool publishes the folder that
/// `publishConfig.directory` names instead of the package's own.
pub(crate) fn select(sources: &Sources<'_>, selection: &Selection, takes_directory: bool) -> FoundPackages {
    let packages = match selection {
        Selection::Folder(folder) if is_folder_glob(folder.as_str()) => in_folders(sources, folder),
        Selection::Folder(folder) | Selection::Packed(folder) => in_folder(sources, folder),
        Selection::Copied(folder) => FoundPackages {
            are_copies: true,
            ..in_folder(sources, folder)
        },
        Selection::Tarball(name) => packed(sources, name),
        Selection::Members(selection) => match member_manifests(sources, selection) {
            Some(packages) => without_private(sources, packages),
            // It is not a monorepo. Where there are other manifests, the tool may know of them in another way.
            None if sources.manifest_paths().nth(1).is_none() => {
                without_private(sources, in_folder(sources, &selection.root))
            }
            None => in_folder(sources, &selection.root),
        },
        Selection::Listed(manifests) => FoundPackages {
            manifests: manifests.clone(),
            is_complete: false,
            skips_private: true,
            are_copies: false,
        },
        Selection::OneOf(_) | Selection::Unknown => FoundPackages::default(),
    };
    let mut packages = match takes_directory {
        true => in_publish_directories(sources, packages),
        false => packages,
    };
    without_other_registries(sources, &mut packages);
    packages
}

fn in_folder(sources: &Sources<'_>, folder: &FolderPath) -> FoundPackages {
    match sources.manifest_in(folder) {
        Some((path, _)) => FoundPackages {
            manifests: vec![path],
            is_complete: true,
            skips_private: false,
            are_copies: false,
        },
        // A folder without a manifest is made by the build.
        None => FoundPackages::default(),
    }
}

/// A loop over folders may leave some out in ways that are not seen here, and takes those that the build makes.
fn in_folders(sources: &Sources<'_>, glob: &FolderPath) -> FoundPackages {
    let globs = [glob.to_string()];
    let found = members(&globs, &FolderPath::root(), sources.manifest_paths());
    let packages = FoundPackages {
        manifests: found.into_iter().cloned().collect(),
        is_complete: false,
        skips_private: true,
        are_copies: false,
    };
    without_private(sources, packages)
}

/// The package whose tarball `npm pack` calls so.
fn packed(sources: &Sources<'_>, name: &str) -> FoundPackages {
    let is_packed_from = |manifest: &Manifest| {
        let Some(package) = &manifest.name else {
            return false;
        };
        let flat = package.value.trim_start_matches('@').replace('/', "-");
        let version = name.strip_prefix(&flat).and_then(|rest| rest.strip_prefix('-'));
        version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit() || "*$".contains(c)))
    };
    let found: Vec<&FilePath> = sources
        .manifest_paths()
        .filter(|path| sources.manifest(path).is_some_and(is_packed_from))
        .collect();
    match found.as_slice() {
        [only] => FoundPackages {
            manifests: vec![(*only).clone()],
            is_complete: true,
            skips_private: false,
            are_copies: false,
        },
        _ => FoundPackages::default(),
    }
}

/// The manifests of the chosen members, private ones included; none if the root is not a monorepo.
pub(crate) fn member_manifests(sources: &Sources<'_>, selection: &MemberSelection) -> Option<FoundPackages> {
    let root = &selection.root;
    let globs = workspace_globs(sources, root, selection.globs)?;
    let of_root = root.file("package.json");
    let of_root = of_root.filter(|_| selection.includes_root);
    let mut paths: Vec<FilePath> = members(&globs, root, sources.manifest_paths())
        .into_iter()
        .cloned()
        .collect();
    if let Some(of_root) = of_root.filter(|path| !paths.contains(path)) {
        paths.insert(0, of_root);
    }
    let members: Vec<Member<'_>> = paths
        .iter()
        .filter_map(|path| {
            Some(Member {
                path,
                manifest: sources.manifest(path)?,
            })
        })
        .collect();
    let members: Vec<Member<'_>> = match selection.skips_unnamed {
        true => members.into_iter().filter(is_named).collect(),
        false => members,
    };
    let chosen = selection.choice.choose(&members, root);
    Some(FoundPackages {
        manifests: chosen.manifests,
        is_complete: !chosen.is_partial && !selection.is_partial,
        skips_private: true,
        are_copies: false,
    })
}

/// The manifests from which a list chooses: the members that are not private.
pub(crate) fn candidates(sources: &Sources<'_>, selection: &Selection) -> Vec<FilePath> {
    let Selection::OneOf(members) = selection else {
        return Vec::new();
    };
    let found = member_manifests(sources, members);
    found.map_or_else(Vec::new, |found| without_private(sources, found).manifests)
}

/// Whether a package has a name and a version. `pnpm -r publish` leaves out the others.
/// Source: `recursivePublish` in pnpm 10.34.8 and 11.22.0; measured with 10.34.8 and 11.28.10.
fn is_named(member: &Member<'_>) -> bool {
    member.manifest.name.is_some() && member.manifest.version.is_some()
}

/// Leaves out the packages that `publishConfig` sends to another registry while others go to npm.
fn without_other_registries(sources: &Sources<'_>, packages: &mut FoundPackages) {
    let goes_elsewhere = |path: &FilePath| {
        let manifest = sources.manifest(path)?;
        let registry = manifest.publish_config.as_ref()?.registry_for(manifest.scope())?;
        Some(!may_be_npm_registry(&registry.value))
    };
    let goes_to_npm = |path: &FilePath| goes_elsewhere(path) != Some(true);
    if packages.manifests.iter().any(goes_to_npm) {
        packages.manifests.retain(goes_to_npm);
    }
}

fn without_private(sources: &Sources<'_>, mut packages: FoundPackages) -> FoundPackages {
    packages.skips_private = true;
    packages
        .manifests
        .retain(|path| !sources.manifest(path).is_some_and(Manifest::is_private));
    packages
}

/// The manifests in the folders that `publishConfig.directory` names. Those that the build makes are not known.
fn in_publish_directories(sources: &Sources<'_>, packages: FoundPackages) -> FoundPackages {
    let mut is_complete = packages.is_complete;
    let published = |path: FilePath| {
        let config = sources
            .manifest(&path)
            .and_then(|manifest| manifest.publish_config.as_ref());
        let Some(directory) = config.and_then(|config| config.directory.as_ref()) else {
            return Some(path);
        };
        let folder = path.folder().join(&directory.value)?;
        sources.manifest_in(&folder).map(|(path, _)| path)
    };
    let mut manifests = Vec::with_capacity(packages.manifests.len());
    for path in packages.manifests {
        match published(path) {
            Some(path) => manifests.push(path),
            None => is_complete = false,
        }
    }
    FoundPackages {
        manifests,
        is_complete,
        skips_private: packages.skips_private,
        are_copies: packages.are_copies,
    }
}

/// The manifests in the folders that `packageRoot` of the projects names. Those that the build makes are not known.
pub(crate) fn in_package_roots(sources: &Sources<'_>, packages: &mut FoundPackages) {
    let root_of = |path: &FilePath| nx_publish_option(sources, &path.folder(), "packageRoot");
    let mut is_known = true;
    let published = std::mem::take(&mut packages.manifests)
        .into_iter()
        .filter_map(|path| {
            let Some((_, root)) = root_of(&path) else {
                return Some(path);
            };
            let folder = FolderPath::new(&root.value);
            let found = folder.and_then(|folder| sources.manifest_in(&folder));
            is_known &= found.is_some();
            found.map(|(path, _)| path)
        });
    packages.manifests = published.collect();
    packages.is_complete &= is_known;
}

/// The globs that say which folders of a monorepo hold its packages; none if `root` is not a monorepo.
pub(crate) fn workspace_globs(
    sources: &Sources<'_>,
    root: &FolderPath,
    order: GlobOrder,
) -> Option<Vec<String>> {
    let pnpm = || {
        let path = root.file("pnpm-workspace.yaml")?;
        let globs = pnpm_globs(sources.file(&path)?.yaml()?);
        (!globs.is_empty()).then_some(globs)
    };
    let lerna = || {
        let path = root.file("lerna.json")?;
        lerna_globs(sources.file(&path)?.json()?)
    };
    let manifest = || globs_of_manifest(sources, root);
    match order {
        GlobOrder::Lerna => lerna().or_else(pnpm).or_else(manifest),
        GlobOrder::Pnpm => pnpm().or_else(manifest).or_else(lerna),
        GlobOrder::Manifest => manifest().or_else(pnpm).or_else(lerna),
        GlobOrder::Rush => Some(RushConfig::find(sources, root)?.project_folders()),
    }
}

/// Whether a folder is that of a workspace of npm.
pub(crate) fn is_npm_workspace(sources: &Sources<'_>, folder: &FolderPath) -> bool {
    let globs = || globs_of_manifest(sources, &FolderPath::root());
    is_member(folder, globs)
}

/// Whether a folder is that of a package of the repository's workspace.
pub(crate) fn is_in_workspace(sources: &Sources<'_>, folder: &FolderPath) -> bool {
    is_member(folder, || {
        workspace_globs(sources, &FolderPath::root(), GlobOrder::default())
    })
}

/// Whether the globs of the root name a folder.
fn is_member(folder: &FolderPath, globs: impl FnOnce() -> Option<Vec<String>>) -> bool {
    let Some((path, globs)) = folder.file("package.json").zip(globs()) else {
        return false;
    };
    !members(&globs, &FolderPath::root(), std::iter::once(&path)).is_empty()
}

fn globs_of_manifest(sources: &Sources<'_>, root: &FolderPath) -> Option<Vec<String>> {
    let (_, manifest) = sources.manifest_in(root)?;
    let globs = manifest.workspaces.as_ref()?;
    Some(globs.iter().map(|glob| glob.value.clone()).collect())
}

#[cfg(test)]
mod tests;
