//! The command line's grammar and its help texts.

mod check;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use trustpub_analysis::{RepositorySlug, Severity};
use trustpub_registry::PackageRequest;

use crate::rule_id::RuleIdParser;
use crate::version::LONG_VERSION;

pub(crate) use check::{CheckArgs, CheckFormat};

/// The command line of this process. Ends the process where it is wrong, or only asks for help.
pub(crate) fn parse() -> CommandLine {
    CommandLine::parse()
}

/// Finds and fixes what stops npm trusted publishing from GitHub Actions.
#[derive(Parser, Debug)]
#[command(name = "trustpub", version, long_version = LONG_VERSION.as_str(), after_help = TOP_HELP)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: CliCommand,

    /// Use colours: always, never, or auto (on a terminal without NO_COLOR)
    #[arg(long, global = true, display_order = 100, value_enum, value_name = "WHEN", default_value_t = Color::Auto, hide_possible_values = true)]
    pub(crate) color: Color,
}

const TOP_HELP: &str = "\
Examples:
  trustpub check                  Check the repository around the current folder
  trustpub fix --diff             Show the fixes as a diff
  trustpub fix                    Apply the safe fixes
  trustpub migrate                Show how to move from an access token to trusted publishing
  trustpub setup                  Show what to enter on npm for each package
  trustpub verify                 Check whether published versions came by trusted publishing
  gh run view --log-failed | trustpub explain
                                  Explain why a publish failed

Exit codes; the help of each command has the details:
  0  no problem
  1  there is something to do, or nothing was found
  2  wrong usage, or something could not be read or written";

#[derive(Subcommand, Debug)]
pub(crate) enum CliCommand {
    /// Report what will stop packages from publishing, and why
    Check(CheckArgs),
    /// Apply fixes
    Fix(FixArgs),
    /// Move publishing from access tokens to trusted publishing, and show what to do on npm
    Migrate(MigrateArgs),
    /// Show what to enter on npm, and write a workflow that publishes
    Setup(SetupArgs),
    /// Explain the log of a failed publish
    Explain(ExplainArgs),
    /// Check whether published versions came by trusted publishing
    Verify(VerifyArgs),
    /// List the rules, or explain one
    Rules(RulesArgs),
    /// Convert the output of `npm trust list --json` to lines for trustpub.toml
    ImportPublishers(ImportArgs),
    /// Start the language server, for editors
    Lsp(LspArgs),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  trustpub completions bash > ~/.local/share/bash-completion/completions/trustpub"
    )]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Write the man pages, for packages
    #[command(hide = true)]
    ManPages {
        /// The folder to write them to
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
}

impl PathScope {
    /// The repository around the current folder, as it is.
    pub(crate) fn here() -> Self {
        Self {
            paths: Vec::new(),
            repository: None,
            config: None,
            no_config: false,
            fail_on: FailOn::Never,
        }
    }
}

/// What to look at and when to fail, the same for `check` and `fix`.
#[derive(Args, Debug)]
pub(crate) struct PathScope {
    /// Repositories, or folders or files in them; without any, the repository around the current folder
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// The repository on GitHub [default: from trustpub.toml, GITHUB_REPOSITORY or git]
    #[arg(long, value_name = "OWNER/NAME", value_parser = parse_slug)]
    pub(crate) repository: Option<RepositorySlug>,

    /// Read the configuration from this file instead of trustpub.toml at the root
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Ignore trustpub.toml
    #[arg(long)]
    pub(crate) no_config: bool,

    /// Fail at or above a severity: error, warning, information, hint, never
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Error, hide_possible_values = true)]
    pub(crate) fail_on: FailOn,
}

#[derive(Args, Debug)]
#[command(after_help = FIX_HELP)]
pub(crate) struct FixArgs {
    #[command(flatten)]
    pub(crate) scope: PathScope,

    /// Print the changes as a unified diff and write nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// Also apply fixes that involve a choice, for example to remove a token
    #[arg(long = "unsafe")]
    pub(crate) allow_unsafe: bool,

    /// Fix only the findings of these rules, separated by commas
    #[arg(long = "rule", visible_alias = "select", value_name = "ID", value_delimiter = ',', value_parser = RuleIdParser, hide_possible_values = true)]
    pub(crate) rules: Vec<String>,
}

const FIX_HELP: &str = "\
Fixes keep comments, quotes and indentation. A file that cannot be parsed, or that changes while trustpub works,
is left unchanged.

Examples:
  trustpub fix --diff --unsafe
  trustpub fix --diff | git apply
  trustpub fix --rule id-token-missing,repository-missing packages/widget

Exit codes: 0 no findings at or above --fail-on remain, 1 some remain, 2 wrong usage or a file could not be read or
written.";

#[derive(Args, Debug)]
#[command(after_help = MIGRATE_HELP)]
pub(crate) struct MigrateArgs {
    /// The repository; without it, the one around the current folder
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,

    /// The repository on GitHub [default: from trustpub.toml, GITHUB_REPOSITORY or git]
    #[arg(long, value_name = "OWNER/NAME", value_parser = parse_slug)]
    pub(crate) repository: Option<RepositorySlug>,

