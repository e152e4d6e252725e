//! What depends on the success of a command: `npm whoami && npm publish`, `if npm whoami; then npm publish; fi`,
//! `npm whoami || exit 1`.

use super::super::super::{Command, Guard};
use super::super::Splitter;
use super::{Element, Joined, LevelKind, ShellLevel, State};
use crate::text::TextRange;

/// What is known about the `if` that a level is.
#[derive(Default)]
pub(super) struct Branches {
    /// The list that is its first condition.
    condition: Vec<Element>,
    /// The first command after the first branch, where another one follows.
    end_of_first: Option<usize>,
    /// Whether `elif` follows.
    has_elif: bool,
    /// Whether the first branch always leaves the script, and how.
    exit_of_first: Option<Exit>,
}

/// How a list of commands leaves the script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Exit {
    Failing,
    Successful,
}

impl Splitter<'_> {
    /// At the end of a list: whether it always leaves the script, and what its own commands decide.
    pub(super) fn judge_guards(&mut self, state: &mut State, elements: &[Element]) {
        let is_plain = self.is_plain(state);
        if let Some(exit) = self.exit_of(elements)
            && let Some(level) = state.top_mut()
        {
            level.exit = level.exit.or(Some(exit));
        }
        let ands = elements
            .iter()
            .skip(1)
            .take_while(|element| element.joined == Joined::And);
        let (list, rest) = elements.split_at((1 + ands.count()).min(elements.len()));
        let exit = rest
            .first()
            .and_then(|other| Some((other, self.exit_of_element(other)?)));
        let of_exit = exit.map(|(other, exit)| match exit {
            Exit::Failing => Guard::Exits,
            Exit::Successful => Guard::Skips(TextRange::new(self.start_of(other.first), usize::MAX)),
        });
        let of_exit = of_exit.filter(|_| is_plain);
        // What an element guards are the elements after it.
        let mut behind: Option<TextRange> = None;
        for element in list.iter().rev() {
            if !element.is_negated && !element.is_pipeline {
                self.set_guard(element, of_exit.or(behind.map(Guard::Skips)));
            }
            let commands = self.commands.get(element.first..element.end).unwrap_or_default();
            let ranges = commands.iter().map(|command| command.range);
            behind = behind.into_iter().chain(ranges).reduce(TextRange::cover);
        }
    }

    /// At `fi`: what the condition decides.
    pub(super) fn judge_branches(&mut self, state: &State, level: &ShellLevel) {
        let Branches {
            condition,
            end_of_first,
            has_elif,
            exit_of_first,
        } = &level.branches;
        let Some(&(_, body)) = level.conditions.first() else {
            return;
        };
        let end = self.commands.len();
        let end_of_body = end_of_first.unwrap_or(end);
        let exit_of_other = level.exit.filter(|_| end_of_first.is_some() && !has_elif);
        let is_plain = self.is_plain(state);
        let is_single = condition.len() == 1;
        let has_or = condition.iter().any(|element| element.joined == Joined::Or);
        for element in condition {
            let (is_left_out, exit) = match (element.is_negated, is_single, has_or) {
                _ if element.is_pipeline => continue,
                (true, true, _) => ((end_of_body, end), *exit_of_first),
                (false, _, false) => ((body, end_of_body), exit_of_other),
                _ => continue,
            };
            let guard = match exit.filter(|_| is_plain) {
                Some(Exit::Failing) => Some(Guard::Exits),
                Some(Exit::Successful) => Some(Guard::Skips(TextRange::new(self.start_of(end), usize::MAX))),
                None => self.skips(is_left_out.0, is_left_out.1),
            };
            self.set_guard(element, guard);
        }
    }

    /// Whether the commands at this place certainly run, and `exit` leaves the whole script.
    fn is_plain(&self, state: &State) -> bool {
        let levels = state.levels.get(1..).unwrap_or_default();
        let is_block = |level: &ShellLevel| level.is_group() && level.kind != LevelKind::Subshell;
        let root = state.levels.first();
        let is_certain = root.is_some_and(|root| root.function.is_none() && !root.is_conditional);
        self.depth == 0 && is_certain && levels.iter().all(is_block)
    }

    /// Gives a guard to the command that an element is, if it is one, and to what it runs alone: `bash -c "npm whoami"`.
    fn set_guard(&mut self, element: &Element, guard: Option<Guard>) {
        let Some(guard) = guard.filter(|_| !element.is_group) else {
            return;
        };
        let commands = self
            .commands
            .get_mut(element.first..element.end)
            .unwrap_or_default();
        let Some(whole) = commands
            .iter()
            .map(|command| command.range)
            .reduce(TextRange::cover)
        else {
            return;
        };
        for command in commands {
            let is_outer = command.range == whole;
            if is_outer || command.is_whole_inner {
                command.guard = Some(guard);
            }
        }
    }

    fn skips(&self, from: usize, to: usize) -> Option<Guard> {
        let commands = self.commands.get(from..to)?;
        let range = commands
            .iter()
            .map(|command| command.range)
            .reduce(TextRange::cover)?;
        Some(Guard::Skips(range))
    }

    /// Where a command starts, or where the next one will.
    fn start_of(&self, index: usize) -> usize {
        let command = self.commands.get(index);
        command.map_or(self.at, |command| command.range.start())
    }

    /// Whether a list is `exit 1` alone, or a group with it.
    pub(super) fn exit_of(&self, elements: &[Element]) -> Option<Exit> {
        match elements {
            [only] => self.exit_of_element(only),
            _ => None,
        }
    }

    fn exit_of_element(&self, element: &Element) -> Option<Exit> {
        if element.is_group || element.is_pipeline {
            return element.exit;
        }
        let commands = self.commands.get(element.first..element.end)?;
        match commands {
            [only] => exit_of_command(only, element.joined),
            _ => None,
        }
    }
}

