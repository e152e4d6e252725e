use std::collections::{HashMap, HashSet};

use crate::checker::npm_version::npm_name;
use crate::checker::prelude::*;
use crate::checker::tool_remedy::update;
use crate::knowledge::npm_releases::DIST_TAG_MINIMUM_11;
use crate::publish::Tool;
use crate::publish::{LoginRefusal, RegistryCommand};
use crate::text::{FilePath, TextRange};
use crate::versions::version::Version;

declare_rule! {
    /// ## What it does
    ///
    /// Reports commands that need a logged-in user, in a job that has trusted publishing and no token: `npm whoami`,
    /// `dist-tag add`, `deprecate`, `unpublish`, `owner add`, `access set`, `token`, `profile`, `trust`, `stage approve`,
    /// `org set`, `team add`, `star`, `logout`. It also reports publishing tools that run `npm whoami` before they publish.
    ///
    /// ## Why it matters
    ///
    /// Trusted publishing gives npm a token for one publish. npm is not logged in before or after it:
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in.
    /// ```
    ///
    /// or, if an `.npmrc` has a token line, `E401`. From 11.21.0 and 12.2.0 on, npm exchanges the ID token for `npm dist-tag` too.
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
    /// Leave out the command. `npm publish --dry-run --loglevel verbose` shows whether the token exchange works. To publish under
    /// a dist-tag, use `npm publish --tag`, and move tags later with a newer npm, or with a token only in that step. release-it
    /// skips the check with `npm.skipChecks`, np from 11.0.2 on.
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
        summary: "This command needs a logged-in user, and trusted publishing does not log in.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let stops = Stops::of(context);
    for command in context.registry_commands {
        // A failure that the job survives may still skip a later step.
        let is_hidden = command.site.outcome.ignored_failure.is_some() && !stops.include(command);
        if let Some(mut diagnostic) = of_command(command).filter(|_| !is_hidden) {
            // If it may not run, or its failure may be hidden, the publish after it may work.
            if may_not_run(&stops, command) || !command.ends_job || stops.is_survived(command) {
                diagnostic.severity = diagnostic.severity.min(Severity::Warning);
            }
            findings.push(diagnostic);
        }
    }
    for site in context.sites {
        if site.publishing_tool.asks_for_token == Truth::Yes
            && site.publishing_tool.exchange != Exchange::Unsupported
            && !site.publishing_tool.needs_token()
            && site.has_only_id_token()
        {
            let message = format!(
                "`{}` requires a token before publishing, which trusted publishing does not provide: it will fail",
                site.publishing_tool.command,
            );
            let diagnostic = NEEDS_LOGIN_COMMAND.at(&site.place, Severity::Error, message);
            findings.push(diagnostic.help(sentence(&remedy(site))));
        }
    }
}

/// Whether a condition decides whether the command runs, and no publish step depends on the same one.
fn may_not_run(stops: &Stops<'_>, command: &RegistryCommand<'_>) -> bool {
    let site = &command.site;
    let is_conditional = !site.step.conditions.is_empty() || site.command.is_conditional;
    is_conditional && !stops.include(command)
}

/// The commands that stop publish steps, and the steps that nothing stops.
#[derive(Default)]
struct Stops<'c> {
    /// What certainly does.
    certain: HashSet<&'c Place>,
    /// In each job and file, where the last publish step begins that nothing stops.
    last_without: HashMap<JobKey<'c>, usize>,
}

/// A job, and the file that contains something of it.
type JobKey<'c> = (Option<TextRange>, &'c FilePath);

fn job_key<'c>(site: &Site<'_>, place: &'c Place) -> JobKey<'c> {
    (site.job.job.map(|job| job.id.range), &place.path)
}

impl<'c> Stops<'c> {
    fn of(context: &'c CheckContext<'_>) -> Self {
        let mut found = Self::default();
        if context.registry_commands.is_empty() {
            return found;
        }
        for site in context.sites {
            let place = &site.place;
            match &site.outcome.stop {
                Some(stop) if stop.is_in_every_run => drop(found.certain.insert(&stop.place)),
                Some(_) => {}
                None => {
                    let last = found.last_without.entry(job_key(site, place)).or_default();
                    *last = place.range.start().max(*last);
                }
            }
        }
        found
    }

