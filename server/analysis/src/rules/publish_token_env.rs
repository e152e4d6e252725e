use crate::checker::prelude::*;
use crate::fixes::migration::{can_do_without_tokens, migrate, migration_help, migration_message};
use crate::fixes::token::remove_token;
use crate::publish::{Credential, CredentialSource, PublishStop};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an access token that reaches a publish step from `env:` of the step, its job or the workflow, or from an
    /// input of a publishing action.
    ///
    /// It is a warning if the job can request an ID token too. If it cannot, the job publishes with the access token today: then
    /// it is information, with a fix that moves the job to trusted publishing in one edit.
    ///
    /// ## Why it matters
    ///
    /// npm tries trusted publishing first, and silently uses the token if that fails. So the token hides every mistake in the
    /// setup until it expires, and then the publish fails with
    ///
    /// ```text
    /// npm error code E404
    /// npm notice Access token expired or revoked. Please try logging in again.
    /// ```
    ///
    /// As long as a token is needed, the package cannot be set to refuse tokens, and workflows can read a secret that can
    /// publish. Yarn uses a configured token instead of trusted publishing.
    ///
    /// Tokens may not work for much longer, either: npm plans to end direct publishing with a token that bypasses two-factor
    /// authentication in January 2027, and in CI no other token can publish.
    ///
    /// The rule ignores empty values, tokens that only an install step gets, and variables that the publishing tool does not read:
    /// `registry-url-missing` lists which variable each tool reads.
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
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           registry-url: https://registry.npmjs.org
    ///       - run: npm publish
    ///         env:
    ///           NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
    /// ```
    ///
    /// ## Fix
    ///
    /// Set up the trusted publisher on npm first, then remove the token.
    ///
    /// ```yaml,good
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
    ///           registry-url: https://registry.npmjs.org
    ///       - run: npm publish
    /// ```
    ///
    /// Removing a token is never a safe fix, because only npm knows whether the trusted publisher is set up.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.npmjs.com/about-access-tokens>
    /// - <https://github.blog/changelog/2026-07-08-npm-install-time-security-and-gat-bypass2fa-deprecation/>
    PUBLISH_TOKEN_ENV {
        id: "publish-token-env",
        summary: "An access token reaches the publish step.",
        severity: Warning,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    report_tokens(&PUBLISH_TOKEN_ENV, context, findings, |credential| {
        !matches!(
            credential.source,
            CredentialSource::NpmrcFile | CredentialSource::NpmrcCommand
        )
    });
}

/// Reports the credentials of every publish step for which `is_of_rule` holds.
pub(crate) fn report_tokens(
    rule: &Rule,
    context: &CheckContext<'_>,
    findings: &mut Findings,
    is_of_rule: fn(&Credential) -> bool,
) {
    for site in context.sites {
        // Nothing publishes in a run that GitHub refuses to start; another rule reports that.
        let stop = site.outcome.stop.as_ref();
        if stop.is_some_and(PublishStop::is_certain_at_start) {
            continue;
        }
        match site.intent() {
            // A workflow that publishes with tokens only: one finding, at the first token, offers the move.
            Intent::Token => {
                let mut usable = site.credentials.tokens.iter().filter(|token| site.can_use(token));
                let first = usable.next().filter(|first| is_of_rule(first));
                if let Some(first) = first
                    && !site.outcome.prediction.error.is_some_and(NpmError::is_unsigned)
                {
                    let diagnostic = rule
                        .at(&first.place, Severity::Information, migration_message(site))
                        .help(migration_help(context, site))
                        .related(&site.place, "published here")
                        .fix(migrate(context, site));
                    findings.push(diagnostic);
                }
            }
            Intent::Both => {
                for (n, credential) in site
                    .credentials
                    .tokens
                    .iter()
                    .enumerate()
                    // A variable that nothing reads hides nothing; another rule reports it.
                    .filter(|(_, credential)| is_of_rule(credential) && site.can_use(credential))
                {
                    let severity = severity_beside_id_token(site);
                    let (message, help) = texts_beside_id_token(context, site, credential);
                    let diagnostic = rule
                        .at(&credential.place, severity, message)
                        .help(help)
                        .related(&site.place, "published here")
                        .fix(
                            can_do_without_tokens(context, site)
                                .then(|| remove_token(context, site, credential))
                                .flatten(),
                        );
                    let migration = (n == 0).then(|| migrate(context, site)).flatten();
                    findings.push(diagnostic.fix(migration));
                }
            }
            Intent::Oidc | Intent::Unknown => {}
        }
    }
}

/// A token is deliberate if the same job publishes elsewhere without one, or if the script removes it after publishing. If the
/// exchange cannot work yet, the token is what publishes today.
fn severity_beside_id_token(site: &Site<'_>) -> Severity {
    let is_certain = site.identity.id_token.grant == Grant::Yes && site.can_exchange() == Truth::Yes;
    let is_deliberate = site.credentials.is_beside_tokenless || site.credentials.removes_token;
    if is_certain && !is_deliberate && !site.publishing_tool.is_guess {
        Severity::Warning
    } else {
        Severity::Information
    }
}

fn texts_beside_id_token(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    credential: &Credential,
) -> (String, String) {
    let (command, name) = (&site.publishing_tool.command, &credential.name);
    // A script that was not read may do anything with the token.
    let is_unclear = site.publishing_tool.is_guess && site.outcome.prediction.outcome == Outcome::Unknown;
    if site.can_exchange() == Truth::No || is_unclear {
        return (migration_message(site), migration_help(context, site));
    }
    let (message, help) = if site.publishing_tool.prefers_token {
        (
            format!("`{command}` uses `{name}` and never tries trusted publishing"),
            "Set up the trusted publisher on npm, then remove the token.",
        )
    } else if site.outcome.prediction.outcome == Outcome::Oidc {
        (
            format!("`{name}` is not needed: `{command}` publishes with the registered trusted publisher"),
            "Remove the token, which would hide a failing token exchange.",
        )
    } else {
        (
            format!(
                "`{name}` masks trusted publishing: if the exchange fails, `{command}` falls back to the token"
            ),
            "The fallback is silent. Once the trusted publisher is set up on npm, remove the token.",
        )
    };
    (message, help.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    /// A job that can request an ID token and publishes with this environment.
    fn job(env: &str) -> String {
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
        with: {{ node-version: 24, registry-url: 'https://registry.npmjs.org' }}
      - run: npm publish
        env:
          {env}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
        )
    }

    #[test]
    fn a_token_beside_an_id_token_is_reported() {
        let env = "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning💡?[publish-token-env]: `NODE_AUTH_TOKEN` masks trusted publishing: if the exchange fails, …
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ help[publish-token-env]: The fallback is silent. Once the trusted publisher is set up on npm, remove the token.";
        check_rule("publish-token-env", &job(env));
    }

    #[test]
    fn empty_values_and_other_variables_are_not_reported() {
        check_rule("publish-token-env", &job("NODE_AUTH_TOKEN: ''"));
        check_rule(
            "publish-token-env",
            &job("SLACK_TOKEN: ${{ secrets.SLACK_TOKEN }}"),
        );
    }
}
