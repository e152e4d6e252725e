//! The rules, one file each.

mod access_restricted;
mod always_auth;
mod analysis_incomplete;
mod cache_in_publish_job;
mod changesets_action_v2;
mod changesets_npm_12;
mod changesets_yarn;
mod command_without_shell;
mod concurrency_missing;
mod config_invalid;
mod container_old_npm;
mod contents_dropped;
mod contents_not_writable;
mod corepack_npm_pin;
mod dev_engines_refuse_npm;
mod dist_tag_is_version;
mod engine_strict_refuses;
mod environment_lost;
mod folder_read_as_package;
mod github_packages_unscoped;
mod github_token_missing;
mod id_token_dropped_by_job;
mod id_token_env_stripped;
mod id_token_missing;
mod id_token_too_broad;
mod id_token_value_invalid;
mod install_scripts_in_publish_job;
mod invalid_ignore;
mod json_syntax;
mod lifecycle_script_fails;
mod lifecycle_script_without_install;
mod matrix_publish;
mod name_or_version_missing;
mod needs_login_command;
mod needs_result_never_true;
mod no_setup_node;
mod node_24_early;
mod node_version_float;
mod npm_flag_without_value;
mod npm_latest_ebadengine;
mod npm_release_broken;
mod npm_too_old_node;
mod npm_unknown_flag;
mod npm_upgrade_fragile;
mod npm_upgrade_insufficient;
mod npm_upgrade_node_22_22_2;
mod npmrc_not_read;
mod npmrc_token_line;
mod npmrc_unscoped_token;
mod persist_credentials;
mod pnpm_git_checks;
mod pnpm_version_conflict;
mod prerelease_no_tag;
mod private_true;
mod provenance_disabled;
mod provenance_explicit;
mod provenance_flag_old_npm;
mod publish_config_ignored;
mod publish_dry_run_left;
mod publish_failure_ignored;
mod publish_job_hardening;
mod publish_never_runs;
mod publish_token_env;
mod publishconfig_provenance_false_ineffective;
mod pull_request_trigger;
mod raw_oidc_as_token;
mod registry_url_missing;
mod registry_url_other_host;
mod registry_url_with_semantic_release;
mod release_not_triggered;
mod repository_case;
mod repository_directory;
mod repository_form;
mod repository_mismatch;
mod repository_missing;
mod reusable_callee_no_id_token;
mod reusable_caller_no_id_token;
mod reusable_caller_permissions;
mod reusable_filename;
mod run_writes_npmrc_token;
mod rush_refuses_node;
mod scoped_access;
mod self_hosted_runner;
mod setup_node_no_version;
mod setup_node_stops;
mod short_workspaces_flag;
mod stage_needs_npm;
mod tool_cannot_exchange;
mod trusted_publisher_action;
mod trusted_publisher_environment;
mod trusted_publisher_workflow;
mod unpinned_action;
mod unused_ignore;
mod unused_publish_secret;
mod version_file_old;
mod workflows_one_publisher_each;
mod workspace_range;
mod workspaces_one_publisher_each;
mod yaml_syntax;
mod yarn_unset_variable;

pub use crate::checker::rule::{FixAvailability, Rule};
pub(crate) use unused_ignore::{unused_comments, unused_entries};

/// Where the rules' pages are.
pub(crate) const DOCS_URL: &str = "https://github.com/trustpub/trustpub/blob/main/docs/rules";

