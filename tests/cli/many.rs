//! Many repositories in one process.

use serde_json::Value;

use crate::support::{TestFolder, copy_demo, run};

/// Two copies of the demo and a repository without findings, with their list.
fn checkouts() -> TestFolder {
    let folder = TestFolder::with(&[
        ("sound/.github/workflows/ci.yml", "on: push\njobs: {}\n"),
        ("sound/package.json", "{}\n"),
        ("list", "one\r\n\nsound\ntwo\n"),
    ]);
    copy_demo(&folder, "one/");
    copy_demo(&folder, "two/");
    folder
}

const LIST: [&str; 3] = ["check", "--from-list", "list"];

#[test]
fn a_list_names_the_repositories() {
    let folder = checkouts();
    let run_with = |args: &[&str]| run(folder.path(), &[&LIST[..], args].concat());
    let text = run_with(&[]).exits_with(1).stdout;
    assert!(
        text.contains("6 errors, 2 information in 8 files of 3 repositories"),
        "{text}"
    );
    assert!(text.contains("sound: no publish step found"), "{text}");
    let named = run(folder.path(), &["check", "one", "sound", "two"]).stdout;
    assert_eq!(
        text.replace("`trustpub fix PATH`", "`trustpub fix one sound two`"),
        named
    );
    // A path that leads nowhere does not keep the others from being looked at.
    folder.write("list", "absent\none\n");
    let run = run_with(&["--format", "jsonl"]).exits_with(2);
    assert!(run.stderr.contains("`absent` does not exist"), "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 2);
    folder.write("list", "\n");
    let empty = run_with(&[]).exits_with(2);
    assert!(empty.stderr.contains("lists no repository"), "{}", empty.stderr);
}

#[test]
fn a_list_may_begin_with_a_byte_order_mark() {
    let folder = checkouts();
    folder.write("list", "\u{feff}sound\n");
    run(folder.path(), &LIST).exits_with(0);
}

/// Windows has no such names, and Apple's file systems refuse them.
#[cfg(target_os = "linux")]
#[test]
fn a_path_need_not_be_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = checkouts();
    let name = OsStr::from_bytes(b"n\xff");
    std::fs::rename(folder.at("one"), folder.path().join(name)).expect("it is there");
    folder.write("list", b"n\xff\ntwo\n");
    let text = run(folder.path(), &LIST).exits_with(1).stdout;
    assert!(
        text.contains("6 errors, 2 information in 6 files of 2 repositories"),
        "{text}"
    );
}

#[test]
fn json_lines_have_a_line_for_each_repository_and_totals() {
    let folder = checkouts();
    let text = run(folder.path(), &[&LIST[..], &["--format", "jsonl"]].concat())
        .exits_with(1)
        .stdout;
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let names: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["repository"].as_str())
        .collect();
    assert_eq!(names, ["one", "sound", "two"]);
    assert_eq!(
        lines[2]["diagnostics"][0]["path"],
        ".github/workflows/release.yml"
    );
    assert_eq!(lines[2]["summary"]["errors"], 3);
    assert_eq!(
        lines[3],
        serde_json::json!({"schema": 1, "total": {
            "repositories": 3, "repositories_with_findings": 2,
            "files": 8, "errors": 6, "warnings": 0, "information": 2, "hints": 0,
        }})
    );
}

#[test]
fn csv_has_a_line_for_each_finding() {
    let folder = checkouts();
    let text = run(folder.path(), &[&LIST[..], &["--format", "csv"]].concat())
        .exits_with(1)
        .stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "repository,path,line,column,severity,rule,message,fingerprint,url"
    );
    assert_eq!(lines.len(), 9);
    assert!(
        lines[5].starts_with("two,.github/workflows/release.yml,7,1,error,id-token-missing,"),
        "{text}"
    );
}
