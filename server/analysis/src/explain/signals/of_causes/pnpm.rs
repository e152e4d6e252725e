//! Codes of pnpm. Each has its source after it.

use super::CauseTexts;
use crate::explain::CauseId;

/// A cause, and the texts that say so.
pub(super) static TEXTS: &[CauseTexts] = &[
    (
        CauseId::InstallFailed,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs: what stops an installation, or the program that `packageManager` names
            "ERR_PNPM_ABORTED_REMOVE_MODULES_DIR",
            "ERR_PNPM_ADDING_TO_ROOT",
            "ERR_PNPM_BAD_CONFIG_DEP",
            "ERR_PNPM_BROKEN_PNPM_",
            "ERR_PNPM_CANNOT_RESOLVE_OVERRIDE_VERSION",
            "ERR_PNPM_CANNOT_RESOLVE_PNPM",
            "ERR_PNPM_CATALOG_ENTRY_",
            "ERR_PNPM_CATALOG_IN_OVERRIDES",
            "ERR_PNPM_CATALOG_VERSION_MISMATCH",
            "ERR_PNPM_CONFIG_DEP_",
            "ERR_PNPM_ENV_LOCKFILE_CORRUPTED",
            "ERR_PNPM_EXOTIC_SUBDEP",
            "ERR_PNPM_GIT_CHECKOUT_FAILED",
            "ERR_PNPM_GIT_DEP_PREPARE_NOT_ALLOWED",
            "ERR_PNPM_GIT_FETCH_FAILED",
            "ERR_PNPM_GIT_LS_REMOTE_FAILED",
            "ERR_PNPM_GIT_RESOLVE_FAILED",
            "ERR_PNPM_INVALID_DEPENDENCY_NAME",
            "ERR_PNPM_INVALID_OVERRIDES",
            "ERR_PNPM_INVALID_PACKAGE_MANAGER_LOCKFILE",
            "ERR_PNPM_INVALID_WORKSPACE_CONFIGURATION",
            "ERR_PNPM_LOCKFILE_MISSING_DEPENDENCY",
            "ERR_PNPM_LOCKFILE_NOT_FOUND",
            "ERR_PNPM_LOCKFILE_RESOLUTION_VERIFICATION",
            "ERR_PNPM_LOCKFILE_VERSION",
            "ERR_PNPM_NODEJS_VERSION_NOT_FOUND",
            "ERR_PNPM_NO_OFFLINE_META",
            "ERR_PNPM_NO_OFFLINE_TARBALL",
            "ERR_PNPM_NO_VERSIONS",
            "ERR_PNPM_PATCH_FAILED",
            "ERR_PNPM_PATCH_FILE_NOT_FOUND",
            "ERR_PNPM_PATCH_HUNK_FAILED",
            "ERR_PNPM_PREPARE_PACKAGE",
            "ERR_PNPM_PREPARE_PKG_FAILURE",
            "ERR_PNPM_RUN_CHECK_DEPS_",
            "ERR_PNPM_SPEC_NOT_SUPPORTED_BY_ANY_RESOLVER",
            "ERR_PNPM_UNEXPECTED_STORE",
            "ERR_PNPM_UNEXPECTED_VIRTUAL_STORE",
            "ERR_PNPM_UNPUBLISHED_PKG",
            "ERR_PNPM_UNSUPPORTED_PLATFORM",
            "ERR_PNPM_UNUSED_PATCH",
        ],
    ),
    (
        CauseId::Integrity,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_MISSING_TARBALL_INTEGRITY",
            "ERR_PNPM_INVALID_TARBALL_INTEGRITY",
        ],
    ),
    (
        CauseId::RegistryUnavailable,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs: `FETCH_` and the status
            "ERR_PNPM_FETCH_500",
            "ERR_PNPM_FETCH_502",
            "ERR_PNPM_FETCH_503",
            "ERR_PNPM_FETCH_504",
            "ERR_PNPM_BINARY_FETCH_FAIL",
        ],
    ),
    (
        CauseId::PackageManagerMismatch,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_OTHER_PM_EXPECTED",
            "ERR_PNPM_BAD_PM_VERSION",
        ],
    ),
    (
        CauseId::ScriptFailed,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_RECURSIVE_RUN_NO_SCRIPT",
            "ERR_PNPM_RECURSIVE_FAIL",
            "ERR_PNPM_RUN_FAILED",
            "ERR_PNPM_HIDDEN_SCRIPT",
        ],
    ),
    (
        CauseId::ManifestInvalid,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_BAD_PACKAGE_JSON",
            "ERR_PNPM_INVALID_PACKAGE_JSON",
            "ERR_PNPM_INVALID_PACKAGE_VERSION",
            "ERR_PNPM_PUBLISH_ARCHIVE_MISSING_MANIFEST",
            "ERR_PNPM_STAGE_TARBALL_MANIFEST_NOT_FOUND",
        ],
    ),
    (
        CauseId::WorkspaceNotFound,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_RECURSIVE_EXEC_NO_PACKAGE",
        ],
    ),
    (
        CauseId::ReleaseAgePolicy,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_MINIMUM_RELEASE_AGE_DENIED",
            "ERR_PNPM_RESOLUTION_POLICY_VIOLATIONS_UNHANDLED",
            "ERR_PNPM_STRICT_MIN_RELEASE_AGE_REQUIRES_SAVE",
            "ERR_PNPM_TRUST_CHECK_FAIL",
        ],
    ),
    (
        CauseId::ToolConfig,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_BATCH_PUBLISH_",
            "ERR_PNPM_INVALID_CHANGESET_CONFIG",
            "ERR_PNPM_INVALID_CHANGE_INTENT",
            "ERR_PNPM_INVALID_SETTING",
            "ERR_PNPM_INVALID_VERSIONING_LEDGER",
            "ERR_PNPM_INVALID_VERSION_BUMP",
            "ERR_PNPM_INVALID_VERSION_FROM_GIT",
            "ERR_PNPM_VERSIONING_",
        ],
    ),
    (
        CauseId::VersionUnchanged,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_VERSION_NOT_CHANGED",
        ],
    ),
    (
        CauseId::ReleaseGitChecks,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs: `pnpm version`
            "ERR_PNPM_UNCLEAN_WORKING_TREE",
        ],
    ),
    (
        CauseId::EotpToken2fa,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_OTP_SECOND_CHALLENGE",
        ],
    ),
    (
        CauseId::Whoami,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_WHOAMI_UNAUTHORIZED",
            "ERR_PNPM_WHOAMI_FAILED",
        ],
    ),
    (
        CauseId::NeedsLoginCommand,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs: `pnpm dist-tag`, `pnpm access`, `pnpm deprecate` and others
            "ERR_PNPM_UNAUTHORIZED",
            "ERR_PNPM_FORBIDDEN",
        ],
    ),
    (
        CauseId::IdTokenFetchFailed,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_ID_TOKEN_GITHUB_INVALID_RESPONSE",
            "ERR_PNPM_ID_TOKEN_GITHUB_JSON_",
            "ERR_PNPM_PROVENANCE_MALFORMED_ID_TOKEN",
        ],
    ),
    (
        CauseId::WrongRegistry,
        &[
            // pnpm@11.28.11/dist/pnpm.mjs
            "ERR_PNPM_PUBLISH_UNSUPPORTED_REGISTRY_PROTOCOL",
        ],
    ),
];
