//! The command line, as a process.

mod help;
mod output;
mod paths;
mod support;
mod usage;
