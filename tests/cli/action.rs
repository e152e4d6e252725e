//! The script of `action.yml`, with the variables of a runner.

use std::fs;
use std::process::Command;

use trustpub_tests::binary::trustpub_binary;

use crate::support::{Run, TestFolder, demo, project_root, run_command};

/// The script in a folder, without what a runner sets.
fn script(folder: &TestFolder) -> Command {
    let mut command = Command::new("bash");
    command
        .arg(project_root().join(".github/action/check"))
        .current_dir(folder.path());
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("GITHUB_") || name.starts_with("INPUT_"))
        {
            command.env_remove(name);
        }
    }
    command.env("INPUT_BINARY", trustpub_binary());
    command
}

/// Runs the script in a folder, with these inputs instead of the defaults.
fn act(folder: &TestFolder, inputs: &[(&str, &str)]) -> (Run, String, String) {
    let runner = TestFolder::with(&[("output", ""), ("summary.md", "")]);
    let mut command = script(folder);
    command
        .env("RUNNER_TEMP", runner.path())
        .env("GITHUB_OUTPUT", runner.at("output"))
        .env("GITHUB_STEP_SUMMARY", runner.at("summary.md"));
    for (name, value) in [
        ("VERSION", "latest"),
        ("PATH", "."),
        ("FAIL_ON", "error"),
        ("FORMAT", "github"),
        ("BASELINE", ""),
        ("CHANGED_ONLY", "false"),
        ("JOB_SUMMARY", "true"),
        ("UPLOAD_SARIF", "false"),
    ] {
        command.env(format!("INPUT_{name}"), value);
    }
    for (name, value) in inputs {
        command.env(format!("INPUT_{name}"), value);
    }
    let run = run_command(&mut command);
    let read = |name: &str| fs::read_to_string(runner.at(name)).expect("it is there");
    let mut output = read("output");
    // The file is gone with the folder, so its text is returned.
    if let Some(file) = output.lines().find_map(|line| line.strip_prefix("sarif-file=")) {
        let sarif = fs::read_to_string(file).expect("it was written");
        output = format!("{}\n{sarif}", output.lines().next_back().unwrap_or_default());
    }
    (run, output, read("summary.md"))
}

#[test]
fn annotations_and_a_summary_are_the_default() {
    let (run, output, summary) = act(&demo(), &[]);
    let run = run.exits_with(0);
    assert!(
        run.stdout
            .starts_with("::error file=.github/workflows/release.yml,line=7"),
        "{run:?}"
    );
    assert_eq!(output, "exit-code=1\n");
    assert!(
        summary.starts_with("# trustpub\n") && summary.contains("id-token-missing"),
        "{summary}"
    );
    let (_, output, summary) = act(&demo(), &[("FAIL_ON", "never"), ("JOB_SUMMARY", "false")]);
    assert_eq!((output.as_str(), summary.as_str()), ("exit-code=0\n", ""));
}

#[test]
fn code_scanning_gets_a_file() {
    let (_, output, _) = act(&demo(), &[("UPLOAD_SARIF", "true")]);
    let (code, sarif) = output.split_once('\n').expect("two lines");
    assert_eq!(code, "exit-code=1");
    let log: serde_json::Value = serde_json::from_str(sarif).expect("JSON");
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(4));
}

#[test]
fn an_input_is_never_code_or_an_option() {
    let folder = demo();
    for input in [
        ("VERSION", "$(touch started)"),
        ("FORMAT", "text; touch started"),
        ("FAIL_ON", "--help"),
        ("BASELINE", "-x"),
        ("VERSION", ".."),
        ("BINARY", "a\nexit-code=0"),
        ("BINARY", "/nowhere/trustpub"),
        ("UPLOAD_SARIF", "True"),
        ("CHANGED_ONLY", "yes"),
        ("JOB_SUMMARY", "1"),
        ("PATH", "--output-file=started"),
        ("PATH", "`touch started`"),
    ] {
        let inputs: &[(&str, &str)] = match input.0 {
            "VERSION" => &[("BINARY", ""), input],
            _ => &[input],
        };
        let (run, output, _) = act(&folder, inputs);
        assert_eq!(output, "exit-code=2\n", "{input:?}: {run:?}");
        assert!(!folder.at("started").exists(), "{input:?}");
    }
    // No input is in the text of a script.
    let action = fs::read_to_string(project_root().join("action.yml")).expect("it is there");
    let scripts = action
        .lines()
        .filter(|line| line.trim_start().starts_with("run:"));
    assert!(
        scripts.clone().count() == 2 && scripts.clone().all(|line| !line.contains("${{")),
        "{action}"
    );
}

#[test]
fn several_paths_are_lines() {
    let folder = TestFolder::with(&[]);
    crate::support::copy_demo(&folder, "a b/");
    crate::support::copy_demo(&folder, "c/");
    let (run, _, _) = act(&folder, &[("PATH", "a b\nc\n"), ("FORMAT", "csv")]);
    assert_eq!(run.stdout.lines().count(), 9, "{run:?}");
}

#[test]
fn a_branch_is_a_name_and_not_an_option() {
    let folder = demo();
    for branch in ["--output-file=started", "x; touch started", "$(touch started)"] {
        let mut command = script(&folder);
        command
            .env("INPUT_CHANGED_ONLY", "true")
            .env("GITHUB_BASE_REF", branch);
        let run = run_command(&mut command).exits_with(0);
        assert!(run.stderr.contains("git cannot look for the commit"), "{run:?}");
        assert!(
            run.stdout
                .contains("::error title=trustpub::trustpub could not do all of its work."),
            "{run:?}"
        );
        assert!(!folder.at("started").exists(), "{branch}");
    }
}

/// As on a machine that is not a runner, where somebody tries the script.
#[test]
fn no_variable_has_to_be_set() {
    let folder = demo();
    let run = run_command(&mut script(&folder)).exits_with(0);
    assert!(run.stdout.starts_with("::error file="), "{run:?}");
    assert_eq!(run.stderr, "");
}
