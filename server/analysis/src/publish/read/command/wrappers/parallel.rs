//! GNU parallel, which runs a command once for each of its inputs: `parallel npm publish ::: *.tgz`.

use super::{Invocation, UnwrapStep, add_unknown_argument, skip_flags};
use crate::syntax::shell::Word;

/// Flags whose value is the next word. Source: parallel(1).
const WITH_VALUE: [&str; 12] = [
    "-j",
    "--jobs",
    "-P",
    "-n",
    "-N",
    "-L",
    "-I",
    "-a",
    "--arg-file",
    "--retries",
    "--delay",
    "--joblog",
];

/// Takes parallel off; what comes after `:::` are its inputs.
pub(super) fn step(invocation: &mut Invocation) -> UnwrapStep {
    let mut flags = invocation
        .words
        .iter()
        .skip(1)
        .take_while(|word| word.text.starts_with('-'));
    // It prints the commands and runs none.
    if flags.any(|word| word.text == "--dry-run" || word.text == "--dryrun") {
        return UnwrapStep::Unknown;
    }
    skip_flags(&mut invocation.words, &WITH_VALUE);
    let is_separator = |word: &Word| word.text.starts_with(":::");
    if let Some(end) = invocation.words.iter().position(is_separator) {
        invocation.words.truncate(end);
    }
    invocation.words.retain(|word| word.text != "{}");
    // A command in quotes is read by a shell.
    match invocation.words.as_slice() {
        [] => UnwrapStep::Unknown,
        [only] if only.text.contains(' ') => UnwrapStep::Unknown,
        _ => add_unknown_argument(invocation),
    }
}
