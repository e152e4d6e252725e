//! What GitHub, tools that run npm, and people who quote a log put around its lines.

use std::borrow::Cow;

/// The line as the tool wrote it.
pub(super) fn undressed(line: &str) -> Cow<'_, str> {
    let mut text = unstamped(line);
    loop {
        let before = text;
        for prefix in PREFIXES {
            if let Some(rest) = text.strip_prefix(prefix) {
                text = rest.trim_start();
            }
        }
        for suffix in SUFFIXES {
            if let Some(rest) = text.strip_suffix(suffix) {
                text = rest.trim_end();
            }
        }
        text = without_label(unmarked(text));
        if text == before {
            break;
        }
    }
    match npm_debug_line(text) {
        Some(rest) => Cow::Owned(format!("npm {rest}")),
        None => Cow::Borrowed(text),
    }
}

/// The line from its time on, if it has one: without columns and blanks around it.
pub(super) fn stamp(line: &str) -> &str {
    let text = columns(line).map_or(line, |(_, _, text)| text).trim();
    text.strip_prefix('[').unwrap_or(text)
}

/// The line without columns, time and blanks around it.
pub(super) fn unstamped(line: &str) -> &str {
    let text = columns(line).map_or(line, |(_, _, text)| text).trim();
    if !starts_with_time(stamp(line)) {
        return text;
    }
    // A time alone is an empty line.
    text.split_once(' ').map_or("", |(_, rest)| rest).trim_start()
}

/// A line that continues another: only what quotes it is taken off.
pub(super) fn continued(line: &str) -> &str {
    unstamped(line)
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '|' | '│'))
        .trim_end_matches(|c: char| c.is_whitespace() || c == '|')
}

/// The job, the step and the rest of a line that `gh run view --log` printed.
pub(super) fn columns(line: &str) -> Option<(&str, &str, &str)> {
    let (job, rest) = line.split_once('\t')?;
    let (step, rest) = rest.split_once('\t')?;
    starts_with_time(rest).then_some((job, step, rest))
}

/// `2026-11-23T10:00:00.0000000Z `
fn starts_with_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    digits(0, 4)
        && bytes.get(4) == Some(&b'-')
        && digits(5, 7)
        && bytes.get(10) == Some(&b'T')
        && digits(11, 13)
}

/// What is before a line. npm's own `npm error` stays: it tells the version.
const PREFIXES: [&str; 15] = [
    "##[error]",
    "##[warning]",
    "##[group]",
    "##[command]",
    "##[debug]",
    "🦋  error",
    "🦋  warn",
    "🦋",
    "<pre>",
    "<code>",
    "<p>",
    "<li>",
    "<td>",
    "<br>",
    "<br/>",
];

/// What is after a line that was quoted.
const SUFFIXES: [&str; 9] = [
    "</pre>", "</code>", "</p>", "</li>", "</td>", "<br>", "<br/>", "<br />", "|",
];

/// Without what Markdown puts around a line: quotes, lists, tables and code.
fn unmarked(text: &str) -> &str {
    let mut text = text;
    for fence in ["**", "`"] {
        // Three are what GitHub writes for a secret.
        let is_open = text.matches(fence).count() % 2 == 1 && !text.contains("***");
        let is_around = text.starts_with(fence);
        text = text.trim_start_matches(fence).trim_start();
        // A word in a sentence may be marked too.
        if is_around || is_open {
            text = text.trim_end_matches(fence).trim_end();
        }
    }
    let mut characters = text.chars();
    match characters.next() {
        Some('>' | '│' | '└' | '├' | '─') => characters.as_str().trim_start(),
        Some('|' | '*' | '-' | '•') if characters.as_str().starts_with([' ', '|']) => {
            characters.as_str().trim_start()
        }
        _ => text,
    }
}

/// The words with which npm, pnpm, lerna and GitHub begin a line, whatever runs them.
const OPENERS: [&str; 20] = [
    "npm error",
    "npm ERR!",
    "npm warn",
    "npm WARN",
    "npm notice",
    "npm info",
    "npm http",
    "npm verb",
    "npm sill",
    "lerna ERR!",
    "lerna WARN",
    "lerna notice",
    "lerna info",
    "lerna http",
    "lerna verb",
    "lerna success",
    "##[",
    "ERR_PNPM_",
    "[E4",
    "[WARN] ",
];
/// Whether a line begins as those of a tool do, so that it continues no other.
pub(super) fn is_opener(line: &str) -> bool {
    OPENERS.iter().any(|opener| line.starts_with(opener))
}

/// Longer texts before an opener are not labels.
const LONGEST_LABEL: usize = 160;

/// Without the label of a tool that runs others: `pkg:publish: `, `[pkg] `, `packages/a publish: `, `#12 3.4 `, `34 | `.
fn without_label(text: &str) -> &str {
    let mut end = LONGEST_LABEL.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = text.get(..end).unwrap_or_default();
    let opener = OPENERS.iter().filter_map(|opener| start.find(opener)).min();
    match opener.map(|at| text.split_at(at)) {
        Some((label, rest)) if is_label(label) => rest,
        _ => text,
    }
}

