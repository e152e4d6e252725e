//! What `check` prints as JSON is valid against `docs/check.schema.json`, and has no member that the schema does not know.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use trustpub_tests::markdown::fences;
use trustpub_tests::project::{files_below, read};

use crate::support::{TestFolder, copy_demo, run};

/// Each output with the name of its definition.
fn outputs() -> Vec<(&'static str, String)> {
    let folder = TestFolder::with(&[]);
    copy_demo(&folder, "demo/");
    // Every workflow that a page shows, good or bad, is a repository of its own.
    let mut list = "demo\n".to_owned();
    for (number, text) in workflows().iter().enumerate() {
        folder.write(&format!("{number}/.github/workflows/release.yml"), text);
        folder.write(
            &format!("{number}/package.json"),
            r#"{"name": "@acme/widget", "version": "1.0.0-rc.1"}"#,
        );
        list.push_str(&format!("{number}\n"));
    }
    folder.write("list", list);
    folder.write("sound/package.json", "{}");
    folder.write("sound/.github/workflows/ci.yml", "on: push\njobs: {}\n");
    let output = |args: &[&str]| run(folder.path(), &[&["check"], args].concat()).stdout;
    let mut outputs = vec![
        ("check", output(&["demo", "--format", "json"])),
        ("check", output(&["sound", "--format", "json"])),
        ("check", output(&["--from-list", "list", "--format", "json"])),
        (
            "sites",
            output(&["--from-list", "list", "--format", "json", "--sites"]),
        ),
        (
            "counts",
            output(&["--from-list", "list", "--format", "json", "--statistics"]),
        ),
    ];
    let lines = output(&["demo", "sound", "--format", "jsonl"]);
    let lines: Vec<&str> = lines.lines().collect();
    let [one, two, last] = lines[..] else {
        panic!("three lines: {lines:?}");
    };
    outputs.extend([one, two].map(|line| ("repository", line.to_owned())));
    outputs.push(("last-line", last.to_owned()));
    outputs
}

fn workflows() -> Vec<String> {
    let pages = files_below("docs/rules");
    let blocks = pages.iter().flat_map(|page| fences(&page.text));
    let workflows = blocks.filter(|block| block.language() == "yaml" && block.text.contains("jobs:"));
    workflows.map(|block| block.text).collect()
}

#[test]
#[ignore = "needs TRUSTPUB_SARIF; the step `sarif`"]
fn output_is_valid() {
    let folder = std::env::var_os("TRUSTPUB_SARIF").map(PathBuf::from);
    let tools = folder.expect("TRUSTPUB_SARIF is set");
    let mut outputs = outputs();
    let page = read("docs/json.md").expect("the page exists");
    let examples: Vec<_> = fences(&page)
        .into_iter()
        .filter(|block| block.language() == "json")
        .collect();
    for (name, member) in [
        ("check", "\"diagnostics\""),
        ("last-line", "\"total\""),
        ("counts", "\"findings\": 3"),
    ] {
        let example = examples.iter().find(|block| block.text.contains(member));
        outputs.push((name, example.expect("the page has an example").text.clone()));
    }
    let found = |name: &str, text: &str| validate(&tools, name, text);
    for (name, text) in &outputs {
        assert_eq!(found(name, text), (Some(0), String::new()), "{name}");
    }
    // The values of the page are those that come.
    let all: Value = serde_json::from_str(&outputs[2].1).expect("JSON");
    let sites = all["sites"].as_array().expect("a list");
    assert!(
        sites.len() > 20 && sites.iter().any(|site| site["outcome"] == "oidc"),
        "{}",
        sites.len()
    );
    // The check finds something if there is something.
    for (broken, said) in [
        (
            outputs[0].1.replacen("\"rule\"", "\"rules\"", 1),
            "'rule' is a required property",
        ),
        (
            outputs[0].1.replacen("\"error\"", "\"fatal\"", 1),
            "'fatal' is not one of",
        ),
        (
            outputs[0].1.replacen("\"schema\"", "\"more\": 1, \"schema\"", 1),
            "'more' was unexpected",
        ),
    ] {
        let (code, text) = found("check", &broken);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains(said), "{text}");
    }
}

/// Validates a document against a definition to which no member may be added.
fn validate(tools: &std::path::Path, definition: &str, document: &str) -> (Option<i32>, String) {
    let schema = read("docs/check.schema.json").expect("the schema exists");
    let mut schema: Value = serde_json::from_str(&schema).expect("JSON");
    schema["$ref"] = format!("#/definitions/{definition}").into();
    for definition in schema["definitions"]
        .as_object_mut()
        .expect("an object")
        .values_mut()
    {
        definition["additionalProperties"] = false.into();
    }
    let script = "import json, sys; from jsonschema import Draft7Validator as Validator\n\
                  read = lambda path: json.load(open(path, encoding='utf-8'))\n\
                  schema = read(sys.argv[1]); Validator.check_schema(schema)\n\
                  errors = list(Validator(schema).iter_errors(read(sys.argv[2])))\n\
                  for error in errors: print(error.json_path, error.message[-200:])\n\
                  sys.exit(bool(errors))";
    let written = TestFolder::with(&[("document.json", document)]);
    written.write("schema.json", schema.to_string());
    let output = Command::new("python3")
        .env("PYTHONPATH", tools)
        .args(["-c", script])
        .args([written.at("schema.json"), written.at("document.json")])
        .output()
        .expect("python3 can be started");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text.into_owned())
}
