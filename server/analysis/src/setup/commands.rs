//! The commands with which a project installs, packs and publishes.

use super::SetupOptions;
use super::project::Project;
use super::project_manager::ProjectManager;
use super::registration::quoted;

/// The folder for packed packages.
const PACKED: &str = "packed";

/// Installs the dependencies, as the lock file has them where there is one. Their install scripts could mint an ID token, so they do not
/// run where one can be had.
pub(crate) fn install(project: &Project, runs_scripts: bool) -> &'static str {
    match (project.manager, project.has_lock_file, runs_scripts) {
        (ProjectManager::Npm, true, false) => "npm ci --ignore-scripts",
        (ProjectManager::Npm, true, true) => "npm ci",
        (ProjectManager::Npm, false, false) => "npm install --ignore-scripts",
        (ProjectManager::Npm, false, true) => "npm install",
        (ProjectManager::Pnpm, true, false) => "pnpm install --frozen-lockfile --ignore-scripts",
        (ProjectManager::Pnpm, true, true) => "pnpm install --frozen-lockfile",
        (ProjectManager::Pnpm, false, false) => "pnpm install --no-frozen-lockfile --ignore-scripts",
        (ProjectManager::Pnpm, false, true) => "pnpm install --no-frozen-lockfile",
        (ProjectManager::YarnClassic, true, false) => "yarn install --frozen-lockfile --ignore-scripts",
        (ProjectManager::YarnClassic, true, true) => "yarn install --frozen-lockfile",
        (ProjectManager::YarnClassic, false, false) => "yarn install --ignore-scripts",
        (ProjectManager::YarnClassic, false, true) => "yarn install",
        (ProjectManager::Yarn { .. }, true, false) => "yarn install --immutable --mode=skip-build",
        (ProjectManager::Yarn { .. }, true, true) => "yarn install --immutable",
        (ProjectManager::Yarn { .. }, false, false) => "yarn install --no-immutable --mode=skip-build",
        (ProjectManager::Yarn { .. }, false, true) => "yarn install --no-immutable",
        (ProjectManager::Bun, true, false) => "bun install --frozen-lockfile --ignore-scripts",
        (ProjectManager::Bun, true, true) => "bun install --frozen-lockfile",
        (ProjectManager::Bun, false, false) => "bun install --ignore-scripts",
        (ProjectManager::Bun, false, true) => "bun install",
    }
}

/// Runs a script of the root manifest.
pub(crate) fn run(project: &Project, script: &str) -> String {
    let program = match project.manager {
        ProjectManager::Npm => "npm",
        ProjectManager::Pnpm => "pnpm",
        ProjectManager::YarnClassic | ProjectManager::Yarn { .. } => "yarn",
        ProjectManager::Bun => "bun",
    };
    format!("{program} run {script}")
}

/// Runs a program of a dependency.
pub(super) fn execute(project: &Project, command: &str) -> String {
    let program = match project.manager {
        ProjectManager::Npm => "npx",
        ProjectManager::Pnpm => "pnpm exec",
        ProjectManager::YarnClassic | ProjectManager::Yarn { .. } => "yarn",
        ProjectManager::Bun => "bunx",
    };
    format!("{program} {command}")
}

/// Publishes from the checked out folder; the lines of a script.
pub(crate) fn publish(project: &Project, options: &SetupOptions) -> Vec<String> {
    if !can_publish_in_place(project, options) {
        let mut lines = pack(project);
        lines.extend(publish_packed(project, options));
        return lines;
    }
    let flags = flags(project);
    let command = match (project.manager, project.is_monorepo) {
        (ProjectManager::Pnpm, false) => "pnpm publish --no-git-checks",
        (ProjectManager::Pnpm, true) => "pnpm publish --recursive --no-git-checks",
        (ProjectManager::Yarn { .. }, false) => "yarn npm publish",
        (ProjectManager::Yarn { .. }, true) => {
            "yarn workspaces foreach --all --no-private npm publish --tolerate-republish"
        }
        (_, false) if options.is_staged => "npm stage publish",
        (_, true) if options.is_staged => "npm stage publish --workspaces",
        (_, false) => "npm publish",
        (_, true) => "npm publish --workspaces",
    };
    vec![format!("{command}{flags}")]
}

