//! Every key of the configuration, once: the reader, the JSON schema and the documentation are made from this table.

use super::file::{AllowedAction, ReportLevel};
use super::known_names::KnownNames;
use super::pattern::Pattern;
use crate::model::repository::RepositorySlug;
use crate::syntax::json::{JsonKind, JsonValue};

/// A key of a table.
#[derive(Debug)]
pub struct ConfigKey {
    /// Its name.
    pub name: &'static str,
    /// What may be there.
    pub kind: KeyKind,
    /// Whether a table without it means nothing.
    pub is_required: bool,
    /// What it is for, in one or two sentences.
    pub description: &'static str,
}

/// What may follow a key.
#[derive(Clone, Copy, Debug)]
pub enum KeyKind {
    /// Any text, but not an empty one.
    Text,
    /// `owner/name`
    Repository,
    /// A glob.
    Glob,
    /// The file name of a workflow.
    WorkflowFile,
    /// The id of a rule.
    Rule,
    /// A list of ids of rules.
    Rules,
    /// The name of a publishing tool that trustpub knows.
    Publisher,
    /// A list of actions that a trusted publisher allows.
    Actions,
    /// A table from rules to levels.
    Levels,
    /// A list of tables, each `[[name]]`.
    Tables(&'static [ConfigKey]),
}

/// The keys of the whole file.
pub fn keys() -> &'static [ConfigKey] {
    &KEYS
}

static KEYS: [ConfigKey; 5] = [
    ConfigKey {
        name: "repository",
        kind: KeyKind::Repository,
        is_required: false,
        description: "The repository on GitHub as `owner/name`, if git has no remote or the remote is a fork.",
    },
    ConfigKey {
        name: "rules",
        kind: KeyKind::Levels,
        is_required: false,
        description: "The severity of each rule, or `off`.",
    },
    ConfigKey {
        name: "ignore",
        kind: KeyKind::Tables(&IGNORE_KEYS),
        is_required: false,
        description: "Findings to ignore, by path and rule, each with a reason.",
    },
    ConfigKey {
        name: "publish-command",
        kind: KeyKind::Tables(&PUBLISH_COMMAND_KEYS),
        is_required: false,
        description: "Commands that publish, in addition to those that trustpub knows.",
    },
    ConfigKey {
        name: "trusted-publisher",
        kind: KeyKind::Tables(&TRUSTED_PUBLISHER_KEYS),
        is_required: false,
        description: "The trusted publishers that are registered on npm, up to 10 for a package. trustpub reports publish steps that match none of their package.",
    },
];

static IGNORE_KEYS: [ConfigKey; 4] = [
    ConfigKey {
        name: "path",
        kind: KeyKind::Glob,
        is_required: true,
        description: "A glob of files or folders, relative to the root of the repository. A folder includes everything in it.",
    },
    ConfigKey {
        name: "rule",
        kind: KeyKind::Rule,
        is_required: false,
        description: "A rule. Without `rule` and `rules`, every rule is ignored.",
    },
    ConfigKey {
        name: "rules",
        kind: KeyKind::Rules,
        is_required: false,
        description: "Several rules.",
    },
    ConfigKey {
        name: "reason",
        kind: KeyKind::Text,
        is_required: true,
        description: "Why the findings are ignored, for the next reader.",
    },
];

static PUBLISH_COMMAND_KEYS: [ConfigKey; 2] = [
    ConfigKey {
        name: "command",
        kind: KeyKind::Text,
        is_required: true,
        description: "The first words of the command, for example `acme-release publish`.",
    },
    ConfigKey {
        name: "publisher",
        kind: KeyKind::Publisher,
        is_required: true,
        description: "The tool that does the publishing: `npm` if the command runs `npm publish`.",
    },
];

static TRUSTED_PUBLISHER_KEYS: [ConfigKey; 5] = [
    ConfigKey {
        name: "package",
        kind: KeyKind::Glob,
        is_required: true,
        description: "The name of the package, or a glob of names: `@acme/*`. Tables with the exact name take precedence over those with a glob.",
    },
    ConfigKey {
        name: "workflow",
        kind: KeyKind::WorkflowFile,
        is_required: true,
        description: "The file name of the workflow that starts the publish, without a folder.",
    },
    ConfigKey {
        name: "environment",
        kind: KeyKind::Text,
        is_required: false,
        description: "The environment, if one is registered on npm. The job must use the same one.",
    },
    ConfigKey {
        name: "allow",
        kind: KeyKind::Actions,
        is_required: false,
        description: "The allowed actions. Without this list, they are not checked. npm always allows `stage-publish`.",
    },
    ConfigKey {
        name: "repository",
        kind: KeyKind::Repository,
        is_required: false,
        description: "The repository registered on npm, as `owner/name`.",
    },
];

