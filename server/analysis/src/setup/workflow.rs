use super::SetupOptions;
use super::commands::{pack, publish, publish_packed, skips_published};
use super::project::Project;
use super::release_workflow::{branches, release_job};
use super::workflow_parts::{
    WorkflowLines, action, checkout, environment, install_dependencies, prepare, run_own, setup_node,
};

/// A workflow that publishes the project's packages by trusted publishing: whenever a version tag is pushed, or when the release tool
/// of the repository releases.
pub fn workflow(project: &Project, options: &SetupOptions) -> String {
    let run = project.release_run(options);
    let mut lines = WorkflowLines::default();
    lines.add(0, "name: Release");
    lines.add(0, "on:");
    lines.add(1, "push:");
    match run {
        Some(run) => lines.add(2, &branches(run)),
        None => lines.add(
            2,
            "tags: [\"v*\"] # `npm version` makes one, `git push --follow-tags` pushes it",
        ),
    }
    lines.blank();
    lines.add(0, "# Each job requests only the permissions that it needs.");
    lines.add(0, "permissions: {}");
    lines.blank();
    lines.add(0, "concurrency: release-${{ github.ref }}");
    lines.blank();
    lines.add(0, "jobs:");
    if let Some(run) = run {
        release_job(&mut lines, project, options, run);
    } else if options.is_split {
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
    install_dependencies(lines, project, true);
    run_own(lines, project, "build", project.build);
    run_own(lines, project, "test", project.test);
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
    install_dependencies(lines, project, false);
    run_own(lines, project, "build", project.build);
    about_publish(lines, project, options);
    script(lines, &publish(project, options));
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
