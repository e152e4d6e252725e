use crate::text::TextRange;
use crate::workspace::FilePath;

/// A step that publishes to a registry, and what is known about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishSite {
    /// The file in which the publishing step stands.
    pub path: FilePath,
    /// The publish command or the `uses:` of the publishing action.
    pub range: TextRange,
    /// The id of the job in `path`; `(composite)` where `path` is a composite action.
    pub job: String,
    /// Who publishes: `npm`, `pnpm`, `yarn`, `lerna`, `changesets`, `semantic-release`, …
    pub publisher: String,
    /// The names of the packages that it publishes, as far as they are known.
    pub packages: Vec<String>,
    /// The registry's URL; none where it is unknown.
    pub registry: Option<String>,
    /// The version of npm that publishes; none where it is unknown or npm has no part in it.
    pub npm: Option<String>,
    /// The version of Node; none where it is unknown.
    pub node: Option<String>,
    /// Whether the job can get an id token.
    pub id_token: IdToken,
    /// The credentials that reach the step, as they are written: `NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}`.
    pub credentials: Vec<String>,
    /// What will happen.
    pub outcome: Outcome,
    /// The npm error code with which it fails, for example `ENEEDAUTH`.
    pub error: Option<String>,
    /// The names of the workflow files that the trusted publisher on npm may have to carry.
    pub entry_workflows: Vec<String>,
    /// One line for people: "npm publishes @acme/widget by OIDC, npm 11.17.0 from Node 24".
    pub summary: String,
}

/// Whether a job can get an id token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IdToken {
    /// `id-token: write` is in force.
    Write,
    /// It is not.
    None,
    /// It depends on something that the files do not show.
    Unknown,
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
    /// It cannot be known from the files.
    Unknown,
}

impl IdToken {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

impl Outcome {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Token => "token",
            Self::OidcOrToken => "oidc-or-token",
            Self::Fails => "fails",
            Self::Unknown => "unknown",
        }
    }
}

impl PublishSite {
    /// Takes in the same step as it is reached in another way.
    pub(crate) fn merge(&mut self, other: Self) {
        for workflow in other.entry_workflows {
            if !self.entry_workflows.contains(&workflow) {
                self.entry_workflows.push(workflow);
            }
        }
        if self.outcome != other.outcome {
            self.outcome = Outcome::Unknown;
            self.error = None;
        }
        if self.error != other.error {
            self.error = None;
        }
        if self.id_token != other.id_token {
            self.id_token = IdToken::Unknown;
        }
        if self.npm != other.npm {
            self.npm = None;
        }
        if self.node != other.node {
            self.node = None;
        }
        if self.registry != other.registry {
            self.registry = None;
        }
        for credential in other.credentials {
            if !self.credentials.contains(&credential) {
                self.credentials.push(credential);
            }
        }
        for package in other.packages {
            if !self.packages.contains(&package) {
                self.packages.push(package);
            }
        }
    }
}
