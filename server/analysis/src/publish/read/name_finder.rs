//! A search of texts for any of many names.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use memchr::memmem;

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
    fn names_are_found_wherever_they_are() {
        let many: Vec<String> = (0..100).map(|n| format!("é{n}")).collect();
        for names in [many.get(..3), many.get(..)] {
            let names = names.unwrap_or_default();
            let finder = NameFinder::new(names.iter().map(String::as_str));
            for text in ["", "é", "aé2", "é1é", "xé99", "é7 é8", "2é"] {
                let expected: Vec<usize> = (0..names.len()).filter(|n| text.contains(&names[*n])).collect();
                let mut found: Vec<usize> = finder.found_in(text).collect();
                found.sort_unstable();
                assert_eq!(found, expected, "{text}");
            }
        }
        assert_eq!(NameFinder::new(std::iter::once("")).found_in("").count(), 1);
        assert_eq!(
            NameFinder::<&str>::new(std::iter::empty()).found_in("a").count(),
            0
        );
    }
}
