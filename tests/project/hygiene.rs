//! Sizes, lint opt-outs, and what must not be left lying in code.

use trustpub_tests::project::{ProjectFile, rust_files_below};
use trustpub_tests::rust_code::{attributes, code_of, lines_with_word, without_tests};

/// The most lines that a source file may have.
const MOST_LINES: usize = 600;

/// Files that may be longer, with the reason.
const LONGER: [(&str, &str); 0] = [];

fn sources() -> Vec<ProjectFile> {
    let files = [rust_files_below("server"), rust_files_below("tests")].concat();
    assert!(files.len() > 20, "the sources were not found");
    files
}

fn assert_none(findings: Vec<String>, what: &str) {
    assert!(findings.is_empty(), "{what}:\n{}", findings.join("\n"));
}

#[test]
fn files_keep_to_one_subject() {
    let sources = sources();
    let is_exception = |file: &ProjectFile| LONGER.iter().any(|(path, _)| *path == file.path);
    let long = sources
        .iter()
        .filter(|file| file.text.lines().count() > MOST_LINES && !is_exception(file))
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert_none(
        long,
        "files of more than 600 lines; split them by subject, or list them with a reason",
    );
    for (path, _) in LONGER {
        let is_long = sources
            .iter()
            .any(|file| file.path == path && file.text.lines().count() > MOST_LINES);
        assert!(is_long, "{path} needs no exception any more");
    }
}

#[test]
fn lint_opt_outs_say_why() {
    let mut without_reason = Vec::new();
    for file in sources() {
        let code = code_of(&file.text);
        for (line, attribute) in attributes(&code) {
            let is_opt_out = !lines_with_word(attribute, "allow(").is_empty()
                || !lines_with_word(attribute, "expect(").is_empty();
            if is_opt_out && !attribute.contains("reason =") {
                without_reason.push(format!("{}:{line} {attribute}", file.path));
            }
        }
    }
    assert_none(without_reason, "lint opt-outs without `reason = \"…\"`");
}

#[test]
fn nothing_unfinished_and_nothing_that_panics_on_purpose() {
    let mut found = Vec::new();
    for file in sources()
        .iter()
        .filter(|file| file.path.starts_with("server/") && !file.is_test())
    {
        let code = without_tests(&code_of(&file.text));
        for word in [
            "todo!",
            "unimplemented!",
            ".unwrap()",
            ".expect(",
            "panic!",
            "dbg!",
        ] {
            let lines = lines_with_word(&code, word);
            found.extend(
                lines
                    .into_iter()
                    .map(|line| format!("{}:{line} {word}", file.path)),
            );
        }
    }
    assert_none(found, "code that panics or is unfinished");
}

/// A test that cannot run everywhere is ignored and says what it needs: one that only prints so would count as passed.
#[test]
fn no_test_is_switched_off() {
    let mut found = Vec::new();
    for file in sources() {
        let code = code_of(&file.text);
        let says_what_it_needs = |line: usize| {
            let line = file.text.lines().nth(line - 1).unwrap_or_default();
            file.path.starts_with("tests/") && line.starts_with("#[ignore = \"needs ")
        };
        for (line, attribute) in attributes(&code) {
            let is_ignored = !lines_with_word(attribute, "ignore").is_empty();
            let is_panic = !lines_with_word(attribute, "should_panic").is_empty();
            if is_panic || is_ignored && !says_what_it_needs(line) {
                found.push(format!("{}:{line} {attribute}", file.path));
            }
        }
        let prints_skip = concat!("println!(\"", "SKIP");
        // In server/host, a file system may lack what a test needs, which shows only while it runs.
        if file.path.starts_with("tests/") && file.text.contains(prints_skip) {
            found.push(format!("{}: {prints_skip}", file.path));
        }
    }
    assert_none(found, "tests that are switched off or pass by any panic");
}
