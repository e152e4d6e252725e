//! What the steps so far did to the runner, and what is asked of that at every command, found once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::super::changed_env::{ChangedEnv, Names};
use super::super::implication::Known;
use super::super::machine::{Effect, EffectKind, Machine};
use crate::publish::site::ManifestDoubt;

/// How many effects are applied for steps whose conditions differ. A long real job has about a hundred effects and ten such
/// steps. After that, whatever happens under a condition may or may not have happened.
const MOST_EFFECTS_APPLIED: usize = 100_000;
/// Machines that are kept, for as many sets of conditions.
const MOST_MACHINES: usize = 4;

/// The effects of the steps so far, in order.
#[derive(Default)]
pub(super) struct Effects {
    all: Vec<Effect>,
    /// Where those are that end with the script.
    of_script: Vec<usize>,
    /// Those before this one stay.
    first_temporary: Option<usize>,
    /// The texts of the conditions that hold in no run.
    never_holding: BTreeSet<String>,
    /// All conditions of effects.
    conditions: BTreeSet<String>,
    changed_env: Names,
    tally: Tally,
    /// What the steps so far may have changed in manifests.
    doubt: ManifestDoubt,
    machines: RefCell<Machines>,
}

/// How many effects there are of some kinds.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) registry_urls: usize,
    pub(super) removed_npmrcs: usize,
    pub(super) changed_targets: usize,
    /// Lines for `ignore-scripts` in an `.npmrc`.
    pub(super) ignored_scripts: usize,
}

/// Machines as they were when they were asked for last.
#[derive(Default)]
struct Machines {
    kept: Vec<KeptMachine>,
    applied: usize,
}

struct KeptMachine {
    /// The conditions of the step that asked; none if no condition is looked at.
    known: Option<Vec<String>>,
    /// How many effects it has seen.
    seen: usize,
    machine: Rc<Machine>,
    /// The same before the first effect that is taken back.
    before: Option<(usize, Rc<Machine>)>,
}

impl Tally {
    /// The counter of a kind of effects, if there is one.
    fn of(&mut self, kind: &EffectKind) -> Option<&mut usize> {
        match kind {
            EffectKind::RegistryUrl(_) => Some(&mut self.registry_urls),
            EffectKind::NpmrcRemoved => Some(&mut self.removed_npmrcs),
            EffectKind::TargetChanged => Some(&mut self.changed_targets),
            EffectKind::NpmrcLine(line) if line.key == "ignore-scripts" => Some(&mut self.ignored_scripts),
            _ => None,
        }
    }
}

impl Effects {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn last(&self) -> Option<&Effect> {
        self.all.last()
    }

    /// The effects from the one at `first` on.
    pub(super) fn since(&self, first: usize) -> &[Effect] {
        self.all.get(first..).unwrap_or_default()
    }

    pub(super) fn doubt(&self) -> ManifestDoubt {
        self.doubt
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// The variables that a step so far may have put into the environment.
    pub(super) fn changed_env(&self) -> ChangedEnv<'_> {
        ChangedEnv::OfJob(&self.changed_env)
    }

    pub(super) fn push(&mut self, effect: Effect) {
        if let Some(count) = self.tally.of(&effect.kind) {
            *count += 1;
        }
        if let EffectKind::Doubt(doubt) = &effect.kind {
            self.doubt = self.doubt.and(*doubt);
        }
        if let Some(name) = changed_variable(&effect).filter(|_| self.may_happen(&effect)) {
            self.changed_env.add(name);
        }
        for condition in &effect.conditions {
            if !self.conditions.contains(condition) {
                self.conditions.insert(condition.clone());
            }
        }
        self.all.push(effect);
    }

    /// Adds an effect that ends with the script that is being walked.
    pub(super) fn push_for_script(&mut self, effect: Effect) {
        self.first_temporary.get_or_insert(self.all.len());
        self.of_script.push(self.all.len());
        self.push(effect);
    }

    /// Takes back what counted only in the script.
    pub(super) fn end_script(&mut self) {
        let of_script = std::mem::take(&mut self.of_script);
        self.first_temporary = None;
        let Some(first) = of_script.first().copied() else {
            return;
        };
        let mut ends = of_script.into_iter().peekable();
        for (n, effect) in self.all.split_off(first).into_iter().enumerate() {
            match ends.next_if_eq(&(first + n)) {
                Some(_) => self.forget(&effect),
                None => self.all.push(effect),
            }
        }
        self.rewind_machines(first);
    }

    /// Adds effects that [`Self::take_back`] removes.
    pub(super) fn push_for_task(&mut self, effects: Vec<Effect>) {
        if !effects.is_empty() {
            self.first_temporary.get_or_insert(self.all.len());
        }
        for effect in effects {
            self.push(effect);
        }
    }

