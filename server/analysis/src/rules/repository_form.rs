use super::support::prelude::*;
use super::support::repository_checks::{both_slugs, published_manifests};
use super::support::repository_fixes::canonical_url;
use crate::model::repository::{RepositoryState, SlugComparison, UnverifiedForm, UrlForm};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `repository` that names the right repository in a form which npm does not turn into the canonical
    /// `git+https://github.com/owner/name.git`: an ssh or `git://` address, `http://`, a branch, a folder.
    ///
    /// ## Why it matters
    ///
    /// npm rewrites the common forms before it uploads a package, and the registry then finds the same repository as
    /// in the provenance. These forms npm leaves as they are or turns into `git+ssh://`. Nobody has shown that the
    /// registry accepts all of them, and some have been reported to end in `E422`.
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
    ///   "repository": {
    ///     "type": "git",
    ///     "url": "git@github.com:acme/widget.git"
    ///   }
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
    /// - <https://docs.npmjs.com/cli/configuring-npm/package-json#repository>
    REPOSITORY_FORM {
        id: "repository-form",
        summary: "The repository is written in a form that the registry may not accept.",
        severity: Information,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for published in published_manifests(context) {
        let RepositoryState::GitHub {
            slug,
            form: UrlForm::Unverified(form),
        } = &published.manifest.repository.state
        else {
            continue;
        };
        let is_right = both_slugs(context, published.manifest)
            .is_none_or(|(named, own)| named.compare(own) == SlugComparison::Same);
        if !is_right {
            continue;
        }
        let what = match form {
            UnverifiedForm::Ssh => "an ssh address",
            UnverifiedForm::Http => "an `http://` address, which npm turns into an ssh address",
            UnverifiedForm::GitProtocol => "a `git://` address",
            UnverifiedForm::Credentials => "an address with credentials",
            UnverifiedForm::Tree => "the address of a folder",
            UnverifiedForm::Committish => "an address with a branch",
        };
        let message = format!(
            "npm uploads {what} as it stands, and the registry compares it with the provenance; write `{}`",
            slug.canonical_url()
        );
        let diagnostic = REPOSITORY_FORM
            .at(&published.repository_place(), Severity::Information, message)
            .fix(canonical_url(context, &published));
        findings.push(diagnostic);
    }
}
