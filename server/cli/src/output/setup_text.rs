//! What to enter on npm, for people, for editors and for programs.

use std::fmt::Write;

use anstream::adapter::strip_str;
use serde::Serialize;
use trustpub_analysis::setup::Registration;

use super::printable;

const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";

/// A block for each package. `errors` is how many findings of the analysis will make a publish fail.
pub(crate) fn text(registrations: &[Registration], errors: usize, has_color: bool) -> String {
    let mut text = String::new();
    for registration in registrations {
        // Writing to memory cannot fail.
        let _ = writeln!(
            text,
            "{BOLD}{}{RESET}  {}",
            printable(&registration.package),
            registration.address()
        );
        for (label, value) in fields(registration) {
            let _ = writeln!(text, "  {label:<16}{}", printable(&value));
        }
        let _ = writeln!(text, "  {:<16}{}\n", "or run", printable(&registration.command()));
    }
    for note in notes(registrations, errors) {
        let _ = writeln!(text, "{note}");
    }
    if has_color {
        text
    } else {
        strip_str(&text).to_string()
    }
}

/// The same as a Markdown document.
pub(crate) fn markdown(registrations: &[Registration], errors: usize) -> String {
    let mut text = "# What to enter on npm\n".to_owned();
    for registration in registrations {
        let address = registration.address();
        let _ = write!(
            text,
            "\n## {}\n\n<{address}>\n\n| Field | Value |\n| --- | --- |\n",
            printable(&registration.package)
        );
        for (label, value) in fields(registration) {
            let _ = writeln!(text, "| {label} | {} |", printable(&value).replace('|', "\\|"));
        }
        let _ = write!(
            text,
            "\nOr, with npm 11.15 or newer:\n\n```sh\n{}\n```\n",
            printable(&registration.command())
        );
    }
    for note in notes(registrations, errors) {
        let _ = write!(text, "\n{note}\n");
    }
    text
}

/// The labels are those of npm's form.
fn fields(registration: &Registration) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    match &registration.repository {
        Some(slug) => {
            fields.push(("owner", slug.owner.clone()));
            fields.push(("repository", slug.name.clone()));
        }
        None => fields.push((
            "repository",
            "not known: name it with --repository OWNER/NAME".to_owned(),
        )),
    }
    fields.push(("workflow", registration.workflow.clone()));
    let environment = registration.environment.clone();
    fields.push((
        "environment",
        environment.unwrap_or_else(|| "leave it empty".to_owned()),
    ));
    fields.push(("allowed action", registration.action.command().to_owned()));
    fields
}

fn notes(registrations: &[Registration], errors: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if registrations.is_empty() {
        notes.push(
            "No workflow publishes by trusted publishing yet. `trustpub setup --write` writes one; `trustpub check` says \
             what keeps those from it that are there."
                .to_owned(),
        );
        return notes;
    }
    let is_ambiguous = registrations
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.package == b.package));
    if is_ambiguous {
        notes.push(
            "Several workflows publish the same package, and npm takes one trusted publisher for each package: publish from \
             one workflow, or from a reusable one that one workflow calls."
                .to_owned(),
        );
    }
    notes.push(
        "A package must be there before it can have a trusted publisher: publish the first version by hand. The command \
         needs npm 11.15 or newer, and asks for your second factor."
            .to_owned(),
    );
    if errors > 0 {
        let problems = super::summary::count(errors, "problem", "problems");
        notes.push(format!(
            "{problems} will make a publish fail all the same: run `trustpub check`."
        ));
    }
    notes
}

/// What to enter, as one JSON object.
pub(crate) fn json(registrations: &[Registration]) -> String {
    #[derive(Serialize)]
    struct Document<'r> {
        schema: u32,
        registrations: Vec<JsonRegistration<'r>>,
    }
    #[derive(Serialize)]
    struct JsonRegistration<'r> {
        package: &'r str,
        repository: Option<String>,
        workflow: &'r str,
        environment: Option<&'r str>,
        action: &'static str,
        address: String,
        command: String,
    }
    let registrations = registrations.iter().map(|registration| JsonRegistration {
        package: &registration.package,
        repository: registration.repository.as_ref().map(ToString::to_string),
        workflow: &registration.workflow,
        environment: registration.environment.as_deref(),
        action: registration.action.name(),
        address: registration.address(),
        command: registration.command(),
    });
    super::to_json(&Document {
        schema: 1,
        registrations: registrations.collect(),
    })
}
