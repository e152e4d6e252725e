use std::collections::BTreeSet;

use super::file::{
    AllowedAction, Config, ConfigProblem, IgnoreEntry, PublishCommandEntry, ReportLevel, RuleLevel,
    TrustedPublisherEntry,
};
use super::keys::{ConfigKey, KeyKind, keys, level_problem, one_of};
use super::known_names::KnownNames;
use super::pattern::Pattern;
use super::toml::{parse_toml, without_consequences};
use crate::model::repository::RepositorySlug;
use crate::syntax::json::{JsonMember, JsonValue, parse_json};
use crate::text::{ColumnUnit, LineIndex, Ranged, TextRange};

impl Config {
    /// Reads a `trustpub.toml`.
    pub(crate) fn from_toml(text: &str, names: KnownNames) -> Self {
        let (root, mut errors) = parse_toml(text);
        errors.sort_by_key(|error| error.range);
        let (errors, misread) = without_consequences(text, errors);
        let mut config = Self::default();
        config.read(&root, names);
        // The parser goes on in the middle of a broken line: what follows there are consequences, and guessed values.
        let lines = LineIndex::new(text);
        let line_of = |range: TextRange| lines.line_column(text, range.start(), ColumnUnit::Utf8).line;
        let mut broken_lines = BTreeSet::new();
        let first_errors: Vec<ConfigProblem> = errors
            .into_iter()
            .filter(|error| broken_lines.insert(line_of(error.range)))
            .map(|error| ConfigProblem {
                range: error.range,
                message: format!("Invalid TOML: {}", error.message),
                replacement: None,
            })
            .collect();
        config
            .problems
            .retain(|problem| !broken_lines.contains(&line_of(problem.range)) && !misread(problem.range));
        config.problems.extend(first_errors);
        config.problems.sort_by_key(|problem| problem.range);
        config
    }

    /// Reads the same keys as JSON, for settings that an editor sends.
    pub(crate) fn from_json(text: &str, names: KnownNames) -> Self {
        let mut config = Self::default();
        if let Some(root) = parse_json(text).tree {
            config.read(&root, names);
        }
        config
    }

    fn read(&mut self, root: &JsonValue, names: KnownNames) {
        let mut problems = Vec::new();
        check_table(root, (keys(), ""), names, &mut problems);
        self.problems.extend(problems);
        self.problems.sort_by_key(|problem| problem.range);
        self.repository = root.get("repository").and_then(slug);
        self.levels = members(root, "rules")
            .iter()
            .filter_map(|member| level(member, names))
            .collect();
        self.ignores = tables(root, "ignore")
            .filter_map(|table| ignore(table, names))
            .collect();
        self.publish_commands = tables(root, "publish-command")
            .filter_map(|table| publish_command(table, names))
            .collect();
        self.trusted_publishers = tables(root, "trusted-publisher")
            .filter_map(|table| trusted_publisher(table, names))
            .collect();
    }
}

/// Compares a table with the keys that it may have. `name` is the table's own, empty for the whole file.
fn check_table(
    table: &JsonValue,
    (keys, name): (&'static [ConfigKey], &str),
    names: KnownNames,
    problems: &mut Vec<ConfigProblem>,
) {
    for JsonMember { key, value } in table.members() {
        let Some(known) = keys.iter().find(|known| known.name == key.value) else {
            let place = if name.is_empty() { "trustpub.toml" } else { name };
            let nearest = super::closest(&key.value, keys.iter().map(|known| known.name));
            let hint = match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => {
                    let names: Vec<String> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
                    format!("its keys are {}", names.join(", "))
                }
            };
            problems.push(ConfigProblem {
                range: key.range,
                message: format!("`{}` is not a key of {place}: {hint}", key.value),
                replacement: nearest
                    .filter(|nearest| table.get(nearest).is_none())
                    .map(str::to_owned),
            });
            continue;
        };
        check_value(known, value, names, problems);
    }
    for missing in keys
        .iter()
        .filter(|key| key.is_required && table.get(key.name).is_none())
    {
        problems.push(ConfigProblem {
            range: table.range,
            message: format!(
                "{name} needs `{}`: {}",
                missing.name,
                in_a_sentence(missing.description)
            ),
            replacement: None,
        });
    }
}

