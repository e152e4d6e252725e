//! The migration to trusted publishing, for people, for a pull request and for programs.

use std::fmt::Write;

use anstream::adapter::strip_str;
use serde::Serialize;
use trustpub_analysis::FilePath;
use trustpub_analysis::migrate::{Item, Migration, MigrationStep, Section};

use super::explanation::markdown::escaped;
use super::printable;
use super::setup_text::{JsonRegistration, json_registrations};
use super::summary::{count, site_lines};
use super::wrapped::wrapped;
use crate::report::Report;

const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";

const WIDTH: usize = 100;

/// What there is to say about a repository.
pub(crate) struct Document<'d> {
    pub(crate) migration: &'d Migration,
    /// Each changed file with its diff.
    pub(crate) diffs: &'d [(String, String)],
    pub(crate) is_written: bool,
    /// The repository as it is now.
    pub(crate) report: &'d Report,
}

/// The diff and the checklist.
pub(crate) fn text(document: &Document<'_>, has_color: bool) -> String {
    let mut text = String::new();
    for (_, diff) in document.diffs {
        text.push_str(diff);
    }
    if !document.diffs.is_empty() {
        text.push('\n');
    }
    for line in wrapped(&printable(&headline(document)), WIDTH) {
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{line}");
    }
    for line in state_lines(document) {
        let _ = writeln!(text, "{line}");
    }
    for section in &document.migration.checklist().sections {
        let _ = writeln!(text, "\n{BOLD}{}{RESET}", section.title);
        for item in &section.items {
            text_item(&mut text, section, item);
        }
    }
    if has_color {
        text
    } else {
        strip_str(&text).to_string()
    }
}

fn text_item(text: &mut String, section: &Section, item: &Item) {
    let (mark, indent) = match section.is_to_do {
        true => ("  [ ] ", "      "),
        false => ("  ", "  "),
    };
    for (number, line) in wrapped(&printable(&item.text), WIDTH - indent.len())
        .iter()
        .enumerate()
    {
        let _ = writeln!(text, "{}{line}", if number == 0 { mark } else { indent });
    }
    for line in item.urls.iter().chain(&item.commands) {
        let _ = writeln!(text, "{indent}{}", printable(line));
    }
}

/// The checklist as a description of a pull request.
pub(crate) fn markdown(document: &Document<'_>) -> String {
    let mut text = format!(
        "# Move to trusted publishing\n\n{}\n",
        escaped(&headline(document))
    );
    let lines = state_lines(document);
    if !lines.is_empty() {
        text.push('\n');
    }
    for line in lines {
        let _ = writeln!(text, "- {}", escaped(&line));
    }
    for section in &document.migration.checklist().sections {
        let _ = write!(text, "\n## {}\n\n", section.title);
        for item in &section.items {
            let mark = if section.is_to_do { "- [ ]" } else { "-" };
            markdown_item(&mut text, mark, item);
        }
    }
    let mut text = text.trim_end().to_owned();
    text.push('\n');
    text
}

fn markdown_item(text: &mut String, mark: &str, item: &Item) {
    let _ = write!(text, "{mark} {}", escaped(&item.text));
    match item.urls.as_slice() {
        [only] => {
            let _ = writeln!(text, " <{}>", printable(only));
        }
        urls => {
            text.push('\n');
            for url in urls {
                let _ = writeln!(text, "  {mark} <{}>", printable(url));
            }
        }
    }
    if !item.commands.is_empty() {
        text.push_str("\n  ```sh\n");
        for command in &item.commands {
            let _ = writeln!(text, "  {}", printable(command));
        }
        text.push_str("  ```\n\n");
    }
}

