use crate::checker::prelude::*;
use crate::fixes::builder::{editable, entry_around};
use crate::fixes::permissions::node_of;
use crate::fixes::token::remove_input;

declare_rule! {
    /// ## What it does
    ///
    /// Reports setup-node's `registry-url` in a job that publishes with semantic-release.
    ///
    /// ## Why it matters
    ///
    /// With `registry-url`, setup-node writes an `.npmrc` whose token is `${NODE_AUTH_TOKEN}`. semantic-release looks for a token
    /// in `.npmrc` first, finds that one, and ignores `NPM_TOKEN`. It then checks that token with npm:
    ///
    /// ```text
    /// EINVALIDNPMTOKEN Invalid npm token.
    /// ```
    ///
    /// If the job can request an ID token, semantic-release needs no `.npmrc` at all. The input then only makes a failed exchange
    /// look like this.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   contents: write
    ///   id-token: write
    /// jobs:
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           registry-url: https://registry.npmjs.org
    ///       - run: npx semantic-release@25
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove the input.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   contents: write
    ///   id-token: write
    /// jobs:
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npx semantic-release@25
    /// ```
    ///
    /// ## References
    ///
    /// - <https://semantic-release.gitbook.io/semantic-release/recipes/ci-configurations/github-actions>
    /// - <https://github.com/semantic-release/npm#npm-registry-authentication>
    REGISTRY_URL_WITH_SEMANTIC_RELEASE {
        id: "registry-url-with-semantic-release",
        summary: "The `.npmrc` from `registry-url` hides the token from semantic-release.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some(registry_url) = &site.credentials.registry_url else {
            continue;
        };
        let hides_token = site.takes_placeholder_for_token();
        if hides_token == Truth::No {
            continue;
        }
        let severity = severity(site, hides_token);
        let message = match severity {
            Severity::Error => {
                "`registry-url` hides the token from semantic-release: it will fail with EINVALIDNPMTOKEN"
            }
            Severity::Warning => {
                "`registry-url` hides the token from semantic-release: it may fail with EINVALIDNPMTOKEN"
            }
            _ => "With `registry-url`, semantic-release reports a failed exchange as an invalid token",
        };
        let place = &registry_url.place;
        let entry = editable(context, &place.path)
            .and_then(|file| node_of(file, place))
            .and_then(entry_around)
            .map(|(_, entry)| Place::new(&place.path, entry.range()));
        let diagnostic = REGISTRY_URL_WITH_SEMANTIC_RELEASE
            .at(place, severity, message)
            .help(
                "setup-node writes an `.npmrc` with a placeholder, which semantic-release uses as its token and reports as \
                 EINVALIDNPMTOKEN. Remove the input.",
            )
            .related(&site.place, "published here")
            .fix(entry.and_then(|entry| remove_input(context, &entry)));
        findings.push(diagnostic);
    }
}

/// The line matters if a token is to be used and no token exchange comes before it.
fn severity(site: &Site<'_>, hides_token: Truth) -> Severity {
    let exchange_may_work = site.identity.id_token.grant != Grant::No && site.can_exchange() != Truth::No;
    let has_token = !site.credentials.tokens.is_empty();
    let error = site.outcome.prediction.error;
    match hides_token {
        _ if exchange_may_work || !has_token => Severity::Information,
        Truth::Yes if error == Some(NpmError::InvalidNpmToken) => Severity::Error,
        _ => Severity::Warning,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "registry-url-with-semantic-release";

    fn job(permissions: &str, setup: &str, env: &str, mark: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {permissions}
jobs:
  release:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@{setup}
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
{mark}      - run: npx semantic-release@25
        env: {{ A: b, {env} }}
"
        )
    }

    fn mark(severity: &str, message: &str) -> String {
        format!("#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ {severity}💡[{RULE}]: {message}\n")
    }

    const NPM_TOKEN: &str = "NPM_TOKEN: '${{ secrets.NPM_TOKEN }}'";

    #[test]
    fn a_hidden_token_is_reported() {
        let will = mark(
            "error",
            "`registry-url` hides the token from semantic-release: it will fail with EINVALIDNPMTOKEN",
        );
        check_rule(RULE, &job("{ contents: write }", "v6", NPM_TOKEN, &will));
        let may = mark(
            "warning",
            "`registry-url` hides the token from semantic-release: it may fail with EINVALIDNPMTOKEN",
        );
        check_rule(RULE, &job("{ contents: write }", "v7", NPM_TOKEN, &may));
        let hides = mark(
            "information",
            "With `registry-url`, semantic-release reports a failed exchange as an invalid token",
        );
        check_rule(
            RULE,
            &job("{ contents: write, id-token: write }", "v6", NPM_TOKEN, &hides),
        );
        check_rule(
            RULE,
            &job("{ contents: write, id-token: write }", "v6", "C: d", &hides),
        );
    }

    #[test]
    fn the_outcome_agrees() {
        for (permissions, setup, outcome) in [
            ("{ contents: write }", "v6", "fails; error=EINVALIDNPMTOKEN"),
            ("{ contents: write }", "v7", "unknown; error=-"),
            ("{ contents: write, id-token: write }", "v6", "oidc; error=-"),
        ] {
            check_sites(
                &job(permissions, setup, NPM_TOKEN, ""),
                &format!("release.yml:11 release; outcome={outcome}"),
            );
        }
        // Then the token masks nothing: semantic-release does not get to it.
        let granted = job("{ contents: write, id-token: write }", "v6", NPM_TOKEN, "");
        check_rule("publish-token-env", &granted);
        check_rule("registry-url-missing", &granted);
    }

    #[test]
    fn a_token_that_semantic_release_finds_is_not_reported() {
        let both = format!("{NPM_TOKEN}, NODE_AUTH_TOKEN: '${{{{ secrets.NPM_TOKEN }}}}'");
        check_rule(RULE, &job("{ contents: write }", "v6", &both, ""));
        let npmrc = "#- .npmrc\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n";
        let with_project = job("{ contents: write }", "v6", NPM_TOKEN, "") + npmrc;
        check_rule(RULE, &with_project);
        check_sites(&with_project, "release.yml:11 release; outcome=token");
    }

    #[test]
    fn the_input_is_removed() {
        let before = job("{ id-token: write }", "v6", "C: d", "");
        let after = before.replace("          registry-url: https://registry.npmjs.org\n", "");
        check_fix(RULE, &before, &after);
    }
}
