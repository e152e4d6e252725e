//! From the facts of a publish site to its outcome.
//!
//! What the files cannot show is taken as it should be: the trusted publisher on npm names this workflow, the
//! package exists, a secret that is passed is set and valid.

use super::facts::{Exchange, Intent, RegistryFact, Site};
use super::site::Outcome;
use crate::knowledge::npm_releases::{OIDC_MINIMUM, PROVENANCE_MINIMUM};
use crate::model::permissions::Grant;
use crate::model::version::{Truth, at_least};

/// What a publish site will do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prediction {
    /// What will happen.
    pub outcome: Outcome,
    /// The npm error code with which it fails.
    pub error: Option<&'static str>,
}

impl Prediction {
    /// Nothing can be said.
    pub(super) const UNKNOWN: Self = Self {
        outcome: Outcome::Unknown,
        error: None,
    };
    const OIDC: Self = Self {
        outcome: Outcome::Oidc,
        error: None,
    };
    const TOKEN: Self = Self {
        outcome: Outcome::Token,
        error: None,
    };

    fn fails(error: Option<&'static str>) -> Self {
        Self {
            outcome: Outcome::Fails,
            error,
        }
    }
}

impl Site<'_> {
    /// What the site is meant to publish with, as far as its credentials tell.
    pub fn intent(&self) -> Intent {
        let has_token = !self.credentials.is_empty();
        match (has_token, self.id_token.grant) {
            (true, Grant::Yes | Grant::Unknown) => Intent::Both,
            (true, Grant::No) => Intent::Token,
            (false, _) if self.may_have_other_credentials => Intent::Unknown,
            (false, _) => Intent::Oidc,
        }
    }

    /// Whether the publisher can perform the token exchange: it does so itself, or npm is new enough.
    pub fn can_exchange(&self) -> Truth {
        match self.publisher.exchange {
            Exchange::Itself => Truth::Yes,
            Exchange::Nobody => Truth::No,
            Exchange::Unknown => Truth::Maybe,
            Exchange::NpmOnPath => at_least(&self.npm.candidates, &OIDC_MINIMUM),
        }
    }

    /// The error of npm when it has nothing to publish with. A line in an `.npmrc` makes npm send what stands
    /// there, a placeholder or not, and then it is the registry that refuses.
    fn error_without_credential(&self) -> Option<&'static str> {
        match (self.publisher.exchange, self.sends_placeholder) {
            (Exchange::NpmOnPath, Truth::Yes) => Some("E404"),
            (Exchange::NpmOnPath, Truth::No) => Some("ENEEDAUTH"),
            _ => None,
        }
    }
}

/// The outcome that follows from a site's facts.
pub(super) fn predict(site: &Site<'_>) -> Prediction {
    if site.publisher.is_guess || site.registry != RegistryFact::Npm {
        return Prediction::UNKNOWN;
    }
    if site.npm_upgrade_fails {
        return Prediction::fails(Some("EBADENGINE"));
    }
    if site.is_private == Truth::Yes {
        return Prediction::fails(Some("EPRIVATE"));
    }
    let signs_explicitly = site
        .provenance
        .as_ref()
        .is_some_and(|provenance| provenance.is_on)
        && match site.publisher.exchange {
            Exchange::NpmOnPath => at_least(&site.npm.candidates, &PROVENANCE_MINIMUM) == Truth::Yes,
            // Lerna signs with npm's own library and takes npm's settings.
            _ => site.publisher.name == "lerna",
        };
    match site.intent() {
        Intent::Unknown => Prediction::UNKNOWN,
        Intent::Token if signs_explicitly => Prediction::fails(Some("EUSAGE")),
        Intent::Token => Prediction::TOKEN,
        Intent::Both => match site.can_exchange() {
            Truth::No => Prediction::TOKEN,
            _ if site.publisher.prefers_token => Prediction::TOKEN,
            // The exchange comes first, the token is the fallback: which one it is, npm's settings decide.
            _ => Prediction::UNKNOWN,
        },
        Intent::Oidc => match (site.id_token.grant, site.can_exchange()) {
            (Grant::No, _) if signs_explicitly && site.sends_placeholder == Truth::Yes => {
                Prediction::fails(Some("EUSAGE"))
            }
            (Grant::No, _) | (_, Truth::No) => Prediction::fails(site.error_without_credential()),
            (Grant::Yes, Truth::Yes) if site.repository_mismatch => Prediction::fails(Some("E422")),
            (Grant::Yes, Truth::Yes) => Prediction::OIDC,
            _ => Prediction::UNKNOWN,
        },
    }
}
