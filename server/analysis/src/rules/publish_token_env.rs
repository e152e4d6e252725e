use crate::checker::prelude::*;
use crate::fixes::migration::{can_do_without_tokens, migrate, migration_message};
use crate::fixes::token::remove_token;
use crate::publish::{Credential, CredentialSource, PublishStop};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a token that is passed to a publish step, by `env:` of the step, its job or the workflow, or by an
    /// input of a publishing action.
    ///
    /// Where the job can get an id token too, this is a warning. Where it cannot, the job publishes with the token
    /// today: then it is information, with the one edit that moves the job to trusted publishing.
    ///
    /// ## Why it matters
    ///
    /// npm tries trusted publishing first and uses the token when that fails, without a word. So the token hides every
    /// mistake in the set-up until the day it expires, and then the publish ends with
    ///
    /// ```text
    /// npm error code E404
    /// npm notice Access token expired or revoked. Please try logging in again.
    /// ```
    ///
    /// As long as a token is needed, the package cannot be set to refuse tokens, and a secret that can publish stays
    /// where a workflow can read it. Yarn uses a configured token *instead of* trusted publishing.
    ///
    /// It may not work for long, either: npm plans to end direct publishing with a token that bypasses two-factor authentication in
    /// January 2027, and in CI no other token publishes.
    ///
    /// The rule ignores empty values, tokens that only an install step gets, and variables that the publishing tool does not read:
    /// `registry-url-missing` says which variable each tool reads.
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
    /// Removing a token is never done without asking: only npm knows whether the trusted publisher is set up.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.npmjs.com/about-access-tokens>
    /// - <https://github.blog/changelog/2026-07-08-npm-install-time-security-and-gat-bypass2fa-deprecation/>
    PUBLISH_TOKEN_ENV {
        id: "publish-token-env",
        summary: "A token reaches the publish step.",
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

/// Reports the credentials of every site that are of a rule's kind.
pub(crate) fn report_tokens(
    rule: &Rule,
    context: &CheckContext<'_>,
    findings: &mut Findings,
    is_of_rule: fn(&Credential) -> bool,
) {
    for site in context.sites {
        // Nothing publishes in a run that GitHub refuses to start; another rule says so.
        let stop = site.outcome.stop.as_ref();
        if stop.is_some_and(PublishStop::is_certain_at_start) {
            continue;
        }
        match site.intent() {
            // The classic workflow: one diagnostic, on the first token, says that it could be moved.
            Intent::Token => {
                let mut usable = site.credentials.tokens.iter().filter(|token| site.can_use(token));
                let first = usable.next().filter(|first| is_of_rule(first));
                if let Some(first) = first
                    && !site.outcome.prediction.error.is_some_and(NpmError::is_unsigned)
                {
                    let diagnostic = rule
                        .at(
                            &first.place,
                            Severity::Information,
                            migration_message(context, site),
                        )
                        .related(&site.place, "this is where it publishes")
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
                    // A variable that nothing reads hides nothing; another rule speaks of it.
                    .filter(|(_, credential)| is_of_rule(credential) && site.can_use(credential))
                {
                    let severity = severity_beside_id_token(site);
                    let diagnostic = rule
                        .at(
                            &credential.place,
                            severity,
                            message_beside_id_token(context, site, credential),
                        )
                        .related(&site.place, "this is where it publishes")
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

/// A token is deliberate where the same job publishes elsewhere without one, or where the script takes it back when
/// it has published; and it is what publishes today where the exchange cannot work yet.
fn severity_beside_id_token(site: &Site<'_>) -> Severity {
    let is_certain = site.identity.id_token.grant == Grant::Yes && site.can_exchange() == Truth::Yes;
    let is_deliberate = site.credentials.is_beside_tokenless || site.credentials.removes_token;
    if is_certain && !is_deliberate && !site.publisher.is_guess {
        Severity::Warning
    } else {
        Severity::Information
    }
}

fn message_beside_id_token(context: &CheckContext<'_>, site: &Site<'_>, credential: &Credential) -> String {
    let (command, name) = (&site.publisher.command, &credential.name);
    // What a script does with a token that nobody has followed is open.
    let is_unclear = site.publisher.is_guess && site.outcome.prediction.outcome == Outcome::Unknown;
    if site.can_exchange() == Truth::No || is_unclear {
        return migration_message(context, site);
    }
    if site.publisher.prefers_token {
        return format!(
            "`{command}` uses `{name}` and never tries trusted publishing; set up the trusted publisher on npm, then \
             remove the token"
        );
    }
    if site.outcome.prediction.outcome == Outcome::Oidc {
        return format!(
            "`{name}` is not needed: `{command}` publishes with the trusted publisher that is registered; remove the token, which \
             would hide a failing exchange"
        );
    }
    format!(
        "`{name}` masks trusted publishing: when the exchange fails, `{command}` goes on with the token and says \
         nothing; once the trusted publisher is set up on npm, remove the token"
    )
}
