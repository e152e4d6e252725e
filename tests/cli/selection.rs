//! Which findings `trustpub check` reports: of some rules, from a severity on, of a file that is not saved.

use std::fs::File;

use crate::support::{Run, TestFolder, demo, run, run_command, trustpub};

fn rules_of(run: &Run) -> Vec<String> {
    let output = run.json();
    let findings = output["diagnostics"].as_array().expect("a list");
    let mut rules: Vec<String> = findings
        .iter()
        .map(|finding| finding["rule"].as_str().expect("a rule").to_owned())
        .collect();
    rules.sort();
    rules
}

/// Runs the command with this text on standard input.
fn run_with_input(folder: &TestFolder, args: &[&str], input: impl AsRef<[u8]>) -> Run {
    let elsewhere = TestFolder::with(&[]);
    elsewhere.write("input", input);
    let mut command = trustpub(folder.path(), args);
    command.stdin(File::open(elsewhere.at("input")).expect("it was written"));
    run_command(&mut command)
}

const BROKEN: &str = r#"{ "name": "@acme/widget", "version": "1.0.0" }"#;
const SOUND: &str = r#"{
  "name": "@acme/widget",
  "version": "1.0.0",
  "publishConfig": { "access": "public" },
  "repository": "github:acme/widget"
}"#;

#[test]
fn only_the_chosen_rules_are_reported() {
    let folder = demo();
    let json = |args: &[&str]| run(folder.path(), &[&["check", "--format", "json"], args].concat());
    let all = rules_of(&json(&[]));
    assert_eq!(
        all,
        [
            "always-auth",
            "id-token-missing",
            "npm-too-old-node",
            "repository-missing"
        ]
    );
    for args in [
        &["--rule", "always-auth,id-token-missing"][..],
        &["--select", "always-auth", "--select", "id-token-missing"],
    ] {
        assert_eq!(
            rules_of(&json(args).exits_with(1)),
            ["always-auth", "id-token-missing"]
        );
    }
    // What is not reported does not fail either.
    assert_eq!(
        rules_of(&json(&["--rule", "always-auth"]).exits_with(0)),
        ["always-auth"]
    );

    let text = run(folder.path(), &["check", "--rule", "id-token-missing"]).exits_with(1);
    assert!(
        text.stdout.contains("`trustpub fix --rule id-token-missing`"),
        "{}",
        text.stdout
    );
    assert_eq!(
        text.stderr,
        "note: 3 findings were left out by `--rule` or `--min-severity`\n"
    );
    assert_eq!(
        run(folder.path(), &["check", "--rule", "id-token-missing", "-q"]).stderr,
        ""
    );
}

#[test]
fn findings_below_the_severity_are_not_reported() {
    let folder = demo();
    let args = ["check", "--format", "json", "--fail-on", "hint", "--min-severity"];
    let json = |severity| run(folder.path(), &[&args[..], &[severity]].concat());
    assert_eq!(rules_of(&json("hint")).len(), 4);
    assert_eq!(rules_of(&json("information")).len(), 4);
    assert_eq!(
        rules_of(&json("warning")),
        ["id-token-missing", "npm-too-old-node", "repository-missing"]
    );
    let text = run(folder.path(), &["check", "--min-severity", "error"]).exits_with(1);
    assert_eq!(
        text.stderr,
        "note: 1 finding was left out by `--rule` or `--min-severity`\n"
    );
    let args = ["check", "--sites", "--min-severity", "error"];
    assert!(
        run(folder.path(), &args)
            .exits_with(2)
            .stderr
            .contains("cannot be used with")
    );
}

#[test]
fn a_file_is_read_from_standard_input_in_its_place() {
    let folder = demo();
    let args = [
        "check",
        "--format",
        "json",
        "--repository",
        "acme/widget",
        "--stdin-filename",
    ];
    let check = |name: &str, text: &str| run_with_input(&folder, &[&args[..], &[name]].concat(), text);
    folder.write("package.json", SOUND);
    assert_eq!(
        rules_of(&check("package.json", BROKEN).exits_with(1)),
        ["repository-missing"]
    );
    folder.write("package.json", BROKEN);
    assert_eq!(rules_of(&check("package.json", SOUND).exits_with(0)), [""; 0]);
    // Only what concerns the file is reported, of a file that is not saved yet too.
    let run = check("sub/.npmrc", "always-auth=true\n").exits_with(2);
    assert!(run.stderr.contains("`sub` does not exist"), "{}", run.stderr);
    folder.write("sub/README.md", "");
    assert_eq!(
        rules_of(&check("sub/.npmrc", "always-auth=true\n").exits_with(0)),
        ["always-auth"]
    );
    assert!(!folder.at("sub/.npmrc").exists());
    assert_eq!(
        std::fs::read_to_string(folder.at("package.json")).expect("it is there"),
        BROKEN
    );
}

#[test]
fn unusable_standard_input_is_an_error() {
    let folder = demo();
    for (args, input, reason) in [
        (
            &["package.json"][..],
            &b"\xff\xfe"[..],
            "error: standard input is not valid UTF-8",
        ),
        (&["README.md"], b"", "README.md"),
        (&["package.json", "packages"], b"", "cannot be used with"),
    ] {
        let args = [&["check", "--stdin-filename"], args].concat();
        let run = run_with_input(&folder, &args, input).exits_with(2);
        assert!(run.stderr.contains(reason), "{args:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}

#[cfg(unix)]
#[test]
fn an_input_without_an_end_is_an_error() {
    let folder = demo();
    let zeros = || File::open("/dev/zero").expect("it is there");
    let mut command = trustpub(folder.path(), &["check", "--stdin-filename", "package.json"]);
    let unsaved = run_command(command.stdin(zeros())).exits_with(2);
    assert!(
        unsaved.stderr.contains("standard input is larger than 64 MiB"),
        "{}",
        unsaved.stderr
    );
    let list = run(folder.path(), &["check", "--from-list", "/dev/zero"]).exits_with(2);
    assert!(
        list.stderr.contains("`/dev/zero` is larger than 64 MiB"),
        "{}",
        list.stderr
    );
}

#[test]
fn completions_offer_the_rules() {
    let folder = TestFolder::with(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(folder.path(), &["completions", shell]).exits_with(0).stdout;
        // Elvish and PowerShell get no values of options from clap_complete 4.
        let knows_values = ["bash", "fish", "zsh"].contains(&shell);
        assert_eq!(script.contains("repository-missing"), knows_values, "{shell}");
    }
}

#[test]
fn a_broken_line_of_the_configuration_is_one_error() {
    let folder = demo();
    folder.write("trustpub.toml", "[rules]\nalways-auth = \"of\n");
    let run = run(folder.path(), &["check", "--rule", "config-invalid"]).exits_with(1);
    assert!(run.stdout.contains("1 error in 4 files"), "{}", run.stdout);
}
