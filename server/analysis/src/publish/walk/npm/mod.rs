//! Which npm a command starts, and what it is told beside its arguments.

pub(super) mod installations;
pub(super) mod npm_flags;
pub(super) mod npm_info;
pub(super) mod npm_on_path;
pub(super) mod pnpm_settings;
pub(super) mod replaced_npmrc;
pub(super) mod stripped_environment;
