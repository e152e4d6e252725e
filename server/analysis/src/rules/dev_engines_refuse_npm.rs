use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::edit::json::{JsonSnippet, MemberPosition, insert_member, set_value};
use crate::fixes::builder::fix_of_file;
use crate::publish::StopCause;
use crate::syntax::json::{JsonKind, JsonValue};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an npm command in a project whose `devEngines` requires another package manager, another npm or another Node.
    ///
    /// ## Why it matters
    ///
    /// From 10.9.0 on, npm checks `devEngines` before it runs any command, including `npm publish`, `npm run` and
    /// `npx`. It fails with EBADDEVENGINES unless `onFail` is `warn` or `ignore`. Only global commands still run, for example
    /// `npm install --global npm@latest`.
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
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "devEngines": {
    ///     "packageManager": { "name": "pnpm", "version": "^10.0.0" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Set `onFail` to `warn`, or publish with the package manager that `devEngines` names.
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
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "devEngines": {
    ///     "packageManager": { "name": "pnpm", "version": "^10.0.0", "onFail": "warn" }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines>
    DEV_ENGINES_REFUSE_NPM {
        id: "dev-engines-refuse-npm",
        summary: "npm refuses every command because `devEngines` requires something else.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, engines) {
        let (wanted, used) = found.cause;
        let command = found.command();
        let message = format!(
            "`devEngines` requires {wanted}, but this is {used}: `{command}` will fail with EBADDEVENGINES"
        );
        let help = "npm checks `devEngines` before every command.";
        let fix = only_warn(context, &found.stop.place);
        let diagnostic = found.report(&DEV_ENGINES_REFUSE_NPM, message).help(help);
        findings.push(diagnostic.fix(fix).remedy("Set `onFail` to `warn`."));
    }
}

/// What `devEngines` requires, and what is used.
fn engines(cause: &StopCause) -> Option<(&String, &String)> {
    match cause {
        StopCause::DevEngines { wanted, used } => Some((wanted, used)),
        _ => None,
    }
}

/// Sets `onFail` of the entry whose name is written at `place`.
fn only_warn(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = context.sources.file(&place.path)?;
    let engines = file.json()?.get("devEngines")?;
    let entry = engines
        .members()
        .iter()
        .flat_map(|member| entries(&member.value))
        .find(|entry| entry.get("name").is_some_and(|name| name.range == place.range))?;
    let snippet = JsonSnippet::string("warn");
    let edits = match entry.get("onFail") {
        Some(old) => set_value(&file.text, old, &snippet),
        None => insert_member(&file.text, entry, "onFail", &snippet, MemberPosition::Last),
    };
    fix_of_file(
        "Set `onFail` to `warn`",
        Applicability::Unsafe,
        &place.path,
        edits,
    )
}

fn entries(value: &JsonValue) -> &[JsonValue] {
    match &value.kind {
        JsonKind::Array(entries) => entries,
        _ => std::slice::from_ref(value),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "dev-engines-refuse-npm";

    /// A repository that runs these steps with Node 24, and with these `devEngines`.
    fn repository(steps: &str, engines: &str) -> String {
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
      - uses: actions/setup-node@v6
        with:
          node-version: 24
{steps}
#- package.json
{{
  "name": "widget",
  "version": "1.0.0",
  "repository": "a/widget",
  "scripts": {{ "build": "tsc", "release": "npm publish" }},
  "devEngines": {engines}
}}
"#
        )
    }

    const PNPM: &str = r#"{ "packageManager": { "name": "pnpm", "version": "^10.0.0" } }"#;
    const MARK: &str = "\n  #                                           ^^^^^^ error💡?[dev-engines-refuse-npm]: `devEngines` requires pnpm ^10.0.0, but this is npm: …\n  #                                           ^^^^^^ help[dev-engines-refuse-npm]: npm checks `devEngines` before every command.";

    fn marked(engines: &str) -> String {
        format!("{engines}{MARK}")
    }

    #[test]
    fn every_npm_command_is_refused_if_another_package_manager_is_required() {
        for steps in [
            "      - run: npm publish",
            "      - run: npm ci\n      - run: pnpm publish --no-git-checks",
            "      - run: npm run release",
            "      - run: npx changeset publish",
            "      - run: |\n          npm run build && npm run lint\n          npm publish",
            "      - run: corepack enable && npm ci\n      - run: pnpm publish --no-git-checks",
        ] {
            check_rule(RULE, &repository(steps, &marked(PNPM)));
        }
        check_sites(
            &repository("      - run: npm publish", PNPM),
            "release.yml:13 publish; publisher=npm; outcome=fails; error=EBADDEVENGINES",
        );
        check_sites(
            &repository(
                "      - run: npm ci\n      - run: pnpm publish --no-git-checks",
                PNPM,
            ),
            "release.yml:14 publish; publisher=pnpm; outcome=not-reached; error=EBADDEVENGINES",
        );
    }

    #[test]
    fn commands_that_still_run_are_not_reported() {
        for steps in [
            "      - run: npm install -g npm@latest\n      - run: pnpm publish --no-git-checks",
            "      - run: pnpm publish --no-git-checks",
            "      - run: npm publish --force",
            "      - run: npm --version\n      - run: pnpm publish --no-git-checks",
            "      - run: npm ci || true\n      - run: pnpm publish --no-git-checks",
            "      - run: npm ci\n        continue-on-error: true\n      - run: pnpm publish --no-git-checks",
            "      - run: |\n          jq 'del(.devEngines)' package.json > new.json\n          mv new.json package.json\n          npm publish",
            "      - run: npm publish\n        working-directory: other",
        ] {
            check_rule(RULE, &repository(steps, PNPM));
        }
        let old =
            repository("      - run: npm publish", PNPM).replace("node-version: 24", "node-version: 20.11.0");
        check_rule(RULE, &old);
    }

    #[test]
    fn other_engines_are_compared() {
        let publish = "      - run: npm publish";
        for engines in [
            r#"{ "packageManager": { "name": "npm" } }"#,
            r#"{ "packageManager": { "name": "npm", "version": ">=11" } }"#,
            r#"{ "packageManager": { "name": "pnpm", "onFail": "warn" } }"#,
            r#"{ "packageManager": { "name": "pnpm", "onFail": "ignore" } }"#,
            r#"{ "packageManager": [{ "name": "pnpm" }, { "name": "npm" }] }"#,
            r#"{ "packageManager": ["pnpm"] }"#,
            r#"{ "packageManager": [] }"#,
            r#"{ "runtime": { "name": "node", "version": ">=22" } }"#,
        ] {
            check_rule(RULE, &repository(publish, engines));
        }
        for (engines, mark) in [
            (
                r#"{ "packageManager": { "name": "npm", "version": "^10.0.0" } }"#,
                "                                           ^^^^^",
            ),
            (
                r#"{ "packageManager": { "name": "yarn", "onFail": "download" } }"#,
                "                                           ^^^^^^",
            ),
            (
                r#"{ "runtime": { "name": "node", "version": "^22.0.0" } }"#,
                "                                    ^^^^^^",
            ),
        ] {
            let marked = format!("{engines}\n  #{mark} error💡?[dev-engines-refuse-npm]: …");
            check_rule(RULE, &repository(publish, &marked));
        }
    }

    #[test]
    fn npm_is_told_to_warn() {
        let publish = "      - run: npm publish";
        for (before, after) in [
            (
                PNPM,
                r#"{ "packageManager": { "name": "pnpm", "version": "^10.0.0", "onFail": "warn" } }"#,
            ),
            (
                r#"{ "packageManager": { "name": "pnpm", "onFail": "download" } }"#,
                r#"{ "packageManager": { "name": "pnpm", "onFail": "warn" } }"#,
            ),
        ] {
            check_fix(RULE, &repository(publish, before), &repository(publish, after));
        }
    }
}