    /// Write the changes instead of showing them
    #[arg(long)]
    pub(crate) write: bool,

    /// Print the checklist as the description of a pull request; the same as --format markdown
    #[arg(long, conflicts_with = "format")]
    pub(crate) markdown: bool,

    /// What to print: text, markdown, json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DocumentFormat::Text, hide_possible_values = true)]
    pub(crate) format: DocumentFormat,
}

const MIGRATE_HELP: &str = "\
Shows the diff over all files, what to enter on npm before you merge it, and what to do after the first release.
A step that would not publish by trusted publishing afterwards keeps its token, and trustpub says why.

Examples:
  trustpub migrate
  trustpub migrate --write
  trustpub migrate --write --markdown > pull-request.md
  gh pr create --title 'Move to trusted publishing' --body-file pull-request.md

Exit codes: 0 no step needs a token afterwards, 1 a step keeps its token or nothing publishes, 2 wrong usage or a
file could not be read or written.";

#[derive(Args, Debug)]
#[command(after_help = SETUP_HELP)]
pub(crate) struct SetupArgs {
    /// The repository; without it, the one around the current folder
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,

    /// The repository on GitHub [default: from trustpub.toml, GITHUB_REPOSITORY or git]
    #[arg(long, value_name = "OWNER/NAME", value_parser = parse_slug)]
    pub(crate) repository: Option<RepositorySlug>,

    /// Write a workflow, or move the one that publishes with a token, and fix the manifests
    #[arg(long)]
    pub(crate) write: bool,

    /// Show what --write would do and write nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// Replace a workflow of the same name
    #[arg(long, requires = "write")]
    pub(crate) force: bool,

    /// The name of the workflow file
    #[arg(long, value_name = "FILE", default_value = "release.yml", value_parser = parse_workflow_file)]
    pub(crate) workflow: String,

    /// Build in a job of its own, which cannot publish
    #[arg(long)]
    pub(crate) split: bool,

    /// Stage the packages with `npm stage publish`, so that a maintainer has to approve them
    #[arg(long)]
    pub(crate) stage: bool,

    /// Publish when a tag is pushed, even with changesets or semantic-release
    #[arg(long)]
    pub(crate) on_tag: bool,

    /// Publish from this environment of the repository on GitHub
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,

    /// What to print: text, markdown, json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DocumentFormat::Text, hide_possible_values = true)]
    pub(crate) format: DocumentFormat,
}

const SETUP_HELP: &str = "\
The workflow runs when a tag like v1.2.3 is pushed. In a repository with changesets or semantic-release, it
runs them when the default branch is pushed; `--on-tag`, `--split` and `--stage` publish from a tag there, too.
Its actions are pinned to commits, only the publishing job can get an ID token, and `trustpub check` finds
no error in it.

Examples:
  trustpub setup                                   What to enter on npm for the existing workflows
  trustpub setup --diff                            What --write would do
  trustpub setup --write --split --environment npm

Exit codes: 0 done, 1 no workflow publishes by trusted publishing, 2 wrong usage or a file could not be written.";

#[derive(Args, Debug)]
#[command(after_help = EXPLAIN_HELP)]
pub(crate) struct ExplainArgs {
    /// The log, whole or in part; without it, or with `-`, standard input
    #[arg(value_name = "LOG")]
    pub(crate) log: Option<PathBuf>,

    /// File name of the workflow that produced the log
    #[arg(long, value_name = "FILE")]
    pub(crate) workflow: Option<String>,

    /// ID of the job that produced the log
    #[arg(long, value_name = "JOB")]
    pub(crate) job: Option<String>,

    /// Explain every possible cause, and show all relevant lines of the log
    #[arg(long)]
    pub(crate) verbose: bool,

    /// What to print: text, markdown, json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DocumentFormat::Text, hide_possible_values = true)]
    pub(crate) format: DocumentFormat,
}

const EXPLAIN_HELP: &str = "\
Inside a repository the log is read together with its workflows, which often tells causes apart that npm reports
with the same words. Timestamps, colours and what GitHub writes around a command do not matter.

Examples:
  gh run view --log-failed | trustpub explain
  trustpub explain job-logs.txt --workflow release.yml

Exit codes: 0 a cause was named, 1 the log shows no failed publish or none of a known cause, 2 wrong usage or
it could not be read.";

#[derive(Args, Debug)]
#[command(after_help = VERIFY_HELP)]
pub(crate) struct VerifyArgs {
    /// Packages, with or without a version or dist-tag; else those of the repository here
    #[arg(value_name = "PACKAGE[@VERSION]", value_parser = parse_package)]
    pub(crate) packages: Vec<PackageRequest>,

