//! What a registry refuses for reasons of its own, and what a package must be for it.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[EvidenceTopic::Failure, EvidenceTopic::Target];

pub(super) const SCOPED_ACCESS: CauseText = CauseText {
    id: "scoped-access",
    stage: Stage::Registry,
    title: "A scoped package would be published as private",
    why: "Without `access: public` npm treats a new scoped package as private, which needs a paid plan.",
    fix: "Set `publishConfig.access` to `public`, or pass `--access public`.",
    rules: &["scoped-access"],
};

pub(super) const REGISTRY_UNAVAILABLE: CauseText = CauseText {
    id: "registry-unavailable",
    stage: Stage::Registry,
    title: "The registry is unavailable",
    why: "npm got no answer, or the registry answered that it is temporarily unavailable.",
    fix: "Run the job again. If that does not help, look at the registry's status page.",
    rules: &[],
};

pub(super) const WRONG_REGISTRY: CauseText = CauseText {
    id: "wrong-registry",
    stage: Stage::Registry,
    title: "The step publishes to another registry",
    why: "Only the public npm registry supports trusted publishing. For any other one the tool needs an access token.",
    fix: "Remove `registry` from `publishConfig`, `.npmrc` or setup-node, or set it to the public registry.",
    rules: &["registry-url-other-host"],
};

pub(super) const NAME_REFUSED: CauseText = CauseText {
    id: "name-refused",
    stage: Stage::Registry,
    title: "The registry does not accept the name of the package",
    why: "npm refuses a new package whose name is too similar to that of an existing one.",
    fix: "Rename the package, for example with your scope: `@owner/name`.",
    rules: &[],
};

pub(super) const PRERELEASE_TAG: CauseText = CauseText {
    id: "prerelease-tag",
    stage: Stage::BeforeExchange,
    title: "A prerelease needs a dist-tag",
    why: "npm 11 refuses to give the tag `latest` to a prerelease, or to a version lower than the newest.",
    fix: "Pass `--tag next`, or set `publishConfig.tag`.",
    rules: &["prerelease-no-tag"],
};

pub(super) const VERSION_EXISTS: CauseText = CauseText {
    id: "version-exists",
    stage: Stage::Registry,
    title: "This version is already published",
    why: "A version can be published once. A job that runs again, or a second job, tries it twice.",
    fix: "Raise the version, or skip the step if the version exists.",
    rules: &["matrix-publish"],
};

pub(super) const PACKUMENT_CONFLICT: CauseText = CauseText {
    id: "packument-conflict",
    stage: Stage::Registry,
    title: "Two jobs publish the package at the same time",
    why: "The registry was still saving the package when the second request arrived.",
    fix: "Run the job again, and publish one package after the other.",
    rules: &["matrix-publish"],
};

pub(super) const UNSCOPED_RESTRICTED: CauseText = CauseText {
    id: "unscoped-restricted",
    stage: Stage::Registry,
    title: "A package without a scope cannot be private",
    why: "Access `restricted` is for packages with a scope only.",
    fix: "Remove `access` from `publishConfig` and from the command.",
    rules: &[],
};

pub(super) const PRIVATE_PACKAGE: CauseText = CauseText {
    id: "private-package",
    stage: Stage::Registry,
    title: "package.json says `private: true`",
    why: "npm refuses to publish a private package.",
    fix: "Remove `private`, or publish another folder.",
    rules: &["private-true"],
};

pub(super) const REGISTRY_REFUSED: CauseText = CauseText {
    id: "registry-refused",
    stage: Stage::Registry,
    title: "The registry rejected the package",
    why: "The registry accepted the token, and its answer says what is wrong with the package.",
    fix: "Follow the registry's answer. If that does not help, ask npm's support.",
    rules: &[],
};

