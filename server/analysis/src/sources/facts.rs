//! The facts about files that analyses asked for, and what they were found in.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::calls::TouchedCalls;
use super::fact_key::FactKey;
use super::looks::Looks;
use crate::text::FilePath;

/// The facts that analyses asked for.
#[derive(Debug, Default)]
pub(crate) struct FileFacts {
    /// Those that hold, each found by the first thread that asks.
    known: Mutex<FactMap>,
    /// Those that may no longer hold, as the analyses know them.
    outdated: FactMap,
}

pub(super) type FactMap = BTreeMap<FactKey, Arc<OnceLock<KnownFact>>>;

/// A fact, and what it was found in.
#[derive(Debug)]
pub(super) struct KnownFact {
    /// The fact, of the type that its key names.
    pub(super) value: Box<dyn Any + Send + Sync>,
    /// What it was found in.
    pub(super) looks: Looks,
}

impl FileFacts {
    /// Forgets what was found in a file that changes, until [`Self::take_outdated`]; see [`Looks::include`].
    pub(crate) fn forget(&mut self, path: &FilePath, came_or_went: bool, touched: &TouchedCalls) {
        let known = self.known.get_mut().unwrap_or_else(PoisonError::into_inner);
        known.retain(|key, fact| {
            let looks = fact.get().map(|fact| &fact.looks);
            let is_outdated = looks.is_some_and(|looks| looks.include(path, came_or_went, touched));
            if is_outdated {
                // Of several changes before a check, analyses know what was true before the first.
                let before = self.outdated.entry(key.clone());
                before.or_insert_with(|| Arc::clone(fact));
            }
            !is_outdated
        });
    }

    /// The facts that may have changed since the last call, as they were.
    pub(super) fn take_outdated(&mut self) -> FactMap {
        std::mem::take(&mut self.outdated)
    }

    /// The files read on demand that facts were looked for in, for those facts that somebody asks for.
    pub(crate) fn wants(&self, is_asked_for: impl Fn(&FactKey) -> bool) -> BTreeSet<FilePath> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let facts = known.iter().chain(&self.outdated);
        let mut wants = BTreeSet::new();
        for (key, fact) in facts.filter_map(|(key, fact)| Some((key, fact.get()?))) {
            if !fact.looks.wants.is_empty() && is_asked_for(key) {
                wants.extend(fact.looks.wants.iter().cloned());
            }
        }
        wants
    }

    /// The place of a fact, for the first who asks to fill.
    pub(super) fn cell(&self, key: FactKey) -> Arc<OnceLock<KnownFact>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key).or_default())
    }
}
