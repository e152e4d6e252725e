//! What each action that a step uses does, and where one publishes.

pub(super) mod action_sites;
pub(super) mod changesets_action;
pub(super) mod changesets_yarn;
pub(super) mod checkouts;
pub(super) mod container_actions;
pub(super) mod local;
pub(super) mod pnpm_setup;
pub(super) mod refused_action;
pub(super) mod secret_actions;
pub(super) mod setup_node;
pub(super) mod setup_node_stops;
pub(super) mod tool_managers;
