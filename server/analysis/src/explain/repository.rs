//! What the repository's files add to the log: which of the possible causes they show.

use super::causes::CauseId;
use super::{Cause, Confidence, Origin};
use crate::diagnostic::{Diagnostic, Severity};
use crate::publish::{EvidenceFact, IdToken, PublishSite, Verdict as SiteVerdict};
use crate::workspace::Workspace;

/// The causes in the order in which log and repository speak for them.
pub(crate) fn weigh(mut causes: Vec<Cause>, origin: &Origin<'_>) -> Vec<Cause> {
    let Some(workspace) = origin.repository else {
        sort(&mut causes);
        return causes;
    };
    for cause in &mut causes {
        cause.diagnostics = found(workspace, cause.id.text().rules, origin);
        let is_shown = cause
            .diagnostics
            .iter()
            .any(|found| found.severity >= Severity::Warning)
            || fits_repository(workspace, cause.id, origin);
        if is_shown && cause.confidence == Confidence::Possible {
            cause.confidence = Confidence::Likely;
        }
        if cause.confidence == Confidence::Likely && is_contradicted(workspace, cause.id, origin) {
            cause.confidence = Confidence::Possible;
        }
    }
    sort(&mut causes);
    // What the files refute comes last.
    causes.sort_by_key(|cause| {
        cause.confidence == Confidence::Possible && is_contradicted(workspace, cause.id, origin)
    });
    causes
}

/// The likeliest first.
fn sort(causes: &mut [Cause]) {
    // The sort is stable: what the log ranked stays where the files say nothing.
    causes.sort_by_key(|cause| {
        let is_error = cause
            .diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error);
        std::cmp::Reverse((
            cause.confidence == Confidence::Certain,
            is_error,
            cause.confidence,
        ))
    });
}

fn found(workspace: &Workspace, rules: &[&str], origin: &Origin<'_>) -> Vec<Diagnostic> {
    workspace
        .all_diagnostics()
        .filter(|diagnostic| rules.contains(&diagnostic.rule))
        .filter(|diagnostic| is_of_workflow(diagnostic.path.as_str(), origin))
        .cloned()
        .collect()
}

/// What npm's entry must carry for each publish step: "repository `acme/widget`, workflow `release.yml`".
pub(crate) fn registrations(origin: &Origin<'_>) -> Vec<String> {
    let Some(workspace) = origin.repository else {
        return Vec::new();
    };
    let slug = workspace
        .slug()
        .map(|slug| format!("repository `{slug}`, "))
        .unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for site in sites(workspace, origin) {
        let environment = match &site.environment {
            Some(environment) => format!("environment `{environment}`"),
            None => "no environment".to_owned(),
        };
        for workflow in &site.entry_workflows {
            let entry = format!("{slug}workflow `{workflow}`, {environment}");
            if !found.contains(&entry) {
                found.push(entry);
            }
        }
    }
    found
}

fn sites<'w>(workspace: &'w Workspace, origin: &Origin<'w>) -> impl Iterator<Item = &'w PublishSite> {
    let origin = *origin;
    workspace
        .sites()
        .filter(move |site| is_of_workflow(site.path.as_str(), &origin))
        .filter(move |site| origin.job.is_none_or(|job| site.job == job))
}

/// Errors that none of the causes explains: they come next.
pub(crate) fn further(causes: &[Cause], origin: &Origin<'_>) -> Vec<Diagnostic> {
    let Some(workspace) = origin.repository else {
        return Vec::new();
    };
    if causes.is_empty() {
        return Vec::new();
    }
    let is_explained = |rule: &str| causes.iter().any(|cause| cause.id.text().rules.contains(&rule));
    workspace
        .all_diagnostics()
        .filter(|diagnostic| diagnostic.severity == Severity::Error && !is_explained(diagnostic.rule))
        .filter(|diagnostic| is_of_workflow(diagnostic.path.as_str(), origin))
        .cloned()
        .collect()
}

/// A finding in another workflow than the one that the log is of says nothing; one in a manifest may.
fn is_of_workflow(path: &str, origin: &Origin<'_>) -> bool {
    let Some(workflow) = origin.workflow else {
        return true;
    };
    let is_workflow = path.starts_with(".github/workflows/");
    !is_workflow || path == workflow || path.ends_with(&format!("/{workflow}"))
}

/// Whether every step that publishes is such that a cause is not there, as the files are now. The log may be older, so
/// that the cause stays possible.
fn is_contradicted(workspace: &Workspace, id: CauseId, origin: &Origin<'_>) -> bool {
    let is_sound = |site: &PublishSite| match id {
        CauseId::NpmTooOld => site
            .evidence
            .iter()
            .any(|evidence| evidence.fact == EvidenceFact::Npm && evidence.verdict == SiteVerdict::Good),
        CauseId::IdTokenMissing => site.id_token == IdToken::Write,
        _ => false,
    };
    let mut sites = sites(workspace, origin).peekable();
    sites.peek().is_some() && sites.all(is_sound)
}

/// Whether the repository is such that a cause is likelier than the others.
fn fits_repository(workspace: &Workspace, id: CauseId, origin: &Origin<'_>) -> bool {
    let mut sites = sites(workspace, origin);
    let file_name = |site: &PublishSite| site.path.file_name().to_owned();
    match id {
        // Several workflows publish, and npm's entry names one.
        CauseId::TpWorkflowFilename => {
            let mut files: Vec<String> = workspace.sites().map(file_name).collect();
            files.sort();
            files.dedup();
            files.len() > 1
        }
        CauseId::TpReusableWorkflow => sites
            .any(|site| !site.entry_workflows.is_empty() && !site.entry_workflows.contains(&file_name(site))),
        _ => false,
    }
}
