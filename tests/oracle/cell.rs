//! One cell of the matrix: everything that decides what a publish does.

use std::fmt;

/// A cell. Where nothing is said, a dimension has its default: see [`Cell::plain`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Cell {
    pub(crate) tool: Tool,
    pub(crate) exchange: Exchange,
    pub(crate) setup: Setup,
    pub(crate) token: Token,
    pub(crate) npmrc: Npmrc,
    pub(crate) provenance: Provenance,
    pub(crate) package: Package,
    pub(crate) publish_config: PublishConfig,
}

/// The publishing tool: the tool whose command is in the workflow, and the npm on PATH.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Tool {
    pub(crate) npm: &'static str,
    /// The pnpm that publishes; none if npm does.
    pub(crate) pnpm: Option<&'static str>,
}

/// What becomes of the exchange of the ID token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Exchange {
    /// The job has no `id-token: write`.
    NoIdToken,
    /// The trusted publisher on npm is another one.
    Refused,
    /// The trusted publisher on npm is this workflow.
    Granted,
}

/// What setup-node does about a registry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Setup {
    /// No `registry-url`: no `.npmrc` is written.
    NoRegistryUrl,
    /// setup-node 6 with `registry-url`: it exports a placeholder where no token is given.
    V6,
    /// setup-node 7 with `registry-url`: it exports nothing.
    V7,
}

/// What the variable holds that the `.npmrc` names: `NODE_AUTH_TOKEN`, or `NPM_TOKEN` for a project's own line; or what
/// is in that line itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Token {
    /// The step sets no such variable.
    Absent,
    /// A secret that is not set.
    Empty,
    /// The text that older setup-nodes export, written down by hand.
    Placeholder,
    /// A secret with a token that was revoked.
    Stale,
    /// A secret with a good token.
    Valid,
}

/// The line of the project's `.npmrc`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Npmrc {
    Missing,
    /// `//<registry>/:_authToken=${NPM_TOKEN}`.
    TokenVariable,
    /// `//<registry>/:_authToken=` and the token.
    TokenText,
    /// `//<registry>/:_auth=`, name and password in the old way.
    OldAuth,
    /// `_authToken=…` for no registry, which npm refuses to read.
    UnscopedToken,
    /// `registry=<the public registry>`.
    PublicRegistry,
    /// `registry=<another registry>`.
    OtherRegistry,
    ProvenanceOn,
    ProvenanceOff,
}

/// How provenance is asked for or refused. A project's `.npmrc` can do it too: [`Npmrc`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Provenance {
    Unsaid,
    FlagOn,
    FlagOff,
    VariableOn,
    VariableOff,
    PublishConfigOn,
    PublishConfigOff,
}

/// What is published.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Package {
    /// A public package whose manifest names this repository.
    Sound,
    /// `private: true`.
    Private,
    /// The manifest names no repository.
    NoRepository,
    /// The repository is not public.
    InPrivateRepository,
}

/// `publishConfig.registry`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum PublishConfig {
    Missing,
    PublicRegistry,
    OtherRegistry,
}

impl Cell {
    /// A cell in which nothing is said that need not be said.
    pub(crate) fn plain(tool: Tool, exchange: Exchange) -> Self {
        Self {
            tool,
            exchange,
            setup: Setup::NoRegistryUrl,
            token: Token::Absent,
            npmrc: Npmrc::Missing,
            provenance: Provenance::Unsaid,
            package: Package::Sound,
            publish_config: PublishConfig::Missing,
        }
    }

    /// Whether the job holds `id-token: write`.
    pub(crate) fn has_id_token(&self) -> bool {
        self.exchange != Exchange::NoIdToken
    }

    /// Whether the publish goes to a registry of which trustpub says nothing.
    pub(crate) fn goes_elsewhere(&self) -> bool {
        self.publish_config == PublishConfig::OtherRegistry || self.npmrc == Npmrc::OtherRegistry
    }
}

/// What differs from a plain cell, in a line.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = Self::plain(self.tool, self.exchange);
        if let Some(pnpm) = self.tool.pnpm {
            write!(f, "pnpm {pnpm} + ")?;
        }
        write!(f, "npm {} {:?}", self.tool.npm, self.exchange)?;
        if self.setup != plain.setup {
            write!(f, " setup={:?}", self.setup)?;
        }
        if self.token != plain.token {
            write!(f, " token={:?}", self.token)?;
        }
        if self.npmrc != plain.npmrc {
            write!(f, " npmrc={:?}", self.npmrc)?;
        }
        if self.provenance != plain.provenance {
            write!(f, " provenance={:?}", self.provenance)?;
        }
        if self.package != plain.package {
            write!(f, " package={:?}", self.package)?;
        }
        if self.publish_config != plain.publish_config {
            write!(f, " publishConfig.registry={:?}", self.publish_config)?;
        }
        Ok(())
    }
}
