use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step that is set up for GitHub Packages, with setup-node's `registry-url` and the job's own token,
    /// although its package goes to npm's registry.
    ///
    /// ## Why it matters
    ///
    /// For `https://npm.pkg.github.com`, setup-node sets the registry of only one scope: its input `scope`, or else the owner of the
    /// repository. A package without that scope goes to `https://registry.npmjs.org`, which does not accept the job's token:
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// If the job can request an ID token and the package has a trusted publisher, it is published to npm instead.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// #- repository: acme/widget
    /// #- package.json
    /// { "name": "widget", "version": "1.0.0", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       packages: write
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           registry-url: https://npm.pkg.github.com
    ///       - run: npm publish
    ///         env:
    ///           NODE_AUTH_TOKEN: ${{ secrets.GITHUB_TOKEN }}
    /// ```
    ///
    /// ## Fix
    ///
    /// To publish to npm, leave out `registry-url` and the token. GitHub Packages accepts only packages with the scope of the
    /// owner: `@acme/widget`.
    ///
    /// ```yaml,good
    /// #- package.json
    /// { "name": "widget", "version": "1.0.0", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node/blob/v6.0.0/src/authutil.ts>
    /// - <https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-npm-registry>
    GITHUB_PACKAGES_UNSCOPED {
        id: "github-packages-unscoped",
        summary: "A package without its owner's scope is not published to GitHub Packages.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some(registry_url) = &site.credentials.registry_url else {
            continue;
        };
        let names = site.package_names(context.sources);
        let [name, ..] = names.as_slice() else {
            continue;
        };
        if !site.misses_github_packages() {
            continue;
        }
        let command = &site.publishing_tool.command;
        let fails = site.intent() == Intent::Token && site.outcome.prediction.publishes_nothing();
        let (severity, message) = match (fails, site.outcome.prediction.error) {
            (true, Some(error)) => (
                Severity::Error,
                format!(
                    "`registry-url` covers only the owner's scope: `{command}` sends `{name}` to npm and will fail with {error}"
                ),
            ),
            (true, None) => (
                Severity::Error,
                format!(
                    "`registry-url` covers only the owner's scope: `{command}` sends `{name}` to npm and will fail"
                ),
            ),
            // With an ID token, it may be meant for npm after all.
            (false, _) => (
                Severity::Warning,
                format!(
                    "For GitHub Packages, `registry-url` covers only the owner's scope: `{command}` sends `{name}` to npm"
                ),
            ),
        };
        let help = "npm does not accept the job's `GITHUB_TOKEN`. Give the package its owner's scope, or remove `registry-url` and the token.";
        let diagnostic = GITHUB_PACKAGES_UNSCOPED
            .at(&registry_url.place, severity, message)
            .help(help)
            .related(&site.place, "published here");
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[track_caller]
    fn check(name: &str, registry: &str, mark: &str, publish: &str) {
        check_rule(
            "github-packages-unscoped",
            &format!(
                r#"#- repository: acme/widget
#- package.json
{{ "name": "{name}", "version": "1.0.0" }}
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ contents: read, packages: write, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: {registry}
{mark}      - run: {publish}
"#
            ),
        );
    }

    const GITHUB: &str = "https://npm.pkg.github.com";
    const OWN_TOKEN: &str = "npm publish\n        env: { NODE_AUTH_TOKEN: '${{ github.token }}' }";
    const MARK: &str = "#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[github-packages-unscoped]: For GitHub Packages, `registry-url` covers only the owner's scope: `npm publish` sends `widget` to npm\n";

    #[test]
    fn a_package_without_scope_goes_to_npm() {
        check("widget", GITHUB, MARK, OWN_TOKEN);
    }

    /// It is not meant for npm at all, so nothing is said of trusted publishing.
    #[test]
    fn without_an_id_token_it_is_the_error() {
        let fixture = |mark: &str| {
            format!(
                r#"#- repository: acme/widget
#- package.json
{{ "name": "widget", "version": "1.0.0" }}
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ contents: read, packages: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 20
          registry-url: {GITHUB}
{mark}          scope: '@acme'
      - run: npm publish
        env: {{ NODE_AUTH_TOKEN: '${{{{ github.token }}}}' }}
"#
            )
        };
        let (carets, _) = MARK.split_once(" warning").unwrap();
        let error = format!(
            "{carets} error[github-packages-unscoped]: `registry-url` covers only the owner's scope: `npm publish` sends `widget` to npm and will fail\n"
        );
        check_rule("github-packages-unscoped", &fixture(&error));
        check_rule("id-token-missing", &fixture(""));
        check_rule("npm-too-old-node", &fixture(""));
    }

    #[test]
    fn a_package_that_goes_to_the_intended_registry_is_not_reported() {
        check("@acme/widget", GITHUB, "", OWN_TOKEN);
        check("widget", "https://registry.npmjs.org", "", OWN_TOKEN);
        // The other registry is for installing.
        check("widget", GITHUB, "", "npm publish");
        check(
            "widget",
            GITHUB,
            "",
            "npm publish\n        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }",
        );
    }
}
