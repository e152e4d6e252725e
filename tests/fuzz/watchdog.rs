use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use crate::case::Case;
use crate::run::shown;

/// Inputs take milliseconds. This is for what does not end.
const PATIENCE: Duration = Duration::from_secs(60);

/// Prints an input that does not end, and ends the process.
pub(crate) struct Watchdog(Arc<Mutex<Option<Tried>>>);

struct Tried {
    since: Instant,
    target: &'static str,
    case: Case,
}

impl Watchdog {
    pub(crate) fn start() -> Self {
        let tried = Arc::new(Mutex::new(None));
        let weak = Arc::downgrade(&tried);
        thread::spawn(move || watch(&weak));
        Self(tried)
    }

    pub(crate) fn begin(&self, target: &'static str, case: &Case) {
        *lock(&self.0) = Some(Tried {
            since: Instant::now(),
            target,
            case: case.clone(),
        });
    }

    pub(crate) fn end(&self) {
        *lock(&self.0) = None;
    }
}

fn lock(tried: &Mutex<Option<Tried>>) -> MutexGuard<'_, Option<Tried>> {
    tried.lock().unwrap_or_else(PoisonError::into_inner)
}

fn watch(tried: &Weak<Mutex<Option<Tried>>>) {
    while let Some(tried) = tried.upgrade() {
        if let Some(tried) = &*lock(&tried)
            && tried.since.elapsed() > PATIENCE
        {
            eprintln!(
                "TRUSTPUB_FUZZ_TARGET={}: an input does not end within {PATIENCE:?}\n{}",
                tried.target,
                shown(&tried.case)
            );
            std::process::abort();
        }
        drop(tried);
        thread::sleep(Duration::from_millis(500));
    }
}
