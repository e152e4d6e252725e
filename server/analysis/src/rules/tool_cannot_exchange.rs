use super::publish_dry_run_left::is_left_over;
use crate::checker::prelude::*;
use crate::checker::tool_remedy::tool_remedy;
use crate::diagnostic::Diagnostic;
use crate::fixes::tool::publish_with_npm;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publishing tool that does not support trusted publishing, in a job without an access token.
    ///
    /// ## Why it matters
    ///
    /// With trusted publishing, the client that publishes exchanges GitHub's ID token for a short-lived npm token. npm does so
    /// from 11.5.1 on. Tools that publish with their own client have to do it themselves:
    ///
    /// | tool | does the token exchange |
    /// |---|---|
    /// | `pnpm publish` | from 11.0.0 on; older versions run npm |
    /// | `yarn npm publish` | from Yarn 4.10.0 on, for packages with a scope from 4.10.3 on |
    /// | `lerna publish` | from 9.0.0 on |
    /// | semantic-release | from 25.0.0 on, with @semantic-release/npm 13.1.0. semantic-release 24 loads its own plugin 12, whatever the repository installs |
    /// | `yarn publish` of Yarn 1 | never |
    /// | `bun publish` | never, as of Bun 1.4.5 |
    /// | JS-DevTools/npm-publish | from v4 on, which runs npm |
    ///
    /// Any other tool lacks a token:
    ///
    /// ```text
    /// error: missing authentication (run `bunx npm login`)
    /// ```
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
    ///       - run: bun publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Update the tool if a newer version does the exchange, or publish with npm, which accepts a package that another tool has
    /// built or packed.
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
    /// - <https://github.com/lerna/lerna/releases/tag/v9.0.0>
    /// - <https://github.com/semantic-release/npm#trusted-publishing-from-github-actions>
    /// - <https://github.com/yarnpkg/berry/issues/6952>
    TOOL_CANNOT_EXCHANGE {
        id: "tool-cannot-exchange",
        summary: "The publishing tool does not support trusted publishing.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        if site.publishing_tool.loses_exchanged_token == Truth::Yes
            && let Some(diagnostic) = lost_token(site)
        {
            findings.push(diagnostic);
        }
        // A job that publishes with a token works. The finding at its token explains the move to trusted publishing.
        if !site.needs_other_tool() {
            continue;
        }
        let consequence = consequence(site, Severity::Error);
        let diagnostic = diagnostic(context, site, Severity::Error, &consequence);
        findings.push(diagnostic.fix(publish_with_npm(context, site)));
    }
    // Without its flag, a dry run that is left over would be the release.
    for site in context.dry_runs {
        let is_for_oidc = site.identity.id_token.grant == Grant::Yes && site.needs_other_tool();
        if is_for_oidc && is_left_over(context, site) {
            let consequence = format!(
                "without the dry run, `{}` would fail",
                site.publishing_tool.command
            );
            findings.push(diagnostic(context, site, Severity::Warning, &consequence));
        }
    }
}

fn diagnostic(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    severity: Severity,
    consequence: &str,
) -> Diagnostic {
    let tool = match (&site.publishing_tool.since, site.publishing_tool.last().1) {
        (Some((package, _)), Some(version)) => format!("{package} {version}"),
        _ => "This tool".to_owned(),
    };
    let why = match site.publishing_tool.loses_scope() {
        true => "It leaves the package's scope out of the token exchange.",
        false => "It publishes only with an access token.",
    };
    let grant = match site.identity.id_token.grant {
        Grant::No => " and grant the job `id-token: write`",
        Grant::Yes | Grant::Unknown => "",
    };
    let message = format!("{tool} cannot use trusted publishing: {consequence}");
    let help = format!(
        "{why} For trusted publishing, {}{grant}.",
        tool_remedy(context.sources, site)
    );
    let mut diagnostic = TOOL_CANNOT_EXCHANGE.at(&site.place, severity, message).help(help);
    if let Some(place) = &site.publishing_tool.release.locked_at {
        diagnostic = diagnostic.related(place, "the installed version");
    }
    diagnostic
}

