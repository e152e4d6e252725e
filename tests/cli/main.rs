//! The command line, as a process.

mod action;
mod baseline;
mod changed;
mod config;
mod end_to_end;
mod explain;
mod fixes;
mod guides;
mod help;
#[cfg(unix)]
mod hooks;
mod json_schema;
mod language_server;
mod many;
mod migrate;
mod output;
mod paths;
#[cfg(unix)]
mod recipes;
mod reports;
mod sarif;
mod secrets;
mod selection;
mod setup;
mod support;
mod usage;
mod verify;
mod watch;
