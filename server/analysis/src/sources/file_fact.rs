//! Facts about files: what analyses ask about other files without depending on all of their text.

use std::any::{Any, TypeId};
use std::sync::{Arc, OnceLock};

use super::fact_key::FactKey;
use super::facts::{FileFacts, KnownFact};
use super::sources::Sources;
use crate::text::FilePath;

/// A fact about one file, found in it and in what it leads to. An analysis that asks for it is made again when the fact
/// changes, not whenever one of the files does that the fact was found in.
pub(crate) trait FileFact: PartialEq + Send + Sync + 'static {
    /// Finds the fact about the file at `path`, which may be gone.
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self;
}

impl Sources<'_> {
    /// A fact about the file at `path`.
    pub(crate) fn fact<F: FileFact>(&self, path: &FilePath) -> Arc<F> {
        let Some(facts) = self.facts else {
            // For another fact, which then depends on all that this one is found in.
            return Arc::new(F::find(self, path));
        };
        let key = FactKey {
            kind: TypeId::of::<F>(),
            path: path.clone(),
        };
        self.looks.borrow_mut().facts.insert(key.clone());
        let cell = facts.cell(key);
        let known = cell.get_or_init(|| find::<F>(self, path));
        let found = known.value.downcast_ref::<FoundFact>();
        let value = found.and_then(|found| Arc::clone(&found.value).downcast().ok());
        value.unwrap_or_else(|| Arc::new(F::find(self, path)))
    }
}

/// A fact as it is kept, whatever its type.
struct FoundFact {
    value: Arc<dyn Any + Send + Sync>,
    /// Whether the fact is another one now.
    has_changed: fn(&Self, &Sources<'_>, &FilePath) -> bool,
}

fn find<F: FileFact>(asking: &Sources<'_>, path: &FilePath) -> KnownFact {
    let sources = Sources {
        facts: None,
        looks: Default::default(),
        ..*asking
    };
    let found = FoundFact {
        value: Arc::new(F::find(&sources, path)),
        has_changed: |before, sources, path| {
            before.value.downcast_ref::<F>() != Some(&*sources.fact::<F>(path))
        },
    };
    KnownFact {
        value: Box::new(found),
        looks: sources.looks.into_inner(),
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
    /// The facts that may have changed since the last call.
    pub(crate) fn take_from(facts: &mut FileFacts) -> Vec<Self> {
        let outdated = facts.take_outdated().into_iter();
        outdated.map(|(key, before)| Self { key, before }).collect()
    }

    /// Whether it has changed.
    pub(crate) fn has_changed(&self, sources: &Sources<'_>) -> bool {
        let before = self.before.get();
        let before = before.and_then(|known| known.value.downcast_ref::<FoundFact>());
        before.is_none_or(|before| (before.has_changed)(before, sources, &self.key.path))
    }
}
