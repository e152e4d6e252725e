//! Texts of Yarn 2 and later. Each has its source after it.

use super::CauseTexts;
use crate::explain::CauseId;

/// A cause, and the texts that say so.
pub(super) static TEXTS: &[CauseTexts] = &[
    (
        CauseId::EotpToken2fa,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0033, where it cannot ask for the second factor
            "The registry requires additional authentication, but Yarn is not",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0041
            "Invalid OTP token",
            // The registry says so in its header `npm-notice`, which Yarn prints before it asks: https://github.com/teller-protocol/teller-protocol-v2/pull/282
            "to use your security key for authentication",
        ],
    ),
    (
        CauseId::InstallFailed,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: the install state of the linkers `pnp`, `node-modules` and `pnpm`
            "in the currently installed PnP map - running an install",
            "in the currently installed node_modules map - running an install",
            "in the currently installed pnpm map - running an install",
            "doesn't seem to have been installed - running an install",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0056, with `--immutable-cache`
            "Cache entry required but missing for ",
            "Cache path does not exist.",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0016
            "Registry failed to return reference \"",
            "Registry failed to return tag \"",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0021 and YN0082
            "No local workspace found for this range",
            ": No candidates found",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0080 and YN0081
            "has been blocked because of your configuration settings",
            "has been blocked because it doesn't match any of the patterns in",
            "Unsafe http requests must be explicitly whitelisted",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0011 and YN0012
            "isn't supported by any available fetcher",
            "isn't supported by any available linker",
            "isn't supported by any available resolver",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0009
            "couldn't be built successfully (exit code ",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0046 and YN0047, after a merge
            "A variant of the conflicting lockfile failed to parse",
            "Cannot autofix a lockfile when running an immutable install",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: a `.yarnrc.yml` for another release
            "Unrecognized or legacy configuration settings found: ",
            "Unrecognized configuration settings found: ",
            "Missing source for the ",
        ],
    ),
    (
        CauseId::Integrity,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0018
            "The remote archive doesn't match the local checksum",
        ],
    ),
    (
        CauseId::ReleaseAgePolicy,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0016
            "\" are quarantined",
            "is quarantined, and no lower version is available",
        ],
    ),
    (
        CauseId::ScriptFailed,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0036
            "script failed (exit code ",
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js
            "Couldn't find a script named \"",
            "Couldn't find a script name \"",
        ],
    ),
    (
        CauseId::PackageJsonMissing,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js
            "Usage Error: No project found in ",
            "can only be run from within a Yarn project",
        ],
    ),
    (
        CauseId::WorkspaceNotFound,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js
            "' not found. Did you mean any of the following",
        ],
    ),
    (
        CauseId::ToolNeedsNewerNode,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js
            "This tool requires a Node version compatible with ",
        ],
    ),
    (
        CauseId::EnvStripped,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0091
            "Provenance generation is only supported in GitHub Actions and",
        ],
    ),
    (
        CauseId::RegistryUnavailable,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js: YN0015
            "Registry returned invalid data for",
        ],
    ),
    (
        CauseId::GitHistory,
        &[
            // @yarnpkg/cli-dist@4.18.1/bin/yarn.js
            "No ancestor could be found between any of HEAD and ",
        ],
    ),
];
