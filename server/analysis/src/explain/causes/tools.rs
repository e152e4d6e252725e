//! Causes in publishing tools other than npm.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[
    EvidenceTopic::Failure,
    EvidenceTopic::Version,
    EvidenceTopic::Wording,
    EvidenceTopic::IdToken,
    EvidenceTopic::AccessToken,
];

pub(super) const SETUP_NODE_V7_YARN1: CauseText = CauseText {
    id: "setup-node-v7-yarn1",
    stage: Stage::BeforeExchange,
    title: "Yarn 1 cannot fill in NODE_AUTH_TOKEN",
    why: "setup-node 7 writes an `.npmrc` that names NODE_AUTH_TOKEN, and no longer sets a placeholder. Yarn 1 stops at a variable that is not set.",
    fix: "Remove `registry-url` from setup-node, which trusted publishing does not need.",
    rules: &[],
};

pub(super) const YARN_OIDC: CauseText = CauseText {
    id: "yarn-oidc",
    stage: Stage::BeforeExchange,
    title: "Yarn has no token for the registry",
    why: "Yarn exchanges the ID token from 4.10.0 on, for a package with a scope from 4.10.3 on, and only if no token is configured. Yarn 1 never does. Yarn 2 and later read no `.npmrc`, so setup-node's `NODE_AUTH_TOKEN` does not reach them.",
    fix: "Use Yarn 4.10.3 or later and remove `npmAuthToken`, or publish with `npm publish`. An access token goes into `YARN_NPM_AUTH_TOKEN`.",
    rules: &[
        "tool-cannot-exchange",
        "publish-token-env",
        "registry-url-missing",
    ],
};

pub(super) const NPM_PUBLISH_OLD: CauseText = CauseText {
    id: "npm-publish-old",
    stage: Stage::BeforeExchange,
    title: "The action requires the input `token`",
    // Measured with JS-DevTools/npm-publish 3.1.1 and 4.1.5.
    why: "`JS-DevTools/npm-publish` up to version 3 stops if its input `token` is empty. Version 4 requires no token and lets npm exchange the ID token.",
    fix: "Use `JS-DevTools/npm-publish@v4` and remove `token`. For another action, look for a version that supports trusted publishing.",
    rules: &["tool-cannot-exchange"],
};

pub(super) const BUN_PROVENANCE: CauseText = CauseText {
    id: "bun-provenance",
    stage: Stage::Registry,
    title: "Bun cannot sign provenance",
    // Measured with Bun 1.4.5.
    why: "Bun 1.4.5 refuses to publish if `NPM_CONFIG_PROVENANCE` or `publishConfig.provenance` requests provenance.",
    fix: "Pack with `bun pm pack`, and publish the file with `npm publish`, which signs provenance. Or remove the setting.",
    rules: &["tool-cannot-exchange", "provenance-explicit"],
};

pub(super) const SEMANTIC_RELEASE_NPM: CauseText = CauseText {
    id: "semantic-release-npm",
    stage: Stage::BeforeExchange,
    title: "semantic-release runs an npm that cannot exchange the ID token",
    // Measured with semantic-release 25.0.9 and @semantic-release/npm 12.0.2.
    why: "semantic-release 25 verified trusted publishing with its own plugin, then ran the npm that an older `@semantic-release/npm` of the repository installs. That npm 10 does not support trusted publishing.",
    fix: "Remove `@semantic-release/npm` from `devDependencies`, or update it to 13.1 or later.",
    rules: &["tool-cannot-exchange"],
};

pub(super) const PNPM_GIT_CHECKS: CauseText = CauseText {
    id: "pnpm-git-checks",
    stage: Stage::BeforeExchange,
    title: "pnpm refuses to publish from this git checkout",
    why: "`pnpm publish` stops if files are changed, or if the checkout is not on the publish branch. A release that a tag starts is on no branch.",
    fix: "Pass `--no-git-checks`. If files are changed, find the step that changes them.",
    rules: &["pnpm-git-checks"],
};

pub(super) const BUN_OIDC: CauseText = CauseText {
    id: "bun-oidc",
    stage: Stage::BeforeExchange,
    title: "Bun has no token for the registry",
    why: "`bun publish` does not exchange the ID token, as of Bun 1.4.5.",
    fix: "Pack with `bun pm pack`, and publish the file with `npm publish`.",
    rules: &["tool-cannot-exchange"],
};

pub(super) const PNPM_VERSION: CauseText = CauseText {
    id: "pnpm-version",
    stage: Stage::BeforeExchange,
    title: "This pnpm is too old, has a defect, or runs an npm that is too old",
    why: "Up to version 10 pnpm publishes with the npm on the PATH, from 11 on with its own client. That client did not exchange the ID token if an access token was set before 11.0.7, did not read setup-node's `.npmrc` before 11.0.9, and did not work in 11.25.0. `pnpm stage` needs pnpm 11.3.0.",
    fix: "Use the newest pnpm 11. With pnpm 10, use Node 24, which ships a new enough npm.",
    rules: &["npm-too-old-node", "version-file-old", "stage-needs-npm"],
};

