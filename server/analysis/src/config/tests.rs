//! The configuration as it shows in diagnostics.

use std::sync::Arc;

use super::Config;
use crate::test_support::{check, check_fix};
use crate::text::FilePath;
use crate::workspace::{Workspace, known_names};

/// A workflow of which nothing is wrong but its runner. `lines` are those of the runner.
fn workflow(lines: &str) -> String {
    format!(
        r#"#- .github/workflows/release.yml
on: release
jobs:
  publish:
    permissions:
      id-token: write
{lines}
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
"#
    )
}

const IGNORED: &str = "    runs-on: self-hosted";
const FOUND: &str = "    runs-on: self-hosted
    #        ^^^^^^^^^^^ error💡?[self-hosted-runner]: `self-hosted` is not a GitHub-hosted runner: …";
const FOUND_AS_HINT: &str = "    runs-on: self-hosted
    #        ^^^^^^^^^^^ hint💡?[self-hosted-runner]: `self-hosted` is not a GitHub-hosted runner: …";

#[test]
fn a_rule_is_switched_off_or_reports_with_another_severity() {
    let rules = |level: &str| {
        format!(
            r#"#- trustpub.toml
[rules]
self-hosted-runner = "{level}"
"#
        )
    };
    check(&workflow(FOUND));
    check(&format!("{}{}", rules("off"), workflow(IGNORED)));
    check(&format!("{}{}", rules("hint"), workflow(FOUND_AS_HINT)));
}

#[test]
fn comments_ignore_findings_of_their_line_or_of_the_next() {
    for lines in [
        "    runs-on: self-hosted # trustpub: ignore[self-hosted-runner] our runner is GitHub's",
        "    # trustpub: ignore[self-hosted-runner] our runner is GitHub's\n\n    # A remark.\n    runs-on: self-hosted",
        "    runs-on: self-hosted # trustpub: ignore[yaml-syntax, self-hosted-runner] why
    #                                       ^^^^^^^^^^^ information💡[unused-ignore]: `yaml-syntax` …",
    ] {
        check(&workflow(lines));
    }
}

#[test]
fn comments_in_scripts_ignore_findings_there() {
    check(
        r#"
        #- .github/workflows/release.yml
        on: release
        jobs:
          publish:
            permissions:
              id-token: write
            runs-on: ubuntu-latest
            steps:
              - uses: actions/setup-node@v6
                with:
                  node-version: 24
              - run: |
                  # trustpub: ignore[run-writes-npmrc-token] only for private packages
                  npm config set //registry.npmjs.org/:_authToken=${{ secrets.NPM_TOKEN }}
                  npm publish
        "#,
    );
}

#[test]
fn comments_ignore_findings_in_files_that_another_file_leads_to() {
    let workflow = r#"
        #- .github/workflows/release.yml
        on: release
        jobs:
          publish:
            permissions:
              id-token: write
            runs-on: ubuntu-latest
            steps:
              - uses: actions/setup-node@v6
                with:
                  node-version: 24
              - run: npm publish
                env:
                  # trustpub: ignore[publish-token-env] we move next week
                  NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
        #- .npmrc
"#;
    for lines in [
        "        //registry.npmjs.org/:_authToken=${NPM_TOKEN}
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning💡?[npmrc-token-line]: …\n",
        "        ; trustpub: ignore[npmrc-token-line] we move next week
        //registry.npmjs.org/:_authToken=${NPM_TOKEN}\n",
    ] {
        check(&format!("{}{lines}", workflow.trim_start_matches('\n')));
    }
}

#[test]
fn ignores_of_the_configuration_go_by_path_and_rule() {
    for (entry, lines) in [
        ("path = \".github\"\nrule = \"self-hosted-runner\"", IGNORED),
        ("path = \".github/workflows/rel*.yml\"", IGNORED),
        (
            "path = \"**\"\nrules = [\"self-hosted-runner\", \"private-true\"]
#                              ^^^^^^^^^^^^^^ information[unused-ignore]: `private-true` finds nothing in these files",
            IGNORED,
        ),
        (
            "path = \"packages/**\"
#      ^^^^^^^^^^^^^ information[unused-ignore]: No rule finds anything in these files",
            FOUND,
        ),
        (
            "path = \"packages\"\nrule = \"self-hosted-runner\"
#      ^^^^^^^^^^^^^^^^^^^^ information[unused-ignore]: `self-hosted-runner` finds nothing in these files",
            FOUND,
        ),
    ] {
        check(&format!(
            r#"#- trustpub.toml
[[ignore]]
{entry}
reason = "only tests"
{}"#,
            workflow(lines)
        ));
    }
}

#[test]
fn unused_ignores_are_not_reported_where_that_is_switched_off_or_the_rule_is() {
    let quiet = workflow("    runs-on: ubuntu-latest # trustpub: ignore[always-auth] not yet");
    for rule in ["unused-ignore", "always-auth"] {
        check(&format!(
            r#"#- trustpub.toml
[rules]
{rule} = "off"
{quiet}"#
        ));
    }
    check(&format!(
        r#"#- trustpub.toml
[[ignore]]
path = ".github"
rule = "unused-ignore"
reason = "generated"
{quiet}"#
    ));
}

