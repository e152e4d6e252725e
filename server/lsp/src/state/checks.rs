//! Checks of repositories. Each runs on another thread, so that a huge repository does not keep the others waiting.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tower_lsp::lsp_types::Url;
use trustpub_analysis::shown;
use trustpub_host::shown_path;

use super::check_threads::CheckThread;
use super::global_state::GlobalState;
use super::running_checks::Checked;
use crate::event::Event;
use crate::repository::{AllChanges, DueRoot, RootKey};

impl GlobalState {
    /// Checks every repository in which something changed. Returns what is known to have changed by now; whatever takes
    /// longer is told after [`Event::Checked`].
    pub(super) fn check(&mut self) -> AllChanges {
        let mut all_changes = AllChanges::default();
        self.checks.is_awaited.store(true, Ordering::SeqCst);
        let until = Instant::now() + self.checks.patience;
        // What was slow before is not waited for again.
        let mut started = self.start_checks();
        while !started.is_empty() {
            let time_left = until.saturating_duration_since(Instant::now());
            let Ok(checked) = self.checks.receiver.recv_timeout(time_left) else {
                break;
            };
            started.retain(|key| *key != checked.key);
            self.finish(checked, &mut all_changes);
        }
        self.checks.is_awaited.store(false, Ordering::SeqCst);
        // One that ended before this line did not wake up the main loop.
        while let Ok(checked) = self.checks.receiver.try_recv() {
            self.finish(checked, &mut all_changes);
        }
        all_changes
    }

    /// Whether what is known about a document is out of date, because its repository is being checked.
    pub(crate) fn is_busy(&self, uri: &Url) -> bool {
        let open = self.documents.get(uri);
        open.is_some_and(|open| self.roots.is_busy(&open.place.root))
    }

    /// Starts the checks that are due.
    fn start_checks(&mut self) -> Vec<RootKey> {
        let due = self.roots.take_due();
        let keys = due.iter().map(|due| due.key.clone()).collect();
        for due in due {
            self.start_check(due);
        }
        keys
    }

    fn start_check(&mut self, due: DueRoot) {
        let files = Arc::clone(&self.parts.files);
        let hook = self.parts.hook.clone();
        let sender = self.checks.sender.clone();
        let is_awaited = Arc::clone(&self.checks.is_awaited);
        let events = self.checks.events.clone();
        let key = due.key.clone();
        let check = move |thread: CheckThread| {
            let DueRoot { key, mut root, inbox } = due;
            let update = move || {
                let (changes, left_out) = root.update(inbox, &*files, hook.as_deref());
                (root, changes, left_out)
            };
            let outcome = panic::catch_unwind(AssertUnwindSafe(update)).ok();
            let checked = Checked {
                key,
                outcome,
                thread: Some(thread),
            };
            let is_sent = sender.send(checked).is_ok();
            if is_sent
                && !is_awaited.load(Ordering::SeqCst)
                && let Some(events) = events.upgrade()
                && events.send(Event::Checked).is_err()
            {
                tracing::debug!("a check ended after the session");
            }
        };
        if let Err(error) = self.checks.threads.run(check) {
            tracing::error!("a check cannot start: {error}");
            let failed = Checked {
                key,
                outcome: None,
                thread: None,
            };
            if self.checks.sender.send(failed).is_err() {
                tracing::debug!("the check is not waited for");
            }
        }
    }

    fn finish(&mut self, checked: Checked, all_changes: &mut AllChanges) {
        if let Some(thread) = checked.thread {
            self.checks.threads.put_back(thread);
        }
        let key = checked.key;
        if !self.roots.has(&key) {
            return;
        }
        let Some((root, changes, left_out)) = checked.outcome else {
            tracing::error!("reading {} panicked", shown(&shown_path(&key.folder)));
            self.report_panic();
            // Another one takes its place when something happens again.
            self.roots.remove(&key.folder);
            self.settle(&key.folder);
            return;
        };
        if let Some(left_out) = left_out {
            tracing::error!(
                "the analysis panicked; left out until changed: {}",
                shown(&format!("{:?}", left_out.0))
            );
            self.report_panic();
        }
        match self.roots.put_back(&key, root, changes) {
            Some(changes) => {
                self.loading.remove(&key.folder);
                all_changes.add(key.folder, changes);
            }
            // More has happened in the meantime.
            None => {
                self.start_checks();
            }
        }
    }

    /// Waits for checks for as long as they take.
    #[cfg(test)]
    pub(super) fn wait_for_checks(&mut self) {
        self.checks.patience = std::time::Duration::from_secs(600);
    }
}
