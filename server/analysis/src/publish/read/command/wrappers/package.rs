//! Runners of packages: `npx`, `pnpm dlx`, `yarn dlx`, `bunx`.

use super::super::PackageScope;
use super::{Invocation, ProgramOrigin, UnwrapStep, enter};
use crate::publish::tools;
use crate::publish::tools::arguments::{Arguments, with_text};
use crate::syntax::shell::Word;

/// Flags with which `npx` runs only what is there.
const FETCH_NOTHING: [&str; 3] = ["--no-install", "--no", "--offline"];

/// `npx FLAGS NAME@VERSION …`, the flags starting at `start`. pnpm and npm take `--package` in front of `dlx` and `exec` too.
pub(super) fn run_package(
    invocation: &mut Invocation,
    start: usize,
    scope: PackageScope,
    mut origin: ProgramOrigin,
) -> UnwrapStep {
    let call = ["-c", "--call"];
    let before_verb = invocation.words.get(1..start).unwrap_or_default();
    let before_verb = Arguments::new(invocation.name(), before_verb).values(&["--package"]);
    let mut packages: Vec<String> = before_verb.into_iter().map(|word| word.text).collect();
    let mut at = start;
    let mut called: Option<Word> = None;
    while let Some(word) = invocation.words.get(at).filter(|word| word.text.starts_with('-')) {
        let next = invocation.words.get(at + 1);
        if word.text == "--" {
            at += 1;
            break;
        }
        if call.contains(&word.text.as_str()) {
            called = next.cloned();
        }
        if matches!(word.text.as_str(), "-p" | "--package") {
            packages.extend(next.map(|package| package.text.clone()));
        }
        packages.extend(word.text.strip_prefix("--package=").map(str::to_owned));
        if FETCH_NOTHING.contains(&word.text.as_str()) && origin == ProgramOrigin::LocalBinOrFetched {
            origin = ProgramOrigin::LocalBin;
        }
        let takes_next = WITH_VALUE.contains(&word.text.as_str());
        at += if takes_next { 2 } else { 1 };
    }
    enter(invocation, scope, at);
    invocation.origin = origin;
    if let Some(called) = called {
        let words = called.text.split_whitespace();
        invocation.words = words.map(|word| with_text(&called, word)).collect();
    }
    let step = split_version(invocation);
    if !packages.is_empty() {
        take_from_packages(invocation, &packages);
    }
    step
}

/// `deno run -A npm:@changesets/cli@2 publish`, `deno run npm:@lerna-lite/cli/lerna publish`: a package of npm, with the name of
/// the program after it if it has several.
/// Source: <https://docs.deno.com/runtime/fundamentals/node/#executable-npm-scripts>.
pub(super) fn of_deno(invocation: &mut Invocation) -> UnwrapStep {
    let verb = invocation.words.get(1).map_or("", |word| word.text.as_str());
    if !matches!(verb, "run" | "x") {
        return UnwrapStep::Done;
    }
    let is_flag = |word: &Word| word.text.starts_with('-') || word.text.contains(".json");
    let Some(at) = invocation.words.iter().skip(2).position(|word| !is_flag(word)) else {
        return UnwrapStep::Done;
    };
    let word = invocation.words.get(at + 2);
    let Some(specifier) = word.and_then(|word| word.text.strip_prefix("npm:")) else {
        return UnwrapStep::Done;
    };
    let specifier = specifier.trim_start_matches('/').to_owned();
    // The first slash of a scoped package is part of its name.
    let after_scope = match specifier.starts_with('@') {
        true => specifier.find('/').map_or(0, |slash| slash + 1),
        false => 0,
    };
    let path = specifier.get(after_scope..).and_then(|rest| rest.find('/'));
    let (package, program) = match path {
        Some(slash) => specifier.split_at(after_scope + slash),
        None => (specifier.as_str(), ""),
    };
    enter(invocation, PackageScope::default(), at + 2);
    invocation.origin = ProgramOrigin::LocalBinOrFetched;
    if let Some(first) = invocation.words.first_mut() {
        *first = with_text(first, package);
    }
    let step = split_version(invocation);
    let program = program.trim_start_matches('/');
    if let Some(first) = invocation.words.first_mut().filter(|_| !program.is_empty()) {
        *first = with_text(first, program);
    }
    step
}

/// The flags of a runner that take the next word.
const WITH_VALUE: [&str; 8] = [
    "-p",
    "--package",
    "-w",
    "--workspace",
    "--prefix",
    "-C",
    "-c",
    "--call",
];

/// Where a runner's own flags end, which start at `start`.
pub(super) fn end_of_flags(invocation: &Invocation, start: usize) -> usize {
    let mut at = start;
    while let Some(word) = invocation.words.get(at).filter(|word| word.text.starts_with('-')) {
        let takes_next = WITH_VALUE.contains(&word.text.as_str());
        at += if takes_next { 2 } else { 1 };
    }
    at.min(invocation.words.len())
}

/// Finds the package of the program among those that flags name. Where none is known to contain it, it comes from the first.
fn take_from_packages(invocation: &mut Invocation, packages: &[String]) {
    let split = |package: &'_ String| {
        let (name, version) = name_and_version(package);
        (name.to_owned(), version.map(str::to_owned))
    };
    let packages: Vec<(String, Option<String>)> = packages.iter().map(split).collect();
    let names: Vec<&str> = packages.iter().map(|(name, _)| name.as_str()).collect();
    let program = invocation.name();
    let named = tools::package_of_program(program, &names);
    let named = named.or_else(|| names.iter().copied().find(|name| *name == program));
    let found = packages.iter().find(|(name, _)| Some(name.as_str()) == named);
    if let Some((name, version)) = found.or_else(|| packages.first()) {
        invocation.package = Some(name.clone());
        invocation.version = version.clone().filter(|_| found.is_some());
    }
}

/// The parts of `@changesets/cli@2`.
pub(in super::super) fn name_and_version(package: &str) -> (&str, Option<&str>) {
    let at = package.get(1..).and_then(|rest| rest.find('@'));
    match at.and_then(|at| Some((package.get(..at + 1)?, package.get(at + 2..)?))) {
        Some((name, version)) => (name, Some(version)),
        None => (package, None),
    }
}

/// Takes the version off the first word: `npm@11`, `@changesets/cli@2`.
pub(super) fn split_version(invocation: &mut Invocation) -> UnwrapStep {
    let Some(program) = invocation.words.first_mut() else {
        return UnwrapStep::Unknown;
    };
    let (name, version) = name_and_version(&program.text);
    let name = name.to_owned();
    if name.contains(['$', '`', '*']) {
        return UnwrapStep::Unknown;
    }
    invocation.version = version.map(str::to_owned);
    *program = with_text(program, program_of(&name));
    // `npx lerna` takes any program of that name which the project has.
    let is_package = invocation.version.is_some()
        || invocation.origin == ProgramOrigin::Fetched
        || program_of(&name) != name;
    invocation.package = is_package.then_some(name);
    UnwrapStep::Again
}

/// The program that a package contains.
fn program_of(package: &str) -> &str {
    tools::program_of_package(package).unwrap_or(package)
}