// The registry's sentence: "… cannot be republished until 24 hours have passed".
// https://docs.npmjs.com/policies/unpublish
pub(super) const REPUBLISH_WAIT: CauseText = CauseText {
    id: "republish-wait",
    stage: Stage::Registry,
    title: "The package was unpublished less than 24 hours ago",
    why: "npm blocks the name of an unpublished package for 24 hours. A version that was once published can never be used again.",
    fix: "Wait until 24 hours have passed, and publish a higher version.",
    rules: &[],
};

pub(super) const PAYLOAD_TOO_LARGE: CauseText = CauseText {
    id: "payload-too-large",
    stage: Stage::Registry,
    title: "The package is too large for the registry",
    why: "The registry, or a proxy in front of it, does not accept a request of this size. npm itself cannot send more than about 400 MB.",
    fix: "Look at what `npm pack --dry-run` lists, and leave out what users do not need with `files` in package.json.",
    rules: &[],
};

pub(super) const SCOPE_NOT_FOUND: CauseText = CauseText {
    id: "scope-not-found",
    stage: Stage::Registry,
    title: "The scope of the package does not exist on npm",
    why: "The part between `@` and `/` must be a user or an organization on npm, and npm has none of this name.",
    fix: "Correct the name, or create the organization on npm.",
    rules: &[],
};

pub(super) const TAG_IS_VERSION: CauseText = CauseText {
    id: "tag-is-version",
    stage: Stage::BeforeExchange,
    title: "The dist-tag looks like a version",
    why: "npm refuses a dist-tag that could be read as a version or a range, such as `1.2` or `v1.2.3`.",
    fix: "Use a word such as `next` or `latest` as the tag.",
    rules: &["dist-tag-is-version"],
};

// https://docs.github.com/packages/working-with-a-github-packages-registry/working-with-the-npm-registry
pub(super) const GITHUB_PACKAGES_RIGHTS: CauseText = CauseText {
    id: "github-packages-rights",
    stage: Stage::Registry,
    title: "GitHub Packages does not let this token publish the package",
    why: "GitHub Packages accepts the job's `GITHUB_TOKEN` with `packages: write`, and only for a package whose scope is the owner of a repository that has access to it.",
    fix: "Give the job `packages: write`, name the package `@OWNER/name`, and add the repository under \"Manage Actions access\" in the package's settings. To publish to npm, remove the registry.",
    rules: &["github-packages-unscoped", "github-token-missing"],
};

pub(super) const RATE_LIMITED: CauseText = CauseText {
    id: "rate-limited",
    stage: Stage::Registry,
    title: "The registry received too many publishes",
    why: "npm limits how many versions an account may publish in a short time, and answers 429.",
    fix: "Wait an hour and run the job again; publish the packages that are left, a few at a time.",
    rules: &[],
};

pub(super) const STAGED_NOT_APPROVED: CauseText = CauseText {
    id: "staged-not-approved",
    stage: Stage::Registry,
    title: "The version is staged and waits for approval",
    why: "`npm stage publish` uploads a version that cannot be installed until a maintainer approves it.",
    fix: "Run `npm stage approve ID` on your machine, or approve it on npm.",
    rules: &[],
};

/// Source: <https://github.com/orgs/community/discussions/203413>, for the scan.
pub(super) const PUBLISH_NOT_VISIBLE: CauseText = CauseText {
    id: "publish-not-visible",
    stage: Stage::Registry,
    title: "The registry does not show the new version yet",
    why: "The upload was accepted. npm scans a new version for malware before it can be installed, which usually takes a few minutes.",
    fix: "Do not publish again. Run `npm view NAME@VERSION` in a few minutes.",
    rules: &[],
};

pub(super) const EMAIL_NOT_VERIFIED: CauseText = CauseText {
    id: "email-not-verified",
    stage: Stage::Registry,
    title: "The npm account has no verified email address",
    why: "npm lets an account publish new packages only after its email address is verified.",
    fix: "Verify the address on npm, then run the job again.",
    rules: &[],
};
