//! Causes on the way from GitHub to the ID token.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[
    EvidenceTopic::Failure,
    EvidenceTopic::IdToken,
    EvidenceTopic::Exchange,
];

pub(super) const ID_TOKEN_MISSING: CauseText = CauseText {
    id: "id-token-missing",
    stage: Stage::BeforeExchange,
    title: "The job cannot request an ID token",
    why: "Without `id-token: write` GitHub issues no ID token to the job, so there is nothing to exchange. The `permissions` of a job replace those of the workflow.",
    fix: "Add `id-token: write` to the job's `permissions`, and keep `contents: read`.",
    rules: &[
        "id-token-missing",
        "id-token-dropped-by-job",
        "id-token-value-invalid",
        "reusable-caller-no-id-token",
        "reusable-callee-no-id-token",
    ],
};

pub(super) const ID_TOKEN_FETCH_FAILED: CauseText = CauseText {
    id: "id-token-fetch-failed",
    stage: Stage::BeforeExchange,
    title: "GitHub did not issue the ID token",
    why: "The job may request an ID token, but GitHub answered with an error, so there was nothing to exchange.",
    fix: "Run the job again. If that does not help, look at GitHub's status page.",
    rules: &[],
};

pub(super) const REUSABLE_CALLER_PERMISSIONS: CauseText = CauseText {
    id: "reusable-caller-permissions",
    stage: Stage::BeforeExchange,
    title: "The calling workflow grants less than the called one requests",
    why: "A called workflow cannot have more permissions than its caller grants, so GitHub refuses to start it.",
    fix: "Add `id-token: write` to the `permissions` of the calling job.",
    rules: &["reusable-caller-no-id-token"],
};

pub(super) const ENVIRONMENT_PROTECTION: CauseText = CauseText {
    id: "environment-protection",
    stage: Stage::Registry,
    title: "The environment does not accept this branch or tag",
    why: "The job never ran: a protection rule of its environment excludes the ref.",
    fix: "Allow the branch or tag in the environment's settings on GitHub.",
    rules: &[],
};

pub(super) const ENV_STRIPPED: CauseText = CauseText {
    id: "env-stripped",
    stage: Stage::BeforeExchange,
    title: "npm does not see GitHub's environment variables",
    why: "The variables for requesting an ID token did not reach npm: sudo, `docker run` and task runners with a strict environment remove them.",
    fix: "Pass on ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN, and the GITHUB_* and RUNNER_* variables, which provenance reads. Or run npm directly.",
    rules: &["id-token-env-stripped"],
};
