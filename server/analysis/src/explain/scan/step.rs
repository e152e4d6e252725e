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

/// Whether all commands of a step run tests, and a script or a program began to: what they print was expected, or is what is
/// tested. The step is listed in the lines that follow its name.
pub(super) fn is_of_tests<'l>(head: &str, next_lines: impl Iterator<Item = Cow<'l, str>>) -> bool {
    let lines: Vec<String> = next_lines.map(|line| unstamped(&line).to_owned()).collect();
    // What the step runs with follows its commands.
    let Some(end) = lines.iter().position(|line| line.starts_with("shell: ")) else {
        return false;
    };
    let commands = lines.iter().take(end).map(String::as_str);
    let has_test = unstamped(head).starts_with("##[group]Run ")
        && commands.clone().any(|line| has_word(line, &OF_TESTS));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_test(commands: &[&str], output: &str) -> bool {
        let listed = commands.join("\n");
        let lines = format!("{listed}\nshell: /usr/bin/bash -e {{0}}\nenv:\n  A: b\n##[endgroup]\n{output}");
        is_of_tests("##[group]Run it", lines.lines().map(Cow::from))
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
        assert!(!is_of_tests(
            "##[group]Run npm test",
            "npm test\nnpm error".lines().map(Cow::from)
        ));
    }
}
