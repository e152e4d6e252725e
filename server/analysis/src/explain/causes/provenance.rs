//! Causes in provenance, and in the signatures of what is installed.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[EvidenceTopic::Failure, EvidenceTopic::Provenance];

pub(super) const REPOSITORY_MISSING: CauseText = CauseText {
    id: "repository-missing",
    stage: Stage::Registry,
    title: "The package has no `repository`",
    why: "The registry compares `repository.url` of the package with the repository in the provenance, and the package has none.",
    fix: "Set `repository` in package.json to the repository that the workflow runs in. In a monorepo, set it in each package.",
    rules: &["repository-missing", "repository-form"],
};

pub(super) const REPOSITORY_CASE: CauseText = CauseText {
    id: "repository-case",
    stage: Stage::Registry,
    title: "The package's repository differs in letter case",
    why: "The registry compares `repository.url` with the provenance letter by letter.",
    fix: "Write owner and name in package.json as GitHub does.",
    rules: &["repository-case"],
};

pub(super) const REPOSITORY_MISMATCH: CauseText = CauseText {
    id: "repository-mismatch",
    stage: Stage::Registry,
    title: "The package names another repository",
    why: "The registry compares `repository.url` of the package with the repository in the provenance.",
    fix: "Set `repository` in package.json to the repository that the workflow runs in.",
    rules: &["repository-mismatch"],
};

pub(super) const REPO_RENAMED: CauseText = CauseText {
    id: "repo-renamed",
    stage: Stage::Registry,
    title: "The repository was renamed, and the package names the old one",
    why: "The provenance has the repository's current name, but package.json, and perhaps the trusted publisher, has the old one.",
    fix: "Write the new name in package.json and in the trusted publisher on npm.",
    rules: &["repository-mismatch"],
};

pub(super) const PRIVATE_REPO_PROVENANCE: CauseText = CauseText {
    id: "private-repo-provenance",
    stage: Stage::Registry,
    title: "Provenance is requested in a private repository",
    why: "The registry accepts provenance only from public repositories. Trusted publishing works without it.",
    fix: "Remove what requests provenance: a flag, `publishConfig.provenance` or `NPM_CONFIG_PROVENANCE`.",
    rules: &["provenance-explicit"],
};

pub(super) const SELF_HOSTED_RUNNER: CauseText = CauseText {
    id: "self-hosted-runner",
    stage: Stage::Registry,
    title: "The job runs on a self-hosted runner",
    why: "npm accepts trusted publishing and provenance only from GitHub-hosted runners.",
    fix: "Publish in a job on `ubuntu-latest`.",
    rules: &["self-hosted-runner"],
};

pub(super) const NEW_PACKAGE_ACCESS: CauseText = CauseText {
    id: "new-package-access",
    stage: Stage::Registry,
    title: "Provenance is requested for a new or private package",
    why: "npm signs provenance only for public packages. It cannot know that a new package is public unless `access` says so.",
    fix: "Set `publishConfig.access` to `public`, or pass `--access public`.",
    rules: &["scoped-access"],
};

pub(super) const SIGSTORE_TLOG: CauseText = CauseText {
    id: "sigstore-tlog",
    stage: Stage::Registry,
    title: "Sigstore did not accept the provenance",
    why: "The certificate authority, the timestamp service or the transparency log failed, or an earlier attempt left an entry.",
    fix: "Run the job again.",
    rules: &[],
};

pub(super) const SIGSTORE_CERT_CLAIMS: CauseText = CauseText {
    id: "sigstore-cert-claims",
    stage: Stage::Registry,
    title: "The signing certificate lacks a claim",
    why: "The ID token did not carry the ref or the commit that the registry requires in the provenance.",
    fix: "Run the workflow on a branch or tag that still exists.",
    rules: &[],
};

pub(super) const AUDIT_SIGNATURES: CauseText = CauseText {
    id: "audit-signatures",
    stage: Stage::Registry,
    title: "Signatures or attestations of installed packages cannot be verified",
    why: "`npm audit signatures` found an installed package whose signature or attestation is missing or wrong. It is about dependencies, not about this publish.",
    fix: "Look at the packages that it names. Update npm first: an old one knows only old keys.",
    rules: &[],
};

pub(super) const PROVENANCE_FILE: CauseText = CauseText {
    id: "provenance-file",
    stage: Stage::Registry,
    title: "The given provenance does not belong to this package",
    why: "`--provenance-file` was made for another tarball, or is combined with `--provenance`.",
    fix: "Remove the flag; trusted publishing signs provenance itself.",
    rules: &[],
};
