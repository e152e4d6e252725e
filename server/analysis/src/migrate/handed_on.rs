//! Tokens that callers hand on to workflows and actions of the repository that no longer use them.
//!
//! A secret that a called workflow requires would make GitHub refuse the call once it is deleted.
//! Source: "Secret … is required, but not provided while calling" is an error of the run.
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_callsecretssecret_idrequired>

use super::carrier::{EVERY_FIX, carrier};
use crate::checker::mentions::reads_variable;
use crate::diagnostic::FileEdits;
use crate::fix_all::apply_fixes;
use crate::fixes::handed_on::{Declared, handed_on_edits, input_declaration_edits, optional_edits};
use crate::model::job::Call;
use crate::model::read::Variable;
use crate::model::workflow::SecretDeclaration;
use crate::publish::is_npm_token_variable;
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
        let is_unused =
            |context: &str, name: &str| uses(&old.text, context, name) && !uses(&file.text, context, name);
        match file.content() {
            Content::Workflow { model, .. } => {
                let secrets = model.call_secrets.iter();
                let secrets = secrets.filter(|declared| is_unused("secrets", &declared.name.value));
                found.extend(secrets.filter_map(|declared| of_secret(trial, path, file, declared)));
                let inputs = model.call_inputs.iter();
                let inputs = inputs.filter(|declared| is_unused("inputs", &declared.name));
                found.extend(inputs.filter_map(|declared| of_call_input(trial, path, file, &declared.name)));
            }
            Content::Action { model, .. } => {
                let inputs = model.inputs.iter();
                let inputs = inputs.filter(|declared| is_unused("inputs", &declared.name));
                found.extend(inputs.filter_map(|declared| of_input(trial, path, file, &declared.name)));
            }
            _ => {}
        }
        found.extend(unread_variables(trial, path, old, file));
    }
    found
}

/// The variables with a secret, or with another variable, that something read before, and that nothing reads any more.
fn unread_variables(trial: &Workspace, path: &FilePath, old: &File, file: &File) -> Vec<Vec<FileEdits>> {
    let is_unread = |variable: &&Variable| {
        let name = &variable.name.value;
        let is_read_by_tool = is_npm_token_variable(name);
        let value = &variable.value.value;
        // `NPM: ${{ env.TOKEN }}` hands on another variable.
        (value.contains("secrets.") || value.contains("env."))
            && !is_read_by_tool
            && reads_variable(old, name)
            && !reads_variable(file, name)
            && !trial.files().any(|(_, other)| reads_variable(other, name))
    };
    let variables = file.env_variables().filter(is_unread);
    let edits = variables.filter_map(|variable| {
        let edits = handed_on_edits(file, variable)?;
        let path = path.clone();
        Some(vec![FileEdits { path, edits }])
    });
    edits.collect()
}

/// The calls no longer pass the secret. It stays declared, as other repositories may pass it, but no call must pass it.
fn of_secret(
    trial: &Workspace,
    path: &FilePath,
    file: &File,
    declared: &SecretDeclaration,
) -> Option<Vec<FileEdits>> {
    let (mut all, has_caller) = no_longer_passed(trial, path, &declared.name.value, |call| &call.secrets)?;
    if has_caller && let Some(edits) = optional_edits(file, Declared::Secret, &declared.name.value) {
        add(&mut all, path, edits);
    }
    (!all.is_empty()).then_some(all)
}

/// The same for an input of a called workflow.
fn of_call_input(trial: &Workspace, path: &FilePath, file: &File, name: &str) -> Option<Vec<FileEdits>> {
    let (mut all, has_caller) = no_longer_passed(trial, path, name, |call| &call.with)?;
    if has_caller && let Some(edits) = optional_edits(file, Declared::CallInput, name) {
        add(&mut all, path, edits);
    }
    (!all.is_empty()).then_some(all)
}

/// The edits of the calls that pass something, and whether a job of the repository calls at all.
fn no_longer_passed(
    trial: &Workspace,
    path: &FilePath,
    name: &str,
    list: impl Fn(&Call) -> &Vec<Variable>,
) -> Option<(Vec<FileEdits>, bool)> {
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
            let mut passed = list(call).iter();
            if let Some(passed) = passed.find(|passed| passed.name.value.eq_ignore_ascii_case(name)) {
                add(&mut all, calling, handed_on_edits(caller, passed)?);
            }
        }
    }
    Some((all, has_caller))
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
    // No caller in the repository passes it, so callers elsewhere may.
    if all.is_empty() {
        return None;
    }
    // An action at the root is made for other repositories.
    let edits = match path.folder().is_root() {
        true => optional_edits(file, Declared::ActionInput, name).unwrap_or_default(),
        false => input_declaration_edits(file, name)?,
    };
    add(&mut all, path, edits);
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
pub(super) fn uses(text: &str, context: &str, name: &str) -> bool {
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
