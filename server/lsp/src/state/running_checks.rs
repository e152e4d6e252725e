use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use tokio::sync::mpsc::WeakUnboundedSender;

use super::check_threads::{CheckThread, CheckThreads};
use crate::event::Event;
use crate::repository::{LeftOut, Root, RootChanges, RootKey};

/// How long the main loop waits for the checks that it starts. Nearly all end sooner, and then everything that they
/// changed is told at once.
const PATIENCE: Duration = Duration::from_millis(100);

/// The checks that are under way.
pub(super) struct Checks {
    pub(super) sender: Sender<Checked>,
    pub(super) receiver: Receiver<Checked>,
    /// Whether the main loop waits for a check, and need not be woken up when it ends.
    pub(super) is_awaited: Arc<AtomicBool>,
    pub(super) events: WeakUnboundedSender<Event>,
    pub(super) patience: Duration,
    pub(super) threads: CheckThreads,
}

/// A check that has ended.
pub(super) struct Checked {
    pub(super) key: RootKey,
    /// None if it panicked.
    pub(super) outcome: Option<(Root, RootChanges, Option<LeftOut>)>,
    /// The thread that has time again. None if it could not start.
    pub(super) thread: Option<CheckThread>,
}

impl Checks {
    pub(super) fn new(events: WeakUnboundedSender<Event>) -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            sender,
            receiver,
            is_awaited: Arc::default(),
            events,
            patience: PATIENCE,
            threads: CheckThreads::default(),
        }
    }
}
