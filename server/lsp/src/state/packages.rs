use tokio::sync::mpsc::WeakUnboundedSender;
use tower_lsp::lsp_types::Url;

use crate::event::Event;
use crate::registry::Answers;

/// What the registry answered, and which documents it may be asked about.
pub(super) struct PublishedPackages {
    pub(super) answers: Answers,
    /// The documents whose code lenses the client has asked for since the last refresh.
    pub(super) lenses_asked: Vec<Url>,
    /// Where the answers go.
    pub(super) events: WeakUnboundedSender<Event>,
}

impl PublishedPackages {
    pub(super) fn new(events: WeakUnboundedSender<Event>) -> Self {
        Self {
            answers: Answers::default(),
            lenses_asked: Vec::new(),
            events,
        }
    }
}
