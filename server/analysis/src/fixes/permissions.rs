//! Fixes that grant permissions.

use crate::checker::prelude::*;
use crate::checker::token_needs::{TokenNeeds, token_needs};
use crate::edit::Refused;
use crate::edit::yaml::{
    EntryPosition, Quoting, YamlSnippet, insert_entry, remove_entry, replace_value, set_scalar,
};
use crate::fixes::builder::{editable, entry_around, fix_of_file, listed, node};
use crate::model::job::Job;
use crate::model::token_scopes::{Level, SCOPES, TokenScopes};
use crate::model::workflow::Workflow;
use crate::publish::{CallingJob, PublishStop, StopCause};
use crate::sources::File;
use crate::syntax::yaml::YamlNode;
use crate::text::FilePath;
use crate::text::TextEdit;

const GONE: Refused = Refused("the block is not in the file");

/// Grants `id-token: write` to the job of a site.
pub(crate) fn grant_id_token(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    let (workflow, job) = (site.job.workflow?, site.job.job?);
    let fix = grant_to_job(context, &site.job.path, workflow, job)?;
    // A job that may not publish at all, or is meant to with a token, is granted nothing without asking.
    let is_choice = site.publishing_tool.is_guess || site.lacks_its_token();
    Some(if is_choice { fix.into_choice() } else { fix })
}

/// Grants `id-token: write` to the calling job that does not pass it on.
pub(crate) fn grant_id_token_to_caller(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    let calling = caller_without_id_token(site)?;
    let fix = grant_to_job(context, &calling.path, calling.workflow, calling.job)?;
    Some(if site.lacks_its_token() {
        fix.into_choice()
    } else {
        fix
    })
}

/// The calling job that does not pass on `id-token: write`: the one whose name or block the fact points to.
pub(crate) fn caller_without_id_token<'c, 'a>(site: &'c Site<'a>) -> Option<&'c CallingJob<'a>> {
    let place = &site.identity.id_token.place;
    site.job.entry.callers.iter().find(|calling| {
        let block = calling
            .job
            .permissions
            .as_ref()
            .or(calling.workflow.permissions.as_ref());
        calling.path == place.path
            && (calling.job.id.range == place.range || block.is_some_and(|block| block.key == place.range))
    })
}

/// Grants what the called jobs request to the job whose `permissions` make GitHub reject the run.
pub(crate) fn grant_to_refused(context: &CheckContext<'_>, stop: &PublishStop) -> Option<Fix> {
    let StopCause::RefusedCall(call) = &stop.cause else {
        return None;
    };
    // The caller of an inner job limits what that job may grant.
    let place = call.is_outermost.then_some(&call.granting_job.place)?;
    let workflow = context.sources.workflow(&place.path)?;
    let mut jobs = workflow.jobs.iter();
    let job = jobs.find(|job| job.id.range == place.range)?;
    let plan = plan(context, &place.path, workflow, job, &TokenScopes::default())?;
    fix_of_file(plan.title, plan.applicability, &place.path, plan.edits)
}

/// The edits that grant `id-token: write` to a job, for a fix that does more.
pub(crate) fn grant_edits(
    context: &CheckContext<'_>,
    path: &FilePath,
    workflow: &Workflow,
    job: &Job,
) -> Option<Vec<TextEdit>> {
    plan(context, path, workflow, job, &only_id_token())?.edits.ok()
}

struct GrantPlan {
    title: String,
    applicability: Applicability,
    edits: Result<Vec<TextEdit>, Refused>,
}

fn grant_to_job(context: &CheckContext<'_>, path: &FilePath, workflow: &Workflow, job: &Job) -> Option<Fix> {
    let plan = plan(context, path, workflow, job, &only_id_token())?;
    fix_of_file(plan.title, plan.applicability, path, plan.edits)
}

fn only_id_token() -> TokenScopes {
    let mut scopes = TokenScopes::default();
    scopes.raise("id-token", Level::Write);
    scopes
}