pub(super) const LERNA_OLD: CauseText = CauseText {
    id: "lerna-old",
    stage: Stage::BeforeExchange,
    title: "This lerna is too old for trusted publishing",
    // Measured with lerna 8.2.4 and 9.0.7, and with lerna-lite 4.7.3 and 4.9.4.
    why: "lerna exchanges the ID token from version 9 on, lerna-lite from 4.9 on. An older one publishes with an access token only, whatever npm is installed.",
    fix: "Update lerna to version 9 or later, or lerna-lite to 4.9 or later.",
    rules: &["tool-cannot-exchange"],
};

pub(super) const SEMANTIC_RELEASE_OLD: CauseText = CauseText {
    id: "semantic-release-old",
    stage: Stage::BeforeExchange,
    title: "This semantic-release is too old for trusted publishing",
    why: "`@semantic-release/npm` exchanges the ID token from 13.1 on, which semantic-release 25 includes. An older semantic-release requires a token and loads its own plugin, even if the repository depends on a newer one.",
    fix: "Update semantic-release to version 25 or later.",
    rules: &["tool-cannot-exchange"],
};

pub(super) const CHANGESETS_ACTION_OLD: CauseText = CauseText {
    id: "changesets-action-old",
    stage: Stage::BeforeExchange,
    title: "This changesets/action writes the text `undefined` as a token",
    why: "Before 1.7.0 the action wrote an `.npmrc` with `_authToken=undefined` if NPM_TOKEN was not set.",
    fix: "Update changesets/action to 1.7.0 or later.",
    rules: &[],
};

pub(super) const CHANGESETS_CLI_CRASH: CauseText = CauseText {
    id: "changesets-cli-crash",
    stage: Stage::BeforeExchange,
    title: "changesets could not read the answer of the package manager",
    why: "changesets asks npm or pnpm for JSON, and crashed on other output. That hides npm's own error.",
    fix: "Update `@changesets/cli`, or run the publish command of one package by hand to see the error itself.",
    rules: &["changesets-npm-12"],
};

pub(super) const RELEASE_GIT_CHECKS: CauseText = CauseText {
    id: "release-git-checks",
    stage: Stage::BeforeExchange,
    title: "The tool refuses to publish from this branch or with these changes",
    why: "lerna, np and release-it check git first. They stop on uncommitted changes, a detached HEAD, another branch, or a branch that is behind its remote.",
    fix: "Commit or ignore what the build changes, and check out the branch with `fetch-depth: 0`. To skip the check, np has `--any-branch` and release-it has `git.requireCleanWorkingDir: false`.",
    rules: &[],
};

pub(super) const CHANGESETS_ACTION_CLI: CauseText = CauseText {
    id: "changesets-action-cli",
    stage: Stage::Job,
    title: "changesets/action v2 needs @changesets/cli 3",
    why: "The repository uses version 2 of the CLI.",
    fix: "Use `changesets/action@v1`, or update `@changesets/cli` to version 3.",
    rules: &[],
};

pub(super) const TOOL_CONFIG: CauseText = CauseText {
    id: "tool-config",
    stage: Stage::Job,
    title: "The release tool is not set up correctly",
    why: "It stopped at its own configuration before it published.",
    fix: "Correct the option that the line names.",
    rules: &[],
};

pub(super) const VERSION_OUT_OF_RANGE: CauseText = CauseText {
    id: "version-out-of-range",
    stage: Stage::Job,
    title: "This branch may not release this version",
    why: "semantic-release keeps maintenance and prerelease branches within a range, but the commits require a version outside it.",
    fix: "Move the commits that the log names to the right branch.",
    rules: &[],
};

pub(super) const CHANGESET_MISSING: CauseText = CauseText {
    id: "changeset-missing",
    stage: Stage::Job,
    title: "Packages changed without a changeset",
    why: "`changeset status` fails if a changed package has no changeset.",
    fix: "Add one with `changeset add`, or an empty one with `changeset add --empty`.",
    rules: &[],
};

// Measured with changesets 3.0.3, Yarn 1.22.22 and Yarn 4.18.1.
pub(super) const CHANGESETS_YARN: CauseText = CauseText {
    id: "changesets-yarn",
    stage: Stage::BeforeExchange,
    title: "changesets 3 does not publish this with Yarn",
    why: "changesets 3 does not run with Yarn 1, and with newer Yarn it refuses a package whose `publishConfig` has `directory`.",
    fix: "Use Yarn 2 or later without `publishConfig.directory`, or stay with changesets 2.",
    rules: &["changesets-yarn"],
};

// https://github.com/nrwl/nx/issues/36358; @nx/js@21.0.0 skips the question with `firstRelease`.
pub(super) const LATEST_MISSING: CauseText = CauseText {
    id: "latest-missing",
    stage: Stage::Job,
    title: "The package has no `latest` dist-tag",
    why: "nx asks npm what is published before it publishes. For a package without `latest`, `npm view` prints nothing, and nx stops.",
    fix: "Give the package the tag once: `npm dist-tag add NAME@VERSION latest`. Or pass `--first-release`, so that nx does not ask.",
    rules: &[],
};
