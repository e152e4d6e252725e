//! How packages were published. The registry is asked only if the user's settings want it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use tokio::sync::mpsc::WeakUnboundedSender;
use tower_lsp::lsp_types::Url;
use trustpub_analysis::FilePath;
use trustpub_analysis::setup::published_name;

use super::global_state::GlobalState;
use crate::event::Event;
use crate::registry::{Answer, Key, Question, Registry};

impl GlobalState {
    /// Notes that the client asks for the code lenses of a document.
    pub(crate) fn lenses_asked(&mut self, uri: Url) {
        self.published.lenses_asked.push(uri);
    }

    pub(crate) fn registry_answered(&mut self, key: Key, answer: Answer) {
        let is_new = self.published.answers.put(key, answer, Instant::now());
        if is_new && self.capabilities.refresh.code_lenses {
            self.client.refresh_code_lenses();
        }
    }

    /// Asks the registry about the packages whose lenses the client asked for, unless there is an answer already.
    pub(super) fn ask_registry(&mut self) {
        let lenses_asked = std::mem::take(&mut self.published.lenses_asked);
        if !self.settings.published_lens {
            return;
        }
        for uri in lenses_asked {
            if self.is_busy(&uri) {
                self.published.lenses_asked.push(uri);
                continue;
            }
            let Some((key, question)) = self.question(&uri) else {
                continue;
            };
            if self.published.answers.must_ask(&key, Instant::now()) {
                ask(&self.parts.registry, key, question, self.published.events.clone());
            }
        }
    }

    /// The question about the package of a manifest. None while its name may still be being typed.
    fn question(&self, uri: &Url) -> Option<(Key, Question)> {
        let open = self.documents.get(uri).filter(|open| open.is_saved)?;
        let root = self.roots.get(&open.place.root)?;
        let package = published_name(root.workspace(), &open.place.path)?.value;
        let npmrc = FilePath::new(".npmrc").and_then(|path| root.file(&path));
        let question = Question {
            package: package.clone(),
            npmrc: npmrc.map(|file| Arc::clone(&file.text)),
        };
        Some(((open.place.root.clone(), package), question))
    }
}

/// Asks in the background; the answer comes as an event.
fn ask(registry: &Arc<dyn Registry>, key: Key, question: Question, events: WeakUnboundedSender<Event>) {
    let registry = Arc::clone(registry);
    let thread = thread::Builder::new().name("registry".to_owned());
    let started = thread.spawn(move || {
        let answer = panic::catch_unwind(AssertUnwindSafe(|| registry.ask(&question)));
        let answer = answer.unwrap_or_else(|_| Answer {
            text: "npm: trustpub has hit an internal error (a bug); its log has the details".to_owned(),
            is_failure: true,
        });
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
