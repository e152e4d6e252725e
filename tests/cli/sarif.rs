//! `--format sarif`: what code scanning gets.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::{TestFolder, copy_demo, demo, run};

/// Logs of one finding, of several, of none, of several repositories, and of a run that could not read everything.
fn logs() -> Vec<(&'static str, String)> {
    let folder = TestFolder::with(&[
        ("sound/.github/workflows/ci.yml", "on: push\njobs: {}\n"),
        ("sound/package.json", "{}\n"),
        ("größe 100%/.github/workflows/ci.yml", "on: push\njobs: {}\n"),
        ("größe 100%/.npmrc", "always-auth=true\n"),
    ]);
    copy_demo(&folder, "demo/");
    folder.write("broken/.github/workflows/broken.yml", b"\xff");
    [
        ("one", &["demo", "--rule", "id-token-missing"][..]),
        ("several", &["demo"]),
        ("none", &["sound"]),
        ("repositories", &["demo", "sound", "größe 100%"]),
        ("incomplete", &["broken", "demo"]),
    ]
    .into_iter()
    .map(|(name, args)| {
        let args = [&["check", "--format", "sarif"], args].concat();
        (name, run(folder.path(), &args).stdout)
    })
    .collect()
}

#[test]
fn a_log_is_no_larger_than_its_findings_need() {
    let size = |name: &str| {
        let logs = logs();
        let (_, log) = logs.iter().find(|(known, _)| *known == name).expect("a log");
        log.len()
    };
    // The page of one rule is 3 kB, that of the largest 5 kB.
    assert!(size("one") < 10_000, "{}", size("one"));
    assert!(size("several") < 30_000, "{}", size("several"));
    assert!(size("none") < 1_000, "{}", size("none"));
}

#[test]
fn only_rules_that_found_something_are_described() {
    let log = run(demo().path(), &["check", "--format", "sarif"])
        .exits_with(1)
        .json();
    let run = &log["runs"][0];
    let ids = |list: &Value, key: &str| {
        let mut ids: Vec<String> = list
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| entry[key].as_str().expect("a text").to_owned())
            .collect();
        ids.sort();
        ids
    };
    let described = ids(&run["tool"]["driver"]["rules"], "id");
    assert_eq!(described, ids(&run["results"], "ruleId"));
    for result in run["results"].as_array().expect("a list") {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let rule = &run["tool"]["driver"]["rules"][usize::try_from(index).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().is_some());
    }
}

#[test]
fn fingerprints_survive_other_changes() {
    let folder = demo();
    let fingerprints = || {
        let log = run(folder.path(), &["check", "--format", "sarif"]).json();
        let results = log["runs"][0]["results"].as_array().expect("a list").clone();
        let of = |result: Value| result["partialFingerprints"]["trustpub/v1"].clone();
        results.into_iter().map(of).collect::<Vec<_>>()
    };
    let before = fingerprints();
    assert_eq!(before.len(), 4);
    let workflow = ".github/workflows/release.yml";
    let text = std::fs::read_to_string(folder.at(workflow)).expect("it is there");
    folder.write(workflow, format!("# A comment\n\n{text}"));
    assert_eq!(fingerprints(), before);
}

/// `TRUSTPUB_SARIF` is a folder with the schema, `schema.json`, and Python's jsonschema; `./tests/run sarif` fills it.
#[test]
#[ignore = "needs TRUSTPUB_SARIF; the step `sarif`"]
fn logs_are_valid() {
    let folder = std::env::var_os("TRUSTPUB_SARIF").map(PathBuf::from);
    let tools = folder.expect("TRUSTPUB_SARIF is set");
    let written = TestFolder::with(&[]);
    let script = "import json, sys; from jsonschema import Draft7Validator as Validator\n\
                  read = lambda path: json.load(open(path, encoding='utf-8'))\n\
                  errors = list(Validator(read(sys.argv[1])).iter_errors(read(sys.argv[2])))\n\
                  for error in errors: print(error.json_path, error.message[:200])\n\
                  sys.exit(bool(errors))";
    let validate = |log: &str| {
        written.write("log.sarif", log);
        let output = Command::new("python3")
            .env("PYTHONPATH", &tools)
            .args(["-c", script])
            .arg(tools.join("schema.json"))
            .arg(written.at("log.sarif"))
            .output()
            .expect("python3 can be started");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (
            output.status.code(),
            text + &String::from_utf8_lossy(&output.stderr),
        )
    };
    for (name, log) in logs() {
        assert_eq!(validate(&log), (Some(0), String::new()), "{name}");
    }
    // The check finds something if there is something.
    let (code, said) = validate(r#"{"version": "2.1.0", "runs": [{}]}"#);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("'tool' is a required property"), "{said}");
}
