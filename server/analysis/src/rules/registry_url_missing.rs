use crate::checker::prelude::*;
use crate::fixes::token::{pass_token_as, remove_token};
use crate::publish::{Credential, CredentialSource, GivenToken, Outcome};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step with a token in a variable that nothing reads: `NODE_AUTH_TOKEN` if no setup-node step of the
    /// job has a `registry-url` and no `.npmrc` mentions the variable, or `NPM_TOKEN`, which npm does not read.
    ///
    /// It does not demand a `registry-url`: trusted publishing needs none.
    ///
    /// ## Why it matters
    ///
    /// npm itself reads neither variable. It reads `NODE_AUTH_TOKEN` through the line that setup-node writes to an `.npmrc`
    /// if it has a `registry-url`. Without such a line the token has no effect, and if trusted publishing does not work
    /// either, the publish fails with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// changesets/action v1 writes `NPM_TOKEN` to `~/.npmrc`. If setup-node has a `registry-url`, npm reads another file, and
    /// the publish fails with `E404`.
    ///
    /// Other tools read their token from elsewhere:
    ///
    /// | tool | reads its token from |
    /// |---|---|
    /// | npm, pnpm up to 10, pnpm from 11.0.9 on, Yarn 1, lerna, release-it, nx, changesets | `.npmrc`, for example setup-node's line for `NODE_AUTH_TOKEN` |
    /// | pnpm 11.0.0 to 11.0.8 | `.npmrc` of the project and `~/.npmrc`, not setup-node's file |
    /// | `yarn npm publish` | `.yarnrc.yml` and `YARN_NPM_AUTH_TOKEN`, not `.npmrc` |
    /// | `bun publish` | `NPM_CONFIG_TOKEN`, `bunfig.toml` and `.npmrc`; Bun 1.2 not in setup-node's file |
    /// | semantic-release | `.npmrc` and `NPM_TOKEN` |
    /// | JS-DevTools/npm-publish | its input `token`; it sets `NODE_AUTH_TOKEN` itself |
    ///
    /// Without a token, Yarn fails with `YN0033`, and semantic-release with `ENONPMTOKEN`.
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
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    ///         env:
    ///           NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
    /// ```
    ///
    /// ## Fix
    ///
    /// For trusted publishing, remove the variable. To publish with the token, give setup-node a `registry-url`.
    ///
    ///
    /// ```yaml,good
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
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
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node/blob/main/docs/advanced-usage.md#publish-to-npmjs-and-gpr-with-npm>
    REGISTRY_URL_MISSING {
        id: "registry-url-missing",
        summary: "A token is set in a variable that nothing reads.",
        severity: Information,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        // Another rule reports why semantic-release ignores its token.
        let is_passed_over = site.takes_placeholder_for_token() == Truth::Yes;
        if !site.target.is_npm()
            || site.publishing_tool.is_guess
            || site.credentials.may_have_others
            || is_passed_over
        {
            continue;
        }
        let is_cause = is_cause_of_failure(site);
        let tokens = site.credentials.tokens.iter();
        for credential in tokens.filter(|credential| !site.can_use(credential)) {
            // A job may have it for another step.
            let is_for_step = matches!(
                credential.source,
                CredentialSource::StepEnv
                    | CredentialSource::CommandEnv
                    | CredentialSource::CommandFlag
                    | CredentialSource::CallingStepEnv
            );
            if !is_cause && !is_for_step && credential.name != "NODE_AUTH_TOKEN" {
                continue;
            }
            let severity = if is_cause {
                Severity::Error
            } else {
                Severity::Information
            };
            let (reason, remedy) = reason(site, &credential.name);
            let diagnostic = REGISTRY_URL_MISSING
                .at(&credential.place, severity, message(site, credential))
                .help(format!("{reason}. {remedy}."))
                .related(&site.place, "published here")
                .fix(fix(context, site, credential, is_cause));
            findings.push(diagnostic);
        }
    }
}