#[test]
fn an_unused_ignore_is_removed() {
    let npmrc = |text: &str| format!("#- .npmrc\n{text}");
    for (before, after) in [
        ("a=1 # trustpub: ignore[always-auth] why\nb=2\n", "a=1\nb=2\n"),
        ("a=1\n  ; trustpub: ignore[always-auth] why\nb=2\n", "a=1\nb=2\n"),
        (
            "# trustpub: ignore[private-true, always-auth] why\nalways-auth=true\n",
            "# trustpub: ignore[always-auth] why\nalways-auth=true\n",
        ),
        (
            "# trustpub: ignore[always-auth, private-true] why\nalways-auth=true\n",
            "# trustpub: ignore[always-auth] why\nalways-auth=true\n",
        ),
    ] {
        check_fix("unused-ignore", &npmrc(before), &npmrc(after));
    }
}

#[test]
fn the_repository_of_the_configuration_goes_before_that_of_git() {
    let manifest =
        "#- package.json\n{ \"name\": \"x\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }\n";
    let files = format!("{}{manifest}", workflow("    runs-on: ubuntu-latest"));
    check(&format!(
        r#"#- repository: somebody/widget
#- trustpub.toml
repository = "acme/widget"
{files}"#
    ));
}

/// The rules that report something in `.npmrc`.
fn findings(workspace: &mut Workspace) -> Vec<(&'static str, &'static str)> {
    workspace.check();
    let found = workspace.all_diagnostics();
    found.map(|found| (found.rule, found.severity.name())).collect()
}

#[test]
fn what_is_laid_over_the_file_counts_and_may_be_taken_away_again() {
    let path = |path| FilePath::new(path).unwrap();
    let mut workspace = Workspace::new();
    workspace.set_file(path(".npmrc"), Arc::from("always-auth=true\n"));
    workspace.set_file(
        path("trustpub.toml"),
        Arc::from("[rules]\nalways-auth = 'error'\n"),
    );
    assert_eq!(findings(&mut workspace), [("always-auth", "error")]);

    workspace.set_overlay(Config::from_json(
        r#"{ "rules": { "always-auth": "hint" } }"#,
        known_names(),
    ));
    assert_eq!(findings(&mut workspace), [("always-auth", "hint")]);
    workspace.set_overlay(Config::from_json(
        r#"{ "ignore": [{ "path": ".npmrc", "reason": "the editor says so" }] }"#,
        known_names(),
    ));
    assert_eq!(findings(&mut workspace), []);
    workspace.set_overlay(Config::default());
    assert_eq!(findings(&mut workspace), [("always-auth", "error")]);

    workspace.remove_file(&path("trustpub.toml"));
    let by_itself = findings(&mut workspace);
    assert_ne!(by_itself, [("always-auth", "error")]);
    workspace.use_config(Some(path("ci/lenient.toml")));
    workspace.set_file(
        path("ci/lenient.toml"),
        Arc::from("[rules]\nalways-auth = 'off'\n"),
    );
    assert_eq!(findings(&mut workspace), []);
    workspace.use_config(None);
    workspace.set_file(path("trustpub.toml"), Arc::from("[rules]\nalways-auth = 'off'\n"));
    assert_eq!(findings(&mut workspace), by_itself);
}

#[test]
fn settings_of_an_editor_say_what_is_wrong_with_them() {
    let config = Config::from_json(
        r#"{ "rules": { "always-auth": 1 }, "colour": "red" }"#,
        known_names(),
    );
    let problems: Vec<&str> = config
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert_eq!(Config::from_json("nonsense", known_names()), Config::default());
}

/// A job about which there are two pieces of advice.
fn advised(mark: &str, unpinned: &str, install: &str) -> String {
    format!(
        r#"
#- .github/workflows/release.yml
on: release
jobs:
{mark}
    permissions:
      id-token: write
    runs-on: ubuntu-latest
    steps:
      - uses: owner/action@v1{unpinned}
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm ci{install}
      - run: npm publish
"#
    )
}

#[test]
fn advice_is_grouped_after_ignores_and_severities() {
    let unpinned = "\n        #     ^^^^^^^^^^^^^^^ LEVEL[unpinned-action]: …";
    let hint = unpinned.replace("LEVEL", "hint");
    let install = "\n        #    ^^^^^^ LEVEL💡?[install-scripts-in-publish-job]: …";
    let install_hint = install.replace("LEVEL", "hint");
    let rules = |rule: &str, level: &str| {
        format!(
            r#"#- trustpub.toml
[rules]
{rule} = "{level}"
"#
        )
    };
    let both = "  publish:\n  # ^^ hint💡?[publish-job-hardening]: …";
    check(&advised(&both.replace("# ^^", "^^^^^^^"), "", ""));
    check(&advised(
        "  publish:",
        " # trustpub: ignore[unpinned-action] ours",
        &install_hint,
    ));
    let off = rules("install-scripts-in-publish-job", "off");
    check(&format!("{off}{}", advised("  publish:", &hint, "")));
    let raised = rules("unpinned-action", "warning");
    let warning = unpinned.replace("LEVEL", "warning");
    check(&format!(
        "{raised}{}",
        advised("  publish:", &warning, &install_hint)
    ));
}

#[test]
fn the_rule_of_the_group_decides_about_all_advice() {
    let rules = |level: &str| {
        format!(
            r#"#- trustpub.toml
[rules]
publish-job-hardening = "{level}"
"#
        )
    };
    check(&format!("{}{}", rules("off"), advised("  publish:", "", "")));
    let ignored = "  publish: # trustpub: ignore[publish-job-hardening] reviewed";
    check(&advised(ignored, "", ""));
    check(&format!(
        "{}{}",
        rules("information"),
        advised(
            "  publish:",
            "\n        #     ^^^^^^^^^^^^^^^ information[unpinned-action]: …",
            "\n        #    ^^^^^^ information💡?[install-scripts-in-publish-job]: …",
        )
    ));
}
