//! Fixes that grant permissions.

use crate::checker::prelude::*;
use crate::edit::Refused;
use crate::edit::yaml::{
    EntryPosition, Quoting, YamlSnippet, insert_entry, remove_entry, replace_value, set_scalar,
};
use crate::fixes::builder::{editable, entry_around, fix_of_file, node};
use crate::model::job::Job;
use crate::model::workflow::Workflow;
use crate::sources::File;
use crate::syntax::yaml::YamlNode;
use crate::text::FilePath;
use crate::text::TextEdit;

/// Actions that use the job's `GITHUB_TOKEN` for more than reading the repository.
const WRITING_ACTIONS: [&str; 8] = [
    "changesets/action",
    "softprops/action-gh-release",
    "googleapis/release-please-action",
    "google-github-actions/release-please-action",
    "peter-evans/create-pull-request",
    "ncipollo/release-action",
    "cycjimmy/semantic-release-action",
    "stefanzweifel/git-auto-commit-action",
];

/// Grants `id-token: write` to the job of a site.
pub(crate) fn grant_id_token(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    let (workflow, job) = (site.job.workflow?, site.job.job?);
    grant_to_job(context, &site.job.path, workflow, job)
}

/// Grants `id-token: write` to the calling job that does not pass it on.
pub(crate) fn grant_id_token_to_caller(context: &CheckContext<'_>, site: &Site<'_>) -> Option<Fix> {
    let place = &site.identity.id_token.place;
    let calling = site.job.entry.callers.iter().find(|calling| {
        let block = calling
            .job
            .permissions
            .as_ref()
            .or(calling.workflow.permissions.as_ref());
        calling.path == place.path
            && (calling.job.id.range == place.range || block.is_some_and(|block| block.key == place.range))
    })?;
    grant_to_job(context, &calling.path, calling.workflow, calling.job)
}

/// The edits that grant `id-token: write` to a job, for a fix that does more.
pub(crate) fn grant_edits(file: &File, workflow: &Workflow, job: &Job) -> Option<Vec<TextEdit>> {
    plan(file, workflow, job)?.edits.ok()
}

/// Whether a job may need more of its `GITHUB_TOKEN` than reading: then a new block could take something away.
pub(crate) fn may_write(job: &Job, text: &str) -> bool {
    let uses_writing_action = job
        .steps
        .iter()
        .filter_map(|step| step.uses.as_ref())
        .any(|uses| {
            WRITING_ACTIONS
                .iter()
                .any(|action| uses.value.to_ascii_lowercase().starts_with(action))
        });
    let job_text = job.range.slice(text);
    let speaks_of_token = [
        "GITHUB_TOKEN",
        "github.token",
        "GH_TOKEN",
        "git push",
        "gh release",
        "gh pr",
        "semantic-release",
        "lerna",
    ]
    .iter()
    .any(|word| job_text.contains(word));
    uses_writing_action || speaks_of_token
}

struct GrantPlan {
    title: String,
    applicability: Applicability,
    edits: Result<Vec<TextEdit>, Refused>,
}

fn grant_to_job(context: &CheckContext<'_>, path: &FilePath, workflow: &Workflow, job: &Job) -> Option<Fix> {
    let plan = plan(editable(context, path)?, workflow, job)?;
    fix_of_file(plan.title, plan.applicability, path, plan.edits)
}

fn plan(file: &File, workflow: &Workflow, job: &Job) -> Option<GrantPlan> {
    let title = format!("Grant `id-token: write` to the job `{}`", job.id.value);
    if let Some(block) = &job.permissions {
        let edits = grant_in_block(file, block);
        return Some(GrantPlan {
            title,
            applicability: Applicability::Safe,
            edits,
        });
    }
    match &workflow.permissions {
        // The only job of a workflow shares its block with nobody.
        Some(block) if workflow.jobs.len() == 1 => Some(GrantPlan {
            title,
            applicability: Applicability::Safe,
            edits: grant_in_block(file, block),
        }),
        Some(block) => {
            let mut scopes = scopes_of(block)?;
            scopes.retain(|(scope, _)| scope != "id-token");
            scopes.push(("id-token".to_owned(), "write".to_owned()));
            let edits = add_block(file, job, scopes);
            Some(GrantPlan {
                title,
                applicability: Applicability::Safe,
                edits,
            })
        }
        None => {
            let may_write = may_write(job, &file.text);
            let contents = if may_write { "write" } else { "read" };
            let scopes = vec![
                ("contents".to_owned(), contents.to_owned()),
                ("id-token".to_owned(), "write".to_owned()),
            ];
            let applicability = if may_write {
                Applicability::Unsafe
            } else {
                Applicability::Safe
            };
            Some(GrantPlan {
                title,
                applicability,
                edits: add_block(file, job, scopes),
            })
        }
    }
}

