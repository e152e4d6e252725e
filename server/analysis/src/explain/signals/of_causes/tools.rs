//! Texts of release tools. Each has its source after it.

use super::CauseTexts;
use crate::explain::CauseId;

/// A cause, and the texts that say so.
pub(super) static TEXTS: &[CauseTexts] = &[
    (
        CauseId::ChangesetsActionCli,
        &[
            // changesets/action/src/utils.ts:186
            "This version of the Changesets action is designed to work with",
        ],
    ),
    (
        CauseId::ToolConfig,
        &[
            // changesets/action/src/utils.ts:180
            "The following inputs have been renamed:",
            // https://github.com/playcanvas/react/pull/328
            "Unknown flag for publish: ",
            "Unknown flag for version: ",
            // @changesets/parse@1.0.0/dist/index.mjs:16
            "could not parse changeset - ",
            // @changesets/assemble-release-plan@7.0.0/dist/index.mjs:326
            "Found mixed changeset ",
            // @changesets/cli@3.0.3/dist/publish.mjs:63
            "Releasing under custom tag is not allowed in pre mode",
            // @changesets/cli@3.0.3/dist/version.mjs:49
            "Snapshot release is not allowed in pre mode",
            // @changesets/cli@3.0.3/dist/shared.mjs:12
            "There is no .changeset folder.",
            // @changesets/read@0.6.5/dist/changesets-read.cjs.js:137, of the folder in which changesets/action looks: its input `cwd`, or the root
            "There is no .changeset directory in this project",
            // lerna@10.1.1/dist/chunk-X5YAJACA.js:2912
            "ENOLERNA `lerna.json` does not exist",
            // lerna@8.2.4: packages/lerna/dist/index.js
            "ERR! ECONFIGWORKSPACES",
            "ERR! ENOWORKSPACES",
            "ERR! EWORKSPACES",
            // semantic-release@25.0.9/lib/definitions/errors.js:34
            "ENOREPOURL The `repositoryUrl` option is required.",
            // semantic-release@25.0.9/lib/definitions/errors.js:47
            "EINVALIDREPOURL The `repositoryUrl` option is not a valid git URL.",
            // semantic-release@25.0.9/lib/definitions/errors.js:260
            "ERELEASEBRANCHES The release branches are invalid",
            // semantic-release@25.0.9/lib/definitions/errors.js:98
            "EPLUGINCONF The `",
            // nx@24.0.6/dist/src/command-line/release/publish.js:190
            "the following projects were matched for publishing but do not have",
            // nx@24.0.6/dist/src/command-line/release: config/filter-release-groups.js:35, command-object.js:179, plan-check.js:47,
            // plan.js:64, utils/shared.js:290, utils/semver.js:107 and config/config.js
            " did not match any projects in the workspace",
            "An explicit target version must be specified when using the",
            "Version plans are not enabled",
            "No release groups have version plans enabled",
            "would generate the following duplicate git tags",
            "Invalid semver version specifier ",
            "Found deprecated releaseTagPattern",
            "You have duplicate conflicting git configurations.",
            "error when resolving the configured changelog renderer",
            // lerna@8.2.4/dist/index.js and lerna@10.1.1/dist
            "ERELEASE To create a release, you ",
            "ERELEASE Invalid release client type",
            "EBUILDMETADATA Build metadata does not satisfy",
            "ECIRCULAR Config .extends cannot be circular",
            "ERESOLVED Config .extends must be locally-resolvable",
            "EGITHEAD --git-head is only allowed with",
            "EGIT Do not use git dependencies",
            // @jsdevtools/npm-publish@4.1.5/lib/errors.js
            "Package must be a directory, package.json, or .tgz file",
            "Registry URL invalid, got ",
            // release-it@21.1.2/lib/plugin/git/Git.js:44
            "Could not get remote Git url.",
        ],
    ),
    (
        CauseId::ScriptFailed,
        &[
            // turbo 2: crates/turborepo-lib/src/task_graph/visitor/exec.rs and run/mod.rs
            "ERROR: command finished with error: command (",
            "ERROR  run failed: command ",
            // https://github.com/cypress-io/cypress-design/pull/682
            "Unknown Syntax Error: Command not found",
            // https://github.com/devframes/devframe/pull/245
            "failed to load config from ",
            // https://nodejs.org/api/errors.html#err_module_not_found
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find ",
        ],
    ),
    (
        CauseId::GithubReleaseFailed,
        &[
            // changesets/action/src/run.ts:53
            "Could not find changelog entry for ",
            // softprops/action-gh-release/src/github.ts: the upload of an asset
            "Failed to upload release asset ",
            // changesets/action@v1.9.0/src/run.ts:112 (two literals joined)
            "not found.This is probably a bug in the action",
            // @lerna-lite/version@5.7.0/dist/version-command.js:254
            "Failed to create the github release: ",
            // https://github.com/nrwl/nx/issues/19998
            "Unable to create a Github release because",
            // nx@24.0.6/dist/src/command-line/release/utils/remote-release-clients/github.js:233
            "A GitHub API Error occurred when creating/updating the release",
            // softprops/action-gh-release/src/main.ts:12
            "GitHub Releases requires a tag",
            // softprops/action-gh-release/src/github.ts:938
            "GitHub release failed with status: ",
            // softprops/action-gh-release/src/main.ts:24
            "There were unmatched files",
        ],
    ),
    (
        CauseId::NeedsLoginCommand,
        &[
            // lerna@10.1.1/dist/chunk-GHGGQ7WV.js:37
            "ETWOFACTOR Unable to obtain two-factor auth mode",
            // lerna@10.1.1/dist/chunk-Z5CIYUQ7.js:45
            "Access verification failed. Ensure that your npm access token",
        ],
    ),
    (
        CauseId::TokenExpired,
        &[
            // lerna@10.1.1/dist/chunk-32YLNKIR.js:31
            "EACCESS You do not have write permission required to publish",
            // np@12.1.1/source/prerequisite-tasks.js:53
            "You do not have write permissions required to publish this package",
        ],
    ),
    (
        CauseId::VersionOutOfRange,
        &[
            // semantic-release@25.0.9/lib/definitions/errors.js:295
            "cannot be published as it is out of range.",
        ],
    ),
    (
        CauseId::RepoRenamed,
        &[
            // @semantic-release/github@12.0.10/lib/definitions/errors.js:144
            "EMISMATCHGITHUBURL The git repository URL mismatches the GitHub URL.",
        ],
    ),
    (
        CauseId::FirstPublish,
        &[
            // np@12.1.1/source/cli-implementation.js:228
            "Staged publishing requires the package to already exist on the",
            // nx@24.0.6/dist/src/command-line/release/version/resolve-current-version.js:107
            "Unable to resolve the current version from the registry",
        ],
    ),
    (
        CauseId::FilesMissing,
        &[
            // np@12.1.1/source/npm/util.js:356
            "Missing entry points in published files:",
        ],
    ),
    (
        CauseId::RepositoryMissing,
        &[
            // release-plan@0.20.0/dist/publish.js:107
            "This package does not have a repository defined",
        ],
    ),
    (
        CauseId::ContainerTooOld,
        &[
            // glibc ld.so: "version `%s' not found (required by %s)"; GitHub runs its Node inside the container
            "version `GLIBC_2.",
        ],
    ),
    (
        CauseId::ChangesetMissing,
        &[
            // @changesets/cli@3.0.3/dist/status.mjs:27
            "Some packages have been changed but no changesets were found.",
            // beachball@2.66.0/lib/validation/validate.js:132
            "ERROR: Change files are needed!",
        ],
    ),
    (
        CauseId::ReleaseGitChecks,
        &[
            // np@12.1.1/source/git-util.js:155, 184 and 219. pnpm says the same after a code of its own.
            "Unclean working tree. Commit or stash changes first.",
            "Remote history differs. Please pull changes.",
            "Could not infer the default Git branch. Please specify one",
            // release-it@21.1.2/lib/plugin/git/Git.js:50
            "There are no commits since the latest tag.",
            // goreleaser/internal/pipe/git/errors.go, in the line with which it ends: ko only warns in these words
            "error=git is in a dirty state",
        ],
    ),
    (
        CauseId::GithubTokenMissing,
        &[
            // @actions/github@6: lib/internal/utils.js:40
            "Parameter token or opts.auth is required",
            // @octokit/auth-app@7: dist-src/index.js
            "[@octokit/auth-app] appId option is required",
            "[@octokit/auth-app] privateKey option is required",
            // @actions/core@3.0.1/lib/core.js, with the names that actions give to GitHub's token and to the key of an app
            "Input required and not supplied: github",
            "Input required and not supplied: repo-token",
            "Input required and not supplied: app-id",
            "Input required and not supplied: private-key",
            // nx@24.0.6/dist/src/command-line/release/utils/remote-release-clients/github.js:210
            "Unable to resolve data via the GitHub API. You can use any of",
            // @changesets/get-github-info@1.0.1/dist/index.mjs:50
            "Please create a GitHub personal access token at",
            // changesets/action@v1.9.0/src/index.ts:18
            "Please add the GITHUB_TOKEN to the changesets action",
            // @auto-it/core@11.3.6/dist/auto.js:288
            "GitHub token not found!",
            // electron-publish@26.16.0/out/gitHubPublisher.js:27
            "GitHub Personal Access Token is not set",
            // goreleaser/internal/pipe/env/env.go
            "missing GITHUB_TOKEN, GITLAB",
        ],
    ),
    (
        CauseId::GitHook,
        &[
            // husky@9.1.7/husky
            " script failed (code ",
            // husky@8.0.3/husky.sh:28
            " hook exited with code ",
            // husky@4.3.8/lib/runner/index.js:44
            " hook failed (add --no-verify to bypass)",
            // lint-staged@16.4.0/lib/messages.js
            "lint-staged failed due to a git error.",
            "lint-staged prevented an empty git commit.",
            "lint-staged failed because `--fail-on-changes` was used.",
        ],
    ),
];
