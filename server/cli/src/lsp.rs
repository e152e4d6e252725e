//! `trustpub lsp`

use std::process::ExitCode;

/// Runs the language server until its client ends the session.
pub(crate) fn run() -> ExitCode {
    trustpub_lsp::run_stdio()
}
