//! From files on disk to findings.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{DEMO, Run, TestFolder, copy_demo, demo, project_root, run, run_command, trustpub};

fn findings(run: &Run) -> Vec<Value> {
    run.json()["diagnostics"].as_array().unwrap().clone()
}

fn rules(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
    let mut command = trustpub(
        folder,
        &[&["check", "--format", "json", "--fail-on", "never"], args].concat(),
    );
    command.envs(variables.iter().copied());
    let run = run_command(&mut command).exits_with(0);
    findings(&run)
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn demo_shows_typical_mistakes() {
    let run = run(&project_root(), &["check", DEMO]).exits_with(1);
    assert_eq!(run.stderr, "");
    for part in [
        "error[id-token-missing]: ",
        "--> tests/fixtures/demo/.github/workflows/release.yml:",
        "error[npm-too-old-node]: ",
        "error[repository-missing]: ",
        "information[always-auth]: ",
        "--> tests/fixtures/demo/.npmrc:3:1\n",
        "tests/fixtures/demo/package.json:",
        "release.yml › publish: npm ",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
}

#[test]
fn every_format_tells_of_the_same_findings() {
    let folder = demo();
    let output = |format| run(folder.path(), &["check", "--format", format]).exits_with(1);
    let json = output("json").json();
    let findings = json["diagnostics"].as_array().unwrap();
    let log = output("sarif").json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), findings.len());
    let text = output("text").stdout;
    let github = output("github").stdout;
    for (finding, result) in findings.iter().zip(results) {
        let (rule, path) = (
            finding["rule"].as_str().unwrap(),
            finding["path"].as_str().unwrap(),
        );
        let (line, column) = (&finding["start"]["line"], &finding["start"]["column"]);
        let severity = finding["severity"].as_str().unwrap();
        assert!(text.contains(&format!("{severity}[{rule}]: ")), "{rule}");
        assert!(text.contains(&format!("--> {path}:{line}:{column}\n")), "{rule}");
        assert!(github.contains(&format!(" file={path},line={line},")), "{rule}");
        assert_eq!(result["ruleId"], rule);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(
            (&region["startLine"], &region["startColumn"]),
            (line, column),
            "{rule}"
        );
        let described =
            &log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(described["id"], rule);
        assert!(!described["help"]["text"].as_str().unwrap().is_empty(), "{rule}");
    }
}

#[test]
fn json_names_the_site_and_the_places() {
    let folder = demo();
    let json = run(folder.path(), &["check", "--format", "json"])
        .exits_with(1)
        .json();
    let site = &json["sites"][0];
    assert_eq!(
        (&site["path"], &site["job"], &site["publisher"]),
        (
            &".github/workflows/release.yml".into(),
            &"publish".into(),
            &"npm".into()
        )
    );
    assert_eq!(
        (&site["packages"], &site["id_token"], &site["outcome"]),
        (&vec!["@acme/widget"].into(), &"none".into(), &"fails".into())
    );
    assert_eq!(json["summary"]["files"], 3);
    for finding in json["diagnostics"].as_array().unwrap() {
        let text = fs::read_to_string(folder.at(finding["path"].as_str().unwrap())).unwrap();
        let offset = |index: usize| finding["offset"][index].as_u64().unwrap() as usize;
        let before = text.get(..offset(0)).unwrap();
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        assert_eq!(finding["start"]["line"], before.matches('\n').count() + 1);
        assert_eq!(finding["start"]["column"], column);
        assert!(text.get(offset(0)..offset(1)).is_some(), "{finding}");
    }
}

#[test]
fn threshold_decides_about_the_exit_code() {
    let folder = demo();
    run(folder.path(), &["check", "--fail-on", "never"]).exits_with(0);
    run(folder.path(), &["check", "--fail-on", "hint"]).exits_with(1);
    // What was found says nothing about a path that is not there.
    run(folder.path(), &["check", ".", "nowhere"]).exits_with(2);
}

#[test]
fn quiet_leaves_out_what_is_not_a_finding() {
    let folder = demo();
    let text = run(folder.path(), &["check", "--quiet"]).exits_with(1).stdout;
    assert!(
        text.contains("error[") && !text.contains('›') && !text.contains("can be fixed"),
        "{text}"
    );
}

