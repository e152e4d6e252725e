//! `trustpub lsp`

use std::process::ExitCode;

use crate::console::Console;

/// Runs the language server until its client ends the session.
pub(crate) fn run(console: Console) -> ExitCode {
    console.error("this build of trustpub has no language server. Build it from a newer source.");
    ExitCode::from(2)
}
