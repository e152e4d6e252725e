use std::io;
use std::sync::mpsc::{self, Sender};
use std::thread;

/// More idle threads than this are let go.
const MOST_IDLE: usize = 2;

/// Threads that check repositories. One that has ended its check takes the next: starting a thread for each key stroke took a
/// quarter of the time to its diagnostics.
#[derive(Default)]
pub(super) struct CheckThreads {
    idle: Vec<CheckThread>,
}

/// A thread that waits for a check. It ends when this is dropped.
pub(super) struct CheckThread(Sender<Check>);

type Check = Box<dyn FnOnce() + Send>;

impl CheckThreads {
    /// Runs a check. It gets its thread, to hand it back to [`Self::put_back`] at its end.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    pub(super) fn run(&mut self, check: impl FnOnce(CheckThread) + Send + 'static) -> io::Result<()> {
        let thread = self.idle.pop().map_or_else(CheckThread::start, Ok)?;
        let own = CheckThread(thread.0.clone());
        let sent = thread.0.send(Box::new(move || check(own)));
        sent.map_err(|_| io::Error::other("the thread of a check has ended"))
    }

    pub(super) fn put_back(&mut self, thread: CheckThread) {
        if self.idle.len() < MOST_IDLE {
            self.idle.push(thread);
        }
    }
}

impl CheckThread {
    fn start() -> io::Result<Self> {
        let (sender, checks) = mpsc::channel::<Check>();
        let run = move || checks.into_iter().for_each(|check| check());
        thread::Builder::new().name("check".to_owned()).spawn(run)?;
        Ok(Self(sender))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_was_put_back_runs_the_next_check() {
        let (sender, receiver) = mpsc::channel();
        let mut threads = CheckThreads::default();
        let run = |threads: &mut CheckThreads| {
            let sender = sender.clone();
            let check = move |own| sender.send((thread::current().id(), own)).unwrap();
            threads.run(check).unwrap();
            receiver.recv().unwrap()
        };
        let (first, own) = run(&mut threads);
        let (second, other) = run(&mut threads);
        assert_ne!(first, second, "the first thread was not put back");
        threads.put_back(own);
        let (third, _) = run(&mut threads);
        assert_eq!(third, first);
        threads.put_back(other);
        assert_eq!(run(&mut threads).0, second);
    }
}