fn check_value(
    key: &'static ConfigKey,
    value: &JsonValue,
    names: KnownNames,
    problems: &mut Vec<ConfigProblem>,
) {
    let mut report = |range, name: &str, (problem, nearest): (String, Option<&str>)| {
        // What is wrong with a word quotes it itself.
        let message = if problem.starts_with('`') {
            problem
        } else {
            format!("`{name}` {problem}")
        };
        problems.push(ConfigProblem {
            range,
            message,
            replacement: nearest.map(|nearest| format!("\"{nearest}\"")),
        });
    };
    if let Some(problem) = key.kind.problem(value, names) {
        report(value.range, key.name, problem);
        return;
    }
    match key.kind {
        KeyKind::Rules | KeyKind::Actions => {
            for element in value.elements() {
                if let Some(problem) = key.kind.element_problem(element, names) {
                    report(element.range, key.name, problem);
                }
            }
        }
        KeyKind::Levels => {
            for JsonMember {
                key: id,
                value: level,
            } in value.members()
            {
                if let Err((message, nearest)) = one_of(&id.value, "a rule", names.rules.iter().copied()) {
                    problems.push(ConfigProblem {
                        range: id.range,
                        message,
                        replacement: nearest
                            .filter(|nearest| value.get(nearest).is_none())
                            .map(toml_key),
                    });
                } else if let Some((message, nearest)) = level_problem(level) {
                    problems.push(ConfigProblem {
                        range: level.range,
                        message: if message.starts_with('`') {
                            message
                        } else {
                            format!("`{}` {message}", id.value)
                        },
                        replacement: nearest.map(|nearest| format!("\"{nearest}\"")),
                    });
                }
            }
        }
        KeyKind::Tables(keys) => {
            for table in value.elements() {
                check_table(table, (keys, &format!("`[[{}]]`", key.name)), names, problems);
            }
        }
        _ => {}
    }
}

fn in_a_sentence(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    let initial = letters.next().map(|letter| letter.to_ascii_lowercase());
    initial.into_iter().chain(letters).collect()
}

/// A rule's id as a key: one with dots must be quoted.
fn toml_key(id: &str) -> String {
    if id.contains('.') {
        format!("\"{id}\"")
    } else {
        id.to_owned()
    }
}

fn members<'v>(root: &'v JsonValue, key: &str) -> &'v [JsonMember] {
    root.get(key).map_or(&[], JsonValue::members)
}

fn tables<'v>(root: &'v JsonValue, key: &str) -> impl Iterator<Item = &'v JsonValue> {
    let elements = root.get(key).map_or(&[] as &[JsonValue], JsonValue::elements);
    elements.iter().filter(|element| element.is_object())
}

fn level(member: &JsonMember, names: KnownNames) -> Option<RuleLevel> {
    Some(RuleLevel {
        rule: names.rule(&member.key.value)?,
        level: ReportLevel::named(member.value.as_str()?)?,
    })
}

fn ignore(table: &JsonValue, names: KnownNames) -> Option<IgnoreEntry> {
    let named: Vec<&JsonValue> = table
        .get("rule")
        .into_iter()
        .chain(
            table
                .get("rules")
                .map_or(&[] as &[JsonValue], JsonValue::elements),
        )
        .collect();
    let names_rules = table.get("rule").is_some() || table.get("rules").is_some();
    let rules: Vec<Ranged<&'static str>> = named
        .iter()
        .filter_map(|value| Some(Ranged::new(names.rule(value.as_str()?)?, value.range)))
        .collect();
    // Where all the names are wrong, nothing must be ignored rather than everything.
    if names_rules && rules.is_empty() {
        return None;
    }
    Some(IgnoreEntry {
        path: pattern(table.get("path")?)?,
        rules,
    })
}

fn publish_command(table: &JsonValue, names: KnownNames) -> Option<PublishCommandEntry> {
    let command = table.get("command")?.as_str()?;
    let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    let tool = names.tool(table.get("publisher")?.as_str()?)?;
    (!words.is_empty()).then_some(PublishCommandEntry { words, tool })
}

fn trusted_publisher(table: &JsonValue, names: KnownNames) -> Option<TrustedPublisherEntry> {
    let workflow = table.get("workflow")?;
    if KeyKind::WorkflowFile.problem(workflow, names).is_some() {
        return None;
    }
    let environment = table.get("environment").and_then(JsonValue::to_ranged);
    Some(TrustedPublisherEntry {
        package: pattern(table.get("package")?)?,
        workflow: workflow.to_ranged()?,
        environment: environment.filter(|environment| !environment.value.is_empty()),
        allow: table.get("allow").and_then(actions),
        repository: table.get("repository").and_then(slug),
    })
}

/// Where one of the names is wrong, it is not known what is allowed.
fn actions(value: &JsonValue) -> Option<Ranged<Vec<AllowedAction>>> {
    let names = value.elements().iter();
    let actions: Option<Vec<AllowedAction>> = names
        .map(|element| element.as_str().and_then(AllowedAction::named))
        .collect();
    let actions = actions.filter(|actions| !actions.is_empty())?;
    Some(Ranged::new(actions, value.range))
}

fn pattern(value: &JsonValue) -> Option<Ranged<Pattern>> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    Some(Ranged::new(Pattern::new(text).ok()?, value.range))
}

fn slug(value: &JsonValue) -> Option<Ranged<RepositorySlug>> {
    Some(Ranged::new(RepositorySlug::parse(value.as_str()?)?, value.range))
}
