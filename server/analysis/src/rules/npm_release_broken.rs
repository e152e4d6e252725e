use crate::checker::prelude::*;
use crate::fixes::npm::install_npm;
use crate::publish::NpmOrigin;

/// The releases after 12.0.0 that are repaired. They run on the same versions of Node.
const REPAIRED: &str = "^12.0.1";

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step whose npm is exactly 12.0.0.
    ///
    /// ## Why it matters
    ///
    /// The package of npm 12.0.0 lacks a module that `npm publish` and `npm stage` need, with or without provenance:
    ///
    /// ```text
    /// npm error code MODULE_NOT_FOUND
    /// npm error Cannot find module 'sigstore'
    /// ```
    ///
    /// npm 12.0.1 includes it again.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
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
    ///       - run: npm install -g npm@12.0.0
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Install another release of npm.
    ///
    /// ```yaml,good
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
    ///       - run: npm install -g npm@^12.0.1
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/npm/cli/issues/9722>
    NPM_RELEASE_BROKEN {
        id: "npm-release-broken",
        summary: "This release of npm cannot publish.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let truth = site.runs_npm_without_sigstore();
        if truth == Truth::No || site.publishing_tool.is_guess || !site.target.is_npm() {
            continue;
        }
        let (will, severity) = match truth {
            Truth::Yes => ("will", Severity::Error),
            _ => ("may", Severity::Warning),
        };
        let npm = &site.node_and_npm.npm;
        let message = format!(
            "npm 12.0.0 lacks `sigstore`, which it needs to publish: `{}` {will} fail with MODULE_NOT_FOUND",
            site.publishing_tool.command
        );
        let place = npm.place.as_ref().unwrap_or(&site.place);
        let mut diagnostic = NPM_RELEASE_BROKEN.at(place, severity, message);
        if place != &site.place {
            diagnostic = diagnostic.related(&site.place, "published here");
        }
        let is_named = matches!(npm.origin, NpmOrigin::Installed | NpmOrigin::Command);
        let fix = is_named.then(|| install_npm(context, place, REPAIRED)).flatten();
        findings.push(diagnostic.fix(fix).remedy("Use npm 12.0.1 or later."));
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "npm-release-broken";

    fn job(steps: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.19.0 }}
{steps}
"
        )
    }

    const MARK: &str = "\n#                           ^^^^^^^^^^ error💡[npm-release-broken]: npm 12.0.0 lacks `sigstore`, which it needs to \
                        publish: …";

    #[test]
    fn the_release_without_sigstore_publishes_nothing() {
        for publish in [
            "npm publish",
            "npm publish --provenance",
            "npm publish --provenance=false",
            "npm stage publish",
            "npx -y pnpm@10.34.8 publish --no-git-checks",
        ] {
            let steps =
                |mark: &str| format!("      - run: npm install -g npm@12.0.0{mark}\n      - run: {publish}");
            check_rule(RULE, &job(&steps(MARK)));
            check_sites(
                &job(&steps("")),
                "release.yml:10 publish; outcome=fails; error=MODULE_NOT_FOUND",
            );
        }
        check_rule(
            RULE,
            &job(
                "      - run: npx npm@12.0.0 publish\n#                ^^^^^^^^^^^^^^^^^^ error💡[npm-release-broken]: …",
            ),
        );
    }

    #[test]
    fn other_releases_are_not_reported() {
        for npm in ["12.0.1", "^12.0.0", "~12.0.0", "12", "11.18.0", "latest"] {
            let steps = format!("      - run: npm install -g npm@{npm}\n      - run: npm publish");
            check_rule(RULE, &job(&steps));
            check_sites(&job(&steps), "release.yml:10 publish; outcome=oidc");
        }
        // A tool that publishes by itself, another registry, and an npm that another step installs.
        for steps in [
            "      - run: npm install -g npm@12.0.0\n      - run: npx -y pnpm@11.28.10 publish --no-git-checks",
            "      - run: npm install -g npm@12.0.0\n      - run: npm publish --registry https://npm.pkg.github.com",
            "      - run: npm install -g npm@12.0.0\n      - run: npx npm@11 publish",
            "      - run: npm install -g npm@12.0.0\n      - run: npm install -g npm@12.0.2\n      - run: npm publish",
            "      - run: npm install -g npm@${{ inputs.npm }}\n      - run: npm publish",
        ] {
            check_rule(RULE, &job(steps));
        }
    }

    #[test]
    fn the_repaired_release_is_installed() {
        let with = |npm: &str| {
            job(&format!(
                "      - run: npm install -g npm@{npm}\n      - run: npm publish"
            ))
        };
        check_fix(RULE, &with("12.0.0"), &with("^12.0.1"));
        check_fix(
            RULE,
            &job("      - run: npx npm@12.0.0 publish"),
            &job("      - run: npx npm@^12.0.1 publish"),
        );
    }
}