/// semantic-release exchanges the token, and the npm that another plugin includes publishes without it.
fn lost_token(site: &Site<'_>) -> Option<Diagnostic> {
    let fails = site.outcome.prediction.error == Some(NpmError::NeedAuth);
    let (will, severity) = match (site.identity.id_token.grant, fails) {
        (Grant::Yes, true) => ("will", Severity::Error),
        (Grant::Yes, false) => ("may", Severity::Warning),
        _ => return None,
    };
    let client = site.publishing_tool.client.as_ref()?;
    let version = client.version.as_ref().map(|version| format!(" {version}"));
    let message = format!(
        "The npm in {}{} does not get the exchanged token: `{}` {will} fail with ENEEDAUTH",
        client.name,
        version.unwrap_or_default(),
        site.publishing_tool.command
    );
    let help = format!(
        "semantic-release exchanges the token with its own plugin. Update {} to 13.1.",
        client.name
    );
    Some(TOOL_CANNOT_EXCHANGE.at(&site.place, severity, message).help(help))
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, no_fix};

    fn job(steps: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
{steps}"
        )
    }

    #[test]
    fn the_version_in_a_lock_file_is_related() {
        check_rule(
            "tool-cannot-exchange",
            &(job(
                "      - run: npx lerna publish\n#                ^^^^^^^^^^^^^ error[tool-cannot-exchange]: lerna 8.1.2 cannot use trusted \
                   publishing: `lerna publish` will fail with E404\n#                ^^^^^^^^^^^^^ help[tool-cannot-exchange]: It publishes only \
                   with an access token. For trusted publishing, update lerna to 9.\n",
            ) + r#"#- package.json
{ "name": "w", "version": "1.0.0", "devDependencies": { "lerna": ">=8" } }
#- on demand: yarn.lock
lerna@>=8:
  version "8.1.2"
#          ^^^^^ related[tool-cannot-exchange]: the installed version
"#),
        );
    }

    #[test]
    fn a_dry_run_that_is_left_over_would_fail_as_well() {
        let fixture = |grant: &str, mark: &str| {
            job(&format!(
                "      - uses: oven-sh/setup-bun@v2\n      - run: bun publish --dry-run\n{mark}"
            ))
            .replace("on: push", "on: { push: { tags: ['v*'] } }")
            .replace("id-token: write", grant)
        };
        let carets = "#            ^^^^^^^^^^^";
        let mark = format!(
            "{carets} warning[tool-cannot-exchange]: This tool cannot use trusted publishing: without the dry run, `bun publish` would fail\n{carets} help[tool-cannot-exchange]: …\n"
        );
        check_rule("tool-cannot-exchange", &fixture("id-token: write", &mark));
        // It may be there to look at what is packed.
        check_rule("tool-cannot-exchange", &fixture("id-token: none", ""));
    }

    #[test]
    fn old_tools_have_to_be_updated() {
        check_rule(
            "tool-cannot-exchange",
            &(job(
                "      - run: npx lerna publish\n#                ^^^^^^^^^^^^^ error[tool-cannot-exchange]: lerna 8.1.0 cannot use trusted \
                   publishing: `lerna publish` will fail with E404\n",
            ) + "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"devDependencies\": { \"lerna\": \"^8.1.0\" } }\n"),
        );
        check_rule(
            "tool-cannot-exchange",
            &job(
                "      - uses: JS-DevTools/npm-publish@v3\n#             ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[tool-cannot-exchange]: \
                  This tool cannot use trusted publishing: `js-devtools/npm-publish` will fail\n#             ^^^^^^^^^^^^^^^^^^^^^^^^^^ \
                  help[tool-cannot-exchange]: It publishes only with an access token. For trusted publishing, use version 4 of the \
                  action.\n",
            ),
        );
    }

    #[test]
    fn yarn_requests_a_token_without_the_scope() {
        let package = |version: &str, name: &str| {
            format!(
                "#- package.json\n{{ \"name\": \"{name}\", \"version\": \"1.0.0\", \"packageManager\": \"yarn@{version}\" }}\n"
            )
        };
        let place = "#            ^^^^^^^^^^^^^^^^";
        let mark = |version: &str, help: &str| {
            job(&format!(
                "      - run: yarn npm publish\n{place} error[tool-cannot-exchange]: yarn {version} cannot use trusted publishing: `yarn npm \
                 publish` will fail with YN0033\n{place} help[tool-cannot-exchange]: {help}\n"
            ))
        };
        let help = "It leaves the package's scope out of the token exchange. For trusted publishing, update yarn to 4.10.3.";
        check_rule(
            "tool-cannot-exchange",
            &(mark("4.10.1", help) + &package("4.10.1", "@acme/widget")),
        );
        let help = "It publishes only with an access token. For trusted publishing, update yarn to 4.10.";
        check_rule(
            "tool-cannot-exchange",
            &(mark("4.9.4", help) + &package("4.9.4", "widget")),
        );
        let plain = job("      - run: yarn npm publish\n");
        for (version, name) in [
            ("4.10.1", "widget"),
            ("4.10.3", "@acme/widget"),
            ("4.18.1", "@acme/widget"),
            ("^4.10.0", "@acme/widget"),
        ] {
            check_rule("tool-cannot-exchange", &(plain.clone() + &package(version, name)));
        }
    }

    #[test]
    fn an_id_token_does_not_help_the_tool() {
        let job = |step: &str, severity: &str, command: &str, remedy: &str| {
            let words = step.trim_start_matches("run: ").trim_start_matches("uses: ");
            let column = " ".repeat(8 + step.len() - words.len() - 1);
            format!(
                r#"#- .github/workflows/release.yml
on: push
permissions: {{ contents: read }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - {step}
#{column}{carets} {severity}[tool-cannot-exchange]: This tool cannot use trusted publishing: `{command}` will fail
#{column}{carets} help[tool-cannot-exchange]: It publishes only with an access token. For trusted publishing, {remedy} and grant the job `id-token: write`.
#- package.json
{{ "name": "w", "version": "1.0.0" }}
"#,
                carets = "^".repeat(words.len())
            )
        };
        let bun = job(
            "run: bun publish",
            "error💡?",
            "bun publish",
            "publish with `npm publish`",
        );
        let action = job(
            "uses: JS-DevTools/npm-publish@v3",
            "error",
            "js-devtools/npm-publish",
            "use version 4 of the action",
        );
        for fixture in [bun, action] {
            check_rule("tool-cannot-exchange", &fixture);
            let unmarked: Vec<&str> = fixture.lines().filter(|line| !line.contains("^^^")).collect();
            check_rule("id-token-missing", &unmarked.join("\n"));
        }
    }

    #[test]
    fn a_token_or_an_unknown_version_is_not_reported() {
        check_rule(
            "tool-cannot-exchange",
            &job("      - run: yarn publish\n        env: { NPM_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n"),
        );
        check_rule("tool-cannot-exchange", &job("      - run: npx lerna publish\n"));
        check_rule("tool-cannot-exchange", &job("      - run: pnpm publish\n"));
        check_rule("tool-cannot-exchange", &job("      - run: ./publish.sh\n"));
    }

    #[test]
    fn npm_replaces_yarn_and_bun() {
        let package = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"dependencies\": { \"a\": \"^1.0.0\" } }\n";
        for tool in ["yarn", "bun"] {
            check_fix(
                "tool-cannot-exchange",
                &(job(&format!("      - run: {tool} publish --access public # now\n")) + package),
                &job("      - run: npm publish --access public # now\n"),
            );
        }
        no_fix("tool-cannot-exchange", &job("      - run: bun --cwd a publish\n"));
        for words in [
            "bun publish --tolerate-republish",
            "yarn publish --new-version 1.0.1",
            "bun publish ./x.tgz",
        ] {
            no_fix(
                "tool-cannot-exchange",
                &(job(&format!("      - run: {words}\n")) + package),
            );
        }
    }

    #[test]
    fn bun_packs_what_npm_cannot() {
        let member = |rest: &str| {
            format!(
                r#"#- package.json
{{ "name": "r", "private": true, "workspaces": ["packages/*"] }}
#- packages/a/package.json
{{ "name": "@acme/a", "version": "1.0.0", {rest} }}
"#
            )
        };
        let publish = |command: &str| {
            job(&format!(
                "      - run: {command} --tag next\n        working-directory: packages/a\n"
            ))
        };
        for range in ["workspace:^", "catalog:"] {
            check_fix(
                "tool-cannot-exchange",
                &(publish("bun publish")
                    + &member(&format!("\"peerDependencies\": {{ \"b\": \"{range}\" }}"))),
                &publish("bun pm pack --filename package.tgz && npm publish ./package.tgz"),
            );
            no_fix(
                "tool-cannot-exchange",
                &(publish("yarn publish") + &member(&format!("\"dependencies\": {{ \"b\": \"{range}\" }}"))),
            );
        }
        check_fix(
            "tool-cannot-exchange",
            &(publish("bun publish")
                + &member(
                    "\"dependencies\": { \"b\": \"workspace:*\" }, \"scripts\": { \"prepublishOnly\": \"tsc\" }",
                )),
            &publish(
                "bun run prepublishOnly && bun pm pack --filename package.tgz && npm publish ./package.tgz",
            ),
        );
        // Development dependencies are not installed with the package.
        check_fix(
            "tool-cannot-exchange",
            &(publish("bun publish") + &member("\"devDependencies\": { \"b\": \"workspace:*\" }")),
            &publish("npm publish"),
        );
    }
}
