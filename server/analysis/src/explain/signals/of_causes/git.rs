//! Texts of git. Each has its source after it.

use super::CauseTexts;
use crate::explain::CauseId;

/// A cause, and the texts that say so.
pub(super) static TEXTS: &[CauseTexts] = &[
    (
        CauseId::BranchMoved,
        &[
            // git 2.47.3 (strings of the binary)
            "Updates were rejected because the remote contains work that you do not",
            // git 2.47.3 (strings of the binary)
            "Updates were rejected because the tip of your current branch is behind",
            // git 2.47.3 (strings of the binary), in the line of a ref that was refused
            "(fetch first)",
            "(non-fast-forward)",
            "(stale info)",
        ],
    ),
    (
        CauseId::TagExists,
        &[
            // git 2.47.3 (strings of the binary)
            "Updates were rejected because the tag already exists in the remote.",
            // git 2.47.3 (strings of the binary), in the line of a tag that was not fetched or pushed
            "(would clobber existing tag)",
            // npm@12.2.2/node_modules/libnpmversion/lib/tag.js:25
            "fatal: tag '",
        ],
    ),
    (
        CauseId::GitIdentity,
        &[
            // git 2.47.3 (strings of the binary)
            "Author identity unknown",
            // git 2.47.3 (strings of the binary)
            "empty ident name (for <",
            // git 2.47.3 (strings of the binary)
            "*** Please tell me who you are.",
        ],
    ),
    (
        CauseId::GitHistory,
        &[
            // @changesets/git@4.0.1/dist/index.mjs:41
            "Failed to find where HEAD diverged from",
            // nx@24.0.6/dist/src/command-line/release/changelog.js:344
            "Unable to determine the previous git tag.",
            // nx@24.0.6/dist/src/command-line/release/version/resolve-current-version.js:168
            "No git tags matching pattern ",
            // git 2.47.3 (strings of the binary)
            "No names found, cannot describe anything.",
            // git 2.47.3 (strings of the binary)
            "unknown revision or path not in the working tree",
            // git 2.47.3 (strings of the binary)
            "refusing to merge unrelated histories",
        ],
    ),
    (
        CauseId::GitOwnership,
        &[
            // git 2.47.3 (strings of the binary)
            "detected dubious ownership in repository at",
        ],
    ),
];
