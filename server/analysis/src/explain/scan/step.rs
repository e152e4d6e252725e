//! What a step does, by the commands that GitHub lists before it runs them.

use std::borrow::Cow;

use super::dress::unstamped;

/// Words of commands that test and do nothing else.
const OF_TESTS: [&str; 12] = [
    "test",
    "tests",
    "t",
    "vitest",
    "jest",
    "mocha",
    "ava",
    "tap",
    "e2e",
    "playwright",
    "cypress",
    "spec",
];
/// Words of commands that may publish, whatever else they do.
const OF_PUBLISH: [&str; 9] = [
    "publish",
    "release",
    "deploy",
    "changeset",
    "lerna",
    "np",
    "ship",
    "stage",
    "install",
];

/// What GitHub lists of a step before it runs it.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Listing {
    /// Whether the log holds its end.
    pub(super) has_end: bool,
    /// Whether all commands run tests, and a script or a program began to: what they print was expected, or is what is tested.
    pub(super) is_of_tests: bool,
}

impl Listing {
    /// Of the line that names the step, and those that follow it.
    pub(super) fn new<'l>(head: &str, next_lines: impl Iterator<Item = Cow<'l, str>>) -> Self {
        let lines: Vec<String> = next_lines.map(|line| unstamped(&line).to_owned()).collect();
        let ends = lines.iter().take_while(|line| !line.starts_with("##[group]"));
        Self {
            has_end: ends.into_iter().any(|line| line == "##[endgroup]"),
            is_of_tests: unstamped(head).starts_with("##[group]Run ") && is_of_tests(&lines),
        }
    }
}

fn is_of_tests(lines: &[String]) -> bool {
    // What the step runs with follows its commands.
    let Some(end) = lines.iter().position(|line| line.starts_with("shell: ")) else {
        return false;
    };
    let commands = lines.iter().take(end).map(String::as_str);
    let has_test = commands.clone().any(|line| has_word(line, &OF_TESTS));
    let is_other =
        |line: &str| has_word(line, &OF_PUBLISH) || !(is_preparation(line) || has_word(line, &OF_TESTS));
    let mut output = lines
        .iter()
        .skip(end)
        .skip_while(|line| *line != "##[endgroup]")
        .skip(1);
    let begins = |line: &String| {
        let is_script = line.strip_prefix("> ").is_some_and(|rest| rest.contains('@'));
        is_script || line.starts_with("$ ")
    };
    let is_by_script = commands
        .clone()
        .any(|line| has_word(line, &["npm", "pnpm", "yarn", "bun"]));
    has_test && !commands.clone().any(is_other) && (!is_by_script || output.by_ref().take(6).any(begins))
}

/// Whether a step has a name that somebody gave to tests and to nothing else: `Run unit tests`.
pub(super) fn is_named_for_tests(name: &str) -> bool {
    const OTHERS: [&str; 12] = [
        "run",
        "running",
        "execute",
        "all",
        "the",
        "unit",
        "integration",
        "end",
        "to",
        "js",
        "ts",
        "node",
    ];
    let mut words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let is_known = |word: &str| {
        let word = word.to_ascii_lowercase();
        OTHERS.contains(&word.as_str()) || matches!(word.as_str(), "test" | "tests" | "e2e" | "suite")
    };
    let has_test = name.to_ascii_lowercase().contains("test");
    has_test && words.all(is_known)
}

/// Whether a line of a script only prepares what follows.
fn is_preparation(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    first.is_empty() || first.starts_with('#') || matches!(first, "set" | "cd" | "echo" | "export" | "mkdir")
}

/// Whether a line has one of the words: in `npm run test:unit` that is `test`.
fn has_word(line: &str, words: &[&str]) -> bool {
    let mut of_line = line.split(|c: char| !c.is_ascii_alphanumeric());
    of_line.any(|word| words.contains(&word))
}

/// Whether the label of a line is that of a script which only tests: `widget:test: `, `packages/a prepublishOnly: `.
pub(super) fn has_label_of_test(line: &str) -> bool {
    let mut words = unstamped(line).split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let name = match (first.strip_suffix(':'), second.strip_suffix(':')) {
        (Some(label), _) => label.rsplit_once(':').map(|(_, name)| name),
        (None, Some(name)) if first.contains('/') || first == "." => Some(name),
        _ => None,
    };
    let is_test = |name: &str| {
        let first = name.split([':', '-', '_']).next().unwrap_or_default();
        OF_TESTS.contains(&first) || matches!(name, "prepublishOnly" | "prepack" | "lint" | "typecheck")
    };
    name.is_some_and(is_test)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_test(commands: &[&str], output: &str) -> bool {
        let listed = commands.join("\n");
        let lines = format!("{listed}\nshell: /usr/bin/bash -e {{0}}\nenv:\n  A: b\n##[endgroup]\n{output}");
        Listing::new("##[group]Run it", lines.lines().map(Cow::from)).is_of_tests
    }

    #[test]
    fn a_step_that_only_tests_is_told_by_its_commands() {
        const SCRIPT: &str = "\n> w@1.0.0 test\n> vitest run\n";
        for commands in [
            &["npm test"][..],
            &["npm t"],
            &["set -e", "pnpm run test:unit"],
            &["cd packages/a", "npm run e2e -- --ci"],
        ] {
            assert!(is_test(commands, SCRIPT), "{commands:?}");
            // npm did not come to the script.
            assert!(!is_test(commands, "npm error code ENOENT\n"), "{commands:?}");
        }
        assert!(is_test(&["npx vitest run"], SCRIPT));
        assert!(is_test(&["./node_modules/.bin/jest"], ""));
        for commands in [
            &["npm test", "npm publish"][..],
            &["npm test && npm publish"],
            &["npm test", "./scripts/go.sh"],
            &["npm run test:release"],
            &["npm ci", "npm test"],
            &["npm run build"],
            &[],
        ] {
            assert!(!is_test(commands, SCRIPT), "{commands:?}");
        }
        // The list of its commands is cut off.
        let cut = Listing::new(
            "##[group]Run npm test",
            "npm test\nnpm error".lines().map(Cow::from),
        );
        assert!(!cut.is_of_tests && !cut.has_end);
    }

    #[test]
    fn the_label_of_a_script_tells_what_it_does() {
        for line in [
            "w:test: npm error code E404",
            "@acme/w:test-unit: npm error code E404",
            "packages/a prepublishOnly: npm error code E404",
            ". test: npm error code E404",
        ] {
            assert!(has_label_of_test(line), "{line}");
        }
        for line in [
            "w:publish: npm error code E404",
            "packages/a release: npm error code E404",
            "test: npm error code E404",
            "npm error test: x",
        ] {
            assert!(!has_label_of_test(line), "{line}");
        }
    }
}
