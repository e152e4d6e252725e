//! Inputs made at random, for everything that reads what somebody else wrote. Nothing may panic, hang, or break what fixes
//! and messages promise.
//!
//! Each target starts from seeds: the rules' examples, and texts of its own. It changes them at random (`mutate`) and keeps
//! what the product answers in a new way as a further seed. The number of inputs is fixed, and so is what is made from a seed.
//!
//! * `TRUSTPUB_FUZZ_SECONDS=600` goes on for that long with each target.
//! * `TRUSTPUB_FUZZ_TARGET=workflow` runs only this target.
//! * `TRUSTPUB_FUZZ_SEED=7` starts from another seed. A failure prints the target, the seed and the smallest input found.
//!
//! A stack overflow or a hang ends the process. The input is then in `target/tmp/fuzz-<target>.txt`; a hang prints it too.

mod case;
mod config;
mod log;
mod manifest;
mod mutate;
mod npmrc;
mod panics;
mod promises;
mod protocol;
mod run;
mod script;
mod seeds;
mod shrink;
mod watchdog;
mod workflow;

use run::run;

#[test]
fn workflow() {
    run(&workflow::TARGET);
}

#[test]
fn manifest() {
    run(&manifest::TARGET);
}

#[test]
fn npmrc() {
    run(&npmrc::TARGET);
}

#[test]
fn script() {
    run(&script::TARGET);
}

#[test]
fn log() {
    run(&log::TARGET);
}

#[test]
fn config() {
    run(&config::TARGET);
}

#[test]
fn protocol() {
    run(&protocol::TARGET);
}
