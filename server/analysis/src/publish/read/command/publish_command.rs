use super::PackageScope;
use super::wrappers::{CommandEnvironment, ProgramOrigin};
use crate::publish::tools::{Flag, PackageChoice, Tool};
use crate::syntax::shell::Word;
use crate::text::TextRange;

/// A command that publishes.
#[derive(Debug)]
pub(crate) struct PublishCommand {
    /// The tool that publishes.
    pub(crate) tool: Tool,
    /// The version that the command asks for: `npx npm@11 publish`. It may hold expressions and variables.
    pub(crate) tool_version: Option<String>,
    /// The package that its program comes from, where the command names it.
    pub(crate) package: Option<String>,
    /// The command for people: `npm publish`.
    pub(crate) text: String,
    /// From the tool's name to the word that says what it does: `pnpm -r publish`.
    pub(crate) name_range: TextRange,
    /// Whether the configuration says that the command publishes, and nothing else is known about it.
    pub(crate) is_configured: bool,
    /// Whether it only stages the packages, so that a maintainer has to approve them.
    pub(crate) is_staged: bool,
    /// Which packages the tool publishes.
    pub(crate) packages: PackageChoice,
    /// The folders or tarballs that are published.
    pub(crate) folders: Vec<Word>,
    /// Where the tool works, and which packages it publishes.
    pub(crate) scope: PackageScope,
    /// The flags of `npm publish`, which other tools take too.
    pub(crate) flags: PublishFlags,
    /// Flags of single tools.
    pub(crate) options: ToolOptions,
    /// What its wrappers do to its environment.
    pub(crate) environment: CommandEnvironment,
    /// Where its program is looked for.
    pub(crate) origin: ProgramOrigin,
}

/// The flags of `npm publish`.
#[derive(Debug)]
pub(crate) struct PublishFlags {
    /// `--registry`
    pub(crate) registry: Option<Word>,
    /// Each `--@scope:registry`, with its scope.
    pub(crate) scoped_registries: Vec<(String, Word)>,
    /// `--tag`
    pub(crate) tag: Option<Word>,
    /// `--access`
    pub(crate) access: Option<Word>,
    /// `--provenance` or `--no-provenance`, and its range.
    pub(crate) provenance: Option<(bool, TextRange)>,
    /// `--dry-run`, also as a variable in front of the command.
    pub(crate) dry_run: Option<Flag>,
    /// The word that is `--dry-run`.
    pub(crate) dry_run_word: Option<Word>,
    /// `--force`, with which npm skips several of its checks.
    pub(crate) is_forced: bool,
    /// `-ws` or `-iwr`, which npm 12 does not accept.
    pub(crate) short_workspaces_flag: Option<Word>,
    /// The flags that npm 12 does not accept. `-ws` and `-iwr` are not among them.
    pub(crate) refused_by_npm_12: Vec<Word>,
    /// Whether npm is told to read another `.npmrc`.
    pub(crate) has_userconfig: bool,
}

/// Flags that only one tool, or a few, take.
#[derive(Debug)]
pub(crate) struct ToolOptions {
    /// Whether what is published is not in the packages' own folders: `lerna publish --contents dist`.
    pub(crate) publishes_build: bool,
    /// `--no-git-checks`, with which pnpm does not look at git.
    pub(crate) git_checks: Option<Flag>,
    /// `--publish-branch`, the branch that pnpm publishes from.
    pub(crate) publish_branch: Option<Word>,
    /// Whether release-it is told not to ask who is logged in.
    pub(crate) skips_checks: bool,
    /// Whether the tool is told to read another configuration than its usual one.
    pub(crate) has_own_config: bool,
    /// The plugins that semantic-release is told to run instead of those of its configuration.
    pub(crate) plugins: Option<Vec<String>>,
    /// The profile of @ossjs/release.
    pub(crate) profile: Option<String>,
    /// An access token that a flag gives to the tool.
    pub(crate) token: Option<TokenFlag>,
    /// The flags of Rush.
    pub(crate) rush: RushOptions,
}

/// A flag with an access token.
#[derive(Debug)]
pub(crate) struct TokenFlag {
    /// The flag: `--token`.
    pub(crate) name: String,
    /// The token.
    pub(crate) value: Word,
    /// The flag with its value.
    pub(crate) range: TextRange,
}

/// Flags of `rush publish`.
#[derive(Debug, Default)]
pub(crate) struct RushOptions {
    /// `--include-all`: every project, and not those for which there are change files.
    pub(crate) includes_all: bool,
    /// `--version-policy`: only the projects of one policy.
    pub(crate) policy: Option<Word>,
}
