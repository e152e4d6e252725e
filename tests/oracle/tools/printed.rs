//! What a tool printed: the code of its first error, and the line that says most.

/// What npm and its registry say with a code, for tools that pass on only the words.
const WORDS: [(&str, &str); 5] = [
    ("This command requires you to be logged in", "ENEEDAUTH"),
    ("404 Not Found", "E404"),
    ("Not Found - PUT https://", "E404"),
    ("Provenance generation in GitHub Actions requires", "EUSAGE"),
    ("422 Unprocessable", "E422"),
];

/// The code of the first error; of semantic-release the first of its own, since it also shows what npm printed before.
pub(crate) fn code(output: &str) -> Option<String> {
    let lines = || output.lines().filter(|line| !is_warning(line));
    let own = lines().filter(|line| line.contains("[semantic-release]"));
    let of_words = || {
        WORDS
            .iter()
            .find(|(words, _)| output.contains(words))
            .map(|(_, code)| *code)
    };
    let code = own.chain(lines()).flat_map(words).find(|word| is_code(word));
    code.or_else(of_words).map(str::to_owned)
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
}

/// The line with the first code, else the first that speaks of an error, else the last.
pub(crate) fn telling_line(output: &str) -> Option<String> {
    // A command to GitHub's runner is one line, with line ends written this way.
    let output = output.replace("%0A", "\n");
    let lines = || {
        output
            .lines()
            .filter(|line| !line.trim().is_empty() && !is_warning(line))
    };
    let has_code = |line: &&str| words(line).any(is_code);
    let speaks_of_error = |line: &&str| {
        let line = line.to_ascii_lowercase();
        ["error", "fail", "must", "cannot", "unable", "unknown", "not "]
            .iter()
            .any(|word| line.contains(word))
    };
    let line = lines()
        .find(has_code)
        .or_else(|| lines().find(speaks_of_error))
        .or_else(|| lines().next_back())?;
    let line: String = without_time(line.trim()).chars().take(160).collect();
    Some(line.replace('\t', " "))
}

fn is_warning(line: &str) -> bool {
    let line = line.trim().to_ascii_lowercase();
    line.starts_with("npm notice") || line.starts_with("::debug") || line.contains("warn")
}

/// `ENEEDAUTH`, `E404`, `ERR_PNPM_GIT_UNCLEAN`, `YN0033`, but not Yarn's code for news.
fn is_code(word: &str) -> bool {
    let is_upper = word
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let is_of_node = word.starts_with('E') && word.len() > 3 && !matches!(word, "ERROR" | "ERR_" | "EXIT");
    let is_of_yarn = word.starts_with("YN0") && word.len() == 6 && word != "YN0000";
    is_upper && (is_of_node || is_of_yarn)
}

/// semantic-release and np begin their lines with the time.
fn without_time(line: &str) -> &str {
    let is_time =
        |text: &str| text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || ": APM".contains(c));
    match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((time, rest)) if is_time(time) => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{code, telling_line};

    #[test]
    fn the_first_code_is_found() {
        for (output, expected) in [
            ("npm error code ENEEDAUTH\nnpm error need auth", Some("ENEEDAUTH")),
            (
                "npm error code E401\n[1:02:03 PM] [semantic-release] › ✘  EINVALIDNPMTOKEN Invalid npm token.",
                Some("EINVALIDNPMTOKEN"),
            ),
            ("lerna ERR! E404 Not found", Some("E404")),
            (
                "➤ YN0000: packing\n➤ YN0033: No authentication configured",
                Some("YN0033"),
            ),
            ("npm warn EBADENGINE Unsupported engine\nall is well", None),
            (
                " ERR_PNPM_FAILED_TO_PUBLISH  Failed",
                Some("ERR_PNPM_FAILED_TO_PUBLISH"),
            ),
            ("error: missing authentication (run `bunx npm login`)", None),
        ] {
            assert_eq!(code(output).as_deref(), expected, "{output}");
        }
    }

    #[test]
    fn a_line_has_no_time() {
        let output = "[1:02:03 PM] [semantic-release] › ✘  ENONPMTOKEN No npm token specified.";
        let line = "[semantic-release] › ✘  ENONPMTOKEN No npm token specified.";
        assert_eq!(telling_line(output).as_deref(), Some(line));
    }
}
