use std::collections::HashMap;
use std::hash::Hash;

/// Values by key, in the order in which the keys came first.
#[derive(Debug)]
pub(crate) struct Grouped<K, V> {
    at: HashMap<K, usize>,
    values: Vec<V>,
}

impl<K, V> Default for Grouped<K, V> {
    fn default() -> Self {
        Self {
            at: HashMap::new(),
            values: Vec::new(),
        }
    }
}

impl<K: Eq + Hash, V> Grouped<K, V> {
    /// The value of a key, if it has one.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.values.get_mut(*self.at.get(key)?)
    }

    /// Adds the first value of a key.
    pub(crate) fn push(&mut self, key: K, value: V) {
        self.at.insert(key, self.values.len());
        self.values.push(value);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn into_values(self) -> Vec<V> {
        self.values
    }
}
