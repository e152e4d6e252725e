use std::time::{Duration, Instant};

use crate::case::Case;

/// For so long a smaller input is searched.
const PATIENCE: Duration = Duration::from_secs(60);

/// The case with as little of its input as still fails: pieces are left out as long as that helps, smaller and smaller ones.
pub(crate) fn shrunk(case: &Case, fails: impl Fn(&Case) -> bool) -> Case {
    let started = Instant::now();
    let mut case = case.clone();
    let mut size = case.input.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < case.input.len() {
            if started.elapsed() > PATIENCE {
                return case;
            }
            let mut fewer = case.input.clone();
            fewer.drain(at..(at + size).min(case.input.len()));
            let fewer = case.with_input(fewer);
            match fails(&fewer) {
                true => case = fewer,
                false => at += size,
            }
        }
        size /= 2;
    }
    case
}
