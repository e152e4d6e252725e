//! What a publish site is meant to publish with.

use crate::knowledge::setup_node::is_github_packages;
use crate::model::permissions::Grant;
use crate::publish::site::{Intent, RegistryFact, Site};
use crate::publish::tools::Exchange;
use crate::versions::version::Truth;

impl Site<'_> {
    /// What the site is meant to publish with, as far as its credentials tell.
    pub(crate) fn intent(&self) -> Intent {
        let has_token = !self.has_usable_token().is_no();
        match (has_token, self.identity.id_token.grant) {
            (true, Grant::Yes | Grant::Unknown) => Intent::Both,
            (true, Grant::No) => Intent::Token,
            (false, _) if self.credentials.may_have_others || self.may_have_token_of_other_registry() => {
                Intent::Unknown
            }
            (false, _) if self.has_only_unread_tokens() || self.has_only_token_of_github() => Intent::Token,
            (false, _) => Intent::Oidc,
        }
    }

    /// Whether the job has nothing to publish with but tokens that nothing reads. It asks for no ID token, so that one of them is
    /// what it is meant to publish with.
    pub(crate) fn has_only_unread_tokens(&self) -> bool {
        let credentials = &self.credentials;
        let is_hidden =
            !credentials.hidden_tokens.is_empty() && self.publishing_tool.exchange == Exchange::NpmOnPath;
        self.identity.id_token.grant == Grant::No
            && (is_hidden || !credentials.tokens.is_empty())
            && self.target.is_npm()
            && self.has_usable_token().is_no()
            && !credentials.may_have_others
            && !self.publishing_tool.is_guess
            // Another rule reports why semantic-release ignores its token.
            && self.takes_placeholder_for_token() != Truth::Yes
    }

    /// Whether the publishing tool can make the exchange, at least with a newer npm.
    pub(crate) fn can_exchange_after_update(&self) -> bool {
        self.publishing_tool.exchange != Exchange::Unsupported && !self.publishing_tool.needs_token()
    }

    /// Whether the step is set up for GitHub Packages, with setup-node's `registry-url` and the job's own token, although its
    /// packages go to npm.
    pub(crate) fn misses_github_packages(&self) -> bool {
        let registry_url = self.credentials.registry_url.as_ref();
        let is_asked = registry_url.is_some_and(|registry_url| {
            registry_url.is_certain && registry_url.url.known().is_some_and(is_github_packages)
        });
        is_asked
            && self.credentials.has_github_token
            && self.target.is_npm()
            && !self.publishing_tool.is_guess
    }

    /// Whether the job has nothing but its own token, for GitHub Packages, and its packages go to npm.
    fn has_only_token_of_github(&self) -> bool {
        self.identity.id_token.grant == Grant::No && self.misses_github_packages()
    }

    /// Whether it is meant to publish with a token that it does not have, so that to publish by trusted publishing instead is a choice.
    pub(crate) fn lacks_its_token(&self) -> bool {
        self.intent() == Intent::Token && self.has_usable_token().is_no()
    }

    /// Whether it publishes to another registry, and something may be a token for that one.
    fn may_have_token_of_other_registry(&self) -> bool {
        let RegistryFact::Other { url, .. } = &self.target.registry else {
            return false;
        };
        let uses_github_token = is_github_packages(url) && self.credentials.has_github_token;
        uses_github_token || self.credentials.has_token_for_others
    }
}