/// If the step would publish with the token, the fix uses the name that the tool reads. Otherwise the token is not needed.
fn fix(context: &CheckContext<'_>, site: &Site<'_>, credential: &Credential, is_cause: bool) -> Option<Fix> {
    match (is_cause, site.publishing_tool.token_places.given) {
        (true, GivenToken::Variable(variable)) => pass_token_as(context, credential, variable),
        (false, _) if site.outcome.prediction.outcome == Outcome::Oidc => {
            remove_token(context, site, credential)
        }
        _ => None,
    }
}

/// Whether the step is meant to publish with a token and fails because it has none.
pub(crate) fn is_cause_of_failure(site: &Site<'_>) -> bool {
    site.has_only_unread_tokens()
        && site.outcome.prediction.outcome == Outcome::Fails
        // A package that the registry always refuses has another cause.
        && site
            .outcome
            .prediction
            .error
            .is_none_or(NpmError::is_for_want_of_credential)
}

fn message(site: &Site<'_>, credential: &Credential) -> String {
    let (command, name) = (&site.publishing_tool.command, &credential.name);
    let error = site.outcome.prediction.error;
    let end = match error {
        Some(error) => format!("`{command}` will fail with {error}"),
        None => format!("`{command}` will fail"),
    };
    match site.outcome.prediction.outcome {
        Outcome::Fails if is_cause_of_failure(site) => format!("`{name}` has no effect: {end}"),
        Outcome::Fails if error.is_some_and(NpmError::is_for_want_of_credential) => {
            format!("`{name}` has no effect, and {end}")
        }
        Outcome::Oidc => {
            format!("`{name}` has no effect, and `{command}` needs no token for trusted publishing")
        }
        _ => format!("`{name}` has no effect on `{command}`"),
    }
}

