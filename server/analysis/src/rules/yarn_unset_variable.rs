use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::diagnostic::Diagnostic;
use crate::fixes::action_input::remove_entry_at;
use crate::fixes::builder::fix_of_file;
use crate::publish::{StopCause, UnsetLine};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `.npmrc` with a variable that nothing sets, in a job that runs Yarn 1. From v7 on, setup-node writes such a file
    /// for `registry-url`. Also reports such a variable in the `.yarnrc.yml` of a job that runs Yarn 2 or later.
    ///
    /// ## Why it matters
    ///
    /// Yarn 1 reads npm's files. If a variable is not set, every command fails with "Failed to replace env in config", and the job
    /// never reaches its publish step. setup-node up to v6 sets `NODE_AUTH_TOKEN` to a placeholder. v7 does not.
    ///
    /// Later Yarns fail in the same way, with "Environment variable not found": `npmAuthToken: ${NPM_TOKEN}` must go when the
    /// secret goes. They also prefer that line to trusted publishing, so a placeholder or a default in it (`${NPM_TOKEN:-NONE}`) is
    /// reported too: the registry refuses it with `YN0035`.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v7
    ///         with:
    ///           node-version: 24
    ///           registry-url: https://registry.npmjs.org
    ///       - run: yarn install --frozen-lockfile
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "packageManager": "yarn@1.22.22"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove `registry-url`, which trusted publishing to npm does not need. Or set the variable to an empty string for the job:
    /// `env: { NODE_AUTH_TOKEN: '' }`. In `.yarnrc.yml`, remove the line, or write a default: `${NPM_TOKEN:-}`.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v7
    ///         with:
    ///           node-version: 24
    ///       - run: yarn install --frozen-lockfile
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "packageManager": "yarn@1.22.22"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node/releases/tag/v7.0.0>
    YARN_UNSET_VARIABLE {
        id: "yarn-unset-variable",
        summary: "Yarn's configuration uses a variable that nothing sets, or that holds no token.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, variable) {
        let (name, line) = found.cause;
        let command = found.command();
        let fix = match line {
            UnsetLine::RegistryUrl => remove_registry_url(context, found.site, &found.stop.place),
            UnsetLine::Npmrc | UnsetLine::Yarnrc => None,
        };
        let file = match line {
            UnsetLine::Yarnrc => ".yarnrc.yml",
            UnsetLine::RegistryUrl | UnsetLine::Npmrc => ".npmrc",
        };
        let message = format!("`{file}` uses `${{{name}}}`, which nothing sets: `{command}` will fail");
        let help = match line {
            UnsetLine::RegistryUrl => {
                "Yarn 1 stops if a variable is not set. Remove `registry-url`, or set the variable to an empty string."
                    .to_owned()
            }
            UnsetLine::Npmrc => {
                "Yarn 1 stops if a variable is not set. Remove the line, or set the variable to an empty string."
                    .to_owned()
            }
            UnsetLine::Yarnrc => {
                format!("Yarn stops if a variable is not set. Remove the line, or write `${{{name}:-}}`.")
            }
        };
        findings.push(found.report(&YARN_UNSET_VARIABLE, message).help(help).fix(fix));
    }
    for diagnostic in context
        .sites
        .iter()
        .filter_map(|site| without_token(context, site))
    {
        findings.push(diagnostic);
    }
}

