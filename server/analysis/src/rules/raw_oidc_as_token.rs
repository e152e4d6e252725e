use crate::checker::prelude::*;
use crate::fixes::token::remove_token;

declare_rule! {
    /// ## What it does
    ///
    /// Reports GitHub's ID token used as an npm token: a script requests it and passes it on as `NODE_AUTH_TOKEN` or as an
    /// `_authToken`.
    ///
    /// ## Why it matters
    ///
    /// The ID token identifies the workflow. The registry does not accept a publish with it. It has to be exchanged first, for
    /// each package, which npm does by itself from 11.5.1 on. Sent unchanged, it is an invalid token:
    ///
    /// ```text
    /// npm error code E404
    /// npm notice Access token expired or revoked. Please try logging in again.
    /// ```
    ///
    /// If npm is new enough, the publish works anyway.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           registry-url: https://registry.npmjs.org
    ///       - id: oidc
    ///         run: |
    ///           TOKEN=$(curl -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL" | jq -r .value)
    ///           echo "token=$TOKEN" >> "$GITHUB_OUTPUT"
    ///       - run: npm publish
    ///         env:
    ///           NODE_AUTH_TOKEN: ${{ steps.oidc.outputs.token }}
    /// ```
    ///
    /// ## Fix
    ///
    /// Let npm get the token.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           registry-url: https://registry.npmjs.org
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.github.com/en/actions/concepts/security/openid-connect>
    RAW_OIDC_AS_TOKEN {
        id: "raw-oidc-as-token",
        summary: "GitHub's ID token is not an npm token.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        if !site.target.is_npm() {
            continue;
        }
        for token in &site.credentials.raw_id_tokens {
            let severity = match (site.intent(), site.can_exchange()) {
                (Intent::Oidc, Truth::No) => Severity::Error,
                (Intent::Oidc, Truth::Maybe) => Severity::Warning,
                _ => Severity::Information,
            };
            let (name, command) = (&token.name, &site.publishing_tool.command);
            let what = match severity {
                Severity::Error => format!("`{command}` will fail"),
                Severity::Warning => format!("`{command}` may fail"),
                _ => format!("the publish does not use `{name}`"),
            };
            let message = format!("GitHub's ID token is not an npm token: {what}");
            let diagnostic = RAW_OIDC_AS_TOKEN
                .at(&token.place, severity, message)
                .help(format!(
                    "npm 11.5.1 and later exchanges the ID token itself. Remove `{name}`."
                ))
                .related(&site.place, "published here")
                .fix(remove_token(context, site, token));
            findings.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    const RULE: &str = "raw-oidc-as-token";
    const REQUEST: &str =
        "curl \"$ACTIONS_ID_TOKEN_REQUEST_URL&audience=npm:registry.npmjs.org\" | jq -r .value";

    fn job(node: &str, steps: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node}, registry-url: 'https://registry.npmjs.org' }}
{steps}"
        )
    }

    /// A step that passes the token on, and one that publishes with it.
    fn through_output(mark: &str) -> String {
        format!(
            "      - id: oidc\n        run: |\n          T=$({REQUEST})\n          echo \"token=$T\" >> $GITHUB_OUTPUT\n      - run: npm \
             publish\n        env:\n          NODE_AUTH_TOKEN: ${{{{ steps.oidc.outputs.token }}}}\n{mark}"
        )
    }

    #[test]
    fn an_old_npm_sends_it() {
        let mark =
            |text: &str| format!("#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ {text}\n");
        let error = mark(
            "error💡?[raw-oidc-as-token]: GitHub's ID token is not an npm token: `npm publish` will fail",
        );
        check_rule(RULE, &job("22", &through_output(&error)));
        let harmless = mark(
            "information💡?[raw-oidc-as-token]: GitHub's ID token is not an npm token: the publish does not use `NODE_AUTH_TOKEN`",
        );
        check_rule(RULE, &job("24", &through_output(&harmless)));
    }

    #[test]
    fn it_is_followed_into_files_and_commands() {
        let npmrc = format!(
            "      - run: |\n          T=$({REQUEST})\n          npm config set //registry.npmjs.org/:_authToken \"$T\"\n#         \
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error💡?[raw-oidc-as-token]\n          npm publish\n"
        );
        check_rule(RULE, &job("22", &npmrc));
        let exported = format!(
            "      - run: |\n          T=$({REQUEST})\n          export NODE_AUTH_TOKEN=$T\n#         ^^^^^^^^^^^^^^^^^^^^^^^^^ \
             error💡?[raw-oidc-as-token]\n          npm publish\n"
        );
        check_rule(RULE, &job("22", &exported));
        let javascript = "      - id: t\n        uses: actions/github-script@v8\n        with:\n          script: |\n            \
                          core.setOutput('token', await core.getIDToken('npm:registry.npmjs.org'))\n      - run: npm publish\n        \
                          env:\n          NODE_AUTH_TOKEN: ${{ steps.t.outputs.token }}\n#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \
                          error💡?[raw-oidc-as-token]\n";
        check_rule(RULE, &job("22", javascript));
    }

    #[test]
    fn an_exchanged_token_is_not_reported() {
        let exchanged = format!(
            "      - run: |\n          T=$({REQUEST})\n          export NODE_AUTH_TOKEN=$(curl -d \"$T\" \
             https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/w)\n          npm publish\n"
        );
        check_rule(RULE, &job("22", &exchanged));
        check_rule("npm-too-old-node", &job("22", &exchanged));
    }

    #[test]
    fn the_variable_is_removed() {
        let after = through_output("").replace(
            "        env:\n          NODE_AUTH_TOKEN: ${{ steps.oidc.outputs.token }}\n",
            "",
        );
        check_fix(RULE, &job("24", &through_output("")), &job("24", &after));
    }
}
