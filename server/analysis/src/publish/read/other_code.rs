//! Code in a language that is not read, such as Python: only whether it holds the words of `npm publish` is known.

/// So many characters, none of them a letter, may be between the two words: `"npm", "publish"`.
const MOST_BETWEEN: usize = 12;

/// Lines that begin like this are comments or print something.
const SAYS_ONLY: [&str; 13] = [
    "assert",
    "#",
    "//",
    "--",
    "*",
    "\"\"\"",
    "print",
    "echo",
    "puts",
    "fmt.Print",
    "log",
    "logger",
    "println!",
];

/// Whether a line of the code holds `npm` and then `publish`, as in `subprocess.run(["npm", "publish"])`.
pub(crate) fn names_npm_publish(code: &str) -> bool {
    let is_meant = |line: &str| {
        let line = line.trim_start();
        !SAYS_ONLY.iter().any(|start| line.starts_with(start)) && !line.contains("dry-run") && has_words(line)
    };
    if !code.contains("publish") {
        return false;
    }
    let mut joined = String::with_capacity(code.len());
    for line in code.lines() {
        // What an open bracket goes on with is one statement: a list of arguments with one a line.
        if joined.ends_with(['[', '(', ',']) {
            joined.push_str(line.trim());
        } else {
            joined.push('\n');
            joined.push_str(line.trim_end());
        }
    }
    joined.lines().any(is_meant)
}

fn has_words(line: &str) -> bool {
    // `Command::new("npm").arg("publish")` in Rust.
    let line = line
        .replace(".args(", ",")
        .replace(".arg(", ",")
        .replace("npm.cmd", "npm");
    let Some(first_quote) = line.find(['\'', '"', '`']) else {
        return false;
    };
    line.match_indices("npm").any(|(at, npm)| {
        let is_in_text = first_quote < at;
        let before = line.get(..at).unwrap_or_default().chars().next_back();
        let rest = line.get(at + npm.len()..).unwrap_or_default();
        let between = rest
            .chars()
            .take_while(|c| !c.is_alphanumeric())
            .collect::<String>();
        let next = rest.get(between.len()..).unwrap_or_default();
        let is_whole =
            before.is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '-' | '_' | '.'));
        let is_argument =
            (1..=MOST_BETWEEN).contains(&between.len()) && !between.contains(['-', '.', '_', '/']);
        let ends = next
            .strip_prefix("publish")
            .is_some_and(|end| !end.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')));
        is_in_text && is_whole && is_argument && ends
    })
}

#[cfg(test)]
mod tests {
    use super::names_npm_publish;

    #[test]
    fn commands_of_other_languages() {
        for code in [
            "subprocess.run(['npm', 'publish', '--access', 'public'])",
            "exec.Command(\"npm\", \"publish\").Run()",
            "import os\nos.system('npm publish')",
            "system('npm', 'publish')",
            "run(f'cd x && npm publish')",
            "Command::new(\"npm\").arg(\"publish\").status()?;",
            "cmd!(\"npm\").args([\"publish\", \"--access\", \"public\"])",
            "run([\n  'npm',\n  'publish',\n])",
            "run(['npm.cmd', 'publish'])",
        ] {
            assert!(names_npm_publish(code), "{code}");
        }
    }

    #[test]
    fn other_texts() {
        for code in [
            "",
            "# npm publish",
            "  // then npm publish",
            "print('npm publish')",
            "run(['npm', 'publish', '--dry-run'])",
            "url = 'https://npm/publish'",
            "npm_publish()",
            "run('npm publish-docs')",
            "run(['npm', 'ci']) ; publish()",
            "run('cnpm publish')",
            "npm publish",
            "assert 'npm publish' in text",
            "print(\n  'npm publish'\n)",
        ] {
            assert!(!names_npm_publish(code), "{code}");
        }
    }
}
