//! What rules are made of and what several of them share: metadata, context, severities, and fixes by subject.

pub(in crate::rules) mod action_input_fixes;
pub(in crate::rules) mod advice;
pub(in crate::rules) mod command_fixes;
pub(in crate::rules) mod context;
pub(in crate::rules) mod fix_builder;
pub(in crate::rules) mod migration;
pub(in crate::rules) mod node_fixes;
pub(in crate::rules) mod npm_fixes;
pub(in crate::rules) mod npm_version;
pub(in crate::rules) mod permission_fixes;
pub(in crate::rules) mod prelude;
pub(in crate::rules) mod provenance_fixes;
pub(in crate::rules) mod publish_config_fixes;
pub(in crate::rules) mod published_packages;
pub(in crate::rules) mod registrations;
pub(in crate::rules) mod registry_fixes;
pub(in crate::rules) mod repository_checks;
pub(in crate::rules) mod repository_fixes;
pub(in crate::rules) mod rule;
pub(in crate::rules) mod runner_fixes;
pub(in crate::rules) mod token_fixes;
