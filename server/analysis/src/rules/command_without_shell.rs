use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a shell operator, or a variable assignment before the program, in the command that changesets/action runs.
    ///
    /// ## Why it matters
    ///
    /// The action starts the command directly, without a shell. `&&` and everything after it become arguments of the first program,
    /// so a publish after `&&` never runs. Often the step still succeeds.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   release:
    ///     permissions:
    ///       contents: write
    ///       id-token: write
    ///       pull-requests: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm ci
    ///       - uses: changesets/action@v1
    ///         with:
    ///           publish: npm run build && npx changeset publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "scripts": { "build": "tsc" }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Make the command a script in `package.json`, which runs in a shell, and run that script.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   release:
    ///     permissions:
    ///       contents: write
    ///       id-token: write
    ///       pull-requests: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm ci
    ///       - uses: changesets/action@v1
    ///         with:
    ///           publish: npm run release
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "scripts": { "build": "tsc", "release": "npm run build && changeset publish" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/changesets/action/blob/v1.9.0/src/run.ts>
    COMMAND_WITHOUT_SHELL {
        id: "command-without-shell",
        summary: "An action runs its command without a shell, so a publish after `&&` never runs.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, shell_word) {
        let word = found.cause;
        let what = match word.as_str() {
            "\n" => "A second line".to_owned(),
            _ => format!("`{word}`"),
        };
        let message = format!(
            "{what} is passed as an argument, because `changesets/action` uses no shell: `{}` never publishes",
            found.site.publishing_tool.command
        );
        let diagnostic = found.report(&COMMAND_WITHOUT_SHELL, message);
        findings
            .push(diagnostic.help("Move the command to a script in `package.json`, which runs in a shell."));
    }
}

fn shell_word(cause: &StopCause) -> Option<&String> {
    match cause {
        StopCause::NoShell(word) => Some(word),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    const RULE: &str = "command-without-shell";

    /// A repository that publishes with changesets/action and this command, with these members at the end of its `package.json`.
    fn repository(action: &str, input: &str, manifest: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
  release:
    permissions:
      contents: write
      id-token: write
      pull-requests: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm ci
      - uses: {action}
        with:
          {input}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget"{manifest} }}
"#
        )
    }

    const BUILD: &str = r#", "scripts": { "build": "tsc" }"#;

    #[test]
    fn a_publish_after_an_operator_never_runs() {
        let chain = |mark: &str| {
            repository(
                "changesets/action@v1",
                &format!("publish: npm run build && npx changeset publish{mark}"),
                BUILD,
            )
        };
        check_rule(
            RULE,
            &chain(
                "\n          #                      ^^ error[command-without-shell]: `&&` is passed as an argument, because \
                 `changesets/action` uses no shell: `changeset publish` never publishes\n          #                      ^^ \
                 help[command-without-shell]: Move the command to a script in `package.json`, which runs in a shell.",
            ),
        );
        check_sites(
            &chain(""),
            "release.yml:17 release; publisher=changesets; outcome=fails",
        );
        check_rule(
            RULE,
            &repository(
                "changesets/action@v2",
                "publish-script: npm run build ; npx changeset publish\n          #                             ^ error[command-without-shell]: …",
                BUILD,
            ),
        );
        check_rule(
            RULE,
            &repository(
                "changesets/action/publish@v2",
                "script: npm run build && npx changeset publish\n          #                     ^^ error[command-without-shell]: …",
                BUILD,
            ),
        );
    }

    #[test]
    fn a_variable_is_run_as_the_program() {
        check_rule(
            RULE,
            &repository(
                "changesets/action@v1",
                "publish: CI=1 npx changeset publish\n          #        ^^^^ error[command-without-shell]: …",
                "",
            ),
        );
    }

    #[test]
    fn changesets_rejects_extra_words() {
        let command = "publish: npx changeset publish && git push --follow-tags";
        let manifest = r#", "devDependencies": { "@changesets/cli": "^2.29.0" }"#;
        let marked =
            format!("{command}\n          #                              ^^ error[command-without-shell]: …");
        check_rule(RULE, &repository("changesets/action@v1", &marked, manifest));
        check_rule(RULE, &repository("changesets/action@v1", command, ""));
    }

    #[test]
    fn what_a_shell_runs_is_not_reported() {
        let script = r#", "scripts": { "release": "npm run build && changeset publish", "build": "tsc" }"#;
        for (command, manifest) in [
            ("publish: npm run release", script),
            ("publish: npx changeset publish", BUILD),
            ("publish: npm run release && git push", script),
            ("publish: bash -c 'npm run build && npx changeset publish'", BUILD),
            ("publish: npx changeset publish --tag next", BUILD),
        ] {
            check_rule(RULE, &repository("changesets/action@v1", command, manifest));
        }
    }
}
