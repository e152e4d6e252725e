//! The stack of compound commands, and the lists of commands on each level of it.

mod failures;
mod guards;
mod loops;
mod reach;
mod state;

use std::sync::Arc;

use super::super::{Command, Guard, Loop, OnFailure};
use super::Splitter;
use super::heredoc::HereDocument;
use crate::text::TextRange;
use guards::{Branches, Exit};
use loops::loops;
use reach::Reach;

/// How many compound commands may enclose each other. What lies deeper is read as if it were on this level.
const MAX_LEVELS: usize = 64;

/// What a level of the stack is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LevelKind {
    Root,
    /// `( … )`
    Subshell,
    /// `{ … }`; `ends_parent` marks the block of PowerShell's `if (…) { … }`, after which no `fi` comes.
    Block {
        ends_parent: bool,
    },
    /// Between `if` or `elif` and `then`.
    IfCondition,
    /// Between `then` or `else` and `fi`.
    IfBody,
    /// Between `for`, `while` or `until` and `do`.
    LoopCondition,
    /// Between `do` and `done`.
    LoopBody,
    /// In front of the `)` of a branch.
    CasePattern,
    /// Between that and `;;`.
    CaseBody,
}

struct ShellLevel {
    kind: LevelKind,
    is_conditional: bool,
    /// The branches around the level, and its own if it has one.
    branches_around: Vec<u32>,
    own_branch: Option<u32>,
    /// The function in whose body this is.
    function: Option<Arc<str>>,
    /// Whether only some runs define that function.
    is_chosen_function: bool,
    list: List,
    /// The number of enclosing subshells outside this level.
    outer_subshells: usize,
    /// The first command of the level.
    first: usize,
    /// The commands that are conditions of this `if`, from and to.
    conditions: Vec<(usize, usize)>,
    /// The first command of a block that was closed directly in front of the place that is being read.
    closed_block: Option<usize>,
    block_redirects: u32,
    /// Whether it is a `try` of PowerShell.
    catches: bool,
    /// What the loop runs over, where it is a `for` of the shell.
    iteration: Option<Arc<Loop>>,
    /// Whether it always leaves the script.
    exit: Option<Exit>,
    /// As [`Self::exit`], of the group that was closed directly in front of the place that is being read.
    exit_of_closed: Option<Exit>,
    branches: Branches,
    reach: Reach,
}

/// How a pipeline is tied to the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Joined {
    /// It starts a list: a new line, `;`, `&`, or the first command.
    Start,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands tied by `&&`, `||` and `|`.
struct List {
    elements: Vec<Element>,
    /// How the element that is being read is tied to the one before it.
    joined: Joined,
    /// Whether an operator still waits for the command after it.
    awaits_command: bool,
    /// The number of the `&&`s that the element is part of, or of its `||`.
    branch: Option<u32>,
    /// The first command of the element.
    first: usize,
    /// The first command of the part of a pipeline.
    part: usize,
    is_pipeline: bool,
    is_negated: bool,
}

struct Element {
    joined: Joined,
    first: usize,
    end: usize,
    /// Whether it is `( … )` or `{ … }`.
    is_group: bool,
    is_pipeline: bool,
    is_negated: bool,
    /// Whether the group always leaves the script.
    exit: Option<Exit>,
}

/// A command that is not finished.
pub(crate) struct Building {
    pub(crate) command: Command,
    pub(crate) here_documents: Vec<HereDocument>,
}

/// Where the splitter is in the text of one substitution.
pub(crate) struct State {
    levels: Vec<ShellLevel>,
    pub(crate) command: Option<Building>,
    /// Here-documents whose text begins on the next line.
    pub(crate) here_documents: Vec<HereDocument>,
    /// Whether the next block is an `else` of PowerShell.
    pub(crate) block_is_conditional: bool,
    /// Whether the next block is a `try` of PowerShell, which catches failures.
    pub(crate) block_catches: bool,
    /// The function whose body the next block is.
    pub(crate) next_function: Option<Arc<str>>,
}