    /// Whether the command is what certainly keeps a publish step from being reached.
    fn include(&self, command: &RegistryCommand<'_>) -> bool {
        self.certain.contains(&command.site.place)
    }

    /// Whether a publish step that comes after it in the job runs all the same: `if: always()`.
    fn is_survived(&self, command: &RegistryCommand<'_>) -> bool {
        let place = &command.site.place;
        let last = self.last_without.get(&job_key(&command.site, place));
        last.is_some_and(|last| *last >= place.range.end())
    }
}

fn of_command(command: &RegistryCommand<'_>) -> Option<crate::diagnostic::Diagnostic> {
    let site = &command.site;
    let name = &site.publishing_tool.command;
    let code =
        |error: Option<NpmError>| error.map_or("ENEEDAUTH or E401".to_owned(), |error| error.to_string());
    let (severity, message, help) = match command.refusal()? {
        LoginRefusal::TokenIsForPublishing => (
            Severity::Warning,
            format!("The exchanged token is only for publishing: `{name}` may fail with E401"),
            "Use `npm publish --tag`, or give this command its own token.".to_owned(),
        ),
        LoginRefusal::NpmTooOld(error) => (
            Severity::Error,
            format!(
                "{} exchanges the ID token only for publishing: `{name}` will fail with {}",
                npm_name(site),
                code(error),
            ),
            format!(
                "Use `npm publish --tag`, or npm {} or later.",
                *DIST_TAG_MINIMUM_11
            ),
        ),
        LoginRefusal::NotLoggedIn(error) => (
            Severity::Error,
            format!(
                "Trusted publishing does not log in: `{name}` will fail with {}",
                code(error)
            ),
            "It covers only publishing. Remove this command, or give it its own token.".to_owned(),
        ),
    };
    Some(NEEDS_LOGIN_COMMAND.at(&site.place, severity, message).help(help))
}

