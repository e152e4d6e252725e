//! The commands of a step: its shell text, read as what runs in which order with which values.

pub(super) mod aliases;
pub(super) mod alternatives;
pub(super) mod command_index;
pub(super) mod command_sites;
pub(super) mod command_stops;
pub(super) mod exports;
pub(super) mod failures;
pub(super) mod folders;
pub(super) mod functions;
pub(super) mod held_commands;
mod held_value;
pub(super) mod made_tokens;
pub(super) mod parameters;
pub(super) mod script_context;
pub(super) mod script_failures;
pub(super) mod scripts;
pub(super) mod written_scripts;
