//! What rules are made of: what a rule is, what it sees of a file, and the questions that several rules ask.

pub(crate) mod advised_job;
pub(crate) mod context;
pub(crate) mod made_events;
pub(crate) mod mentions;
pub(crate) mod node_24;
pub(crate) mod npm_version;
pub(crate) mod other_repository;
pub(crate) mod prelude;
pub(crate) mod published_packages;
pub(crate) mod publisher_entries;
pub(crate) mod reach;
pub(crate) mod registrations;
pub(crate) mod repository_checks;
pub(crate) mod rule;
pub(crate) mod stops;
pub(crate) mod token_needs;
pub(crate) mod tool_remedy;
pub(crate) mod variable_users;