/// Whether a text before npm's own line is what a tool puts there, and not a sentence that mentions the line.
pub(super) fn is_label(text: &str) -> bool {
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let Some((name, after)) = inner.split_once(']') else {
                return false;
            };
            // The level of a message, or an error code: they belong to the line.
            let is_code = name.starts_with('E') && name.bytes().skip(1).all(|byte| byte.is_ascii_digit());
            if is_code || name.bytes().all(|byte| byte.is_ascii_uppercase()) {
                return false;
            }
            rest = after.trim_start();
            continue;
        }
        let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let after = after.trim_start();
        let next = after.split_whitespace().next().unwrap_or_default();
        let is_part = is_mark(word)
            || is_number_or_time(word)
            || is_name(word) && (word.ends_with(':') || next == "|" || is_name(next) && next.ends_with(':'));
        if !is_part {
            return false;
        }
        rest = after;
    }
    true
}

fn is_mark(word: &str) -> bool {
    !word.contains(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '(' | ')' | '=' | '{' | '}'))
}

/// `12`, `12→`, `#12`, `3.456`, `1)`, `10:00:00.123`, `PM`
fn is_number_or_time(word: &str) -> bool {
    let number = word.trim_start_matches('#');
    matches!(word, "AM" | "PM")
        || number.starts_with(|c: char| c.is_ascii_digit())
            && number
                .chars()
                .all(|c| c.is_ascii_digit() || ":.,TZ-/)→|".contains(c))
}

/// The name of a package, a folder, a script or a stage. The words of a test are none.
fn is_name(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let is_of_test = ["error:", "expected:", "received:", "actual:"]
        .iter()
        .any(|end| lower.ends_with(end));
    !is_of_test
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || "@/.:_-#+~$()".contains(c))
}

/// What follows the number of a line in npm's own log, `_logs/…-debug-0.log`.
fn npm_debug_line(text: &str) -> Option<&str> {
    let (number, rest) = text.split_once(' ')?;
    let (level, _) = rest.split_once(' ')?;
    let is_level = matches!(
        level,
        "error" | "warn" | "notice" | "http" | "info" | "verbose" | "silly" | "timing"
    );
    (is_level && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_line_is_removed() {
        for line in [
            "npm error code E404",
            "2026-11-23T10:00:00.0000000Z npm error code E404",
            "[2026-11-23T10:00:00.000Z] npm error code E404",
            "publish\tRun npm publish\t2026-11-23T10:00:00.0000000Z npm error code E404\r",
            "publish\tUNKNOWN STEP\t2026-11-23T10:00:00.0000000Z npm error code E404",
            "##[error]npm error code E404",
            "🦋  error npm error code E404",
            "│ └ npm error code E404",
            "> npm error code E404",
            "> > npm error code E404",
            ">> `npm error code E404`",
            "- npm error code E404",
            "* **npm error code E404**",
            "1. npm error code E404",
            "| npm error code E404 |",
            "| 12 | npm error code E404 |",
            "```npm error code E404```",
            "<pre><code>npm error code E404</code></pre>",
            "npm error code E404<br />",
            "pkg:publish: npm error code E404",
            "@scope/pkg:release: npm error code E404",
            "packages/a publish: npm error code E404",
            "packages/a publish:  npm error code E404",
            "[pkg] npm error code E404",
            "[@scope/pkg]: npm error code E404",
            "[Release/publish]   | npm error code E404",
            "[Release it/publish all]   | npm error code E404",
            "[CI/BUILD]   | npm error code E404",
            "web_1  | npm error code E404",
            "#12 3.456 npm error code E404",
            "10:00:00.123  npm error code E404",
            "2026-11-23 10:00:00,123 npm error code E404",
            "[7:34:06 PM] npm error code E404",
            "34 npm error code E404",
            "34→npm error code E404",
            "34 error code E404",
            "➤ YN0000: [@scope/pkg]: npm error code E404",
            "❌ npm error code E404",
        ] {
            assert_eq!(undressed(line), "npm error code E404", "{line}");
        }
    }

    #[test]
    fn what_belongs_to_a_line_stays() {
        for line in [
            "AssertionError: expected 'npm error code E404' to be 'ok'",
            "Expected: npm error code E404",
            "it says npm error code E404",
            "\"npm error code E404\"",
            "[E404] 404 Not Found - PUT https://a.com/w - Not found",
            "[WARN] Skipped OIDC: ERR_PNPM_AUTH_TOKEN_EXCHANGE: x",
            "[7:34:06 PM] [semantic-release] › ✖  ENONPMTOKEN No npm token specified.",
            "+ @acme/widget@1.0.0",
            "npm error need auth You need to authorize this machine using `npm login`",
            "➤ YN0033: No authentication configured for request",
        ] {
            assert_eq!(undressed(line), line.trim(), "{line}");
        }
    }

    #[test]
    fn a_time_alone_is_an_empty_line() {
        assert_eq!(undressed("2026-11-23T10:00:00.0000000Z"), "");
        assert_eq!(undressed("publish\tPublish\t2026-11-23T10:00:00.0000000Z "), "");
    }
}
