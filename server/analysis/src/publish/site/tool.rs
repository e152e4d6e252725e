use crate::knowledge::publishers::Exchange;
use crate::text::Place;
use crate::versions::version::Truth;
use crate::versions::version::Version;

/// Who publishes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublishingTool {
    /// The tool's name for people: `npm`, `pnpm`, `changesets`, …
    pub name: String,
    /// What is run, for messages: `npm publish`, `changesets/action`.
    pub command: String,
    /// The version of the tool, where the command, a lock file or a manifest tells it.
    pub version: Option<Version>,
    /// Where a lock file tells it, or the version of the client.
    pub locked_at: Option<Place>,
    /// The package manager or the plugin that the tool has publish.
    pub client: Option<PublishClient>,
    /// Who performs the token exchange.
    pub exchange: Exchange,
    /// The first release that performs the exchange itself, where there is one: the package and its version.
    pub since: Option<(&'static str, Version)>,
    /// Whether the tool prefers a token to the exchange.
    pub prefers_token: bool,
    /// Whether the tool stops without a token before it publishes anything.
    pub asks_for_token: Truth,
    /// Whether this is only a guess, from the name of a script or from a command in its code.
    pub is_guess: bool,
    /// The publish command in the code of a script: "`npm publish` in scripts/release.ts".
    pub in_code: Option<String>,
}

/// A package manager or a plugin that publishes for another tool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublishClient {
    /// Its name.
    pub name: &'static str,
    /// Its version, where that is known.
    pub version: Option<Version>,
}

impl PublishingTool {
    /// The tool that talks to the registry, and its version.
    pub(crate) fn last(&self) -> (&str, Option<&Version>) {
        match &self.client {
            Some(client) => (client.name, client.version.as_ref()),
            None => (&self.name, self.version.as_ref()),
        }
    }

    /// Whether it is a pnpm that publishes by itself, with a client that is not npm's.
    pub(crate) fn is_own_client_of_pnpm(&self) -> bool {
        self.name == "pnpm" && self.exchange == Exchange::Itself
    }
}
