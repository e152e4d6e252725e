use super::support::prelude::*;
use super::support::repository_checks::published_manifests;
use super::support::repository_fixes::set_repository;
use crate::model::repository::RepositoryState;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package that is published with provenance and whose `package.json` has no `repository`, an empty
    /// one, or one that npm does not understand. In a monorepo every published package needs its own: the root's is
    /// not inherited.
    ///
    /// ## Why it matters
    ///
    /// A publish by OIDC from a public repository carries provenance, and the registry compares it with the
    /// package's `repository.url`. Where that is empty the publish fails after everything else went well:
    ///
    /// ```text
    /// npm error code E422
    /// npm error 422 Unprocessable Entity - PUT https://registry.npmjs.org/@acme%2fwidget - Error verifying sigstore
    /// provenance bundle: Failed to validate repository information: package.json: "repository.url" is "", expected
    /// to match "https://github.com/acme/widget" from provenance
    /// ```
    ///
    /// From a private repository there is no provenance, and the field does not matter.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- repository: acme/widget
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// ```text,good
    /// #- repository: acme/widget
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": {
    ///     "type": "git",
    ///     "url": "git+https://github.com/acme/widget.git"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/generating-provenance-statements>
    /// - <https://docs.npmjs.com/cli/configuring-npm/package-json#repository>
    REPOSITORY_MISSING {
        id: "repository-missing",
        summary: "A package published with provenance names no repository.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for published in published_manifests(context) {
        let what = match published.manifest.repository.state {
            RepositoryState::Missing if published.manifest.repository.range.is_some() => {
                "has an empty `repository`"
            }
            RepositoryState::Missing => "has no `repository`",
            RepositoryState::NotUnderstood => "has a `repository` that npm does not understand",
            _ => continue,
        };
        let will = if published.severity == Severity::Error {
            "will"
        } else {
            "may"
        };
        let message = format!(
            "the publish {will} fail with E422: the package {what}, and the registry compares its URL with the \
             provenance; set it to the repository that the workflow runs in"
        );
        let diagnostic = REPOSITORY_MISSING
            .at(&published.repository_place(), published.severity, message)
            .related(&published.site, "this is where it is published")
            .fix(set_repository(context, &published, Applicability::Safe));
        findings.push(diagnostic);
    }
}
