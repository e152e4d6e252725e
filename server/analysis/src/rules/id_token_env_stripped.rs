use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish that does not get the variables with which npm requests the ID token,
    /// `ACTIONS_ID_TOKEN_REQUEST_URL`, `ACTIONS_ID_TOKEN_REQUEST_TOKEN` and `GITHUB_ACTIONS`, because something starts it with its own
    /// environment: `turbo` from 2.0 on, `sudo` without `-E`, `env -i`, `docker run` without `-e`.
    ///
    /// turbo passes on what `env`, `passThroughEnv`, `globalEnv` and `globalPassThroughEnv` in `turbo.json` list, and everything
    /// if `envMode` is `loose`. From 2.6.3 on, it also passes on `GITHUB_*`. The rule reports nothing if the files do not show which
    /// turbo runs.
    ///
    /// ## Why it matters
    ///
    /// Without these variables, npm does not even try the token exchange, and fails with ENEEDAUTH although the job has
    /// `id-token: write`. An access token in a variable does not reach npm either.
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
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npx turbo run release
    /// #- turbo.json
    /// { "tasks": { "release": { "cache": false } } }
    /// #- package.json
    /// { "name": "root", "private": true, "workspaces": ["packages/*"], "devDependencies": { "turbo": "^2.5.0" } }
    /// #- packages/a/package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git", "directory": "packages/a" },
    ///   "scripts": { "release": "npm publish" }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// List the variables in `turbo.json`, or start the publish without turbo. Provenance also reads other variables of the run,
    /// so pass on all of `GITHUB_*` and `RUNNER_*`.
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
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npx turbo run release
    /// #- turbo.json
    /// { "tasks": { "release": { "cache": false, "passThroughEnv": ["ACTIONS_ID_TOKEN_REQUEST_*", "GITHUB_*", "RUNNER_*"] } } }
    /// #- package.json
    /// { "name": "root", "private": true, "workspaces": ["packages/*"], "devDependencies": { "turbo": "^2.5.0" } }
    /// #- packages/a/package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git", "directory": "packages/a" },
    ///   "scripts": { "release": "npm publish" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://turborepo.dev/docs/crafting-your-repository/using-environment-variables>
    ID_TOKEN_ENV_STRIPPED {
        id: "id-token-env-stripped",
        summary: "The publish command does not get the variables that it needs to request the ID token.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, keeper) {
        let by = found.cause.as_str();
        let will = match found.stop.is_in_every_run {
            true => "will",
            false => "may",
        };
        let code = found
            .stop
            .error
            .map_or_else(String::new, |error| format!(" with {error}"));
        let advice = match by {
            "turbo" => {
                "List `ACTIONS_ID_TOKEN_REQUEST_*`, `GITHUB_*` and `RUNNER_*` in `passThroughEnv` of the task in `turbo.json`."
            }
            "sudo" => "Leave out `sudo`.",
            "env -u" => "Leave out `-u`.",
            "docker run" => {
                "Add `-e` for `ACTIONS_ID_TOKEN_REQUEST_URL`, `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, and the run's `GITHUB_*` and `RUNNER_*`."
            }
            "env -i" => "Leave out `-i`.",
            _ => "Pass them on with `--keep`.",
        };
        let message = format!(
            "No ID token under `{by}`: `{}` {will} fail{code}",
            found.site.publishing_tool.command
        );
        let help =
            format!("`{by}` does not pass on `ACTIONS_ID_TOKEN_REQUEST_*` and `GITHUB_ACTIONS`. {advice}");
        findings.push(found.report(&ID_TOKEN_ENV_STRIPPED, message).help(help));
    }
}

