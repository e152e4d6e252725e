//! How the packages of open manifests got to npm. It is asked only where the user's settings want it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::WeakUnboundedSender;

use crate::event::Event;

/// Who knows how packages were published.
pub trait Registry: Send + Sync {
    /// Asks for the newest version of a package, and returns the answer in one line. It may take as long as it takes.
    fn ask(&self, question: &Question) -> Answer;
}

/// What the registry is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The name of the package.
    pub package: String,
    /// The `.npmrc` at the root of the repository, which may name another registry.
    pub npmrc: Option<Arc<str>>,
}

/// What it answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The answer, for people.
    pub text: String,
    /// Whether there was none, so that it is worth to ask again soon.
    pub is_failure: bool,
}

/// For so long an answer is taken to be true.
const GOOD_FOR: Duration = Duration::from_secs(600);
/// For so long nobody is asked again where there was no answer.
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
    /// The last answer, and whether it is time to ask. Who is told so has to ask.
    pub(crate) fn get(&mut self, key: &Key, now: Instant) -> (Option<String>, bool) {
        let mut must_ask = false;
        let entry = self.0.entry(key.clone()).or_insert_with(|| {
            must_ask = true;
            Entry::default()
        });
        if entry.good_until.is_some_and(|until| until <= now) {
            must_ask = true;
            entry.good_until = None;
        }
        (entry.text.clone(), must_ask)
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

/// Asks in the background; the answer comes as an event.
pub(crate) fn ask(
    registry: &Arc<dyn Registry>,
    key: Key,
    question: Question,
    events: WeakUnboundedSender<Event>,
) {
    let registry = Arc::clone(registry);
    let thread = thread::Builder::new().name("registry".to_owned());
    let started = thread.spawn(move || {
        let answer = registry.ask(&question);
        // The session may have ended meanwhile.
        if let Some(events) = events.upgrade()
            && events.send(Event::RegistryAnswered { key, answer }).is_err()
        {
            tracing::debug!("an answer of the registry came after the end");
        }
    });
    if let Err(error) = started {
        tracing::error!("the registry cannot be asked: {error}");
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
    fn nobody_is_asked_twice_before_it_is_time() {
        let (mut answers, start) = (Answers::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let key = (PathBuf::from("/repo"), "widget".to_owned());
        let old = Some("old".to_owned());
        assert_eq!(answers.get(&key, at(0)), (None, true));
        assert_eq!(answers.get(&key, at(900)), (None, false));
        assert!(answers.put(key.clone(), answer("old", false), at(1000)));
        assert_eq!(answers.get(&key, at(1599)), (old.clone(), false));
        assert_eq!(answers.get(&key, at(1600)), (old.clone(), true));
        assert_eq!(answers.get(&key, at(1601)), (old.clone(), false));
        assert!(!answers.put(key.clone(), answer("old", true), at(1602)));
        assert_eq!(answers.get(&key, at(1661)), (old.clone(), false));
        assert_eq!(answers.get(&key, at(1662)), (old, true));
        answers.clear();
        assert_eq!(answers.get(&key, at(1663)), (None, true));
    }
}