/// Moves `id-token: write` from the workflow's block to the jobs that need it.
pub(crate) fn narrow_id_token(
    context: &CheckContext<'_>,
    path: &FilePath,
    block: &Permissions,
    jobs: &[&Job],
) -> Option<Fix> {
    let file = editable(context, path)?;
    let scopes = scopes_of(block)?;
    let value = node(file, block.node)?;
    let mut edits = if scopes.len() == 1 {
        let (_, entry) = entry_around(value)?;
        replace_value(&file.text, entry, &YamlSnippet::Mapping(Vec::new())).ok()?
    } else {
        remove_entry(&file.text, value, "id-token").ok()?
    };
    for job in jobs {
        edits.extend(add_block(file, job, scopes.clone()).ok()?);
    }
    let names: Vec<String> = jobs.iter().map(|job| format!("`{}`", job.id.value)).collect();
    fix_of_file(
        format!("Grant `id-token: write` to {} only", names.join(" and ")),
        Applicability::Unsafe,
        path,
        Ok(edits),
    )
}

/// What a block grants, as a list that a job's own block may repeat.
fn scopes_of(block: &Permissions) -> Option<Vec<(String, String)>> {
    match &block.kind {
        PermissionsKind::Map(entries) => Some(
            entries
                .iter()
                .map(|entry| (entry.scope.value.clone(), entry.level.value.clone()))
                .collect(),
        ),
        PermissionsKind::ReadAll => Some(vec![("contents".to_owned(), "read".to_owned())]),
        PermissionsKind::WriteAll | PermissionsKind::Unknown => None,
    }
}

fn grant_in_block(file: &File, block: &Permissions) -> Result<Vec<TextEdit>, Refused> {
    const GONE: Refused = Refused("the block is not in the file");
    let value = node(file, block.node).ok_or(GONE)?;
    let text = &file.text;
    if let Some(entry) = value.entry("id-token") {
        return set_scalar(text, entry.value, "write", Quoting::Keep);
    }
    if let PermissionsKind::Map(entries) = &block.kind {
        // A misspelt scope is corrected in place.
        let misspelt = entries
            .iter()
            .find(|entry| crate::checker::prelude::is_misspelt_id_token(&entry.scope.value));
        if let Some(misspelt) = misspelt {
            let entry = value.entry(&misspelt.scope.value).ok_or(GONE)?;
            let mut edits = set_scalar(text, entry.key, "id-token", Quoting::Keep)?;
            if misspelt.level.value != "write" {
                edits.extend(set_scalar(text, entry.value, "write", Quoting::Keep)?);
            }
            return Ok(edits);
        }
        return insert_entry(text, value, "id-token", &scalar("write"), EntryPosition::Last);
    }
    let (_, entry) = entry_around(value).ok_or(GONE)?;
    let scopes = [("contents", "read"), ("id-token", "write")];
    let scopes = scopes.map(|(scope, level)| (scope.to_owned(), scalar(level)));
    replace_value(text, entry, &YamlSnippet::Mapping(scopes.to_vec()))
}

fn add_block(file: &File, job: &Job, scopes: Vec<(String, String)>) -> Result<Vec<TextEdit>, Refused> {
    let mapping = node(file, job.node).ok_or(Refused("the job is not in the file"))?;
    let block = YamlSnippet::Mapping(
        scopes
            .into_iter()
            .map(|(scope, level)| (scope, scalar(&level)))
            .collect(),
    );
    let before = ["runs-on", "uses", "steps"]
        .into_iter()
        .find(|key| mapping.entry(key).is_some());
    let position = before.map_or(EntryPosition::First, EntryPosition::Before);
    insert_entry(&file.text, mapping, "permissions", &block, position)
}

/// Grants `contents: read` in the block that left it out.
pub(crate) fn grant_contents(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    block: &Permissions,
) -> Option<Fix> {
    let path = &site.job.path;
    let file = editable(context, path)?;
    let value = node(file, block.node)?;
    let edits = match value.entry("contents") {
        Some(entry) => set_scalar(&file.text, entry.value, "read", Quoting::Keep),
        None => insert_entry(
            &file.text,
            value,
            "contents",
            &scalar("read"),
            EntryPosition::First,
        ),
    };
    fix_of_file("Grant `contents: read`", Applicability::Safe, path, edits)
}

fn scalar(text: &str) -> YamlSnippet {
    YamlSnippet::Scalar(text.to_owned())
}

/// A node of a YAML file by the range of a word in it.
pub(crate) fn node_of<'a>(file: &'a File, place: &Place) -> Option<YamlNode<'a>> {
    crate::syntax::yaml::node_at(file.yaml()?, place.range.start())
}
