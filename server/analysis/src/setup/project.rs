use super::SetupOptions;
use super::project_manager::ProjectManager;
use super::project_scripts::{ScriptPlace, place_of_build, place_of_test};
use super::release_tool::{ReleaseRun, ReleaseTool, release_tool};
use crate::model::manifest::Manifest;
use crate::model::package_name::is_package_name;
use crate::model::workspaces::{members, pnpm_globs};
use crate::publish::is_npm_registry;
use crate::sources::Content;
use crate::text::Ranged;
use crate::text::{FilePath, FolderPath};
use crate::versions::version::Version;
use crate::versions::version::{parse_range, parse_version};
use crate::workspace::Workspace;

/// The lock files that tell whose project it is.
const LOCK_FILES: [&str; 6] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
];

/// What a workflow has to know of the repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Project {
    /// The package manager that installs the dependencies.
    pub manager: ProjectManager,
    /// Whether the root manifest, or a file of its own, says which version of the package manager it is.
    pub names_version: bool,
    /// Whether there are dependencies to install.
    pub has_dependencies: bool,
    /// Whether there is a lock file of the package manager, from which alone it can install exactly the same.
    pub has_lock_file: bool,
    /// The major version of Node for the workflow.
    pub node: u64,
    /// Where scripts `build` are that have to run first.
    pub build: Option<ScriptPlace>,
    /// Where scripts `test` are that are more than npm's placeholder.
    pub test: Option<ScriptPlace>,
    /// A tool among the dependencies that releases by itself, and not when a tag is pushed.
    pub release_tool: Option<ReleaseTool>,
    /// Whether the packages are members of a monorepo.
    pub is_monorepo: bool,
    /// What is to be published.
    pub packages: Vec<ProjectPackage>,
}

/// A package that is to be published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProjectPackage {
    /// Its manifest.
    pub manifest: FilePath,
    /// Its name.
    pub name: String,
    /// Whether it has a scope and nothing says who may read it.
    pub needs_access: bool,
    /// Whether its version is a prerelease, and nothing says with which tag it is published.
    pub needs_tag: bool,
}

impl Project {
    /// Reads the repository. `is_there` tells whether there is a file at a path below the root.
    pub fn with_files(workspace: &Workspace, is_there: &dyn Fn(&str) -> bool) -> Self {
        let lock_files: Vec<&str> = LOCK_FILES.into_iter().filter(|name| is_there(name)).collect();
        Self::of(workspace, &lock_files)
    }

    /// Reads the repository. `lock_files` are the names of the lock files at its root, which the workspace need not
    /// hold.
    pub(crate) fn of(workspace: &Workspace, lock_files: &[&str]) -> Self {
        let root = manifest(workspace, "package.json");
        let (manager, names_version) = package_manager(workspace, root, lock_files);
        let has_dependencies = ["dependencies", "devDependencies", "optionalDependencies"]
            .iter()
            .any(|section| {
                root.and_then(|root| root.root.get(section))
                    .is_some_and(|section| !section.members().is_empty())
            });
        let globs = workspace_globs(workspace, root);
        let (packages, is_monorepo) = packages(workspace, globs);
        let members = packages.iter().filter(|_| is_monorepo);
        let members = members.filter_map(|package| manifest(workspace, package.manifest.as_str()));
        let mut project = Self {
            manager,
            names_version,
            has_lock_file: manager.lock_files().iter().any(|name| lock_files.contains(name)),
            node: node(root),
            release_tool: None,
            has_dependencies: has_dependencies || is_monorepo || !lock_files.is_empty(),
            build: place_of_build(root, members.clone()),
            test: place_of_test(root, members),
            is_monorepo,
            packages,
        };
        project.release_tool =
            workspace.with_sources(|sources| release_tool(sources, root, manager, project.is_monorepo));
        project
    }

    /// How the workflow releases on a push to a branch; none if it publishes when a tag is pushed.
    pub(super) fn release_run(&self, options: &SetupOptions) -> Option<&ReleaseRun> {
        let is_asked = !options.is_on_tag && !options.is_split && !options.is_staged;
        let tool = self.release_tool.as_ref().filter(|_| is_asked);
        tool?.run.as_ref()
    }
}

/// The name in a manifest whose package the repository publishes to npm, so that it may be there already. What lies beside
/// the members of a monorepo, the manifest of a test for example, is none of its packages.
pub fn published_name(workspace: &Workspace, path: &FilePath) -> Option<Ranged<String>> {
    let Content::Manifest {
        model,
        is_current: true,
        ..
    } = workspace.file(path)?.content()
    else {
        return None;
    };
    read_package(workspace, path)?;
    if !path.folder().is_root() {
        let globs = workspace_globs(workspace, manifest(workspace, "package.json"))?;
        if members(&globs, &FolderPath::root(), std::iter::once(path)).is_empty() {
            return None;
        }
    }
    model.as_ref()?.name.clone()
}

fn manifest<'w>(workspace: &'w Workspace, path: &str) -> Option<&'w Manifest> {
    match workspace.file(&FilePath::new(path)?)?.content() {
        Content::Manifest { model, .. } => model.as_deref(),
        _ => None,
    }
}

