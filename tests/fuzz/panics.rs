use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

thread_local! {
    static IS_TRYING: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}
/// The panics of threads that a server has started.
static ELSEWHERE: Mutex<Vec<String>> = Mutex::new(Vec::new());
static HOOK: Once = Once::new();

/// All panics while an input is tried, also those that the product catches.
pub(crate) struct Panics;

impl Panics {
    /// What `attempt` returns. A panic on this thread is an error, whoever catches it.
    pub(crate) fn caught<T>(attempt: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        HOOK.call_once(set_hook);
        LAST.take();
        IS_TRYING.set(true);
        let result = panic::catch_unwind(AssertUnwindSafe(attempt));
        IS_TRYING.set(false);
        match (LAST.take(), result) {
            (Some(message), _) => Err(format!("panic: {message}")),
            (None, Ok(result)) => result,
            (None, Err(_)) => Err("panic".to_owned()),
        }
    }

    /// The panics of other threads since the last call.
    pub(crate) fn elsewhere() -> Vec<String> {
        std::mem::take(&mut *lock())
    }
}

fn lock() -> MutexGuard<'static, Vec<String>> {
    ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set_hook() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if IS_TRYING.get() {
            LAST.with_borrow_mut(|last| _ = last.get_or_insert_with(|| info.to_string()));
            return;
        }
        // The threads of libtest have the test's name, and so has a failure of a target.
        let thread = std::thread::current();
        let is_of_server = thread
            .name()
            .is_none_or(|name| name == "main loop" || name.contains("check"));
        if is_of_server {
            lock().push(info.to_string());
        } else {
            before(info);
        }
    }));
}