impl Building {
    pub(crate) fn extend_to(&mut self, end: usize) {
        let range = self.command.range;
        self.command.range = TextRange::new(range.start(), end.max(range.end()));
    }
}

impl List {
    fn new(first: usize) -> Self {
        Self {
            elements: Vec::new(),
            joined: Joined::Start,
            awaits_command: false,
            branch: None,
            first,
            part: first,
            is_pipeline: false,
            is_negated: false,
        }
    }
}

impl ShellLevel {
    fn new(kind: LevelKind, first: usize, outer_subshells: usize, is_conditional: bool) -> Self {
        Self {
            kind,
            is_conditional,
            branches_around: Vec::new(),
            own_branch: None,
            function: None,
            is_chosen_function: false,
            list: List::new(first),
            outer_subshells,
            first,
            conditions: Vec::new(),
            closed_block: None,
            block_redirects: 0,
            catches: false,
            iteration: None,
            exit: None,
            exit_of_closed: None,
            branches: Branches::default(),
            reach: Reach::default(),
        }
    }

    /// What decides whether the command that is being read runs.
    fn branches(&self) -> Vec<u32> {
        let own = self.own_branch.into_iter().chain(self.list.branch);
        self.branches_around.iter().copied().chain(own).collect()
    }

    /// Whether it is `( … )` or `{ … }` that certainly runs, and where it is.
    fn is_group(&self) -> bool {
        let is_block = self.kind == LevelKind::Block { ends_parent: false };
        let is_plain = !self.is_conditional && !self.catches && self.function.is_none();
        (is_block || self.kind == LevelKind::Subshell) && is_plain
    }

    fn is_branch(&self) -> bool {
        matches!(
            self.kind,
            LevelKind::IfCondition | LevelKind::IfBody | LevelKind::CasePattern | LevelKind::CaseBody
        )
    }
}

/// What commands inherit from the command in whose substitution they are, and from the levels around it.
#[derive(Clone, Default)]
pub(crate) struct Inherited {
    /// Whether the script may leave them out.
    pub(crate) is_conditional: bool,
    /// The branches that they are in.
    pub(crate) branches: Vec<u32>,
    /// The function whose body they are in.
    pub(crate) function: Option<Arc<str>>,
    /// Whether only some runs define that function.
    pub(crate) is_chosen_function: bool,
}

