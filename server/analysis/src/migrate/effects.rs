//! What a move changes for others: jobs that share a permission or a variable, callers in other repositories, comments.

use std::collections::BTreeSet;

use super::handed_on::uses;
use super::steps::{StepKey, for_each};
use crate::checker::mentions::words;
use crate::checker::variable_users::job_uses;
use crate::model::job::Job;
use crate::model::permissions::Grant;
use crate::model::workflow::Workflow;
use crate::publish::Site;
use crate::sources::{Content, File};
use crate::text::{FilePath, FolderPath};
use crate::versions::action_reference::local_folder;
use crate::workspace::Workspace;

/// What others notice, a sentence or two each. `old` are the files before the move, `trial` those after it.
pub(super) fn effects(old: &Workspace, trial: &Workspace, moved: &BTreeSet<StepKey>) -> Vec<String> {
    let mut own: BTreeSet<(FilePath, String)> = BTreeSet::new();
    for_each(old, moved, |_, _, site| {
        own.extend(
            site.job
                .job
                .map(|job| (site.job.path.clone(), job.id.value.clone())),
        );
    });
    let mut found = Vec::new();
    for_each(old, moved, |_, _, site| {
        found.extend(also_with_id_token(trial, site, &own));
        found.extend(callers_elsewhere(site));
    });
    for (path, file) in trial.files() {
        let Some(before) = old.file(path).filter(|before| before.text != file.text) else {
            continue;
        };
        found.extend(still_declared(path, before, file));
        found.extend(still_asked(path, before, file));
        found.extend(shared_variables(trial, path, (before, file), &own));
        found.extend(stale_comments(path, before, file));
    }
    let mut unused = used_actions(old);
    unused.retain(|folder| !folder.is_root() && !used_actions(trial).contains(folder));
    found.extend(unused.iter().map(|folder| {
        format!("Nothing uses the action `{folder}` any more. Delete it, unless other repositories use it.")
    }));
    found
}

/// The folders of the actions of the repository that a step uses.
fn used_actions(workspace: &Workspace) -> BTreeSet<FolderPath> {
    let files = workspace.files();
    let steps = files.flat_map(|(_, file)| match file.content() {
        Content::Workflow { model, .. } => model.jobs.iter().flat_map(|job| &job.steps).collect(),
        Content::Action { model, .. } => model.steps.iter().collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    let uses = steps.filter_map(|step| step.uses.as_ref());
    uses.filter_map(|uses| local_folder(&uses.value)).collect()
}

/// The other jobs of a called workflow that get the ID token with the call.
/// Source: <https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#supported-keywords-for-jobs-that-call-a-reusable-workflow>
fn also_with_id_token(trial: &Workspace, site: &Site<'_>, own: &BTreeSet<(FilePath, String)>) -> Vec<String> {
    let is_granted_now = |calling: &Workflow, job: &Job, path: &FilePath| {
        let grants = |workflow: &Workflow, job: &Job| {
            let block = job.permissions.as_ref().or(workflow.permissions.as_ref());
            block.is_some_and(|block| block.grants_id_token() == Grant::Yes)
        };
        let after = trial.with_sources(|sources| {
            let workflow = sources.workflow(path)?;
            let mut jobs = workflow.jobs.iter();
            let job = jobs.find(|other| other.id.value == job.id.value)?;
            Some(grants(workflow, job))
        });
        !grants(calling, job) && after == Some(true)
    };
    let mut callers = site.job.entry.callers.iter();
    let is_new = callers.any(|calling| is_granted_now(calling.workflow, calling.job, &calling.path));
    let Some(workflow) = site
        .job
        .workflow
        .filter(|workflow| is_new && workflow.permissions.is_none())
    else {
        return Vec::new();
    };
    let path = &site.job.path;
    let others = workflow
        .jobs
        .iter()
        .filter(|job| job.permissions.is_none() && !own.contains(&(path.clone(), job.id.value.clone())));
    others
        .map(|job| {
            format!(
                "The job `{}` of `{path}` can request an ID token too, because it has the permissions of the calling job. Give it \
                 `permissions` of its own.",
                job.id.value
            )
        })
        .collect()
}

/// The workflow or the root action that other repositories may use, and that no longer publishes with their token.
fn callers_elsewhere(site: &Site<'_>) -> Option<String> {
    let is_root_action = site.step.is_composite && site.step.path.folder().is_root();
    let path = match is_root_action {
        true => &site.step.path,
        false => Some(&site.job.path).filter(|_| !site.job.entry.callers.is_empty())?,
    };
    Some(format!(
        "If other repositories use `{path}`, it no longer publishes with the token that they pass: each of them needs `id-token: write`, \
         and a trusted publisher that names its own workflow."
    ))
}

/// What stays declared for such callers.
fn still_declared(path: &FilePath, before: &File, after: &File) -> Vec<String> {
    let names: Vec<(&str, &str)> = match after.content() {
        Content::Workflow { model, .. } => {
            let secrets = model.call_secrets.iter();
            let secrets = secrets.map(|declared| ("secrets", declared.name.value.as_str()));
            let inputs = model.call_inputs.iter();
            secrets
                .chain(inputs.map(|declared| ("inputs", declared.name.as_str())))
                .collect()
        }
        Content::Action { model, .. } => {
            let inputs = model.inputs.iter();
            inputs
                .map(|declared| ("inputs", declared.name.as_str()))
                .collect()
        }
        _ => Vec::new(),
    };
    let is_unused = |(context, name): &(&str, &str)| {
        uses(&before.text, context, name) && !uses(&after.text, context, name)
    };
    let unused = names.into_iter().filter(is_unused);
    unused
        .map(|(_, name)| {
            format!(
                "`{path}` still declares `{name}`, which nothing uses any more, because callers in other repositories may pass it. Remove \
                 it if there are none."
            )
        })
        .collect()
}

/// What people who start the workflow by hand are still asked for.
fn still_asked(path: &FilePath, before: &File, after: &File) -> Vec<String> {
    let Content::Workflow { model, .. } = after.content() else {
        return Vec::new();
    };
    let names = model.dispatch_inputs.iter().map(|input| input.name.as_str());
    let unused = names.filter(|name| {
        let is_of_call = model.call_inputs.iter().any(|input| input.name == **name);
        !is_of_call && uses(&before.text, "inputs", name) && !uses(&after.text, "inputs", name)
    });
    unused
        .map(|name| {
            format!("`{path}` still asks for the input `{name}` when it is started by hand, and nothing uses it any more. Remove it.")
        })
        .collect()
}

/// The variables of a whole workflow that are gone or have another value, and that other jobs use too.
fn shared_variables(
    trial: &Workspace,
    path: &FilePath,
    (before, after): (&File, &File),
    own: &BTreeSet<(FilePath, String)>,
) -> Vec<String> {
    let (Content::Workflow { model: old, .. }, Content::Workflow { model: new, .. }) =
        (before.content(), after.content())
    else {
        return Vec::new();
    };
    let users = |name: &str| -> Vec<String> {
        trial.with_sources(|sources| {
            let users = new.jobs.iter().filter(|job| {
                let is_own = own.contains(&(path.clone(), job.id.value.clone()));
                !is_own && job_uses(sources, job, job.range.slice(&after.text), name)
            });
            users.map(|job| format!("`{}`", job.id.value)).collect()
        })
    };
    let changed = old.env.iter().filter_map(|variable| {
        let name = variable.name.value.as_str();
        let now = new.env.iter().find(|now| now.name.value == name);
        let is_same = now.is_some_and(|now| now.value.value == variable.value.value);
        let users = if is_same { Vec::new() } else { users(name) };
        if users.is_empty() {
            return None;
        }
        let users = users.join(", ");
        Some(match now {
            Some(now) => format!(
                "`{name}` of `{path}` is now `{}` for {users} too.",
                now.value.value
            ),
            None => format!(
                "`{name}` of `{path}` is gone for {users} too. Set it there if something still needs it."
            ),
        })
    });
    changed.collect()
}

/// The lines above variables that come later now, as those do that only some steps get.
fn lines_above_moved_variables<'t>(before: &'t File, after: &File) -> Vec<&'t str> {
    let is_below = |text: &str, line: &str, name: &str| {
        let pairs = text.lines().zip(text.lines().skip(1));
        let mut below = pairs.filter(|(above, _)| above.trim() == line.trim());
        below.any(|(_, below)| words(below, name).next().is_some())
    };
    let above = before.env_variables().filter_map(|variable| {
        let line = before.line_index.line_of(variable.range().start());
        let line = before.text.lines().nth(line.checked_sub(1)?)?;
        (!is_below(&after.text, line, &variable.name.value)).then_some(line)
    });
    above.collect()
}

