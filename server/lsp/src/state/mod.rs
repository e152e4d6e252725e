//! The state of the server and how events change it. The subjects have a file each.

mod check_threads;
mod checks;
mod closed_files;
mod decorations;
mod diagnostics;
mod documents;
mod folders;
mod global_state;
mod packages;
mod parts;
mod published;
mod running_checks;
mod settings;
#[cfg(test)]
mod test_law;
mod told_files;

pub(crate) use global_state::GlobalState;
pub use parts::ServerParts;
