//! Where the splitter is in the text of one substitution: what is asked of the levels, and told to them.

use std::sync::Arc;

use super::super::super::Loop;
use super::{Inherited, Joined, LevelKind, MAX_LEVELS, ShellLevel, State};

impl State {
    pub(crate) fn new(first: usize, inherited: Inherited) -> Self {
        let root = ShellLevel {
            function: inherited.function,
            is_chosen_function: inherited.is_chosen_function,
            branches_around: inherited.branches,
            ..ShellLevel::new(LevelKind::Root, first, 0, inherited.is_conditional)
        };
        Self {
            levels: vec![root],
            command: None,
            here_documents: Vec::new(),
            block_is_conditional: false,
            block_catches: false,
            next_function: None,
        }
    }

    pub(super) fn top(&self) -> Option<&ShellLevel> {
        self.levels.last()
    }

    pub(super) fn top_mut(&mut self) -> Option<&mut ShellLevel> {
        self.levels.last_mut()
    }

    pub(crate) fn kind(&self) -> LevelKind {
        self.top().map_or(LevelKind::Root, |level| level.kind)
    }

    /// Changes what the innermost level is. `branch` is a new number for what follows.
    pub(crate) fn set_kind(&mut self, kind: LevelKind, branch: u32) {
        if let Some(level) = self.top_mut() {
            level.kind = kind;
            level.closed_block = None;
            let is_body = matches!(
                kind,
                LevelKind::IfBody | LevelKind::LoopBody | LevelKind::CaseBody
            );
            level.is_conditional |= is_body;
            level.own_branch = level.is_conditional.then_some(branch);
        }
    }

    /// Says what the loop that was opened last runs over.
    pub(crate) fn set_iteration(&mut self, iteration: Loop) {
        if let Some(level) = self
            .top_mut()
            .filter(|level| level.kind == LevelKind::LoopCondition)
        {
            level.iteration = Some(Arc::new(iteration));
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.levels.len() >= MAX_LEVELS
    }

    pub(super) fn is_conditional(&self) -> bool {
        self.top().is_some_and(|level| {
            level.is_conditional || matches!(level.list.joined, Joined::And | Joined::Or)
        })
    }

    pub(super) fn branches(&self) -> Vec<u32> {
        self.top().map(ShellLevel::branches).unwrap_or_default()
    }

    /// The function in whose body this is.
    pub(super) fn function(&self) -> Option<&Arc<str>> {
        self.top().and_then(|level| level.function.as_ref())
    }

    /// What a substitution in the command that is being read inherits.
    pub(crate) fn inherited(&self) -> Inherited {
        Inherited {
            is_conditional: self.is_conditional(),
            branches: self.branches(),
            function: self.function().cloned(),
            is_chosen_function: self.top().is_some_and(|level| level.is_chosen_function),
        }
    }

    /// Where the part of a pipeline begins that is being read, after the first one.
    pub(crate) fn part_of_pipeline(&self) -> Option<usize> {
        let list = &self.top()?.list;
        list.is_pipeline.then_some(list.part)
    }

    /// Whether `&&`, `||` or `|` still waits for the command after it.
    pub(crate) fn awaits_command(&self) -> bool {
        self.top().is_some_and(|level| level.list.awaits_command)
    }

    pub(crate) fn closed_block(&self) -> Option<usize> {
        self.top().and_then(|level| level.closed_block)
    }

    pub(crate) fn may_redirect_block(&mut self) -> bool {
        self.top_mut().is_some_and(|level| {
            level.block_redirects += 1;
            level.block_redirects <= 2
        })
    }

    pub(crate) fn negate(&mut self) {
        if let Some(level) = self.top_mut() {
            level.list.is_negated = true;
        }
    }

    /// The command so far where it is one bare word, which `()` would make the name of a function.
    pub(crate) fn function_name(&self) -> Option<&str> {
        let command = &self.command.as_ref()?.command;
        let is_bare = command.assignments.is_empty() && command.redirects.is_empty();
        match command.words.as_slice() {
            [only] if is_bare => Some(&only.text),
            _ => None,
        }
    }
}
