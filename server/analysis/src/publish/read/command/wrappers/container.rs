//! Commands that run in a container.

use super::{Invocation, UnwrapStep, remove_first};
use crate::syntax::shell::Word;

/// `docker run … npm publish`: which words belong to docker is not decided, only where npm starts.
pub(super) fn container(invocation: &mut Invocation) -> UnwrapStep {
    if invocation.words.get(1).map(|word| word.text.as_str()) != Some("run") {
        return UnwrapStep::Done;
    }
    let is_manager = |word: &Word| matches!(word.text.as_str(), "npm" | "pnpm" | "yarn" | "npx");
    let Some(at) = invocation.words.iter().position(is_manager) else {
        return UnwrapStep::Unknown;
    };
    // A word that is only a variable may hold such flags.
    let hands_on = |word: &Word| {
        let text = word.text.as_str();
        ["ACTIONS_", "TOKEN", ".npmrc"]
            .iter()
            .any(|part| text.contains(part))
            || text.starts_with("--env-file")
            || text.starts_with('$') && !text.contains([':', '/'])
    };
    let flags = invocation.words.get(..at).unwrap_or_default();
    invocation.environment.hands_variables_on |= flags.iter().any(hands_on);
    remove_first(&mut invocation.words, at);
    invocation.environment.through_docker = true;
    UnwrapStep::Again
}
