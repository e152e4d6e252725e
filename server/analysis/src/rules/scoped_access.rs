use crate::checker::prelude::*;
use crate::checker::published_packages::{committed_manifests, name_place};
use crate::fixes::publish_config::set_publish_config;
use crate::model::manifest::Manifest;
use crate::publish::VersionChange;
use crate::versions::version::parse_version;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package with a scope, `@acme/widget`, that is published with a token, whose version looks like its first one
    /// (1.0.0, 0.1.0 or 0.0.*), and whose access is not set.
    ///
    /// ## Why it matters
    ///
    /// On its first publish, a scoped package becomes private by default, which needs a paid account:
    ///
    /// ```text
    /// npm error code E402
    /// npm error 402 Payment Required - PUT https://registry.npmjs.org/@acme%2fwidget - You must sign up for private packages
    /// ```
    ///
    /// Every later publish keeps the package's access. Trusted publishing can only be set up for a package that already exists,
    /// so the rule is about jobs with a token.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish --userconfig ci/publish.npmrc
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.0.0",
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// If the package is public, set its access.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish --userconfig ci/publish.npmrc
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.0.0",
    ///   "repository": "github:acme/widget",
    ///   "publishConfig": {
    ///     "access": "public"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/creating-and-publishing-scoped-public-packages>
    /// - <https://docs.npmjs.com/cli/configuring-npm/package-json#publishconfig>
    SCOPED_ACCESS {
        id: "scoped-access",
        summary: "The first publish of a scoped package must set `access`.",
        severity: Hint,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let may_have_token = site.intent() != Intent::Oidc;
        let is_relevant = site.target.is_npm() && !site.publishing_tool.is_guess;
        if !may_have_token
            || !is_relevant
            || site.command.access.is_some()
            || site.packages.doubt.version == VersionChange::Possible
        {
            continue;
        }
        for (path, manifest) in committed_manifests(context, site) {
            let config = manifest.publish_config.as_ref();
            let has_access = config.is_some_and(|config| config.access.is_some());
            if manifest.scope().is_none() || has_access || !is_first_version(manifest) {
                continue;
            }
            let message = "The first publish of a scoped package is private, which fails with E402 without a paid account";
            let diagnostic = SCOPED_ACCESS
                .at(&name_place(&path, manifest), Severity::Hint, message)
                .help("If this is the first publish, set `publishConfig.access` to `public`.")
                .fix(set_publish_config(context, &path, "access", "public"));
            findings.push(diagnostic);
        }
    }
}

/// Whether a version may be a package's first. The package of a later version already exists.
fn is_first_version(manifest: &Manifest) -> bool {
    let version = manifest
        .version
        .as_ref()
        .and_then(|version| parse_version(&version.value));
    version.is_some_and(|version| {
        matches!(
            (version.major(), version.minor(), version.patch()),
            (0, 0, _) | (0, 1, 0) | (1, 0, 0)
        )
    })
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
        with: { node-version: 24.11.0, registry-url: 'https://registry.npmjs.org' }
";

    fn job(command: &str, manifest: &str) -> String {
        format!("{STEPS}      - run: {command}\n#- package.json\n{manifest}\n")
    }

    const TOKEN: &str = "npm publish\n        env: { NODE_AUTH_TOKEN: '${{ secrets.X }}' }";

    fn manifest(name: &str, version: &str, rest: &str) -> String {
        format!("{{ \"name\": \"{name}\", \"version\": \"{version}\"{rest} }}")
    }

    #[test]
    fn access_is_added() {
        check_fix(
            "scoped-access",
            &job(TOKEN, &manifest("@a/w", "0.1.0", "")),
            &job(
                TOKEN,
                &manifest("@a/w", "0.1.0", ", \"publishConfig\": { \"access\": \"public\" }"),
            ),
        );
        check_fix(
            "scoped-access",
            &job(
                TOKEN,
                &manifest("@a/w", "1.0.0", ", \"publishConfig\": { \"tag\": \"x\" }"),
            ),
            &job(
                TOKEN,
                &manifest(
                    "@a/w",
                    "1.0.0",
                    ", \"publishConfig\": { \"tag\": \"x\", \"access\": \"public\" }",
                ),
            ),
        );
    }

    #[test]
    fn other_packages_and_other_publishes_are_not_reported() {
        let first = manifest("@a/w", "1.0.0", "");
        for fixture in [
            job(TOKEN, &manifest("w", "1.0.0", "")),
            job(TOKEN, &manifest("@a/w", "1.0.1", "")),
            job(&TOKEN.replace("publish", "publish --access public"), &first),
            job("npm publish", &first),
            format!("{}#- .npmrc\naccess=public\n", job(TOKEN, &first)),
        ] {
            check_rule("scoped-access", &fixture);
        }
    }
}
