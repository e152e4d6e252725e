use super::publish_token_env::report_tokens;
use super::support::prelude::*;
use super::support::token_fixes::remove_npmrc_line;
use crate::publish::{CredentialSource, is_npm_registry};
use crate::syntax::npmrc::{CredentialKind, NpmrcKey, NpmrcSetting, NpmrcValue};
use crate::workspace::Content;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a credential for the public registry in a committed `.npmrc`: a token that stands there in clear text,
    /// or a line with a variable that a publishing step fills with a token.
    ///
    /// ## Why it matters
    ///
    /// A token in the repository is public to everybody who can read it, also after it has been removed: revoke it.
    ///
    /// A line with `${NPM_TOKEN}` makes npm fall back on the token without a word when trusted publishing fails. Where
    /// the variable is not set, npm sends the text `${NPM_TOKEN}` itself, and what would be `ENEEDAUTH` becomes
    ///
    /// ```text
    /// npm error code E404
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .npmrc
    /// //registry.npmjs.org/:_authToken=npm_0123456789abcdefghijABCDEFGHIJ012345
    /// ```
    ///
    /// ## Fix
    ///
    /// Revoke the token on npm and remove the line. Installing public packages needs none.
    ///
    /// ```text,good
    /// #- .npmrc
    /// save-exact=true
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.npmjs.com/cli/configuring-npm/npmrc>
    NPMRC_TOKEN_LINE {
        id: "npmrc-token-line",
        summary: "A committed .npmrc holds a credential for the public registry.",
        severity: Warning,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if let Content::Npmrc(npmrc) = &context.file.content {
        for setting in npmrc.settings.iter().filter(|setting| is_literal_secret(setting)) {
            let place = Place::new(context.path, setting.value.range);
            let severity = if setting.is_npm_token() {
                Severity::Error
            } else {
                Severity::Warning
            };
            let message = "this credential is readable for everybody who can read the repository, also in its history; \
                           revoke it on npm and remove the line";
            let diagnostic = NPMRC_TOKEN_LINE
                .at(&place, severity, message)
                .fix(remove_npmrc_line(context, context.path, setting));
            findings.push(diagnostic);
        }
        return;
    }
    report_tokens(&NPMRC_TOKEN_LINE, context, findings, |credential| {
        credential.source == CredentialSource::NpmrcFile
    });
}

fn is_literal_secret(setting: &NpmrcSetting) -> bool {
    let is_secret = matches!(
        setting.meaning(),
        NpmrcKey::Credential {
            kind: CredentialKind::AuthToken | CredentialKind::Auth | CredentialKind::Password,
            registry: Some(registry)
        } if is_npm_registry(registry)
    );
    is_secret && matches!(setting.value_form(), NpmrcValue::Literal(_))
}
