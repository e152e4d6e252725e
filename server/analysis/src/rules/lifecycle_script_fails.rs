use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish that first runs a package script which always fails: `prepublishOnly`, `prepack` or `prepare` for npm and
    /// changesets, `prepublishOnly` or `prepublish` for pnpm, `prepublish` or `prepack` for Yarn 2 and later, and `prepublishOnly` for Bun.
    ///
    /// It does not report a script that fails only in some surroundings, such as `is-ci || exit 1`.
    ///
    /// ## Why it matters
    ///
    /// Such a script keeps people from publishing by hand. npm runs it in a workflow too, and stops:
    ///
    /// ```text
    /// npm error code 1
    /// npm error command sh -c exit 1
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: { push: { tags: ['v*'] } }
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
    ///   "scripts": { "prepublishOnly": "echo 'CI publishes this' && exit 1" }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Let the script fail outside of CI only, or run `npm publish --ignore-scripts`.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { tags: ['v*'] } }
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
    ///       - run: npm publish --ignore-scripts
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "scripts": { "prepublishOnly": "echo 'CI publishes this' && exit 1" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/using-npm/scripts>
    LIFECYCLE_SCRIPT_FAILS {
        id: "lifecycle-script-fails",
        summary: "A package script that always fails runs before the publish.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, failing) {
        let (script, script_at) = found.cause;
        let verb = if found.stop.is_in_every_run { "will" } else { "may" };
        let message = format!(
            "The script `{script}` always fails: `{}` {verb} fail",
            found.site.publishing_tool.command
        );
        let diagnostic = found
            .report(&LIFECYCLE_SCRIPT_FAILS, message)
            .help("Let the script fail outside of CI only, or add `--ignore-scripts`.");
        findings.push(diagnostic.related(script_at, format!("`{script}` runs before the publish")));
    }
}

fn failing(cause: &StopCause) -> Option<(&String, &Place)> {
    match cause {
        StopCause::FailingScript { script, script_at } => Some((script, script_at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "lifecycle-script-fails";

    fn repository(before: &str, publish: &str, script: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{before}      - run: {publish}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "scripts": {{ {script} }} }}
"#
        )
    }

    #[test]
    fn a_script_that_always_fails_is_reported() {
        for script in [
            r#""prepublishOnly": "exit 1""#,
            r#""prepack": "echo no && exit 1""#,
            r#""prepare": "false""#,
        ] {
            let name = script.split('"').nth(1).unwrap_or_default();
            let publish = format!(
                "npm publish\n             ^^^^^^^^^^^ error[lifecycle-script-fails]: The script `{name}` always fails: `npm publish` will fail"
            );
            check_rule(RULE, &repository("", &publish, script));
        }
    }

    #[test]
    fn a_script_that_may_be_gone_is_a_warning() {
        let publish = "npm publish\n             ^^^^^^^^^^^ warning[lifecycle-script-fails]: The script `prepublishOnly` always fails: `npm publish` may fail";
        let before = "      - run: npm pkg delete scripts.prepublishOnly\n";
        check_rule(
            RULE,
            &repository(before, publish, r#""prepublishOnly": "exit 1""#),
        );
    }

    #[test]
    fn a_script_that_does_not_run_or_may_succeed_is_not_reported() {
        let script = r#""prepublishOnly": "exit 1""#;
        check_rule(RULE, &repository("", "npm publish --ignore-scripts", script));
        check_rule(
            RULE,
            &repository(
                "      - run: npm config set ignore-scripts true\n",
                "npm publish",
                script,
            ),
        );
        for script in [
            r#""prepublishOnly": "is-ci || exit 1""#,
            r#""prepublish": "exit 1""#,
            r#""postpublish": "exit 1""#,
            r#""test": "exit 1""#,
        ] {
            check_rule(RULE, &repository("", "npm publish", script));
        }
    }
}
