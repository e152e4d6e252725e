//! Lines that only mention an error: a test, a commit, release notes, source code.

use super::super::causes::CauseId;
use super::super::signals::Signal;
use super::dress::unstamped;
use super::is_listed;

/// Whether a line only mentions an error; `before` is what is in it before the text that tells the error. In the log of a
/// workflow is not quoted, so what looks like the item of a list is one.
pub(super) fn is_mention(line: &str, before: &str, signal: Signal, is_of_workflow: bool) -> bool {
    if !matches!(signal, Signal::Code(_) | Signal::Names(_) | Signal::WordsOf(_)) {
        return false;
    }
    const STARTS: [&str; 10] = [
        "✔",
        "✓",
        "√",
        "☑",
        "ok ",
        "not ok ",
        "✕ ",
        "HEAD is now at ",
        "Merge pull request ",
        "##[warning]",
    ];
    let text = unstamped(line);
    let is_stamped = text.len() < line.trim().len();
    STARTS.iter().any(|start| text.starts_with(start))
        || is_warning(text, signal)
        || is_trace(text, signal)
        || is_test(text)
        || is_variable(text)
        || is_commit(text, before)
        || (!ends_quote(line, before) && is_quoted(before, is_of_workflow))
        || ((is_stamped || is_of_workflow) && is_listed(text))
}

/// What npm warns of did not stop it.
fn is_warning(text: &str, signal: Signal) -> bool {
    let is_such = ["npm warn ", "npm WARN ", "npm notice "]
        .iter()
        .any(|start| text.starts_with(start));
    is_such && signal != Signal::Names(CauseId::StagedNotApproved)
}

/// A command that a shell prints before it runs it, the added line of a comparison, or a line of a stack.
fn is_trace(text: &str, signal: Signal) -> bool {
    let is_of_stack = text.starts_with("at ") && signal != Signal::Names(CauseId::ChangesetsCliCrash);
    is_of_stack || text.starts_with("+ ") || text.starts_with("++ ")
}

/// The name of a test with the time that it took: `× says EOTP 3ms`, `✖ says EOTP (1.2ms)`.
fn is_test(text: &str) -> bool {
    let end = text.trim_end_matches(')').strip_suffix("ms").map(str::trim_end);
    let takes_time = end.is_some_and(|end| end.ends_with(|c: char| c.is_ascii_digit()));
    takes_time && text.starts_with(['×', '✖', '✗', '✘', '⨯'])
}

/// `PR_TITLE: …`
fn is_variable(text: &str) -> bool {
    let (name, value) = text.split_once(": ").unwrap_or_default();
    let is_of_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.contains('_') && name.bytes().all(is_of_name) && !name.starts_with('E') && !value.is_empty()
}

