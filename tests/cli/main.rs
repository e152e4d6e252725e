//! The command line, as a process.

mod config;
mod end_to_end;
mod explain;
mod fixes;
mod help;
mod language_server;
mod migrate;
mod output;
mod paths;
mod secrets;
mod selection;
mod setup;
mod support;
mod usage;
mod verify;
