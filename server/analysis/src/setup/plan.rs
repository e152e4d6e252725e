use std::collections::BTreeMap;
use std::sync::Arc;

use super::project::Project;
use super::project_manager::ProjectManager;
use super::registration::{Registration, registrations};
use super::release_tool::ReleaseRun;
use super::{SetupOptions, workflow};
use crate::fix_all::{FixChoice, apply_fixes};
use crate::publish::Outcome;
use crate::text::TextRange;
use crate::text::{FileKind, FilePath};
use crate::workspace::Workspace;

/// What is repaired in manifests, so that the first publish is not refused for it.
const REPOSITORY_RULES: [&str; 5] = [
    "repository-case",
    "repository-directory",
    "repository-form",
    "repository-mismatch",
    "repository-missing",
];

/// The default names of a workflow.
const FILE_NAMES: [&str; 2] = ["release.yml", "publish.yml"];

/// What a set-up writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetupPlan {
    /// The workflow.
    pub workflow: Change,
    /// The manifests in which `repository` is repaired.
    pub manifests: Vec<Change>,
    /// What is to be entered on npm for the new workflow.
    pub registrations: Vec<Registration>,
    /// How the workflow releases on a push to a branch; none if it publishes when a tag is pushed.
    pub release: Option<ReleaseRun>,
}

/// A file that is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Where.
    pub path: FilePath,
    /// What it holds before; none if it is new.
    pub old: Option<Arc<str>>,
    /// What it holds then.
    pub new: Arc<str>,
}

/// The plan for a project; none if the workflow's name is not a valid file name. `workspace` is left with all of it
/// done, and checked.
pub fn plan(workspace: &mut Workspace, project: &Project, options: &SetupOptions) -> Option<SetupPlan> {
    let path = workflow_path(&options.file)?;
    let old = text_of(workspace, &path);
    let on_tag = SetupOptions {
        is_on_tag: true,
        ..options.clone()
    };
    let mut originals = BTreeMap::new();
    let mut put = |workspace: &mut Workspace, text: &Arc<str>| {
        workspace.set_file(path.clone(), Arc::clone(text));
        for (path, original) in repair(workspace) {
            originals.entry(path).or_insert(original);
        }
        workspace.check();
    };
    // With the plainest of all workflows every package is seen, also those that the new one publishes as tarballs.
    let plain = Project {
        manager: ProjectManager::Npm,
        ..project.clone()
    };
    let is_plain = SetupOptions {
        is_on_tag: true,
        ..SetupOptions::default()
    };
    put(workspace, &Arc::from(workflow(&plain, &is_plain)));
    let mut release = project.release_run(options);
    let mut new = Arc::from(workflow(project, options));
    put(workspace, &new);
    if release.is_some() && !publishes(workspace, &path) {
        release = None;
        new = Arc::from(workflow(project, &on_tag));
        put(workspace, &new);
    }
    let manifests = originals.into_iter().filter_map(|(path, original)| {
        Some(Change {
            new: text_of(workspace, &path)?,
            old: Some(original),
            path,
        })
    });
    Some(SetupPlan {
        manifests: manifests.collect(),
        registrations: registrations(workspace, project),
        workflow: Change { path, old, new },
        release: release.cloned(),
    })
}

/// Repairs `repository` in the manifests; what they were before.
fn repair(workspace: &mut Workspace) -> BTreeMap<FilePath, Arc<str>> {
    let rules = REPOSITORY_RULES.map(str::to_owned);
    let choice = FixChoice {
        allow_unsafe: true,
        rules: &rules,
        only: &[],
    };
    let fixed = apply_fixes(workspace, choice, |workspace| {
        workspace.check();
        workspace.all_diagnostics().cloned().collect()
    });
    fixed.originals
}

/// Whether a workflow publishes, and always by trusted publishing.
fn publishes(workspace: &Workspace, path: &FilePath) -> bool {
    let mut sites = workspace.sites().filter(|site| site.path == *path).peekable();
    sites.peek().is_some() && sites.all(|site| site.outcome == Outcome::Oidc)
}

/// What an editor can offer at the name in a manifest: a workflow that publishes the package, or the packages of the
/// monorepo. Nothing where something publishes to npm already, for that is to be repaired and not doubled.
///
/// `is_there` tells whether there is a file at a path below the root.
pub fn plan_at_name(
    workspace: &Workspace,
    manifest: &FilePath,
    at: TextRange,
    is_there: &dyn Fn(&str) -> bool,
) -> Option<SetupPlan> {
    let root = workspace.file(manifest)?.json()?;
    let name = root.member("name")?;
    let name = name.key.range.cover(name.value.range);
    if FileKind::of(manifest.as_str()) != Some(FileKind::Manifest) || !name.intersects(at) {
        return None;
    }
    if workspace.sites().any(|site| site.may_publish_to_npm()) {
        return None;
    }
    let project = Project::with_files(workspace, is_there);
    let is_root = manifest.as_str() == "package.json" && !project.packages.is_empty();
    let mut packages = project.packages.iter();
    if !is_root && !packages.any(|package| package.manifest == *manifest) {
        return None;
    }
    let is_free = |name: &&str| {
        let path = workflow_path(name);
        path.is_some_and(|path| workspace.file(&path).is_none() && !is_there(path.as_str()))
    };
    let file = FILE_NAMES.into_iter().find(is_free)?;
    let options = SetupOptions {
        file: file.to_owned(),
        ..SetupOptions::default()
    };
    // What other workflows do is known, and would only take time.
    let mut copy = workspace.copy_of(|kind| kind != FileKind::Workflow);
    plan(&mut copy, &project, &options)
}

/// Where a workflow of that file name is; none if that is not a valid file name.
pub(crate) fn workflow_path(file: &str) -> Option<FilePath> {
    FilePath::new(&format!(".github/workflows/{file}"))
}

fn text_of(workspace: &Workspace, path: &FilePath) -> Option<Arc<str>> {
    workspace.file(path).map(|file| Arc::clone(&file.text))
}
