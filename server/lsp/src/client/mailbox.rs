use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::message::Outgoing;

/// What waits to be sent to the client. It stays small however long the client takes: what a newer message replaces
/// is dropped.
#[derive(Default)]
pub(crate) struct Mailbox {
    waiting: Mutex<Vec<Outgoing>>,
    is_closed: AtomicBool,
    news: Notify,
}

impl Mailbox {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(super) fn put(&self, message: Outgoing) {
        let mut waiting = self.waiting();
        waiting.retain(|older| !message.replaces(older));
        waiting.push(message);
        drop(waiting);
        self.news.notify_one();
    }

    /// Everything that waits.
    pub(crate) fn take(&self) -> Vec<Outgoing> {
        std::mem::take(&mut *self.waiting())
    }

    /// Waits for something to send. None when no more will come.
    pub(super) async fn next(&self) -> Option<Vec<Outgoing>> {
        loop {
            let is_closed = self.is_closed.load(Ordering::SeqCst);
            let waiting = self.take();
            if !waiting.is_empty() {
                return Some(waiting);
            }
            if is_closed {
                return None;
            }
            self.news.notified().await;
        }
    }

    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.news.notify_one();
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Outgoing>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
