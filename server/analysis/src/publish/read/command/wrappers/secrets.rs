//! Programs that start a command with variables of their own, which may hold a token: `op run -- npm publish`.
//!
//! Source: <https://developer.1password.com/docs/cli/reference/commands/run>, <https://docs.doppler.com/docs/cli>,
//! <https://infisical.com/docs/cli/commands/run>, <https://www.npmjs.com/package/dotenv-cli>, <https://dotenvx.com/docs/advanced/run>.

use super::{Invocation, UnwrapStep, remove_first, skip_flags};
use crate::syntax::shell::Word;

/// Takes the program off. Without `--`, only of dotenv is it known where the command begins.
pub(super) fn step(name: &str, invocation: &mut Invocation) -> UnwrapStep {
    let verb = invocation.words.get(1).map_or("", |word| word.text.as_str());
    let runs = match name {
        "op" | "doppler" | "infisical" | "dotenvx" => verb == "run",
        "chamber" | "aws-vault" => verb == "exec",
        _ => true,
    };
    if !runs {
        return UnwrapStep::Done;
    }
    let is_separator = |word: &Word| word.text == "--";
    match invocation.words.iter().position(is_separator) {
        Some(at) => remove_first(&mut invocation.words, at + 1),
        None if name == "dotenv" => {
            skip_flags(&mut invocation.words, &["-e", "-v", "-c"]);
        }
        None => return UnwrapStep::Unknown,
    }
    invocation.environment.has_own_variables = true;
    UnwrapStep::Again
}