/// Why the tool does not read a variable, and what helps.
fn reason(site: &Site<'_>, name: &str) -> (String, String) {
    let places = &site.publishing_tool.token_places;
    let (tool, version) = site.publishing_tool.last();
    let setup_node = site.credentials.registry_url.as_ref();
    let is_written_by_action = site.credentials.registry_url.is_some()
        && name == "NPM_TOKEN"
        && site
            .step
            .step
            .uses
            .as_ref()
            .is_some_and(|uses| uses.value.starts_with("changesets/action"));
    if is_written_by_action {
        return (
            "The action writes it to `~/.npmrc`, but with setup-node's `registry-url`, npm does not read that file"
                .to_owned(),
            "Remove the variable, or pass it as `NODE_AUTH_TOKEN`".to_owned(),
        );
    }
    let remedy = match places.given {
        GivenToken::Variable(variable) => format!("Remove the variable, or pass the token as `{variable}`"),
        GivenToken::Input(input) => {
            format!("Remove the variable, or pass the token in the input `{input}`")
        }
        GivenToken::SetupNode if name == "NODE_AUTH_TOKEN" => match setup_node {
            Some(_) => "Remove the variable, or set `registry-url` to https://registry.npmjs.org".to_owned(),
            None => "Remove the variable, or add `registry-url` to publish with the token".to_owned(),
        },
        GivenToken::SetupNode => {
            "Remove the variable, or pass it as `NODE_AUTH_TOKEN` with setup-node's `registry-url`".to_owned()
        }
    };
    let is_of_setup = name == "NODE_AUTH_TOKEN" && setup_node.is_some();
    match places.given {
        GivenToken::Input(input) if name == "NODE_AUTH_TOKEN" => {
            let reason = format!("{tool} sets it itself to the value of its input `{input}`");
            return (reason, remedy);
        }
        _ if places.project_npmrc.is_no() => {
            let reason = format!("{tool} reads neither this variable nor an `.npmrc` file");
            return (reason, remedy);
        }
        GivenToken::SetupNode if is_of_setup && places.userconfig.is_no() => {
            let version = version.map(|version| format!(" {version}")).unwrap_or_default();
            let reason = format!("{tool}{version} does not read the `.npmrc` that setup-node writes");
            return (reason, format!("Remove the variable, or update {tool}"));
        }
        _ => {}
    }
    let reason = match name {
        "NODE_AUTH_TOKEN" if is_of_setup && places.userconfig.is_no() => {
            format!("{tool} does not read the `.npmrc` that setup-node writes")
        }
        "NODE_AUTH_TOKEN" if is_of_setup => {
            "setup-node's `registry-url` uses it for another registry".to_owned()
        }
        "NODE_AUTH_TOKEN" => "Without a `registry-url`, no `.npmrc` line reads it".to_owned(),
        _ => format!("{tool} does not read it, and no `.npmrc` line does"),
    };
    (reason, remedy)
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "registry-url-missing";

    fn job(grant: &str, node: &str, last: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read{grant} }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node} }}
{last}#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
        )
    }

    #[test]
    fn a_variable_that_nothing_reads_is_reported() {
        for name in ["NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN"] {
            let last = |mark: &str| {
                format!(
                    "      - run: npm publish\n        env:\n          {name}: ${{{{ secrets.T }}}}\n{mark}"
                )
            };
            let carets = "^".repeat(name.len() + 2 + "${{ secrets.T }}".len());
            let error = format!("#         {carets} error[registry-url-missing]: `{name}` has no effect…\n");
            let told = error.replace("error[", "information[");
            check_rule(RULE, &job("", "24.11.0", &last(&error)));
            let removable = told.replace("information", "information💡?");
            check_rule(RULE, &job(", id-token: write", "24.11.0", &last(&removable)));
            check_rule(RULE, &job(", id-token: write", "20", &last(&told)));
            check_sites(
                &job(", id-token: write", "24.11.0", &last("")),
                "release.yml:9 publish; outcome=oidc",
            );
            check_sites(
                &job(", id-token: write", "20", &last("")),
                "release.yml:9 publish; outcome=fails; error=ENEEDAUTH",
            );
        }
    }

    #[test]
    fn a_package_that_is_always_refused_has_another_cause() {
        // A placeholder is sent, so npm gets as far as the package.
        let env = "      - run: npm publish\n        env: { NPM_TOKEN: '${{ secrets.T }}' }\n";
        let told = "#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[registry-url-missing]: `NPM_TOKEN` has no effect on `npm publish`\n\
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ help[registry-url-missing]: npm does not read it, and no `.npmrc` line does. Remove the variable, \
                    or pass it as `NODE_AUTH_TOKEN` with setup-node's `registry-url`.\n";
        let private = job(
            "",
            "24.11.0, registry-url: 'https://registry.npmjs.org'",
            &format!("{env}{told}"),
        )
        .replace("\"name\"", "\"private\": true, \"name\"");
        check_rule(RULE, &private);
        check_rule(
            "private-true",
            &private
                .replace(told, "")
                .replace("true,", "true,\n//           ^^^^ error💡?[private-true]: …\n"),
        );
    }

    #[test]
    fn a_variable_that_something_may_read_is_not_reported() {
        let publish = "      - run: npm publish\n        env: { NPM_TOKEN: '${{ secrets.T }}' }\n";
        check_rule(
            RULE,
            &(job("", "24.11.0", publish) + "#- .npmrc\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"),
        );
        for before in [
            "      - uses: acme/setup-node-project@v1\n",
            "      - run: echo '//registry.npmjs.org/:_authToken=${NPM_TOKEN}' > .npmrc\n",
            "      - run: cp ci/npmrc .npmrc\n",
            "      - run: ./login.sh\n        env: { NPM_TOKEN: '${{ secrets.T }}' }\n",
        ] {
            check_rule(RULE, &job("", "24.11.0", &format!("{before}{publish}")));
        }
        // Another step may need it.
        let of_job = job(", id-token: write", "24.11.0", "      - run: npm publish\n").replace(
            "    steps:",
            "    env: { NPM_TOKEN: '${{ secrets.T }}' }\n    steps:",
        );
        check_rule(RULE, &of_job);
        check_rule(
            RULE,
            &job(
                "",
                "24.11.0",
                &publish.replace("npm publish", "npx semantic-release"),
            ),
        );
    }

    #[test]
    fn an_action_writes_it_to_a_file_that_npm_does_not_read() {
        let last = |mark: &str| {
            format!(
                "      - uses: changesets/action@v1\n        with: {{ publish: npx changeset publish }}\n        env:\n          \
                 NPM_TOKEN: ${{{{ secrets.T }}}}\n{mark}"
            )
        };
        check_sites(
            &job("", "24.11.0", &last("")),
            "release.yml:10 publish; outcome=token",
        );
        let error = "#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-url-missing]: `NPM_TOKEN` has no effect: …\n#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ help[registry-url-missing]: The action writes it to `~/.npmrc`, …\n";
        let fixture = |mark: &str| {
            job("", "24.11.0", &last(mark))
                .replace("24.11.0", "24.11.0, registry-url: 'https://registry.npmjs.org'")
        };
        check_rule(RULE, &fixture(error));
        check_sites(&fixture(""), "release.yml:10 publish; outcome=fails; error=E404");
        let both = fixture("").replace(
            "          NPM_TOKEN",
            "          NODE_AUTH_TOKEN: x\n          NPM_TOKEN",
        );
        check_sites(&both, "release.yml:10 publish; outcome=token");
    }

    #[test]
    fn the_fix_uses_the_name_that_the_tool_reads() {
        let publish =
            |manager: &str, command: &str, variable: &str, mark: &str| {
                job(
                "",
                "24.11.0, registry-url: 'https://registry.npmjs.org'",
                &format!(
                    "      - run: {command}\n        env:\n          {variable}: ${{{{ secrets.T }}}}\n{mark}"
                ),
            )
            .replace("\"version\"", &format!("\"packageManager\": \"{manager}\", \"version\""))
            };
        for (manager, command, variable, message, help) in [
            (
                "yarn@4.18.1",
                "yarn npm publish",
                "YARN_NPM_AUTH_TOKEN",
                "`NODE_AUTH_TOKEN` has no effect: `yarn npm publish` will fail with YN0033",
                "yarn reads neither this variable nor an `.npmrc` file. Remove the variable, or pass the token as `YARN_NPM_AUTH_TOKEN`.",
            ),
            (
                "bun@1.2.23",
                "bun publish",
                "NPM_CONFIG_TOKEN",
                "`NODE_AUTH_TOKEN` has no effect: `bun publish` will fail",
                "bun does not read the `.npmrc` that setup-node writes. Remove the variable, or pass the token as `NPM_CONFIG_TOKEN`.",
            ),
        ] {
            let mark = format!(
                "#         {carets} error💡?[registry-url-missing]: {message}\n#         {carets} help[registry-url-missing]: {help}\n",
                carets = "^".repeat(33)
            );
            check_rule(RULE, &publish(manager, command, "NODE_AUTH_TOKEN", &mark));
            check_fix(
                RULE,
                &publish(manager, command, "NODE_AUTH_TOKEN", ""),
                &publish(manager, command, variable, ""),
            );
            check_rule(RULE, &publish(manager, command, variable, ""));
        }
        let old_pnpm = format!(
            "#         {carets} error[registry-url-missing]: `NODE_AUTH_TOKEN` has no effect: `pnpm publish` will fail with E404\n\
             #         {carets} help[registry-url-missing]: pnpm 11.0.8 does not read the `.npmrc` that setup-node writes. Remove the \
             variable, or update pnpm.\n",
            carets = "^".repeat(33)
        );
        let command = "pnpm publish --no-git-checks";
        check_rule(
            RULE,
            &publish("pnpm@11.0.8", command, "NODE_AUTH_TOKEN", &old_pnpm),
        );
        check_rule(RULE, &publish("pnpm@11.0.9", command, "NODE_AUTH_TOKEN", ""));
    }
}
