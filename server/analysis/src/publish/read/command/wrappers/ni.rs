//! The programs of @antfu/ni, which run the package manager of the repository.
//!
//! Read in the unpacked release 30.3.0, `dist/src-*.mjs`: `parseNi`, `parseNr`, `parseNlx`, `parseNa`, and `run` for `-C`.

use super::{Invocation, UnwrapStep, enter_scope, run_package, verbs};
use crate::publish::read::command::{PackageScope, ProgramOrigin};

/// Whether a program is one of @antfu/ni.
pub(super) fn is_of_ni(program: &str) -> bool {
    matches!(program, "na" | "ni" | "nci" | "nlx" | "nr" | "nun" | "nup")
}

/// Takes off what is a wrapper: `nlx`, `na exec`, and the folder in front of all other words.
pub(super) fn step(name: &str, invocation: &mut Invocation) -> UnwrapStep {
    if invocation.words.get(1).is_some_and(|word| word.text == "-C") {
        let scope = PackageScope {
            folder: invocation.words.get(2).cloned(),
            ..PackageScope::default()
        };
        return enter_scope(invocation, scope, 2);
    }
    // A `?` has each of them print the command instead of running it.
    if invocation.words.iter().any(|word| word.text == "?") {
        return UnwrapStep::Unknown;
    }
    let positionals = verbs(invocation);
    let verb = positionals.first().map(|(at, text)| (*at, text.as_str()));
    match (name, verb) {
        ("nlx", _) => run_package(invocation, 1, PackageScope::default(), ProgramOrigin::LocalBin),
        ("na", Some((at, "exec" | "dlx" | "x"))) => run_package(
            invocation,
            at + 1,
            PackageScope::default(),
            ProgramOrigin::LocalBin,
        ),
        _ => UnwrapStep::Done,
    }
}
