//! What the words of a job mean: shell commands, Makefiles, JavaScript, and the configuration of publishing tools.

pub(crate) mod command;
pub(crate) mod javascript;
pub(crate) mod made_token;
pub(crate) mod makefile;
pub(crate) mod relevance;
pub(crate) mod semantic_release_config;
pub(crate) mod tool_config;
pub(crate) mod turbo_config;