/// What is wrong with a value, and what was probably meant.
pub(crate) type KeyProblem = (String, Option<&'static str>);

impl KeyKind {
    /// The names to choose from for a value of this kind, or for an element or a member of it.
    pub(crate) fn names(self, known: KnownNames) -> Vec<&'static str> {
        match self {
            Self::Rule | Self::Rules => known.rules.to_vec(),
            Self::Publisher => known.tools.to_vec(),
            Self::Actions => AllowedAction::ALL.map(AllowedAction::name).to_vec(),
            Self::Levels => ReportLevel::ALL.map(ReportLevel::name).to_vec(),
            Self::Text | Self::Repository | Self::Glob | Self::WorkflowFile | Self::Tables(_) => Vec::new(),
        }
    }

    /// What is wrong with a value of this kind, and the value that was probably meant. Says nothing about what is
    /// inside of tables.
    pub(crate) fn problem(self, value: &JsonValue, names: KnownNames) -> Option<KeyProblem> {
        let text = || match &value.kind {
            JsonKind::String(text) => Ok(text.as_str()),
            _ => Err((
                format!("must be a string in quotes, not {}", type_name(value)),
                None,
            )),
        };
        let check = |test: &dyn Fn(&str) -> Result<(), KeyProblem>| match text() {
            Ok(text) => test(text).err(),
            Err(problem) => Some(problem),
        };
        match self {
            Self::Text => check(&|text| match text.trim() {
                "" => Err(("must not be empty".to_owned(), None)),
                _ => Ok(()),
            }),
            Self::Repository => check(&|text| match RepositorySlug::parse(text) {
                Some(_) => Ok(()),
                None => Err(("must be `owner/name`".to_owned(), None)),
            }),
            Self::Glob => check(&|text| match Pattern::new(text) {
                _ if text.is_empty() => Err(("must not be empty".to_owned(), None)),
                Ok(_) => Ok(()),
                Err(error) => Err((format!("is not a valid glob: {error}"), None)),
            }),
            Self::WorkflowFile => check(&|text| {
                if text.contains('/') {
                    Err((
                        "must be the name of a file in `.github/workflows`, without a folder".to_owned(),
                        None,
                    ))
                } else if !text.ends_with(".yml") && !text.ends_with(".yaml") {
                    Err(("must end in `.yml` or `.yaml`".to_owned(), None))
                } else {
                    Ok(())
                }
            }),
            Self::Rule => check(&|text| one_of(text, "a rule", names.rules.iter().copied())),
            Self::Publisher => {
                check(&|text| one_of(text, "a known publishing tool", names.tools.iter().copied()))
            }
            Self::Rules | Self::Actions => {
                (!matches!(value.kind, JsonKind::Array(_))).then(|| (must_be("a list", value), None))
            }
            Self::Levels => (!value.is_object()).then(|| (must_be("a table", value), None)),
            Self::Tables(_) => (!matches!(value.kind, JsonKind::Array(_))).then(|| {
                (
                    must_be("a list of tables, each with its own `[[…]]`", value),
                    None,
                )
            }),
        }
    }

    /// What is wrong with an element of a list of this kind.
    pub(crate) fn element_problem(self, element: &JsonValue, names: KnownNames) -> Option<KeyProblem> {
        match self {
            Self::Rules => Self::Rule.problem(element, names),
            Self::Actions => match element.as_str() {
                Some(text) => one_of(
                    text,
                    "an action",
                    AllowedAction::ALL.into_iter().map(AllowedAction::name),
                )
                .err(),
                None => Some((must_be("a string in quotes", element), None)),
            },
            _ => None,
        }
    }
}

/// What is wrong with the level of a rule.
pub(crate) fn level_problem(value: &JsonValue) -> Option<KeyProblem> {
    match value.as_str() {
        Some(text) => one_of(
            text,
            "a severity",
            ReportLevel::ALL.into_iter().map(ReportLevel::name),
        )
        .err(),
        None => Some((must_be("a string in quotes", value), None)),
    }
}

fn must_be(what: &str, value: &JsonValue) -> String {
    format!("must be {what}, not {}", type_name(value))
}

pub(crate) fn one_of(
    text: &str,
    what: &str,
    known: impl Iterator<Item = &'static str> + Clone,
) -> Result<(), KeyProblem> {
    if known.clone().any(|known| known == text) {
        return Ok(());
    }
    let nearest = super::closest(text, known.clone());
    let hint = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if what == "a rule" => "`trustpub rules` lists the rules".to_owned(),
        None => {
            let known: Vec<String> = known.map(|known| format!("`{known}`")).collect();
            format!("use {}", one_or_another(&known))
        }
    };
    Err((format!("`{text}` is not {what}: {hint}"), nearest))
}

/// "`a`, `b`, or `c`"
fn one_or_another(names: &[String]) -> String {
    match names {
        [init @ .., last] if init.len() > 1 => format!("{}, or {last}", init.join(", ")),
        names => names.join(" or "),
    }
}

fn type_name(value: &JsonValue) -> &'static str {
    match value.kind {
        JsonKind::Null => "null",
        JsonKind::Bool(_) => "true or false",
        JsonKind::Number(_) => "a number or date",
        JsonKind::String(_) => "a string",
        JsonKind::Array(_) => "a list",
        JsonKind::Object(_) => "a table",
    }
}
