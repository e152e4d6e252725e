/// What no file of the repository shows and what all the same decides what a publish does.
///
/// The defaults are what a sound set-up has, so that a prediction speaks of what the files do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assumptions {
    /// Whether the trusted publisher on npm names this repository, the entry workflow and the environment.
    ///
    /// None if it is not set: then it is assumed to match, and if a token could publish too, both are possible.
    pub publisher_matches: Option<bool>,
    /// What the secrets hold that reach a publish step.
    pub secrets: Secrets,
    /// Whether the repository is public, so that npm makes provenance without being asked.
    pub repository_is_public: bool,
}

/// What the secrets hold that reach a publish step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Secrets {
    /// Tokens that the registry accepts.
    Valid,
    /// Tokens that the registry refuses: expired, revoked, or of someone else.
    Refused,
    /// Nothing: a secret that is not set is the empty text.
    Empty,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            publisher_matches: None,
            secrets: Secrets::Valid,
            repository_is_public: true,
        }
    }
}
