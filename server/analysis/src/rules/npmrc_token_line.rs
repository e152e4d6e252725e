use super::publish_token_env::report_tokens;
use crate::checker::prelude::*;
use crate::fixes::token::remove_npmrc_line;
use crate::publish::{CredentialSource, is_npm_registry, project_token};
use crate::syntax::npmrc::{CredentialKind, NpmrcKey, NpmrcSetting, NpmrcValue};
use crate::text::FolderPath;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a credential for the public registry in a committed `.npmrc`: a token in clear text, a line with a variable
    /// that a publish step sets to a token, or a line that leaves the token empty if a job publishes by trusted publishing.
    ///
    /// ## Why it matters
    ///
    /// Everyone who can read the repository can read the token, even after it has been removed. Revoke it.
    ///
    /// A line with `${NPM_TOKEN}` makes npm fall back to the token silently when trusted publishing fails. If the variable
    /// is not set, npm sends the text `${NPM_TOKEN}` itself, and what would be `ENEEDAUTH` becomes
    ///
    /// ```text
    /// npm error code E404
    /// ```
    ///
    /// An empty token, as in `//registry.npmjs.org/:_authToken=`, hides the one that trusted publishing got: npm up to
    /// 11.20, and 12.0 and 12.1, use the project's line as their only credential and fail with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .npmrc
    /// //registry.npmjs.org/:_authToken=npm_0123456789abcdefghijABCDEFGHIJ012345
    /// ```
    ///
    /// Here npm would get a token by trusted publishing and then not find it:
    ///
    /// ```yaml,bad
    /// #- .github/workflows/release.yml
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
    ///           node-version: 24.11.0
    ///       - run: npm publish
    /// #- package.json
    /// { "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
    /// #- .npmrc
    /// //registry.npmjs.org/:_authToken=
    /// ```
    ///
    /// ## Fix
    ///
    /// Revoke a token in clear text on npm, and remove the line. Installing public packages needs no token.
    ///
    /// ```text,good
    /// #- .npmrc
    /// save-exact=true
    /// ```
    ///
    /// Only removing an empty token is a safe fix.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.npmjs.com/cli/configuring-npm/npmrc>
    NPMRC_TOKEN_LINE {
        id: "npmrc-token-line",
        summary: "A committed .npmrc contains a credential for the public registry.",
        severity: Warning,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if let Some(npmrc) = context.file.npmrc() {
        for setting in npmrc.settings.iter().filter(|setting| is_literal_secret(setting)) {
            let place = Place::new(context.path, setting.value.range);
            let severity = if setting.is_npm_token() {
                Severity::Error
            } else {
                Severity::Warning
            };
            let diagnostic = NPMRC_TOKEN_LINE
                .at(
                    &place,
                    severity,
                    "Everyone who can read the repository can read this credential",
                )
                .help("It also stays in the history. Revoke it on npm, and remove the line.")
                .fix(remove_npmrc_line(context, context.path, setting));
            findings.push(diagnostic);
        }
        return;
    }
    report_tokens(&NPMRC_TOKEN_LINE, context, findings, |credential| {
        credential.source == CredentialSource::NpmrcFile
    });
    report_empty_token(context, findings);
}

