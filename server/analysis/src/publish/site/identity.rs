use super::RegistrationFact;
use crate::model::permissions::Grant;
use crate::text::Place;

/// Who the job is to npm when it publishes without an access token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Identity {
    /// Whether the job can get an ID token.
    pub id_token: IdTokenFact,
    /// What the configuration says about the trusted publishers of the packages.
    pub registration: RegistrationFact,
}

/// Whether the job can get an id token, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct IdTokenFact {
    /// Whether it can.
    pub grant: Grant,
    /// Why.
    pub cause: IdTokenCause,
    /// The words that decide: a `permissions` block, or the job's id where there is none.
    pub place: Place,
}

/// Why a job can get an id token or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum IdTokenCause {
    /// A block grants it.
    Granted,
    /// There is no `permissions` at all, and the default never has it.
    NoBlock,
    /// The job has no block, and the workflow's does not grant it.
    WorkflowBlock,
    /// The job's block does not grant it, nor does the workflow's.
    JobBlock,
    /// The workflow's block grants it, but the job's block replaces it and does not.
    DroppedByJob,
    /// The workflow that calls grants less: the place is in the calling file.
    Caller(Box<Self>),
    /// The files do not show it.
    Unknown,
}
