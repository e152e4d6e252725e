use crate::checker::prelude::*;
use crate::fixes::repository::remove_private;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `package.json` with `"private": true` that a step publishes by name or folder.
    ///
    /// The root of a monorepo is usually private, and publishing its members is fine: `npm publish --workspaces` and the tools
    /// for monorepos leave private packages out.
    ///
    /// Also reports a command that marks it so, such as `npm pkg set private=false`, which sets the text `"false"`. Only
    /// `--json` makes it a boolean.
    ///
    /// ## Why it matters
    ///
    /// npm packs the package, even performs the token exchange, and then refuses:
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
    /// Remove the field, or publish the folder that is meant.
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
        summary: "npm refuses to publish a package that is marked private.",
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
                "`{}` will fail with EPRIVATE: this command marks the package private",
                site.publisher.command
            );
            let diagnostic = PRIVATE_TRUE
                .at(place, Severity::Error, message)
                .related(&site.place, "this is where it is published");
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
                "`{}` will fail with EPRIVATE: this package is marked private; remove `private`, or publish another \
                 folder",
                site.publisher.command
            );
            let diagnostic = PRIVATE_TRUE
                .at(&Place::new(path, private.range), Severity::Error, message)
                .related(&site.place, "this is where it is published")
                .fix(remove_private(context, path));
            findings.push(diagnostic);
        }
    }
}