    /// Removes effects that counted only for a task.
    pub(super) fn take_back(&mut self, at: usize, count: usize) {
        if count == 0 {
            return;
        }
        let ended: Vec<Effect> = self.all.drain(at..at + count).collect();
        for effect in &ended {
            self.forget(effect);
        }
        let later = self.of_script.iter_mut().filter(|later| **later >= at + count);
        later.for_each(|later| *later -= count);
        self.rewind_machines(at);
    }

    /// Whether something happened under a condition.
    pub(super) fn has_condition(&self, condition: &String) -> bool {
        self.conditions.contains(condition)
    }

    /// Notes that a condition holds in no run.
    pub(super) fn add_never_holding(&mut self, condition: String) {
        let is_met = self.conditions.contains(&condition);
        if self.never_holding.insert(condition) && is_met {
            let mut names = Names::default();
            for name in self.at(&[]).filter_map(changed_variable) {
                names.add(name);
            }
            self.changed_env = names;
            self.machines.get_mut().kept.clear();
        }
    }

    /// What happened before the steps under `conditions`. Steps whose condition holds in no run do nothing to others.
    pub(super) fn at<'w>(&'w self, conditions: &'w [String]) -> impl Iterator<Item = &'w Effect> {
        self.all
            .iter()
            .filter(move |effect| self.happens(effect, conditions))
    }

    /// The runner after all effects, at a step where `known` holds, which has `conditions`.
    pub(super) fn machine(&self, start: &Machine, known: Vec<String>, conditions: &[String]) -> Rc<Machine> {
        let machines = &mut *self.machines.borrow_mut();
        let is_beyond = machines.applied >= MOST_EFFECTS_APPLIED;
        let at = machines
            .kept
            .iter()
            .position(|kept| kept.known.as_ref() == Some(&known));
        let mut kept = match at.or_else(|| machines.position_without_conditions(is_beyond)) {
            Some(at) => machines.kept.remove(at),
            None => {
                machines.applied += self.all.len();
                machines.kept.truncate(MOST_MACHINES - 1);
                KeptMachine::new(start, (!is_beyond).then_some(known))
            }
        };
        if let Some(first) = self.first_temporary.filter(|first| kept.seen <= *first) {
            self.advance(&mut kept, first, conditions);
            kept.before = Some((kept.seen, Rc::clone(&kept.machine)));
        }
        self.advance(&mut kept, self.all.len(), conditions);
        let machine = Rc::clone(&kept.machine);
        machines.kept.insert(0, kept);
        machine
    }

    fn advance(&self, kept: &mut KeptMachine, to: usize, conditions: &[String]) {
        let Some(new) = self.all.get(kept.seen..to).filter(|new| !new.is_empty()) else {
            return;
        };
        let effects = new
            .iter()
            .filter(|effect| kept.known.is_none() || self.happens(effect, conditions));
        let known = Known::new(kept.known.as_deref().unwrap_or_default());
        Rc::make_mut(&mut kept.machine).apply_all(effects, &known);
        kept.seen = to;
    }

    fn happens(&self, effect: &Effect, conditions: &[String]) -> bool {
        let happens =
            |condition: &String| !self.never_holding.contains(condition) || conditions.contains(condition);
        self.never_holding.is_empty() || effect.conditions.iter().all(happens)
    }

    fn may_happen(&self, effect: &Effect) -> bool {
        self.happens(effect, &[])
    }

    /// Counts an effect no longer that was taken back.
    fn forget(&mut self, effect: &Effect) {
        if let Some(count) = self.tally.of(&effect.kind) {
            *count -= 1;
        }
        if let Some(name) = changed_variable(effect).filter(|_| self.may_happen(effect)) {
            self.changed_env.take(name);
        }
    }

    /// Has the machines forget the effects from `first` on.
    fn rewind_machines(&mut self, first: usize) {
        self.machines.get_mut().kept.retain_mut(|kept| {
            if kept.seen > first
                && let Some((seen, machine)) = kept.before.take()
            {
                kept.seen = seen;
                kept.machine = machine;
            }
            kept.seen <= first
        });
    }
}

impl Machines {
    fn position_without_conditions(&self, is_beyond: bool) -> Option<usize> {
        let mut kept = self.kept.iter();
        kept.position(|kept| kept.known.is_none()).filter(|_| is_beyond)
    }
}

impl KeptMachine {
    fn new(start: &Machine, known: Option<Vec<String>>) -> Self {
        Self {
            known,
            seen: 0,
            machine: Rc::new(start.clone()),
            before: None,
        }
    }
}

/// The variable that an effect puts into the environment.
fn changed_variable(effect: &Effect) -> Option<&str> {
    match &effect.kind {
        EffectKind::Env(name) | EffectKind::KnownEnv { name, .. } => Some(name),
        _ => None,
    }
}
