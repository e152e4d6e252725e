//! The centre of trustpub: what happens at each publish site.

mod assumptions;
mod command;
mod context;
mod credentials;
mod eval;
mod evidence;
mod facts;
mod hints;
mod id_token;
mod ignored_failure;
mod javascript;
mod machine;
mod made_token;
mod makefile;
mod npmrc_values;
mod package_manager;
mod packages;
mod place;
mod prediction;
mod provenance;
mod publish_job;
mod publisher;
mod refusal;
mod registration;
mod registry;
mod relevance;
mod runner;
mod settings;
mod site;
mod summary;
#[cfg(test)]
mod tests;
mod tool_config;
mod walk;

pub use assumptions::{Assumptions, Secrets};
pub use context::{CallingJob, Entry};
pub use eval::{BoundInput, EnvLayer, Evaluated, Possible, Scope};
pub use facts::{
    Argument, CommandFact, Credential, CredentialSource, Exchange, Intent, JobFact, NodeOrigin, NpmAttempt,
    NpmOrigin, NpmrcFact, Packages, ProvenanceFact, Publisher, RegistryCommand, RegistryFact, RunnerFact,
    SettingFact, Site, StepFact, VersionFact, Walked,
};
pub use hints::InlayHint;
pub(crate) use hints::{node_hints, outcome_hint};
pub use id_token::{IdTokenCause, IdTokenFact};
pub use ignored_failure::{IgnoredBy, IgnoredFailure};
pub use machine::{CorepackPin, NpmInstallation, NpmrcLine, RegistryUrl};
pub(crate) use npmrc_values::project_token;
pub use place::Place;
pub use prediction::Prediction;
pub use publish_job::{CacheInputs, DependencyInstall, JobContents, PublishJob, UsedAction};
pub use refusal::{NameOrVersionProblem, Refusal, TaglessPrerelease, tagless_prerelease};
pub use registration::{RegistrationDifference, RegistrationFact, RegistrationMismatch};
pub(crate) use registry::is_npm_registry;
pub use site::{Evidence, EvidenceFact, IdToken, Outcome, PublishSite, TrustedPublisher, Verdict};
pub(crate) use walk::{walk_action, walk_workflow};