/// Node 24, which is the first to ship an npm that is new enough; a newer one where `engines` refuses it.
fn node(root: Option<&Manifest>) -> u64 {
    const FIRST: u64 = 24;
    const LAST: u64 = 26;
    let engine = root.and_then(|root| root.engines.node.as_ref());
    let range = engine.and_then(|engine| parse_range(&engine.value));
    let fits = |major: &u64| {
        let newest = Version::from((*major, u64::from(u16::MAX), 0));
        range.as_ref().is_none_or(|range| range.satisfies(&newest))
    };
    (FIRST..=LAST).step_by(2).find(fits).unwrap_or(FIRST)
}

fn package_manager(
    workspace: &Workspace,
    root: Option<&Manifest>,
    lock_files: &[&str],
) -> (ProjectManager, bool) {
    let named = root.and_then(|root| {
        let pinned = root.package_manager.as_ref();
        let pinned = pinned.map(|pinned| (pinned.name.value.as_str(), pinned.version.value.as_str()));
        pinned.or_else(|| {
            let engine = root.dev_engines.package_managers.first()?;
            Some((
                engine.name.value.as_str(),
                engine.version.as_ref()?.value.as_str(),
            ))
        })
    });
    let exists = |name: &str| FilePath::new(name).is_some_and(|path| workspace.file(&path).is_some());
    let has = |name: &str| lock_files.contains(&name);
    let yarn = |version: Option<&str>| {
        let version = version.and_then(|version| parse_version(version.trim_start_matches(['^', '~'])));
        match version {
            Some(version) if version.major() < 2 => ProjectManager::YarnClassic,
            Some(version) => ProjectManager::Yarn {
                can_exchange: version >= Version::from((4_u64, 10_u64, 3_u64)),
            },
            None if exists(".yarnrc.yml") => ProjectManager::Yarn { can_exchange: false },
            None => ProjectManager::YarnClassic,
        }
    };
    let manager = match named {
        Some(("pnpm", _)) => ProjectManager::Pnpm,
        Some(("yarn", version)) => yarn(Some(version)),
        Some(("bun", _)) => ProjectManager::Bun,
        Some(_) => ProjectManager::Npm,
        None if exists("pnpm-workspace.yaml") || has("pnpm-lock.yaml") => ProjectManager::Pnpm,
        None if exists(".yarnrc.yml") || has("yarn.lock") => yarn(None),
        None if has("bun.lock") || has("bun.lockb") => ProjectManager::Bun,
        None => ProjectManager::Npm,
    };
    (manager, named.is_some())
}

/// The globs of the monorepo's members; none if it is not a monorepo.
fn workspace_globs(workspace: &Workspace, root: Option<&Manifest>) -> Option<Vec<String>> {
    let of_manifest = || {
        let globs = root?.workspaces.as_ref()?;
        Some(globs.iter().map(|glob| glob.value.clone()).collect())
    };
    let of_pnpm = FilePath::new("pnpm-workspace.yaml")
        .and_then(|path| workspace.file(&path)?.yaml())
        .map(pnpm_globs)
        .filter(|globs| !globs.is_empty());
    of_pnpm.or_else(of_manifest)
}

/// The packages, and whether they are members of a monorepo.
fn packages(workspace: &Workspace, globs: Option<Vec<String>>) -> (Vec<ProjectPackage>, bool) {
    let read = |path: &FilePath| read_package(workspace, path);
    let root = FilePath::new("package.json");
    let Some(globs) = globs else {
        return (root.as_ref().and_then(read).into_iter().collect(), false);
    };
    let manifests = workspace
        .files()
        .filter(|(_, file)| matches!(file.content(), Content::Manifest { .. }))
        .map(|(path, _)| path);
    let found: Vec<ProjectPackage> = members(&globs, &FolderPath::root(), manifests)
        .into_iter()
        .filter_map(read)
        .collect();
    // A monorepo may also publish nothing but its root.
    match found.as_slice() {
        [] => (root.as_ref().and_then(read).into_iter().collect(), false),
        _ => (found, true),
    }
}

/// The package of a manifest, if it is published to npm.
fn read_package(workspace: &Workspace, path: &FilePath) -> Option<ProjectPackage> {
    let manifest = manifest(workspace, path.as_str())?;
    let name = manifest.name.as_ref()?.value.clone();
    let config = manifest.publish_config.as_ref();
    let registry = config.and_then(|config| config.registry.as_ref());
    let has_setting = |key: &str| {
        let config = manifest.root.get("publishConfig");
        config.and_then(|config| config.get(key)).is_some()
    };
    let is_elsewhere =
        has_setting("registry") && registry.is_none_or(|registry| !is_npm_registry(&registry.value));
    // An invalid name could mean something else in the shell and in the URL.
    if !manifest.is_publishable() || is_elsewhere || !is_package_name(&name) {
        return None;
    }
    let version = parse_version(&manifest.version.as_ref()?.value);
    Some(ProjectPackage {
        needs_access: name.starts_with('@') && !has_setting("access"),
        needs_tag: version.is_some_and(|version| version.is_prerelease()) && !has_setting("tag"),
        manifest: path.clone(),
        name,
    })
}
