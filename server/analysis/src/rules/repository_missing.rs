use crate::checker::prelude::*;
use crate::checker::repository_checks::{WRONG_REPOSITORY, published_manifests};
use crate::fixes::repository::set_repository;
use crate::model::repository::RepositoryState;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package that is published with provenance and whose `package.json` has no `repository`, an empty
    /// one, or one that npm does not understand. In a monorepo every published package needs its own: the root's is
    /// not inherited. If a script publishes the packages of a list that only the run knows, it warns if none of the packages
    /// that the list may name has one.
    ///
    /// ## Why it matters
    ///
    /// With npm, pnpm and lerna, a publish by OIDC from a public repository includes provenance, and the registry compares it
    /// with the package's `repository.url`. If that is empty, the publish fails after everything else has succeeded:
    ///
    /// ```text
    /// npm error code E422
    /// npm error 422 Unprocessable Entity - PUT https://registry.npmjs.org/@acme%2fwidget - Error verifying sigstore
    /// provenance bundle: Failed to validate repository information: package.json: "repository.url" is "", expected
    /// to match "https://github.com/acme/widget" from provenance
    /// ```
    ///
    /// The field matters only with provenance. A private repository has none, and `yarn npm publish` does not sign unless
    /// requested; with `--provenance` it fails with `YN0035`.
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
        summary: "A package published with provenance has no `repository`.",
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
        let message = format!(
            "`package.json` {what}: {}",
            published.consequence(published.severity)
        );
        let place = published.repository_place();
        let diagnostic = published
            .report(
                &REPOSITORY_MISSING,
                &place,
                (published.severity, message),
                WRONG_REPOSITORY,
            )
            .help(
                "The registry compares `repository.url` with the provenance. Set it to the repository that the workflow runs in.",
            )
            .fix(set_repository(context, &published, Applicability::Safe));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    fn monorepo(repository_of: impl Fn(&str) -> String) -> String {
        let member = |name: &str| {
            let repository = repository_of(name);
            format!(
                r#"#- packages/{name}/package.json
{{
  "name": "{name}",
  "version": "1.0.0"{repository}
}}
"#
            )
        };
        let members: String = ["a", "b", "c"].into_iter().map(member).collect();
        format!(
            r#"#- repository: acme/w
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: $0npm publish --workspaces
#- package.json
{{ "name": "w", "private": true, "workspaces": ["packages/*"] }}
{members}"#
        )
    }

    fn set(name: &str) -> String {
        format!(
            ",\n  \"repository\": {{\n    \"type\": \"git\",\n    \"url\": \"git+https://github.com/acme/w.git\",\n    \
             \"directory\": \"packages/{name}\"\n  }}"
        )
    }

    #[test]
    fn several_packages_are_counted_and_fixed_at_the_command() {
        let before = monorepo(|name| if name == "b" { set(name) } else { String::new() });
        check_fix_titled(
            "repository-missing",
            "Set `repository` of all 2 packages",
            &before,
            &monorepo(set).replace("$0", ""),
        );
        let marked = before.replace("$0", "").replace(
            "npm publish --workspaces\n",
            "npm publish --workspaces\n#            ^^^^^^^^^^^ error💡[repository-missing]: 2 of 3 packages of `npm publish` will fail \
             with E422 because of their `repository`\n",
        );
        let mark = "//        ^^^ error💡[repository-missing]: `package.json` has no `repository`: `npm publish` will fail with E422\n";
        let marked = ["a", "c"].into_iter().fold(marked, |text, name| {
            text.replace(
                &format!("\"name\": \"{name}\",\n"),
                &format!("\"name\": \"{name}\",\n{mark}"),
            )
        });
        check_rule("repository-missing", &marked);
    }

    #[test]
    fn a_release_may_do_without_the_package_that_has_none() {
        let with_versions = |of_b: &str| {
            monorepo(|name| if name == "a" { String::new() } else { set(name) })
                .replace(
                    "\"name\": \"b\",\n  \"version\": \"1.0.0\"",
                    &format!("\"name\": \"b\",\n  \"version\": \"{of_b}\""),
                )
                .replace("$0npm publish --workspaces", "$0pnpm -r publish --no-git-checks")
                .replace("$0", "")
                + "#- pnpm-workspace.yaml\npackages: [packages/*]\n"
        };
        let mark = |severity: &str, will: &str| {
            format!(
                "\"name\": \"a\",\n//        ^^^ {severity}💡[repository-missing]: `package.json` has no `repository`: `pnpm publish` {will} fail\n"
            )
        };
        for (of_b, outcome, severity, will) in [
            ("1.0.0", "fails", "error", "will"),
            ("2.0.0", "unknown", "warning", "may"),
        ] {
            let fixture = with_versions(of_b);
            check_sites(&fixture, &format!("release.yml:9 publish; outcome={outcome}"));
            let marked = fixture.replace("\"name\": \"a\",\n", &mark(severity, will));
            check_rule("repository-missing", &marked);
        }
    }

    /// A monorepo of Rush that publishes what a list of the script names.
    fn listed(script: &str, repository_of: impl Fn(&str) -> String) -> String {
        let script: String = script.lines().map(|line| format!("          {line}\n")).collect();
        monorepo(repository_of)
            .replace(" $0npm publish --workspaces\n", &format!(" |\n{script}"))
            .replace(", \"workspaces\": [\"packages/*\"]", "")
            + "#- rush.json\n{ \"projects\": [{ \"packageName\": \"a\", \"projectFolder\": \"packages/a\", \"shouldPublish\": true }, { \
               \"packageName\": \"b\", \"projectFolder\": \"packages/b\", \"shouldPublish\": true }] }\n"
    }

    #[test]
    fn none_of_the_packages_that_a_list_may_name_has_a_repository() {
        const READ: &str = "while read -r name path; do\n  ( cd \"$path\" && npm publish )\ndone < list";
        let fixture = listed(READ, |_| String::new());
        check_sites(&fixture, "release.yml:11 publish; packages=-; outcome=unknown");
        let mark = "//        ^^^ warning💡[repository-missing]: `package.json` has no `repository`: `npm publish` may fail with E422\n";
        let step = "  ( cd \"$path\" && npm publish )\n";
        let marked = ["a", "b"].into_iter().fold(fixture, |text, name| {
            text.replace(
                &format!("\"name\": \"{name}\",\n"),
                &format!("\"name\": \"{name}\",\n{mark}"),
            )
        });
        let marked = marked.replace(
            step,
            &format!("{step}#                           ^^^^^^^^^^^ warning💡[repository-missing]: Both packages of `npm publish` may fail with E422 because of their `repository`\n"),
        );
        check_rule("repository-missing", &marked);
        let others = [
            "for path in $(./list); do\n  ( cd \"$path\" && npm publish )\ndone",
            "while read -r path; do\n  npm publish \"$path\"\ndone < list",
        ];
        for script in others {
            check_sites(
                &listed(script, |_| String::new()),
                "release.yml:11 publish; outcome=unknown",
            );
            let some = listed(script, |name| if name == "a" { set(name) } else { String::new() });
            check_sites(&some, "release.yml:11 publish; outcome=oidc");
        }
        // A publish with a token includes no provenance unless requested.
        let token = listed(
            &format!("export NODE_AUTH_TOKEN=${{{{ secrets.T }}}}\n{READ}"),
            |_| String::new(),
        )
        .replace("id-token: write", "contents: read")
        .replace(
            "node-version: 24",
            "node-version: 24, registry-url: 'https://registry.npmjs.org'",
        );
        check_rule("repository-missing", &token);
    }

    #[test]
    fn a_list_may_name_others() {
        let none = |_: &str| String::new();
        let read = |inside: &str| format!("while read -r name path; do\n  {inside}\ndone < list");
        for (script, repository) in [
            // The run creates the folder, or chooses it by other means.
            (read("( cd \"$path/dist\" && npm publish )"), ""),
            (read("( cd \"$OUT\" && npm publish )"), ""),
            ("cd \"$path\" && npm publish".to_owned(), ""),
            // A list of another tool, or no list at all.
            (
                "for path in a b; do\n  ( cd \"$path\" && npm publish )\ndone".to_owned(),
                "",
            ),
            (read("( cd \"$path\" && pnpm publish --no-git-checks )"), ""),
            // One of them has a repository.
            (read("( cd \"$path\" && npm publish )"), "a"),
        ] {
            let fixture = match repository {
                "" => listed(&script, none),
                with => listed(
                    &script,
                    |name| if name == with { set(name) } else { String::new() },
                ),
            };
            check_rule("repository-missing", &fixture);
        }
    }

    #[test]
    fn one_package_needs_no_summary() {
        let one = monorepo(|name| if name == "a" { String::new() } else { set(name) });
        let mark = "//        ^^^ error💡[repository-missing]: …\n";
        let marked = one
            .replace("$0", "")
            .replace("\"name\": \"a\",\n", &format!("\"name\": \"a\",\n{mark}"));
        check_rule("repository-missing", &marked);
    }
}
