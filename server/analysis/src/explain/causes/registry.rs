//! What a registry refuses for reasons of its own, and what a package must be for it.

use super::{CauseText, Stage};

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
    why: "npm got no answer, or one that says that the registry cannot work just now.",
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
