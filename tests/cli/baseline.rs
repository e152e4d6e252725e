//! `--baseline` and `--write-baseline`.

use std::fs;

use serde_json::Value;

use crate::support::{TestFolder, copy_demo, demo, run};

const WORKFLOW: &str = ".github/workflows/release.yml";

fn read(folder: &TestFolder, path: &str) -> String {
    fs::read_to_string(folder.at(path)).expect("it is there")
}

fn accept(folder: &TestFolder) {
    let run = run(folder.path(), &["check", "--write-baseline", "baseline.json"]).exits_with(0);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "note: 4 findings written to `baseline.json`: `trustpub check --baseline` leaves them out\n"
    );
}

const CHECK: [&str; 3] = ["check", "--baseline", "baseline.json"];

#[test]
fn findings_of_the_baseline_are_left_out() {
    let folder = demo();
    accept(&folder);
    let clean = run(folder.path(), &CHECK).exits_with(0);
    assert!(
        clean.stdout.contains("no problems in 3 files"),
        "{}",
        clean.stdout
    );
    assert_eq!(clean.stderr, "note: 4 findings were left out by `--baseline`\n");
    // Also after their lines have moved.
    let text = read(&folder, WORKFLOW);
    folder.write(WORKFLOW, format!("# One\n# Two\n{text}"));
    run(folder.path(), &CHECK).exits_with(0);
    // A new finding is reported, and only that.
    folder.write(WORKFLOW, text.replace("node-version: 22", "node-version: 20"));
    let new = run(folder.path(), &[&CHECK[..], &["--format", "json"]].concat())
        .exits_with(1)
        .json();
    let rules: Vec<&Value> = new["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|found| &found["rule"])
        .collect();
    assert_eq!(rules, ["npm-too-old-node"]);
}

#[test]
fn entries_that_match_nothing_are_named() {
    let folder = demo();
    accept(&folder);
    folder.write(".npmrc", "fund=false\n");
    let whole = run(folder.path(), &CHECK).exits_with(0);
    assert_eq!(
        whole.stderr,
        "note: 3 findings were left out by `--baseline`\n\
         note: 1 finding of the baseline no longer exists: write the baseline again with `--write-baseline`\n  .npmrc: always-auth\n"
    );
    // A part of the repository does not show that they are gone.
    let part = run(
        folder.path(),
        &["check", "--baseline", "baseline.json", "package.json"],
    )
    .exits_with(0);
    assert!(!part.stderr.contains("no longer"), "{}", part.stderr);
    // Other rules are not asked for, but still there.
    let rule = run(folder.path(), &[&CHECK[..], &["--rule", "always-auth"]].concat()).exits_with(0);
    assert!(
        rule.stderr.contains("1 finding of the baseline no longer exists"),
        "{}",
        rule.stderr
    );
}

#[test]
fn a_baseline_is_sorted_and_holds_no_secret() {
    let folder = TestFolder::with(&[]);
    copy_demo(&folder, "b/");
    copy_demo(&folder, "a/");
    folder.write(
        "a/.npmrc",
        "//registry.npmjs.org/:_authToken=npm_0123456789abcdefABCDEF0123456789abcd\n",
    );
    run(
        folder.path(),
        &["check", "b", "a", "--write-baseline", "baseline.json"],
    )
    .exits_with(0);
    let text = read(&folder, "baseline.json");
    assert!(!text.contains("npm_0123"), "{text}");
    let baseline: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(baseline["schema"], 1);
    let entries = baseline["findings"].as_array().expect("a list");
    let paths: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry["path"].as_str())
        .collect();
    assert!(
        paths.is_sorted() && paths.contains(&"a/.npmrc") && paths.contains(&"b/package.json"),
        "{paths:?}"
    );
    run(folder.path(), &["check", "a", "b", "--baseline", "baseline.json"]).exits_with(0);
}

