use crate::checker::prelude::*;
use crate::checker::repository_checks::{
    WRONG_REPOSITORY, both_slugs, published_manifests, where_slug_may_be_wrong,
};
use crate::fixes::repository::set_repository;
use crate::model::repository::SlugComparison;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package that is published with provenance and whose `repository` differs from the one that the
    /// workflow runs in by letter case only.
    ///
    /// ## Why it matters
    ///
    /// GitHub takes `Acme/widget` and `acme/widget` for the same repository, and redirects. The registry compares
    /// letter by letter with the name in the provenance, which has GitHub's own spelling:
    ///
    /// ```text
    /// npm error code E422
    /// npm error 422 … package.json: "repository.url" is "git+https://github.com/Acme/widget.git", expected to match
    /// "https://github.com/acme/widget" from provenance
    /// ```
    ///
    /// A git remote may itself be spelt differently from GitHub, so without `GITHUB_REPOSITORY` or `--repository`
    /// look at the address in the browser before you change the file.
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
    ///   "repository": "Acme/widget"
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
    ///   "repository": "acme/widget"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/generating-provenance-statements>
    REPOSITORY_CASE {
        id: "repository-case",
        summary: "A package published with provenance spells its repository in another letter case.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for published in published_manifests(context) {
        let Some((named, own)) = both_slugs(context, published.manifest) else {
            continue;
        };
        if named.compare(own) != SlugComparison::CaseDiffers {
            continue;
        }
        let severity = where_slug_may_be_wrong(context, published.severity);
        let will = if severity == Severity::Error {
            "will"
        } else {
            "may"
        };
        let code = &published.code;
        let message = format!(
            "the publish {will} fail{code}: `repository` says {named}, the provenance will say {own}, and the \
             registry tells upper from lower case; write {own}"
        );
        let place = published.repository_place();
        let diagnostic = published
            .report(&REPOSITORY_CASE, &place, (severity, message), WRONG_REPOSITORY)
            .fix(set_repository(context, &published, Applicability::Unsafe));
        findings.push(diagnostic);
    }
}
