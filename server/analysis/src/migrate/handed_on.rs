//! Tokens that callers hand on to workflows and actions of the repository that no longer use them.
//!
//! A secret that a called workflow requires would make GitHub refuse the call once it is deleted.
//! Source: "Secret … is required, but not provided while calling" is an error of the run.
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_callsecretssecret_idrequired>

use super::carrier::{EVERY_FIX, carrier};
use crate::diagnostic::FileEdits;
use crate::fix_all::apply_fixes;
use crate::fixes::handed_on::{declaration_edits, handed_on_edits, input_declaration_edits};
use crate::model::workflow::SecretDeclaration;
use crate::sources::{Content, File};
use crate::text::{FilePath, TextEdit};
use crate::versions::action_reference::{local_folder, local_path};
use crate::workspace::Workspace;

/// Removes what nothing uses any more: one after the other, since a workflow may hand on what it was handed.
pub(super) fn clean(before: &Workspace, trial: &mut Workspace, analyse: &mut impl FnMut(&mut Workspace)) {
    apply_fixes(trial, EVERY_FIX, |trial| {
        analyse(trial);
        let unused = unused(before, trial).into_iter();
        unused.filter_map(carrier).collect()
    });
    analyse(trial);
}

fn unused(before: &Workspace, trial: &Workspace) -> Vec<Vec<FileEdits>> {
    let mut found = Vec::new();
    for (path, file) in trial.files() {
        let Some(old) = before.file(path) else { continue };
        match file.content() {
            Content::Workflow { model, .. } => {
                let secrets = model.call_secrets.iter().filter(|declared| {
                    let name = &declared.name.value;
                    uses(&old.text, "secrets", name) && !uses(&file.text, "secrets", name)
                });
                found.extend(secrets.filter_map(|declared| of_secret(trial, path, file, declared)));
            }
            Content::Action { model, .. } => {
                let inputs = model.inputs.iter().filter(|declared| {
                    uses(&old.text, "inputs", &declared.name) && !uses(&file.text, "inputs", &declared.name)
                });
                found.extend(inputs.filter_map(|declared| of_input(trial, path, file, &declared.name)));
            }
            _ => {}
        }
    }
    found
}

/// The calls no longer pass the secret. An optional one stays declared, as other repositories may pass it.
fn of_secret(
    trial: &Workspace,
    path: &FilePath,
    file: &File,
    declared: &SecretDeclaration,
) -> Option<Vec<FileEdits>> {
    let mut all = Vec::new();
    let mut has_caller = false;
    for (calling, caller) in trial.files() {
        let Content::Workflow { model, .. } = caller.content() else {
            continue;
        };
        for call in model.jobs.iter().filter_map(|job| job.call.as_ref()) {
            if local_path(&call.uses.value).as_ref() != Some(path) {
                continue;
            }
            has_caller = true;
            let passed = call
                .secrets
                .iter()
                .find(|secret| secret.name.value.eq_ignore_ascii_case(&declared.name.value));
            if let Some(passed) = passed {
                add(&mut all, calling, handed_on_edits(caller, passed)?);
            }
        }
    }
    if declared.is_required && has_caller {
        add(&mut all, path, declaration_edits(file, declared)?);
    }
    (!all.is_empty()).then_some(all)
}

fn of_input(trial: &Workspace, path: &FilePath, file: &File, name: &str) -> Option<Vec<FileEdits>> {
    let mut all = Vec::new();
    for (using, user) in trial.files() {
        let steps = match user.content() {
            Content::Workflow { model, .. } => model.jobs.iter().flat_map(|job| &job.steps).collect(),
            Content::Action { model, .. } => model.steps.iter().collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        for step in steps {
            let folder = step.uses.as_ref().and_then(|uses| local_folder(&uses.value));
            if folder.as_ref() != Some(&path.folder()) {
                continue;
            }
            let given = step
                .with
                .iter()
                .find(|given| given.name.value.eq_ignore_ascii_case(name));
            if let Some(given) = given {
                add(&mut all, using, handed_on_edits(user, given)?);
            }
        }
    }
    // Nobody in the repository gives it, so others may.
    if all.is_empty() {
        return None;
    }
    add(&mut all, path, input_declaration_edits(file, name)?);
    Some(all)
}

fn add(all: &mut Vec<FileEdits>, path: &FilePath, edits: Vec<TextEdit>) {
    match all.iter_mut().find(|known| known.path == *path) {
        Some(known) => known.edits.extend(edits),
        None => all.push(FileEdits {
            path: path.clone(),
            edits,
        }),
    }
}

/// Whether a text uses a member of a context, or the context in a way that names no member.
fn uses(text: &str, context: &str, name: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    let named = format!("{context}.{name}");
    let is_named = text.match_indices(&named).any(|(at, _)| {
        let rest = text.get(at + named.len()..).unwrap_or_default();
        !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    });
    is_named
        || [
            format!("{context}["),
            format!("tojson({context}"),
            format!("{context}: inherit"),
        ]
        .iter()
        .any(|sign| text.contains(sign))
}
