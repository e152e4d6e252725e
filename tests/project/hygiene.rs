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

/// The compiler here is newer than the oldest that `rust-version` promises, and clippy does not know what the language had then.
/// Guards with `if let` came in 1.95: <https://github.com/rust-lang/rust/pull/141295>
#[test]
fn no_pattern_has_a_guard_that_the_oldest_rust_does_not_know() {
    let has_guard = |line: &str| {
        let (before, after) = line.split_once(" if let ").unwrap_or_default();
        let before = before.trim_end();
        let is_statement = before.is_empty()
            || ["else", "=", "(", "{", ",", "return", ">"]
                .iter()
                .any(|end| before.ends_with(end));
        !is_statement && after.contains(" = ")
    };
    assert!(has_guard("            Some(x) if let Ok(y) = read(x) => {"));
    assert!(has_guard("            _ if let Some(found) = find(word) => {"));
    assert!(!has_guard("        if let Some(found) = find(word) {"));
    assert!(!has_guard("        } else if let Some(found) = find(word) {"));
    assert!(!has_guard("        let x = if let Some(found) = find(word) {"));
    let mut found = Vec::new();
    for file in sources() {
        let code = code_of(&file.text);
        let lines = code
            .lines()
            .enumerate()
            .filter(|(_, line)| has_guard(&format!(" {line}")));
        found.extend(lines.map(|(at, line)| format!("{}:{} {line}", file.path, at + 1)));
    }
    assert_none(found, "guards with `if let`, which Rust 1.88 does not know");
}
