//! What tests need that not every machine has. Such a test is ignored, so that it counts as skipped and not as passed where it
//! does not run; a step of `tests/run` gives it what it needs and runs it.

use std::path::PathBuf;

/// The path that an environment variable names.
///
/// # Panics
///
/// Panics if it is not set: the test was asked for by `--ignored`, and cannot run.
pub fn path_in(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable).map(PathBuf::from);
    path.unwrap_or_else(|| {
        panic!("{variable} names no path; `./tests/run --list` names the steps that set it")
    })
}
