//! Causes in the trusted publisher that is entered on npm.
//!
//! A package may have up to 10, of which none can be edited, and each allows `npm stage publish`
//! (<https://github.com/npm/documentation/pull/2034>).

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[
    EvidenceTopic::Failure,
    EvidenceTopic::Wording,
    EvidenceTopic::IdToken,
    EvidenceTopic::Exchange,
];

pub(super) const TP_NOT_CONFIGURED: CauseText = CauseText {
    id: "tp-not-configured",
    stage: Stage::Exchange,
    title: "npm has no matching trusted publisher for the package",
    why: "The registry refused to exchange the ID token. It answers with the same 404 whether the package has no trusted publisher or does not exist.",
    fix: "Add the trusted publisher on the package's access page: owner, repository, workflow file, and the environment if the job has one.",
    rules: &[],
};

pub(super) const TP_WORKFLOW_FILENAME: CauseText = CauseText {
    id: "tp-workflow-filename",
    stage: Stage::Exchange,
    title: "The trusted publisher names another workflow file",
    why: "npm compares the file name of the workflow that an event started, with its extension and letter by letter. It does not check what you enter.",
    fix: "Add a trusted publisher with the file name of the publishing workflow, for example `release.yml`, without its folder. Each workflow file that publishes needs its own, up to 10 for a package.",
    rules: &["trusted-publisher-workflow"],
};

pub(super) const TP_REUSABLE_WORKFLOW: CauseText = CauseText {
    id: "tp-reusable-workflow",
    stage: Stage::Exchange,
    title: "The trusted publisher names the called workflow instead of the caller",
    why: "For a publish inside a reusable workflow, npm compares the file of the workflow that an event started: the caller.",
    fix: "Add a trusted publisher with the caller's file name on npm. Each workflow file that calls needs its own.",
    rules: &["reusable-filename", "trusted-publisher-workflow"],
};

pub(super) const TP_ENVIRONMENT: CauseText = CauseText {
    id: "tp-environment",
    stage: Stage::Exchange,
    title: "The trusted publisher names another environment",
    why: "If the trusted publisher has an environment, the job must run in the same one, in the same letter case. Users report that npm also rejects a job with an environment if the trusted publisher has none.",
    fix: "Add a trusted publisher with the job's environment on npm: each environment needs its own. Or remove it from both.",
    rules: &["trusted-publisher-environment"],
};

pub(super) const TP_OWNER_REPO_CASE: CauseText = CauseText {
    id: "tp-owner-repo-case",
    stage: Stage::Exchange,
    title: "Owner or repository has another letter case than the trusted publisher",
    why: "npm compares owner and repository as GitHub writes them, letter by letter.",
    fix: "Enter them on npm exactly as GitHub shows them.",
    rules: &["repository-case"],
};

pub(super) const TP_ALLOWED_ACTIONS: CauseText = CauseText {
    id: "tp-allowed-actions",
    stage: Stage::Exchange,
    title: "The trusted publisher does not allow this action",
    why: "The exchange succeeded, so the trusted publisher matches. But a new one allows only `npm stage publish`, unless `npm publish` is chosen too. Or the package's settings forbid the command.",
    fix: "Use `npm stage publish`. Or delete the trusted publisher on npm and create it again with `npm publish` allowed: it cannot be edited.",
    rules: &["trusted-publisher-action"],
};

pub(super) const TP_IMMUTABLE_SUB: CauseText = CauseText {
    id: "tp-immutable-sub",
    stage: Stage::Exchange,
    title: "The repository's ID tokens use the new subject format",
    why: "The ID tokens of repositories that were created, renamed or moved after 15 July 2026 have numbers in their subject. Users report that npm refuses to exchange them (npm/cli#9969).",
    fix: "No change to the files helps. Follow npm/cli#9969. Until it is resolved, a maintainer can publish by hand.",
    rules: &[],
};

pub(super) const TP_MISMATCH_UNSPECIFIED: CauseText = CauseText {
    id: "tp-mismatch-unspecified",
    stage: Stage::Exchange,
    title: "The registry rejected the token exchange without a reason",
    why: "The answer is the same whether the package has no trusted publisher, has one that does not match, or does not exist.",
    fix: "Compare each field of the trusted publisher with this repository, workflow file and environment. Each workflow file and environment needs its own.",
    rules: &[],
};

pub(super) const FIRST_PUBLISH: CauseText = CauseText {
    id: "first-publish",
    stage: Stage::Registry,
    title: "The package was never published",
    why: "A trusted publisher belongs to a package, so the package must exist: its first version cannot be published by trusted publishing.",
    fix: "Publish the first version by hand or with a token, then set up the trusted publisher.",
    rules: &[],
};
