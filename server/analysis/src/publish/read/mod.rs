//! What the words of a job mean: shell commands, files of task runners, JavaScript, and the configuration of publishing tools.

pub(crate) mod command;
pub(crate) mod deno_tasks;
pub(crate) mod dockerfile;
pub(crate) mod javascript;
pub(crate) mod justfile;
pub(crate) mod made_token;
pub(crate) mod makefile;
pub(crate) mod manifest_writes;
pub(crate) mod mise_tasks;
pub(crate) mod name_finder;
pub(crate) mod nx_targets;
pub(crate) mod other_code;
pub(crate) mod release_it_config;
pub(crate) mod relevance;
pub(crate) mod rush_config;
pub(crate) mod semantic_release_config;
mod task_script;
pub(crate) mod taskfile;
pub(crate) mod tool_config;
pub(crate) mod turbo_config;
pub(crate) mod version_guard;
mod version_test;
