use crate::checker::prelude::*;
use crate::fixes::token::scope_npmrc_key;
use crate::syntax::npmrc::{NpmrcKey, NpmrcValue};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a credential that names no registry, in an `.npmrc` or written to one by a script of a publish job:
    /// `_authToken=…` instead of `//registry.npmjs.org/:_authToken=…`.
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
    /// Trusted publishing does not need such a line at all.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration>
    NPMRC_UNSCOPED_TOKEN {
        id: "npmrc-unscoped-token",
        summary: "A credential in an .npmrc is not scoped to a registry.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if let Some(npmrc) = context.file.npmrc() {
        for setting in &npmrc.settings {
            let is_refused = setting.is_unscoped_credential() && setting.value_form() != NpmrcValue::Empty;
            // A user name alone is not a credential: npm asks for its password first.
            if !is_refused
                || matches!(setting.meaning(), NpmrcKey::Credential { kind, .. } if kind.is_user_name())
            {
                continue;
            }
            let place = Place::new(context.path, setting.key.range);
            let diagnostic = NPMRC_UNSCOPED_TOKEN
                .at(&place, Severity::Error, message(&setting.key.value))
                .help(help(&setting.key.value))
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
                    .help(help(&line.key))
                    .related(&site.place, "published here"),
            );
        }
    }
}

fn message(key: &str) -> String {
    format!("`{key}` is not scoped to a registry: npm will fail with ERR_INVALID_AUTH")
}

fn help(key: &str) -> String {
    format!(
        "All commands except `npm config` fail. Write `//registry.npmjs.org/:{key}`, or remove the line, which trusted publishing \
         does not need."
    )
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[test]
    fn a_credential_without_a_registry_is_reported() {
        check_rule(
            "npmrc-unscoped-token",
            r#"
#- .npmrc
_authToken=${NPM_TOKEN}
^^^^^^^^^^ error💡[npmrc-unscoped-token]: `_authToken` is not scoped to a registry: npm will fail with ERR_INVALID_AUTH
^^^^^^^^^^ help[npmrc-unscoped-token]: All commands except `npm config` fail. Write `//registry.npmjs.org/:_authToken`, or …
"#,
        );
    }

    #[test]
    fn credentials_of_a_registry_and_other_settings_are_not_reported() {
        check_rule(
            "npmrc-unscoped-token",
            r#"
#- .npmrc
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
//npm.pkg.github.com/:_auth=${GITHUB_AUTH}
username=octocat
_authToken=
registry=https://registry.npmjs.org
"#,
        );
    }
}
