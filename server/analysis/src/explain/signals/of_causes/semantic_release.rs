//! Texts of semantic-release and its plugins, without the codes, which the issue that it opens leaves out. Each has its source after it.

use super::CauseTexts;
use crate::explain::CauseId;

/// A cause, and the texts that say so.
pub(super) static TEXTS: &[CauseTexts] = &[
    (
        CauseId::ToolConfig,
        &[
            // semantic-release@25.0.9/lib/definitions/errors.js
            "Invalid `tagFormat` option.",
            "The `repositoryUrl` option is required.",
            "The `repositoryUrl` option is not a valid git URL.",
            " plugin configuration is invalid.",
            "The `plugins` configuration is invalid.",
            " is not a valid semantic-release plugin.",
            " plugin returned an invalid value. It must return",
            " invalid in the `branches` configuration.",
            "The `branches` configuration has duplicate branches.",
            // @semantic-release/npm@13.2.0/lib/definitions/errors.js
            "Invalid `npmPublish` option.",
            "Invalid `tarballDir` option.",
            "Invalid `pkgRoot` option.",
            // @semantic-release/git@10.0.1/lib/definitions/errors.js, and the first also of @semantic-release/github
            "Invalid `assets` option.",
            "Invalid `message` option.",
            // @semantic-release/github@12.0.10/lib/definitions/errors.js
            "The git repository URL is not a valid GitHub URL.",
            "Invalid `successComment` option.",
            "Invalid `failTitle` option.",
            "Invalid `failComment` option.",
            "Invalid `labels` option.",
            "Invalid `assignees` option.",
            "Invalid `releasedLabels` option.",
            "Invalid `addReleases` option.",
            "Invalid `draftRelease` option.",
            "Invalid `proxy` option.",
            "Invalid `releaseBodyTemplate` option.",
            "Invalid `releaseNameTemplate` option.",
            "Invalid `discussionCategoryName` option.",
            // @semantic-release/changelog@6.0.3/lib/definitions/errors.js
            "Invalid `changelogFile` option.",
            "Invalid `changelogTitle` option.",
            // @semantic-release/exec@7.1.0/lib/definitions/errors.js
            "EINVALIDCMD Invalid `",
            "Invalid `shell` option.",
            "Invalid `execCwd` option.",
        ],
    ),
    (
        CauseId::GithubTokenRights,
        &[
            // @semantic-release/github@12.0.10/lib/definitions/errors.js
            "The GitHub token doesn't allow to push on the repository",
        ],
    ),
];
