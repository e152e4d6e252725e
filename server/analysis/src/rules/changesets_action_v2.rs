use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::edit::Refused;
use crate::edit::yaml::{Quoting, set_scalar};
use crate::fixes::builder::{editable, entry_around, fix_of_file};
use crate::fixes::permissions::node_of;
use crate::knowledge::changesets_action::{renamed_input, renamed_value};
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a job that uses version 2 of changesets/action as if it were version 1: with the old names of inputs, with
    /// version 2 of `@changesets/cli`, or with a token in the variable `GITHUB_TOKEN` that differs from the input `github-token`.
    ///
    /// ## Why it matters
    ///
    /// The action stops before it does anything. It prints "The following inputs have been renamed", "Changesets CLI v2 is not
    /// supported", or that the variable `GITHUB_TOKEN` "is set and does not match". Nothing is published, and no pull request is opened.
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
    ///       - uses: changesets/action@v2
    ///         with:
    ///           publish: npx changeset publish
    ///           title: Release
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "devDependencies": { "@changesets/cli": "3.0.3" }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Rename the inputs: `publish` is `publish-script` now, `version` is `version-script`, `commit` is `commit-message`, `title`
    /// is `pr-title`, and `branch` is `pr-base-branch`. Version 2 of `@changesets/cli` needs `changesets/action@v1`. A token other than
    /// the job's own goes into the input `github-token`.
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
    ///       - uses: changesets/action@v2
    ///         with:
    ///           publish-script: npx changeset publish
    ///           pr-title: Release
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "devDependencies": { "@changesets/cli": "3.0.3" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/changesets/action/blob/main/CHANGELOG.md>
    CHANGESETS_ACTION_V2 {
        id: "changesets-action-v2",
        summary: "changesets/action v2 is used with inputs, variables or a CLI that only v1 accepts.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

enum Refusal<'c> {
    Input { old: &'c str, new: &'static str },
    Cli { range: &'c str },
    Token,
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, refusal) {
        let place = &found.stop.place;
        let (message, help) = match found.cause {
            Refusal::Input { old, new } => (
                format!(
                    "`{old}` is called `{new}` in `changesets/action` v2: the action stops and publishes nothing"
                ),
                "The action stops before it does anything.",
            ),
            Refusal::Token => (
                "`GITHUB_TOKEN` is not the `github-token` of `changesets/action` v2: the action stops and publishes nothing"
                    .to_owned(),
                "Pass the token as the input `github-token`, and remove the variable.",
            ),
            Refusal::Cli { range } => (
                format!(
                    "`changesets/action` v2 does not support `@changesets/cli` {range}: the action stops and publishes nothing"
                ),
                "Update `@changesets/cli` to 3, or use `changesets/action@v1`.",
            ),
        };
        let fix = match found.cause {
            Refusal::Input { .. } => rename_inputs(context, place),
            Refusal::Token | Refusal::Cli { .. } => None,
        };
        findings.push(found.report(&CHANGESETS_ACTION_V2, message).help(help).fix(fix));
    }
}

fn refusal(cause: &StopCause) -> Option<Refusal<'_>> {
    match cause {
        StopCause::RenamedInput { old, new } => Some(Refusal::Input { old, new }),
        StopCause::ChangesetsCli2(range) => Some(Refusal::Cli { range }),
        StopCause::OtherGithubToken => Some(Refusal::Token),
        _ => None,
    }
}

