//! The law of the server: after any sequence of edits, opens, closes, saves, changes on disk and events, it shows what a
//! server shows that is started now.

mod operation;
mod texts;
mod world;

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use trustpub_analysis::test_support::Random;

use operation::Operation;
use world::World;

/// Each sequence starts anew, so that a mistake is not hidden by one before it.
const SEQUENCE: usize = 250;

/// How many operations there are, unless `TRUSTPUB_LAW_OPERATIONS` says otherwise.
const OPERATIONS: usize = 5_000;

#[test]
fn a_server_equals_one_that_is_started_now() {
    let number = |name: &str| -> Option<usize> { std::env::var(name).ok()?.parse().ok() };
    let count = number("TRUSTPUB_LAW_OPERATIONS").unwrap_or(OPERATIONS);
    let first = number("TRUSTPUB_LAW_SEED").unwrap_or(1);
    let next = AtomicUsize::new(first);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if (seed - first) * SEQUENCE >= count {
                        break;
                    }
                    check(seed);
                }
            });
        }
    });
}

fn check(seed: usize) {
    let mut random = Random::new(seed as u64 ^ 0x9E37_79B9_7F4A_7C15);
    let mut operations = Vec::new();
    for _ in 0..SEQUENCE {
        operations.push(Operation::any(&mut random));
        if random.below(2) == 0 {
            operations.push(Operation::Events);
        }
    }
    if let Some((at, _)) = difference(&operations) {
        operations.truncate(at + 1);
        let operations = shrunk(operations);
        let (_, difference) = difference(&operations).unwrap();
        let shown: Vec<_> = operations
            .iter()
            .map(|operation| format!("{operation:?}\n"))
            .collect();
        panic!(
            "TRUSTPUB_LAW_SEED={seed} TRUSTPUB_LAW_OPERATIONS=1\n{}{difference}",
            shown.concat()
        );
    }
}

/// The operation after which the server differs, and how.
fn difference(operations: &[Operation]) -> Option<(usize, String)> {
    let mut world = World::new();
    operations.iter().enumerate().find_map(|(at, operation)| {
        let step = panic::catch_unwind(AssertUnwindSafe(|| world.step(operation)));
        let difference = step.unwrap_or_else(|_| Some("it panics".to_owned()))?;
        Some((at, difference))
    })
}

/// As few of the operations as still make a difference.
fn shrunk(mut operations: Vec<Operation>) -> Vec<Operation> {
    let mut size = operations.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < operations.len() {
            let mut fewer = operations.clone();
            fewer.drain(at..(at + size).min(operations.len()));
            match difference(&fewer) {
                Some((last, _)) => {
                    fewer.truncate(last + 1);
                    operations = fewer;
                }
                None => at += size,
            }
        }
        size /= 2;
    }
    operations
}
