use crate::checker::prelude::*;
use crate::checker::repository_checks::published_manifests;
use crate::diagnostic::PackageTrouble;
use crate::fixes::repository::set_directory;
use crate::model::repository::RepositoryState;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a published package in a folder of a monorepo if its `repository.directory` is missing or names another
    /// folder.
    ///
    /// ## Why it matters
    ///
    /// Nothing fails. The package's page on npm links to the repository's root, or to a folder that does not exist,
    /// instead of the package.
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
    ///         working-directory: packages/widget
    /// #- packages/widget/package.json
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
    ///         working-directory: packages/widget
    /// #- packages/widget/package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": {
    ///     "type": "git",
    ///     "url": "git+https://github.com/acme/widget.git",
    ///     "directory": "packages/widget"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/configuring-npm/package-json#repository>
    REPOSITORY_DIRECTORY {
        id: "repository-directory",
        summary: "The `repository` of a package in a monorepo does not name the package's folder.",
        severity: Hint,
        fix: Safe,
        check: check,
    }
}

const WRONG_FOLDER: PackageTrouble = PackageTrouble {
    as_error: "do not name their folder in `repository.directory`",
    otherwise: "do not name their folder in `repository.directory`",
    fix: "Set `directory`",
};

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for published in published_manifests(context) {
        let folder = published.path.folder();
        let field = &published.manifest.repository;
        if folder.is_root() || !matches!(field.state, RepositoryState::GitHub { .. }) {
            continue;
        }
        let (place, what) = match &field.directory {
            None => (
                published.repository_place(),
                "`repository` has no `directory`".to_owned(),
            ),
            Some(directory) => {
                let named = directory.value.trim_start_matches("./").trim_matches('/');
                if named == folder.as_str() {
                    continue;
                }
                (
                    Place::new(&published.path, directory.range),
                    format!("`directory` is `{named}`, not the package's folder"),
                )
            }
        };
        let message = format!("{what}: the package's page on npm links to the wrong place");
        let diagnostic = published
            .report(
                &REPOSITORY_DIRECTORY,
                &place,
                (Severity::Hint, message),
                WRONG_FOLDER,
            )
            .help(format!("Set `directory` to `{folder}`."))
            .fix(set_directory(context, &published));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix_titled, check_rule, monorepo};

    const URL: &str = "\"type\": \"git\", \"url\": \"git+https://github.com/acme/widget.git\"";

    #[test]
    fn packages_are_counted_at_the_command() {
        let names = ["a", "b"];
        let without = format!("{{ {URL} }}");
        let with = format!("{{ {URL}, \"directory\": \"packages/NAME\" }}");
        let mark = "\n//                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint💡[repository-directory]: `repository` has no `directory`: …";
        let counted = "npm publish --workspaces\n#            ^^^^^^^^^^^ hint💡[repository-directory]: Both packages of `npm publish` do not name \
                       their folder in `repository.directory`";
        check_rule(
            "repository-directory",
            &monorepo(&names, counted, &format!("{without}{mark}")),
        );
        check_rule(
            "repository-directory",
            &monorepo(
                &names[..1],
                "npm publish --workspaces",
                &format!("{without}{mark}"),
            ),
        );
        check_rule(
            "repository-directory",
            &monorepo(&names, "npm publish --workspaces", &with),
        );
        check_fix_titled(
            "repository-directory",
            "Set `directory` of all 2 packages",
            &monorepo(&names, "$0npm publish --workspaces", &without),
            &monorepo(&names, "npm publish --workspaces", &with),
        );
    }

    #[test]
    fn a_finding_ignored_at_the_command_is_ignored_for_all() {
        let ignored = "npm publish --workspaces # trustpub: ignore[repository-directory] nobody looks there";
        check_rule(
            "repository-directory",
            &monorepo(&["a", "b"], ignored, &format!("{{ {URL} }}")),
        );
    }
}
