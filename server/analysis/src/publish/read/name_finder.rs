//! A search of texts for any of many names.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use memchr::memmem;

/// Up to so many names are searched for one after the other.
const FEW: usize = 16;

/// Names that texts are searched for. That takes as long for thousands of names as for one of each length.
pub(crate) struct NameFinder<N> {
    /// The names, each with its numbers.
    numbers: HashMap<N, Vec<usize>>,
    lengths: BTreeSet<usize>,
}

impl<N: Borrow<str> + Eq + Hash> NameFinder<N> {
    pub(crate) fn new(names: impl Iterator<Item = N>) -> Self {
        let mut numbers: HashMap<N, Vec<usize>> = HashMap::new();
        for (number, name) in names.enumerate() {
            numbers.entry(name).or_default().push(number);
        }
        Self {
            lengths: numbers.keys().map(|name| name.borrow().len()).collect(),
            numbers,
        }
    }

    /// Whether a text contains one of the names.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        match self.numbers.len() <= FEW {
            true => self.numbers.keys().any(|name| contains(text, name.borrow())),
            false => self.found_in(text).next().is_some(),
        }
    }

    /// The numbers of the names that a text contains, some of them several times.
    pub(crate) fn found_in(&self, text: &str) -> impl Iterator<Item = usize> {
        let starts = 0..=text.len();
        let parts = starts.flat_map(move |start| {
            let part = move |length: &usize| text.get(start..start + *length);
            self.lengths.iter().filter_map(part)
        });
        parts.filter_map(|part| self.numbers.get(part)).flatten().copied()
    }
}

/// Whether a text contains a word.
pub(crate) fn contains(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_found_as_few_are() {
        let many: Vec<String> = (0..100).map(|n| format!("é{n}")).collect();
        for names in [many.get(..3), many.get(..)] {
            let names = names.unwrap_or_default();
            let finder = NameFinder::new(names.iter().map(String::as_str));
            for text in ["", "é", "aé2", "é1é", "xé99", "é7 é8", "2é"] {
                let expected: Vec<usize> = (0..names.len()).filter(|n| text.contains(&names[*n])).collect();
                let mut found: Vec<usize> = finder.found_in(text).collect();
                found.sort_unstable();
                assert_eq!(found, expected, "{text}");
                assert_eq!(finder.is_in(text), !expected.is_empty(), "{text}");
            }
        }
        assert!(NameFinder::new(std::iter::once("")).is_in(""));
        assert!(!NameFinder::<&str>::new(std::iter::empty()).is_in("a"));
    }
}
