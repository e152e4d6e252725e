//! The centre of trustpub: what happens at each publish step.

mod entry;
mod eval;
mod find;
mod machine;
mod predict;
mod read;
mod site;
#[cfg(test)]
mod tests;
mod view;
mod walk;

pub use entry::{CallingJob, Entry};
pub use eval::{BoundInput, EnvLayer, Evaluated, Possible, Scope};
pub use find::id_token::{IdTokenCause, IdTokenFact};
pub(crate) use find::npmrc_values::project_token;
pub(crate) use find::registry::is_npm_registry;
pub use machine::{CorepackPin, NpmInstallation, NpmrcLine, RegistryUrl};
pub use predict::prediction::Prediction;
pub use predict::refusal::{NameOrVersionProblem, Refusal, TaglessPrerelease, tagless_prerelease};
pub use predict::registration::{RegistrationDifference, RegistrationFact, RegistrationMismatch};
pub use site::ignored_failure::{IgnoredBy, IgnoredFailure};
pub use site::publish_job::{CacheInputs, DependencyInstall, JobContents, PublishJob, UsedAction};
pub use site::{
    Argument, CommandFact, Credential, CredentialSource, Exchange, Intent, JobFact, NodeOrigin, NpmAttempt,
    NpmOrigin, NpmrcFact, Packages, ProvenanceFact, Publisher, RegistryCommand, RegistryFact, RunnerFact,
    SettingFact, Site, StepFact, VersionFact, Walked,
};
pub use view::hints::InlayHint;
pub(crate) use view::hints::{node_hints, outcome_hint};
pub use view::report::{Evidence, EvidenceFact, IdToken, Outcome, PublishSite, TrustedPublisher, Verdict};
pub(crate) use walk::{walk_action, walk_workflow};
