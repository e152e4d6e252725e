use super::pattern::Pattern;
use crate::diagnostic::Severity;
use crate::model::repository::RepositorySlug;
use crate::text::{Ranged, TextRange};

/// What a configuration says, each thing with its place. What could not be understood is in `problems` and else left
/// out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// `repository`
    pub(crate) repository: Option<Ranged<RepositorySlug>>,
    /// `[rules]`
    pub(crate) levels: Vec<RuleLevel>,
    /// `[[ignore]]`
    pub(crate) ignores: Vec<IgnoreEntry>,
    /// `[[publish-command]]`
    pub(crate) publish_commands: Vec<PublishCommandEntry>,
    /// `[[trusted-publisher]]`
    pub(crate) trusted_publishers: Vec<TrustedPublisherEntry>,
    /// What could not be understood, in text order.
    pub(crate) problems: Vec<ConfigProblem>,
}

/// A line of `[rules]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RuleLevel {
    /// The id of the rule.
    pub rule: &'static str,
    /// How it reports.
    pub level: ReportLevel,
}

/// How a rule reports.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum ReportLevel {
    /// Not at all.
    Off,
    /// All its findings with this severity.
    Severity(Severity),
}

/// An `[[ignore]]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct IgnoreEntry {
    /// The files.
    pub path: Ranged<Pattern>,
    /// The rules with their places; empty for all.
    pub rules: Vec<Ranged<&'static str>>,
}

/// A `[[publish-command]]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublishCommandEntry {
    /// The first words of the command.
    pub words: Vec<String>,
    /// The tool that publishes.
    pub tool: &'static str,
}

/// A `[[trusted-publisher]]`: what is registered on npm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TrustedPublisherEntry {
    /// The packages.
    pub package: Ranged<Pattern>,
    /// The file name of the workflow.
    pub workflow: Ranged<String>,
    /// The environment; none if npm asks for none.
    pub environment: Option<Ranged<String>>,
    /// The allowed actions; none if the configuration does not say.
    pub allow: Option<Ranged<Vec<AllowedAction>>>,
    /// The repository.
    pub repository: Option<Ranged<RepositorySlug>>,
}

/// An action that a trusted publisher may allow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum AllowedAction {
    /// `npm publish`
    Publish,
    /// `npm stage publish`
    StagePublish,
}

/// Something in a configuration that has no effect, or not the one that was meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ConfigProblem {
    /// The place.
    pub range: TextRange,
    /// What is wrong and what to do.
    pub message: String,
    /// What was probably meant, to be put in the place of `range`.
    pub replacement: Option<String>,
}

impl Config {
    /// A configuration that only says which repository on GitHub this is.
    pub fn with_repository(slug: RepositorySlug) -> Self {
        Self {
            repository: Some(Ranged::new(slug, TextRange::default())),
            ..Self::default()
        }
    }
}

impl ReportLevel {
    /// Every level.
    pub(crate) const ALL: [Self; 5] = [
        Self::Severity(Severity::Error),
        Self::Severity(Severity::Warning),
        Self::Severity(Severity::Information),
        Self::Severity(Severity::Hint),
        Self::Off,
    ];

    /// The level with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Severity(severity) => severity.name(),
        }
    }
}

impl AllowedAction {
    /// Every action.
    pub(crate) const ALL: [Self; 2] = [Self::Publish, Self::StagePublish];

    /// The action with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// Its name in the configuration, as in npm's `--allow-publish` and `--allow-stage-publish`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::StagePublish => "stage-publish",
        }
    }

    /// The command that it allows.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Publish => "npm publish",
            Self::StagePublish => "npm stage publish",
        }
    }
}