/// Without a number, `exit` passes on how the command before it ended.
fn exit_of_command(command: &Command, joined: Joined) -> Option<Exit> {
    let is_exit = command.word(0) == Some("exit") && command.words.len() <= 2;
    let code = command.word(1);
    match code.filter(|_| is_exit) {
        Some("0") => Some(Exit::Successful),
        Some(code) if code.bytes().all(|byte| byte.is_ascii_digit()) => Some(Exit::Failing),
        Some(_) => None,
        None => (is_exit && joined == Joined::Or).then_some(Exit::Failing),
    }
}

impl Splitter<'_> {
    /// The last list before the first `then` is the condition.
    pub(super) fn keep_condition(state: &mut State, elements: Vec<Element>) {
        let level = state.top_mut();
        let level = level.filter(|level| level.kind == LevelKind::IfCondition && level.conditions.is_empty());
        if let Some(level) = level.filter(|_| elements.iter().any(|element| element.first < element.end)) {
            level.branches.condition = elements;
        }
    }

    /// At `else`.
    pub(crate) fn begin_other_branch(&mut self, state: &mut State) {
        self.end_list(state);
        let end = self.commands.len();
        let branch = self.new_branch();
        if let Some(level) = state.top_mut() {
            self.end_reach_of_branch(&mut level.reach);
            level.reach.begin_other(end);
            level.own_branch = Some(branch);
            level.end_branch(end, false);
        }
    }
}

impl ShellLevel {
    /// At `else` and `elif`.
    pub(super) fn end_branch(&mut self, at: usize, is_elif: bool) {
        let exit = self.exit.take();
        if self.branches.end_of_first.is_none() {
            self.branches.end_of_first = Some(at);
            self.branches.exit_of_first = exit;
        }
        self.branches.has_elif |= is_elif;
    }

    /// At `fi`.
    pub(super) fn end_branches(&mut self) {
        if self.branches.end_of_first.is_none() {
            self.branches.exit_of_first = self.exit;
        }
    }
}
