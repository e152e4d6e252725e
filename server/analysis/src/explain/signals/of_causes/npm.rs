//! Texts of package managers and Node. Each has its source after it.

use super::CauseTexts;
use crate::explain::CauseId;

/// What npm prints of a file that is not there. Its path decides the cause.
pub(in crate::explain::signals) const NO_FILE: &str = " enoent ENOENT: no such file or directory, open '";

/// A cause, and the texts that say so.
pub(super) static TEXTS: &[CauseTexts] = &[
    (
        CauseId::IdTokenMissing,
        &[
            // @semantic-release/npm@13.2.0/lib/trusted-publishing/token-exchange.js:41
            "Have you granted the `id-token: write` permission to this workflow?",
        ],
    ),
    (
        CauseId::VersionUnchanged,
        &[
            // npm@12.2.2/node_modules/libnpmversion/lib/version.js:46
            "Version not changed",
        ],
    ),
    (
        CauseId::ReleaseGitChecks,
        &[
            // npm@12.2.2/node_modules/libnpmversion/lib/enforce-clean.js:26
            "Git working directory not clean.",
            // lerna@10.1.1/dist/chunk-RRL6PJQ5.js:252
            "ENOGIT Detached git HEAD, please checkout a branch to choose",
            // lerna@10.1.1/dist/chunk-RRL6PJQ5.js:268
            "is restricted from versioning due to allowBranch",
            // np@12.1.1/source/git-util.js:180
            "Remote history differs. Please run `git fetch`",
            // @auto-it/core@11.3.6/dist/auto.js:130
            "Working directory is not clean, make sure all files are committed",
        ],
    ),
    (
        CauseId::ScriptFailed,
        &[
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "error: Script not found \"",
            // lerna@10.1.1/dist/chunk-X5YAJACA.js:5955
            "lifecycle \"prepublishOnly\" errored in",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js:190
            "Packing the package failed (exit code ",
        ],
    ),
    (
        CauseId::ScriptMissing,
        &[
            // npm@12.2.2/node_modules/@npmcli/run-script
            "Missing script: ",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_NO_SCRIPT",
        ],
    ),
    (
        CauseId::ProgramMissing,
        &[
            // npm@12.2.2/lib/cli/exit-handler.js: the code is the status of the script, here of POSIX "command not found".
            "error code 127",
            "ERR! code 127",
            // pnpm and Yarn 1
            "failed with exit code 127",
            // cmd.exe
            "is not recognized as an internal or",
            // lib/internal/child_process.js of Node 20.20.2: a tool starts a program without a shell
            "Error: spawn ",
            "ERROR spawn ",
            // execa@5.1.1/lib/error.js, and the same in 9
            "ommand failed with ENOENT: ",
            // PowerShell 7 and 5.1: CommandNotFoundException
            "name of a cmdlet, function, script file",
        ],
    ),
    (
        CauseId::ReadRefused,
        &[
            // pnpm@11.28.10/dist/pnpm.mjs:418
            "ERR_PNPM_FETCH_404",
            // pnpm@11.28.10/dist/pnpm.mjs:418
            "ERR_PNPM_FETCH_401",
            // pnpm@11.28.10/dist/pnpm.mjs:418
            "ERR_PNPM_FETCH_403",
            // @changesets/cli@3.0.3/dist/getPublishPlan.mjs:613
            "Received an unexpected error for ",
            // @changesets/cli@2.31.1/dist/changesets-cli.cjs.js:866
            "Received an unknown error code: ",
            // yarn@1.22.22/lib/cli.js:94230
            "\" on the \"npm\" registry.",
        ],
    ),
    (
        CauseId::RegistryUnavailable,
        &[
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_META_FETCH_FAIL",
            // npm@12.2.2/lib/utils/error-message.js:281
            "This is a problem related to network connectivity.",
            // release-it@21.1.2/lib/plugin/npm/npm.js:57
            "Unable to reach npm registry (timed out after",
            // np@12.1.1/source/npm/util.js:37
            "Connection to npm registry failed",
            // npm@12.2.2/node_modules/minipass-fetch/lib/index.js:108
            "network timeout at: ",
            // npm@12.2.2/node_modules/npm-registry-fetch/lib/errors.js: the status and its text
            "408 Request Timeout - PUT ",
            "408 Request Timeout - GET ",
            // pnpm@11.28.10/dist/pnpm.mjs:337427
            " (status 500 Internal Server Error)",
            // pnpm@11.28.10/dist/pnpm.mjs:337427
            " (status 502 Bad Gateway)",
            // pnpm@11.28.10/dist/pnpm.mjs:337427
            " (status 503 Service Unavailable)",
            // corepack@0.36.0/dist/lib/corepack.cjs:13171
            "Error when performing the request to ",
        ],
    ),
    (
        CauseId::InstallFailed,
        &[
            // pnpm@11.28.10/dist/pnpm.mjs:151736
            "No matching version found for ",
            // npm@12.2.2/lib/commands/ci.js
            "can only install packages when ",
            // bash, of a package manager that no step installed
            "npm: command not found",
            "yarn: command not found",
            "bun: command not found",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js:214
            "lockfile would have been created by this install",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js:206
            "This package doesn't seem to be present in your lockfile",
            // changesets/action@v1.9.0/src/run.ts:178
            "Have you forgotten to install `@changesets/cli` in",
            // node: MODULE_NOT_FOUND for a plugin of semantic-release
            "Cannot find module '@semantic-release/",
            // npm@12.2.2/lib/utils/error-message.js:253
            "Unsupported platform for ",
            // npm@12.2.2/node_modules/@npmcli/arborist/lib/unreviewed-scripts.js:94
            "--strict-allow-scripts: ",
            // npm@12.2.2/lib/utils/error-message.js:30
            "This command requires an existing lockfile.",
            // pnpm@11.28.10/dist/pnpm.mjs:152319
            "ERR_PNPM_WORKSPACE_PKG_NOT_FOUND",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_BROKEN_LOCKFILE",
            // pnpm@11.28.10/dist/pnpm.mjs:172375
            "ERR_PNPM_LOCKFILE_BREAKING_CHANGE",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_VERIFY_DEPS_BEFORE_RUN",
            // yarn@1.22.22/lib/cli.js:94216
            "Couldn't find any versions for ",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js:208
            "Usage Error: The nearest package directory (",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "No version matching \"",
            "Workspace dependency \"",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js:702
            "Couldn't find the node_modules state file",
        ],
    ),
    (
        CauseId::Integrity,
        &[
            // npm@12.2.2/node_modules/ssri/lib/index.js:116
            "integrity checksum failed when using",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_TARBALL_INTEGRITY",
            // yarn@1.22.22/lib/cli.js:94471
            "Integrity check failed for ",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js:200
            "The remote archive doesn't match the expected checksum",
        ],
    ),
    (
        CauseId::WorkspaceProtocol,
        &[
            // npm@12.2.2/node_modules/npm-package-arg/lib/npa.js:367
            "Unsupported URL Type \"workspace:\"",
            // @nx/js@23.3.1/dist/src/executors/release-publish/release-publish.impl.js:107
            "contains a local dependency protocol in its",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_CANNOT_RESOLVE_WORKSPACE_PROTOCOL",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary): the lock file does not have the version
            "resolve workspace version for ",
            "resolve catalog version for ",
        ],
    ),
    (
        CauseId::CorepackOutdated,
        &[
            // https://github.com/nodejs/corepack/issues/612
            "Cannot find matching keyid:",
            // corepack@0.36.0/dist/lib/corepack.cjs:13093
            "The package was not signed by any trusted keys",
        ],
    ),
    (
        CauseId::OutOfMemory,
        &[
            // node v20.20.2 (strings of the binary)
            "JavaScript heap out of memory",
            // node v20.20.2 (strings of the binary): ERR_WORKER_OUT_OF_MEMORY
            "Worker terminated due to reaching memory limit",
            // 128 and the number of SIGKILL, which Linux sends to free memory
            "exit code 137",
            "error code 137",
            "error signal SIGKILL",
        ],
    ),
    (
        CauseId::DiskFull,
        &[
            // libc strerror(ENOSPC); runner prints it with a path
            "No space left on device",
            // npm@12.2.2/lib/utils/error-message.js:316
            "There appears to be insufficient space on your system to finish.",
        ],
    ),
    (
        CauseId::PrivatePackage,
        &[
            // yarn@1.22.22/lib/cli.js:94453
            "Package marked as private, not publishing.",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "attempted to publish a private package",
        ],
    ),
    (
        CauseId::StagedNotApproved,
        &[
            // npm@12.2.2/lib/commands/publish.js:252
            "has been staged with tag",
            // release-it@21.1.2/lib/plugin/npm/npm.js:324
            "Staged, not yet published. Approve at ",
            // npm@12.2.2/lib/commands/publish.js:249
            "(staged with id ",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js:737
            "Package archive staged for approval",
        ],
    ),
    (
        CauseId::ManifestInvalid,
        &[
            // lerna@10.1.1/dist/chunk-RRL6PJQ5.js:319
            "ENOVERSION A version field is required in ",
            // @semantic-release/npm@13.2.0/lib/definitions/errors.js:72
            "ENOPKGNAME Missing `name` property in `package.json`.",
            // npm@12.2.2/node_modules/init-package-json/lib/default-input.js:65
            "Invalid version: ",
            // npm@12.2.2/node_modules/@npmcli/package-json/lib/normalize.js:163
            "Invalid name: ",
            // npm@12.2.2/node_modules/libnpmpublish/lib/publish.js:93
            "invalid semver: ",
            // npm@12.2.2/lib/commands/pack.js:54
            "Invalid package, must have name and version",
            // npm@12.2.2/lib/utils/error-message.js:113
            "JSON.parse Failed to parse JSON data.",
            // npm@12.2.2/lib/utils/error-message.js:104
            "Merge conflict detected in your package.json.",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_PACKAGE_VERSION_NOT_FOUND",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_PACKAGE_NAME_NOT_FOUND",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_BAD_SEMVER",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js:737
            "Workspaces must have valid names and versions to be published",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "package.json `version` is not a valid semver version",
            // @jsdevtools/npm-publish@4.1.5/lib/errors.js
            "Package version must be a valid semantic version",
            "Package name is not valid, got ",
            "Invalid JSON, could not parse package.json for ",
        ],
    ),
    (
        CauseId::PrereleaseTag,
        &[
            // np@12.1.1/source/prerequisite-tasks.js:75
            "using --tag when publishing a pre-release version",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "pass a tag, for example bun publish --tag next",
        ],
    ),
    (
        CauseId::ScopedAccess,
        &[
            // np@12.1.1/source/npm/handle-npm-error.js:43
            "You cannot publish a scoped package privately without a paid plan",
            // pnpm@11.28.10/dist/pnpm.mjs:337427
            " (status 402 Payment Required)",
        ],
    ),
    (
        CauseId::EotpToken2fa,
        &[
            // nx@24.0.6/dist/src/command-line/release/publish.js:236
            "failed to publish because a valid OTP was not provided",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_OTP_NON_INTERACTIVE",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            " - Received invalid OTP",
        ],
    ),
    (
        CauseId::VersionExists,
        &[
            // beachball@2.66.0/lib/publish/validatePackageVersions.js:29
            "Attempting to publish package versions that already exist in the",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_PUBLISHED_RELEASE_DIFFERS",
            // beachball@2.31.0/lib/publish/validatePackageVersions.js:24
            "to bump to a version that already exists",
        ],
    ),
    (
        CauseId::TokenEmpty,
        &[
            // @jsdevtools/npm-publish@4.1.5/lib/errors.js:71
            "Token must be a non-empty string.",
            // publib@0.2.1061/bin/publib-npm:44
            "NPM_TOKEN=<token> or NPM_TRUSTED_PUBLISHER=true is required",
        ],
    ),
    (
        CauseId::WorkspaceFlag,
        &[
            // npm@12.2.2/lib/npm.js:285
            "This command does not support workspaces.",
        ],
    ),
    (
        CauseId::WorkspaceNotFound,
        &[
            // npm@12.2.2/lib/utils/get-workspaces.js:48
            "No workspaces found!",
        ],
    ),
    (
        CauseId::NpmCrash,
        &[
            // npm@12.2.2/lib/cli/exit-handler.js:95
            "Exit handler never called!",
            // npm 6: lib/utils/error-handler.js
            "cb() never called!",
            // npm@12.2.2/lib/utils/error-message.js: the message of an error without a code, here of V8 about a mistake in npm
            "npm error Cannot read properties of ",
            "npm error Cannot destructure property ",
            "ERR! Cannot read propert",
            "ERR! Cannot destructure property ",
        ],
    ),
    (
        CauseId::TokenUnscoped,
        &[
            // npm@12.2.2/node_modules/@npmcli/config/lib/errors.js
            "Invalid auth configuration found: ",
        ],
    ),
    (
        CauseId::TokenIp,
        &[
            // npm@12.2.2/node_modules/npm-registry-fetch/lib/errors.js:67
            "Login is not allowed from your IP address",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "login is not allowed from your IP address",
        ],
    ),
    (
        CauseId::DevEngines,
        &[
            // npm@12.2.2/lib/base-cmd.js:227
            "The developer of this package has specified the following through",
        ],
    ),
    (
        CauseId::NpmUnknownConfig,
        &[
            // npm@12.2.2/lib/base-cmd.js:422
            "Unknown npm configuration key",
            // npm@12.2.2/lib/base-cmd.js:408
            "Unknown cli flag",
        ],
    ),
    (
        CauseId::NpmTooOld,
        &[
            // npm@12.2.2/lib/utils/error-message.js:417
            "Unknown command: \"trust\"",
        ],
    ),
    (
        CauseId::FilePermission,
        &[
            // npm@12.2.2/lib/utils/error-message.js:69
            "The operation was rejected by your operating system.",
        ],
    ),
    (
        CauseId::PnpmGitChecks,
        &[
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_GIT_NOT_LATEST",
        ],
    ),
    (
        CauseId::EnvStripped,
        &[
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_PROVENANCE_UNSUPPORTED_PROVIDER",
        ],
    ),
    (
        CauseId::PublishNotVisible,
        &[
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_PUBLISH_AVAILABILITY_TIMEOUT",
        ],
    ),
    (
        CauseId::PackumentConflict,
        &[
            // pnpm@11.28.10/dist/pnpm.mjs:337427
            " (status 409 Conflict)",
        ],
    ),
    (
        CauseId::ReleaseAgePolicy,
        &[
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_MINIMUM_RELEASE_AGE_VIOLATION",
            // pnpm@11.28.10/dist/pnpm.mjs:154753
            "ERR_PNPM_NO_MATURE_MATCHING_VERSION",
            // @pnpm/exe.linux-x64@12.20.0/pnpm (binary)
            "ERR_PNPM_TRUST_DOWNGRADE",
        ],
    ),
    (
        CauseId::ToolNeedsNewerNode,
        &[
            // yarn@1.22.22/lib/cli.js:94360
            "Commands cannot run with an incompatible environment.",
            // node before 14.18/16: require of a node: module
            "Cannot find module 'node:",
            // node ERR_UNKNOWN_BUILTIN_MODULE
            "No such built-in module: node:",
        ],
    ),
    (
        CauseId::UnscopedRestricted,
        &[
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "unable to restrict access to unscoped package",
        ],
    ),
    (
        CauseId::TarballMissing,
        &[
            // npm@12.2.2/lib/utils/error-message.js, with the message of Node
            NO_FILE,
            // @jsdevtools/npm-publish@4.1.5/lib/errors.js
            "Could not read package.json from ",
        ],
    ),
    (
        CauseId::PackageJsonMissing,
        &[
            // printed by npm 8.19.4
            NO_FILE,
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "missing package.json, nothing to publish",
            // @jsdevtools/npm-publish@4.1.5/lib/errors.js
            "Could not read package.json at ",
            // @oven/bun-linux-x64@1.4.5/bin/bun (binary)
            "Bun could not find a package.json file to install from",
        ],
    ),
    (
        CauseId::ProvenanceFile,
        &[
            // npm@12.2.2/node_modules/libnpmpublish/lib/provenance.js:223
            "Provenance subject digest does not match the package",
            // npm@12.2.2/node_modules/libnpmpublish/lib/publish.js:149
            "provenance and provenanceFile cannot be used together",
        ],
    ),
    (
        CauseId::NpmTrustFlag,
        &[
            // npm@12.2.2/lib/commands/trust/github.js:66
            "GitHub Actions workflow must be just a file not a path",
        ],
    ),
];