static RULES: &[&Rule] = &[
    &access_restricted::ACCESS_RESTRICTED,
    &always_auth::ALWAYS_AUTH,
    &analysis_incomplete::ANALYSIS_INCOMPLETE,
    &cache_in_publish_job::CACHE_IN_PUBLISH_JOB,
    &changesets_action_v2::CHANGESETS_ACTION_V2,
    &changesets_npm_12::CHANGESETS_NPM_12,
    &changesets_yarn::CHANGESETS_YARN,
    &command_without_shell::COMMAND_WITHOUT_SHELL,
    &concurrency_missing::CONCURRENCY_MISSING,
    &config_invalid::CONFIG_INVALID,
    &container_old_npm::CONTAINER_OLD_NPM,
    &contents_dropped::CONTENTS_DROPPED,
    &contents_not_writable::CONTENTS_NOT_WRITABLE,
    &corepack_npm_pin::COREPACK_NPM_PIN,
    &dev_engines_refuse_npm::DEV_ENGINES_REFUSE_NPM,
    &dist_tag_is_version::DIST_TAG_IS_VERSION,
    &engine_strict_refuses::ENGINE_STRICT_REFUSES,
    &environment_lost::ENVIRONMENT_LOST,
    &folder_read_as_package::FOLDER_READ_AS_PACKAGE,
    &github_packages_unscoped::GITHUB_PACKAGES_UNSCOPED,
    &github_token_missing::GITHUB_TOKEN_MISSING,
    &id_token_dropped_by_job::ID_TOKEN_DROPPED_BY_JOB,
    &id_token_env_stripped::ID_TOKEN_ENV_STRIPPED,
    &id_token_missing::ID_TOKEN_MISSING,
    &id_token_too_broad::ID_TOKEN_TOO_BROAD,
    &id_token_value_invalid::ID_TOKEN_VALUE_INVALID,
    &install_scripts_in_publish_job::INSTALL_SCRIPTS_IN_PUBLISH_JOB,
    &invalid_ignore::INVALID_IGNORE,
    &json_syntax::JSON_SYNTAX,
    &lifecycle_script_fails::LIFECYCLE_SCRIPT_FAILS,
    &lifecycle_script_without_install::LIFECYCLE_SCRIPT_WITHOUT_INSTALL,
    &matrix_publish::MATRIX_PUBLISH,
    &name_or_version_missing::NAME_OR_VERSION_MISSING,
    &needs_login_command::NEEDS_LOGIN_COMMAND,
    &needs_result_never_true::NEEDS_RESULT_NEVER_TRUE,
    &no_setup_node::NO_SETUP_NODE,
    &node_24_early::NODE_24_EARLY,
    &node_version_float::NODE_VERSION_FLOAT,
    &npm_flag_without_value::NPM_FLAG_WITHOUT_VALUE,
    &npm_latest_ebadengine::NPM_LATEST_EBADENGINE,
    &npm_release_broken::NPM_RELEASE_BROKEN,
    &npm_too_old_node::NPM_TOO_OLD_NODE,
    &npm_unknown_flag::NPM_UNKNOWN_FLAG,
    &npm_upgrade_fragile::NPM_UPGRADE_FRAGILE,
    &npm_upgrade_insufficient::NPM_UPGRADE_INSUFFICIENT,
    &npm_upgrade_node_22_22_2::NPM_UPGRADE_NODE_22_22_2,
    &npmrc_not_read::NPMRC_NOT_READ,
    &npmrc_token_line::NPMRC_TOKEN_LINE,
    &npmrc_unscoped_token::NPMRC_UNSCOPED_TOKEN,
    &persist_credentials::PERSIST_CREDENTIALS,
    &pnpm_git_checks::PNPM_GIT_CHECKS,
    &pnpm_version_conflict::PNPM_VERSION_CONFLICT,
    &prerelease_no_tag::PRERELEASE_NO_TAG,
    &private_true::PRIVATE_TRUE,
    &provenance_disabled::PROVENANCE_DISABLED,
    &provenance_explicit::PROVENANCE_EXPLICIT,
    &provenance_flag_old_npm::PROVENANCE_FLAG_OLD_NPM,
    &publish_config_ignored::PUBLISH_CONFIG_IGNORED,
    &publish_dry_run_left::PUBLISH_DRY_RUN_LEFT,
    &publish_failure_ignored::PUBLISH_FAILURE_IGNORED,
    &publish_job_hardening::PUBLISH_JOB_HARDENING,
    &publish_never_runs::PUBLISH_NEVER_RUNS,
    &publish_token_env::PUBLISH_TOKEN_ENV,
    &publishconfig_provenance_false_ineffective::PUBLISHCONFIG_PROVENANCE_FALSE_INEFFECTIVE,
    &pull_request_trigger::PULL_REQUEST_TRIGGER,
    &raw_oidc_as_token::RAW_OIDC_AS_TOKEN,
    &registry_url_missing::REGISTRY_URL_MISSING,
    &registry_url_other_host::REGISTRY_URL_OTHER_HOST,
    &registry_url_with_semantic_release::REGISTRY_URL_WITH_SEMANTIC_RELEASE,
    &release_not_triggered::RELEASE_NOT_TRIGGERED,
    &repository_case::REPOSITORY_CASE,
    &repository_directory::REPOSITORY_DIRECTORY,
    &repository_form::REPOSITORY_FORM,
    &repository_mismatch::REPOSITORY_MISMATCH,
    &repository_missing::REPOSITORY_MISSING,
    &reusable_callee_no_id_token::REUSABLE_CALLEE_NO_ID_TOKEN,
    &reusable_caller_no_id_token::REUSABLE_CALLER_NO_ID_TOKEN,
    &reusable_caller_permissions::REUSABLE_CALLER_PERMISSIONS,
    &reusable_filename::REUSABLE_FILENAME,
    &run_writes_npmrc_token::RUN_WRITES_NPMRC_TOKEN,
    &rush_refuses_node::RUSH_REFUSES_NODE,
    &scoped_access::SCOPED_ACCESS,
    &self_hosted_runner::SELF_HOSTED_RUNNER,
    &setup_node_no_version::SETUP_NODE_NO_VERSION,
    &setup_node_stops::SETUP_NODE_STOPS,
    &short_workspaces_flag::SHORT_WORKSPACES_FLAG,
    &stage_needs_npm::STAGE_NEEDS_NPM,
    &tool_cannot_exchange::TOOL_CANNOT_EXCHANGE,
    &trusted_publisher_action::TRUSTED_PUBLISHER_ACTION,
    &trusted_publisher_environment::TRUSTED_PUBLISHER_ENVIRONMENT,
    &trusted_publisher_workflow::TRUSTED_PUBLISHER_WORKFLOW,
    &unpinned_action::UNPINNED_ACTION,
    &unused_ignore::UNUSED_IGNORE,
    &unused_publish_secret::UNUSED_PUBLISH_SECRET,
    &version_file_old::VERSION_FILE_OLD,
    &workflows_one_publisher_each::WORKFLOWS_ONE_PUBLISHER_EACH,
    &workspace_range::WORKSPACE_RANGE,
    &workspaces_one_publisher_each::WORKSPACES_ONE_PUBLISHER_EACH,
    &yaml_syntax::YAML_SYNTAX,
    &yarn_unset_variable::YARN_UNSET_VARIABLE,
];

/// Every rule, by id.
pub fn rules() -> &'static [&'static Rule] {
    RULES
}

/// The rule with this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().copied().find(|rule| rule.id == id)
}

/// The address of a rule's page.
pub fn docs_url(id: &str) -> String {
    format!("{DOCS_URL}/{id}.md")
}