/// One sentence: what becomes of the repository.
fn headline(document: &Document<'_>) -> String {
    let migration = document.migration;
    let steps = |number| count(number, "publish step", "publish steps");
    match (migration.moved.len(), migration.kept.len(), migration.already.len()) {
        (0, 0, 0) if migration.others.is_empty() => {
            "There is nothing to move: no publish step was found. `trustpub setup --write` writes a workflow that publishes to npm."
                .to_owned()
        }
        (0, 0, 0) => "There is nothing to move: no publish step uses an access token. `trustpub check` says what keeps them from \
                      publishing."
            .to_owned(),
        (0, 0, _) => "There is nothing to move: no publish step uses an access token any more.".to_owned(),
        (0, kept, _) => format!("{} cannot move to trusted publishing by edits alone. No file changes.", steps(kept)),
        (moved, kept, _) => {
            let (move_verb, change) = match (document.is_written, moved) {
                (true, _) => ("moved", "changed"),
                (false, 1) => ("moves", "change"),
                (false, _) => ("move", "change"),
            };
            let files = match (migration.changes.len(), document.is_written) {
                (1, false) => "1 file changes".to_owned(),
                (number, _) => format!("{} {change}", count(number, "file", "files")),
            };
            let rest = match kept {
                0 => String::new(),
                1 => ", and 1 keeps its token".to_owned(),
                more => format!(", and {more} keep their token"),
            };
            format!("{} {move_verb} to trusted publishing{rest}: {files}.", steps(moved))
        }
    }
}

/// Where nothing moves, each publish step with what it does.
fn state_lines(document: &Document<'_>) -> Vec<String> {
    match document.migration.has_token_step() {
        true => Vec::new(),
        false => site_lines(document.report),
    }
}

/// All of it as one JSON object.
pub(crate) fn json(document: &Document<'_>) -> String {
    let migration = document.migration;
    let changes = document
        .diffs
        .iter()
        .map(|(path, diff)| JsonChange { path, diff });
    let secrets = migration.secrets.iter().map(|secret| JsonSecret {
        name: &secret.name,
        still_used: secret
            .still_used
            .iter()
            .map(|(path, line)| JsonPlace { path, line: *line })
            .collect(),
    });
    let checklist = migration.checklist().sections;
    super::to_json(&JsonMigration {
        schema: 1,
        written: document.is_written,
        changes: changes.collect(),
        moved: migration.moved.iter().map(|step| json_step(step, None)).collect(),
        kept: migration
            .kept
            .iter()
            .map(|kept| json_step(&kept.step, Some(&kept.reason)))
            .collect(),
        already: migration
            .already
            .iter()
            .map(|step| json_step(step, None))
            .collect(),
        registrations: json_registrations(&migration.registrations),
        secrets: secrets.collect(),
        checklist: checklist.iter().map(json_section).collect(),
    })
}

#[derive(Serialize)]
struct JsonMigration<'m> {
    schema: u32,
    written: bool,
    changes: Vec<JsonChange<'m>>,
    moved: Vec<JsonStep<'m>>,
    kept: Vec<JsonStep<'m>>,
    already: Vec<JsonStep<'m>>,
    registrations: Vec<JsonRegistration<'m>>,
    secrets: Vec<JsonSecret<'m>>,
    checklist: Vec<JsonSection<'m>>,
}

#[derive(Serialize)]
struct JsonChange<'m> {
    path: &'m str,
    diff: &'m str,
}

#[derive(Serialize)]
struct JsonStep<'m> {
    path: &'m str,
    job: &'m str,
    line: usize,
    command: &'m str,
    packages: &'m [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'m str>,
}

#[derive(Serialize)]
struct JsonSecret<'m> {
    name: &'m str,
    still_used: Vec<JsonPlace<'m>>,
}

#[derive(Serialize)]
struct JsonPlace<'m> {
    #[serde(serialize_with = "as_text")]
    path: &'m FilePath,
    line: usize,
}

#[derive(Serialize)]
struct JsonSection<'m> {
    id: &'m str,
    title: &'m str,
    items: Vec<JsonItem<'m>>,
}

#[derive(Serialize)]
struct JsonItem<'m> {
    text: &'m str,
    urls: &'m [String],
    commands: &'m [String],
}

fn as_text<S: serde::Serializer>(path: &FilePath, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.as_str())
}

fn json_step<'m>(step: &'m MigrationStep, reason: Option<&'m str>) -> JsonStep<'m> {
    JsonStep {
        path: step.path.as_str(),
        job: &step.job,
        line: step.line,
        command: &step.command,
        packages: &step.packages,
        reason,
    }
}

fn json_section(section: &Section) -> JsonSection<'_> {
    let items = section.items.iter().map(|item| JsonItem {
        text: &item.text,
        urls: &item.urls,
        commands: &item.commands,
    });
    JsonSection {
        id: section.id,
        title: section.title,
        items: items.collect(),
    }
}
