use crate::checker::prelude::*;
use crate::fixes::token::scope_npmrc_key;
use crate::sources::Content;
use crate::syntax::npmrc::{NpmrcKey, NpmrcValue};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a credential in an `.npmrc`, or written to one by a script of a publishing job, that does not say for
    /// which registry it is: `_authToken=…` instead of `//registry.npmjs.org/:_authToken=…`.
    ///
    /// ## Why it matters
    ///
    /// npm refuses to run with such a line, whatever the command:
    ///
    /// ```text
    /// npm error code ERR_INVALID_AUTH
    /// npm error Invalid auth configuration found: `_authToken` must be renamed to `//registry.npmjs.org/:_authToken`
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .npmrc
    /// _authToken=${NPM_TOKEN}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```text,good
    /// #- .npmrc
    /// //registry.npmjs.org/:_authToken=${NPM_TOKEN}
    /// ```
    ///
    /// For trusted publishing no such line is needed at all.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration>
    NPMRC_UNSCOPED_TOKEN {
        id: "npmrc-unscoped-token",
        summary: "A credential in an .npmrc does not say for which registry it is.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if let Content::Npmrc(npmrc) = &context.file.content {
        for setting in &npmrc.settings {
            let is_refused = setting.is_unscoped_credential() && setting.value_form() != NpmrcValue::Empty;
            // A user name alone is no credential: npm asks for the password that goes with it first.
            if !is_refused
                || matches!(setting.meaning(), NpmrcKey::Credential { kind, .. } if kind.is_user_name())
            {
                continue;
            }
            let place = Place::new(context.path, setting.key.range);
            let diagnostic = NPMRC_UNSCOPED_TOKEN
                .at(&place, Severity::Error, message(&setting.key.value))
                .fix(scope_npmrc_key(context, setting));
            findings.push(diagnostic);
        }
    }
    for site in context.sites {
        for line in site
            .credentials
            .npmrc_lines
            .iter()
            .filter(|line| matches!(line.key.as_str(), "_authToken" | "_auth"))
        {
            findings.push(
                NPMRC_UNSCOPED_TOKEN
                    .at(&line.place, Severity::Error, message(&line.key))
                    .related(&site.place, "this is where it publishes"),
            );
        }
    }
}

fn message(key: &str) -> String {
    format!(
        "npm will fail with ERR_INVALID_AUTH, here and in all commands but `npm config`: `{key}` does not say for which registry it is; write \
         `//registry.npmjs.org/:{key}`, or remove the line, which trusted publishing does not need"
    )
}
