use crate::checker::prelude::*;
use crate::fixes::token::{pass_token_as, remove_token};
use crate::publish::{Credential, CredentialSource, GivenToken, Outcome};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step that is given a token in a variable that nothing reads: `NODE_AUTH_TOKEN` while no
    /// setup-node step of the job has a `registry-url` and no `.npmrc` mentions the variable, or `NPM_TOKEN`, which npm
    /// does not know.
    ///
    /// It does not ask for a `registry-url`: trusted publishing needs none.
    ///
    /// ## Why it matters
    ///
    /// npm itself reads neither variable. `NODE_AUTH_TOKEN` is read through the line that setup-node writes to an `.npmrc`
    /// when it is given a `registry-url`. Without such a line the token has no effect, and where trusted publishing does
    /// not work either, the publish ends with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// changesets/action v1 writes `NPM_TOKEN` to `~/.npmrc`. Where setup-node has a `registry-url`, npm reads another file,
    /// and the publish ends with `E404`.
    ///
    /// Other tools look for their token elsewhere:
    ///
    /// | tool | finds its token in |
    /// |---|---|
    /// | npm, pnpm up to 10, pnpm from 11.0.9 on, Yarn 1, lerna, release-it, nx, changesets | `.npmrc`, for example setup-node's line for `NODE_AUTH_TOKEN` |
    /// | pnpm 11.0.0 to 11.0.8 | `.npmrc` of the project and `~/.npmrc`, not setup-node's file |
    /// | `yarn npm publish` | `.yarnrc.yml` and `YARN_NPM_AUTH_TOKEN`, not `.npmrc` |
    /// | `bun publish` | `NPM_CONFIG_TOKEN`, `bunfig.toml` and `.npmrc`; Bun 1.2 not in setup-node's file |
    /// | semantic-release | `.npmrc` and `NPM_TOKEN` |
    /// | JS-DevTools/npm-publish | its input `token`; it sets `NODE_AUTH_TOKEN` itself |
    ///
    /// Yarn ends with `YN0033` without one, and semantic-release with `ENONPMTOKEN`.
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
        // Another rule says why semantic-release passes its token over.
        let is_passed_over = site.takes_placeholder_for_token() == Truth::Yes;
        if !site.target.is_npm()
            || site.publisher.is_guess
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
                CredentialSource::StepEnv | CredentialSource::CommandEnv | CredentialSource::CallingStepEnv
            );
            if !is_cause && !is_for_step && credential.name != "NODE_AUTH_TOKEN" {
                continue;
            }
            let severity = if is_cause {
                Severity::Error
            } else {
                Severity::Information
            };
            let diagnostic = REGISTRY_URL_MISSING
                .at(&credential.place, severity, message(site, credential))
                .related(&site.place, "this is where it publishes")
                .fix(fix(context, site, credential, is_cause));
            findings.push(diagnostic);
        }
    }
}

/// Where the token is what the step would publish with, it gets the name that the tool reads. Otherwise it is not needed.
fn fix(context: &CheckContext<'_>, site: &Site<'_>, credential: &Credential, is_cause: bool) -> Option<Fix> {
    match (is_cause, site.publisher.token_places.given) {
        (true, GivenToken::Variable(variable)) => pass_token_as(context, credential, variable),
        (false, _) if site.outcome.prediction.outcome == Outcome::Oidc => {
            remove_token(context, site, credential)
        }
        _ => None,
    }
}

/// Whether the step is meant to publish with a token and fails because it has none.
pub(crate) fn is_cause_of_failure(site: &Site<'_>) -> bool {
    site.intent() == Intent::Oidc
        && site.identity.id_token.grant == Grant::No
        && site.outcome.prediction.outcome == Outcome::Fails
        // What is refused whatever it is published with has another cause.
        && site
            .outcome
            .prediction
            .error
            .is_none_or(NpmError::is_for_want_of_credential)
}

fn message(site: &Site<'_>, credential: &Credential) -> String {
    let (command, name) = (&site.publisher.command, &credential.name);
    let end = match site.outcome.prediction.error {
        Some(error) => format!("ends with {error}"),
        None => "fails".to_owned(),
    };
    let error = site.outcome.prediction.error;
    let otherwise = match (site.outcome.prediction.outcome, site.identity.id_token.grant) {
        (Outcome::Fails, _) if is_cause_of_failure(site) => format!(", so `{command}` {end}"),
        (Outcome::Fails, _) if error.is_some_and(NpmError::is_for_want_of_credential) => {
            format!(", and `{command}` {end}")
        }
        (Outcome::Fails, _) => String::new(),
        (Outcome::Oidc, _) => format!(", and `{command}` needs none for trusted publishing"),
        _ => String::new(),
    };
    let is_written_by_action = site.credentials.registry_url.is_some()
        && name == "NPM_TOKEN"
        && site
            .step
            .step
            .uses
            .as_ref()
            .is_some_and(|uses| uses.value.starts_with("changesets/action"));
    if is_written_by_action {
        return format!(
            "`{name}` has no effect: the action writes it to `~/.npmrc`, but setup-node's `registry-url` makes npm read \
             another file{otherwise}; remove the variable, or pass it as `NODE_AUTH_TOKEN`"
        );
    }
    let (reason, remedy) = reason(site, name);
    format!("`{name}` has no effect: {reason}{otherwise}; {remedy}")
}

