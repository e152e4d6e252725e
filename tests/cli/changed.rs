//! `--changed-since`: findings in files that differ from a commit.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{TestFolder, copy_demo, demo, run, run_command, trustpub};

fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=Joe",
            "-c",
            "user.email=joe@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("git can be started");
    assert!(output.status.success(), "{args:?}: {output:?}");
}

/// The demo, committed on `main`, on a branch of its own.
fn committed() -> TestFolder {
    let folder = demo();
    for args in [
        &["init", "-q"][..],
        &["add", "."],
        &["commit", "-qm", "One"],
        &["switch", "-qc", "topic"],
    ] {
        git(folder.path(), args);
    }
    folder
}

fn rules(folder: &Path, args: &[&str]) -> Vec<String> {
    let args = [&["check", "--format", "json"], args].concat();
    let output = run(folder, &args).json();
    let findings = output["diagnostics"].as_array().expect("a list");
    findings
        .iter()
        .map(|found| found["rule"].as_str().expect("a rule").to_owned())
        .collect()
}

fn append(folder: &TestFolder, path: &str, text: &str) {
    let before = fs::read_to_string(folder.at(path)).unwrap_or_default();
    folder.write(path, before + text);
}

#[test]
fn findings_of_changed_files_are_reported() {
    let folder = committed();
    let since = || rules(folder.path(), &["--changed-since", "main"]);
    assert_eq!(since(), [""; 0]);
    let text = run(folder.path(), &["check", "--changed-since", "main"]).exits_with(0);
    assert_eq!(
        text.stderr,
        "note: 4 findings were left out by `--changed-since`\n"
    );
    // In the worktree, in a commit, and after `main` has moved on.
    append(&folder, ".npmrc", "fund=false\n");
    assert_eq!(since(), ["always-auth"]);
    git(folder.path(), &["commit", "-qam", "Two"]);
    assert_eq!(since(), ["always-auth"]);
    git(folder.path(), &["switch", "-q", "main"]);
    append(&folder, "package.json", "\n");
    git(folder.path(), &["commit", "-qam", "Three"]);
    git(folder.path(), &["switch", "-q", "topic"]);
    assert_eq!(since(), ["always-auth"]);
    // A finding about the manifest names the step that publishes it, so a change of the workflow concerns it too.
    append(&folder, ".github/workflows/release.yml", "# More\n");
    let all = [
        "id-token-missing",
        "npm-too-old-node",
        "always-auth",
        "repository-missing",
    ];
    assert_eq!(since(), all);
}

#[test]
fn new_files_count_and_ends_of_lines_do_not() {
    let folder = committed();
    let since = |path: &str| rules(folder.path(), &["--changed-since", "HEAD", path]);
    for path in [".npmrc", "package.json", ".github/workflows/release.yml"] {
        let text = fs::read_to_string(folder.at(path)).expect("it is there");
        folder.write(path, text.replace('\n', "\r\n"));
    }
    assert_eq!(since("."), [""; 0]);
    // A repository within another one.
    copy_demo(&folder, "other/");
    assert_eq!(since("other").len(), 4);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "Two"]);
    assert_eq!(since("other"), [""; 0]);
    append(&folder, "other/.npmrc", "fund=false\n");
    assert_eq!(since("other"), ["always-auth"]);
}

