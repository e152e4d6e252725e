use std::collections::HashMap;
use std::hash::Hash;

/// Up to so many keys are compared one after the other, which is cheaper than a table.
const FEW: usize = 8;

/// Values by key, in the order in which the keys came first.
#[derive(Debug)]
pub(crate) struct Grouped<K, V> {
    keys: Vec<K>,
    /// Where each key is, once there are more than a few.
    at: HashMap<K, usize>,
    values: Vec<V>,
}

impl<K, V> Default for Grouped<K, V> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            at: HashMap::new(),
            values: Vec::new(),
        }
    }
}

impl<K: Clone + Eq + Hash, V> Grouped<K, V> {
    /// The value of a key, if it has one.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = match self.keys.len() <= FEW {
            true => self.keys.iter().position(|known| known == key)?,
            false => *self.at.get(key)?,
        };
        self.values.get_mut(at)
    }

    /// Adds the first value of a key.
    pub(crate) fn push(&mut self, key: K, value: V) {
        self.keys.push(key);
        self.values.push(value);
        if self.keys.len() > FEW {
            let numbered = self.keys.iter().enumerate().skip(self.at.len());
            self.at.extend(numbered.map(|(n, key)| (key.clone(), n)));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn into_values(self) -> Vec<V> {
        self.values
    }

    /// Each key with its value.
    pub(crate) fn into_pairs(self) -> Vec<(K, V)> {
        self.keys.into_iter().zip(self.values).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_the_order_of_their_keys() {
        for count in [0, 1, FEW, FEW + 1, 3 * FEW] {
            let mut grouped: Grouped<usize, usize> = Grouped::default();
            for key in (0..count).rev().chain(0..count) {
                match grouped.get_mut(&key) {
                    Some(value) => *value += 1,
                    None => grouped.push(key, 10 * key),
                }
            }
            let expected: Vec<usize> = (0..count).rev().map(|key| 10 * key + 1).collect();
            assert_eq!(grouped.is_empty(), count == 0);
            let pairs = grouped.into_pairs();
            assert!(pairs.iter().all(|(key, value)| *value == 10 * key + 1));
            let values: Vec<usize> = pairs.into_iter().map(|(_, value)| value).collect();
            assert_eq!(values, expected);
        }
    }
}
