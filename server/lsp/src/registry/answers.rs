use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::question::Answer;

/// For so long an answer is taken to be true.
const GOOD_FOR: Duration = Duration::from_secs(600);
/// How long a registry that gave no answer is not asked again.
const PATIENCE: Duration = Duration::from_secs(60);

/// The answers, by the folder of the repository and the name of the package.
#[derive(Default)]
pub(crate) struct Answers(HashMap<Key, Entry>);

pub(crate) type Key = (PathBuf, String);

#[derive(Default)]
struct Entry {
    text: Option<String>,
    /// None while somebody is asked.
    good_until: Option<Instant>,
}

impl Answers {
    /// The last answer.
    pub(crate) fn get(&self, key: &Key) -> Option<String> {
        self.0.get(key)?.text.clone()
    }

    /// Whether it is time to ask. A caller that gets true has to ask.
    pub(crate) fn must_ask(&mut self, key: &Key, now: Instant) -> bool {
        match self.0.get_mut(key) {
            None => {
                self.0.insert(key.clone(), Entry::default());
                true
            }
            // It may be being asked right now.
            Some(entry) => entry.good_until.take_if(|until| *until <= now).is_some(),
        }
    }

    /// Keeps an answer. Returns whether it is another than before.
    pub(crate) fn put(&mut self, key: Key, answer: Answer, now: Instant) -> bool {
        let good_for = if answer.is_failure { PATIENCE } else { GOOD_FOR };
        let entry = self.0.entry(key).or_default();
        entry.good_until = Some(now + good_for);
        let is_new = entry.text.as_ref() != Some(&answer.text);
        entry.text = Some(answer.text);
        is_new
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str, is_failure: bool) -> Answer {
        Answer {
            text: text.to_owned(),
            is_failure,
        }
    }

    #[test]
    fn no_registry_is_asked_twice_before_it_is_time() {
        let (mut answers, start) = (Answers::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let key = (PathBuf::from("/repo"), "widget".to_owned());
        assert!(answers.must_ask(&key, at(0)));
        assert!(!answers.must_ask(&key, at(900)));
        assert_eq!(answers.get(&key), None);
        assert!(answers.put(key.clone(), answer("old", false), at(1000)));
        assert!(!answers.must_ask(&key, at(1599)));
        assert!(answers.must_ask(&key, at(1600)));
        assert!(!answers.must_ask(&key, at(1601)));
        assert_eq!(answers.get(&key).as_deref(), Some("old"));
        assert!(!answers.put(key.clone(), answer("old", true), at(1602)));
        assert!(!answers.must_ask(&key, at(1661)));
        assert!(answers.must_ask(&key, at(1662)));
        answers.clear();
        assert!(answers.must_ask(&key, at(1663)));
    }
}
