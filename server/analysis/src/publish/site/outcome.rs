use super::{IgnoredFailure, PublishStop};
use crate::knowledge::npm_errors::NpmError;

/// How a publish step ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SiteOutcome {
    /// Whether npm certainly refuses what it would otherwise publish.
    pub refusal: Option<Refusal>,
    /// Whether the tool may refuse it, as only the run knows: a prerelease without a dist-tag, or no branch.
    pub may_be_refused: bool,
    /// What certainly keeps the step from publishing, in some runs or in all.
    pub stop: Option<PublishStop>,
    /// What hides a failure of the command.
    pub ignored_failure: Option<IgnoredFailure>,
    /// What will happen.
    pub prediction: Prediction,
}

/// What npm says when it refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Refusal {
    /// The code of its error; some errors have none.
    pub code: Option<NpmError>,
}

/// What a publish site will do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// It publishes by trusted publishing.
    Oidc,
    /// It publishes with a token.
    Token,
    /// It publishes by trusted publishing where npm has a trusted publisher for it, and else with a token.
    OidcOrToken,
    /// It fails.
    Fails,
    /// It never runs: an earlier step ends the job, or the job never starts.
    NotReached,
    /// It cannot be known from the files.
    Unknown,
}

impl Outcome {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Token => "token",
            Self::OidcOrToken => "oidc-or-token",
            Self::Fails => "fails",
            Self::NotReached => "not-reached",
            Self::Unknown => "unknown",
        }
    }
}

/// What a publish site will do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Prediction {
    /// What will happen.
    pub outcome: Outcome,
    /// The npm error code with which it fails.
    pub error: Option<NpmError>,
}

impl Prediction {
    /// Nothing can be said.
    pub(crate) const UNKNOWN: Self = Self {
        outcome: Outcome::Unknown,
        error: None,
    };
    pub(crate) const OIDC: Self = Self {
        outcome: Outcome::Oidc,
        error: None,
    };
    pub(crate) const TOKEN: Self = Self {
        outcome: Outcome::Token,
        error: None,
    };
    pub(crate) const OIDC_OR_TOKEN: Self = Self {
        outcome: Outcome::OidcOrToken,
        error: None,
    };

    pub(crate) fn fails(error: Option<NpmError>) -> Self {
        Self {
            outcome: Outcome::Fails,
            error,
        }
    }

    /// It never runs; what ends the job has this code.
    pub(crate) fn not_reached(error: Option<NpmError>) -> Self {
        Self {
            outcome: Outcome::NotReached,
            error,
        }
    }

    /// Whether nothing is published, for certain.
    pub(crate) fn publishes_nothing(self) -> bool {
        matches!(self.outcome, Outcome::Fails | Outcome::NotReached)
    }

    /// One of the two; which one is unknown.
    pub(crate) fn or(self, other: Self) -> Self {
        let publishes = |prediction: Self| {
            matches!(
                prediction.outcome,
                Outcome::Oidc | Outcome::Token | Outcome::OidcOrToken
            )
        };
        match (self, other) {
            _ if self == other => self,
            _ if publishes(self) && publishes(other) => Self::OIDC_OR_TOKEN,
            _ if self.outcome == Outcome::Fails && other.outcome == Outcome::Fails => Self::fails(None),
            _ => Self::UNKNOWN,
        }
    }
}
