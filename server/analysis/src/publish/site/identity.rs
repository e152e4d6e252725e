use super::RegistrationFact;
use crate::model::permissions::Grant;
use crate::text::Place;

/// What npm learns about the job when it publishes without an access token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Identity {
    /// Whether the job can get an ID token.
    pub id_token: IdTokenFact,
    /// What the configuration says about the trusted publishers of the packages.
    pub registration: RegistrationFact,
}

/// Whether the job can get an ID token, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct IdTokenFact {
    /// Whether it can.
    pub grant: Grant,
    /// Why.
    pub cause: IdTokenCause,
    /// The words that decide: a `permissions` block, or else the job's id.
    pub place: Place,
}

/// Why a job can get an ID token or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum IdTokenCause {
    /// A block grants it.
    Granted,
    /// Nothing sets `permissions`, and the default never grants it.
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