fn remedy(site: &Site<'_>) -> String {
    match site.publishing_tool.tool {
        Tool::ReleaseIt => "set `npm.skipChecks` in its configuration, or add `--npm.skipChecks`".to_owned(),
        Tool::Publib => {
            let newer = match &site.publishing_tool.release.version {
                Some(version) if *version < Version::from((0, 2, 1014)) => "update publib to 0.2.1014 and ",
                _ => "",
            };
            format!("{newer}set `NPM_TRUSTED_PUBLISHER: 'true'` for it")
        }
        tool => match tool
            .entry()
            .and_then(|entry| Some((entry.package, entry.asks_no_token_since()?)))
        {
            Some((package, since)) => update(package, &since),
            None => "give it its own token".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    const RULE: &str = "needs-login-command";

    /// The step is line 9, and its words start at column 13.
    fn job(node: &str, step: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  tag:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node}, registry-url: 'https://registry.npmjs.org' }}
{step}"
        )
    }

    #[test]
    fn trusted_publishing_does_not_log_in() {
        check_rule(
            RULE,
            &job(
                "24",
                "      - run: npm whoami\n#            ^^^^^^^^^^ error[needs-login-command]: Trusted publishing does not log in: `npm whoami` will fail with E401\n",
            ),
        );
        check_rule(
            RULE,
            &job("24", "      - run: npm deprecate w@1 old\n        env: { NODE_AUTH_TOKEN: '' }\n").replace(
                "old\n",
                "old\n#            ^^^^^^^^^^^^^ error[needs-login-command]: Trusted publishing does not log in: `npm deprecate` will fail with ENEEDAUTH\n",
            ),
        );
    }

    #[test]
    fn a_hidden_failure_is_a_warning() {
        for (run, mark) in [
            ("echo \"$(npm whoami)\"", "                    ^^^^^^^^^^"),
            ("npm whoami &", "            ^^^^^^^^^^"),
        ] {
            let step = format!(
                "      - run: {run}\n# {} warning[needs-login-command]: Trusted publishing does not log in: `npm whoami` will fail with E401\n",
                mark.get(1..).unwrap_or_default()
            );
            check_rule(RULE, &job("24", &step));
        }
    }

    #[test]
    fn publib_requires_a_token_or_its_variable() {
        let mark = "#                ^^^^^^^^^^ error[needs-login-command]: `publib-npm` requires a token before publishing, …\n";
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
    fn a_publish_after_it_is_not_reached() {
        let outcome = |steps: &str, line: usize, outcome: &str| {
            let expected = format!("release.yml:{line} tag; outcome={outcome}");
            check_sites(&job("24", steps), &expected);
        };
        outcome(
            "      - run: npm whoami\n      - run: npm publish\n",
            10,
            "not-reached",
        );
        outcome(
            "      - run: |\n          npm whoami\n          npm publish\n",
            11,
            "not-reached",
        );
        outcome("      - run: npm publish\n      - run: npm whoami\n", 9, "oidc");
        for condition in ["always()", "'!cancelled()'", "failure()"] {
            let steps =
                format!("      - run: npm whoami\n      - run: npm publish\n        if: {condition}\n");
            check_sites(&job("24", &steps), "release.yml:10 tag; publisher=npm; error=-");
        }
        outcome(
            "      - run: npm whoami || true\n      - run: npm publish\n",
            10,
            "oidc",
        );
        outcome(
            "      - run: if npm whoami; then echo yes; fi\n      - run: npm publish\n",
            10,
            "oidc",
        );
        outcome(
            "      - run: npm whoami\n        if: inputs.check\n      - run: npm publish\n",
            11,
            "unknown",
        );
        outcome(
            "      - uses: acme/npm-login@v1\n      - run: npm whoami\n      - run: npm publish\n",
            11,
            "unknown",
        );
    }

    #[test]
    fn newer_releases_of_npm_exchange_the_id_token_for_dist_tag() {
        let step = "      - run: npm dist-tag add w@1.0.0 next\n";
        let mark = "#            ^^^^^^^^^^^^^^^^ error[needs-login-command]: npm 11.6.1 exchanges the ID token only for publishing: \
                    `npm dist-tag add` will fail with E401\n#            ^^^^^^^^^^^^^^^^ help[needs-login-command]: Use `npm publish --tag`, or npm \
                    11.21.0 or later.\n";
        check_rule(RULE, &job("24.11.0", &format!("{step}{mark}")));
        for npm in ["11.21.0", "12.2.0", "^11.5.1"] {
            check_rule(
                RULE,
                &job("24", &format!("      - run: npm i -g npm@{npm}\n{step}")),
            );
        }
    }

    #[test]
    fn commands_that_may_have_a_token_are_not_reported() {
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
                    next\n#         ^^^^^^^^^^^^^^^^ warning[needs-login-command]: The exchanged token is only for publishing: `npm dist-tag add` may fail with E401\n";
        check_rule(RULE, &job("24", step));
    }

    #[test]
    fn some_tools_require_a_token_first() {
        let marked = "      - run: npx release-it\n#                ^^^^^^^^^^ error[needs-login-command]: `release-it` requires a token before publishing, which trusted publishing does not provide: it will fail\n#                ^^^^^^^^^^ help[needs-login-command]: Set \
                      `npm.skipChecks` in its configuration, or add `--npm.skipChecks`.\n";
        check_rule(RULE, &job("24", marked));
        check_rule(RULE, &job("24", "      - run: npx release-it --npm.skipChecks\n"));
        let np = "      - run: npx np@10\n#                ^^^^^ error[needs-login-command]: `np` requires a token before publishing, …\n#                ^^^^^ help[needs-login-command]: Update np to 11.0.2.\n";
        check_rule(RULE, &job("24", np));
        check_rule(RULE, &job("24", "      - run: npx np@11\n"));
    }
}