    /// Number of newest versions to check
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) last: usize,

    /// Set the registry [default: npm's, from NPM_CONFIG_REGISTRY and .npmrc]
    #[arg(long, value_name = "URL")]
    pub(crate) registry: Option<String>,

    /// Verify the signatures of the attestations too, offline
    #[arg(long)]
    pub(crate) signatures: bool,

    /// Trust this trusted_root.json of Sigstore [default: the built-in one]
    #[arg(long, value_name = "FILE", requires = "signatures")]
    pub(crate) trusted_root: Option<PathBuf>,

    /// Wait this long for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,

    /// What to print: text, markdown, json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DocumentFormat::Text, hide_possible_values = true)]
    pub(crate) format: DocumentFormat,
}

const VERIFY_HELP: &str = "\
This is the only command that uses the network. It reads what the registry says, and compares the provenance of the
repository's own packages with the repository. With --signatures it also verifies each attestation: its signature,
certificate, place in Sigstore's log and tarball hash. That needs a trustpub that was built with --features signatures.

Your own npm configuration applies. The .npmrc of the repository can only choose registries, because it may not be
yours. Its other settings are ignored and reported.

Examples:
  trustpub verify
  trustpub verify @acme/widget@1.2.3 gadget@next --last 20
  trustpub verify @acme/widget --signatures

Exit codes: 0 all came by trusted publishing, 1 some did not, or their provenance does not match, or with --signatures
something was not verified, 2 wrong usage or a registry could not be asked.";

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  trustpub rules\n  trustpub rules id-token-missing")]
pub(crate) struct RulesArgs {
    /// The rule to explain
    #[arg(value_name = "ID", value_parser = RuleIdParser, hide_possible_values = true)]
    pub(crate) id: Option<String>,

    /// What to print: text, json, markdown
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = RulesFormat::Text, hide_possible_values = true)]
    pub(crate) format: RulesFormat,
}

#[derive(Args, Debug)]
#[command(after_help = IMPORT_HELP)]
pub(crate) struct ImportArgs {
    /// A file with the output of `npm trust list --json`; without it, standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// The package in the list [default: the one of the package.json in the current folder]
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,
}

const IMPORT_HELP: &str = "\
npm does not print the package's name, so pass the same name to both commands.

Examples:
  npm trust list --json | trustpub import-publishers >> trustpub.toml
  npm trust list @acme/ui --json | trustpub import-publishers --package @acme/ui >> trustpub.toml

Exit codes: 0 lines were printed, 1 no trusted publisher on GitHub is registered, 2 the input has another form.";

#[derive(Args, Debug)]
pub(crate) struct LspArgs {
    /// Use standard input and output, as the server always does
    #[arg(long)]
    pub(crate) stdio: bool,

    // Editors built on vscode-languageclient add this; the process to watch is also in the `initialize` request.
    #[arg(long = "clientProcessId", value_name = "PID", hide = true)]
    pub(crate) client_process_id: Option<u32>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DocumentFormat {
    Text,
    Markdown,
    Json,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RulesFormat {
    Text,
    Json,
    Markdown,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Information,
    Hint,
    Never,
}

impl FailOn {
    /// Whether a finding of this severity makes the command fail.
    pub(crate) fn includes(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Information => severity >= Severity::Information,
            Self::Hint => severity >= Severity::Hint,
            Self::Never => false,
        }
    }
}

fn parse_workflow_file(value: &str) -> Result<String, String> {
    let is_name = !value.contains(['/', '\\']) && !value.starts_with('.');
    if is_name && (value.ends_with(".yml") || value.ends_with(".yaml")) {
        Ok(value.to_owned())
    } else {
        Err(
            "expected a file name that ends in .yml or .yaml, without a folder, as in `release.yml`"
                .to_owned(),
        )
    }
}

fn parse_package(value: &str) -> Result<PackageRequest, String> {
    PackageRequest::parse(value).ok_or_else(|| {
        "expected the name of a package on npm, as in `widget`, `@acme/widget@1.2.3` or `widget@next`"
            .to_owned()
    })
}

fn parse_slug(value: &str) -> Result<RepositorySlug, String> {
    RepositorySlug::parse(value).ok_or_else(|| {
        "expected the owner and the name of a repository on GitHub, as in `acme/widget`".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn grammar_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn short_help_fits_on_a_screen() {
        let mut root = CommandLine::command();
        root.build();
        let helps = std::iter::once(root.clone()).chain(root.get_subcommands().cloned());
        for mut command in helps {
            let help = command.render_help().to_string();
            assert!(
                help.lines().count() <= 40,
                "{} lines:\n{help}",
                help.lines().count()
            );
            for line in help.lines() {
                assert!(line.chars().count() <= 120, "too wide: {line}");
            }
        }
    }

    #[test]
    fn threshold_includes_what_is_worse() {
        let included = |fail_on: FailOn| {
            [
                Severity::Hint,
                Severity::Information,
                Severity::Warning,
                Severity::Error,
            ]
            .into_iter()
            .filter(|severity| fail_on.includes(*severity))
            .count()
        };
        let counts = [
            FailOn::Never,
            FailOn::Error,
            FailOn::Warning,
            FailOn::Information,
            FailOn::Hint,
        ]
        .map(included);
        assert_eq!(counts, [0, 1, 2, 3, 4]);
    }
}
