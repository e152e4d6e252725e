//! The `trustpub` command.

mod args;
mod baseline;
mod changed;
mod check;
mod completions;
mod console;
mod exit;
mod explain;
mod fingerprint;
mod fix;
mod import_publishers;
mod input;
mod lsp;
mod man_pages;
mod migrate;
mod output;
mod report;
mod repository;
mod rule_id;
mod rules;
mod setup;
mod tables;
mod verify;
mod version;
mod watch;

use std::process::ExitCode;

use crate::args::CliCommand;
use crate::console::Console;

fn main() -> ExitCode {
    let command_line = args::parse();
    let console = Console::new(command_line.color);
    match command_line.command {
        CliCommand::Check(args) => exit::end(console, check::run(console, &args)),
        CliCommand::Explain(args) => exit::end(console, explain::run(console, &args)),
        CliCommand::Fix(args) => exit::end(console, fix::run(console, &args)),
        CliCommand::Migrate(args) => exit::end(console, migrate::run(console, &args)),
        CliCommand::Setup(args) => exit::end(console, setup::run(console, &args)),
        CliCommand::Verify(args) => exit::end(console, verify::run(console, &args)),
        CliCommand::Rules(args) => exit::end(console, rules::run(console, &args)),
        CliCommand::ImportPublishers(args) => exit::end(console, import_publishers::run(console, &args)),
        CliCommand::Lsp(_) => lsp::run(),
        CliCommand::Completions { shell } => exit::end(console, completions::run(console, shell)),
        CliCommand::ManPages { folder } => exit::end(console, man_pages::run(console, &folder)),
    }
}
