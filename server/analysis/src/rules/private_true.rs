use crate::checker::prelude::*;
use crate::fixes::repository::remove_private;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `package.json` with `"private": true` that a step publishes by name or folder.
    ///
    /// The root of a monorepo is usually private, and publishing its members is fine: `npm publish --workspaces` and the tools
    /// for monorepos skip private packages.
    ///
    /// Also reports a command that marks the package private, for example `npm pkg set private=false`, which sets the text
    /// `"false"`. Only `--json` makes it a boolean.
    ///
    /// ## Why it matters
    ///
    /// npm packs the package, even does the token exchange, and then refuses to publish:
    ///
    /// ```text
    /// npm error code EPRIVATE
    /// npm error This package has been marked as private
    /// npm error Remove the 'private' field from the package.json to publish it.
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "private": true,
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove the field, or publish the intended folder.
    ///
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
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
    /// - <https://docs.npmjs.com/cli/configuring-npm/package-json#private>
    PRIVATE_TRUE {
        id: "private-true",
        summary: "No package manager publishes a package that is marked private.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context
        .sites
        .iter()
        .filter(|site| site.packages.is_private == Truth::Yes)
    {
        if let Some(place) = &site.packages.made_private_at {
            let message = format!(
                "This command marks the package private: `{}` will fail{}",
                site.publishing_tool.command,
                site.with_code(NpmError::Private)
            );
            let diagnostic = PRIVATE_TRUE
                .at(place, Severity::Error, message)
                .related(&site.place, "published here");
            findings.push(diagnostic);
            continue;
        }
        for path in &site.packages.manifests {
            let Some(private) = context
                .sources
                .manifest(path)
                .and_then(|manifest| manifest.private)
            else {
                continue;
            };
            let has_current_ranges = context
                .sources
                .file(path)
                .is_some_and(|file| file.json().is_some());
            if !private.value || !has_current_ranges {
                continue;
            }
            let message = format!(
                "This package is marked private: `{}` will fail{}",
                site.publishing_tool.command,
                site.with_code(NpmError::Private)
            );
            let diagnostic = PRIVATE_TRUE
                .at(&Place::new(path, private.range), Severity::Error, message)
                .help("Remove `private`, or publish another folder.")
                .related(&site.place, "published here")
                .fix(remove_private(context, path));
            findings.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    /// A repository with this manifest that publishes with this command.
    fn repository(command: &str, manifest: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {command}
#- package.json
{manifest}
"#
        )
    }

    #[test]
    fn a_private_package_is_reported() {
        let manifest = r#"{ "name": "widget", "version": "1.0.0", "private": true, "repository": "a/widget" }
//                                                 ^^^^ error💡?[private-true]: This package is marked private: `npm publish` will fail with EPRIVATE
//                                                 ^^^^ help[private-true]: Remove `private`, or publish another folder."#;
        check_rule("private-true", &repository("npm publish", manifest));
    }

    #[test]
    fn public_packages_and_members_of_a_private_root_are_not_reported() {
        let public =
            r#"{ "name": "widget", "version": "1.0.0", "private": false, "repository": "a/widget" }"#;
        check_rule("private-true", &repository("npm publish", public));
        let root = r#"{ "name": "root", "private": true, "workspaces": ["packages/*"] }
#- packages/a/package.json
{ "name": "a", "version": "1.0.0", "repository": { "url": "git+https://github.com/a/widget.git", "directory": "packages/a" } }"#;
        check_rule("private-true", &repository("npm publish --workspaces", root));
    }
}
