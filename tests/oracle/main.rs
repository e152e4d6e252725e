//! The oracle: real npm and pnpm publish, and the model must have said so before.
//!
//! `./tests/run oracle` installs the tools that `tests/oracle/package.json` names and runs this. For every cell of
//! a generated matrix (`matrix.rs`)
//!
//! * the files of a repository are written (`repository.rs`), and trustpub predicts what its publish step does
//!   (`predicted.rs`). What no file shows (whether npm's trusted publisher matches, what the secret holds, whether the
//!   repository is public) is given to it as an assumption;
//! * the real tool runs the step's command (`real.rs`) against a mock of GitHub and of the registry on loopback
//!   (`mock`), in the environment that setup-node would leave;
//! * both must agree on whether it publishes, with which credential, to which registry, and on the error code.
//!
//! What the tool prints where it fails is explained (`explained.rs`), and the true cause must be among the first.
//!
//! Node is 24 in every cell: only the npm that Node ships matters, and each cell installs its own. The mock
//! stands for sigstore too, so that a package with provenance is signed and sent like any other; see `loopback.cjs`.
//! Publishing to another registry is outside of what is predicted: of such cells only the registry is compared, and
//! they are counted apart.
//!
//! `TRUSTPUB_ORACLE=<folder>` names the folder with the `node_modules`. `TRUSTPUB_ORACLE_ONLY=<text>` runs only cells
//! whose description has that text, and prints each.
//!
//! To see the oracle fail: change a fact of the model, for example `OIDC_MINIMUM` in
//! `server/analysis/src/knowledge/npm_releases.rs` to 11.6.0, and run the step.
//!
//! A new release of npm: change its version in `package.json` and in `matrix.rs`, run
//! `npm install --package-lock-only --omit-lockfile-registry-resolved` in this folder, and take out of the lock file
//! the entries that are `inBundle` (they come with their package):
//! `jq 'del(.packages[] | select(.inBundle))' package-lock.json`.

mod cell;
mod explained;
mod matrix;
mod migration;
mod mock;
mod outcome;
mod predicted;
mod real;
mod repository;
mod scenario;
mod scenarios;
mod setup;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use cell::Cell;
use explained::{Explained, explained};
use mock::Mock;
use outcome::{Run, Verdict, compare, row};
use real::Tools;
use trustpub_tests::needed::path_in;

/// The fewest cells with which the matrix is worth its name.
const FEWEST_CELLS: usize = 400;

/// Of so many logs of failures one may be given another cause than the true one.
const LOGS_PER_WRONG_CAUSE: usize = 20;

/// A cell with both its runs.
struct Result {
    cell: Cell,
    predicted: Run,
    real: Run,
}

impl Result {
    fn verdict(&self) -> Verdict {
        compare(&self.cell, &self.predicted, &self.real)
    }
}

#[test]
#[ignore = "needs TRUSTPUB_ORACLE; the step `oracle`"]
fn real_tools_do_what_is_predicted() {
    let folder = path_in("TRUSTPUB_ORACLE");
    let only = std::env::var("TRUSTPUB_ORACLE_ONLY").ok();
    let cells: Vec<Cell> = matrix::cells()
        .into_iter()
        .filter(|cell| only.as_ref().is_none_or(|only| cell.to_string().contains(only)))
        .collect();
    let npm_versions = cells.iter().map(|cell| cell.tool.npm).collect();
    let results = run_all(&cells, &Tools::new(&folder, &npm_versions, "cells"));
    let of_verdict = |verdict| results.iter().filter(move |result| result.verdict() == verdict);
    if only.is_some() {
        for Result {
            cell,
            predicted,
            real,
        } in &results
        {
            println!("{}", row(cell, predicted, real));
        }
    }
    let disagreements: Vec<String> = of_verdict(Verdict::Disagrees)
        .map(|result| row(&result.cell, &result.predicted, &result.real))
        .collect();
    println!(
        "oracle: {} cells, {} agree, {} not decidable",
        results.len(),
        of_verdict(Verdict::Agrees).count(),
        of_verdict(Verdict::NotDecidable).count()
    );
    let explained: Vec<Explained> = results
        .iter()
        .flat_map(|result| explained(&result.cell, &result.real))
        .collect();
    let wrong: Vec<&str> = explained
        .iter()
        .filter(|explained| !explained.is_right)
        .map(|explained| explained.row.as_str())
        .collect();
    println!(
        "oracle: {} logs of failures, the true cause is first or ranked like the first in {}",
        explained.len(),
        explained.len() - wrong.len()
    );
    for row in &wrong {
        println!("another cause: {row}");
    }
    assert!(
        disagreements.is_empty(),
        "{} disagree\ncell | predicted | real\n{}",
        disagreements.len(),
        disagreements.join("\n")
    );
    assert!(
        wrong.len() * LOGS_PER_WRONG_CAUSE <= explained.len(),
        "{} logs are given another cause, which is too many",
        wrong.len()
    );
    assert!(only.is_some() || of_verdict(Verdict::Agrees).count() >= FEWEST_CELLS);
}

#[test]
#[ignore = "needs TRUSTPUB_ORACLE; the step `oracle`"]
fn jobs_end_where_it_is_predicted() {
    let folder = path_in("TRUSTPUB_ORACLE");
    let only = std::env::var("TRUSTPUB_ORACLE_ONLY").ok();
    let mut scenarios = scenarios::scenarios();
    scenarios.retain(|scenario| only.as_ref().is_none_or(|only| scenario.name.contains(only)));
    let (tools, mock) = (Tools::new(&folder, &BTreeSet::new(), "scenarios"), Mock::start());
    let compared = scenarios.iter().map(|scenario| scenario.compare(&tools, &mock));
    let wrong: Vec<String> = compared.filter_map(std::result::Result::err).collect();
    println!(
        "oracle: {} scenarios, {} agree",
        scenarios.len(),
        scenarios.len() - wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
#[ignore = "needs TRUSTPUB_ORACLE; the step `oracle`"]
fn workflows_of_setup_publish() {
    let folder = path_in("TRUSTPUB_ORACLE");
    let npm_versions = matrix::cells().iter().map(|cell| cell.tool.npm).collect();
    let tools = Tools::new(&folder, &npm_versions, "setup");
    let (count, wrong) = setup::run_all(&tools, &Mock::start());
    println!(
        "setup: {} of {count} workflows publish by OIDC",
        count - wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
#[ignore = "needs TRUSTPUB_ORACLE; the step `oracle`"]
fn migrated_repositories_publish() {
    let folder = path_in("TRUSTPUB_ORACLE");
    let tools = Tools::new(&folder, &BTreeSet::new(), "migration");
    let (count, wrong) = migration::run_all(&tools, &Mock::start());
    println!(
        "migration: {} of {count} repositories publish by OIDC",
        count - wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// How many tools run at a time.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2))
}

fn run_all(cells: &[Cell], tools: &Tools) -> Vec<Result> {
    let mock = Mock::start();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut results = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(cell) = cells.get(n) else { return results };
            let package = format!("cell-{n:04}");
            let result = Result {
                cell: *cell,
                predicted: predicted::predict(cell, &package),
                real: tools.run(cell, &package, &mock),
            };
            results.push((n, result));
        }
    };
    let mut results: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers()).map(|_| scope.spawn(work)).collect();
        let join =
            |worker: std::thread::ScopedJoinHandle<'_, Vec<_>>| worker.join().expect("a worker panicked");
        workers.into_iter().flat_map(join).collect()
    });
    results.sort_by_key(|(n, _)| *n);
    results.into_iter().map(|(_, result)| result).collect()
}
