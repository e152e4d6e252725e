//! What the files mean: typed, each value with its range, GitHub's and npm's semantics stated once.

pub mod manifest;
pub mod repository;
pub mod workspaces;
