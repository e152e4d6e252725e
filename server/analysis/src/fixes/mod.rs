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
pub(crate) mod permissions;
pub(crate) mod provenance;
pub(crate) mod publish_config;
pub(crate) mod registry;
pub(crate) mod repository;
pub(crate) mod runner;
pub(crate) mod token;
pub(crate) mod token_command;
pub(crate) mod tool;