impl Splitter<'_> {
    /// The command that is being read; a new one that begins at `start` where there is none.
    pub(crate) fn command<'s>(&self, state: &'s mut State, start: usize) -> &'s mut Building {
        let is_conditional = state.is_conditional();
        if state.command.is_none() {
            state.next_function = None;
        }
        let subshells = &self.subshells;
        let levels = &mut state.levels;
        let groups = levels.get(1..).unwrap_or_default();
        let of_groups = groups.iter().filter(|level| level.kind == LevelKind::Subshell);
        let is_plain = self.depth == 0
            && groups.iter().all(ShellLevel::is_group)
            && subshells.len() == of_groups.count();
        let on_failure = match is_plain {
            true => OnFailure::EndsScript,
            false => OnFailure::Unknown,
        };
        state.command.get_or_insert_with(|| {
            let branches = levels.last().map(ShellLevel::branches).unwrap_or_default();
            if let Some(level) = levels.last_mut() {
                level.closed_block = None;
                level.list.awaits_command = false;
            }
            let loops = loops(levels);
            let function = levels.last().and_then(|level| level.function.clone());
            let is_chosen_function = levels.last().is_some_and(|level| level.is_chosen_function);
            Building {
                command: Command {
                    range: TextRange::empty(start),
                    assignments: Vec::new(),
                    words: Vec::new(),
                    redirects: Vec::new(),
                    subshells: subshells.clone(),
                    is_conditional,
                    branches,
                    function,
                    is_chosen_function,
                    failure_is_ignored: false,
                    is_piped: false,
                    on_failure,
                    guard: None,
                    is_whole_inner: false,
                    wrappers: Vec::new(),
                    never_runs: false,
                    loops,
                },
                here_documents: Vec::new(),
            }
        })
    }

    pub(crate) fn end_command(&mut self, state: &mut State) {
        let Some(building) = state.command.take() else {
            return;
        };
        let index = self.push_command(building.command);
        let here_documents = building.here_documents.into_iter();
        state
            .here_documents
            .extend(here_documents.map(|here_document| HereDocument {
                command: Some(index),
                ..here_document
            }));
        self.read_inner_script(index, state);
    }

    /// At a `|`: what was read since the last one runs in a subshell of its own.
    pub(crate) fn end_pipeline_part(&mut self, state: &mut State) {
        self.end_command(state);
        let end = self.commands.len();
        let Some(level) = state.top_mut() else { return };
        let part = std::mem::replace(&mut level.list.part, end);
        level.list.is_pipeline = true;
        level.list.awaits_command = true;
        level.closed_block = None;
        self.number_part(part, end);
    }

    fn number_part(&mut self, first: usize, end: usize) {
        let number = self.new_subshell();
        let depth = self.subshells.len();
        for command in self.commands.get_mut(first..end).unwrap_or_default() {
            command
                .subshells
                .insert(depth.min(command.subshells.len()), number);
            command.on_failure = OnFailure::Unknown;
            command.guard = command.guard.filter(|guard| *guard != Guard::Exits);
        }
    }

    /// At `&&` and `||`, and at the end of a list.
    pub(crate) fn end_element(&mut self, state: &mut State, next: Joined) {
        self.end_command(state);
        let end = self.commands.len();
        let branch = self.new_branch();
        let is_condition = state.kind() == LevelKind::IfCondition;
        let Some(level) = state.top_mut() else { return };
        let is_group = level.closed_block.take().is_some();
        let exit = level.exit_of_closed.take().filter(|_| is_group);
        level.block_redirects = 0;
        let list = &mut level.list;
        list.elements.push(Element {
            joined: list.joined,
            first: list.first,
            end,
            is_group,
            is_pipeline: list.is_pipeline,
            is_negated: list.is_negated,
            exit: exit.filter(|_| !list.is_pipeline),
        });
        let (first, part) = (list.first, list.part);
        list.first = end;
        list.part = end;
        list.branch = match (list.joined, next) {
            (_, Joined::Start) => None,
            (Joined::And, Joined::And) => list.branch,
            _ => Some(branch),
        };
        list.joined = next;
        list.awaits_command = next != Joined::Start;
        let is_pipeline = std::mem::replace(&mut list.is_pipeline, false);
        let is_negated = std::mem::replace(&mut list.is_negated, false);
        if is_pipeline {
            for command in self.commands.get_mut(first..part).unwrap_or_default() {
                command.is_piped = true;
            }
            self.number_part(part, end);
        }
        if is_negated && !is_condition {
            self.ignore_failure(first, end);
        }
    }

    pub(crate) fn end_list(&mut self, state: &mut State) {
        // PowerShell's block may open on the line below `if (…)`.
        let closed_block = match state.kind() {
            LevelKind::IfCondition | LevelKind::LoopCondition => state.closed_block(),
            _ => None,
        };
        self.end_element(state, Joined::Start);
        let Some(level) = state.top_mut() else { return };
        level.closed_block = closed_block;
        let elements = std::mem::take(&mut level.list.elements);
        self.judge_guards(state, &elements);
        self.judge_reach(state, &elements);
        if elements.len() < 2 {
            return Self::keep_condition(state, elements);
        }
        self.judge_list(&elements, state.levels.len() > 1);
        let leaves = elements
            .iter()
            .any(|element| !self.always_succeeds(element) && self.leaves(element.first, element.end));
        if leaves {
            return Self::keep_condition(state, elements);
        }
        let mut is_hidden = false;
        for element in elements.iter().rev() {
            if is_hidden {
                self.ignore_failure(element.first, element.end);
            }
            is_hidden |= element.joined == Joined::Or && self.always_succeeds(element);
        }
        Self::keep_condition(state, elements);
    }

    /// Opens a level in the element that is being read.
    pub(crate) fn open(&mut self, state: &mut State, kind: LevelKind, subshell: Option<u32>) {
        if state.is_full() {
            return;
        }
        let function = state.next_function.take();
        let is_chosen_block = std::mem::take(&mut state.block_is_conditional);
        let is_chosen = state.is_conditional() || is_chosen_block;
        // Whether the body of a function runs, its calls say.
        let is_conditional = is_chosen && function.is_none();
        let of_block = (is_conditional && is_chosen_block).then(|| self.new_branch());
        let around = if is_conditional {
            state.branches()
        } else {
            Vec::new()
        };
        let mut level = ShellLevel::new(kind, self.commands.len(), self.subshells.len(), is_conditional);
        level.branches_around = around.into_iter().chain(of_block).collect();
        level.catches = std::mem::take(&mut state.block_catches);
        level.is_chosen_function = match function.is_some() {
            true => is_chosen,
            false => state.top().is_some_and(|outer| outer.is_chosen_function),
        };
        level.function = function.or_else(|| state.function().cloned());
        if let Some(parent) = state.top_mut() {
            parent.closed_block = None;
            level.list.awaits_command = std::mem::take(&mut parent.list.awaits_command);
        }
        self.subshells.extend(subshell);
        state.levels.push(level);
    }

    /// Closes the innermost level of a kind, and what was left open inside it. Tells whether there is one.
    pub(crate) fn close(&mut self, state: &mut State, is_meant: impl Fn(LevelKind) -> bool) -> bool {
        let Some(position) = state
            .levels
            .iter()
            .rposition(|level| is_meant(level.kind))
            .filter(|position| *position > 0)
        else {
            return false;
        };
        while state.levels.len() > position {
            self.close_top(state);
        }
        true
    }

    fn close_top(&mut self, state: &mut State) {
        self.end_list(state);
        let Some(mut level) = state.levels.pop() else {
            return;
        };
        self.subshells.truncate(level.outer_subshells);
        if level.iteration.is_some() {
            self.judge_loop(level.first);
        }
        if let Some(parent) = state.top_mut() {
            parent.closed_block = Some(level.first);
            let is_block = level.kind == LevelKind::Block { ends_parent: false };
            let runs_here = is_block && !level.catches && level.function == parent.function;
            parent.exit_of_closed = level.exit.filter(|_| runs_here);
        }
        if matches!(level.kind, LevelKind::IfBody) {
            self.end_reach_of_branch(&mut level.reach);
            level.end_branches();
            self.judge_branches(state, &level);
            self.judge_conditions(&level);
        }
        if level.kind == (LevelKind::Block { ends_parent: true }) {
            self.close_top(state);
        }
    }

    /// At `then`: what was read since `if` or `elif` is a condition.
    pub(crate) fn end_condition(&mut self, state: &mut State) {
        self.end_list(state);
        let end = self.commands.len();
        if let Some(level) = state.top_mut() {
            level.reach.begin_body(end);
            let from = level
                .conditions
                .last()
                .map_or(level.first, |condition| condition.0.max(condition.1));
            level.conditions.push((from, end));
        }
        state.set_kind(LevelKind::IfBody, self.new_branch());
    }

    /// At `elif`: a new condition begins.
    pub(crate) fn begin_condition(&mut self, state: &mut State) {
        self.end_list(state);
        let end = self.commands.len();
        state.set_kind(LevelKind::IfCondition, self.new_branch());
        if let Some(level) = state.top_mut() {
            self.end_reach_of_branch(&mut level.reach);
            level.reach.begin_other(end);
            level.end_branch(end, true);
            // An empty entry marks where the condition begins.
            level.conditions.push((end, end));
        }
    }

    pub(crate) fn end_all(&mut self, state: &mut State) {
        while state.levels.len() > 1 {
            self.close_top(state);
        }
        self.end_list(state);
        self.end_reach_of_script(state);
    }
}
