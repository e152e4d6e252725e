use crate::checker::prelude::*;
use crate::publish::{Credential, CredentialSource, Outcome};

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
        fix: None,
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
                .related(&site.place, "this is where it publishes");
            findings.push(diagnostic);
        }
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
    match name.as_str() {
        "NODE_AUTH_TOKEN" if site.credentials.registry_url.is_some() => format!(
            "`{name}` has no effect: setup-node's `registry-url` has it read for another registry{otherwise}; remove the \
             variable, or set `registry-url` to https://registry.npmjs.org"
        ),
        "NODE_AUTH_TOKEN" => format!(
            "`{name}` has no effect: without a `registry-url` no `.npmrc` line reads it{otherwise}; remove the variable, or \
             add `registry-url` to publish with the token"
        ),
        _ => format!(
            "`{name}` has no effect: npm does not know it, and no `.npmrc` line reads it{otherwise}; remove the variable, or \
             pass it as `NODE_AUTH_TOKEN` beside setup-node's `registry-url`"
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

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
            check_rule(RULE, &job(", id-token: write", "24.11.0", &last(&told)));
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
}
