//! What to enter on npm, for people, for editors and for programs.

use serde::Serialize;
use trustpub_analysis::document::{Block, Document, Field, Phrase, Section};
use trustpub_analysis::setup::{Registration, ReleasedBy, has_several};

/// What there is to say about a repository.
#[derive(Debug)]
pub(crate) struct Setup<'s> {
    /// What is to be entered on npm.
    pub(crate) registrations: &'s [Registration],
    /// How many findings of the analysis will make a publish fail.
    pub(crate) errors: usize,
    /// The workflows that publish with a token.
    pub(crate) token_workflows: Vec<String>,
    /// The workflows that would publish, but not by trusted publishing; those with a token are among them.
    pub(crate) stuck_workflows: Vec<String>,
    /// Whether edits alone can move these to trusted publishing.
    pub(crate) can_move: bool,
    /// A tool of the repository that releases by itself.
    pub(crate) release_tool: Option<&'s str>,
    /// What is done, or would be.
    pub(crate) done: Done,
    /// Whether that was written.
    pub(crate) is_written: bool,
}

/// What a set-up does to the workflows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Done {
    /// Nothing: it only says what to enter on npm.
    Nothing,
    /// It adds a workflow, in which a tool of the repository releases, or which publishes when a tag is pushed.
    NewWorkflow(Option<ReleasedBy>),
    /// It moves the workflows that publish with a token to trusted publishing.
    Moved,
}

/// A section for each package, and what else there is to know.
pub(crate) fn document(setup: &Setup<'_>) -> Document {
    let sections = setup.registrations.iter().map(section);
    let notes = notes(setup).into_iter().map(Block::paragraph);
    Document::titled("What to enter on npm", sections.chain(notes).collect())
}

fn section(registration: &Registration) -> Block {
    Block::Section(Section {
        heading: registration.package.as_str().into(),
        aside: Some(Phrase::default().url(registration.address())),
        blocks: vec![
            Block::Fields(fields(registration)),
            Block::paragraph("Or run this with npm 11.15 or later:"),
            Block::code("sh", registration.command()),
        ],
    })
}

/// The labels are those of npm's form.
fn fields(registration: &Registration) -> Vec<Field> {
    let mut fields = Vec::new();
    match &registration.repository {
        Some(slug) => {
            fields.push(Field::new("owner", &slug.owner));
            fields.push(Field::new("repository", &slug.name));
        }
        None => fields.push(Field::new(
            "repository",
            "unknown: set it with --repository OWNER/NAME",
        )),
    }
    fields.push(Field::new("workflow", &registration.workflow));
    let environment = match (&registration.environment, registration.known_environment()) {
        (None, _) => "leave it empty".to_owned(),
        (Some(_), Some(name)) => name.to_owned(),
        (Some(expression), None) => format!("what {expression} gives"),
    };
    fields.push(Field::new("environment", environment));
    fields.push(Field::new("allowed action", registration.allowed_command()));
    fields
}

fn notes(setup: &Setup<'_>) -> Vec<String> {
    let registrations = setup.registrations;
    let mut notes = Vec::new();
    let token_workflows = setup.token_workflows.join(" and ");
    if registrations.is_empty() {
        let stuck = setup.stuck_workflows.join(" and ");
        let not_yet = match token_workflows.is_empty() {
            true => "No workflow publishes by trusted publishing yet".to_owned(),
            false => format!(
                "No workflow publishes by trusted publishing yet, and {token_workflows} publishes with a token"
            ),
        };
        let remedy = match (stuck.is_empty(), setup.can_move) {
            (true, _) => {
                "`trustpub setup --write` writes one. `trustpub check` reports what stops the existing ones."
                    .to_owned()
            }
            (false, true) => format!(
                "`trustpub setup --write` moves {stuck} to trusted publishing (`--diff` shows how), and shows what to enter on npm."
            ),
            (false, false) => format!(
                "`trustpub setup --write` adds a workflow that does. `trustpub check` reports what stops {stuck}."
            ),
        };
        notes.push(format!("{not_yet}. {remedy}"));
        return notes;
    }
    if !token_workflows.is_empty() {
        notes.push(format!(
            "{token_workflows} also publishes with a token. npm accepts each version only once, so the second publish fails with E403: remove one of the two steps."
        ));
    }
    if let (Some(tool), Done::NewWorkflow(None)) = (setup.release_tool, &setup.done) {
        notes.push(format!(
            "The repository has `{tool}`, which makes releases itself, and the workflow publishes when a tag is pushed. Keep one of the two. To keep `{tool}`, run it in the publish job instead of the last step."
        ));
    }
    if registrations.iter().any(|found| found.repository.is_none()) {
        notes.push(
            "Could not determine the repository on github.com from git's remotes. Trusted publishing works only from github.com, not from a GitHub Enterprise Server."
                .to_owned(),
        );
    }
    if has_several(registrations) {
        notes.push(
            "A package that is listed more than once needs each of these trusted publishers: one for each workflow and environment that publishes it. npm accepts up to 10 for a package."
                .to_owned(),
        );
    }
    notes.push(
        "A package must exist before it can have a trusted publisher: publish its first version by hand. The command needs npm 11.15 or later, and asks for your second factor."
            .to_owned(),
    );
    if setup.is_written && setup.done == Done::Moved {
        notes.push(
            "Then commit the changes. After the first successful release, delete the secret with the token, and revoke the token on npm."
                .to_owned(),
        );
    }
    if setup.is_written
        && let Done::NewWorkflow(released_by) = &setup.done
    {
        let start = start(released_by.as_ref());
        notes.push(format!("Then commit the changes. {start}"));
    }
    if setup.errors > 0 {
        let problems = super::summary::count(setup.errors, "problem", "problems");
        notes.push(format!(
            "{problems} will still make publishing fail: run `trustpub check`."
        ));
    }
    notes
}

/// What starts a release.
fn start(released_by: Option<&ReleasedBy>) -> &'static str {
    match released_by {
        None => "A tag like `v1.2.3` starts a release: the workflow's first lines say how to create one.",
        // Source: the README of changesets/action, "Requirements".
        Some(ReleasedBy::Changesets { .. }) => {
            "After each push with changesets, the workflow opens or updates a pull request that raises the versions; merging it publishes. Allow this under Settings → Actions → General: \"Allow GitHub Actions to create and approve pull requests\"."
        }
        Some(ReleasedBy::SemanticRelease) => {
            "A push with a commit like `fix: …` or `feat: …` starts a release."
        }
    }
}

/// What to enter, as one JSON object.
pub(crate) fn json(registrations: &[Registration]) -> String {
    #[derive(Serialize)]
    struct SetupDocument<'r> {
        schema: u32,
        registrations: Vec<JsonRegistration<'r>>,
    }
    super::to_json(&SetupDocument {
        schema: 1,
        registrations: json_registrations(registrations),
    })
}

/// What to enter for a package, in JSON.
#[derive(Serialize)]
pub(crate) struct JsonRegistration<'r> {
    package: &'r str,
    repository: Option<String>,
    workflow: &'r str,
    environment: Option<&'r str>,
    action: &'static str,
    address: String,
    command: String,
}

pub(crate) fn json_registrations(registrations: &[Registration]) -> Vec<JsonRegistration<'_>> {
    let registrations = registrations.iter().map(|registration| JsonRegistration {
        package: &registration.package,
        repository: registration.repository.as_ref().map(ToString::to_string),
        workflow: &registration.workflow,
        environment: registration.environment.as_deref(),
        action: registration.action(),
        address: registration.address(),
        command: registration.command(),
    });
    registrations.collect()
}
