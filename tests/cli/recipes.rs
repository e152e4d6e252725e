//! The scripts of docs/ci.md for many repositories, run with what a runner and multi-gitter set. The programs that ask GitHub are
//! replaced.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use trustpub_tests::binary::trustpub_binary;
use trustpub_tests::markdown::fences;
use trustpub_tests::project::read;

use crate::support::{DEMO_FILES, Run, TestFolder, copy_demo, run_command};

/// The only block of docs/ci.md that begins with this line, or has it after its first.
fn recipe(line: &str) -> String {
    let page = read("docs/ci.md").expect("the guide exists");
    let has_line = |text: &str| text.lines().take(2).any(|other| other == line);
    let mut recipes = fences(&page).into_iter().filter(|fence| has_line(&fence.text));
    let recipe = recipes.next().unwrap_or_else(|| panic!("no block has {line}"));
    assert!(recipes.next().is_none(), "two blocks have {line}");
    recipe.text
}

/// The script of a step, by its name.
fn script(workflow: &str, step: &str) -> String {
    let (_, rest) = workflow
        .split_once(&format!("name: {step}\n"))
        .unwrap_or_else(|| panic!("no step {step}"));
    let (_, rest) = rest.split_once("run: |\n").expect("the step has a script");
    let indent = rest.len() - rest.trim_start().len();
    let lines = rest
        .lines()
        .take_while(|line| line.len() > indent && line[..indent].trim().is_empty());
    lines.map(|line| format!("{}\n", &line[indent..])).collect()
}

/// A clone of the demo, and programs that write down how they were called.
fn clone() -> TestFolder {
    let folder = TestFolder::with(&[("output", ""), ("page.md", "")]);
    copy_demo(&folder, "origin/");
    for name in ["gh", "trustpub"] {
        let program = folder.at("bin").join(name);
        let body = match name {
            "gh" => {
                "printf '%s\\n' \"$@\" >>\"$RUNNER_TEMP/asked\"; echo '[\"widget\",\"gadget\"]'".to_owned()
            }
            _ => format!("exec '{}' \"$@\"", trustpub_binary().display()),
        };
        folder.write(&format!("bin/{name}"), format!("#!/bin/sh\n{body}\n"));
        fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("it was written");
    }
    fs::create_dir_all(folder.at("node_modules/.bin")).expect("the folder can be made");
    symlink(trustpub_binary(), folder.at("node_modules/.bin/trustpub")).expect("nothing is there");
    let origin = folder.at("origin");
    for words in [
        &["git", "init", "-q", "-b", "main"][..],
        &["git", "add", "."],
        &[
            "git",
            "-c",
            "user.name=Joe",
            "-c",
            "user.email=joe@example.com",
            "commit",
            "-qm",
            "One",
        ],
    ] {
        let status = Command::new(words[0])
            .args(&words[1..])
            .current_dir(&origin)
            .status();
        assert!(status.expect("git can be started").success());
    }
    let status = Command::new("git")
        .args(["clone", "-q", "origin", "work"])
        .current_dir(folder.path())
        .status();
    assert!(status.expect("git can be started").success());
    folder
}

/// Runs a script as a runner does, for acme/widget in a workflow of acme/.github.
fn run_script(folder: &TestFolder, script: &str) -> Run {
    let path = std::env::var("PATH").expect("it is UTF-8");
    run_command(
        Command::new("bash")
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
            .current_dir(folder.at("work"))
            .env("PATH", format!("{}:{path}", folder.at("bin").display()))
            .env("CI", "true")
            .env("GITHUB_REPOSITORY", "acme/.github")
            .env("GITHUB_OUTPUT", folder.at("output"))
            .env("GITHUB_STEP_SUMMARY", folder.at("page.md"))
            .env("RUNNER_TEMP", folder.path())
            .env("OWNER", "acme")
            .env("REPOSITORY", "acme/widget"),
    )
}

#[test]
fn the_workflow_for_all_repositories_uploads_what_it_finds() {
    let workflow = recipe("# acme/.github/.github/workflows/trustpub-all.yml");
    let folder = clone();
    let text = |name: &str| fs::read_to_string(folder.at(name)).expect("it was written");
    run_script(&folder, &script(&workflow, "Ask GitHub")).exits_with(0);
    assert_eq!(text("output"), "names=[\"widget\",\"gadget\"]\n");
    assert!(
        text("asked").starts_with("repo\nlist\nacme\n"),
        "{}",
        text("asked")
    );
    run_script(&folder, &script(&workflow, "Check")).exits_with(0);
    assert!(
        text("page.md").contains("id-token-missing"),
        "{}",
        text("page.md")
    );
    run_script(&folder, &script(&workflow, "Upload the findings")).exits_with(0);
    let asked = text("asked");
    for argument in ["repos/acme/widget/code-scanning/sarifs", "ref=refs/heads/main"] {
        assert!(asked.lines().any(|line| line == argument), "{asked}");
    }
    let commit = asked.lines().find_map(|line| line.strip_prefix("commit_sha="));
    assert!(commit.is_some_and(|commit| commit.len() == 40), "{asked}");
    // What GitHub decodes is the log.
    let file = asked
        .lines()
        .find_map(|line| line.strip_prefix("sarif=@"))
        .expect("a file is uploaded");
    let decoded = run_script(&folder, &format!("base64 --decode '{file}' | gzip --decompress")).exits_with(0);
    let results = decoded.json()["runs"][0]["results"].as_array().map(Vec::len);
    assert_eq!(results, Some(4));
}

#[test]
fn the_script_of_multi_gitter_fixes_a_clone() {
    let folder = clone();
    let script = recipe("# trustpub-fix.sh");
    // In a clone, npx runs the `trustpub` that the repository has: measured with npm 11.19.
    assert!(!script.contains("npx"), "{script}");
    run_script(&folder, &script).exits_with(0);
    let diff = run_script(&folder, "git diff --stat").exits_with(0).stdout;
    assert!(
        diff.contains(".github/workflows/release.yml") && diff.contains(".npmrc"),
        "{diff}"
    );
    // Nothing is left that a commit would add, and the second time nothing changes.
    let untracked = run_script(&folder, "git status --porcelain").exits_with(0).stdout;
    assert!(
        untracked.lines().all(|line| line.starts_with(" M ")),
        "{untracked}"
    );
    let before = DEMO_FILES.map(|file| fs::read(folder.at("work").join(file)).expect("it is there"));
    run_script(&folder, &script).exits_with(0);
    let after = DEMO_FILES.map(|file| fs::read(folder.at("work").join(file)).expect("it is there"));
    assert!(before == after);
}
