//! What the files mean: typed, each value with its range, GitHub's and npm's semantics stated once.

pub mod action;
pub mod action_reference;
pub mod job;
pub mod lock_file;
pub mod manifest;
pub mod node_spec;
pub mod npm_spec;
pub mod package_name;
pub mod permissions;
pub mod read;
pub mod repository;
pub mod version;
pub mod workflow;
pub mod workspaces;
