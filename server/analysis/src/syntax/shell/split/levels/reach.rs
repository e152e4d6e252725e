//! Commands that certainly never run: `if false; then npm publish; fi`, `false && npm publish`, and whatever follows an `exit`.

use super::super::Splitter;
use super::{Element, Joined, State};

/// What is known about which parts of a level run.
#[derive(Default)]
pub(super) struct Reach {
    /// How the last list of the level ends, where that is certain.
    status: Option<bool>,
    /// Whether the branch or the condition that is being read never runs, and its first command.
    dead_from: Option<usize>,
    /// Whether a branch before certainly runs.
    is_decided: bool,
    /// Whether the list that ends runs in the background: an `exit` in it ends only itself.
    pub(super) is_background: bool,
}

impl Reach {
    /// At `then`. `end` is where the next command will be.
    pub(super) fn begin_body(&mut self, end: usize) {
        let status = self.status.take();
        if self.dead_from.is_some() {
            return;
        }
        match status {
            Some(true) => self.is_decided = true,
            Some(false) => self.dead_from = Some(end),
            None => {}
        }
    }

    /// At `elif` and `else`.
    pub(super) fn begin_other(&mut self, end: usize) {
        self.status = None;
        self.dead_from = self.is_decided.then_some(end);
    }
}

impl Splitter<'_> {
    /// At the end of a list: what an element that certainly succeeds or fails leaves out.
    pub(super) fn judge_reach(&mut self, state: &mut State, elements: &[Element]) {
        let is_empty = elements.iter().all(|element| element.first == element.end);
        // In a block, PowerShell may only mean it for later: `catch { exit 1 }`, `function Die($m) { exit 1 }`.
        let is_block = |element: &Element| element.is_group || element.is_pipeline;
        let leaves = self.exit_of(elements).is_some() && !elements.iter().any(is_block);
        let end = self.commands.len();
        let is_root = state.levels.len() == 1;
        let Some(level) = state.top_mut() else { return };
        let is_background = std::mem::take(&mut level.reach.is_background);
        if is_empty {
            return;
        }
        if is_root && leaves && !is_background {
            level.reach.dead_from.get_or_insert(end);
        }
        let mut status = None;
        for element in elements {
            let is_left_out = match element.joined {
                Joined::Start => false,
                Joined::And => status == Some(false),
                Joined::Or => status == Some(true),
            };
            if is_left_out {
                self.mark_as_dead(element.first, element.end);
                continue;
            }
            let may_be_left_out = element.joined != Joined::Start && status.is_none();
            status = self.status_of(element).filter(|_| !may_be_left_out);
        }
        level.reach.status = status.filter(|_| !is_background);
    }

    /// At the end of a branch.
    pub(super) fn end_reach_of_branch(&mut self, reach: &mut Reach) {
        if let Some(from) = reach.dead_from.take() {
            self.mark_as_dead(from, self.commands.len());
            // What follows in the same `if` is judged anew.
            reach.status = None;
        }
    }

    /// At the end of a script.
    pub(super) fn end_reach_of_script(&mut self, state: &mut State) {
        if let Some(level) = state.top_mut() {
            self.end_reach_of_branch(&mut level.reach);
        }
    }

    /// How an element ends, where that is certain: `true`, `! false`.
    fn status_of(&self, element: &Element) -> Option<bool> {
        let commands = self.commands.get(element.first..element.end)?;
        let [only] = commands else { return None };
        let is_plain = only.words.len() == 1 && only.assignments.is_empty() && only.redirects.is_empty();
        if element.is_group || element.is_pipeline || !is_plain {
            return None;
        }
        match only.word(0)? {
            "true" | ":" => Some(!element.is_negated),
            "false" => Some(element.is_negated),
            _ => None,
        }
    }

    fn mark_as_dead(&mut self, from: usize, to: usize) {
        for command in self.commands.get_mut(from..to).unwrap_or_default() {
            command.never_runs = true;
        }
    }
}
