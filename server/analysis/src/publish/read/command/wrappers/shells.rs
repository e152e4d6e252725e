//! Shells with tools of their own, in which a command runs: `nix develop`, `nix-shell`, `devbox run`, `direnv exec`.
//!
//! They keep the environment unless they are told not to. Source: the manual pages of `nix develop`, `nix shell` and
//! `nix-shell`; <https://www.jetify.com/docs/devbox/cli-reference/devbox-run>; direnv(1).

use super::environment::IN_ACTIONS;
use super::{ID_TOKEN_VARIABLES, Invocation, UnwrapStep, remove_first};
use crate::publish::tools::arguments::with_text;
use crate::syntax::shell::Word;

/// Takes the shell off, whose Node is not known.
pub(super) fn step(name: &str, invocation: &mut Invocation) -> UnwrapStep {
    let verb = invocation.words.get(1).map_or("", |word| word.text.as_str());
    let command_flags: &[&str] = match (name, verb) {
        ("nix", "develop" | "shell") => &["--command", "-c"],
        ("nix-shell", _) => &["--run", "--command"],
        ("devbox", "run") => return enter(invocation, after_flags(invocation, 2)),
        // The folder comes first.
        ("direnv", "exec") => return enter(invocation, Some(3)),
        _ => return UnwrapStep::Done,
    };
    let is_command = |word: &Word| command_flags.contains(&word.text.as_str());
    let Some(at) = invocation.words.iter().position(is_command) else {
        return UnwrapStep::Done;
    };
    let flags: Vec<&str> = invocation
        .words
        .iter()
        .take(at)
        .map(|word| word.text.as_str())
        .collect();
    let is_pure = |flag: &&str| match name {
        "nix" => matches!(*flag, "--ignore-environment" | "-i" | "--ignore-env"),
        _ => *flag == "--pure",
    };
    let keeps = |name: &str| {
        flags.windows(2).any(|two| match two {
            [flag, kept] => {
                matches!(*flag, "--keep" | "-k" | "--keep-env-var")
                    && (kept.starts_with(name) || kept.contains('$'))
            }
            _ => false,
        })
    };
    let keeps_id_token = keeps(ID_TOKEN_VARIABLES) && keeps(IN_ACTIONS);
    if flags.iter().any(is_pure) {
        invocation.environment.pure_shell = Some(match name {
            "nix" => "nix --ignore-environment",
            _ => "nix-shell --pure",
        });
        invocation.environment.hands_variables_on |= keeps_id_token;
    }
    enter(invocation, Some(at + 1))
}

/// Leaves the words from `at` on, of which the first may be a whole command in quotes.
fn enter(invocation: &mut Invocation, at: Option<usize>) -> UnwrapStep {
    let Some(at) = at.filter(|at| *at < invocation.words.len()) else {
        return UnwrapStep::Unknown;
    };
    remove_first(&mut invocation.words, at);
    if let Some(first) = invocation.words.first().cloned()
        && first.text.contains(' ')
    {
        let words: Vec<Word> = first
            .text
            .split_whitespace()
            .map(|word| with_text(&first, word))
            .collect();
        invocation.words.splice(..1, words);
    }
    invocation.environment.has_own_node = true;
    UnwrapStep::Again
}

fn after_flags(invocation: &Invocation, start: usize) -> Option<usize> {
    let words = invocation.words.get(start..)?;
    let flags = words.iter().position(|word| !word.text.starts_with('-'))?;
    Some(start + flags)
}
