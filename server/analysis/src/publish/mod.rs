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

pub use entry::{CallingJob, WorkflowEntry};
pub use eval::{BoundInput, EnvLayer, EvalScope, Evaluated, Possible};
pub(crate) use find::npmrc_values::project_token;
pub(crate) use find::registry::is_npm_registry;
pub use predict::refusal::{NameOrVersionProblem, TaglessPrerelease, tagless_prerelease};
pub use site::{
    Argument, CacheInputs, CommandFact, CorepackPin, Credential, CredentialSource, DependencyInstall,
    Exchange, IdTokenCause, IdTokenFact, IgnoredBy, IgnoredFailure, Intent, JobContents, JobFact, NodeOrigin,
    NpmAttempt, NpmInstallation, NpmOrigin, NpmrcFact, NpmrcLine, Outcome, Packages, Prediction,
    ProvenanceFact, PublishClient, PublishJob, PublishingTool, Refusal, RegistrationDifference,
    RegistrationFact, RegistrationMismatch, RegistryCommand, RegistryFact, RegistryUrl, RunnerFact,
    SettingFact, Site, StepFact, UsedAction, VersionFact, Walked,
};
pub use view::hints::InlayHint;
pub(crate) use view::hints::{node_hints, outcome_hint};
pub use view::report::{Evidence, EvidenceFact, IdToken, PublishSite, TrustedPublisher, Verdict};
pub(crate) use walk::{walk_action, walk_workflow};