/// Gives all inputs of the step their new names. None if a new name is set too, because it is unknown which one is meant.
fn rename_inputs(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let (with, _) = entry_around(node_of(file, place)?)?;
    let mut edits = Vec::new();
    for entry in with.entries() {
        let Some((_, new)) = entry.key.as_str().and_then(renamed_input) else {
            continue;
        };
        if with.entry_ignore_case(new).is_some() {
            return None;
        }
        edits.extend(set_scalar(&file.text, entry.key, new, Quoting::Keep).ok()?);
        if let Some(value) = entry.value.as_str().and_then(|value| renamed_value(new, value)) {
            edits.extend(set_scalar(&file.text, entry.value, value, Quoting::Keep).ok()?);
        }
    }
    let edits: Result<_, Refused> = Ok(edits);
    fix_of_file("Rename the inputs", Applicability::Safe, &place.path, edits)
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "changesets-action-v2";

    /// A repository that publishes with this action, these inputs and this @changesets/cli.
    fn repository(action: &str, inputs: &str, cli: &str) -> String {
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
{inputs}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", "devDependencies": {{ "@changesets/cli": "{cli}" }} }}
"#
        )
    }

    #[test]
    fn inputs_of_version_1_stop_the_action() {
        let inputs = |mark: &str| format!("        with:\n          publish: npx changeset publish{mark}");
        for action in [
            "changesets/action@v2",
            "changesets/action@v2.1.1",
            "Changesets/Action@v2",
            "changesets/action@e87c8ed249971350e47fa7515075f44eb134e5b3 # v2.1.0",
        ] {
            let marked = inputs(
                "\n#         ^^^^^^^ error💡[changesets-action-v2]: `publish` is called `publish-script` in `changesets/action` v2: …\
                 \n#         ^^^^^^^ help[changesets-action-v2]: The action stops before it does anything.",
            );
            check_rule(RULE, &repository(action, &marked, "^3.0.0"));
        }
        check_sites(
            &repository("changesets/action@v2", &inputs(""), "^3.0.0"),
            "release.yml:17 release; publisher=changesets; outcome=not-reached",
        );
    }

    #[test]
    fn other_versions_and_inputs_are_not_reported() {
        let old = "        with:\n          publish: npx changeset publish";
        let new = "        with:\n          publish-script: npx changeset publish";
        for (action, inputs, cli) in [
            ("changesets/action@v1", old, "^2.29.0"),
            ("changesets/action@main", old, "^3.0.0"),
            (
                "changesets/action@e87c8ed249971350e47fa7515075f44eb134e5b3",
                old,
                "^3.0.0",
            ),
            ("changesets/action@v2.0.0-next.1", old, "^3.0.0"),
            ("acme/action@v2", old, "^3.0.0"),
            ("changesets/action@v2", new, "^3.0.0"),
            ("changesets/action@v2", new, "latest"),
            (
                "changesets/action@v2",
                "        with:\n          publish-script: npx changeset publish\n          title: ''",
                "3.0.3",
            ),
            (
                "changesets/action@v2\n        continue-on-error: true",
                old,
                "3.0.3",
            ),
        ] {
            check_rule(RULE, &repository(action, inputs, cli));
        }
    }

    #[test]
    fn an_old_command_line_stops_the_action() {
        let inputs = "        with:\n          publish-script: npx changeset publish";
        let marked = |cli| {
            let action =
                "changesets/action@v2\n        #     ^^^^^^^^^^^^^^^^^^^^ error[changesets-action-v2]: …";
            repository(action, inputs, cli)
        };
        check_rule(RULE, &marked("^2.29.0"));
        check_rule(RULE, &marked("2.31.1"));
        let publish = "        with:\n          script: npx changeset publish";
        let action = "changesets/action/publish@v2\n        #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[changesets-action-v2]: …";
        check_rule(RULE, &repository(action, publish, "^2.29.0"));
    }

    #[test]
    fn the_command_of_version_2_publishes() {
        let inputs = "        with:\n          publish-script: npx changeset publish";
        check_sites(
            &repository("changesets/action@v2", inputs, "3.0.3"),
            "release.yml:17 release; publisher=changesets; outcome=oidc",
        );
    }

    #[test]
    fn another_token_in_the_variable_stops_the_action() {
        let of = |input: &str, token: &str| {
            let inputs = format!(
                "        with:\n          publish-script: npx changeset publish{input}\n        env:\n          GITHUB_TOKEN: {token}"
            );
            repository("changesets/action@v2", &inputs, "3.0.3")
        };
        let mark = "\n          #             ^^^^^^^^^^^^^^^^^^^^^^^^ error[changesets-action-v2]: `GITHUB_TOKEN` is not the `github-token` of …";
        check_rule(RULE, &of("", &format!("${{{{ secrets.BOT_TOKEN }}}}{mark}")));
        for (input, token) in [
            ("", "${{ secrets.GITHUB_TOKEN }}"),
            ("", "${{ github.token }}"),
            ("", "${{ secrets.BOT_TOKEN || github.token }}"),
            ("", "${{ env.TOKEN }}"),
            (
                "\n          github-token: ${{ secrets.BOT_TOKEN }}",
                "${{ secrets.BOT_TOKEN }}",
            ),
            (
                "\n          github-token: ${{ inputs.token }}",
                "${{ secrets.BOT_TOKEN }}",
            ),
        ] {
            check_rule(RULE, &of(input, token));
        }
    }

    #[test]
    fn the_inputs_are_renamed() {
        let before = "        with:\n          # how\n          publish: npx changeset publish # ours\n          version: npm run v\n          commitMode: git-cli\n          prDraft: always";
        let after = "        with:\n          # how\n          publish-script: npx changeset publish # ours\n          version-script: npm run v\n          push-with-git-cli: true\n          pr-draft: always";
        check_fix(
            RULE,
            &repository("changesets/action@v2", before, "3.0.3"),
            &repository("changesets/action@v2", after, "3.0.3"),
        );
    }
}
