use crate::checker::prelude::*;
use crate::checker::repository_checks::{
    WRONG_REPOSITORY, both_slugs, published_manifests, where_slug_may_be_wrong,
};
use crate::fixes::repository::set_repository;
use crate::model::repository::SlugComparison;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package that is published with provenance and whose `repository` differs only in letter case from the
    /// repository that the workflow runs in.
    ///
    /// ## Why it matters
    ///
    /// To GitHub, `Acme/widget` and `acme/widget` are the same repository, and it redirects. The registry compares the name
    /// letter by letter with that in the provenance, which has GitHub's own spelling:
    ///
    /// ```text
    /// npm error code E422
    /// npm error 422 … package.json: "repository.url" is "git+https://github.com/Acme/widget.git", expected to match
    /// "https://github.com/acme/widget" from provenance
    /// ```
    ///
    /// A git remote may itself be spelled differently than on GitHub. Without `GITHUB_REPOSITORY` or `--repository`, check the
    /// address in the browser before you change the file.
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
        summary: "The `repository` of a package published with provenance has the wrong letter case.",
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
        let message = format!(
            "`repository` says {named} instead of {own}: {}",
            published.consequence(severity)
        );
        let place = published.repository_place();
        let diagnostic = published
            .report(&REPOSITORY_CASE, &place, (severity, message), WRONG_REPOSITORY)
            .help(format!(
                "The registry compares it with the provenance, and letter case matters. Write {own}."
            ))
            .fix(set_repository(context, &published, Applicability::Unsafe));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    /// A repository `acme/widget` that publishes a package with this `repository`.
    fn repository(named: &str) -> String {
        format!(
            r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": {named} }}
"#
        )
    }

    #[test]
    fn another_letter_case_is_reported() {
        let marked = r#""Acme/widget"
//                                                    ^^^^^^^^^^^^^ error💡?[repository-case]: `repository` says Acme/widget instead of acme/widget: `npm publish` will fail with E422
//                                                    ^^^^^^^^^^^^^ help[repository-case]: The registry compares it with the provenance, and letter case matters. Write acme/widget.
"#;
        check_rule("repository-case", &repository(marked));
    }

    #[test]
    fn the_same_spelling_and_other_repositories_are_not_reported() {
        check_rule("repository-case", &repository(r#""acme/widget""#));
        check_rule("repository-case", &repository(r#""other/widget""#));
    }
}
