//! The centre of trustpub: what happens at each publish step.

#[cfg(test)]
mod bounds_tests;
mod changed_env;
mod entry;
mod eval;
mod find;
mod implication;
mod machine;
mod predict;
mod read;
mod site;
#[cfg(test)]
mod tests;
mod tools;
mod view;
mod walk;

pub(crate) use entry::CallingJob;
pub(crate) use eval::{BoundInput, EnvLayer, EvalScope, Evaluated, Possible};
pub(crate) use find::credentials::is_npm_token_variable;
pub(crate) use find::npmrc_values::project_token;
pub(crate) use find::package_manager::is_yarn_classic_repository;
pub(crate) use find::packages::is_in_workspace;
pub(crate) use find::publishing_tool::lowest_of_range;
pub(crate) use find::registry::{is_npm_registry, is_registry_of_yarn};
pub(crate) use find::start::{DeadClause, dead_clauses, open_runs};
pub(crate) use predict::login::LoginRefusal;
pub(crate) use predict::refusal::{
    NameOrVersionProblem, TaglessPrerelease, is_github_shorthand, tagless_prerelease,
};
pub(crate) use read::command::{
    GithubTokenUse, LocalScript, Meaning, github_token_use, meaning, meaning_with,
};
pub(crate) use read::relevance::plain_text_may_publish;
pub(crate) use read::semantic_release_config::ReleaseConfig;
pub(crate) use read::tool_config::changesets_base_branch;
pub use site::Outcome;
pub(crate) use site::RepositoryChange;
pub(crate) use site::{
    Argument, CorepackPin, Credential, CredentialSource, CutStep, DependencyInstall, DryRun,
    ExcessPermission, Exchange, IdTokenCause, IgnoredBy, IgnoredFailure, Intent, Limit, NeverRuns,
    NodeAndNpm, NodeOrigin, NpmAttempt, NpmOrigin, PublishJob, PublishStop, RefusedCall, RefusedWrite,
    RegistrationDifference, RegistrationMismatch, RegistryCommand, RegistryFact, RunnerFact, SetupNodeStop,
    Site, SkippedJob, StopCause, StopPoint, UnsetLine, UsedAction, VersionChange, VersionFact, Walked,
};
pub(crate) use tools::{FIRST_WITH_STAGE, GivenToken, Says, Tool, tools};
#[cfg(any(test, feature = "test-support"))]
pub use tools::{ToolComparison, compared_tools};
pub use view::hints::InlayHint;
pub(crate) use view::hints::{node_hints, outcome_hint};
pub use view::report::{Evidence, EvidenceFact, IdToken, SiteReport, TrustedPublisher, Verdict};
pub use view::way::PublishWay;
pub(crate) use walk::{walk_action, walk_workflow};
