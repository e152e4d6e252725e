//! What npm answers to a command that needs a login.

use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_releases::{DIST_TAG_MINIMUM_11, DIST_TAG_MINIMUM_12};
use crate::model::permissions::Grant;
use crate::publish::site::{Intent, RegistryCommand, Site};
use crate::versions::version::Truth;

/// Why a command that needs a login fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LoginRefusal {
    /// The token that the job exchanged the ID token for may only publish. Whether the registry refuses it is not certain.
    TokenIsForPublishing,
    /// No user is logged in, with npm's code if it is certain.
    NotLoggedIn(Option<NpmError>),
    /// This npm exchanges the ID token for a publish only.
    NpmTooOld(Option<NpmError>),
}

impl RegistryCommand<'_> {
    /// Why the command fails, as far as that is known.
    pub(crate) fn refusal(&self) -> Option<LoginRefusal> {
        let site = &self.site;
        if !site.target.is_npm() {
            return None;
        }
        if site.credentials.has_exchanged_token && self.is_dist_tag {
            return Some(LoginRefusal::TokenIsForPublishing);
        }
        if !site.has_only_id_token() {
            return None;
        }
        let error = match (site.credentials.npmrc.sends_placeholder, self.is_dist_tag) {
            (Truth::No, false) if self.is_refused_by_npm => Some(NpmError::NeedAuth),
            (Truth::No | Truth::Maybe, false) => None,
            _ => Some(NpmError::E401),
        };
        if !self.is_dist_tag {
            return Some(LoginRefusal::NotLoggedIn(error));
        }
        self.npm_exchanges()
            .is_no()
            .then_some(LoginRefusal::NpmTooOld(error))
    }

    /// Whether npm exchanges the ID token for the command: for `npm dist-tag`, from these releases on.
    pub(crate) fn npm_exchanges(&self) -> Truth {
        if !self.is_dist_tag {
            return Truth::No;
        }
        let npm = self.site.node_and_npm.npm.candidates.iter();
        Truth::of_all(npm.map(|npm| {
            let minimum = if npm.major() >= 12 {
                &*DIST_TAG_MINIMUM_12
            } else {
                &*DIST_TAG_MINIMUM_11
            };
            Truth::from(npm >= minimum)
        }))
    }
}

impl LoginRefusal {
    /// The code, if the command certainly fails; of several that are possible, none.
    pub(crate) fn certain(self) -> Option<Option<NpmError>> {
        match self {
            Self::TokenIsForPublishing => None,
            Self::NotLoggedIn(error) | Self::NpmTooOld(error) => Some(error),
        }
    }
}

impl Site<'_> {
    /// Whether the job has an ID token for npm and no other credential.
    pub(crate) fn has_only_id_token(&self) -> bool {
        self.target.is_npm()
            && self.identity.id_token.grant == Grant::Yes
            && self.intent() == Intent::Oidc
            && !self.publishing_tool.is_guess
    }
}
