//! One cell: everything that decides what a release does.

use std::fmt;

use crate::tool::Tool;

/// A cell. [`Cell::plain`] has the default of every dimension.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Cell {
    pub(crate) tool: Tool,
    pub(crate) exchange: Exchange,
    pub(crate) token: Token,
    pub(crate) provenance: Provenance,
    pub(crate) is_scoped: bool,
    pub(crate) has_repository: bool,
    /// Whether `publishConfig.registry` is Yarn's name for npm's registry.
    pub(crate) names_registry_of_yarn: bool,
    /// Whether the repository is public, so that provenance is made without being asked for.
    pub(crate) is_public: bool,
}

/// What becomes of the exchange of the ID token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Exchange {
    /// The job has no `id-token: write`.
    NoIdToken,
    /// npm has another workflow as the trusted publisher.
    Refused,
    /// npm has this workflow as the trusted publisher.
    Granted,
}

/// The npm token that reaches the step, and how.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Token {
    None,
    /// `NODE_AUTH_TOKEN`, and no `registry-url`.
    NodeAuthOnly,
    /// setup-node 6 with `registry-url`, which exports a placeholder.
    Placeholder,
    /// setup-node 7 with `registry-url`, which leaves the variable unset.
    Unset,
    /// `registry-url` and a secret that is not set.
    RegistryUrlEmpty,
    /// `registry-url` and a good token in `NODE_AUTH_TOKEN`.
    RegistryUrl,
    /// A good token in `NPM_TOKEN`.
    NpmVariable,
    /// `NPM_TOKEN` from a secret that is not set.
    NpmVariableEmpty,
    /// A good token in `YARN_NPM_AUTH_TOKEN`.
    YarnVariable,
    /// `YARN_NPM_AUTH_TOKEN` from a secret that is not set.
    YarnVariableEmpty,
    /// A line of the project's `.npmrc`, or `.yarnrc.yml` for Yarn Berry, that names `NPM_TOKEN`, which holds a good token.
    ProjectLine,
    /// The same line, its variable from a secret that is not set.
    ProjectLineEmpty,
    /// The line of an `.npmrc` where the project's own file is a `.yarnrc.yml`.
    NpmrcLine,
    /// The action's input `token`.
    Input,
    /// The action's input `token` from a secret that is not set.
    InputEmpty,
}

/// How provenance is asked for or refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Provenance {
    Unsaid,
    /// As the tool's documentation says: a variable, a flag, or an input.
    On,
    Off,
    PublishConfigOn,
    PublishConfigOff,
}

impl Cell {
    /// A cell in which nothing is said that need not be said.
    pub(crate) fn plain(tool: Tool, exchange: Exchange) -> Self {
        Self {
            tool,
            exchange,
            token: Token::None,
            provenance: Provenance::Unsaid,
            is_scoped: false,
            has_repository: true,
            names_registry_of_yarn: false,
            is_public: true,
        }
    }

    /// Whether the job holds `id-token: write`.
    pub(crate) fn has_id_token(&self) -> bool {
        self.exchange != Exchange::NoIdToken
    }

    /// The package's name.
    pub(crate) fn package(&self) -> &'static str {
        match self.is_scoped {
            true => "@acme/widget",
            false => "widget",
        }
    }
}

impl Token {
    /// Whether the step's variable or input comes from a secret that is not set.
    pub(crate) fn is_empty_secret(self) -> bool {
        matches!(
            self,
            Self::RegistryUrlEmpty
                | Self::NpmVariableEmpty
                | Self::YarnVariableEmpty
                | Self::ProjectLineEmpty
                | Self::InputEmpty
        )
    }

    /// Whether setup-node has a `registry-url`.
    pub(crate) fn has_registry_url(self) -> bool {
        matches!(
            self,
            Self::Placeholder | Self::Unset | Self::RegistryUrlEmpty | Self::RegistryUrl
        )
    }

    /// The variable of the step.
    pub(crate) fn variable(self) -> Option<&'static str> {
        match self {
            Self::NodeAuthOnly | Self::RegistryUrlEmpty | Self::RegistryUrl => Some("NODE_AUTH_TOKEN"),
            Self::NpmVariable
            | Self::NpmVariableEmpty
            | Self::ProjectLine
            | Self::ProjectLineEmpty
            | Self::NpmrcLine => Some("NPM_TOKEN"),
            Self::YarnVariable | Self::YarnVariableEmpty => Some("YARN_NPM_AUTH_TOKEN"),
            Self::None | Self::Placeholder | Self::Unset | Self::Input | Self::InputEmpty => None,
        }
    }
}

/// The cell's name in the record: the tool, and what differs from a plain cell.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.tool, self.exchange, self.token)?;
        match self.provenance {
            Provenance::Unsaid => {}
            Provenance::On => f.write_str(", provenance on")?,
            Provenance::Off => f.write_str(", provenance off")?,
            Provenance::PublishConfigOn => f.write_str(", publishConfig.provenance true")?,
            Provenance::PublishConfigOff => f.write_str(", publishConfig.provenance false")?,
        }
        if self.is_scoped {
            f.write_str(", scoped")?;
        }
        if !self.has_repository {
            f.write_str(", no repository")?;
        }
        if self.names_registry_of_yarn {
            f.write_str(", registry of Yarn")?;
        }
        if !self.is_public {
            f.write_str(", private repository")?;
        }
        Ok(())
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoIdToken => "no id-token",
            Self::Refused => "another publisher",
            Self::Granted => "its publisher",
        })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no token",
            Self::NodeAuthOnly => "NODE_AUTH_TOKEN without registry-url",
            Self::Placeholder => "registry-url of setup-node 6",
            Self::Unset => "registry-url of setup-node 7",
            Self::RegistryUrlEmpty => "registry-url and an empty secret",
            Self::RegistryUrl => "registry-url and NODE_AUTH_TOKEN",
            Self::NpmVariable => "NPM_TOKEN",
            Self::NpmVariableEmpty => "empty NPM_TOKEN",
            Self::YarnVariable => "YARN_NPM_AUTH_TOKEN",
            Self::YarnVariableEmpty => "empty YARN_NPM_AUTH_TOKEN",
            Self::ProjectLine => "line of the project",
            Self::ProjectLineEmpty => "line of the project and an empty secret",
            Self::NpmrcLine => "line of an .npmrc",
            Self::Input => "input token",
            Self::InputEmpty => "empty input token",
        })
    }
}
