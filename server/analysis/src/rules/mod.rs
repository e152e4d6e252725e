//! The rules, one file each.

mod support;

mod access_restricted;
mod always_auth;
mod cache_in_publish_job;
mod concurrency_missing;
mod config_invalid;
mod container_old_npm;
mod contents_dropped;
mod corepack_npm_pin;
mod environment_lost;
mod folder_read_as_package;
mod id_token_dropped_by_job;
mod id_token_missing;
mod id_token_too_broad;
mod id_token_value_invalid;
mod install_scripts_in_publish_job;
mod invalid_ignore;
mod json_syntax;
mod matrix_publish;
mod name_or_version_missing;
mod needs_login_command;
mod no_setup_node;
mod node_24_early;
mod node_version_float;
mod npm_latest_ebadengine;
mod npm_too_old_node;
mod npm_upgrade_fragile;
mod npm_upgrade_insufficient;
mod npm_upgrade_node_22_22_2;
mod npmrc_token_line;
mod npmrc_unscoped_token;
mod persist_credentials;
mod prerelease_no_tag;
mod private_true;
mod provenance_disabled;
mod provenance_explicit;
mod provenance_flag_old_npm;
mod publish_failure_ignored;
mod publish_job_hardening;
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
mod reusable_filename;
mod run_writes_npmrc_token;
mod scoped_access;
mod self_hosted_runner;
mod setup_node_no_version;
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
mod workspaces_one_publisher_each;
mod yaml_syntax;

pub use support::rule::{FixAvailability, Rule};
pub(crate) use unused_ignore::{unused_comments, unused_entries};

use support::context::CheckContext;
use support::rule::Findings;

use std::collections::BTreeSet;

use crate::advice::{Advice, GROUP_RULE};
use crate::config::{Settings, Suppression, UsedIgnore};
use crate::diagnostic::Diagnostic;
use crate::publish::{InlayHint, PublishSite, Walked, node_hints, walk_action, walk_workflow};
use crate::workspace::{Content, FilePath, Repository};

/// Where the rules' pages are.
pub const DOCS_URL: &str = "https://github.com/trustpub/trustpub/blob/main/docs/rules";

static RULES: &[&Rule] = &[
    &access_restricted::ACCESS_RESTRICTED,
    &always_auth::ALWAYS_AUTH,
    &cache_in_publish_job::CACHE_IN_PUBLISH_JOB,
    &concurrency_missing::CONCURRENCY_MISSING,
    &config_invalid::CONFIG_INVALID,
    &container_old_npm::CONTAINER_OLD_NPM,
    &contents_dropped::CONTENTS_DROPPED,
    &corepack_npm_pin::COREPACK_NPM_PIN,
    &environment_lost::ENVIRONMENT_LOST,
    &folder_read_as_package::FOLDER_READ_AS_PACKAGE,
    &id_token_dropped_by_job::ID_TOKEN_DROPPED_BY_JOB,
    &id_token_missing::ID_TOKEN_MISSING,
    &id_token_too_broad::ID_TOKEN_TOO_BROAD,
    &id_token_value_invalid::ID_TOKEN_VALUE_INVALID,
    &install_scripts_in_publish_job::INSTALL_SCRIPTS_IN_PUBLISH_JOB,
    &invalid_ignore::INVALID_IGNORE,
    &json_syntax::JSON_SYNTAX,
    &matrix_publish::MATRIX_PUBLISH,
    &name_or_version_missing::NAME_OR_VERSION_MISSING,
    &needs_login_command::NEEDS_LOGIN_COMMAND,
    &no_setup_node::NO_SETUP_NODE,
    &node_24_early::NODE_24_EARLY,
    &node_version_float::NODE_VERSION_FLOAT,
    &npm_latest_ebadengine::NPM_LATEST_EBADENGINE,
    &npm_too_old_node::NPM_TOO_OLD_NODE,
    &npm_upgrade_fragile::NPM_UPGRADE_FRAGILE,
    &npm_upgrade_insufficient::NPM_UPGRADE_INSUFFICIENT,
    &npm_upgrade_node_22_22_2::NPM_UPGRADE_NODE_22_22_2,
    &npmrc_token_line::NPMRC_TOKEN_LINE,
    &npmrc_unscoped_token::NPMRC_UNSCOPED_TOKEN,
    &persist_credentials::PERSIST_CREDENTIALS,
    &prerelease_no_tag::PRERELEASE_NO_TAG,
    &private_true::PRIVATE_TRUE,
    &provenance_disabled::PROVENANCE_DISABLED,
    &provenance_explicit::PROVENANCE_EXPLICIT,
    &provenance_flag_old_npm::PROVENANCE_FLAG_OLD_NPM,
    &publish_failure_ignored::PUBLISH_FAILURE_IGNORED,
    &publish_job_hardening::PUBLISH_JOB_HARDENING,
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
    &reusable_filename::REUSABLE_FILENAME,
    &run_writes_npmrc_token::RUN_WRITES_NPMRC_TOKEN,
    &scoped_access::SCOPED_ACCESS,
    &self_hosted_runner::SELF_HOSTED_RUNNER,
    &setup_node_no_version::SETUP_NODE_NO_VERSION,
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
    &workspaces_one_publisher_each::WORKSPACES_ONE_PUBLISHER_EACH,
    &yaml_syntax::YAML_SYNTAX,
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

/// What the analysis of one file found, there and in the files that it leads to.
#[derive(Debug, Default)]
pub(crate) struct FileFindings {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) used_ignores: BTreeSet<UsedIgnore>,
    pub(crate) sites: Vec<PublishSite>,
    pub(crate) node_hints: Vec<InlayHint>,
}

