//! The formats, as far as they do not depend on what is found.

use serde_json::json;

use crate::support::{TestFolder, run};

fn repository() -> TestFolder {
    TestFolder::with(&[
        (".github/workflows/ci.yml", "on: push\njobs: {}\n"),
        ("package.json", "{}\n"),
    ])
}

#[test]
fn json_is_one_object_on_standard_output() {
    let run = run(repository().path(), &["check", "--format", "json"]).exits_with(0);
    let expected = json!({
        "schema": 1,
        "diagnostics": [],
        "sites": [],
        "summary": {"files": 2, "errors": 0, "warnings": 0, "information": 0, "hints": 0},
    });
    assert_eq!(run.json(), expected);
    assert_eq!(run.stderr, "");
}

#[test]
fn sarif_is_complete_unless_a_file_could_not_be_read() {
    let folder = repository();
    let invocation = |code| {
        let log = run(folder.path(), &["check", "--format", "sarif"])
            .exits_with(code)
            .json();
        assert_eq!(log["version"], "2.1.0");
        log["runs"][0]["invocations"][0]["executionSuccessful"].as_bool()
    };
    assert_eq!(invocation(0), Some(true));
    folder.write(".github/workflows/broken.yml", b"\xff");
    assert_eq!(invocation(2), Some(false));
}

#[test]
fn github_gets_no_command_where_nothing_is_found() {
    let run = run(repository().path(), &["check", "--format", "github"]).exits_with(0);
    assert_eq!(
        run.stdout,
        "* no publish step found in 1 workflow file\n* no problems in 2 files\n"
    );
}

#[test]
fn rules_are_listed_in_three_forms() {
    let folder = repository();
    let rules = |format| run(folder.path(), &["rules", "--format", format]).exits_with(0);
    let listed = rules("json").json().as_array().unwrap().len();
    let text = rules("text").stdout;
    assert_eq!(text.lines().count(), 1 + listed + 2);
    let date = text.lines().last().unwrap();
    assert!(
        date.starts_with("Tables of Node, npm and publishing tools: 20"),
        "{date}"
    );
    assert_eq!(rules("markdown").stdout.lines().count(), 2 + listed);
}

#[test]
fn the_token_in_a_rules_example_is_shown() {
    let folder = repository();
    let page = run(folder.path(), &["rules", "npmrc-token-line"])
        .exits_with(0)
        .stdout;
    assert!(page.contains(":_authToken=npm_0123456789"), "{page}");
}

#[test]
fn sites_are_shown_with_their_facts_and_nothing_is_judged() {
    let workflow =
        "on: push\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npm publish\n";
    let folder = TestFolder::with(&[
        (".github/workflows/release.yml", workflow),
        (
            "package.json",
            "{ \"name\": \"widget\", \"version\": \"1.0.0\" }\n",
        ),
    ]);
    let text = run(folder.path(), &["check", "--sites"]).exits_with(0).stdout;
    assert!(
        text.starts_with(".github/workflows/release.yml:6 › publish\n  ✗ fails: ENEEDAUTH, npm has no token to publish with\n"),
        "{text}"
    );
    assert!(
        text.contains("  ✗ id-token      not granted: there is no `permissions`"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let json = run(folder.path(), &["check", "--sites", "--format", "json"])
        .exits_with(0)
        .json();
    assert_eq!(json["sites"][0]["evidence"][2]["fact"], "id_token");
    assert_eq!(json.get("diagnostics"), None);
    let refused = run(folder.path(), &["check", "--sites", "--format", "sarif"]).exits_with(2);
    assert!(refused.stderr.contains("--format json"), "{}", refused.stderr);
}
