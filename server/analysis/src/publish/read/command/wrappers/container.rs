//! Commands that run in a container.

use super::environment::IN_ACTIONS;
use super::{ID_TOKEN_VARIABLES, Invocation, UnwrapStep, remove_first};
use crate::syntax::shell::Word;

/// `docker run … npm publish`, `docker compose exec app npm publish`: which words belong to docker is not decided, only where npm starts.
pub(super) fn container(invocation: &mut Invocation) -> UnwrapStep {
    let verb = |n: usize| invocation.words.get(n).map_or("", |word| word.text.as_str());
    let mut words = invocation.words.iter().map(|word| word.text.as_str());
    let starts = match verb(1) {
        "run" | "exec" => true,
        "compose" => words.any(|word| matches!(word, "run" | "exec")),
        _ => false,
    };
    if !starts {
        return UnwrapStep::Done;
    }
    let is_manager = |word: &Word| matches!(word.text.as_str(), "npm" | "pnpm" | "yarn" | "npx");
    let Some(at) = invocation.words.iter().position(is_manager) else {
        return UnwrapStep::Unknown;
    };
    let flags = invocation.words.get(..at).unwrap_or_default();
    let names = |part: &str| flags.iter().any(|word| word.text.contains(part));
    // A token of another kind may do without; a word that is only a variable may hold such flags.
    let may_hand_on = |word: &Word| {
        let text = word.text.as_str();
        let is_credential = ["TOKEN", ".npmrc"].iter().any(|part| text.contains(part));
        is_credential && !text.contains(ID_TOKEN_VARIABLES)
            || text.starts_with("--env-file")
            || text.starts_with('$') && !text.contains([':', '/'])
    };
    invocation.environment.hands_variables_on |=
        flags.iter().any(may_hand_on) || names(ID_TOKEN_VARIABLES) && names(IN_ACTIONS);
    remove_first(&mut invocation.words, at);
    invocation.environment.through_docker = true;
    UnwrapStep::Again
}
