//! Causes at GitHub: its runners, its API and its actions.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[EvidenceTopic::Failure];

pub(super) const GITHUB_TOKEN_INVALID: CauseText = CauseText {
    id: "github-token-invalid",
    stage: Stage::Job,
    title: "GitHub does not accept the token",
    why: "The personal or app token of the step is expired, revoked or empty.",
    fix: "Renew the secret, or use the job's `GITHUB_TOKEN`.",
    rules: &[],
};

pub(super) const GITHUB_RELEASE_EXISTS: CauseText = CauseText {
    id: "github-release-exists",
    stage: Stage::Job,
    title: "The GitHub release already exists",
    why: "An earlier run created it, after it had published to npm.",
    fix: "Run only what is missing, or let the step update releases.",
    rules: &[],
};

pub(super) const BILLING: CauseText = CauseText {
    id: "billing",
    stage: Stage::Job,
    title: "GitHub started no job because of billing",
    why: "A payment failed, or the spending limit is reached.",
    fix: "Look at \"Billing & plans\" of the account that owns the repository.",
    rules: &[],
};

pub(super) const RUNNER_LOST: CauseText = CauseText {
    id: "runner-lost",
    stage: Stage::Job,
    title: "GitHub lost the runner",
    why: "It ran out of memory or CPU, was shut down, or lost its network. Packages that it had published stay published.",
    fix: "Check what is on npm, then run the job again.",
    rules: &[],
};

pub(super) const ACTION_UNRESOLVED: CauseText = CauseText {
    id: "action-unresolved",
    stage: Stage::Job,
    title: "The action does not exist in this version",
    why: "The tag after `@` is wrong or was removed.",
    fix: "Use a version that the action's repository lists.",
    rules: &[],
};

pub(super) const ACTION_DEPRECATED: CauseText = CauseText {
    id: "action-deprecated",
    stage: Stage::Job,
    title: "GitHub no longer runs this version of an action",
    why: "Old versions of upload-artifact, download-artifact and cache are switched off.",
    fix: "Use the newest major version.",
    rules: &[],
};

pub(super) const ACTION_NOT_ALLOWED: CauseText = CauseText {
    id: "action-not-allowed",
    stage: Stage::Job,
    title: "The settings do not allow this action",
    why: "The repository or organization requires a full commit SHA, or lists the allowed actions.",
    fix: "Pin the action to its commit SHA, or have it allowed.",
    rules: &[],
};

pub(super) const ARTIFACT_MISSING: CauseText = CauseText {
    id: "artifact-missing",
    stage: Stage::Job,
    title: "The build artifact does not exist",
    why: "It has another name, belongs to another run or has expired, or the build wrote no file.",
    fix: "Compare name and path in the uploading and the downloading job.",
    rules: &[],
};

pub(super) const ARTIFACT_UPLOAD: CauseText = CauseText {
    id: "artifact-upload",
    stage: Stage::Job,
    title: "The artifact could not be stored",
    why: "The storage is full, or two jobs use the same name.",
    fix: "Give each job its own artifact name, shorten `retention-days`, or delete old artifacts.",
    rules: &[],
};

pub(super) const NODE_UNAVAILABLE: CauseText = CauseText {
    id: "node-unavailable",
    stage: Stage::Job,
    title: "setup-node could not provide this Node",
    why: "No release matches `node-version`, or the version file is missing.",
    fix: "Correct `node-version` or `node-version-file`.",
    rules: &[],
};

pub(super) const OUT_OF_MEMORY: CauseText = CauseText {
    id: "out-of-memory",
    stage: Stage::Job,
    title: "The job ran out of memory",
    why: "Node stopped at its heap limit, or the system ended a program that took too much, most often during a build.",
    fix: "Set `NODE_OPTIONS=--max-old-space-size=6144`, or use a larger runner.",
    rules: &[],
};

pub(super) const DISK_FULL: CauseText = CauseText {
    id: "disk-full",
    stage: Stage::Job,
    title: "The disk of the runner is full",
    why: "Nothing more could be written.",
    fix: "Remove what the job does not need, or use a larger runner.",
    rules: &[],
};

pub(super) const GITHUB_RELEASE_FAILED: CauseText = CauseText {
    id: "github-release-failed",
    stage: Stage::Job,
    title: "The GitHub release could not be created",
    why: "Most often the package was published before it.",
    fix: "Read the reason in the line, and create the release by hand. If the package is on npm, do not publish it again.",
    rules: &[],
};

pub(super) const FILE_PERMISSION: CauseText = CauseText {
    id: "file-permission",
    stage: Stage::Job,
    title: "A file cannot be written",
    why: "Files belong to another user, often root after `sudo` or a container.",
    fix: "Leave `sudo` out, or change the owner of the files.",
    rules: &[],
};

pub(super) const NO_RUNNER: CauseText = CauseText {
    id: "no-runner",
    stage: Stage::Job,
    title: "No runner took the job",
    why: "No runner with the labels of `runs-on` was online.",
    fix: "Correct `runs-on`. For npm it must be a GitHub-hosted runner.",
    rules: &[],
};

pub(super) const WORKFLOW_INVALID: CauseText = CauseText {
    id: "workflow-invalid",
    stage: Stage::Job,
    title: "GitHub could not start the workflow",
    why: "The file, or a workflow that it calls, is not valid, or lacks a required input or secret.",
    fix: "Correct the line that GitHub names. Pass `secrets: inherit` or the secret to the called workflow.",
    rules: &[],
};

pub(super) const GITHUB_UNAVAILABLE: CauseText = CauseText {
    id: "github-unavailable",
    stage: Stage::Job,
    title: "GitHub did not deliver what the job needs",
    why: "An action or an artifact could not be downloaded, or GitHub's API failed.",
    fix: "Run the job again, and look at GitHub's status page.",
    rules: &[],
};

pub(super) const CONTAINER_FAILED: CauseText = CauseText {
    id: "container-failed",
    stage: Stage::Job,
    title: "A container of the job did not start",
    why: "The image could not be pulled, or the service was not healthy.",
    fix: "Run the job again, and check the image's name.",
    rules: &[],
};

pub(super) const GITHUB_RATE_LIMIT: CauseText = CauseText {
    id: "github-rate-limit",
    stage: Stage::Job,
    title: "The rate limit of GitHub's API is reached",
    why: "The token made too many requests in a short time.",
    fix: "Run the job again later. Do not run the step in many jobs at once.",
    rules: &[],
};

pub(super) const CONTAINER_TOO_OLD: CauseText = CauseText {
    id: "container-too-old",
    stage: Stage::Job,
    title: "The container is too old for GitHub's Node",
    why: "Actions run on a Node that needs a newer glibc than the image has.",
    fix: "Use a newer image, or publish outside the container.",
    rules: &[],
};

pub(super) const GITHUB_TOKEN_MISSING: CauseText = CauseText {
    id: "github-token-missing",
    stage: Stage::Job,
    title: "The step has no GitHub token",
    why: "The token of a workflow is not in the environment of its steps. `gh` and tools that make releases look for `GH_TOKEN` or `GITHUB_TOKEN` there. An input such as `token` is empty if the secret that it names is not set.",
    fix: "Add `env: { GH_TOKEN: ${{ github.token }} }` to the step. If an input names a secret, set the secret, or leave the input out of `actions/checkout`.",
    rules: &["github-token-missing"],
};
