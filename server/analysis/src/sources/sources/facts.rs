//! Facts about files: what analyses ask about other files without depending on all of their text.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Sources;
use crate::sources::{Changed, FactKey, Looks};
use crate::text::FilePath;

/// A fact about one file, found in it and in what it leads to. An analysis that asks for it is made again when the fact
/// changes, not whenever one of the files does that the fact was found in.
pub(crate) trait FileFact: PartialEq + Send + Sync + 'static {
    /// Finds the fact about the file at `path`, which may be gone.
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self;
}

/// The facts that analyses asked for.
#[derive(Debug, Default)]
pub(crate) struct FileFacts {
    /// Those that hold, each found by the first thread that asks.
    known: Mutex<FactMap>,
    /// Those that may no longer hold, as the analyses know them.
    outdated: FactMap,
}

type FactMap = BTreeMap<FactKey, Arc<OnceLock<KnownFact>>>;

/// A fact, and what it was found in.
#[derive(Debug)]
struct KnownFact {
    value: Arc<dyn Any + Send + Sync>,
    looks: Looks,
    /// Whether the fact is another one now.
    has_changed: fn(&Self, &Sources<'_>, &FilePath) -> bool,
}

impl FileFacts {
    /// Forgets what was found in files that change, until [`Self::take_outdated`]; see [`Looks::include`].
    pub(crate) fn forget(&mut self, changed: &Changed) {
        let known = self.known.get_mut().unwrap_or_else(PoisonError::into_inner);
        known.retain(|key, fact| {
            let looks = fact.get().map(|fact| &fact.looks);
            let is_outdated = looks.is_some_and(|looks| looks.include(changed));
            if is_outdated {
                // Of several changes before a check, analyses know what was true before the first.
                let before = self.outdated.entry(key.clone());
                before.or_insert_with(|| Arc::clone(fact));
            }
            !is_outdated
        });
    }

    /// The facts that may have changed since the last call.
    pub(crate) fn take_outdated(&mut self) -> Vec<OutdatedFact> {
        let outdated = std::mem::take(&mut self.outdated).into_iter();
        outdated
            .map(|(key, before)| OutdatedFact { key, before })
            .collect()
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

    fn cell(&self, key: FactKey) -> Arc<OnceLock<KnownFact>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key).or_default())
    }
}

impl Sources<'_> {
    /// A fact about the file at `path`.
    pub(crate) fn fact<F: FileFact>(&self, path: &FilePath) -> Arc<F> {
        let key = FactKey {
            kind: TypeId::of::<F>(),
            path: path.clone(),
        };
        let cell = self.facts.cell(key.clone());
        let known = cell.get_or_init(|| KnownFact::find::<F>(self, path));
        let looks = &mut *self.looks.borrow_mut();
        match self.is_for_fact {
            true => looks.add(&known.looks),
            false => drop(looks.facts.insert(key)),
        }
        let value = Arc::clone(&known.value).downcast();
        value.unwrap_or_else(|_| Arc::new(F::find(self, path)))
    }
}

impl KnownFact {
    fn find<F: FileFact>(asking: &Sources<'_>, path: &FilePath) -> Self {
        let sources = Sources {
            is_for_fact: true,
            looks: Default::default(),
            last_scalar: Default::default(),
            ..*asking
        };
        Self {
            value: Arc::new(F::find(&sources, path)),
            looks: sources.looks.into_inner(),
            has_changed: |before, sources, path| {
                before.value.downcast_ref::<F>() != Some(&*sources.fact::<F>(path))
            },
        }
    }
}

/// A fact that may have changed.
#[derive(Debug)]
pub(crate) struct OutdatedFact {
    /// Which one it is.
    pub(crate) key: FactKey,
    before: Arc<OnceLock<KnownFact>>,
}

impl OutdatedFact {
    /// Whether it has changed.
    pub(crate) fn has_changed(&self, sources: &Sources<'_>) -> bool {
        let before = self.before.get();
        before.is_none_or(|before| (before.has_changed)(before, sources, &self.key.path))
    }
}
