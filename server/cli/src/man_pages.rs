//! `trustpub man-pages`: what the packages contain. It is hidden from the help, because users get the pages installed.

use std::path::Path;

use clap::CommandFactory;

use crate::args::CommandLine;
use crate::console::{Console, OutputError};
use crate::exit::Exit;

/// Writes one page for the command and one for each of its subcommands, such as `trustpub-check.1`.
pub(crate) fn run(console: Console, folder: &Path) -> Result<Exit, OutputError> {
    // The long version names the commit and the age of the tables today; a page says neither.
    let command = CommandLine::command().long_version(env!("CARGO_PKG_VERSION"));
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    if let Err(error) = written {
        console.error(format_args!("cannot write to {}: {error}", folder.display()));
        return Ok(Exit::Failure);
    }
    Ok(Exit::Clean)
}