/// Whether one command does it. Only npm stages, and only pnpm and a new Yarn know what their own notations in a
/// manifest (`workspace:`, `catalog:`) stand for.
fn can_publish_in_place(project: &Project, options: &SetupOptions) -> bool {
    match project.manager {
        ProjectManager::Npm | ProjectManager::YarnClassic => true,
        ProjectManager::Pnpm => !options.is_staged,
        ProjectManager::Yarn { can_exchange } => can_exchange && !options.is_staged,
        ProjectManager::Bun => false,
    }
}

/// Whether versions that are published already are left out, and do not fail.
pub(crate) fn skips_published(project: &Project, options: &SetupOptions) -> bool {
    let is_able = matches!(
        project.manager,
        ProjectManager::Pnpm | ProjectManager::Yarn { .. }
    );
    is_able && !options.is_split && can_publish_in_place(project, options)
}

/// Packs what is to be published into a folder; the lines of a script.
pub(crate) fn pack(project: &Project) -> Vec<String> {
    let names = || project.packages.iter().map(|package| package.name.as_str());
    let chosen = |flag: &str| names().map(|name| format!(" {flag} {name}")).collect::<String>();
    let mut lines = vec![format!("mkdir -p {PACKED}")];
    match (project.manager, project.is_monorepo) {
        (ProjectManager::Npm | ProjectManager::YarnClassic, false) => {
            lines.push(format!("npm pack --pack-destination {PACKED}"));
        }
        (ProjectManager::Npm | ProjectManager::YarnClassic, true) => {
            lines.push(format!(
                "npm pack --pack-destination {PACKED}{}",
                chosen("--workspace")
            ));
        }
        (ProjectManager::Pnpm, false) => lines.push(format!("pnpm pack --pack-destination {PACKED}")),
        (ProjectManager::Pnpm, true) => lines.push(format!(
            "pnpm{} exec pnpm pack --pack-destination \"$PWD/{PACKED}\"",
            chosen("--filter")
        )),
        (ProjectManager::Yarn { .. }, false) => lines.push(format!("yarn pack --out {PACKED}/%s-%v.tgz")),
        (ProjectManager::Yarn { .. }, true) => lines.push(format!(
            "yarn workspaces foreach --all --no-private pack --out \"$PWD/{PACKED}/%s-%v.tgz\""
        )),
        (ProjectManager::Bun, false) => lines.push(format!("bun pm pack --destination {PACKED}")),
        (ProjectManager::Bun, true) => lines.extend(project.packages.iter().map(|package| {
            let folder = package.manifest.folder();
            let folder = quoted(folder.as_str());
            format!("(cd {folder} && bun pm pack --destination \"$GITHUB_WORKSPACE/{PACKED}\")")
        })),
    }
    lines
}

/// Publishes what was packed; the lines of a script.
pub(crate) fn publish_packed(project: &Project, options: &SetupOptions) -> Vec<String> {
    let command = if options.is_staged {
        "npm stage publish"
    } else {
        "npm publish"
    };
    let flags = flags(project);
    if project.is_monorepo {
        return vec![
            format!("for package in {PACKED}/*.tgz; do"),
            format!("  {command} \"./$package\"{flags}"),
            "done".to_owned(),
        ];
    }
    vec![format!("{command} ./{PACKED}/*.tgz{flags}")]
}

/// What the manifests leave open and npm asks for.
fn flags(project: &Project) -> String {
    let mut flags = String::new();
    if project.packages.iter().any(|package| package.needs_access) {
        flags.push_str(" --access public");
    }
    if project.packages.iter().any(|package| package.needs_tag) {
        flags.push_str(" --tag next");
    }
    flags
}