fn keeper(cause: &StopCause) -> Option<&String> {
    match cause {
        StopCause::NoIdTokenVariables { by } => Some(by),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    const RULE: &str = "id-token-env-stripped";

    fn repository(step: &str, files: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{step}
{files}
"#
        )
    }

    fn turbo_files(version: &str, turbo: &str) -> String {
        format!(
            r#"
#- package.json
{{ "private": true, "workspaces": ["packages/*"], "devDependencies": {{ "turbo": "{version}" }} }}
#- packages/a/package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", "scripts": {{ "release": "npm publish" }} }}
#- turbo.json
{turbo}
"#
        )
    }

    const MARK: &str = "        #    ^^^^^^^^^^^^^^^^^ error[id-token-env-stripped]: …";

    #[test]
    fn turbo_2_passes_on_what_is_listed() {
        for turbo in [
            r#"{ "tasks": { "release": {} } }"#,
            r#"{ "tasks": { "release": { "passThroughEnv": ["NPM_TOKEN"] } }, "envMode": "strict" }"#,
            r#"{ "tasks": { "release": { "env": ["ACTIONS_ID_TOKEN_REQUEST_URL"] } } }"#,
            r#"{ "tasks": { "build": { "env": ["ACTIONS_*"] } } }"#,
        ] {
            for version in ["^2.0.0", "2.11.11"] {
                let step = format!("      - run: turbo run release\n{MARK}");
                check_rule(RULE, &repository(&step, &turbo_files(version, turbo)));
            }
        }
        check_sites(
            &repository(
                "      - run: turbo run release",
                &turbo_files("^2", r#"{ "tasks": { "release": {} } }"#),
            ),
            "release.yml:10 publish; publisher=npm; outcome=fails; error=ENEEDAUTH",
        );
        for turbo in [
            r#"{ "tasks": { "release": { "passThroughEnv": ["ACTIONS_ID_TOKEN_REQUEST_*"] } } }"#,
            r#"{ "tasks": { "widget#release": { "env": ["ACTIONS_*"] } } }"#,
            r#"{ "tasks": { "release": {} }, "globalEnv": ["*"] }"#,
            r#"{ "tasks": { "release": {} }, "globalPassThroughEnv": ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"] }"#,
            r#"{ "tasks": { "release": {} }, "envMode": "loose" }"#,
        ] {
            check_rule(
                RULE,
                &repository("      - run: turbo run release", &turbo_files("^2.0.0", turbo)),
            );
        }
    }

    #[test]
    fn turbo_before_2_6_3_drops_github_variables() {
        let only_id_token =
            r#"{ "tasks": { "release": { "passThroughEnv": ["ACTIONS_ID_TOKEN_REQUEST_*"] } } }"#;
        let all =
            r#"{ "tasks": { "release": { "passThroughEnv": ["ACTIONS_ID_TOKEN_REQUEST_*", "GITHUB_*"] } } }"#;
        for (version, turbo, outcome) in [
            ("2.5.8", only_id_token, "outcome=fails; error=ENEEDAUTH"),
            ("2.6.2", only_id_token, "outcome=fails; error=ENEEDAUTH"),
            ("2.6.3", only_id_token, "outcome=oidc"),
            ("2.5.8", all, "outcome=oidc"),
        ] {
            check_sites(
                &repository("      - run: turbo run release", &turbo_files(version, turbo)),
                &format!("release.yml:10 publish; publisher=npm; {outcome}"),
            );
        }
    }

    #[test]
    fn another_turbo_or_mode_passes_everything_on() {
        let turbo = r#"{ "tasks": { "release": {} } }"#;
        for (command, version) in [
            ("turbo run release --env-mode=loose", "^2.0.0"),
            ("turbo run release --env-mode loose", "^2.0.0"),
            ("turbo run release", "^1.13.0"),
            ("turbo run release", "latest"),
            ("TURBO_ENV_MODE=loose turbo run release", "^2.0.0"),
            ("npx cross-env TURBO_ENV_MODE=loose turbo run release", "^2.0.0"),
            ("export TURBO_ENV_MODE=loose && turbo run release", "^2.0.0"),
        ] {
            check_rule(
                RULE,
                &repository(&format!("      - run: {command}"), &turbo_files(version, turbo)),
            );
        }
        let variable = "      - run: turbo run release\n        env: { TURBO_ENV_MODE: loose }";
        check_rule(RULE, &repository(variable, &turbo_files("^2.0.0", turbo)));
        for flags in ["--env-mode loose", "--concurrency 4 --env-mode=loose"] {
            let step = format!("      - run: turbo run release {flags}");
            check_sites(
                &repository(&step, &turbo_files("^2.0.0", turbo)),
                "release.yml:10 publish; publisher=npm; outcome=oidc",
            );
        }
        let without = turbo_files("^2.0.0", "").replace("#- turbo.json", "");
        check_rule(RULE, &repository("      - run: turbo run release", &without));
    }

    #[test]
    fn wrappers_that_clear_the_environment_are_reported() {
        let manifest =
            "#- package.json\n{ \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"a/widget\" }";
        for command in [
            "sudo npm publish",
            "env -i npm publish",
            "sudo -u me npm publish",
            "sudo -Hu me npm publish",
            "sudo --preserve-env=PATH npm publish",
            "sudo --preserve-env=ACTIONS_ID_TOKEN_REQUEST_URL npm publish",
            "env -u ACTIONS_ID_TOKEN_REQUEST_TOKEN npm publish",
        ] {
            let mark = format!(
                "        #    {} error[id-token-env-stripped]: …",
                "^".repeat(command.len())
            );
            check_rule(
                RULE,
                &repository(&format!("      - run: {command}\n{mark}"), manifest),
            );
        }
        let docker = "docker run --rm node:24 npm publish";
        let mark = format!(
            "        #    {} warning[id-token-env-stripped]: …",
            "^".repeat(docker.len())
        );
        check_rule(
            RULE,
            &repository(&format!("      - run: {docker}\n{mark}"), manifest),
        );
        let inner = "      - run: sudo bash -c 'npm publish'\n        #                  ^^^^^^^^^^^ error[id-token-env-stripped]: No ID token under \
                     `sudo`: `npm publish` will fail with ENEEDAUTH\n        #                  ^^^^^^^^^^^ help[id-token-env-stripped]: `sudo` \
                     does not pass on `ACTIONS_ID_TOKEN_REQUEST_*` and `GITHUB_ACTIONS`. Leave out `sudo`.";
        check_rule(RULE, &repository(inner, manifest));
        let docker = "docker run -e CI -v $PWD:/app node:24 npm publish";
        let mark = format!(
            "        #    {} warning[id-token-env-stripped]: …",
            "^".repeat(docker.len())
        );
        check_rule(
            RULE,
            &repository(&format!("      - run: {docker}\n{mark}"), manifest),
        );
        for command in [
            "sudo -HE npm publish",
            "sudo -Eu me npm publish",
            "sudo -E bash -c 'npm publish'",
            "sudo --preserve-env=ACTIONS_ID_TOKEN_REQUEST_URL,ACTIONS_ID_TOKEN_REQUEST_TOKEN,GITHUB_ACTIONS npm publish",
            "sudo --preserve-env=$VARIABLES npm publish",
            "sudo ACTIONS_ID_TOKEN_REQUEST_URL=$A ACTIONS_ID_TOKEN_REQUEST_TOKEN=$B GITHUB_ACTIONS=true npm publish",
            "env -u NODE_AUTH_TOKEN npm publish",
            "docker run $FLAGS node:24 npm publish",
            "docker run -e NPM_TOKEN node:24 npm publish",
            "sudo -E npm publish",
            "sudo --preserve-env npm publish",
            "env FOO=1 npm publish",
            "docker run -e ACTIONS_ID_TOKEN_REQUEST_URL -e ACTIONS_ID_TOKEN_REQUEST_TOKEN -e GITHUB_ACTIONS node:24 npm publish",
            "docker run --env-file all.env node:24 npm publish",
            "sudo npm ci && npm publish",
        ] {
            check_rule(RULE, &repository(&format!("      - run: {command}"), manifest));
        }
        // Without `GITHUB_ACTIONS`, npm does not know that it runs on GitHub Actions.
        for (command, severity) in [
            (
                "sudo --preserve-env=ACTIONS_ID_TOKEN_REQUEST_URL,ACTIONS_ID_TOKEN_REQUEST_TOKEN npm publish",
                "error",
            ),
            (
                "docker run -e ACTIONS_ID_TOKEN_REQUEST_URL -e ACTIONS_ID_TOKEN_REQUEST_TOKEN node:24 npm publish",
                "warning",
            ),
        ] {
            let step = format!(
                "      - run: {command}\n        #    {} {severity}[id-token-env-stripped]: …",
                "^".repeat(command.len())
            );
            check_rule(RULE, &repository(&step, manifest));
        }
        let token = repository("      - run: sudo npm publish", manifest)
            .replace("      id-token: write", "      contents: read");
        check_rule(RULE, &token);
    }
}
