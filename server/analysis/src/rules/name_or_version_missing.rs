use crate::checker::prelude::*;
use crate::checker::published_packages::{committed_manifests, name_place};
use crate::publish::NameOrVersionProblem;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `package.json` that npm publishes and that has no `name`, no `version`, or an invalid `version`. The version
    /// is checked only if no earlier command sets it.
    ///
    /// ## Why it matters
    ///
    /// npm fails before it sends anything, and its error hardly says why. Without a version, npm 11 and 12 print
    ///
    /// ```text
    /// npm error Cannot read properties of null (reading 'prerelease')
    /// ```
    ///
    /// and older releases print
    ///
    /// ```text
    /// npm error code EBADSEMVER
    /// npm error invalid semver:
    /// ```
    ///
    /// Without a name, they print
    ///
    /// ```text
    /// npm error code EINVALIDTAGNAME
    /// npm error Invalid tag name "@latest" of package "@latest": Tags may not have any characters that encodeURIComponent encodes.
    /// ```
    ///
    /// With `--workspaces`, one such package stops all packages after it.
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
    /// Add what is missing. If the package should not be published, mark it as private.
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
        summary: "npm does not publish a package without a name and a version.",
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
                NameOrVersionProblem::NoName => ("The package has no `name`".to_owned(), None),
                NameOrVersionProblem::EmptyName(range) => {
                    ("The package's `name` is empty".to_owned(), Some(range))
                }
                NameOrVersionProblem::NoVersion => ("The package has no `version`".to_owned(), None),
                NameOrVersionProblem::InvalidVersion(range) => {
                    (format!("`{version}` is not a version"), Some(range))
                }
            };
            let place = range.map_or_else(|| name_place(&path, manifest), |range| Place::new(&path, range));
            let help = match problem {
                NameOrVersionProblem::InvalidVersion(_) => "A version looks like `1.0.0`.",
                _ => "Add one, or mark the package as private if it should not be published.",
            };
            let message = format!("{what}: `{}` will fail", site.publishing_tool.command);
            let diagnostic = NAME_OR_VERSION_MISSING
                .at(&place, Severity::Error, message)
                .help(help)
                .related(&site.place, "published here");
            findings.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    const STEPS: &str = "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24.11.0 }
";

    fn job(command: &str, manifest: &str) -> String {
        format!("{STEPS}      - run: {command}\n#- package.json\n{manifest}\n")
    }

    const RULE: &str = "name-or-version-missing";

    #[test]
    fn what_is_missing_is_named() {
        for (manifest, mark) in [
            (
                "{ \"name\": \"w\", \"repository\": \"a/w\" }",
                "//        ^^^ error[name-or-version-missing]: The package has no `version`: `npm publish` will fail\n\
                 //        ^^^ help[name-or-version-missing]: Add one, or mark the package as private if it should not be published.",
            ),
            (
                "{ \"name\": \"w\", \"version\": \"x.y\" }",
                "//                        ^^^^^ error[name-or-version-missing]: `x.y` is not a version: `npm publish` will fail\n\
                 //                        ^^^^^ help[name-or-version-missing]: A version looks like `1.0.0`.",
            ),
            (
                "{ \"name\": \"\", \"version\": \"1.0.0\" }",
                "//        ^^ error[name-or-version-missing]: The package's `name` is empty: `npm publish` will fail",
            ),
            ("{ \"name\": \"w\", \"version\": \"v1.0.0\" }", ""),
            ("{ \"name\": \"w\", \"private\": true }", ""),
        ] {
            check_rule(RULE, &job("npm publish", &format!("{manifest}\n{mark}")));
        }
    }

    #[test]
    fn other_package_managers_refuse_it_too() {
        let mark =
            "//        ^^^ error[name-or-version-missing]: …\n//        ^^^ help[name-or-version-missing]: …";
        let manifest = format!("{{ \"name\": \"w\" }}\n{mark}");
        for command in ["pnpm publish --no-git-checks", "npx bun@1.4.5 publish"] {
            check_rule(RULE, &job(command, &manifest));
        }
    }

    #[test]
    fn a_version_may_be_set_before() {
        let manifest = "{ \"name\": \"w\" }";
        check_rule(RULE, &job("npm version $TAG && npm publish", manifest));
        check_rule(RULE, &job("yarn publish", manifest));
        check_rule(RULE, &job("npm pkg set version=1 && npm publish", manifest));
    }
}
