use crate::checker::prelude::*;
use crate::checker::repository_checks::{
    WRONG_REPOSITORY, both_slugs, other_host, published_manifests, where_slug_may_be_wrong,
};
use crate::fixes::repository::set_repository;
use crate::model::repository::{RepositorySlug, SlugComparison};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package that is published with provenance and whose `repository` names a different repository than the
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
    /// If the repository was renamed or transferred, the trusted publisher on npm still names the old one too, and the token
    /// exchange fails before the provenance is compared. GitHub redirects the old name, npm does not.
    ///
    /// The repository is determined from `--repository`, from `GITHUB_REPOSITORY` in CI, or from the git remote. If several
    /// remotes differ, the rule only warns. If the repository is unknown, it reports nothing.
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
        summary: "The `repository` of a package published with provenance names another repository.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for published in published_manifests(context) {
        let mut moved = "";
        let (severity, named) = match both_slugs(context, published.manifest) {
            Some((named, own)) if named.compare(own) == SlugComparison::Differs => {
                if is_perhaps_renamed(named, own) {
                    moved =
                        " If the repository was renamed or moved, update the trusted publisher on npm too.";
                }
                (
                    where_slug_may_be_wrong(context, published.severity),
                    format!("{named}"),
                )
            }
            Some(_) => continue,
            None => match other_host(published.manifest) {
                Some(host) => (published.severity, format!("a repository on {host}")),
                None => continue,
            },
        };
        let own = context
            .sources
            .slug()
            .map_or_else(|| "a repository on github.com".to_owned(), |own| own.to_string());
        let message = format!(
            "`repository` names {named}, but the workflow runs in {own}: {}",
            published.consequence(severity)
        );
        let place = published.repository_place();
        let diagnostic = published
            .report(
                &REPOSITORY_MISMATCH,
                &place,
                (severity, message),
                WRONG_REPOSITORY,
            )
            .help(format!(
                "The registry compares `repository` with the provenance, which names {own}. Make them the same.{moved}"
            ))
            .fix(set_repository(context, &published, Applicability::Unsafe));
        findings.push(diagnostic);
    }
}

/// Whether one may have been renamed to the other: only the owner differs, or only the name.
fn is_perhaps_renamed(named: &RepositorySlug, own: &RepositorySlug) -> bool {
    named.owner.eq_ignore_ascii_case(&own.owner) != named.name.eq_ignore_ascii_case(&own.name)
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[test]
    fn a_rename_concerns_the_trusted_publisher_too() {
        let renamed = " If the repository was renamed or moved, update the trusted publisher on npm too.";
        for (named, end) in [
            ("acme/old", renamed),
            ("other/widget", renamed),
            ("other/thing", ""),
        ] {
            let place = format!(
                "//                                               {}",
                "^".repeat(named.len() + 2)
            );
            let fixture = format!(
                r#"#- repository: acme/widget
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "{named}" }}
{place} error💡?[repository-mismatch]: `repository` names {named}, but the workflow runs in acme/widget: `npm publish` will fail with E422
{place} help[repository-mismatch]: The registry compares `repository` with the provenance, which names acme/widget. Make them the same.{end}
"#
            );
            check_rule("repository-mismatch", &fixture);
        }
    }

    #[test]
    fn the_right_repository_is_not_reported() {
        check_rule(
            "repository-mismatch",
            r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
#- package.json
{ "name": "w", "version": "1.0.0", "repository": "https://github.com/acme/widget.git" }
"#,
        );
    }
}
