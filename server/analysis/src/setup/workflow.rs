use super::SetupOptions;
use super::commands::{install, pack, publish, publish_packed, run, skips_published};
use super::project::{Project, ProjectManager};
use crate::knowledge::pinned_actions::pinned;

/// The version of pnpm where the repository names none.
const PNPM: u32 = 11;

/// A workflow that publishes the project's packages by trusted publishing whenever a version tag is pushed.
pub fn workflow(project: &Project, options: &SetupOptions) -> String {
    let mut lines = WorkflowLines::default();
    lines.add(0, "name: Release");
    lines.add(0, "on:");
    lines.add(1, "push:");
    lines.add(
        2,
        "tags: [\"v*\"] # `npm version` makes one, `git push --follow-tags` pushes it",
    );
    lines.blank();
    lines.add(0, "# Each job requests only the permissions that it needs.");
    lines.add(0, "permissions: {}");
    lines.blank();
    lines.add(0, "concurrency: release-${{ github.ref }}");
    lines.blank();
    lines.add(0, "jobs:");
    if options.is_split {
        build_job(&mut lines, project);
        lines.blank();
        publish_packed_job(&mut lines, project, options);
    } else {
        write_publish_job(&mut lines, project, options);
    }
    lines.text
}

/// The publish job alone, not indented, with its name.
pub(crate) fn publish_job(project: &Project, options: &SetupOptions) -> String {
    let mut lines = WorkflowLines::default();
    write_publish_job(&mut lines, project, options);
    let lines = lines.text.lines();
    lines
        .map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line)))
        .collect()
}

/// Builds and packs. Whatever runs here cannot publish.
fn build_job(lines: &mut WorkflowLines, project: &Project) {
    lines.add(1, "build:");
    lines.add(2, "runs-on: ubuntu-latest");
    lines.add(2, "permissions:");
    lines.add(3, "contents: read");
    lines.add(2, "steps:");
    checkout(lines);
    prepare(lines, project);
    build(lines, project, true);
    script(lines, &pack(project));
    action(lines, "actions/upload-artifact");
    lines.add(4, "with:");
    lines.add(5, "name: packages");
    lines.add(5, "path: packed/*.tgz");
    lines.add(5, "if-no-files-found: error");
}

/// Publishes what the other job has packed, and runs nothing else.
fn publish_packed_job(lines: &mut WorkflowLines, project: &Project, options: &SetupOptions) {
    lines.add(1, "publish:");
    lines.add(2, "needs: build");
    lines.add(2, "runs-on: ubuntu-latest");
    environment(lines, options);
    lines.add(2, "permissions:");
    lines.add(3, "id-token: write # npm exchanges it for a token that publishes");
    lines.add(2, "steps:");
    action(lines, "actions/download-artifact");
    lines.add(4, "with:");
    lines.add(5, "name: packages");
    lines.add(5, "path: packed");
    setup_node(lines, project);
    about_publish(lines, project, options);
    script(lines, &publish_packed(project, options));
}

fn write_publish_job(lines: &mut WorkflowLines, project: &Project, options: &SetupOptions) {
    lines.add(1, "publish:");
    lines.add(2, "runs-on: ubuntu-latest");
    environment(lines, options);
    lines.add(2, "permissions:");
    lines.add(3, "contents: read");
    lines.add(3, "id-token: write # npm exchanges it for a token that publishes");
    lines.add(2, "steps:");
    checkout(lines);
    prepare(lines, project);
    build(lines, project, false);
    about_publish(lines, project, options);
    script(lines, &publish(project, options));
}

fn environment(lines: &mut WorkflowLines, options: &SetupOptions) {
    if let Some(environment) = &options.environment {
        lines.add(2, &format!("environment: {}", scalar(environment)));
    }
}

fn checkout(lines: &mut WorkflowLines) {
    action(lines, "actions/checkout");
    lines.add(4, "with:");
    lines.add(5, "persist-credentials: false");
}

/// Node, and the package manager that the project uses.
fn prepare(lines: &mut WorkflowLines, project: &Project) {
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

fn setup_node(lines: &mut WorkflowLines, project: &Project) {
    action(lines, "actions/setup-node");
    lines.add(4, "with:");
    lines.add(5, &format!("node-version: {}", project.node));
    // A cache that another workflow could have filled has no place where packages are made.
    lines.add(
        5,
        "package-manager-cache: false # another workflow could have written to it",
    );
}

fn build(lines: &mut WorkflowLines, project: &Project, runs_scripts: bool) {
    if project.has_dependencies {
        if !runs_scripts {
            lines.add(
                3,
                "# Scripts of dependencies do not run here: they could publish, too.",
            );
        }
        lines.add(3, &format!("- run: {}", install(project, runs_scripts)));
    }
    if project.has_build {
        lines.add(3, &format!("- run: {}", run(project, "build")));
    }
    if project.has_test && runs_scripts {
        lines.add(3, &format!("- run: {}", run(project, "test")));
    }
}

/// A step that runs a script of one or several lines.
fn script(lines: &mut WorkflowLines, commands: &[String]) {
    if let [only] = commands {
        lines.add(3, &format!("- run: {only}"));
        return;
    }
    lines.add(3, "- run: |");
    for command in commands {
        lines.add(5, command);
    }
}

/// What whoever releases has to know of the last step.
fn about_publish(lines: &mut WorkflowLines, project: &Project, options: &SetupOptions) {
    if project.is_monorepo && !skips_published(project, options) {
        lines.add(
            3,
            "# Every package is published each time, and npm accepts a version only once: raise all versions.",
        );
    }
    if project.packages.iter().any(|package| package.needs_tag) {
        lines.add(
            3,
            "# `--tag next` is for a prerelease. Without it a version becomes `latest`.",
        );
    }
}

fn action(lines: &mut WorkflowLines, name: &str) {
    // A test holds that every action written here is in the table.
    let uses = pinned(name).unwrap_or_else(|| name.to_owned());
    lines.add(3, &format!("- uses: {uses}"));
}

/// A name as a YAML scalar: plain where nothing in it has a meaning.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Lines of YAML, each with its depth.
#[derive(Default)]
struct WorkflowLines {
    text: String,
}

impl WorkflowLines {
    fn add(&mut self, depth: usize, line: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }
}
