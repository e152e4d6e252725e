//! Facts about Node, npm, runner images and actions: tables with their sources, so that a new release is a
//! change of data.
//!
//! Every table is a text file in `data/`, which names its source and date in its first lines. It is read once.

pub mod actions;
pub mod container_images;
pub mod install_scripts;
pub mod node_releases;
pub mod node_spec;
pub mod npm_releases;
pub mod npm_spec;
pub mod pinned_actions;
pub mod publishers;
pub mod runner_images;
pub mod setup_node;
mod table;
