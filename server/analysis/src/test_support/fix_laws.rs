//! What every fix promises about what happens at run time: no publish step ends worse than before, and no job loses a
//! permission that it needs.

use super::repository::TestRepository;
use crate::checker::prelude::is_misspelt_id_token;
use crate::checker::token_needs::{TokenNeeds, token_needs};
use crate::diagnostic::{Applicability, Fix, FixedBy};
use crate::fix_all::{FixChoice, apply_fixes};
use crate::knowledge::node_releases::bundled_npm;
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::model::job::Job;
use crate::model::permissions::{Permissions, PermissionsKind};
use crate::model::token_scopes::{Level, TokenScopes};
use crate::model::workflow::Workflow;
use crate::publish::{EvidenceFact, Exchange, IdToken, Outcome, SiteReport, Verdict, tools};
use crate::sources::Sources;
use crate::text::FilePath;
use crate::versions::version::parse_version;
use crate::workspace::Workspace;

/// Compares a repository with what a fix made of it. Returns what the fix made worse.
pub(crate) fn broken_laws(before: &TestRepository, after: &TestRepository, fix: &Fix) -> Vec<String> {
    let (old, new) = (before.workspace(), after.workspace());
    let mut broken = worse_outcomes(&old, &new);
    for path in fix.edits.iter().map(|edits| &edits.path) {
        broken.extend(
            old.with_sources(|old| {
                new.with_sources(|new| lost_permissions(old, new, path, fix.applicability))
            }),
        );
    }
    broken
}

/// Runs `trustpub fix` on a repository, with `--unsafe` or without. Returns what it promises and does not keep: it comes to an
/// end, applies all that it announces, and makes no outcome worse.
pub fn run_of_fix(repository: &TestRepository, allow_unsafe: bool) -> Vec<String> {
    let old = repository.workspace();
    let mut workspace = repository.workspace();
    let choice = FixChoice {
        allow_unsafe,
        rules: &[],
        only: &[],
    };
    let fixed = apply_fixes(&mut workspace, choice, |workspace| {
        workspace.check();
        repository.offer_wanted(workspace);
        workspace.all_diagnostics().cloned().collect()
    });
    if !fixed.unsettled.is_empty() {
        return vec![format!("the fixes undo each other in {:?}", fixed.unsettled)];
    }
    let mut broken = worse_outcomes(&old, &workspace);
    for diagnostic in workspace.all_diagnostics() {
        let ways = diagnostic.ways_to_fix();
        let is_announced = ways
            .iter()
            .any(|(_, by)| *by == FixedBy::Fix || (allow_unsafe && *by == FixedBy::UnsafeFix));
        let mut edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits);
        let is_refused = edits.any(|edits| fixed.refused.contains_key(&edits.path));
        if is_announced && !is_refused {
            broken.push(format!("the fix of {} is announced for ever", diagnostic.rule));
        }
    }
    broken
}

/// The publish steps that end worse than before, or are gone.
fn worse_outcomes(old: &Workspace, new: &Workspace) -> Vec<String> {
    let mut worse = Vec::new();
    let after: Vec<&SiteReport> = new.sites().collect();
    let mut jobs: Vec<(&FilePath, &str)> = old.sites().map(|site| (&site.path, site.job.as_str())).collect();
    jobs.dedup();
    for (path, job) in jobs {
        let is_here = |site: &&SiteReport| site.path == *path && site.job == job;
        let of_job: Vec<&SiteReport> = old.sites().filter(is_here).collect();
        let after: Vec<&SiteReport> = after.iter().copied().filter(is_here).collect();
        if after.len() < of_job.len() {
            worse.push(format!("{path} › {job}: a publish step is gone"));
            continue;
        }
        for (old, new) in of_job.iter().zip(&after) {
            // A job that moves to trusted publishing leaves what is certain, if the version of its tool is not known.
            let is_moved = old.outcome == Outcome::Token
                && old.id_token == IdToken::None
                && new.id_token == IdToken::Write;
            let moves = is_moved && new.outcome == Outcome::Unknown;
            if let Some(left) = left_behind(new).filter(|_| is_moved) {
                worse.push(format!("{path} › {job}: `{}` has {left}", new.summary));
            }
            if rank(new.outcome) < rank(old.outcome) && !moves {
                worse.push(format!(
                    "{path} › {job}: `{}` becomes `{}`",
                    old.summary, new.summary
                ));
            }
        }
    }
    worse
}

