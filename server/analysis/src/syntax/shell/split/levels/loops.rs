//! The `for` loops around a command.

use std::sync::Arc;

use super::super::super::Loop;
use super::super::Splitter;
use super::ShellLevel;

/// Commands by which a loop leaves values out.
const CHOOSE: [&str; 5] = ["continue", "break", "[", "[[", "test"];

/// The loops around a command that run it for every value.
pub(super) fn loops(levels: &[ShellLevel]) -> Vec<Arc<Loop>> {
    let from = levels
        .iter()
        .rposition(ShellLevel::is_branch)
        .map_or(0, |branch| branch + 1);
    let inside = levels.get(from..).unwrap_or_default();
    inside
        .iter()
        .filter_map(|level| level.iteration.clone())
        .collect()
}

impl Splitter<'_> {
    /// A loop with a test in it does not do its work for every value.
    pub(super) fn judge_loop(&mut self, first: usize) {
        let commands = self.commands.get_mut(first..).unwrap_or_default();
        let chooses = commands
            .iter()
            .any(|command| command.word(0).is_some_and(|name| CHOOSE.contains(&name)));
        if chooses {
            commands.iter_mut().for_each(|command| command.loops.clear());
        }
    }
}