/// The lines above the steps with a token that are gone.
fn lines_above_removed_steps<'t>(before: &'t str, after: &str) -> Vec<&'t str> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let count = |text: &str, step: &str| text.lines().filter(|line| line.trim() == step).count();
    let lines: Vec<&str> = before.lines().collect();
    let has_token = |at: usize| {
        let of_step = lines.iter().skip(at);
        let first = of_step.clone().next().map_or(0, |line| indent(line));
        let rest = of_step.clone().skip(1);
        let rest = rest.take_while(|line| line.trim().is_empty() || indent(line) > first);
        let mut all = of_step.take(1).chain(rest);
        all.any(|line| line.to_ascii_lowercase().contains("token"))
    };
    let starts = lines.iter().enumerate().filter(|(at, line)| {
        let step = line.trim();
        step.starts_with("- ") && count(after, step) < count(before, step) && has_token(*at)
    });
    starts
        .filter_map(|(at, _)| lines.get(at.checked_sub(1)?).copied())
        .collect()
}

/// The comments above a removed variable or step, and those that name a variable.
fn stale_comments(path: &FilePath, before: &File, after: &File) -> Vec<String> {
    let is_comment = |line: &&str| line.trim_start().starts_with('#');
    let is_named = |text: &str, name: &str| {
        let mut lines = text.lines().filter(|line| !is_comment(line));
        lines.any(|line| words(line, name).next().is_some())
    };
    let gone = before
        .env_variables()
        .filter(|variable| !is_named(&after.text, &variable.name.value));
    let gone: Vec<_> = gone.collect();
    let above: BTreeSet<&str> = gone
        .iter()
        .filter_map(|variable| {
            let line = before.line_index.line_of(variable.range().start());
            before.text.lines().nth(line.checked_sub(1)?)
        })
        .chain(lines_above_moved_variables(before, after))
        .chain(lines_above_removed_steps(&before.text, &after.text))
        .filter(is_comment)
        .map(str::trim)
        .collect();
    let is_about = |line: &str| {
        let mut names = gone.iter();
        above.contains(line.trim())
            || names.any(|variable| words(line, &variable.name.value).next().is_some())
    };
    let lines = after.text.lines().enumerate();
    let stale = lines.filter(|(_, line)| is_comment(line) && is_about(line));
    stale
        .map(|(at, _)| {
            format!(
                "The comment in `{path}:{}` may be about a token that is gone. Correct it or remove it.",
                at + 1
            )
        })
        .collect()
}
