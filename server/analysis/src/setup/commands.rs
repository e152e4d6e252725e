//! The commands with which a project installs, packs and publishes.

use super::SetupOptions;
use super::project::{PackageManager, Project};

/// The folder for packed packages.
const PACKED: &str = "packed";

/// Installs the dependencies as the lock file has them. Their install scripts could mint an id token, so they do not
/// run where one can be had.
pub(super) fn install(project: &Project, runs_scripts: bool) -> &'static str {
    match (project.manager, runs_scripts) {
        (PackageManager::Npm, false) => "npm ci --ignore-scripts",
        (PackageManager::Npm, true) => "npm ci",
        (PackageManager::Pnpm, false) => "pnpm install --frozen-lockfile --ignore-scripts",
        (PackageManager::Pnpm, true) => "pnpm install --frozen-lockfile",
        (PackageManager::YarnClassic, false) => "yarn install --frozen-lockfile --ignore-scripts",
        (PackageManager::YarnClassic, true) => "yarn install --frozen-lockfile",
        (PackageManager::Yarn { .. }, false) => "yarn install --immutable --mode=skip-build",
        (PackageManager::Yarn { .. }, true) => "yarn install --immutable",
        (PackageManager::Bun, false) => "bun install --frozen-lockfile --ignore-scripts",
        (PackageManager::Bun, true) => "bun install --frozen-lockfile",
    }
}

/// Runs a script of the root manifest.
pub(super) fn run(project: &Project, script: &str) -> String {
    let program = match project.manager {
        PackageManager::Npm => "npm",
        PackageManager::Pnpm => "pnpm",
        PackageManager::YarnClassic | PackageManager::Yarn { .. } => "yarn",
        PackageManager::Bun => "bun",
    };
    format!("{program} run {script}")
}

/// Publishes from the checked out folder; the lines of a script.
pub(super) fn publish(project: &Project, options: &SetupOptions) -> Vec<String> {
    if !can_publish_in_place(project, options) {
        let mut lines = pack(project);
        lines.extend(publish_packed(project, options));
        return lines;
    }
    let flags = flags(project);
    let command = match (project.manager, project.is_monorepo) {
        (PackageManager::Pnpm, false) => "pnpm publish --no-git-checks",
        (PackageManager::Pnpm, true) => "pnpm publish --recursive --no-git-checks",
        (PackageManager::Yarn { .. }, false) => "yarn npm publish",
        (PackageManager::Yarn { .. }, true) => "yarn workspaces foreach --all --no-private npm publish",
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
        PackageManager::Npm | PackageManager::YarnClassic => true,
        PackageManager::Pnpm => !options.is_staged,
        PackageManager::Yarn { can_exchange } => can_exchange && !options.is_staged,
        PackageManager::Bun => false,
    }
}

/// Packs what is to be published into a folder; the lines of a script.
pub(super) fn pack(project: &Project) -> Vec<String> {
    let names = || project.packages.iter().map(|package| package.name.as_str());
    let chosen = |flag: &str| names().map(|name| format!(" {flag} {name}")).collect::<String>();
    let mut lines = vec![format!("mkdir -p {PACKED}")];
    match (project.manager, project.is_monorepo) {
        (PackageManager::Npm | PackageManager::YarnClassic, false) => {
            lines.push(format!("npm pack --pack-destination {PACKED}"));
        }
        (PackageManager::Npm | PackageManager::YarnClassic, true) => {
            lines.push(format!(
                "npm pack --pack-destination {PACKED}{}",
                chosen("--workspace")
            ));
        }
        (PackageManager::Pnpm, false) => lines.push(format!("pnpm pack --pack-destination {PACKED}")),
        (PackageManager::Pnpm, true) => lines.push(format!(
            "pnpm{} exec pnpm pack --pack-destination \"$PWD/{PACKED}\"",
            chosen("--filter")
        )),
        (PackageManager::Yarn { .. }, false) => lines.push(format!("yarn pack --out {PACKED}/%s-%v.tgz")),
        (PackageManager::Yarn { .. }, true) => lines.push(format!(
            "yarn workspaces foreach --all --no-private pack --out \"$PWD/{PACKED}/%s-%v.tgz\""
        )),
        (PackageManager::Bun, false) => lines.push(format!("bun pm pack --destination {PACKED}")),
        (PackageManager::Bun, true) => lines.extend(project.packages.iter().map(|package| {
            let folder = package.manifest.folder();
            format!("(cd {folder} && bun pm pack --destination \"$GITHUB_WORKSPACE/{PACKED}\")")
        })),
    }
    lines
}

/// Publishes what was packed; the lines of a script.
pub(super) fn publish_packed(project: &Project, options: &SetupOptions) -> Vec<String> {
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
