//! The oracle of the publishing tools beside plain npm and pnpm: real releases of yarn, bun, lerna, changesets,
//! semantic-release and others, and the model must say what they do.
//!
//! A cell (`cell.rs`, `matrix.rs`) is a tool, what becomes of the ID token's exchange, a token and how it reaches the step,
//! and what else may matter. Its files are written as an author would commit them (`repository.rs`, `step.rs`).
//!
//! * **Recorded.** `tests/oracle/run --real` runs every cell for real (`real.rs`, `layout.rs`) and writes `recorded.tsv`.
//!   Each run has a network namespace in which the hosts of npm, GitHub and sigstore are a mock (`namespace`, `tls.mjs`,
//!   `mock`), so that the tools keep their true addresses, and a folder, a home and a git repository of its own.
//! * **Replayed.** Every `cargo test` asks the model about all cells (`predicted.rs`) and compares with the record
//!   (`verdict.rs`). `open.tsv` lists the cells in which they are known to differ, with the reason; it may only shrink.
//!   `UPDATE_OPEN=1` takes out what agrees.
//! * **Sampled.** `./tests/run oracle_tools` runs two cells of each tool for real and compares with the record.
//!
//! `TRUSTPUB_ORACLE_TOOLS=<folder>` names the folder with the tools, which `./tests/run` installs from `package.json` here
//! and in the folders below, for tools of which two releases cannot lie beside each other. `TRUSTPUB_ORACLE_ONLY=<text>`
//! picks the cells whose name, with a full stop at its end, has the text, and prints what they print; `new` picks the
//! jobs that are not recorded yet.
//! `TRUSTPUB_ORACLE_KEEP=1` keeps their folders. `tests/oracle/run --logs` saves what the failures print (`logs.rs`), with what
//! is wrong there (`truth.rs`).
//!
//! Beside the matrix there are jobs as people write them (`job.rs`, `jobs/*.txt`): other releases, other files, other
//! commands. They are predicted, recorded and run in the same way (`jobs.rs`, `job_layout.rs`); the tools that only they need
//! are those of `jobs/package.json`, which are installed to record.
//!
//! pnpm 12 is run in a private repository, where it signs nothing: it believes only the true sigstore.
//!
//! A new release of a tool: change it in `tool.rs` and in `package.json`, renew the lock file as the header of
//! `tests/oracle/main.rs` says, and run `tests/oracle/run --real`.

mod cell;
mod explained;
mod job;
mod job_layout;
mod jobs;
mod layout;
mod logs;
mod matrix;
mod mock;
mod predicted;
mod printed;
mod real;
mod record;
mod repository;
mod step;
mod tool;
mod truth;
mod verdict;

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use cell::Cell;
use real::{Run, Runner, obstacle};
use trustpub_tests::needed::path_in;
use verdict::{Verdict, compare, table};

#[test]
fn the_model_says_what_was_recorded() {
    let record = record::read();
    let known = record::known_disagreements();
    let mut verdicts = Vec::new();
    let mut wrong = Vec::new();
    let mut agreeing = HashSet::new();
    for cell in matrix::cells() {
        let name = cell.to_string();
        let Some(recorded) = record.get(&name) else {
            wrong.push(format!("{name}: not recorded; run tests/oracle/run --real"));
            continue;
        };
        let (predicted, summary) = predicted::predict(&cell);
        let verdict = compare(&predicted, recorded);
        verdicts.push((cell.tool.kind.name(), verdict));
        if verdict == Verdict::Agrees {
            agreeing.insert(name.clone());
        }
        match (verdict == Verdict::Agrees, known.contains_key(&name)) {
            (true, true) => wrong.push(format!(
                "{name}: agrees now; UPDATE_OPEN=1 takes it out of open.tsv"
            )),
            (false, false) => wrong.push(format!(
                "{name}: predicted {predicted} ({summary})\n    real: {recorded} {}",
                recorded.text
            )),
            _ => {}
        }
    }
    println!("{}", table(&verdicts));
    if std::env::var_os("UPDATE_OPEN").is_some() {
        record::keep_known_disagreements(|cell| !agreeing.contains(cell));
        return;
    }
    assert!(wrong.is_empty(), "{} cells\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_recorded_and_listed_is_of_the_matrix() {
    let names: Vec<String> = matrix::cells().iter().map(ToString::to_string).collect();
    let record = record::read();
    let known = record::known_disagreements();
    let stale: Vec<_> = record
        .keys()
        .chain(known.keys())
        .filter(|name| !names.contains(name))
        .collect();
    assert!(stale.is_empty(), "not in the matrix: {stale:#?}");
}

#[test]
#[ignore = "needs TRUSTPUB_ORACLE_TOOLS; the step `oracle_tools`"]
fn real_tools_do_what_was_recorded() {
    let folder = path_in("TRUSTPUB_ORACLE_TOOLS");
    assert_eq!(obstacle(), None);
    let only = std::env::var("TRUSTPUB_ORACLE_ONLY").ok();
    let is_recording = std::env::var("TRUSTPUB_ORACLE_RECORD").ok();
    let saves_logs = std::env::var_os("TRUSTPUB_ORACLE_LOGS").is_some();
    let is_wanted = |cell: &Cell| only.as_ref().is_none_or(|only| format!("{cell}.").contains(only));
    let mut cells = match only.is_some() || is_recording.is_some() {
        _ if saves_logs => logs::chosen(&record::read()),
        true => matrix::cells(),
        false => matrix::sample(),
    };
    cells.retain(is_wanted);
    let runs = run_all(&cells, &Runner::new(&folder, "tools"));
    if saves_logs {
        logs::write(&runs);
    }
    let mut record = record::read();
    let mut changed = Vec::new();
    for (cell, run) in &runs {
        if only.is_some() {
            println!("=== {cell}\n{}\n--- {}\n{}", run.output, run.recorded, run.log);
        }
        let name = cell.to_string();
        let before = record.get(&name).map(ToString::to_string);
        let now = run.recorded.to_string();
        if before.as_ref() != Some(&now) {
            changed.push(format!(
                "{name}\n    before: {}\n    now:    {now}",
                before.unwrap_or_default()
            ));
        }
        record.insert(name, run.recorded.clone());
    }
    println!(
        "oracle of tools: {} cells ran, {} differ from the record",
        runs.len(),
        changed.len()
    );
    if let Some(date) = is_recording {
        let names: Vec<String> = matrix::cells().iter().map(ToString::to_string).collect();
        record.retain(|name, _| names.contains(name));
        record::write(record::Kept::Matrix, &record, &date);
        println!("{}", changed.join("\n"));
        return;
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

/// Runs the cells, two at a time or as many as there are cores.
fn run_all(cells: &[Cell], runner: &Runner) -> Vec<(Cell, Run)> {
    let workers = std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut runs = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(cell) = cells.get(number) else {
                return runs;
            };
            runs.push((number, *cell, runner.run(cell, &format!("run-{number}"))));
        }
    };
    let mut runs: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let join =
            |worker: std::thread::ScopedJoinHandle<'_, Vec<_>>| worker.join().expect("a worker panicked");
        workers.into_iter().flat_map(join).collect()
    });
    runs.sort_by_key(|(number, ..)| *number);
    runs.into_iter().map(|(_, cell, run)| (cell, run)).collect()
}
