//! What fails in the job before or beside the publish.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[EvidenceTopic::Failure];

pub(super) const READ_REFUSED: CauseText = CauseText {
    id: "read-refused",
    stage: Stage::Job,
    title: "The registry rejected a request to read a package",
    why: "The request that failed is a GET: the job was reading a package, for `npm install` or `npm view`, and not publishing. Trusted publishing grants no right to read.",
    fix: "Check the package's name, version and registry. A private package needs a token that may read it. If it is the package to publish, it was never published: publish its first version by hand.",
    rules: &[],
};

pub(super) const SCRIPT_FAILED: CauseText = CauseText {
    id: "script-failed",
    stage: Stage::Job,
    title: "A script of the package failed",
    why: "A script of package.json, perhaps a test, `prepublishOnly` or `prepare`, ended with an error, so npm stopped. npm errors that the script printed are about what the script did.",
    fix: "Fix the script. Its output is above this line of the log.",
    rules: &["lifecycle-script-fails"],
};

pub(super) const SCRIPT_MISSING: CauseText = CauseText {
    id: "script-missing",
    stage: Stage::Job,
    title: "package.json has no script of this name",
    why: "The job runs a script that the package.json in its folder does not have. It may be in the package.json of another folder, or not in this commit.",
    fix: "Add the script to package.json, or run one that it has: `npm run` lists them.",
    rules: &[],
};

pub(super) const PROGRAM_MISSING: CauseText = CauseText {
    id: "program-missing",
    stage: Stage::Job,
    title: "A script starts a program that is not installed",
    why: "The shell did not find a program and ended with exit code 127, or a tool did not find the program that it starts. The programs of `devDependencies` are there only after an install in the same job, and not after one that leaves them out, such as `npm ci --omit=dev`.",
    fix: "Install the dependencies in this job before the publish step, for example with `npm ci`. The line above in the log names the program.",
    rules: &["lifecycle-script-without-install"],
};

pub(super) const INSTALL_FAILED: CauseText = CauseText {
    id: "install-failed",
    stage: Stage::Job,
    title: "The dependencies could not be installed",
    why: "The package manager could not be set up, its lock file does not fit package.json, or the registry does not have a requested version.",
    fix: "Run the same command in a fresh clone, fix what it reports, and commit the lock file.",
    rules: &["pnpm-version-conflict", "setup-node-stops", "yarn-unset-variable"],
};

pub(super) const JOB_CANCELLED: CauseText = CauseText {
    id: "job-cancelled",
    stage: Stage::Job,
    title: "GitHub ended the job",
    why: "The run was cancelled: by hand, by `concurrency`, by another job of the matrix, or because it took too long.",
    fix: "Run the job again. If `concurrency` ended it, set `cancel-in-progress: false` for the workflow that publishes.",
    rules: &[],
};

pub(super) const DEPLOYMENT_REJECTED: CauseText = CauseText {
    id: "deployment-rejected",
    stage: Stage::Job,
    title: "The deployment to the environment was rejected",
    why: "The job's environment has required reviewers or another protection rule. The job did not start, because it was not approved.",
    fix: "Run the job again and have a reviewer approve it, or change the rules of the environment in the settings of the repository.",
    rules: &[],
};

pub(super) const PACKAGE_JSON_MISSING: CauseText = CauseText {
    id: "package-json-missing",
    stage: Stage::Job,
    title: "The command runs in a folder without package.json",
    why: "The job did not check out the repository, runs the command in another folder, or did not build the folder.",
    fix: "Check out the repository before the publish step, and run the command in the folder of the package.",
    rules: &[],
};

pub(super) const TARBALL_MISSING: CauseText = CauseText {
    id: "tarball-missing",
    stage: Stage::Job,
    title: "The tarball of the command does not exist",
    why: "No earlier step packed it, it was unpacked into another folder, or the pattern in the command matches nothing. npm calls such a tarball \"corrupted\".",
    fix: "List the files before the publish step, and give the path that `npm pack` or the downloaded artifact has.",
    rules: &[],
};

pub(super) const GIT_PUSH_REFUSED: CauseText = CauseText {
    id: "git-push-refused",
    stage: Stage::Job,
    title: "git may not push to the repository",
    why: "The job's `GITHUB_TOKEN` cannot write to the repository, or a rule protects the branch or the tag.",
    fix: "Give the job `contents: write`. If a rule protects the branch, let the job push by a pull request or as an app that the rule exempts.",
    rules: &["contents-not-writable", "contents-dropped"],
};

pub(super) const GITHUB_TOKEN_RIGHTS: CauseText = CauseText {
    id: "github-token-rights",
    stage: Stage::Job,
    title: "The job's GITHUB_TOKEN lacks a permission that a step needs",
    why: "A step created a release or a pull request, or wrote a comment, which the job's token may not do. This is about GitHub, not about npm.",
    fix: "Give the job the permission: `contents: write` for releases and tags, `pull-requests: write` and `issues: write` for the rest. For pull requests, also allow GitHub Actions to create them in the settings of the repository.",
    rules: &[
        "contents-not-writable",
        "contents-dropped",
        "github-token-missing",
    ],
};

pub(super) const WORKSPACE_NOT_FOUND: CauseText = CauseText {
    id: "workspace-not-found",
    stage: Stage::Job,
    title: "package.json does not list this workspace",
    why: "The command selects a workspace by its name or folder, and `workspaces` in the root package.json does not list it. npm does not read pnpm-workspace.yaml.",
    fix: "Add the folder to `workspaces`, correct the name, or run the command in the folder of the package.",
    rules: &[],
};