/// What a job that moves to trusted publishing must not keep, though its outcome may be unknown for another reason.
fn left_behind(site: &SiteReport) -> Option<&'static str> {
    let node = site.node.as_deref().and_then(parse_version);
    let npm = node.and_then(|node| bundled_npm(&node));
    let runs_npm = tools()
        .iter()
        .find(|entry| entry.name == site.publishing_tool)
        .is_none_or(|entry| entry.exchange.before != Exchange::Unsupported);
    let is_set_otherwise = site.npm.is_some() || matches!(site.outcome, Outcome::Oidc | Outcome::OidcOrToken);
    if runs_npm && !is_set_otherwise && npm.is_some_and(|npm| npm < *OIDC_MINIMUM) {
        return Some("a Node whose npm is too old");
    }
    let is_bad = |fact: EvidenceFact| {
        let mut evidence = site.evidence.iter();
        evidence.any(|evidence| evidence.fact == fact && evidence.verdict == Verdict::Bad)
    };
    if is_bad(EvidenceFact::Npm) {
        return Some("an npm that is too old");
    }
    is_bad(EvidenceFact::Repository).then_some("a `repository` that the registry refuses")
}

/// What publishes ranks above what is not known. That may turn out either way once a fix removes what hid it.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Fails | Outcome::NotReached | Outcome::Unknown => 0,
        Outcome::Token | Outcome::OidcOrToken | Outcome::Oidc => 1,
    }
}

/// The permissions that the jobs of a workflow need and no longer have.
fn lost_permissions(
    old: &Sources<'_>,
    new: &Sources<'_>,
    path: &FilePath,
    applicability: Applicability,
) -> Vec<String> {
    let (Some(old_workflow), Some(new_workflow)) = (old.workflow(path), new.workflow(path)) else {
        return Vec::new();
    };
    let mut lost = Vec::new();
    for (before, after) in old_workflow.jobs.iter().zip(&new_workflow.jobs) {
        let needs = token_needs(old, path, old_workflow, before);
        let loss = loss(
            &needs,
            block_of(old_workflow, before),
            block_of(new_workflow, after),
            applicability,
        );
        lost.extend(loss.map(|loss| format!("{path} › {}: {loss}", before.id.value)));
    }
    lost
}

fn block_of<'w>(workflow: &'w Workflow, job: &'w Job) -> Option<&'w Permissions> {
    job.permissions.as_ref().or(workflow.permissions.as_ref())
}

/// What a job loses that has another block than before.
fn loss(
    needs: &TokenNeeds,
    before: Option<&Permissions>,
    after: Option<&Permissions>,
    applicability: Applicability,
) -> Option<String> {
    let Some(after) = after else {
        return before.map(|_| "its `permissions` are gone".to_owned());
    };
    let is_safe = applicability == Applicability::Safe;
    let needed = match before.map(|before| (&before.kind, TokenScopes::listed_by(before))) {
        // Whoever has a block has no more than that.
        Some((_, Some(listed))) => listed,
        Some((PermissionsKind::ReadAll, _)) => capped(&needs.used),
        Some(_) => return is_changed(before, after).then(|| "what it had cannot be compared".to_owned()),
        None => needs.used.clone(),
    };
    let had_all = before.is_none_or(|before| !matches!(before.kind, PermissionsKind::Map(_)));
    if is_safe && had_all && is_changed(before, after) && !needs.only_reads() {
        return Some("a safe fix takes away what it may need".to_owned());
    }
    let missing = |wanted: &TokenScopes| {
        let mut wanted = wanted.iter();
        // A job that does not publish may lose the permission to publish, and GitHub does not know a misspelt one.
        let is_other = |scope: &str| scope != "id-token" && !is_misspelt_id_token(scope);
        let found = wanted.find(|(scope, level)| is_other(scope) && granted(after, scope) < *level);
        found.map(|(scope, level)| format!("`{scope}: {}` is not granted any more", level.name()))
    };
    let refused = || missing(&needs.asked).filter(|_| is_changed(before, after));
    missing(&needed).or_else(refused)
}

fn is_changed(before: Option<&Permissions>, after: &Permissions) -> bool {
    before.is_none_or(|before| {
        std::mem::discriminant(&before.kind) != std::mem::discriminant(&after.kind)
            || TokenScopes::listed_by(before) != TokenScopes::listed_by(after)
    })
}

fn capped(used: &TokenScopes) -> TokenScopes {
    let mut scopes = TokenScopes::default();
    for (scope, level) in used.iter() {
        scopes.raise(scope, level.min(Level::Read));
    }
    scopes
}

fn granted(block: &Permissions, scope: &str) -> Level {
    match &block.kind {
        PermissionsKind::WriteAll => Level::Write,
        PermissionsKind::ReadAll => Level::Read,
        PermissionsKind::Unknown => Level::Write,
        PermissionsKind::Map(_) => {
            TokenScopes::listed_by(block).map_or(Level::Write, |listed| listed.level(scope))
        }
    }
}
