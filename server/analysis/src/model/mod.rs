//! What the files mean: typed, each value with its range, GitHub's and npm's semantics stated once.

pub mod action_reference;
pub mod node_spec;
pub mod npm_spec;
pub mod repository;
pub mod version;
