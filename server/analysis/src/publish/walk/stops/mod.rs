//! What certainly stops a job or a command before it publishes.

pub(super) mod detached_head;
pub(super) mod dirty_tree;
pub(super) mod empty_flags;
pub(super) mod failing_script;
pub(super) mod missing_github_token;
pub(super) mod refused_engine;
pub(super) mod refused_push;
pub(super) mod wrong_branch;