/// Grants these scopes to a job, and those that the jobs it calls request. A new block also grants what the job is
/// known to use, because it takes away everything else.
fn plan(
    context: &CheckContext<'_>,
    path: &FilePath,
    workflow: &Workflow,
    job: &Job,
    scopes: &TokenScopes,
) -> Option<GrantPlan> {
    let file = editable(context, path)?;
    // What a job with steps uses matters only where no block lists it.
    let is_listed = |block: &Permissions| matches!(block.kind, PermissionsKind::Map(_));
    let mut blocks = job.permissions.iter().chain(&workflow.permissions);
    let needs = match job.call.is_none() && blocks.next().is_some_and(is_listed) {
        true => TokenNeeds::default(),
        false => token_needs(context.sources, path, workflow, job),
    };
    // No list of scopes is as much as `write-all`.
    if needs.asks_for_all {
        return None;
    }
    let wanted = with(needs.asked.clone(), scopes);
    // The only job of a workflow shares its block with no other.
    let of_workflow = workflow.permissions.as_ref();
    let own = job.permissions.as_ref();
    let own = own.or(of_workflow.filter(|_| workflow.jobs.len() == 1));
    let (edits, applicability) = match (own.or(of_workflow), own.is_some()) {
        (Some(block), true) if matches!(block.kind, PermissionsKind::Map(_)) => {
            (raise_in_block(file, block, &wanted), Applicability::Safe)
        }
        (Some(block), is_own) => {
            let reads_all = matches!(block.kind, PermissionsKind::ReadAll);
            let scopes = match reads_all {
                true => readable(&needs, &wanted),
                false => with(TokenScopes::listed_by(block)?, &wanted),
            };
            let applicability = match reads_all && !needs.only_reads() {
                true => Applicability::Unsafe,
                false => Applicability::Safe,
            };
            let edits = match is_own {
                true => replace_block(file, block, &scopes),
                false => add_block(file, job, &scopes.in_order()),
            };
            (edits, applicability)
        }
        (None, _) => {
            let mut scopes = needs.used.clone();
            scopes.raise("contents", Level::Read);
            let applicability = match needs.only_reads() {
                true => Applicability::Safe,
                false => Applicability::Unsafe,
            };
            let scopes = with(scopes, &wanted);
            (add_block(file, job, &scopes.in_order()), applicability)
        }
    };
    Some(GrantPlan {
        title: grant_title(job, own.or(of_workflow), &needs, &wanted),
        applicability,
        edits,
    })
}

fn with(mut scopes: TokenScopes, others: &TokenScopes) -> TokenScopes {
    scopes.raise_all(others);
    scopes
}

/// What `read-all` gives a job that is known to read this, with what is wanted besides. Where it is not known what the job reads,
/// all of it is written out.
fn readable(needs: &TokenNeeds, wanted: &TokenScopes) -> TokenScopes {
    let mut scopes = TokenScopes::default();
    scopes.raise("contents", Level::Read);
    if needs.may_need_more {
        let all = SCOPES.iter().filter(|scope| **scope != "id-token");
        all.for_each(|scope| scopes.raise(scope, Level::Read));
    }
    for (scope, level) in needs.used.iter() {
        scopes.raise(scope, level.min(Level::Read));
    }
    with(scopes, wanted)
}

/// Names what is granted: the wanted scopes that the block does not grant yet, and the other write scopes of a new block.
fn grant_title(job: &Job, block: Option<&Permissions>, needs: &TokenNeeds, wanted: &TokenScopes) -> String {
    let granted = block.and_then(TokenScopes::listed_by).unwrap_or_default();
    let new = match block {
        Some(_) => wanted.clone(),
        None => with(needs.used.clone(), wanted),
    };
    let mut new = new.in_order();
    new.retain(|(scope, level)| granted.level(scope) < *level);
    if new.iter().any(|(_, level)| *level == Level::Write) {
        new.retain(|(_, level)| *level == Level::Write);
    }
    let names = new
        .iter()
        .map(|(scope, level)| format!("`{scope}: {}`", level.name()));
    let names: Vec<String> = names.collect();
    format!("Grant {} to the job `{}`", listed(&names), job.id.value)
}

/// Moves `id-token: write` from the workflow's block to the jobs that need it.
pub(crate) fn narrow_id_token(
    context: &CheckContext<'_>,
    path: &FilePath,
    block: &Permissions,
    jobs: &[&Job],
) -> Option<Fix> {
    let file = editable(context, path)?;
    let scopes: Vec<(String, Level)> = TokenScopes::listed_by(block)?
        .iter()
        .map(|(scope, level)| (scope.to_owned(), level))
        .collect();
    let value = node(file, block.node)?;
    let mut edits = if scopes.len() == 1 {
        let (_, entry) = entry_around(value)?;
        replace_value(&file.text, entry, &YamlSnippet::Mapping(Vec::new())).ok()?
    } else {
        remove_entry(&file.text, value, "id-token").ok()?
    };
    for job in jobs {
        edits.extend(add_block(file, job, &scopes).ok()?);
    }
    let names: Vec<String> = jobs.iter().map(|job| format!("`{}`", job.id.value)).collect();
    fix_of_file(
        format!("Grant `id-token: write` only to {}", names.join(" and ")),
        Applicability::Unsafe,
        path,
        Ok(edits),
    )
}

