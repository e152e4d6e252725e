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
            "Updates were rejected because a pushed branch tip is behind its remote",
            "Updates were rejected because the tip of the remote-tracking branch has",
            // git 2.47.3 (strings of the binary), in the line of a ref that was refused
            "(fetch first)",
            "(non-fast-forward)",
            "(stale info)",
            "(remote ref updated since checkout)",
            // git 2.47.3 (strings of the binary)
            "fatal: Not possible to fast-forward, aborting.",
            // libgit2/src/libgit2/push.c
            "cannot push non-fastforwardable reference",
            // what GitHub's git answers to a push that another one overtook
            "(cannot lock ref 'refs/heads/",
            "(incorrect old value provided)",
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
            // git 2.47.3 (strings of the binary): the line of a tag; a branch is `(fetch first)`
            "(already exists)",
            // git 2.47.3 (strings of the binary), as GitHub answers to a push
            "(cannot lock ref 'refs/tags/",
            // https://github.com/mathieudutour/github-tag-action/issues/126: GitHub's API
            "Reference already exists",
            // libgit2/src/libgit2/refdb_fs.c
            "failed to write reference 'refs/tags/",
            // np@12.1.1/source/git-util.js:242
            "Error: Git tag `",
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
            "fatal: unable to auto-detect email address",
            // @microsoft/rush-lib@5.150.0/lib-commonjs/logic/Git.js:108 and 125
            "determine your Git configuration using",
            "a Git email be specified.",
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
            // git 2.47.3 (strings of the binary)
            "(shallow update not allowed)",
            // nx@24.0.6/dist/src/command-line/release/utils/git.js:571
            "Unable to find first commit in git history",
            // nx@24.0.6/dist/src/command-line/release/version/derive-specifier-from-conventional-commits.js:27
            "Unable to determine previous version ref for the projects",
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
