//! The fixes that rules offer, by subject: each builds its edits from the operations of `edit`, or offers nothing.

pub(crate) mod action_input;
pub(crate) mod builder;
pub(crate) mod command;
pub(crate) mod entry;
pub(crate) mod handed_on;
pub(crate) mod installs;
pub(crate) mod migration;
pub(crate) mod node;
pub(crate) mod npm;
pub(crate) mod other_commands;
pub(crate) mod other_installs;
pub(crate) mod permissions;
pub(crate) mod provenance;
pub(crate) mod publish_config;
pub(crate) mod registry;
pub(crate) mod repository;
pub(crate) mod runner;
pub(crate) mod still_needed;
pub(crate) mod token;
pub(crate) mod token_action;
pub(crate) mod token_command;
pub(crate) mod token_users;
pub(crate) mod tool;
