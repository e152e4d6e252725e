//! `trustpub.toml`, and what the command line says about it.

use crate::support::{Run, TestFolder, run};

const WORKFLOW: &str = "\
on: push
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
