//! Finding the facts of a publish step: who publishes what, where to, with which credentials.

pub(crate) mod credentials;
pub(crate) mod id_token;
pub(crate) mod npmrc_values;
pub(crate) mod own_config;
pub(crate) mod package_manager;
pub(crate) mod packages;
pub(crate) mod pnpm_settings;
pub(crate) mod provenance;
pub(crate) mod publishing_tool;
pub(crate) mod registry;
pub(crate) mod runner;
pub(crate) mod settings;
pub(crate) mod start;
mod step_environment;
pub(crate) mod yarn_settings;

pub(crate) use step_environment::{StepEnvironment, YARNRC};