#[test]
fn what_git_cannot_answer_is_an_error() {
    let folder = committed();
    let check = |reference: &str| run(folder.path(), &["check", "--changed-since", reference]).exits_with(2);
    let unknown = check("origin/main");
    assert!(
        unknown.stderr.contains("git finds no commit `origin/main`"),
        "{}",
        unknown.stderr
    );
    assert!(unknown.stderr.contains("fetch-depth: 0"), "{}", unknown.stderr);
    for reference in [
        "--changed-since=--output=x",
        "--changed-since=",
        "--changed-since=a\nb",
        "--changed-since=^main",
    ] {
        let refused = run(folder.path(), &["check", reference]).exits_with(2);
        assert!(refused.stderr.contains("expected a branch"), "{}", refused.stderr);
    }
    let tree = check("main^{tree}");
    assert!(
        tree.stderr
            .contains("git cannot look for the commit `main^{tree}`"),
        "{}",
        tree.stderr
    );
    let outside = run(demo().path(), &["check", "--changed-since", "main"]).exits_with(2);
    assert!(
        outside.stderr.contains("not a git repository"),
        "{}",
        outside.stderr
    );
    let mut without = trustpub(folder.path(), &["check", "--changed-since", "main"]);
    let without = run_command(without.env("PATH", "/nowhere")).exits_with(2);
    assert!(
        without.stderr.contains("git cannot be started"),
        "{}",
        without.stderr
    );
}

#[test]
fn without_a_commit_all_is_new() {
    let folder = demo();
    git(folder.path(), &["init", "-q"]);
    assert_eq!(rules(folder.path(), &["--changed-since", "HEAD"]).len(), 4);
}

#[test]
fn what_a_hook_of_git_sets_is_of_another_repository() {
    let folder = committed();
    let mut command = trustpub(folder.path(), &["check", "--changed-since", "main"]);
    for name in [
        "GIT_DIR",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_INDEX_FILE",
    ] {
        command.env(name, "/nowhere");
    }
    let run = run_command(&mut command).exits_with(0);
    assert_eq!(
        run.stderr,
        "note: 4 findings were left out by `--changed-since`\n"
    );
}

#[test]
fn a_submodule_is_compared_with_its_own_commit() {
    let folder = TestFolder::with(&[("outer/README.md", "")]);
    copy_demo(&folder, "inner/");
    let (inner, outer) = (folder.at("inner"), folder.at("outer"));
    for repository in [&inner, &outer] {
        git(repository, &["init", "-q"]);
        git(repository, &["add", "."]);
        git(repository, &["commit", "-qm", "One"]);
    }
    let url = inner.to_str().expect("the path is UTF-8");
    let add = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        url,
        "sub",
    ];
    git(&outer, &add);
    let since = || rules(&outer, &["--changed-since", "HEAD", "."]);
    assert_eq!(since(), ["always-auth"]);
    git(&outer, &["commit", "-qm", "Two"]);
    assert_eq!(since(), [""; 0]);
    folder.write("outer/sub/.npmrc", "# More\nalways-auth=true\n");
    assert_eq!(since(), ["always-auth"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_compared_with_what_it_leads_to() {
    let folder = committed();
    fs::rename(folder.at("package.json"), folder.at("real.json")).expect("it is there");
    std::os::unix::fs::symlink("real.json", folder.at("package.json")).expect("it was renamed");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "Two"]);
    let since = || rules(folder.path(), &["--changed-since", "HEAD"]);
    assert_eq!(since(), [""; 0]);
    append(&folder, "real.json", "\n");
    assert_eq!(since(), ["repository-missing"]);
}

/// A configuration of the repository that starts a program in every way that `git status` or `git diff` would follow.
#[cfg(unix)]
#[test]
fn no_program_of_the_repository_is_started() {
    use std::os::unix::fs::PermissionsExt;

    let folder = committed();
    let script = folder.at("evil");
    folder.write(
        "evil",
        format!("#!/bin/sh\ntouch '{}'\ncat\n", folder.at("started").display()),
    );
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it was written");
    let evil = script.display().to_string();
    for name in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
    ] {
        git(folder.path(), &["config", name, &evil]);
    }
    folder.write(".gitattributes", "* filter=evil diff=evil\n");
    append(&folder, ".npmrc", "fund=false\n");
    assert_eq!(
        rules(folder.path(), &["--changed-since", "main"]),
        ["always-auth"]
    );
    assert!(!folder.at("started").exists());
    // The configuration is one that git obeys.
    let _ = Command::new("git")
        .arg("diff")
        .current_dir(folder.path())
        .output();
    assert!(folder.at("started").exists());
}
