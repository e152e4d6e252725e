//! What the files cannot show, and people should look at before they merge.

use std::collections::BTreeSet;

use super::effects::effects;
use super::reason::{installs_here, line_of};
use super::steps::{StepKey, for_each};
use super::surroundings::{other_reader, variable_of_line};
use crate::checker::context::CheckContext;
use crate::checker::token_needs::token_needs;
use crate::fixes::installs::{PrivateDependencies, private_dependencies};
use crate::fixes::other_installs::installs_of_others;
use crate::model::job::{Job, Step};
use crate::model::permissions::PermissionsKind;
use crate::model::workflow::Workflow;
use crate::publish::Site;
use crate::text::FilePath;
use crate::workspace::Workspace;

/// What to look at, a sentence or two each.
pub(super) fn cautions(trial: &Workspace, before: &Workspace, moved: &BTreeSet<StepKey>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // The copy has been given the files that only the move asks for.
    let mut old = trial.copy_of(|_| true);
    for (path, file) in before.files() {
        old.set_file(path.clone(), file.text.clone());
    }
    old.check();
    for_each(&old, moved, |context, _, site| {
        found.extend(private_packages(context, trial, site));
        found.extend(kept_lines(context, trial, site));
        found.extend(narrowed(context, trial, site));
    });
    found.extend(effects(&old, trial, moved));
    let mut seen = BTreeSet::new();
    found.retain(|caution| seen.insert(caution.clone()));
    found
}

/// The steps and jobs that install packages and no longer have a token.
fn private_packages(context: &CheckContext<'_>, trial: &Workspace, site: &Site<'_>) -> Vec<String> {
    if private_dependencies(context.sources) != PrivateDependencies::Possible {
        return Vec::new();
    }
    let tokens = &site.credentials.tokens;
    let others = tokens.iter().flat_map(|token| {
        installs_of_others(context.sources, site, token)
            .into_iter()
            .map(move |job| (token, job))
    });
    let of_others = others.map(|(token, other)| {
        format!(
            "The job `{}` of `{}` installs packages and no longer gets the token that `{}` wrote. If one of them is private, give that \
             job a read-only token.",
            other.job, other.path, token.place.path
        )
    });
    let own = tokens.iter().filter_map(|token| {
        let step = installs_here(context, site, token)?;
        let path = &site.job.path;
        let place = match line_after(trial, site, step) {
            Some(line) => format!("in `{path}:{line}`"),
            None => format!("of `{path}`"),
        };
        Some(format!(
            "The step {place} installs packages and no longer gets `{}`. If one of them is private, give that step a read-only token.",
            token.name
        ))
    });
    own.chain(of_others).collect()
}

/// The line of a step after the move, from 1.
fn line_after(trial: &Workspace, site: &Site<'_>, step: &Step) -> Option<usize> {
    let text = |step: &Step| {
        let given = step.run.as_ref().map(|run| run.text.clone());
        given.or_else(|| step.uses.as_ref().map(|uses| uses.value.clone()))
    };
    let job = &site.job.job?.id.value;
    trial.with_sources(|sources| {
        let workflow = sources.workflow(&site.job.path)?;
        let job = workflow.jobs.iter().find(|other| other.id.value == *job)?;
        let mut steps = job.steps.iter();
        let step = steps.find(|other| text(other) == text(step))?;
        Some(line_of(sources.file(&site.job.path)?, step))
    })
}

/// The lines of an `.npmrc` that stay because something else uses their variable.
fn kept_lines(context: &CheckContext<'_>, trial: &Workspace, site: &Site<'_>) -> Vec<String> {
    let tokens = &site.credentials.tokens;
    let own: Vec<_> = tokens.iter().map(|token| token.place.clone()).collect();
    let cautions = tokens.iter().filter_map(|token| {
        let name = variable_of_line(context, token)?;
        let path = &token.place.path;
        let line = token.place.range.slice(&context.sources.file(path)?.text).trim();
        let is_kept = trial.file(path)?.text.lines().any(|kept| kept.trim() == line);
        let reader = other_reader(context.sources, name, &own).filter(|_| is_kept)?;
        Some(format!(
            "`{path}` keeps its line with `{name}`, because `{reader}` may use it. Remove the line once nothing does."
        ))
    });
    cautions.collect()
}

/// The jobs whose token gets a list of permissions and may have used others.
fn narrowed(context: &CheckContext<'_>, trial: &Workspace, site: &Site<'_>) -> Vec<String> {
    let callers = site.job.entry.callers.iter();
    let callers = callers.map(|calling| (&calling.path, calling.workflow, calling.job));
    let own = site.job.workflow.zip(site.job.job);
    let own = own.map(|(workflow, job)| (&site.job.path, workflow, job));
    let jobs = callers.chain(own);
    jobs.filter_map(|(path, workflow, job)| narrowed_job(context, trial, path, workflow, job))
        .collect()
}

fn narrowed_job(
    context: &CheckContext<'_>,
    trial: &Workspace,
    path: &FilePath,
    workflow: &Workflow,
    job: &Job,
) -> Option<String> {
    let block_of = |job: &'_ Job, workflow: &'_ Workflow| {
        let block = job.permissions.as_ref().or(workflow.permissions.as_ref());
        block.map(|block| block.kind.clone())
    };
    let before = block_of(job, workflow);
    if matches!(
        before,
        Some(PermissionsKind::Map(_) | PermissionsKind::WriteAll | PermissionsKind::Unknown)
    ) {
        return None;
    }
    let after = trial.with_sources(|sources| {
        let workflow = sources.workflow(path)?;
        let job = workflow
            .jobs
            .iter()
            .find(|other| other.id.value == job.id.value)?;
        block_of(job, workflow)
    })?;
    let PermissionsKind::Map(scopes) = after else {
        return None;
    };
    let scopes: Vec<String> = scopes
        .iter()
        .map(|scope| format!("`{}: {}`", scope.scope.value, scope.level.value))
        .collect();
    let needs = token_needs(context.sources, path, workflow, job);
    let name = &job.id.value;
    match before {
        Some(_) if needs.may_need_more => Some(format!(
            "The job `{name}` of `{path}` had `read-all`, which is written out now, because it does not include `id-token`. Add \
             `models: read` if a step uses GitHub Models."
        )),
        Some(_) => Some(format!(
            "The job `{name}` of `{path}` had `read-all`, and now has {} only. Add what its steps read beside that.",
            scopes.join(", ")
        )),
        None if needs.may_need_more => Some(format!(
            "The job `{name}` of `{path}` had the permissions that the repository gives by default, and now has {} only. Add what its \
             other steps need.",
            scopes.join(", ")
        )),
        None => None,
    }
}
