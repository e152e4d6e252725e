use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, Instant};

use trustpub_analysis::test_support::Random;

use crate::case::{Case, Target};
use crate::mutate::mutated;
use crate::panics::Panics;
use crate::shrink::shrunk;
use crate::watchdog::Watchdog;

/// How many inputs that were answered in a new way are kept.
const MOST_KEPT: usize = 400;
/// One of so many inputs is checked thoroughly, though it is answered as others were.
const THOROUGH: usize = 16;
/// What has more bytes is cut. Quadratic work on it is within the watchdog's patience, cubic work is not.
const MOST_BYTES: usize = 48 * 1024;

/// Tries inputs until the budget is spent. Panics with the smallest input that fails.
pub(crate) fn run(target: &Target) {
    let wanted: Option<String> = setting("TRUSTPUB_FUZZ_TARGET");
    if wanted.is_some_and(|wanted| wanted != target.name) {
        return;
    }
    let seconds: Option<u64> = setting("TRUSTPUB_FUZZ_SECONDS");
    let seed: u64 = setting("TRUSTPUB_FUZZ_SEED").unwrap_or(1);
    let mut random = Random::new((seed ^ 0x9E37_79B9_7F4A_7C15).max(1));
    let started = Instant::now();
    let is_done = |count: usize| match seconds {
        Some(seconds) => started.elapsed() >= Duration::from_secs(seconds),
        None => count >= target.inputs,
    };
    let try_out = Attempt::new(target);
    let (mut cases, mut answers) = ((target.seeds)(), BTreeSet::new());
    assert!(!cases.is_empty(), "{} has no seeds", target.name);
    let (seeds, mut count) = (cases.len(), 0);
    while !is_done(count) {
        count += 1;
        let case = &cases[random.below(cases.len())];
        let other = &cases[random.below(cases.len())].input;
        let mut input = mutated(&case.input, other, target, &mut random);
        input.truncate(MOST_BYTES);
        let case = case.with_input(input);
        let answer = try_out.quick(&case);
        let is_new = answer.as_ref().is_ok_and(|answer| !answers.contains(answer));
        let is_thorough = is_new || count % THOROUGH == 0;
        let problem = answer.as_ref().err().cloned();
        let problem = problem.or_else(|| is_thorough.then(|| try_out.thorough(&case).err())?);
        if let Some(problem) = problem {
            try_out.fail(seed, count, &case, &problem);
        }
        if is_new && cases.len() < seeds + MOST_KEPT {
            answers.extend(answer);
            cases.push(case);
        }
    }
    println!(
        "{}: {count} inputs from {seeds} seeds, {} kept, {} s",
        target.name,
        cases.len() - seeds,
        started.elapsed().as_secs()
    );
}

fn setting<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} cannot be {text:?}")),
    )
}

struct Attempt<'t> {
    target: &'t Target,
    watchdog: Watchdog,
    /// Holds the input that is being tried.
    current: PathBuf,
}

impl<'t> Attempt<'t> {
    fn new(target: &'t Target) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        Self {
            target,
            watchdog: Watchdog::start(),
            current: folder.join(format!("fuzz-{}.txt", target.name)),
        }
    }

    fn quick(&self, case: &Case) -> Result<Vec<String>, String> {
        self.watched(case, self.target.check)
    }

    fn thorough(&self, case: &Case) -> Result<(), String> {
        self.watched(case, self.target.check_thoroughly)
    }

    fn both(&self, case: &Case) -> Result<(), String> {
        self.quick(case)?;
        self.thorough(case)
    }

    fn watched<T>(&self, case: &Case, check: fn(&Case) -> Result<T, String>) -> Result<T, String> {
        // Without the file only the report of a crash is missing.
        let _ = fs::write(&self.current, &case.input);
        self.watchdog.begin(self.target.name, case);
        let answer = Panics::caught(|| check(case));
        self.watchdog.end();
        answer
    }

    fn fail(&self, seed: u64, count: usize, case: &Case, problem: &str) -> ! {
        let small = shrunk(case, |case| self.both(case).is_err());
        let problem_of_small = self.both(&small).err();
        let problem_of_small = problem_of_small.as_deref().unwrap_or(problem);
        panic!(
            "TRUSTPUB_FUZZ_TARGET={} TRUSTPUB_FUZZ_SEED={seed}, input {count}: {problem}\n\
             the smallest input that fails: {problem_of_small}\n{}",
            self.target.name,
            shown(&small)
        );
    }
}

/// The input, and the files around it.
pub(crate) fn shown(case: &Case) -> String {
    let mut text = format!(
        "input, {:?}: {:?}\n",
        case.place,
        String::from_utf8_lossy(&case.input)
    );
    for file in &case.repository().files {
        let content = file.text.as_deref().unwrap_or("(cannot be read)");
        text += &format!("#- {}\n{content}\n", file.path);
    }
    text
}
