//! What the files mean: typed, each value with its range, GitHub's and npm's semantics stated once.

pub(crate) mod action;
pub(crate) mod job;
pub(crate) mod lock_file;
pub(crate) mod manifest;
pub(crate) mod package_name;
pub(crate) mod permissions;
pub(crate) mod read;
pub(crate) mod repository;
pub(crate) mod token_scopes;
pub(crate) mod workflow;
pub(crate) mod workspaces;
