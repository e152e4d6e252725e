//! What a failure of a command does, in a list and around it.

use super::super::super::{Command, Guard, OnFailure};
use super::super::Splitter;
use super::{Element, Joined, ShellLevel, State};

/// Commands that cannot fail, so that `npm publish || echo …` hides a failure.
const ALWAYS_SUCCEED: [&str; 6] = ["true", ":", "echo", "printf", "Write-Host", "Write-Output"];

/// Commands that leave the script or a loop, or report a failure their own way. Where one of them is
/// beside the command, its failure is not simply hidden.
const LEAVE: [&str; 9] = [
    "exit", "return", "break", "continue", "false", "throw", "die", "fail", "kill",
];

impl Splitter<'_> {
    /// What a failure does in commands tied by `&&` and `||`. A command that fails in front of an `&&` ends a group only if
    /// its list is the group's last.
    pub(super) fn judge_list(&mut self, elements: &[Element], is_in_group: bool) {
        let has_or = elements.iter().any(|element| element.joined == Joined::Or);
        let last = elements.len().saturating_sub(1);
        for (n, element) in elements.iter().enumerate() {
            let commands = self.commands.get_mut(element.first..element.end);
            for command in commands.unwrap_or_default() {
                command.on_failure = match command.on_failure {
                    OnFailure::EndsScript if !has_or && n < last && !element.is_group && !is_in_group => {
                        OnFailure::SkipsList
                    }
                    OnFailure::EndsScript if n < last => OnFailure::Unknown,
                    OnFailure::EndsScript if !has_or => OnFailure::EndsScript,
                    _ => OnFailure::Unknown,
                };
            }
        }
    }

    /// At a `&`: nothing waits for the list that it ends.
    pub(crate) fn end_background_list(&mut self, state: &mut State) {
        self.end_command(state);
        let first = state.top().map_or(0, |level| {
            let elements = level.list.elements.first();
            elements.map_or(level.list.first, |element| element.first)
        });
        for command in self.commands.get_mut(first..).unwrap_or_default() {
            command.on_failure = OnFailure::Unknown;
        }
        if let Some(level) = state.top_mut() {
            level.reach.is_background = true;
        }
        self.end_list(state);
        for command in self.commands.get_mut(first..).unwrap_or_default() {
            command.guard = command.guard.filter(|guard| *guard != Guard::Exits);
        }
    }

    pub(super) fn always_succeeds(&self, element: &Element) -> bool {
        let commands = self.commands.get(element.first..element.end);
        let last = commands.and_then(<[Command]>::last);
        last.is_some_and(|command| match command.word(0) {
            Some("exit") => command.word(1) == Some("0"),
            Some(name) => ALWAYS_SUCCEED.contains(&name),
            None => false,
        })
    }

    /// Whether one of the commands leaves the script or a loop, or remembers the failure in a variable.
    pub(super) fn leaves(&self, first: usize, end: usize) -> bool {
        let commands = self.commands.get(first..end).unwrap_or_default();
        commands.iter().any(|command| match command.word(0) {
            Some(name) => LEAVE.contains(&name),
            None => false,
        })
    }

    pub(super) fn ignore_failure(&mut self, first: usize, end: usize) {
        for command in self.commands.get_mut(first..end).unwrap_or_default() {
            command.failure_is_ignored = true;
        }
    }

    /// A command in the condition of an `if` cannot fail the script. But where a branch leaves, or sets a
    /// variable, the script may well look at the failure.
    pub(super) fn judge_conditions(&mut self, level: &ShellLevel) {
        let end = self.commands.len();
        // The conditions are in text order.
        let is_condition = |index: usize| {
            let behind = level.conditions.partition_point(|(from, _)| *from <= index);
            behind
                .checked_sub(1)
                .and_then(|position| level.conditions.get(position))
                .is_some_and(|(_, to)| index < *to)
        };
        let commands = self.commands.iter().enumerate().skip(level.first);
        let remembers = commands
            .filter(|(index, _)| !is_condition(*index))
            .any(|(_, command)| command.words.is_empty() && !command.assignments.is_empty());
        if remembers || self.leaves(level.first, end) {
            return;
        }
        for (from, to) in &level.conditions {
            self.ignore_failure(*from, *to);
        }
    }
}
