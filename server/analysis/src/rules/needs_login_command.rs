use crate::checker::npm_version::npm_name;
use crate::checker::prelude::*;
use crate::knowledge::npm_releases::DIST_TAG_MINIMUM_11;
use crate::publish::RegistryCommand;
use crate::publish::Tool;

declare_rule! {
    /// ## What it does
    ///
    /// Reports commands that need somebody who is logged in, in a job that has trusted publishing and no token: `npm whoami`,
    /// `dist-tag add`, `deprecate`, `unpublish`, `owner add`, `access set`. And publishing tools that run `npm whoami`
    /// themselves before they publish.
    ///
    /// ## Why it matters
    ///
    /// Trusted publishing gives npm a token for one publish. Nobody is logged in before it or after it:
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in.
    /// ```
    ///
    /// or, where an `.npmrc` has a token line, `E401`. For `npm dist-tag`, npm makes the exchange from 11.21.0 and 12.2.0 on.
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
    ///       - run: npm whoami
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Leave the command out; `npm publish --dry-run --loglevel verbose` shows whether the exchange works. To publish under
    /// a dist-tag use `npm publish --tag`, and move tags later with a newer npm, or with a token in that step alone. release-it
    /// does not ask with `npm.skipChecks`, np from version 11 on.
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
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://github.com/release-it/release-it/blob/main/docs/npm.md>
    NEEDS_LOGIN_COMMAND {
        id: "needs-login-command",
        summary: "The command needs a login, and trusted publishing is none.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for command in context.registry_commands {
        if let Some(diagnostic) = of_command(command) {
            findings.push(diagnostic);
        }
    }
    for site in context.sites {
        if site.publisher.asks_for_token == Truth::Yes
            && site.publisher.exchange != Exchange::Nobody
            && has_only_id_token(site)
        {
            let message = format!(
                "`{}` will fail before it publishes: it asks for a token first, and trusted publishing has none then; {}",
                site.publisher.command,
                advice(site)
            );
            findings.push(NEEDS_LOGIN_COMMAND.at(&site.place, Severity::Error, message));
        }
    }
}

fn has_only_id_token(site: &Site<'_>) -> bool {
    site.target.is_npm()
        && site.identity.id_token.grant == Grant::Yes
        && site.intent() == Intent::Oidc
        && !site.publisher.is_guess
}

fn of_command(command: &RegistryCommand<'_>) -> Option<crate::diagnostic::Diagnostic> {
    let site = &command.site;
    let name = &site.publisher.command;
    if site.outcome.ignored_failure.is_some() || !site.target.is_npm() {
        return None;
    }
    if site.credentials.has_exchanged_token && command.is_dist_tag {
        let message = format!(
            "`{name}` may fail with E401: the token that the id token was exchanged for is made for publishing; use \
             `npm publish --tag`, or give this command a token of its own"
        );
        return Some(NEEDS_LOGIN_COMMAND.at(&site.place, Severity::Warning, message));
    }
    if !has_only_id_token(site) {
        return None;
    }
    let error = match (site.credentials.npmrc.sends_placeholder, command.is_dist_tag) {
        (Truth::No, false) => "ENEEDAUTH",
        (Truth::Maybe, false) => "ENEEDAUTH or E401",
        _ => "E401",
    };
    let message = if command.is_dist_tag {
        match command.npm_exchanges() {
            Truth::No => format!(
                "`{name}` will fail with {error}: this is {}, which makes the exchange for a publish only; use \
                 `npm publish --tag`, or npm {} or newer",
                npm_name(site),
                *DIST_TAG_MINIMUM_11
            ),
            _ => return None,
        }
    } else {
        format!(
            "`{name}` will fail with {error}: trusted publishing covers the publish only, and nobody is logged in; leave \
             it out, or give this command a token of its own"
        )
    };
    Some(NEEDS_LOGIN_COMMAND.at(&site.place, Severity::Error, message))
}