/// Runs every rule on one file.
pub(crate) fn check_file(repository: &Repository<'_>, path: &FilePath) -> FileFindings {
    let Some(file) = repository.file(path) else {
        return FileFindings::default();
    };
    let Walked {
        sites,
        registry_commands,
        jobs,
    } = match &file.content {
        Content::Workflow { model, .. } => walk_workflow(repository, path, model),
        Content::Action { model, .. } if model.is_composite && !repository.action_is_used(path) => {
            walk_action(repository, path, model)
        }
        _ => Walked::default(),
    };
    let context = CheckContext {
        repository,
        path,
        file,
        sites: &sites,
        registry_commands: &registry_commands,
        jobs: &jobs,
    };
    let mut findings = Findings::default();
    let settings = repository.settings();
    for rule in rules().iter().filter(|rule| !settings.is_off(rule.id)) {
        (rule.check)(&context, &mut findings);
    }
    let mut suppression = Suppression::new(repository);
    let mut diagnostics = findings.diagnostics;
    diagnostics.retain(|found| !is_hidden(found, settings, &mut suppression));
    for diagnostic in &mut diagnostics {
        let of_all_advice = || settings.severity(diagnostic.advice.as_ref().map(|_| GROUP_RULE)?);
        let configured = settings.severity(diagnostic.rule).or_else(of_all_advice);
        diagnostic.severity = configured.unwrap_or(diagnostic.severity);
    }
    let mut views: Vec<PublishSite> = Vec::with_capacity(sites.len());
    for view in sites.iter().map(|site| site.view(repository)) {
        PublishSite::add_to(&mut views, view);
    }
    FileFindings {
        node_hints: node_hints(&sites),
        diagnostics,
        used_ignores: suppression.into_used(),
        sites: views,
    }
}

/// Whether the configuration or a comment wants nothing to be said. Of advice, the rule under which several pieces are
/// shown decides too: at the job's id, where it would be shown.
fn is_hidden(found: &Diagnostic, settings: &Settings, suppression: &mut Suppression<'_, '_>) -> bool {
    let is_hidden = suppression.hides(found.rule, &found.path, found.range);
    let Some(Advice { job, .. }) = &found.advice else {
        return is_hidden;
    };
    let hides_all = suppression.hides(GROUP_RULE, &job.path, job.range) || settings.is_off(GROUP_RULE);
    is_hidden || hides_all
}