/// Yarn prefers what `.yarnrc.yml` says to the exchange, and the registry refuses it.
fn without_token(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Diagnostic> {
    let place = site.credentials.sent_without_token.as_ref()?;
    let is_sent = site.publishing_tool.prefers_token && site.has_usable_token().is_no();
    if !is_sent || site.outcome.prediction.outcome != Outcome::Fails {
        return None;
    }
    let file = context.sources.file(&place.path)?;
    // The default may be somebody's secret, so the value is not repeated.
    let key = place.range.slice(&file.text).split(':').next()?.trim();
    let command = &site.publishing_tool.command;
    let message = format!("`{key}` has a value that is not a token: `{command}` will fail");
    let help = "The variable has setup-node's placeholder, or the default in the line, and Yarn sends that instead of asking for \
                trusted publishing. Remove the line.";
    let diagnostic = YARN_UNSET_VARIABLE.at(place, Severity::Error, message);
    Some(diagnostic.help(help).related(&site.place, "published here"))
}

/// The variable, and where it is.
fn variable(cause: &StopCause) -> Option<(&String, UnsetLine)> {
    match cause {
        StopCause::UnsetVariable { name, line } => Some((name, *line)),
        _ => None,
    }
}

/// Without the input, everything comes from npm's registry and goes there.
fn remove_registry_url(context: &CheckContext<'_>, site: &Site<'_>, place: &Place) -> Option<Fix> {
    let registry_url = site.credentials.registry_url.as_ref()?;
    let is_npm = registry_url.url.known()?.contains("//registry.npmjs.org") && registry_url.scope.is_none();
    let edits = remove_entry_at(context, place).filter(|_| is_npm)?;
    fix_of_file(
        "Remove `registry-url`",
        Applicability::Unsafe,
        &place.path,
        Ok(edits),
    )
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "yarn-unset-variable";

    /// A repository with this setup of Node, these steps, and these additional files.
    fn repository(setup: &str, steps: &str, files: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@{setup}
{steps}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", "scripts": {{ "build": "tsc" }} }}
{files}"#
        )
    }

    const CLASSIC: &str = "\
#- on demand: yarn.lock
# THIS IS AN AUTOGENERATED FILE.
# yarn lockfile v1

";
    const BERRY: &str = r#"#- on demand: yarn.lock
# This file is generated by running "yarn install".

__metadata:
  version: 8
"#;
    const INSTALL: &str = "      - run: yarn install --frozen-lockfile\n      - run: npm publish";

    fn setup(version: &str, mark: &str) -> String {
        format!(
            "{version}\n        with:\n          node-version: 24\n          registry-url: https://registry.npmjs.org{mark}"
        )
    }

    #[test]
    fn setup_node_7_sets_no_variable() {
        let mark = "\n          #             ^^^^^^^^^^^^^^^^^^^^^^^^^^ error💡?[yarn-unset-variable]: …\n          #             \
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^ help[yarn-unset-variable]: Yarn 1 stops if a variable is not set. Remove `registry-url`, …";
        for steps in [
            INSTALL,
            "      - run: yarn\n      - run: npm publish",
            "      - run: yarn build && npm publish",
            "      - run: npm ci\n      - run: yarn build\n        env:\n          OTHER: x\n      - run: npm publish",
        ] {
            check_rule(RULE, &repository(&setup("v7", mark), steps, CLASSIC));
        }
        check_sites(
            &repository(&setup("v7", ""), INSTALL, CLASSIC),
            "release.yml:15 publish; publisher=npm; outcome=not-reached",
        );
    }

    #[test]
    fn setup_node_itself_runs_yarn_for_its_cache() {
        let cached = setup("v7", "\n          cache: yarn");
        check_sites(
            &repository(&cached, "      - run: npm publish", CLASSIC),
            "release.yml:15 publish; publisher=npm; outcome=not-reached",
        );
        check_sites(
            &repository(&cached, "      - run: npm publish", BERRY),
            "release.yml:15 publish; publisher=npm; outcome=oidc",
        );
    }

    #[test]
    fn a_variable_that_is_set_or_not_read_is_not_reported() {
        let with_env = |place: &str| {
            repository(&setup("v7", ""), INSTALL, CLASSIC).replacen(
                place,
                &format!("{place}\n    env: {{ NODE_AUTH_TOKEN: '' }}"),
                1,
            )
        };
        check_rule(RULE, &with_env("    runs-on: ubuntu-24.04"));
        for (version, steps, files) in [
            ("v6", INSTALL, CLASSIC),
            ("main", INSTALL, CLASSIC),
            ("v7", INSTALL, BERRY),
            (
                "v7",
                INSTALL,
                "\
#- on demand: yarn.lock
# yarn lockfile v1
#- .yarnrc.yml
nodeLinker: node-modules
",
            ),
            ("v7", INSTALL, ""),
            (
                "v7",
                "      - run: yarn --version\n      - run: npm publish",
                CLASSIC,
            ),
            (
                "v7",
                "      - run: NODE_AUTH_TOKEN= yarn\n      - run: npm publish",
                CLASSIC,
            ),
            (
                "v7",
                "      - run: yarn\n        env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n      - run: npm publish",
                CLASSIC,
            ),
            (
                "v7",
                "      - run: echo NODE_AUTH_TOKEN= >> $GITHUB_ENV\n      - run: yarn\n      - run: npm publish",
                CLASSIC,
            ),
            (
                "v7",
                "      - run: yarn || true\n      - run: npm publish",
                CLASSIC,
            ),
        ] {
            check_rule(RULE, &repository(&setup(version, ""), steps, files));
        }
        // setup-node passes on what it finds in its own environment.
        let own = setup("v7", "") + "\n        env:\n          NODE_AUTH_TOKEN: ''";
        check_rule(RULE, &repository(&own, INSTALL, CLASSIC));
        check_rule(
            RULE,
            &repository("v7\n        with:\n          node-version: 24", INSTALL, CLASSIC),
        );
    }

    #[test]
    fn a_committed_file_may_use_it_too() {
        let node = "v6\n        with:\n          node-version: 24";
        let npmrc = "#- .npmrc\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n";
        let mark = "#                                ^^^^^^^^^^^^ error[yarn-unset-variable]: …\n\
                    #                                ^^^^^^^^^^^^ help[yarn-unset-variable]: Yarn 1 stops if a variable is not set. Remove the line, …\n";
        check_rule(
            RULE,
            &repository(node, INSTALL, &format!("{CLASSIC}{npmrc}{mark}")),
        );
        check_rule(RULE, &repository(node, INSTALL, &format!("{BERRY}{npmrc}")));
        let removed = "      - run: rm .npmrc\n      - run: yarn\n      - run: npm publish";
        check_rule(RULE, &repository(node, removed, &format!("{CLASSIC}{npmrc}")));
    }

    #[test]
    fn yarn_berry_stops_at_its_own_file() {
        let node = "v6\n        with:\n          node-version: 24";
        let yarnrc =
            |value: &str, mark: &str| format!("{BERRY}#- .yarnrc.yml\nnpmAuthToken: {value}\n{mark}");
        let mark = "\
#             ^^^^^^^^^^^^ error[yarn-unset-variable]: `.yarnrc.yml` uses `${NPM_TOKEN}`, which nothing sets: `yarn install` will fail
#             ^^^^^^^^^^^^ help[yarn-unset-variable]: …
";
        let steps = "      - run: yarn install --immutable\n      - run: yarn npm publish";
        check_rule(RULE, &repository(node, steps, &yarnrc("${NPM_TOKEN}", mark)));
        // A token for what is installed counts too.
        let of_registry = "#- .yarnrc.yml\nnpmScopes:\n  acme:\n    npmAuthToken: ${NPM_TOKEN}\n";
        let under = "#                 ^^^^^^^^^^^^ error[yarn-unset-variable]: …\n#                 ^^^^^^^^^^^^ help[yarn-unset-variable]: …\n";
        check_rule(
            RULE,
            &repository(node, steps, &format!("{BERRY}{of_registry}{under}")),
        );
        for value in ["${NPM_TOKEN-}", "'${NPM_TOKEN:-}'", "${GITHUB_TOKEN}", "npm_abc"] {
            check_rule(RULE, &repository(node, steps, &yarnrc(value, "")));
        }
        for steps in [
            "      - run: npm publish",
            "      - run: yarn --version\n      - run: npm publish",
            "      - run: NPM_TOKEN= yarn npm publish",
            "      - run: yarn npm publish\n        env:\n          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}",
            "      - run: echo NPM_TOKEN= >> $GITHUB_ENV\n      - run: yarn npm publish",
            "      - run: rm .yarnrc.yml && yarn npm publish",
            "      - run: yarn config set npmAuthToken x && yarn npm publish",
        ] {
            check_rule(RULE, &repository(node, steps, &yarnrc("${NPM_TOKEN}", "")));
        }
        let injected = format!(
            "{}#- on demand: .env.yarn\nNPM_TOKEN=\n",
            yarnrc("${NPM_TOKEN}", "")
        );
        check_rule(RULE, &repository(node, steps, &injected));
    }

    /// Yarn sends it in place of asking for trusted publishing.
    #[test]
    fn a_value_that_is_not_a_token_is_sent() {
        let manager = |fixture: String| {
            fixture.replace("\"scripts\"", "\"packageManager\": \"yarn@4.18.1\", \"scripts\"")
        };
        let publish = "      - run: yarn npm publish";
        let reported = |line: &str| {
            let carets = "^".repeat(line.len());
            let mark = format!(
                "{carets} error[yarn-unset-variable]: `npmAuthToken` has a value that is not a token: `yarn npm publish` will fail\n{carets} \
                 help[yarn-unset-variable]: …\n"
            );
            format!("{BERRY}#- .yarnrc.yml\n{line}\n{mark}")
        };
        let node = "v6\n        with:\n          node-version: 24";
        check_rule(
            RULE,
            &manager(repository(
                node,
                publish,
                &reported("npmAuthToken: ${NPM_TOKEN:-NONE}"),
            )),
        );
        check_rule(
            RULE,
            &manager(repository(
                &setup("v6", ""),
                publish,
                &reported("npmAuthToken: ${NODE_AUTH_TOKEN}"),
            )),
        );
        let silent = |line: &str| format!("{BERRY}#- .yarnrc.yml\n{line}\n");
        for line in ["npmAuthToken: ${NPM_TOKEN:-}", "npmAuthToken: npm_abc"] {
            check_rule(RULE, &manager(repository(node, publish, &silent(line))));
        }
        let other = "      - run: npm publish";
        check_rule(
            RULE,
            &manager(repository(
                node,
                other,
                &silent("npmAuthToken: ${NPM_TOKEN:-NONE}"),
            )),
        );
    }

    #[test]
    fn the_input_is_removed() {
        check_fix(
            RULE,
            &repository(&setup("v7", ""), INSTALL, CLASSIC),
            &repository("v7\n        with:\n          node-version: 24", INSTALL, CLASSIC),
        );
    }
}
