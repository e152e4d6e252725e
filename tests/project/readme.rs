//! The output that README.md shows is the output that the reader gets.

use std::process::Command;

use trustpub_tests::binary::trustpub_binary;
use trustpub_tests::markdown::fences;
use trustpub_tests::project::{read, repository_root};

/// What the reader types, before the arguments of the binary.
const CARGO_RUN: &str = "cargo run --release -- ";

/// What README.md must show with its output.
const DEMO: &str = "check tests/fixtures/demo";

#[test]
fn commands_in_the_readme_print_what_it_shows() {
    let readme = read("README.md").expect("there is a README.md");
    let shown = shown_runs(&readme);
    assert!(
        shown.iter().any(|(arguments, _)| arguments == DEMO),
        "README.md does not show `{CARGO_RUN}{DEMO}` with a block of its output behind it"
    );
    for (arguments, expected) in shown {
        let output = Command::new(trustpub_binary())
            .args(arguments.split(' '))
            .current_dir(repository_root())
            .env("NO_COLOR", "1")
            .env_remove("GITHUB_REPOSITORY")
            .output()
            .expect("the binary can be started");
        let actual = String::from_utf8_lossy(&output.stdout);
        assert!(
            is_excerpt(&expected, &actual),
            "README.md shows another output of `{arguments}`, which prints:\n{actual}"
        );
    }
}

/// Whether the README shows this output. A line `[…]` may replace any number of its lines.
fn is_excerpt(shown: &str, output: &str) -> bool {
    let mut rest = output.trim_end();
    let mut parts = shown.trim_end().split("[…]\n").peekable();
    let starts = parts.next().and_then(|first| rest.strip_prefix(first));
    let Some(after) = starts else { return false };
    rest = after;
    while let Some(part) = parts.next() {
        let found = match parts.peek() {
            Some(_) => rest.split_once(part).map(|(_, after)| after),
            None => rest.strip_suffix(part).map(|_| ""),
        };
        let Some(after) = found else { return false };
        rest = after;
    }
    rest.is_empty()
}

/// The arguments of each block that is one `cargo run` command, and the `text` block that follows it.
fn shown_runs(markdown: &str) -> Vec<(String, String)> {
    let fences = fences(markdown);
    let pairs = fences.iter().zip(fences.iter().skip(1));
    pairs
        .filter(|(_, output)| output.language() == "text")
        .filter_map(|(command, output)| {
            let command = command.text.trim().trim_start_matches("$ ");
            let arguments = command
                .strip_prefix(CARGO_RUN)
                .filter(|arguments| !arguments.contains('\n'))?;
            Some((arguments.to_owned(), output.text.clone()))
        })
        .collect()
}

#[test]
fn a_command_is_shown_with_the_block_after_it() {
    let markdown = "```sh\ncargo run --release -- check tests/fixtures/demo\n```\nprints\n```text\nerror: x\n```\n```sh\n./tests/run\n```\n";
    assert_eq!(shown_runs(markdown), [(DEMO.to_owned(), "error: x\n".to_owned())]);
}

#[test]
fn what_an_excerpt_shows_is_in_the_output() {
    for (shown, is_shown) in [
        ("a\nb\nc\nd\n", true),
        ("a\n[…]\nd\n", true),
        ("a\n[…]\nc\n[…]\nd\n", true),
        ("a\nb\n", false),
        ("b\n[…]\nd\n", false),
        ("a\n[…]\nx\n[…]\nd\n", false),
        ("a\n[…]\nc\n", false),
    ] {
        assert_eq!(is_excerpt(shown, "a\nb\nc\nd\n"), is_shown, "{shown}");
    }
}
