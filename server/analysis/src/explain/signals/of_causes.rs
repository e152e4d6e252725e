//! Texts that say their cause by themselves.

mod git;
mod github;
mod npm;
mod pnpm;
mod registry;
mod semantic_release;
mod tools;
mod yarn;

pub(super) use npm::NO_FILE;

use super::super::CauseId;

/// A cause, and the texts that say so.
pub(super) type CauseTexts = (CauseId, &'static [&'static str]);

/// All causes with their texts; a cause may come more than once.
pub(super) fn of_causes() -> impl Iterator<Item = CauseTexts> {
    let files = [
        git::TEXTS,
        github::TEXTS,
        npm::TEXTS,
        pnpm::TEXTS,
        registry::TEXTS,
        semantic_release::TEXTS,
        tools::TEXTS,
        yarn::TEXTS,
    ];
    let others = files.into_iter().flatten().copied();
    OF_CAUSES
        .iter()
        .map(|(cause, _, texts)| (*cause, *texts))
        .chain(others)
}

/// What a line with such a text means.
pub(super) fn meaning_of(cause: CauseId) -> &'static str {
    let own = OF_CAUSES.iter().find(|(other, _, _)| *other == cause);
    own.map_or(cause.text().title, |(_, meaning, _)| meaning)
}

/// A cause, what the line means, and the texts that say so. Where several are in one log, the order of the log counts.
static OF_CAUSES: &[(CauseId, &str, &[&str])] = &[
    (
        CauseId::ReusableCallerPermissions,
        "the caller grants less than the called workflow requests",
        &["is requesting 'id-token: write'"],
    ),
    (
        CauseId::EnvironmentProtection,
        "the environment excludes this ref",
        &["environment protection rules"],
    ),
    // https://docs.github.com/actions/managing-workflow-runs-and-deployments/managing-deployments/reviewing-deployments
    (
        CauseId::DeploymentRejected,
        "the deployment to the environment was not approved",
        &[
            "The deployment was rejected",
            "didn't satisfy other protection rules",
        ],
    ),
    (
        CauseId::JobCancelled,
        "GitHub ended the job",
        &[
            "The operation was canceled",
            "has exceeded the maximum execution time",
            "Canceling since a higher priority waiting request",
        ],
    ),
    // The source of npm: lib/utils/oidc.js prints nothing of this; @actions/core's `getIDToken` says it for actions.
    (
        CauseId::IdTokenMissing,
        "provenance or an action requested an ID token, but the job cannot get one",
        &[
            "Provenance generation in GitHub Actions requires",
            "Unable to get ACTIONS_ID_TOKEN_REQUEST_URL",
            "Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "ACTIONS_ID_TOKEN_REQUEST_URL environment variable is not set",
            // libnpmpublish@7.1.0/lib/publish.js:148, of npm 9.5.0: it asks for the variable and for GitHub Actions at once.
            "provenance generation not supported outside of GitHub Actions",
        ],
    ),
    (
        CauseId::EnvStripped,
        "npm does not see that it runs on GitHub Actions",
        &["provenance generation not supported for provider"],
    ),
    (
        CauseId::NewPackageAccess,
        "provenance was requested, but the package is new or not public",
        &["generate provenance for new or private package"],
    ),
    (
        CauseId::SelfHostedRunner,
        "the runner is not hosted by GitHub",
        &["Unsupported GitHub Actions runner environment"],
    ),
    (
        CauseId::PrivateRepoProvenance,
        "the repository is not public",
        &["Unsupported GitHub Actions source repository visibility"],
    ),
    (
        CauseId::SigstoreCertClaims,
        "the signing certificate lacks a claim",
        &["in signing certificate"],
    ),
    (
        CauseId::SigstoreTlog,
        "a service of sigstore failed",
        &[
            "error creating tlog entry",
            "error creating signing certificate",
            "CA_CREATE_SIGNING_CERTIFICATE_ERROR",
            "TLOG_CREATE_ENTRY_ERROR",
            "TLOG_FETCH_",
            "error refreshing TUF metadata",
            "TUF_REFRESH_METADATA_ERROR",
            "TUF_FIND_TARGET_ERROR",
            "TUF_DOWNLOAD_TARGET_ERROR",
            "TSA_CREATE_",
        ],
    ),
    (
        CauseId::NpmTooOld,
        "this npm has no `npm stage`, which 11.15.0 added",
        &["Unknown command: \"stage\""],
    ),
    // Node 22.22.2's npm 10.9.7 (nodejs/node#62430), and npm 12.0.0 (npm/cli#9722).
    (
        CauseId::BrokenNpmSelfUpgrade,
        "npm lost one of its own modules while it replaced itself",
        &[
            "Cannot find module 'promise-retry'",
            "Cannot find module 'sigstore'",
        ],
    ),
    (
        CauseId::TpAllowedActions,
        "the trusted publisher matches but does not allow this",
        &["OIDC permission denied for this action"],
    ),
    (
        CauseId::ScopedAccess,
        "the package would be private",
        &["You must sign up for private packages"],
    ),
    (
        CauseId::EotpToken2fa,
        "the token requires a second factor",
        &[
            "requires a one-time password",
            // Yarn 1 asks for the one-time password, which CI cannot answer.
            "Can't answer a question unless a user TTY",
            "Two-factor authentication is required to publish this package",
            "Two-factor authentication or granular access token with bypass 2fa",
            "You must provide a one-time pass",
            // The registry's answer to the placeholder of Yarn 4: pikkujs/pikku issue 1562.
            "child \"otp\" fails because",
            "OTP required for authentication",
        ],
    ),
    (
        CauseId::VersionExists,
        "this version is already published",
        &[
            "cannot publish over the previously published",
            "Cannot publish over previously staged",
            "annot publish over previously published",
            "Cannot publish over existing version",
            "Failed to publish package: version already exists",
        ],
    ),
    (
        CauseId::RepublishWait,
        "the package was unpublished less than 24 hours ago",
        &["until 24 hours have passed"],
    ),
    (
        CauseId::PayloadTooLarge,
        "the registry does not accept a package of this size",
        &[
            "413 Payload Too Large",
            "413 Request Entity Too Large",
            "request entity too large",
        ],
    ),
    (
        CauseId::NameRefused,
        "the registry does not accept this name",
        &[
            "Package name too similar to existing",
            "Package name triggered spam detection",
        ],
    ),
    (
        CauseId::ScopeNotFound,
        "npm has no user and no organization of this name",
        &["Scope not found"],
    ),
    (
        CauseId::PrereleaseTag,
        "npm requires a tag",
        &[
            "using --tag when publishing a prerelease",
            "Cannot implicitly apply the \"latest\" tag",
        ],
    ),
    (
        CauseId::TagIsVersion,
        "npm does not accept a version as the name of a dist-tag",
        &["Tag name must not be a valid SemVer range"],
    ),
    (
        CauseId::PackumentConflict,
        "another publish was under way",
        &["Failed to save packument"],
    ),
    (
        CauseId::AuditSignatures,
        "an installed package cannot be verified",
        &[
            "missing registry signatures",
            "have invalid attestations",
            "has invalid attestations",
            "has an invalid attestation",
            "has a missing registry signature",
            "but no corresponding public key can be",
            "have invalid registry signatures",
            "has an invalid registry signature",
        ],
    ),
    // What GitHub Packages answers begins with `Permission`.
    (
        CauseId::GithubPackagesRights,
        "GitHub Packages does not let this token publish the package",
        &["permission_denied: ", "Permission not_found: owner not found"],
    ),
    // npm's lib/trust-cmd.js, 11.10.0 to 12.2.
    (
        CauseId::PrivatePackage,
        "a private package is among those to publish",
        &["Private workspaces cannot be published"],
    ),
    (
        CauseId::WorkspaceNotFound,
        "package.json lists no workspace of this name",
        &["No workspaces found:", "Workspace not found"],
    ),
    // Node's check of what is in a header.
    (
        CauseId::TokenMalformed,
        "the token contains an invalid character",
        &[
            "is not a legal HTTP header value",
            "Invalid character in header content [\"authorization\"]",
            "Headers.append: \"Bearer ",
        ],
    ),
    (
        CauseId::ReleaseGitChecks,
        "the tool rejects the branch or uncommitted changes",
        &[
            "EUNCOMMIT",
            "ENOCOMMIT",
            "EBEHIND",
            "ENOREMOTEBRANCH",
            "branch. Use --any-branch to publish anyway",
            "Working dir must be clean",
            "Must be on branch ",
            "No upstream configured for current branch",
        ],
    ),
    (
        CauseId::NeedsLoginCommand,
        "the dist-tag could not be set",
        &["npm dist-tag add error:"],
    ),
    // @changesets/cli 3.0.3: lib/yarn.ts and getPublishTool.ts.
    (
        CauseId::ChangesetsYarn,
        "changesets 3 does not publish this with Yarn",
        &[
            "which is not supported when using Yarn",
            "Yarn Classic is not supported",
        ],
    ),
    // pnpm/action-setup@v4: src/install-pnpm/run.ts
    (
        CauseId::PackageManagerMismatch,
        "the job specifies no version of the package manager, or several",
        &[
            "No pnpm version is specified",
            "Multiple versions of pnpm specified",
        ],
    ),
    // gh 2: pkg/cmd/auth
    (
        CauseId::GithubTokenMissing,
        "gh has no token",
        &[
            "set the GH_TOKEN environment variable",
            "ENOGHTOKEN",
            // @semantic-release/github@12.0.10/lib/definitions/errors.js:203, also in the issue that it opens
            "No GitHub token specified.",
        ],
    ),
    // @changesets/cli 2.31.1: assemble-release-plan
    (
        CauseId::ToolConfig,
        "a changeset names a package that the workspace does not have",
        &["which is not in the workspace"],
    ),
    (
        CauseId::GitHistory,
        "the checkout lacks the history that the tool needs",
        &["ould not find a merge-base", "no merge base"],
    ),
    (
        CauseId::DiskFull,
        "the disk of the runner is full",
        &["no space left on device"],
    ),
    (
        CauseId::NpmTrustFlag,
        "`npm trust` rejected its flags",
        &[
            "At least one permission flag is required (--allow-publish",
            "Unknown flag: --allow-",
        ],
    ),
    (
        CauseId::InstallFailed,
        "the dependencies could not be installed",
        &[
            "can only install packages when your package.json and",
            "can only install with an existing package-lock.json",
            // npm 6: https://github.com/googleapis/google-cloudevents-nodejs/pull/73
            "can only install packages with an existing package-lock.json",
            "ERR_PNPM_NO_LOCKFILE",
            "ERR_PNPM_OUTDATED_LOCKFILE",
            "ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED",
            "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH",
            "ERR_PNPM_NO_MATCHING_VERSION",
            "ERR_PNPM_PEER_DEP_ISSUES",
            "ERR_PNPM_IGNORED_BUILDS",
            "lockfile would have been modified by this install",
            "Your lockfile needs to be updated, but yarn was run with",
            "lockfile had changes, but lockfile is frozen",
            "ERESOLVE could not resolve",
            "ERESOLVE unable to resolve dependency tree",
            "Unable to locate executable file: ",
            "Dependencies lock file is not found in",
            "Some specified paths were not resolved, unable to cache dependencies",
        ],
    ),
    (
        CauseId::ToolNeedsNewerNode,
        "the tool does not run on this Node",
        &[
            "[semantic-release]: node version ",
            "This version of pnpm requires at least Node.js",
            "ERR_PNPM_UNSUPPORTED_ENGINE",
            "The engine \"node\" is incompatible with this module",
        ],
    ),
    (
        CauseId::PackageJsonMissing,
        "the folder has no package.json",
        &[
            "enoent Could not read package.json",
            "ENOPKG Missing",
            "ERR_PNPM_NO_IMPORTER_MANIFEST_FOUND",
            "Couldn't find a package.json file in",
        ],
    ),
    (
        CauseId::ChangesetsCliCrash,
        "changesets could not read what npm answered",
        &[
            "at getLastJsonObjectFromString",
            "@changesets/cli/dist/",
            // The bundle of @changesets/cli 2.31.1, where a report shortens its path.
            "changesets-cli.cjs.js:",
            "🦋  error TypeError: ",
            "🦋  error SyntaxError: ",
            "🦋  error RangeError: ",
        ],
    ),
    (
        CauseId::GitPushRefused,
        "git may not push to the repository",
        &[
            "EGITNOPERMISSION",
            // semantic-release@25.0.9/lib/definitions/errors.js:62, also in the issue that it opens
            "Cannot push to the Git repository.",
            // GitHub's answer to a push: "remote: Permission to owner/name.git denied to user."
            ".git denied to ",
            "protected branch hook declined",
            "GH006: Protected branch update failed",
            "GH013: Repository rule violations found",
            "refusing to allow a GitHub App to create or update workflow",
            "fatal: Authentication failed for 'https://",
            "remote: Invalid username or password",
            "fatal: could not read Username for 'https://github.com'",
        ],
    ),
    (
        CauseId::GithubTokenRights,
        "GitHub's API rejected a request of the job's token",
        &[
            "Resource not accessible by integration",
            "GitHub Actions is not permitted to create or approve pull requests",
            "EGHNOPERMISSION",
        ],
    ),
];
