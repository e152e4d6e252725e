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
    /// `registry-url` writes an `.npmrc` whose token is `${NODE_AUTH_TOKEN}`. semantic-release looks for a token in `.npmrc`
    /// first, finds that one, and does not look at `NPM_TOKEN` any more. It asks npm who that is:
    ///
    /// ```text
    /// EINVALIDNPMTOKEN Invalid npm token.
    /// ```
    ///
    /// Where the job can get an id token, semantic-release needs no `.npmrc` at all; then the input does nothing but give
    /// a failed exchange this misleading name.
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
        summary: "The `.npmrc` of registry-url keeps semantic-release from its own token.",
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
        let what = match severity {
            Severity::Error => "semantic-release will fail with EINVALIDNPMTOKEN",
            Severity::Warning => "semantic-release may fail with EINVALIDNPMTOKEN",
            _ => "when the exchange fails, semantic-release says EINVALIDNPMTOKEN, as if a token were wrong",
        };
        let message = format!(
            "{what}: `registry-url` writes an `.npmrc` whose token is no token, and semantic-release takes it for its own; \
             remove the input"
        );
        let place = &registry_url.place;
        let entry = editable(context, &place.path)
            .and_then(|file| node_of(file, place))
            .and_then(entry_around)
            .map(|(_, entry)| Place::new(&place.path, entry.range()));
        let diagnostic = REGISTRY_URL_WITH_SEMANTIC_RELEASE
            .at(place, severity, message)
            .related(&site.place, "this is where it publishes")
            .fix(entry.and_then(|entry| remove_input(context, &entry)));
        findings.push(diagnostic);
    }
}

/// The line counts where a token is to be used, and no exchange comes before it.
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
            "#- .github/workflows/release.yml\non: push\npermissions: {permissions}\njobs:\n  release:\n    runs-on: ubuntu-24.04\n    \
             steps:\n      - uses: actions/setup-node@{setup}\n        with:\n          node-version: 24\n          registry-url: \
             https://registry.npmjs.org\n{mark}      - run: npx semantic-release@25\n        env: {{ A: b, {env} }}\n"
        )
    }

    fn mark(severity: &str, message: &str) -> String {
        format!("#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ {severity}💡[{RULE}]: {message}\n")
    }

    const NPM_TOKEN: &str = "NPM_TOKEN: '${{ secrets.NPM_TOKEN }}'";

    #[test]
    fn a_token_is_passed_over() {
        let will = mark("error", "semantic-release will fail with EINVALIDNPMTOKEN: …");
        check_rule(RULE, &job("{ contents: write }", "v6", NPM_TOKEN, &will));
        let may = mark("warning", "semantic-release may fail with EINVALIDNPMTOKEN: …");
        check_rule(RULE, &job("{ contents: write }", "v7", NPM_TOKEN, &may));
        let hides = mark("information", "when the exchange fails, …");
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
    fn the_outcome_knows_it_too() {
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
    fn a_token_of_its_own_is_found() {
        let both = format!("{NPM_TOKEN}, NODE_AUTH_TOKEN: '${{{{ secrets.NPM_TOKEN }}}}'");
        check_rule(RULE, &job("{ contents: write }", "v6", &both, ""));
    }

    #[test]
    fn the_input_is_removed() {
        let before = job("{ id-token: write }", "v6", "C: d", "");
        let after = before.replace("          registry-url: https://registry.npmjs.org\n", "");
        check_fix(RULE, &before, &after);
    }
}
