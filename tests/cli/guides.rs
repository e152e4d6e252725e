//! The guides in `docs` show what the commands print, and the skill for coding agents names commands and members that exist.
//!
//! In a guide, a `text` block that begins with `#- path` is a repository, and a `sh` block of one `trustpub` command is run in
//! it. The `text` block after the command is what it prints; `UPDATE_DOCS=1 cargo test -p trustpub-tests --test cli guides`
//! writes it.

use std::fs;

use serde_json::Value;
use trustpub_tests::markdown::{Fence, fences};
use trustpub_tests::project::{assert_generated, read};

use crate::support::{TestFolder, run_command, trustpub};

const GUIDES: [&str; 5] = [
    "docs/migrate-from-npm-token.md",
    "docs/publish-fails-with-404.md",
    "docs/monorepos.md",
    "docs/reusable-workflows.md",
    "docs/staged-publishing.md",
];
const SKILL: &str = "docs/skills/trustpub/SKILL.md";

#[test]
fn guides_show_what_the_commands_print() {
    for guide in GUIDES {
        let text = read(guide).expect("the guide exists");
        let (expected, count) = with_outputs(&text);
        assert!(count > 0, "{guide} shows no command with its output");
        assert_generated(guide, &expected);
    }
}

/// The guide with what its commands print now, and how many of them there are.
fn with_outputs(guide: &str) -> (String, usize) {
    let fences = fences(guide);
    let mut lines: Vec<String> = guide.lines().map(str::to_owned).collect();
    let mut repository = None;
    let mut changes = Vec::new();
    let mut count = 0;
    for (number, fence) in fences.iter().enumerate() {
        if fence.language() == "text" && fence.text.starts_with("#- ") {
            repository = Some(repository_of(&fence.text));
        }
        let Some((folder, arguments)) = repository.as_ref().zip(command_of(fence)) else {
            continue;
        };
        let run = run_command(&mut trustpub(folder.path(), &arguments));
        assert!(run.code.is_some_and(|code| code < 2), "{arguments:?} {run:#?}");
        count += 1;
        let output = fences.get(number + 1).filter(|next| is_output(next));
        if let Some(output) = output {
            changes.push((output.line, output.text.lines().count(), run.stdout));
        }
    }
    for (line, length, printed) in changes.into_iter().rev() {
        let printed = printed.trim_end().lines().map(str::to_owned);
        lines.splice(line..line + length, printed);
    }
    (lines.join("\n") + "\n", count)
}

fn is_output(fence: &Fence<'_>) -> bool {
    fence.language() == "text" && !fence.text.starts_with("#- ")
}

/// The arguments of a block that is one command of trustpub which needs no network and no pipe.
fn command_of<'f>(fence: &'f Fence<'_>) -> Option<Vec<&'f str>> {
    let command = fence.text.trim();
    let arguments = command
        .strip_prefix("trustpub ")
        .filter(|_| fence.language() == "sh")?;
    let is_run = !arguments.contains(['\n', '|', '>']) && !arguments.starts_with("verify");
    is_run.then(|| arguments.split(' ').collect())
}

/// A repository on disk from a block with `#- path` before each file.
fn repository_of(block: &str) -> TestFolder {
    let folder = TestFolder::with(&[]);
    let origin = "[remote \"origin\"]\n\turl = https://github.com/acme/widget.git\n";
    folder.write(".git/config", origin);
    for file in block.split("#- ").skip(1) {
        let (path, text) = file.split_once('\n').expect("a path has a line of its own");
        folder.write(path, text);
    }
    folder
}

#[test]
fn the_skill_names_commands_that_work_and_members_that_exist() {
    let text = read(SKILL).expect("the skill exists");
    let mut answers: Vec<Value> = Vec::new();
    let mut count = 0;
    for fence in fences(&text).iter().filter(|fence| fence.language() == "sh") {
        let folder = with_a_token();
        for command in fence.text.lines() {
            let arguments = command.strip_prefix("trustpub ").expect("a command of trustpub");
            let arguments: Vec<&str> = arguments.split(' ').collect();
            let run = run_command(&mut trustpub(folder.path(), &arguments));
            assert!(run.code.is_some_and(|code| code < 2), "{command} {run:#?}");
            count += 1;
            if arguments.contains(&"json") {
                answers.push(run.json());
            }
        }
        // What `setup` and `check` say where publishing works already.
        let moved = run_command(&mut trustpub(
            folder.path(),
            &["migrate", "--write", "--format", "json"],
        ));
        assert!(moved.code.is_some_and(|code| code < 2), "{moved:#?}");
        answers.push(run_command(&mut trustpub(folder.path(), &["setup", "--format", "json"])).json());
    }
    assert!(count >= 9, "{count} commands");
    let members: Vec<&str> = trustpub_tests::markdown::code_and_links(&text)
        .into_iter()
        .filter(|code| code.contains("[]") || *code == "kept")
        .collect();
    assert!(members.len() >= 15, "{members:?}");
    for member in members {
        assert!(
            answers.iter().any(|answer| has_member(answer, member)),
            "no answer has {member}"
        );
    }
}

/// A repository that publishes with a token, and the log of its failed publish.
fn with_a_token() -> TestFolder {
    let guide = read("docs/migrate-from-npm-token.md").expect("the guide exists");
    let fences = fences(&guide);
    let block = fences.iter().find(|fence| fence.text.starts_with("#- "));
    let folder = repository_of(&block.expect("the guide shows a repository").text);
    let log = "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found\n";
    folder.write("failed.log", log);
    folder
}

/// Whether an answer has a member: `causes[].id` is `id` of the elements of `causes`.
fn has_member(answer: &Value, member: &str) -> bool {
    let (name, rest) = member.split_once('.').unwrap_or((member, ""));
    let Some(value) = answer.get(name.trim_end_matches("[]")) else {
        return false;
    };
    match (rest, name.ends_with("[]")) {
        ("", false) => true,
        ("", true) => value.is_array(),
        (rest, true) => value
            .as_array()
            .is_some_and(|elements| elements.iter().any(|element| has_member(element, rest))),
        (rest, false) => has_member(value, rest),
    }
}

#[test]
fn the_skill_has_a_name_and_a_description() {
    let text = read(SKILL).expect("the skill exists");
    let front = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"));
    let (front, _) = front.expect("the skill begins with its front matter");
    assert!(front.contains("name: trustpub"), "{front}");
    let description = front.lines().find_map(|line| line.strip_prefix("description: "));
    let length = description.map_or(0, str::len);
    assert!((50..1024).contains(&length), "{length}");
}

#[test]
fn the_list_for_models_names_files_that_exist() {
    let text = read("docs/llms.txt").expect("the list exists");
    let base = "https://raw.githubusercontent.com/trustpub/trustpub/main/";
    let paths: Vec<&str> = text
        .split(base)
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect();
    assert!(paths.len() >= 10, "{paths:?}");
    for path in paths {
        let file = trustpub_tests::project::repository_root().join(path);
        assert!(fs::metadata(&file).is_ok(), "{path}");
    }
}
