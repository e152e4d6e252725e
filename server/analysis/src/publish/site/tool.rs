use crate::knowledge::npm_errors::NpmError;
use crate::publish::tools::{AskedBy, ErrorCodes, Exchange, RegistryPlaces, TokenPlaces, Tool, TurnedOffBy};
use crate::text::Place;
use crate::versions::version::{Truth, Version};

/// The tool that publishes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublishingTool {
    /// The tool.
    pub tool: Tool,
    /// Its name for people: `npm`, `pnpm`, `changesets`, …
    pub name: &'static str,
    /// What is run, for messages: `npm publish`, `changesets/action`.
    pub command: String,
    /// Whether it only stages the packages, so that a maintainer has to approve them.
    pub is_staged: bool,
    /// The release of the tool that runs.
    pub release: ToolRelease,
    /// The package manager or the plugin that the tool has publish.
    pub client: Option<PublishClient>,
    /// What performs the token exchange.
    pub exchange: Exchange,
    /// The first release that performs the exchange itself, where there is one: the package and its version.
    pub since: Option<(&'static str, Version)>,
    /// Whether the tool prefers a token to the exchange.
    pub prefers_token: bool,
    /// Where it looks for a token.
    pub token_places: TokenPlaces,
    /// What decides to which registry it publishes.
    pub registry_places: RegistryPlaces,
    /// Whether it exchanges the ID token for packages with a scope as well, if for any.
    pub exchanges_scoped: Truth,
    /// Whether it signs provenance by itself.
    pub signs_by_itself: Truth,
    /// What asks it for provenance.
    pub asked_for_provenance_by: AskedBy,
    /// What keeps it from signing provenance by itself.
    pub provenance_turned_off_by: TurnedOffBy,
    /// Whether it refuses to publish where a variable asks for provenance.
    pub refuses_provenance: Truth,
    /// The codes of its errors.
    pub errors: &'static ErrorCodes,
    /// Whether the tool stops without a token before it publishes anything.
    pub asks_for_token: Truth,
    /// Whether another npm publishes than the one for which it makes the exchange, so that its token is lost.
    pub loses_exchanged_token: Truth,
    /// Whether this is only a guess, from the name of a script or from a command in its code.
    pub is_guess: bool,
    /// Why it is one, where no code was found that publishes.
    pub guess: Guess,
    /// The publish command in the code of a script: "`npm publish` in scripts/release.ts".
    pub in_code: Option<String>,
}

/// Why something is only a guess.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Guess {
    /// A name speaks of publishing, and what it names was not read.
    #[default]
    NotRead,
    /// A name speaks of publishing, and nothing in what it names was found to publish.
    NothingFound,
    /// A release tool has projects that may not be packages.
    OfProjects,
}

/// The release of a tool that runs, as far as it is known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct ToolRelease {
    /// Its version, where the command, a lock file or a manifest tells it.
    pub version: Option<Version>,
    /// Where a lock file tells it, or the version of the client.
    pub locked_at: Option<Place>,
}

/// A package manager or a plugin that publishes for another tool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublishClient {
    /// The tool.
    pub tool: Tool,
    /// Its name.
    pub name: &'static str,
    /// Its version, where that is known.
    pub version: Option<Version>,
}

/// The name of the publishing tool where a job calls a workflow that is not read.
const CALLED_WORKFLOW: &str = "workflow";

impl PublishingTool {
    /// A tool about which only its command is known.
    pub(crate) fn unknown(tool: Tool, name: &'static str, command: String) -> Self {
        Self {
            tool,
            name,
            command,
            is_staged: false,
            release: ToolRelease::default(),
            client: None,
            exchange: Exchange::NpmOnPath,
            since: None,
            prefers_token: false,
            token_places: tool.token_places(),
            registry_places: tool.registry_places(),
            exchanges_scoped: Truth::Yes,
            signs_by_itself: Truth::Yes,
            asked_for_provenance_by: AskedBy::SettingsOfNpm,
            provenance_turned_off_by: TurnedOffBy::SettingsOfNpm,
            refuses_provenance: Truth::No,
            errors: tool.entry().map_or(&ErrorCodes::OF_NPM, |entry| &entry.errors),
            asks_for_token: Truth::Maybe,
            loses_exchanged_token: Truth::No,
            is_guess: false,
            guess: Guess::default(),
            in_code: None,
        }
    }

    /// The guess that a job makes which calls a workflow of another repository.
    pub(crate) fn of_called_workflow(workflow: String) -> Self {
        Self {
            is_guess: true,
            ..Self::unknown(Tool::Action, CALLED_WORKFLOW, workflow)
        }
    }

    /// Whether it is a workflow of another repository that a job calls.
    pub(crate) fn is_called_workflow(&self) -> bool {
        self.tool == Tool::Action && self.name == CALLED_WORKFLOW
    }

    /// The tool that talks to the registry, and its version.
    pub(crate) fn last(&self) -> (&'static str, Option<&Version>) {
        match &self.client {
            Some(client) => (client.name, client.version.as_ref()),
            None => (self.name, self.release.version.as_ref()),
        }
    }

    /// What is printed for an error of npm.
    pub(crate) fn printed(&self, error: NpmError) -> Option<NpmError> {
        self.errors.printed(error, self.last().1)
    }

    /// Whether it leaves those packages of a monorepo out that are not new.
    pub(crate) fn skips_published(&self) -> bool {
        self.tool.entry().is_some_and(|entry| entry.skips_published)
    }

    /// Whether Yarn Berry publishes, by itself or for another tool.
    pub(crate) fn is_yarn_berry(&self) -> bool {
        let client = self.client.as_ref().map(|client| client.tool);
        client.unwrap_or(self.tool) == Tool::YarnBerry
    }

    /// Whether it stops without a token, although with one the npm that it runs may make the exchange.
    pub(crate) fn needs_token(&self) -> bool {
        let is_of_this_kind = self.tool == Tool::NpmPublishWithToken || self.tool.is_semantic_release();
        is_of_this_kind && self.asks_for_token == Truth::Yes
    }

    /// Whether it cannot exchange the ID token only because the package has a scope.
    pub(crate) fn loses_scope(&self) -> bool {
        let last = self.client.as_ref().map_or(self.tool, |client| client.tool);
        let version = self.last().1;
        let of_release = last
            .entry()
            .zip(version)
            .map(|(entry, version)| entry.exchange_of(std::slice::from_ref(version)));
        self.exchange == Exchange::Unsupported && of_release == Some(Exchange::Itself)
    }

    /// Whether one of the two Yarns publishes.
    pub(crate) fn is_yarn(&self) -> bool {
        let client = self.client.as_ref().map(|client| client.tool);
        matches!(client.unwrap_or(self.tool), Tool::YarnBerry | Tool::YarnClassic)
    }

    /// Whether pnpm's own client publishes, for this tool or as it.
    pub(crate) fn runs_own_client_of_pnpm(&self) -> bool {
        let last = self.client.as_ref().map_or(self.tool, |client| client.tool);
        last == Tool::Pnpm && self.exchange == Exchange::Itself && !self.is_guess
    }

    /// Whether it is a pnpm that publishes by itself, with a client that is not npm's.
    pub(crate) fn is_own_client_of_pnpm(&self) -> bool {
        self.tool == Tool::Pnpm && self.exchange == Exchange::Itself
    }
}
