//! The `trustpub` command.

mod args;
mod check;
mod completions;
mod console;
mod exit;
mod explain;
mod fix;
mod import_publishers;
mod input;
mod lsp;
mod output;
mod report;
mod repository;
mod rules;
mod setup;
mod verify;

use std::process::ExitCode;

use crate::args::Command;
use crate::console::Console;

fn main() -> ExitCode {
    let command_line = args::parse();
    let console = Console::new(command_line.color);
    match command_line.command {
        Command::Check(args) => exit::end(console, check::run(console, &args)),
        Command::Explain(args) => exit::end(console, explain::run(console, &args)),
        Command::Fix(args) => exit::end(console, fix::run(console, &args)),
        Command::Setup(args) => exit::end(console, setup::run(console, &args)),
        Command::Verify(args) => exit::end(console, verify::run(console, &args)),
        Command::Rules(args) => exit::end(console, rules::run(console, &args)),
        Command::ImportPublishers(args) => exit::end(console, import_publishers::run(console, &args)),
        Command::Lsp(_) => lsp::run(),
        Command::Completions { shell } => exit::end(console, completions::run(console, shell)),
    }
}
