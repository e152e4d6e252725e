//! Causes in the installation of what the job needs.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[EvidenceTopic::Failure];

pub(super) const INTEGRITY: CauseText = CauseText {
    id: "integrity",
    stage: Stage::Job,
    title: "A downloaded package does not match its checksum",
    why: "The lock file, the cache and the registry disagree.",
    fix: "Run the job without the cache. If the error remains, regenerate the entry in the lock file.",
    rules: &[],
};

pub(super) const WORKSPACE_PROTOCOL: CauseText = CauseText {
    id: "workspace-protocol",
    stage: Stage::Job,
    title: "A dependency still says `workspace:` or `file:`",
    why: "npm cannot install or publish these ranges. pnpm, Yarn and Bun replace them, if their lock file or an install has the version.",
    fix: "Publish with the package manager of the repository, after an install in the same job, or write version ranges.",
    rules: &[],
};

pub(super) const PACKAGE_MANAGER_MISMATCH: CauseText = CauseText {
    id: "package-manager-mismatch",
    stage: Stage::Job,
    title: "The job runs a different package manager than `packageManager` requires",
    why: "Corepack, pnpm and Yarn stop if package.json names another tool or version.",
    fix: "Install the version that `packageManager` names, and pass no other `version` to the setup action.",
    rules: &[],
};

pub(super) const COREPACK_OUTDATED: CauseText = CauseText {
    id: "corepack-outdated",
    stage: Stage::Job,
    title: "This Corepack does not know npm's signing keys",
    why: "npm changed its keys in 2025, and older releases of Corepack accept only the old one.",
    fix: "Run `npm install -g corepack@latest` first, use a newer Node, or use the setup action of the package manager.",
    rules: &[],
};

pub(super) const RELEASE_AGE_POLICY: CauseText = CauseText {
    id: "release-age-policy",
    stage: Stage::Job,
    title: "A dependency is too new for the repository's policy",
    why: "`minimumReleaseAge` or the trust policy of pnpm refuses it.",
    fix: "Wait, or exclude the package in the setting.",
    rules: &[],
};
