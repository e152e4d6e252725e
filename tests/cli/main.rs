//! The command line, as a process.

mod config;
mod end_to_end;
mod explain;
mod fixes;
mod help;
mod output;
mod paths;
mod setup;
mod support;
mod usage;
mod verify;
