use crate::publish::eval::Evaluated;
use crate::text::Place;
use crate::text::redact::{Origin, redacted_value};
use crate::versions::version::Truth;

/// The access tokens of a publish step, and everything that decides which credential npm sends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Credentials {
    /// Tokens that reach the step.
    pub tokens: Vec<Credential>,
    /// GitHub's ID token where an npm token is expected. npm cannot publish with it, so these are not among `tokens`.
    pub raw_id_tokens: Vec<Credential>,
    /// Whether the job performed the token exchange itself and passes the resulting token on, which works.
    pub has_exchanged_token: bool,
    /// Whether the same job publishes in another step without a token, so that this one's token is deliberate.
    pub is_beside_tokenless: bool,
    /// Whether the script that writes the tokens for this step removes them again, so that they are meant for it alone.
    pub removes_token: bool,
    /// Whether something that cannot be read may provide a token.
    pub may_have_others: bool,
    /// Whether the job's `GITHUB_TOKEN` is in a variable, which GitHub Packages takes.
    pub has_github_token: bool,
    /// Where the tool's own file has something in the place of a token that is certainly none, and that the tool sends.
    pub sent_without_token: Option<Place>,
    /// Whether something may be a token for another registry than npm's.
    pub has_token_for_others: bool,
    /// What npm makes of the lines of `.npmrc` files that hold no token.
    pub npmrc: NpmrcFact,
    /// Tokens in a `~/.npmrc` that npm does not read, since setup-node's `registry-url` names another file.
    pub hidden_tokens: Vec<Credential>,
    /// Lines that commands before the step wrote to an `.npmrc`.
    pub npmrc_lines: Vec<NpmrcLine>,
    /// What setup-node wrote for a registry.
    pub registry_url: Option<RegistryUrl>,
}

/// A token that reaches a publish step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Credential {
    /// What it is: `NODE_AUTH_TOKEN`, `_authToken`, an input's name.
    pub name: String,
    /// As it is written.
    pub text: String,
    /// How it reaches the step.
    pub source: CredentialSource,
    /// The words that give it: name and value.
    pub place: Place,
    /// Whether the publishing tool reads it, as far as the files show.
    pub is_read: Truth,
}

impl Credential {
    /// As it is written, without the token itself if the file holds it.
    pub(crate) fn redacted_text(&self) -> String {
        let Some(value) = self.text.strip_prefix(&self.name) else {
            return self.text.clone();
        };
        let origin = match self.source {
            CredentialSource::CommandEnv | CredentialSource::CommandFlag => Origin::Shell,
            _ => Origin::Data,
        };
        let value = value.trim_start_matches([':', '=', ' ']);
        let before = self.text.strip_suffix(value).unwrap_or_default();
        format!("{before}{}", redacted_value(value, origin))
    }
}

/// How a token reaches a publish step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CredentialSource {
    /// `env:` of the step.
    StepEnv,
    /// `env:` of the job.
    JobEnv,
    /// `env:` of the workflow.
    WorkflowEnv,
    /// `env:` of a step that uses a composite action.
    CallingStepEnv,
    /// An assignment in front of the command.
    CommandEnv,
    /// A flag of the command.
    CommandFlag,
    /// A command or an action before that hands it on: by `export`, or by `$GITHUB_ENV`.
    Exported,
    /// An input of the publishing action.
    ActionInput,
    /// A line of a committed `.npmrc`.
    NpmrcFile,
    /// A command that writes to `.npmrc`.
    NpmrcCommand,
    /// A line of the tool's own configuration file: `.yarnrc.yml`, `bunfig.toml`.
    OwnFile,
}

/// How npm treats the credentials in `.npmrc` files that are not tokens. `Maybe` if the value of a secret decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NpmrcFact {
    /// Whether npm finds a token line whose value is not a token, and sends it.
    pub sends_placeholder: Truth,
    /// Whether a file that npm reads has a line for the public registry's token, of whatever value.
    pub has_token_line: bool,
    /// Whether an `.npmrc` that npm certainly reads holds a credential that does not say for which registry it is.
    pub has_unscoped_credential: Truth,
    /// Whether npm reads the `.npmrc` in the folder of the package, and not that of the repository's root.
    pub reads_own_folder: bool,
    /// Whether one may hold such a credential: a command may have written it, or what it wrote is not known.
    pub may_have_unscoped_credential: bool,
    /// Whether the project's `.npmrc` has a line for the public registry's token with an empty value.
    pub project_token_is_empty: Truth,
}

/// What a workflow is meant to publish with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Intent {
    /// A token, and nothing that trusted publishing needs.
    Token,
    /// Trusted publishing: no token reaches the step.
    Oidc,
    /// The job can get an ID token, and an access token reaches the step too.
    Both,
    /// Something that was not read may provide a token.
    Unknown,
}

/// setup-node's `registry-url`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RegistryUrl {
    /// The URL.
    pub url: Evaluated,
    /// The scope for which it counts; none for all packages.
    pub scope: Option<String>,
    /// Whether it is certain that setup-node writes it.
    pub is_certain: bool,
    /// Whether setup-node exports a placeholder token.
    pub exports_placeholder: Truth,
    /// Whether `NODE_AUTH_TOKEN`, which the line in the `.npmrc` names, is set in the steps after it, to whatever value.
    pub exports_variable: Truth,
    /// The input.
    pub place: Place,
}

/// The `.npmrc` that a command writes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NpmrcFile {
    /// The one that npm reads as the user's at that moment: `npm config set`.
    User,
    /// `~/.npmrc`, which npm reads as the user's unless it is told to read another.
    Home,
    /// The one for all users, which every other outranks.
    Global,
    /// One of pnpm or Yarn, which npm may not read.
    OfOtherTool,
    /// Where `pnpm config set` writes: npm's user file up to pnpm 10, and a file that npm never reads from then on.
    /// Source: `settingShouldFallBackToNpm` in pnpm 9 and 10, and `configSet` in dist/pnpm.mjs of 11.1.2.
    OfPnpm,
    /// That of a project, or one that is not known.
    Other,
}

/// A line that a command wrote to an `.npmrc`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NpmrcLine {
    /// The file.
    pub file: NpmrcFile,
    /// Whether it is certain that the line is written, and that npm reads the file.
    pub is_certain: bool,
    /// The key.
    pub key: String,
    /// The value as it is written.
    pub value: String,
    /// Whether the file holds the variable in the value, because no shell has put its value in.
    pub holds_variable: bool,
    /// Whether the value is a variable that nothing had set when the line was written.
    pub value_is_unset: bool,
    /// The words that write it.
    pub place: Place,
}