/// The title of a commit, in whatever list: `fix(cli): …`, `a1b2c3d: …` as changesets lists it, `* a1b2c3d (tag: v1) fix: …`, or
/// a line of release notes that links to one.
fn is_commit(text: &str, before: &str) -> bool {
    const KINDS: [&str; 11] = [
        "feat", "fix", "docs", "chore", "test", "refactor", "perf", "ci", "build", "style", "revert",
    ];
    /// A runner of scripts puts the name of the script before what it prints.
    const NAMES_OF_SCRIPTS: [&str; 5] = ["docs", "test", "ci", "build", "style"];
    if before.contains("Analyzing commit: ") || links_to_commit(text) {
        return true;
    }
    let of_list = text.trim_start_matches(['*', '-', '•', ' ']);
    let is_hash = |word: &str| {
        word.len() >= 7
            && word.bytes().all(|byte| byte.is_ascii_hexdigit())
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let first = of_list.split_whitespace().next().unwrap_or_default();
    if is_hash(first.trim_end_matches(':')) {
        return true;
    }
    // What is before a colon, without the scope: `fix(cli)!`.
    let heads = before
        .match_indices(": ")
        .filter_map(|(at, _)| Some((before.get(..at)?, before.get(at + 2..)?)));
    let mut kinds = heads.filter_map(|(head, rest)| {
        let head = head.trim_end_matches('!');
        let head = head
            .strip_suffix(')')
            .and_then(|head| head.rsplit_once('('))
            .map_or(head, |(kind, _)| kind);
        let kind = head.rsplit([' ', '(', '*']).next()?;
        let is_script = NAMES_OF_SCRIPTS.contains(&kind) && rest.starts_with("npm ");
        (KINDS.contains(&kind) && !is_script).then_some(())
    });
    kinds.next().is_some()
}

fn links_to_commit(text: &str) -> bool {
    let mut links = text.split("](http").skip(1);
    links.any(|link| {
        let address = link.split(')').next().unwrap_or_default();
        ["/commit/", "/issues/", "/pull/"]
            .iter()
            .any(|part| address.contains(part))
    })
}

/// Whether a quote right before the text opens what somebody looks for or expects: `grep -q "…`, `expected '…`. A value of JSON is
/// what somebody said, and so is what a person quotes.
fn is_quoted(before: &str, is_of_workflow: bool) -> bool {
    // The sentence may begin a word or two before the text that is known.
    let quote = before.rfind(['"', '\'', '`']);
    let Some((outside, inside)) = quote.and_then(|at| Some((before.get(..at)?, before.get(at + 1..)?)))
    else {
        return false;
    };
    let is_start = inside.len() <= 12 && inside.chars().all(|c| c.is_alphanumeric() || c == ' ');
    if !is_start || outside.ends_with(char::is_alphanumeric) {
        return false;
    }
    let outside = outside.trim_end();
    let is_of_test = ["xpected", "eceived"].iter().any(|word| outside.contains(word));
    let is_of_code = outside.ends_with(['(', '*']) || outside.ends_with("==") || ends_with_flag(outside);
    let may_be_value = outside.is_empty() || outside.ends_with([':', ',', '{', '[', '=']);
    is_of_test || is_of_code || (is_of_workflow && !may_be_value)
}

/// Whether the text itself begins with the quote that ends what was quoted before.
fn ends_quote(line: &str, before: &str) -> bool {
    let text = line.get(before.len()..).unwrap_or_default();
    text.starts_with(['"', '\'', '`'])
}

/// `grep -qE`
fn ends_with_flag(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or_default();
    last.len() > 1 && last.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str = "You cannot publish over the previously published versions";

    fn is_mentioned(line: &str, is_of_workflow: bool) -> bool {
        let mentions = ["You", "cannot"].map(|start| {
            let (before, _) = line.split_once(start).unwrap();
            is_mention(
                line,
                before,
                Signal::Names(CauseId::VersionExists),
                is_of_workflow,
            )
        });
        assert_eq!(mentions[0], mentions[1], "{line}");
        mentions[0]
    }

    #[test]
    fn what_looks_for_an_error_or_reports_of_one_is_none() {
        for line in [
            format!("if grep -q \"{REFUSED}\" out.log; then"),
            format!("+ grep -q '{REFUSED}' out.log"),
            format!("++ echo {REFUSED}"),
            format!("if [[ \"$OUT\" == *'{REFUSED}'* ]]; then"),
            format!("    > 14 |     expect(out).toContain(\"{REFUSED}\")"),
            format!("    at explain ({REFUSED})"),
            format!("    Expected substring: \"{REFUSED}\""),
            format!("not ok 4 - {REFUSED}"),
            format!("  ✕ tells that {REFUSED} (5 ms)"),
            format!("✖ tells that {REFUSED} (1.25ms)"),
            format!("a1b2c3d fix(cli): handle {REFUSED} (#12)"),
            format!("* a1b2c3d (HEAD -> main) {REFUSED}"),
            format!("commit message: fix: {REFUSED}"),
            format!("Merge pull request #12 from o/w: {REFUSED}"),
            format!("**cli:** {REFUSED} ([abc1234](https://github.com/o/w/commit/abc1234))"),
            format!("npm warn deprecated left@1.0.0: {REFUSED}"),
            format!("##[warning]{REFUSED}"),
        ] {
            assert!(is_mentioned(&line, true), "{line}");
            assert!(is_mentioned(&line, false), "{line}");
        }
        let timeout = "The action 'Publish' has timed out after 10 minutes.";
        let signal = Signal::Names(CauseId::JobCancelled);
        assert!(!is_mention(timeout, "The action 'Publish", signal, true));
        // A person may quote what a tool said.
        let report = format!("It fails with \"{REFUSED}\"");
        assert!(is_mentioned(&report, true) && !is_mentioned(&report, false));
    }

    #[test]
    fn what_a_tool_says_is_not_a_mention() {
        for line in [
            format!("npm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - {REFUSED}"),
            format!("\"summary\": \"403 Forbidden - PUT https://registry.npmjs.org/w - {REFUSED}"),
            format!("{{\"error\":\"{REFUSED}\"}}"),
            format!("  body: {{ error: '{REFUSED}' }}"),
            format!("✖ {REFUSED}: 1.0.0"),
            format!("##[error]{REFUSED}"),
            format!("w:build: {REFUSED}"),
            format!("build: npm error {REFUSED}"),
            format!("1234567 {REFUSED}"),
            format!("Error: {REFUSED}"),
        ] {
            assert!(!is_mentioned(&line, true), "{line}");
        }
    }
}