/// Reports the line of the project's `.npmrc` whose empty token hides the one from the token exchange.
fn report_empty_token(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let hides_token = !site.finds_exchanged_token(context.sources.assumptions());
        let is_exchanged = site.identity.id_token.grant == Grant::Yes && !site.can_exchange().is_no();
        if site.credentials.npmrc.project_token_is_empty != Truth::Yes
            || hides_token.is_no()
            || !is_exchanged
            || !site.target.is_npm()
            || site.publishing_tool.is_guess
        {
            continue;
        }
        let Some((path, npmrc)) = context.sources.npmrc_in(&FolderPath::root()) else {
            continue;
        };
        let Some(setting) = project_token(npmrc) else {
            continue;
        };
        let will_fail = hides_token.is_yes() && site.outcome.prediction.error == Some(NpmError::NeedAuth);
        let severity = if will_fail {
            Severity::Error
        } else {
            Severity::Warning
        };
        let message = format!(
            "This empty token hides the one from trusted publishing: {}",
            consequence(site, severity)
        );
        let diagnostic = NPMRC_TOKEN_LINE
            .at(&Place::new(&path, setting.line), severity, message)
            .help("npm before 11.21, and 12 before 12.2, uses it instead of the exchanged token. Remove the line.")
            .related(&site.place, "published here")
            .fix(remove_npmrc_line(context, &path, setting));
        findings.push(diagnostic);
    }
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

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    /// A job that publishes with this npm and a repository with this `.npmrc`.
    fn job(npm: &str, npmrc: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.19.0 }}
      - run: npm install -g npm@{npm}
      - run: npm publish
        env: {{ EMPTY: '' }}
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
#- .npmrc
{npmrc}"#
        )
    }

    #[test]
    fn an_empty_token_hides_the_one_from_the_exchange() {
        const LINE: &str = "//registry.npmjs.org/:_authToken=";
        let fails = "error💡[npmrc-token-line]: This empty token hides the one from trusted publishing: `npm publish` will fail with ENEEDAUTH";
        let asks = fails.replace('💡', "💡?");
        let carets = |line: &str, says: &str| format!("{line}\n{} {says}\n", "^".repeat(line.len()));
        for (npm, npmrc) in [
            ("11.19.1", carets(LINE, fails)),
            ("11.20.0", carets(LINE, fails)),
            ("12.1.0", carets(LINE, fails)),
            (
                "11.19.1",
                carets("//registry.npmjs.org/:_authToken=${EMPTY}", &asks),
            ),
            (
                "11.19.1",
                carets("//registry.npmjs.org/:_authToken=${UNSET?}", &asks),
            ),
            ("11.21.0", format!("{LINE}\n")),
            ("12.2.0", format!("{LINE}\n")),
            // The exchange is not reached.
            ("10.9.8", format!("{LINE}\n")),
            ("11.19.1", "//npm.pkg.github.com/:_authToken=\n".to_owned()),
            (
                "11.19.1",
                format!("{LINE}\n//registry.npmjs.org/:_authToken=${{UNSET}}\n"),
            ),
        ] {
            println!("{npm} {npmrc}");
            check_rule("npmrc-token-line", &job(npm, &npmrc));
        }
    }

    #[test]
    fn a_workspace_reads_the_file_of_the_root() {
        const LINE: &str = "//registry.npmjs.org/:_authToken=";
        let marked = |command: &str| {
            format!(
                "{LINE}\n{} error💡[npmrc-token-line]: This empty token hides the one from trusted publishing: `{command}` will fail with ENEEDAUTH\n",
                "^".repeat(LINE.len())
            )
        };
        let repository = |step: &str, workspaces: &str, npmrc: &str| {
            job("11.19.1", npmrc)
                .replace("npm publish\n        env: { EMPTY: '' }", step)
                .replace(
                    "\"name\": \"w\",",
                    &format!("\"name\": \"root\", {workspaces} \"private\": true,"),
                )
                + "#- packages/a/package.json\n{ \"name\": \"a\", \"version\": \"1.0.0\", \"repository\": \"a/w\" }\n"
        };
        let in_folder = "npm publish\n        working-directory: packages/a";
        let globs = "\"workspaces\": [\"packages/*\"],";
        let of_nx = "\"devDependencies\": { \"nx\": \"23.3.1\" },";
        check_rule(
            "npmrc-token-line",
            &repository(in_folder, globs, &marked("npm publish")),
        );
        let nx = repository("npx nx release publish", of_nx, &marked("nx release publish"))
            + "#- nx.json\n{ \"release\": { \"projects\": [\"packages/*\"] } }\n";
        check_rule("npmrc-token-line", &nx);
        // A folder that is not a workspace is a project of its own.
        check_rule(
            "npmrc-token-line",
            &repository(in_folder, "", &format!("{LINE}\n")),
        );
    }

    #[test]
    fn which_npm_publishes_may_not_be_known() {
        let npmrc = "//registry.npmjs.org/:_authToken=\n\
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning💡[npmrc-token-line]: This empty token hides the one from trusted \
                     publishing: `npm publish` may fail\n";
        check_rule("npmrc-token-line", &job("${{ inputs.npm }}", npmrc));
    }

    #[test]
    fn the_empty_line_is_removed() {
        check_fix(
            "npmrc-token-line",
            &job(
                "11.19.1",
                "save-exact=true\n//registry.npmjs.org/:_authToken=\n# kept\n",
            ),
            &job("11.19.1", "save-exact=true\n# kept\n"),
        );
    }
}