#[test]
fn a_path_limits_what_is_reported() {
    let folder = demo();
    let json = run(folder.path(), &["check", "package.json", "--format", "json"]).exits_with(1);
    assert!(
        findings(&json)
            .iter()
            .all(|finding| finding["path"] == "package.json"),
        "{json:#?}"
    );
    assert_eq!(json.json()["summary"]["files"], 1);
}

#[test]
fn owner_and_name_come_from_the_nearest_source() {
    let folder = demo();
    let manifest = fs::read_to_string(folder.at("package.json")).unwrap();
    let repository = "{\n  \"repository\": \"https://github.com/acme/widget\",";
    folder.write("package.json", manifest.replacen('{', repository, 1));
    let mismatch = |args: &[&str], variables: &[(&str, &str)]| {
        rules(folder.path(), args, variables).contains(&"repository-mismatch".to_owned())
    };
    let (ci, name) = (("CI", "true"), ("GITHUB_REPOSITORY", "other/widget"));
    assert!(!mismatch(&[], &[]), "unknown is silent");
    assert!(mismatch(&["--repository", "other/widget"], &[]));
    assert!(!mismatch(&["--repository", "acme/widget"], &[]));
    assert!(
        !mismatch(&[], &[ci, name]),
        "a folder inside what CI has checked out is another repository"
    );

    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    assert!(mismatch(&[], &[ci, name]));
    assert!(
        !mismatch(&[], &[name]),
        "outside CI the variable means something else"
    );
    assert!(
        !mismatch(&["--repository", "acme/widget"], &[ci, name]),
        "the option comes first"
    );

    folder.write(
        ".git/config",
        "[remote \"origin\"]\n\turl = git@github.com:other/widget.git\n",
    );
    assert!(mismatch(&[], &[]), "the remote is read without running git");
    assert!(
        !mismatch(&[], &[ci, ("GITHUB_REPOSITORY", "acme/widget")]),
        "CI knows better than a remote"
    );
}

#[test]
fn several_repositories_are_told_apart() {
    let folder = TestFolder::with(&[]);
    for root in ["one", "two"] {
        copy_demo(&folder, &format!("{root}/"));
    }
    let json = run(folder.path(), &["check", "one", "two", "--format", "json"]).exits_with(1);
    let paths: Vec<String> = findings(&json)
        .iter()
        .map(|finding| finding["path"].as_str().unwrap().to_owned())
        .collect();
    let count = |root: &str| paths.iter().filter(|path| path.starts_with(root)).count();
    assert_eq!((count("one/"), count("two/")), (paths.len() / 2, paths.len() / 2));
    let text = run(folder.path(), &["check", "one", "two"]).exits_with(1).stdout;
    assert!(
        text.contains("\ntwo/.github/workflows/release.yml › publish: "),
        "{text}"
    );
}

#[test]
fn a_rule_is_explained() {
    let page = run(&project_root(), &["rules", "id-token-missing"])
        .exits_with(0)
        .stdout;
    assert!(
        page.starts_with("id-token-missing\n") && page.contains("ENEEDAUTH"),
        "{page}"
    );
    let slip = run(&project_root(), &["rules", "id-token-mising"])
        .exits_with(2)
        .stderr;
    assert!(slip.contains("Did you mean `id-token-missing`?"), "{slip}");
}

#[test]
fn a_publish_in_a_script_is_shown_where_the_script_is_run() {
    let workflow = "on: release\njobs:\n  ship:\n    permissions: { contents: read, id-token: write }\n    runs-on: ubuntu-latest\n    \
                    steps:\n      - uses: actions/setup-node@v6\n        with: { node-version: 20 }\n      - run: make ship\n";
    let folder = TestFolder::with(&[
        (".github/workflows/ship.yml", workflow),
        ("Makefile", "ship: ; npm publish\n"),
    ]);
    let output = run(folder.path(), &["check", "--format", "json"])
        .exits_with(1)
        .json();
    assert_eq!(output["diagnostics"][0]["rule"], "npm-too-old-node");
    assert_eq!(output["sites"][0]["line"], 9);
    assert_eq!(output["sites"][0]["error"], "ENEEDAUTH");
}
