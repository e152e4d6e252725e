//! `trustpub check`: its grammar and its help.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use trustpub_analysis::Severity;

use super::PathScope;
use crate::rule_id::RuleIdParser;

#[derive(Args, Debug)]
#[command(after_help = CHECK_HELP)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) scope: PathScope,

    /// What to print: text, json, jsonl, sarif, github, markdown, csv
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text, hide_possible_values = true)]
    pub(crate) format: CheckFormat,

    /// Report only these rules, separated by commas
    #[arg(long = "rule", visible_alias = "select", value_name = "ID", value_delimiter = ',', value_parser = RuleIdParser, hide_possible_values = true, conflicts_with = "sites")]
    pub(crate) rules: Vec<String>,

    /// Report at or above a severity: error, warning, information, hint
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = MinSeverity::Hint, hide_possible_values = true, conflicts_with = "sites")]
    pub(crate) min_severity: MinSeverity,

    /// Leave out the findings that this file lists
    #[arg(long, value_name = "FILE", conflicts_with = "sites")]
    pub(crate) baseline: Option<PathBuf>,

    /// List the findings in this file, or on standard output if it is `-`, as a baseline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sites", "baseline", "changed_since", "statistics", "output_file", "stdin_filename"])]
    pub(crate) write_baseline: Option<PathBuf>,

    /// Report only findings that concern a file that differs from this commit
    #[arg(long, value_name = "REF", conflicts_with = "sites", value_parser = parse_reference)]
    pub(crate) changed_since: Option<String>,

    /// Read the text of this file from standard input, and report its findings
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub(crate) stdin_filename: Option<PathBuf>,

    /// Read the paths of repositories from this file, one on each line; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "stdin_filename"])]
    pub(crate) from_list: Option<PathBuf>,

    /// Write to this file instead of standard output, which `-` is
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,

    /// Check again whenever a file changes, until Ctrl-C
    #[arg(long, conflicts_with_all = ["stdin_filename", "write_baseline", "fail_on"])]
    pub(crate) watch: bool,

    /// Print the number of findings of each rule, instead of findings
    #[arg(long, conflicts_with = "sites")]
    pub(crate) statistics: bool,

    /// Print each publish step and the facts that decide its outcome, instead of findings
    #[arg(long)]
    pub(crate) sites: bool,

    /// Print only findings, and nothing if there are none
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl CheckArgs {
    /// The file that the report goes to; none if that is standard output.
    pub(crate) fn output_file(&self) -> Option<&Path> {
        let file = self.output_file.as_deref();
        file.filter(|file| *file != Path::new("-"))
    }

    /// The file that a new baseline goes to; none if none is written, or if it goes to standard output.
    pub(crate) fn baseline_file(&self) -> Option<&Path> {
        let file = self.write_baseline.as_deref();
        file.filter(|file| *file != Path::new("-"))
    }
}

const CHECK_HELP: &str = "\
A PATH that holds .github/workflows is a repository of its own. The whole repository is always read. If PATH is a
file or a folder in it, only findings there are reported.

Examples:
  trustpub check packages/widget
  trustpub check --sites
  trustpub check --stdin-filename package.json < unsaved.json
  trustpub check --format sarif --output-file trustpub.sarif
  trustpub check --format github --fail-on warning      In a workflow: findings appear on the changed lines

Exit codes: 0 no findings at or above --fail-on, 1 findings, 2 wrong usage or something could not be read.";

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CheckFormat {
    Text,
    Json,
    Sarif,
    Github,
    Markdown,
    Csv,
    Jsonl,
}

impl CheckFormat {
    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MinSeverity {
    Error,
    Warning,
    Information,
    Hint,
}

impl MinSeverity {
    /// The least severity that is reported.
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Information => Severity::Information,
            Self::Hint => Severity::Hint,
        }
    }
}

/// A name that begins with `-` would be an option of git, and one that begins with `^` all but a commit.
fn parse_reference(value: &str) -> Result<String, String> {
    if value.is_empty() || value.starts_with(['-', '^']) || value.chars().any(char::is_control) {
        Err("expected a branch, a tag or a commit, as in `origin/main`".to_owned())
    } else {
        Ok(value.to_owned())
    }
}
