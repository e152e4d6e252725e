use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// So many bytes of answers may wait for a client that does not read them.
const MOST_BYTES: usize = 8 << 20;

/// So many requests may be under way. Their answers have no length yet.
const MOST_REQUESTS: usize = 256;

/// How much the server holds for its client. While that is too much, nothing more is read: the client has to take its
/// answers first.
#[derive(Default)]
pub(crate) struct Room {
    bytes: AtomicUsize,
    requests: AtomicUsize,
    is_over: AtomicBool,
    freed: Notify,
}

/// A request that is under way, until this is dropped.
pub(crate) struct UnderWay(Arc<Room>);

impl Room {
    /// Waits until there is room for another message.
    pub(crate) async fn wait(&self) {
        while !self.is_free() {
            self.freed.notified().await;
        }
    }

    fn is_free(&self) -> bool {
        let has_room = self.bytes.load(Ordering::SeqCst) <= MOST_BYTES
            && self.requests.load(Ordering::SeqCst) < MOST_REQUESTS;
        has_room || self.is_over.load(Ordering::SeqCst)
    }

    /// Notes that a request is under way.
    pub(crate) fn begin(self: &Arc<Self>) -> UnderWay {
        self.requests.fetch_add(1, Ordering::SeqCst);
        UnderWay(Arc::clone(self))
    }

    /// Notes that an answer waits.
    pub(crate) fn take(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::SeqCst);
    }

    /// Notes that an answer is written.
    pub(crate) fn free(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::SeqCst);
        self.freed.notify_one();
    }

    /// Notes that nothing is written any more, so that nothing has to be waited for.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.freed.notify_one();
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::SeqCst);
        self.0.freed.notify_one();
    }
}
