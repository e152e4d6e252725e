use crate::checker::prelude::*;
use crate::checker::repository_checks::{both_slugs, published_manifests};
use crate::diagnostic::PackageTrouble;
use crate::fixes::repository::canonical_url;
use crate::model::repository::{RepositoryState, SlugComparison, UnverifiedForm, UrlForm};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `repository` that names the right repository in a form that npm does not convert to the canonical
    /// `git+https://github.com/owner/name.git`: an ssh or `git://` address, `http://`, a branch, a folder.
    ///
    /// ## Why it matters
    ///
    /// npm rewrites the common forms before it uploads a package, and the registry then finds the same repository as in the
    /// provenance. npm leaves these forms unchanged or converts them to `git+ssh://`. It is not known whether the registry
    /// accepts all of them, and some have been reported to fail with `E422`.
    ///
    /// The short forms `owner/name` and `github:owner/name` are not reported. npm expands them. pnpm 11 and later upload them
    /// unchanged, and public packages are published like that by trusted publishing.
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
        summary: "`repository` has a form that the registry may not accept.",
        severity: Information,
        fix: Safe,
        check: check,
    }
}

const ODD_FORM: PackageTrouble = PackageTrouble {
    as_error: "write `repository` in a form the registry may not accept",
    otherwise: "write `repository` in a form the registry may not accept",
    fix: "Write the URL in `repository`",
};

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for published in published_manifests(context) {
        let RepositoryState::GitHub { slug, form } = &published.manifest.repository.state else {
            continue;
        };
        let is_right = both_slugs(context, published.manifest)
            .is_none_or(|(named, own)| named.compare(own) == SlugComparison::Same);
        if !is_right {
            continue;
        }
        let what = match form {
            UrlForm::Unverified(form) => form,
            UrlForm::Equivalent | UrlForm::Canonical => continue,
        };
        let uploads = match what {
            UnverifiedForm::Http => "npm converts it to an ssh address",
            _ => "npm uploads it unchanged",
        };
        let what = match what {
            UnverifiedForm::Ssh => "an ssh address",
            UnverifiedForm::Http => "an `http://` address",
            UnverifiedForm::GitProtocol => "a `git://` address",
            UnverifiedForm::Credentials => "an address with credentials",
            UnverifiedForm::Tree => "the address of a folder",
            UnverifiedForm::Committish => "an address with a branch",
        };
        let message = format!("`repository` is {what}, which the registry may not accept");
        let help = format!(
            "{uploads}, and the registry compares it with the provenance. Write `{}`.",
            slug.canonical_url()
        );
        let place = published.repository_place();
        let diagnostic = published
            .report(
                &REPOSITORY_FORM,
                &place,
                (Severity::Information, message),
                ODD_FORM,
            )
            .help(help)
            .fix(canonical_url(context, &published));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_fix_titled, check_rule, monorepo, no_fix};

    #[test]
    fn the_folder_of_an_address_becomes_the_directory() {
        let files = |folder: &str, repository: &str| {
            format!(
                r#"#- repository: acme/widget
#- .github/workflows/release.yml
on: release
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
        working-directory: {folder}
#- {folder}/package.json
{{
  "name": "@acme/a",
  "version": "1.2.3",
  "repository": {repository}
}}
"#
            )
        };
        let address = "\"https://github.com/acme/widget/tree/main/packages/a\"";
        let object = "{\n    \"type\": \"git\",\n    \"url\": \"git+https://github.com/acme/widget.git\",\n    \"directory\": \
                      \"packages/a\"\n  }";
        check_fix(
            "repository-form",
            &files("packages/a", address),
            &files("packages/a", object),
        );
        check_fix(
            "repository-form",
            &files(
                "packages/a",
                &format!("{{\n    \"type\": \"git\",\n    \"url\": {address}\n  }}"),
            ),
            &files("packages/a", object),
        );
        // The address and the place of the package differ.
        no_fix("repository-form", &files("packages/b", address));
    }

    #[test]
    fn a_short_name_is_not_reported() {
        let files = |command: &str, manager: &str, repository: &str| {
            format!(
                r#"#- repository: acme/widget
#- .github/workflows/release.yml
on: release
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {command}
#- package.json
{{
  "name": "@acme/widget",
  "version": "1.2.3",
  "packageManager": "{manager}",
  "repository": "{repository}"
}}
"#
            )
        };
        // rspack-chain 2.1.0 to 2.2.0 are published like this, by pnpm 11.6.0 and 11.13.1.
        for repository in ["github:acme/widget", "acme/widget"] {
            for (command, manager) in [
                ("pnpm publish --no-git-checks", "pnpm@11.28.10"),
                ("pnpm stage publish --no-git-checks", "pnpm@11.13.1"),
                ("pnpm publish --no-git-checks", "pnpm@12.21.0"),
                ("pnpm publish --no-git-checks", "pnpm@10.34.8"),
                ("npm publish", "npm@11.9.0"),
            ] {
                check_rule("repository-form", &files(command, manager, repository));
            }
        }
    }

    #[test]
    fn packages_are_counted_at_the_command() {
        let repository = |url: &str| {
            format!("{{ \"type\": \"git\", \"url\": \"{url}\", \"directory\": \"packages/NAME\" }}")
        };
        let ssh = repository("git@github.com:acme/widget.git");
        let mark = "\n//                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information💡[repository-form]: `repository` is an ssh address, …";
        let counted = "npm publish --workspaces\n#            ^^^^^^^^^^^ information💡[repository-form]: All 4 packages of `npm publish` write \
                       `repository` in a form the registry may not accept\n#            ^^^^^^^^^^^ help[repository-form]: These packages: `a`, `b` and 2 more.";
        let names = ["a", "b", "c", "d"];
        check_rule(
            "repository-form",
            &monorepo(&names, counted, &format!("{ssh}{mark}")),
        );
        check_rule(
            "repository-form",
            &monorepo(&names[..1], "npm publish --workspaces", &format!("{ssh}{mark}")),
        );
        check_fix_titled(
            "repository-form",
            "Write the URL in `repository` of all 2 packages",
            &monorepo(&names[..2], "$0npm publish --workspaces", &ssh),
            &monorepo(
                &names[..2],
                "npm publish --workspaces",
                &repository("git+https://github.com/acme/widget.git"),
            ),
        );
    }
}