/// Grants at least these scopes in a block that lists its scopes.
fn raise_in_block(file: &File, block: &Permissions, wanted: &TokenScopes) -> Result<Vec<TextEdit>, Refused> {
    let value = node(file, block.node).ok_or(GONE)?;
    let missing: Vec<(&str, Level)> = wanted
        .iter()
        .filter(|(scope, level)| {
            let entry = block.scope(scope);
            let granted = entry.and_then(|entry| Level::parse(&entry.level.value));
            granted.is_none_or(|granted| granted < *level)
        })
        .collect();
    if block.is_empty() && missing.len() > 1 {
        return replace_block(file, block, wanted);
    }
    let mut edits = Vec::new();
    for (scope, level) in missing {
        edits.extend(raise_scope(file, block, value, scope, level)?);
    }
    Ok(edits)
}

fn raise_scope(
    file: &File,
    block: &Permissions,
    value: YamlNode<'_>,
    scope: &str,
    level: Level,
) -> Result<Vec<TextEdit>, Refused> {
    let text = &file.text;
    if let Some(entry) = value.entry(scope) {
        return set_scalar(text, entry.value, level.name(), Quoting::Keep);
    }
    if let (PermissionsKind::Map(entries), "id-token") = (&block.kind, scope) {
        // A misspelt scope is corrected in place.
        let misspelt = entries
            .iter()
            .find(|entry| is_misspelt_id_token(&entry.scope.value));
        if let Some(misspelt) = misspelt {
            let entry = value.entry(&misspelt.scope.value).ok_or(GONE)?;
            let mut edits = set_scalar(text, entry.key, "id-token", Quoting::Keep)?;
            if misspelt.level.value != "write" {
                edits.extend(set_scalar(text, entry.value, "write", Quoting::Keep)?);
            }
            return Ok(edits);
        }
    }
    insert_entry(text, value, scope, &scalar(level.name()), EntryPosition::Last)
}

/// Writes a list of scopes in the place of a block's value.
fn replace_block(file: &File, block: &Permissions, scopes: &TokenScopes) -> Result<Vec<TextEdit>, Refused> {
    let value = node(file, block.node).ok_or(GONE)?;
    let (_, entry) = entry_around(value).ok_or(GONE)?;
    replace_value(&file.text, entry, &snippet(&scopes.in_order()))
}

fn add_block(file: &File, job: &Job, scopes: &[(String, Level)]) -> Result<Vec<TextEdit>, Refused> {
    let mapping = node(file, job.node).ok_or(Refused("the job is not in the file"))?;
    let before = ["runs-on", "uses", "steps"]
        .into_iter()
        .find(|key| mapping.entry(key).is_some());
    let position = before.map_or(EntryPosition::First, EntryPosition::Before);
    insert_entry(&file.text, mapping, "permissions", &snippet(scopes), position)
}

fn snippet(scopes: &[(String, Level)]) -> YamlSnippet {
    let entries = scopes.iter();
    YamlSnippet::Mapping(
        entries
            .map(|(scope, level)| (scope.clone(), scalar(level.name())))
            .collect(),
    )
}

/// Grants `contents: read` in the block that left it out.
pub(crate) fn grant_contents_read(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    block: &Permissions,
) -> Option<Fix> {
    grant_contents(context, site, block, Level::Read)
}

/// Grants `contents: write` in the block of a site's job that lists its scopes.
pub(crate) fn grant_contents_write(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    let own = site.job.job.and_then(|job| job.permissions.as_ref());
    let block = own.or_else(|| site.job.workflow?.permissions.as_ref())?;
    let is_list = matches!(block.kind, PermissionsKind::Map(_));
    is_list.then(|| grant_contents(context, site, block, Level::Write))?
}

fn grant_contents(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    block: &Permissions,
    level: Level,
) -> Option<Fix> {
    let path = &site.job.path;
    let file = editable(context, path)?;
    let value = node(file, block.node)?;
    let name = level.name();
    let edits = match value.entry("contents") {
        Some(entry) => set_scalar(&file.text, entry.value, name, Quoting::Keep),
        None => insert_entry(&file.text, value, "contents", &scalar(name), EntryPosition::First),
    };
    let applicability = match level {
        Level::Write => Applicability::Unsafe,
        Level::Read | Level::None => Applicability::Safe,
    };
    fix_of_file(format!("Grant `contents: {name}`"), applicability, path, edits)
}

fn scalar(text: &str) -> YamlSnippet {
    YamlSnippet::Scalar(text.to_owned())
}

/// A node of a YAML file by the range of a word in it.
pub(crate) fn node_of<'a>(file: &'a File, place: &Place) -> Option<YamlNode<'a>> {
    crate::syntax::yaml::node_at(file.yaml()?, place.range.start())
}

#[cfg(test)]
mod tests;
