//! Facts about Node, npm, runner images and actions: tables with their sources, so that a new release is a
//! change of data.
//!
//! Every table is a text file in `data/`, which names its source and date in its first lines. It is read once.

pub(crate) mod action_events;
pub(crate) mod action_permissions;
pub(crate) mod actions;
pub(crate) mod changesets_action;
pub(crate) mod container_images;
pub(crate) mod id_token_uses;
pub(crate) mod install_scripts;
pub(crate) mod node_releases;
pub(crate) mod node_spec;
pub(crate) mod npm_errors;
pub(crate) mod npm_flags;
pub(crate) mod npm_releases;
pub(crate) mod npm_spec;
pub(crate) mod pinned_actions;
pub(crate) mod pnpm_releases;
pub(crate) mod programs;
pub(crate) mod runner_images;
pub(crate) mod secret_actions;
pub(crate) mod setup_node;
mod table;
pub(crate) mod tables_date;
pub(crate) mod tool_releases;
pub(crate) mod trusted_publishers;