/// Why the tool does not read a variable, and what helps.
fn reason(site: &Site<'_>, name: &str) -> (String, String) {
    let places = &site.publisher.token_places;
    let (tool, version) = site.publisher.last();
    let setup_node = site.credentials.registry_url.as_ref();
    let remedy = match places.given {
        GivenToken::Variable(variable) => format!("remove the variable, or pass the token as `{variable}`"),
        GivenToken::Input(input) => {
            format!("remove the variable, or pass the token in the input `{input}`")
        }
        GivenToken::SetupNode if name == "NODE_AUTH_TOKEN" => match setup_node {
            Some(_) => "remove the variable, or set `registry-url` to https://registry.npmjs.org".to_owned(),
            None => "remove the variable, or add `registry-url` to publish with the token".to_owned(),
        },
        GivenToken::SetupNode => {
            "remove the variable, or pass it as `NODE_AUTH_TOKEN` beside setup-node's `registry-url`"
                .to_owned()
        }
    };
    let is_of_setup = name == "NODE_AUTH_TOKEN" && setup_node.is_some();
    match places.given {
        GivenToken::Input(input) if name == "NODE_AUTH_TOKEN" => {
            let reason = format!("{tool} sets it itself, to what its input `{input}` holds");
            return (reason, remedy);
        }
        _ if places.project_npmrc.is_no() => {
            let reason = format!("{tool} does not read this variable, nor any `.npmrc` file");
            return (reason, remedy);
        }
        GivenToken::SetupNode if is_of_setup && places.userconfig.is_no() => {
            let version = version.map(|version| format!(" {version}")).unwrap_or_default();
            let reason = format!("{tool}{version} does not read the `.npmrc` that setup-node writes");
            return (reason, format!("remove the variable, or update {tool}"));
        }
        _ => {}
    }
    let reason = match name {
        "NODE_AUTH_TOKEN" if is_of_setup && places.userconfig.is_no() => {
            format!("{tool} does not read the `.npmrc` that setup-node writes")
        }
        "NODE_AUTH_TOKEN" if is_of_setup => {
            "setup-node's `registry-url` has it read for another registry".to_owned()
        }
        "NODE_AUTH_TOKEN" => "without a `registry-url` no `.npmrc` line reads it".to_owned(),
        _ => format!("{tool} does not know it, and no `.npmrc` line reads it"),
    };
    (reason, remedy)
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "registry-url-missing";

    fn job(grant: &str, node: &str, last: &str) -> String {
        format!(
            "#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    permissions: {{ \
             contents: read{grant} }}\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: {node} \
             }}\n{last}#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\" }}\n"
        )
    }

    #[test]
    fn a_variable_that_nothing_reads_is_no_token() {
        for name in ["NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN"] {
            let last = |mark: &str| {
                format!(
                    "      - run: npm publish\n        env:\n          {name}: ${{{{ secrets.T }}}}\n{mark}"
                )
            };
            let carets = "^".repeat(name.len() + 2 + "${{ secrets.T }}".len());
            let error =
                format!("#         {carets} error[registry-url-missing]: `{name}` has no effect: …\n");
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
    fn what_is_refused_anyway_has_another_cause() {
        // A placeholder is sent, so npm gets as far as the package.
        let env = "      - run: npm publish\n        env: { NPM_TOKEN: '${{ secrets.T }}' }\n";
        let told = "#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[registry-url-missing]: `NPM_TOKEN` has no effect: npm does not know \
                    it, and no `.npmrc` line reads it; remove the variable, or pass it as `NODE_AUTH_TOKEN` beside setup-node's \
                    `registry-url`\n";
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
    fn what_may_read_it_keeps_the_rule_quiet() {
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
        let error = "#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-url-missing]: `NPM_TOKEN` has no effect: the action writes …\n";
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
    fn the_token_gets_the_name_that_the_tool_reads() {
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
        for (manager, command, variable, message) in [
            (
                "yarn@4.18.1",
                "yarn npm publish",
                "YARN_NPM_AUTH_TOKEN",
                "`NODE_AUTH_TOKEN` has no effect: yarn does not read this variable, nor any `.npmrc` file, so `yarn npm publish` \
                 ends with YN0033; remove the variable, or pass the token as `YARN_NPM_AUTH_TOKEN`",
            ),
            (
                "bun@1.2.23",
                "bun publish",
                "NPM_CONFIG_TOKEN",
                "`NODE_AUTH_TOKEN` has no effect: bun does not read the `.npmrc` that setup-node writes, so `bun publish` fails; …",
            ),
        ] {
            let mark = format!(
                "#         {} error💡?[registry-url-missing]: {message}\n",
                "^".repeat(33)
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
            "#         {} error[registry-url-missing]: `NODE_AUTH_TOKEN` has no effect: pnpm 11.0.8 does not read the `.npmrc` that \
             setup-node writes, so `pnpm publish` ends with E404; remove the variable, or update pnpm\n",
            "^".repeat(33)
        );
        let command = "pnpm publish --no-git-checks";
        check_rule(
            RULE,
            &publish("pnpm@11.0.8", command, "NODE_AUTH_TOKEN", &old_pnpm),
        );
        check_rule(RULE, &publish("pnpm@11.0.9", command, "NODE_AUTH_TOKEN", ""));
    }
}
