//! What the files mean: typed, each value with its range, GitHub's and npm's semantics stated once.

pub mod action;
pub mod job;
pub mod lock_file;
pub mod manifest;
pub mod package_name;
pub mod permissions;
pub mod read;
pub mod repository;
pub mod workflow;
pub mod workspaces;
