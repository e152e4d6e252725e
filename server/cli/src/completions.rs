//! `trustpub completions`

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::CommandLine;
use crate::console::{Console, OutputError};
use crate::exit::Exit;

pub(crate) fn run(console: Console, shell: Shell) -> Result<Exit, OutputError> {
    // The generator panics if it cannot write; memory always can be written.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "trustpub", &mut script);
    console.write_own(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}