fn advice(site: &Site<'_>) -> String {
    match site.publisher.tool {
        Tool::ReleaseIt => "set `npm.skipChecks` in its configuration, or add `--npm.skipChecks`".to_owned(),
        Tool::Np => "np does not from 11.0.0 on: update it".to_owned(),
        Tool::OssjsRelease => "@ossjs/release does not from 0.10.1 on: update it".to_owned(),
        Tool::Publib => "set `NPM_TRUSTED_PUBLISHER: 'true'` for it".to_owned(),
        _ => "give it a token of its own".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "needs-login-command";

    /// The step is line 9, and its words start at column 13.
    fn job(node: &str, step: &str) -> String {
        format!(
            "#- .github/workflows/release.yml\non: push\npermissions: {{ contents: read, id-token: write }}\njobs:\n  tag:\n    runs-on: \
             ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: {node}, registry-url: \
             'https://registry.npmjs.org' }}\n{step}"
        )
    }

    #[test]
    fn nobody_is_logged_in() {
        check_rule(
            RULE,
            &job(
                "24",
                "      - run: npm whoami\n#            ^^^^^^^^^^ error[needs-login-command]: `npm whoami` will fail with E401: …\n",
            ),
        );
        check_rule(
            RULE,
            &job("24", "      - run: npm deprecate w@1 old\n        env: { NODE_AUTH_TOKEN: '' }\n").replace(
                "old\n",
                "old\n#            ^^^^^^^^^^^^^ error[needs-login-command]: `npm deprecate` will fail with ENEEDAUTH: …\n",
            ),
        );
    }

    #[test]
    fn publib_asks_for_a_token_or_its_variable() {
        let mark = "#                ^^^^^^^^^^ error[needs-login-command]: `publib-npm` will fail before it publishes: …\n";
        check_rule(RULE, &job("24", &format!("      - run: npx publib-npm\n{mark}")));
        check_rule(
            RULE,
            &job(
                "24",
                "      - run: npx publib-npm\n        env: { NPM_TRUSTED_PUBLISHER: 'true' }\n",
            ),
        );
    }

    #[test]
    fn newer_releases_of_npm_exchange_for_dist_tag() {
        let step = "      - run: npm dist-tag add w@1.0.0 next\n";
        let mark = "#            ^^^^^^^^^^^^^^^^ error[needs-login-command]: `npm dist-tag add` will fail with E401: this is npm 11.6.1, \
                    which makes the exchange for a publish only; use `npm publish --tag`, or npm 11.21.0 or newer\n";
        check_rule(RULE, &job("24.11.0", &format!("{step}{mark}")));
        for npm in ["11.21.0", "12.2.0", "^11.5.1"] {
            check_rule(
                RULE,
                &job("24", &format!("      - run: npm i -g npm@{npm}\n{step}")),
            );
        }
    }

    #[test]
    fn a_token_or_something_unread_may_log_in() {
        let token = "        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
        for step in [
            format!("      - run: npm whoami\n{token}"),
            "      - run: npm whoami || true\n".to_owned(),
            "      - run: if npm whoami; then echo yes; fi\n".to_owned(),
            "      - uses: acme/npm-login@v1\n      - run: npm whoami\n".to_owned(),
            "      - run: npm whoami --registry https://npm.example.com\n".to_owned(),
            "      - run: npm dist-tag ls w\n".to_owned(),
        ] {
            check_rule(RULE, &job("24", &step));
        }
        let no_id_token = job("24", "      - run: npm whoami\n").replace(", id-token: write", "");
        check_rule(RULE, &no_id_token);
    }

    #[test]
    fn an_exchanged_token_is_for_publishing() {
        let step = "      - run: |\n          A=$(curl \"$ACTIONS_ID_TOKEN_REQUEST_URL&audience=npm:registry.npmjs.org\" | jq -r .value)\n          \
                    export NODE_AUTH_TOKEN=$(curl -X POST -H \"Authorization: Bearer $A\" \
                    https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/w)\n          npm publish\n          npm dist-tag add w@1.0.0 \
                    next\n#         ^^^^^^^^^^^^^^^^ warning[needs-login-command]: `npm dist-tag add` may fail with E401: …\n";
        check_rule(RULE, &job("24", step));
    }

    #[test]
    fn some_tools_ask_first() {
        let marked = "      - run: npx release-it\n#                ^^^^^^^^^^ error[needs-login-command]: `release-it` will fail before it \
                      publishes: it asks for a token first, and trusted publishing has none then; set `npm.skipChecks` in its configuration, \
                      or add `--npm.skipChecks`\n";
        check_rule(RULE, &job("24", marked));
        check_rule(RULE, &job("24", "      - run: npx release-it --npm.skipChecks\n"));
        let np = "      - run: npx np@10\n#                ^^^^^ error[needs-login-command]: `np` will fail before it publishes: …\n";
        check_rule(RULE, &job("24", np));
        check_rule(RULE, &job("24", "      - run: npx np@11\n"));
    }
}
