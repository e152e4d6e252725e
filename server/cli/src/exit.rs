//! How the command ends.

use std::process::ExitCode;

use trustpub_analysis::Severity;

use crate::args::FailOn;
use crate::console::{Console, OutputError};

/// The end of a command. The codes are part of the interface; the help texts name them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Nothing to complain about.
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// Wrong usage, or something could not be read or written.
    Failure,
}

impl Exit {
    /// The end of a command that reports findings. What could not be done outweighs what was found: the findings may
    /// be incomplete then.
    pub(crate) fn of(
        is_complete: bool,
        fail_on: FailOn,
        mut severities: impl Iterator<Item = Severity>,
    ) -> Self {
        if !is_complete {
            Self::Failure
        } else if severities.any(|severity| fail_on.includes(severity)) {
            Self::Findings
        } else {
            Self::Clean
        }
    }
}

/// The process's exit code for what a command returned.
pub(crate) fn end(console: Console, result: Result<Exit, OutputError>) -> ExitCode {
    let exit = result.unwrap_or_else(|error| {
        console.error(error);
        Exit::Failure
    });
    match exit {
        Exit::Clean => ExitCode::SUCCESS,
        Exit::Findings => ExitCode::from(1),
        Exit::Failure => ExitCode::from(2),
    }
}
