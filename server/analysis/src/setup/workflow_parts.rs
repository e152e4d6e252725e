//! What the jobs of the workflows have in common, and the lines that they are written in.

use super::SetupOptions;
use super::commands::{install, run};
use super::project::Project;
use super::project_manager::ProjectManager;
use super::project_scripts::{ScriptPlace, run_in_members};
use super::scalar::scalar;
use crate::knowledge::pinned_actions::pinned;

/// The version of pnpm where the repository names none.
const PNPM: u32 = 11;

pub(super) fn environment(lines: &mut WorkflowLines, options: &SetupOptions) {
    if let Some(environment) = &options.environment {
        lines.add(2, &format!("environment: {}", scalar(environment)));
    }
}

pub(super) fn checkout(lines: &mut WorkflowLines) {
    action(lines, "actions/checkout");
    lines.add(4, "with:");
    lines.add(5, "persist-credentials: false");
}

/// Node, and the package manager that the project uses.
pub(super) fn prepare(lines: &mut WorkflowLines, project: &Project) {
    match project.manager {
        ProjectManager::Pnpm => {
            action(lines, "pnpm/action-setup");
            if !project.names_version {
                lines.add(4, "with:");
                lines.add(5, &format!("version: {PNPM}"));
            }
        }
        ProjectManager::Bun => action(lines, "oven-sh/setup-bun"),
        ProjectManager::Npm | ProjectManager::YarnClassic | ProjectManager::Yarn { .. } => {}
    }
    setup_node(lines, project);
    if matches!(project.manager, ProjectManager::Yarn { .. }) {
        lines.add(3, "- run: corepack enable yarn");
    }
}

pub(super) fn setup_node(lines: &mut WorkflowLines, project: &Project) {
    action(lines, "actions/setup-node");
    lines.add(4, "with:");
    lines.add(5, &format!("node-version: {}", project.node));
    // A cache that another workflow could have filled has no place where packages are made.
    lines.add(
        5,
        "package-manager-cache: false # another workflow could have written to it",
    );
}

pub(super) fn install_dependencies(lines: &mut WorkflowLines, project: &Project, runs_scripts: bool) {
    if !project.has_dependencies {
        return;
    }
    if !runs_scripts {
        lines.add(
            3,
            "# Scripts of dependencies do not run here: they could publish, too.",
        );
    }
    lines.add(3, &format!("- run: {}", install(project, runs_scripts)));
}

/// Runs the project's own script of this name, where there is one.
pub(super) fn run_own(
    lines: &mut WorkflowLines,
    project: &Project,
    script: &str,
    place: Option<ScriptPlace>,
) {
    let command = match place {
        None => return,
        Some(ScriptPlace::Root) => run(project, script),
        Some(ScriptPlace::Members) => run_in_members(project.manager, script),
    };
    lines.add(3, &format!("- run: {command}"));
}

pub(super) fn action(lines: &mut WorkflowLines, name: &str) {
    // A test holds that every action written here is in the table.
    let uses = pinned(name).unwrap_or_else(|| name.to_owned());
    lines.add(3, &format!("- uses: {uses}"));
}

/// Lines of YAML, each with its depth.
#[derive(Default)]
pub(super) struct WorkflowLines {
    pub(super) text: String,
}

impl WorkflowLines {
    pub(super) fn add(&mut self, depth: usize, line: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }
}
