use super::support::prelude::*;
use super::support::repository_checks::{
    both_slugs, other_host, published_manifests, where_slug_may_be_wrong,
};
use super::support::repository_fixes::set_repository;
use crate::model::repository::SlugComparison;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package that is published with provenance and whose `repository` names another repository than the
    /// one that the workflow runs in: after a rename or a transfer, in a fork that kept the upstream's URL, or after
    /// copying a `package.json`.
    ///
    /// ## Why it matters
    ///
    /// The registry compares the package's `repository.url` with the repository in the provenance:
    ///
    /// ```text
    /// npm error code E422
    /// npm error 422 Unprocessable Entity - PUT https://registry.npmjs.org/@acme%2fwidget - Error verifying sigstore
    /// provenance bundle: Failed to validate repository information: package.json: "repository.url" is
    /// "git+https://github.com/other/widget.git", expected to match "https://github.com/acme/widget" from provenance
    /// ```
    ///
    /// Which repository this is comes from `--repository`, from `GITHUB_REPOSITORY` in CI, or from the git remote.
    /// Where several remotes leave it open, the rule only warns; where nothing tells, it is silent.
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
    ///   "version": "1.2.3",
    ///   "repository": "github:other/widget"
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
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/generating-provenance-statements>
    REPOSITORY_MISMATCH {
        id: "repository-mismatch",
        summary: "A package published with provenance names another repository.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for published in published_manifests(context) {
        let (severity, named) = match both_slugs(context, published.manifest) {
            Some((named, own)) if named.compare(own) == SlugComparison::Differs => (
                where_slug_may_be_wrong(context, published.severity),
                format!("{named}"),
            ),
            Some(_) => continue,
            None => match other_host(published.manifest) {
                Some(host) => (published.severity, format!("a repository on {host}")),
                None => continue,
            },
        };
        let own = context
            .repository
            .slug()
            .map_or_else(|| "a repository on github.com".to_owned(), |own| own.to_string());
        let will = if severity == Severity::Error {
            "will"
        } else {
            "may"
        };
        let message = format!(
            "the publish {will} fail with E422: `repository` names {named}, but the workflow runs in {own}, which the \
             provenance names; make them the same"
        );
        let diagnostic = REPOSITORY_MISMATCH
            .at(&published.repository_place(), severity, message)
            .related(&published.site, "this is where it is published")
            .fix(set_repository(context, &published, Applicability::Unsafe));
        findings.push(diagnostic);
    }
}
