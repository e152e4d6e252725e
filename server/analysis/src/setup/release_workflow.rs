//! The job in which a release tool of the repository publishes.

use super::SetupOptions;
use super::commands::{execute, run as run_script};
use super::project::Project;
use super::release_tool::{ReleaseRun, ReleasedBy};
use super::workflow_parts::{WorkflowLines, action, environment, install_dependencies, prepare, run_own};

/// The filter of the trigger.
pub(super) fn branches(run: &ReleaseRun) -> String {
    match run.branches.as_slice() {
        [] => "branches: [main, master] # put the default branch here if it has another name".to_owned(),
        branches => format!("branches: [{}]", branches.join(", ")),
    }
}

/// Builds, and lets the tool release.
pub(super) fn release_job(
    lines: &mut WorkflowLines,
    project: &Project,
    options: &SetupOptions,
    run: &ReleaseRun,
) {
    lines.add(1, "release:");
    lines.add(2, "runs-on: ubuntu-latest");
    environment(lines, options);
    lines.add(2, "permissions:");
    match run.by {
        ReleasedBy::Changesets { .. } => {
            lines.add(
                3,
                "contents: write # pushes the branch of the release, and its tags",
            );
            lines.add(
                3,
                "pull-requests: write # opens the pull request that raises the versions",
            );
        }
        ReleasedBy::SemanticRelease => {
            lines.add(
                3,
                "contents: write # pushes the tag, and creates the release on GitHub",
            );
            lines.add(3, "issues: write # comments on the issues that are released");
            lines.add(3, "pull-requests: write # and on the pull requests");
        }
    }
    lines.add(3, "id-token: write # npm exchanges it for a token that publishes");
    lines.add(2, "steps:");
    action(lines, "actions/checkout");
    lines.add(4, "with:");
    if run.by == ReleasedBy::SemanticRelease {
        lines.add(5, "fetch-depth: 0 # it reads all commits since the last release");
    }
    lines.add(5, "persist-credentials: false");
    prepare(lines, project);
    install_dependencies(lines, project, false);
    // A script that builds and releases is run as a whole.
    if run.script.is_none() {
        run_own(lines, project, "build", project.build);
    }
    let command = |tool: &str| match &run.script {
        Some(script) => run_script(project, script),
        None => execute(project, tool),
    };
    match &run.by {
        ReleasedBy::Changesets {
            is_v2,
            version_script,
        } => {
            // Source: action.yml of both versions.
            let (name, publish, version) = match is_v2 {
                true => ("changesets/action", "publish-script", "version-script"),
                false => ("changesets/action@v1", "publish", "version"),
            };
            action(lines, name);
            lines.add(4, "with:");
            lines.add(5, &format!("{publish}: {}", command("changeset publish")));
            if let Some(script) = version_script {
                lines.add(5, &format!("{version}: {}", run_script(project, script)));
            }
        }
        ReleasedBy::SemanticRelease => {
            lines.add(3, &format!("- run: {}", command("semantic-release")));
        }
    }
    lines.add(4, "env:");
    lines.add(5, "GITHUB_TOKEN: ${{ github.token }}");
}
