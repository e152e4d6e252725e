//! Commands that run others in the packages of a monorepo: `lerna exec`, `nx exec`, `yarn workspaces foreach`.

use super::super::PackageScope;
use super::super::task_scope::of_lerna;
use super::{Invocation, ProgramOrigin, UnwrapStep, enter, enter_scope, verbs};
use crate::publish::tools::arguments::{Arguments, with_text};
use crate::syntax::shell::Word;

/// `yarn workspaces foreach FLAGS COMMAND`.
pub(super) fn foreach(invocation: &mut Invocation, at: usize) -> UnwrapStep {
    let with_value = ["--include", "--exclude", "--from", "-j", "--jobs"];
    let texts = |words: Vec<Word>| words.into_iter().map(|word| word.text).collect();
    let flags_start = at + 1;
    let mut end = flags_start;
    while let Some(word) = invocation
        .words
        .get(end)
        .filter(|word| word.text.starts_with('-'))
    {
        end += if with_value.contains(&word.text.as_str()) {
            2
        } else {
            1
        };
    }
    let end = end.min(invocation.words.len());
    let flags = invocation.words.get(flags_start..end).unwrap_or_default();
    let flags = Arguments::new("yarn", flags);
    // Letters may be together: `-Apt`.
    let has_letter = |letter: char| {
        let is_short = |word: &&Word| word.text.starts_with('-') && !word.text.starts_with("--");
        let mut short = flags.words().iter().filter(is_short);
        short.any(|word| word.text.contains(letter))
    };
    // Source: `yarn workspaces foreach --help` of 4.10.3.
    if has_letter('n') || flags.has(&["--dry-run"]) {
        return UnwrapStep::Unknown;
    }
    // `--since` may have a branch after a `=`, and then it has no other form.
    let is_since = |word: &Word| word.text == "--since" || word.text.starts_with("--since=");
    let scope = PackageScope {
        workspaces: texts(flags.values(&["--include"])),
        excluded: texts(flags.values(&["--exclude"])),
        all_workspaces: true,
        includes_root: has_letter('A') || flags.has(&["--all"]),
        is_partial: flags.words().iter().any(is_since) || !flags.values(&["--from"]).is_empty(),
        ..PackageScope::default()
    };
    enter_scope(invocation, scope, end - 1)
}

/// `lerna exec --scope a -- npm publish`. It may be without the dashes.
/// Source: <https://github.com/lerna/lerna/tree/main/libs/commands/exec#readme>.
pub(super) fn lerna_exec(invocation: &mut Invocation) -> UnwrapStep {
    let with_value = [
        "--scope",
        "--ignore",
        "--concurrency",
        "--since",
        "--profile-location",
    ];
    let Some(exec) = verbs(invocation).into_iter().find(|(_, verb)| verb == "exec") else {
        return UnwrapStep::Done;
    };
    let mut start = exec.0 + 1;
    while let Some(flag) = invocation
        .words
        .get(start)
        .filter(|word| word.text.starts_with('-'))
    {
        start += if with_value.contains(&flag.text.as_str()) {
            2
        } else {
            1
        };
        if flag.text == "--" {
            break;
        }
    }
    let flags = invocation.words.get(1..start.min(invocation.words.len()));
    let flags = Arguments::new("lerna", flags.unwrap_or_default());
    if flags.has(&["--dry-run"]) {
        return UnwrapStep::Unknown;
    }
    let scope = of_lerna(&flags);
    run_words(invocation, scope, start)
}

/// `nx exec --projects a -- npm publish`. In a package script, where it has no such flag, it runs in the script's folder.
/// Source: `exec.js` of nx 24.0.6.
pub(super) fn nx_exec(invocation: &mut Invocation) -> UnwrapStep {
    let is_exec = verbs(invocation).first().is_some_and(|(_, verb)| verb == "exec");
    let separator = invocation.words.iter().position(|word| word.text == "--");
    let Some(at) = separator.filter(|_| is_exec) else {
        return UnwrapStep::Done;
    };
    let flags = invocation.words.get(1..at).unwrap_or_default();
    let scope = PackageScope::of_flags("nx", &Arguments::new("nx", flags));
    run_words(invocation, scope, at + 1)
}

/// Leaves the words from `at` on, of which the first may be a whole command in quotes.
fn run_words(invocation: &mut Invocation, scope: PackageScope, at: usize) -> UnwrapStep {
    enter(invocation, scope, at);
    invocation.origin = ProgramOrigin::LocalBin;
    if let [only] = invocation.words.as_slice()
        && only.text.contains(' ')
    {
        let words = only.text.split_whitespace();
        invocation.words = words.map(|word| with_text(only, word)).collect();
    }
    UnwrapStep::Again
}