#[test]
fn an_unusable_baseline_is_an_error() {
    let folder = demo();
    for (text, reason) in [
        (None, "the baseline `baseline.json` cannot be read"),
        (Some("{"), "`baseline.json` is not a baseline"),
        (Some("[]"), "expected an object"),
        (Some(r#"{"schema": 1}"#), "missing field `findings`"),
        (Some(r#"{"schema": 1, "findings": [1]}"#), "expected a finding"),
        (Some(r#"{"schema": 2, "findings": []}"#), "has schema 2"),
    ] {
        if let Some(text) = text {
            folder.write("baseline.json", text);
        }
        let run = run(folder.path(), &CHECK).exits_with(2);
        assert!(run.stderr.contains(reason), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    folder.write(".github/workflows/broken.yml", b"\xff");
    let run = run(folder.path(), &["check", "--write-baseline", "new.json"]).exits_with(2);
    assert!(
        run.stderr.contains("the baseline was not written"),
        "{}",
        run.stderr
    );
    assert!(!folder.at("new.json").exists());
}

#[test]
fn a_byte_order_mark_is_not_a_fault() {
    let folder = demo();
    accept(&folder);
    let text = read(&folder, "baseline.json");
    folder.write("baseline.json", format!("\u{feff}{text}"));
    run(folder.path(), &CHECK).exits_with(0);
}

#[test]
fn a_baseline_of_a_part_says_so() {
    let folder = demo();
    let write = |args: &[&str]| {
        run(
            folder.path(),
            &[&["check", "--write-baseline", "b.json"], args].concat(),
        )
    };
    let rule = write(&["--rule", "always-auth"]).exits_with(0);
    assert_eq!(
        rule.stderr,
        "note: 1 finding written to `b.json`: `trustpub check --baseline` leaves it out\n\
         warning: `b.json` lists only what `--rule` and `--min-severity` ask for: 3 other findings are not in it\n"
    );
    let severity = write(&["--min-severity", "error", "--quiet"]).exits_with(0);
    assert!(
        severity.stderr.starts_with("warning: `b.json` lists only")
            && severity.stderr.contains("1 other finding is"),
        "{}",
        severity.stderr
    );
    let part = write(&["package.json"]).exits_with(0);
    assert!(
        part.stderr
            .contains("warning: `b.json` lists only the findings in `package.json`"),
        "{}",
        part.stderr
    );
    let unsaved = write(&["--stdin-filename", "package.json"]).exits_with(2);
    assert!(
        unsaved.stderr.contains("cannot be used with"),
        "{}",
        unsaved.stderr
    );
    // Without a part there is nothing to say.
    assert!(!write(&[]).exits_with(0).stderr.contains("lists only"));
}

#[test]
fn what_is_not_a_baseline_is_not_replaced() {
    let folder = demo();
    folder.write("notes.json", "{}");
    let refused = run(folder.path(), &["check", "--write-baseline", "notes.json"]).exits_with(2);
    assert!(
        refused
            .stderr
            .contains("it holds something other than a baseline"),
        "{}",
        refused.stderr
    );
    assert_eq!(read(&folder, "notes.json"), "{}");
    folder.write("empty.json", "");
    for file in ["empty.json", "empty.json"] {
        run(folder.path(), &["check", "--write-baseline", file]).exits_with(0);
    }
    let absent = run(folder.path(), &["check", "--write-baseline", "a/b.json"]).exits_with(2);
    assert!(
        absent
            .stderr
            .contains("the folder `a` does not exist. Create it first."),
        "{}",
        absent.stderr
    );
}

/// What a baseline is about does not depend on the current folder, nor on which of its repositories are checked.
#[test]
fn paths_go_from_the_folder_of_the_baseline() {
    let folder = TestFolder::with(&[("elsewhere/README.md", "")]);
    copy_demo(&folder, "a/");
    copy_demo(&folder, "b/");
    run(
        folder.path(),
        &["check", "a", "b", "--write-baseline", "baseline.json"],
    )
    .exits_with(0);
    run(folder.path(), &["check", "a", "--baseline", "baseline.json"]).exits_with(0);
    run(&folder.at("a"), &["check", "--baseline", "../baseline.json"]).exits_with(0);
    let both = ["check", "../b", "../a", "--baseline", "../baseline.json"];
    run(&folder.at("elsewhere"), &both).exits_with(0);
    // In the repository, or elsewhere for one repository, they go from the root.
    for file in ["a/.github/baseline.json", "elsewhere/baseline.json"] {
        run(folder.path(), &["check", "a", "--write-baseline", file]).exits_with(0);
        assert!(read(&folder, file).contains("\"path\": \".npmrc\""), "{file}");
        let file = format!("../{file}");
        run(&folder.at("a"), &["check", "--baseline", &file]).exits_with(0);
    }
}

const WORKSPACES: &str = "on: {release: {types: [published]}}
permissions: {contents: read, id-token: write}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {node-version: 24, registry-url: 'https://registry.npmjs.org'}
      - run: npm publish --workspaces
";

/// A finding at a publish step that counts packages is known by them: a new package is not hidden by the old ones.
#[test]
fn each_package_of_a_counted_finding_is_listed() {
    let root = r#"{"name": "root", "version": "1.0.0", "private": true, "workspaces": ["packages/*"]}"#;
    let package = |name: &str| format!(r#"{{"name": "{name}", "version": "1.0.0"}}"#);
    let folder = TestFolder::with(&[(WORKFLOW, WORKSPACES), ("package.json", root)]);
    folder.write("packages/a/package.json", package("one"));
    folder.write("packages/b/package.json", package("two"));
    run(folder.path(), &["check", "--write-baseline", "baseline.json"]).exits_with(0);
    let clean = run(folder.path(), &CHECK).exits_with(0);
    assert!(!clean.stderr.contains("no longer"), "{}", clean.stderr);
    // A part of the repository has findings of its own for the same trouble.
    run(folder.path(), &[&CHECK[..], &["packages/a"]].concat()).exits_with(0);
    folder.write("packages/c/package.json", package("three"));
    let new = run(folder.path(), &CHECK).exits_with(1);
    let counted = "error[repository-missing]: ";
    assert!(
        new.stdout.starts_with(counted) && new.stdout.contains("release.yml:10:14"),
        "{}",
        new.stdout
    );
    assert!(!new.stderr.contains("no longer"), "{}", new.stderr);
    // With one left, its own finding is reported instead.
    for path in ["packages/b/package.json", "packages/c/package.json"] {
        fs::remove_file(folder.at(path)).expect("it was written");
    }
    run(folder.path(), &CHECK).exits_with(0);
}
