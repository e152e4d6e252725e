//! `trustpub.toml`, and what the command line says about it.

use crate::support::{Run, TestFolder, run};

const WORKFLOW: &str = "\
on: release
jobs:
  publish:
    permissions:
      id-token: write
    runs-on: self-hosted
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
";

fn repository(config: &str) -> TestFolder {
    TestFolder::with(&[
        (".github/workflows/release.yml", WORKFLOW),
        ("trustpub.toml", config),
    ])
}

/// Each finding as `path rule severity`.
fn findings(run: &Run) -> Vec<String> {
    let output = run.json();
    let found = output["diagnostics"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
    found
        .map(|found| {
            let parts = [
                text(&found["path"]),
                text(&found["rule"]),
                text(&found["severity"]),
            ];
            parts.join(" ")
        })
        .collect()
}

#[track_caller]
fn check(folder: &TestFolder, args: &[&str], code: i32) -> Vec<String> {
    let args = [&["check", "--format", "json"], args].concat();
    findings(&run(folder.path(), &args).exits_with(code))
}

const RUNNER_ERROR: &str = ".github/workflows/release.yml self-hosted-runner error";

#[test]
fn the_configuration_of_the_repository_decides() {
    let folder = repository("[rules]\nself-hosted-runner = \"hint\"\n");
    let hint = ".github/workflows/release.yml self-hosted-runner hint";
    assert_eq!(check(&folder, &[], 0), [hint]);
    assert_eq!(check(&folder, &["--fail-on", "hint"], 1), [hint]);
    assert_eq!(check(&folder, &["--no-config"], 1), [RUNNER_ERROR]);
}

#[test]
fn another_file_takes_its_place() {
    let folder = repository("[rules]\nself-hosted-runner = \"off\"\n");
    folder.write(
        "ci/strict.toml",
        "[rules]\nself-hosted-runner = \"warning\"\nnothing = 1\n",
    );
    assert_eq!(check(&folder, &[], 0), [""; 0]);
    let expected = [
        ".github/workflows/release.yml self-hosted-runner warning",
        "ci/strict.toml config-invalid error",
    ];
    assert_eq!(check(&folder, &["--config", "ci/strict.toml"], 1), expected);

    let elsewhere = TestFolder::with(&[("shared.toml", "[rules]\nself-hosted-runner = \"information\"\n")]);
    let path = elsewhere.at("shared.toml").display().to_string();
    let expected = [".github/workflows/release.yml self-hosted-runner information"];
    assert_eq!(check(&folder, &["--config", &path], 0), expected);
}

#[test]
fn a_configuration_that_cannot_be_read_is_an_error() {
    let folder = repository("");
    let run = run(folder.path(), &["check", "--config", "nowhere.toml"]).exits_with(2);
    assert!(
        run.stderr.contains("`nowhere.toml` cannot be read"),
        "{}",
        run.stderr
    );
    folder.write("trustpub.toml", b"\xff");
    let run = crate::support::run(folder.path(), &["check"]).exits_with(2);
    assert!(run.stderr.contains("trustpub.toml"), "{}", run.stderr);
}

#[test]
fn what_is_wrong_with_it_is_shown_like_every_finding() {
    let folder = repository("[rules]\nself-hosted-runnr = \"off\"\n");
    let run = run(folder.path(), &["check"]).exits_with(1);
    assert!(run.stdout.contains("trustpub.toml:2:1"), "{}", run.stdout);
    assert!(
        run.stdout.contains("did you mean `self-hosted-runner`?"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_fix_removes_an_ignore_that_is_not_needed() {
    let folder = repository("[rules]\nself-hosted-runner = \"off\"\n");
    let comment = " # trustpub: ignore[always-auth] not yet";
    let file = ".github/workflows/release.yml";
    folder.write(
        file,
        WORKFLOW.replace("self-hosted", &format!("self-hosted{comment}")),
    );
    run(folder.path(), &["fix"]).exits_with(0);
    assert_eq!(std::fs::read_to_string(folder.at(file)).unwrap(), WORKFLOW);
}

/// What npm 12 prints for a package with two trusted publishers.
const TRUST_LIST: &str = r#"
{
  "id": "0d5f0a3e",
  "type": "github",
  "file": "release.yml",
  "repository": "acme/widget",
  "environment": "npm",
  "permissions": [
    "createPackage",
    "createStagedPackage"
  ]
}
{
  "id": "77aa",
  "type": "gitlab",
  "file": ".gitlab-ci.yml"
}

"#;

#[test]
fn what_npm_lists_becomes_a_configuration_that_is_obeyed() {
    let folder = TestFolder::with(&[
        (
            ".github/workflows/release.yml",
            &WORKFLOW.replace("self-hosted", "ubuntu-latest"),
        ),
        (
            "package.json",
            r#"{"name": "@acme/widget", "version": "1.0.0", "repository": "github:acme/widget"}"#,
        ),
        ("trust.json", TRUST_LIST),
    ]);
    let imported = run(folder.path(), &["import-publishers", "trust.json"]).exits_with(0);
    assert_eq!(
        imported.stdout,
        "[[trusted-publisher]]\npackage = \"@acme/widget\"\nworkflow = \"release.yml\"\nenvironment = \"npm\"\n\
         repository = \"acme/widget\"\nallow = [\"publish\", \"stage-publish\"]\n\n"
    );
    assert!(
        imported.stderr.contains("1 of `@acme/widget` left out"),
        "{}",
        imported.stderr
    );
    folder.write("trustpub.toml", &imported.stdout);
    let args = ["--repository", "acme/widget"];
    let expected = ".github/workflows/release.yml trusted-publisher-environment error";
    assert_eq!(check(&folder, &args, 1), [expected]);
}

/// npm prints an object for each trusted publisher of the package, and one that matches is enough.
#[test]
fn several_trusted_publishers_become_several_tables() {
    let entry =
        |file: &str| format!(r#"{{"type": "github", "file": "{file}", "repository": "acme/widget"}}"#);
    let list = format!("{}\n{}\n", entry("recover.yml"), entry("release.yml"));
    let workflow = WORKFLOW.replace("self-hosted", "ubuntu-latest");
    let folder = TestFolder::with(&[
        (".github/workflows/release.yml", &workflow),
        (".github/workflows/recover.yml", &workflow),
        (".github/workflows/canary.yml", &workflow),
        (
            "package.json",
            r#"{"name": "@acme/widget", "version": "1.0.0", "repository": "github:acme/widget"}"#,
        ),
        ("trust.json", &list),
    ]);
    let imported = run(folder.path(), &["import-publishers", "trust.json"]).exits_with(0);
    assert_eq!(imported.stdout.matches("[[trusted-publisher]]").count(), 2);
    folder.write("trustpub.toml", &imported.stdout);
    let args = ["--repository", "acme/widget"];
    let expected = ".github/workflows/canary.yml trusted-publisher-workflow error";
    assert_eq!(check(&folder, &args, 1), [expected]);
}

#[test]
fn the_registry_s_own_answer_is_read_too() {
    let answer = r#"[{"id": "1", "type": "github", "permissions": ["createPackage"],
        "claims": {"repository": "acme/widget", "workflow_ref": {"file": "publish.yml"}}}]"#;
    let folder = TestFolder::with(&[("answer.json", answer)]);
    let args = ["import-publishers", "--package", "a\"b", "answer.json"];
    assert_eq!(
        run(folder.path(), &args).exits_with(0).stdout,
        "[[trusted-publisher]]\npackage = \"a\\\"b\"\nworkflow = \"publish.yml\"\nrepository = \"acme/widget\"\n\
         allow = [\"publish\"]\n\n"
    );
}

#[test]
fn an_import_that_cannot_be_done_says_why() {
    let folder = TestFolder::with(&[
        ("none.json", "\n"),
        ("text.json", "type: github"),
        ("list.json", "[1]"),
        ("binary.json", ""),
    ]);
    folder.write("binary.json", b"\xff");
    let widget = ["--package", "widget"];
    for (file, args, code, reason) in [
        (
            "none.json",
            &widget[..],
            1,
            "no trusted publisher on GitHub is registered for `widget`",
        ),
        ("none.json", &[], 2, "add `--package NAME`"),
        (
            "text.json",
            &widget,
            2,
            "this is not what `npm trust list widget --json` prints: expected",
        ),
        ("list.json", &widget, 2, "`1` is not an object"),
        ("binary.json", &widget, 2, "is not valid UTF-8"),
        ("absent.json", &widget, 2, "`absent.json` cannot be read"),
    ] {
        let args = [&["import-publishers", file], args].concat();
        let run = run(folder.path(), &args).exits_with(code);
        assert!(run.stderr.contains(reason), "{file}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{file}");
    }
}
