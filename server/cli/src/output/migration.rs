//! The migration to trusted publishing, for people, for a pull request and for programs.

use serde::Serialize;
use trustpub_analysis::FilePath;
use trustpub_analysis::document::{Block, Document, Item, Mark, Phrase};
use trustpub_analysis::migrate::{self, Migration, MigrationStep, Section};

use super::setup::{JsonRegistration, json_registrations};
use super::summary::{count, site_lines};
use crate::report::Report;

/// What there is to say about a repository.
pub(crate) struct About<'d> {
    pub(crate) migration: &'d Migration,
    /// Each changed file with its diff.
    pub(crate) diffs: &'d [(String, String)],
    pub(crate) is_written: bool,
    /// The repository as it is now.
    pub(crate) report: &'d Report,
}

/// The checklist, as text and as the description of a pull request.
pub(crate) fn document(about: &About<'_>) -> Document {
    let mut blocks = vec![Block::paragraph(headline(about))];
    let lines = state_lines(about);
    if !lines.is_empty() {
        let items = lines.iter().map(|line| Item::new(Mark::None, line));
        blocks.push(Block::List(items.collect()));
    }
    let sections = about.migration.checklist().sections;
    blocks.extend(sections.iter().map(section));
    Document::titled("Move to trusted publishing", blocks)
}

fn section(section: &Section) -> Block {
    let mark = if section.is_to_do { Mark::Box } else { Mark::None };
    let items = section.items.iter().map(|found| item(found, mark));
    Block::section(section.title, vec![Block::List(items.collect())])
}

fn item(item: &migrate::Item, mark: Mark) -> Item {
    let mut text = Phrase::from(&item.text);
    let mut blocks = Vec::new();
    let url = |url: &String| Phrase::default().url(url);
    match item.urls.as_slice() {
        [only] => text = text.line_break().url(only),
        [] => {}
        urls => {
            let pages = urls.iter().map(|page| Item::new(mark, url(page)));
            blocks.push(Block::List(pages.collect()));
        }
    }
    if !item.commands.is_empty() {
        blocks.push(Block::code("sh", item.commands.join("\n")));
    }
    Item { mark, text, blocks }
}

/// One sentence: what becomes of the repository.
fn headline(about: &About<'_>) -> String {
    let migration = about.migration;
    let steps = |number| count(number, "publish step", "publish steps");
    match (migration.moved.len(), migration.kept.len(), migration.already.len()) {
        (0, 0, 0) if !migration.elsewhere.is_empty() => {
            "There is nothing to move here: a workflow of another repository gets the token.".to_owned()
        }
        (0, 0, 0) if migration.others.is_empty() => {
            "There is nothing to move: no publish step was found. If trustpub does not know the command that publishes, add it to `trustpub.toml` under `[[publish-command]]`. Otherwise `trustpub setup --write` writes a workflow that publishes to npm."
                .to_owned()
        }
        (0, 0, 0) => "There is nothing to move: the files show no publish step with an access token. `trustpub check` shows what each step publishes with."
            .to_owned(),
        (0, 0, _) => "There is nothing to move: no publish step uses an access token any more.".to_owned(),
        (0, kept, _) => format!("{} cannot move to trusted publishing by edits alone. No file changes.", steps(kept)),
        (moved, kept, _) => {
            let (move_verb, change) = match (about.is_written, moved) {
                (true, _) => ("moved", "changed"),
                (false, 1) => ("moves", "change"),
                (false, _) => ("move", "change"),
            };
            let files = match (migration.changes.len(), about.is_written) {
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
fn state_lines(about: &About<'_>) -> Vec<String> {
    match about.migration.has_token_step() {
        true => Vec::new(),
        false => site_lines(about.report),
    }
}

/// All of it as one JSON object.
pub(crate) fn json(about: &About<'_>) -> String {
    let migration = about.migration;
    let changes = about.diffs.iter().map(|(path, diff)| JsonChange { path, diff });
    let secrets = migration.secrets.iter().map(|secret| JsonSecret {
        name: &secret.name,
        still_used: json_places(&secret.still_used),
        may_be_used: json_places(&secret.may_be_used),
    });
    let checklist = migration.checklist().sections;
    super::to_json(&JsonMigration {
        schema: 1,
        written: about.is_written,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    may_be_used: Vec<JsonPlace<'m>>,
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

fn json_places(places: &[(FilePath, usize)]) -> Vec<JsonPlace<'_>> {
    let places = places.iter();
    places
        .map(|(path, line)| JsonPlace { path, line: *line })
        .collect()
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
