use crate::checker::prelude::*;
use crate::checker::published_packages::{committed_manifests, name_place};
use crate::publish::NameOrVersionProblem;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `package.json` that npm publishes and that has no `name`, no `version`, or a `version` that is none. The version
    /// counts only where nothing before sets it.
    ///
    /// ## Why it matters
    ///
    /// npm fails before it sends anything, with words that hardly say why. Without a version npm 11 and 12 say
    ///
    /// ```text
    /// npm error Cannot read properties of null (reading 'prerelease')
    /// ```
    ///
    /// and older ones
    ///
    /// ```text
    /// npm error code EBADSEMVER
    /// npm error invalid semver:
    /// ```
    ///
    /// Without a name it is
    ///
    /// ```text
    /// npm error code EINVALIDTAGNAME
    /// npm error Invalid tag name "@latest" of package "@latest": Tags may not have any characters that encodeURIComponent encodes.
    /// ```
    ///
    /// With `--workspaces` one such package stops all that come after it.
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
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - uses: actions/checkout@v5
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Add what is missing; mark a package that is not meant to be published as private.
    ///
    /// ```text,good
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
    ///       - uses: actions/checkout@v5
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
    /// - <https://docs.npmjs.com/cli/configuring-npm/package-json#name>
    /// - <https://docs.npmjs.com/cli/configuring-npm/package-json#version>
    NAME_OR_VERSION_MISSING {
        id: "name-or-version-missing",
        summary: "npm publishes no package without a name and a version.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        for (path, manifest) in committed_manifests(context, site) {
            let Some(problem) = site.name_or_version_problem(manifest) else {
                continue;
            };
            let version = manifest.version.as_ref().map_or("", |version| &version.value);
            let (what, range) = match problem {
                NameOrVersionProblem::NoName => ("the package has no `name`; add one".to_owned(), None),
                NameOrVersionProblem::EmptyName(range) => {
                    ("the package's `name` is empty; write one".to_owned(), Some(range))
                }
                NameOrVersionProblem::NoVersion => ("the package has no `version`; add one".to_owned(), None),
                NameOrVersionProblem::InvalidVersion(range) => (
                    format!("`{version}` is no version; write one like `1.0.0`"),
                    Some(range),
                ),
            };
            let place = range.map_or_else(|| name_place(&path, manifest), |range| Place::new(&path, range));
            let message = format!("`{}` will fail: {what}", site.publisher.command);
            let diagnostic = NAME_OR_VERSION_MISSING
                .at(&place, Severity::Error, message)
                .related(&site.place, "this is where it is published");
            findings.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    const STEPS: &str = "#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    permissions: { id-token: write }\n    \
                         runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v6\n        with: { node-version: 24.11.0 \
                         }\n";

    fn job(command: &str, manifest: &str) -> String {
        format!("{STEPS}      - run: {command}\n#- package.json\n{manifest}\n")
    }

    const RULE: &str = "name-or-version-missing";

    #[test]
    fn what_is_missing_is_named() {
        for (manifest, mark) in [
            (
                "{ \"name\": \"w\", \"repository\": \"a/w\" }",
                "//        ^^^ error[name-or-version-missing]: `npm publish` will fail: the package has no `version`; add one",
            ),
            (
                "{ \"name\": \"w\", \"version\": \"x.y\" }",
                "//                        ^^^^^ error[name-or-version-missing]: `npm publish` will fail: `x.y` is no version; …",
            ),
            (
                "{ \"name\": \"\", \"version\": \"1.0.0\" }",
                "//        ^^ error[name-or-version-missing]: `npm publish` will fail: the package's `name` is empty; write one",
            ),
            ("{ \"name\": \"w\", \"version\": \"v1.0.0\" }", ""),
            ("{ \"name\": \"w\", \"private\": true }", ""),
        ] {
            check_rule(RULE, &job("npm publish", &format!("{manifest}\n{mark}")));
        }
    }

    #[test]
    fn a_version_may_be_set_before() {
        let manifest = "{ \"name\": \"w\" }";
        check_rule(RULE, &job("npm version $TAG && npm publish", manifest));
        check_rule(RULE, &job("pnpm publish", manifest));
        check_rule(RULE, &job("npm pkg set version=1 && npm publish", manifest));
    }
}
