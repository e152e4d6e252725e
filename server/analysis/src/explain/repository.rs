//! What the repository's files add to the log: which of the possible causes they show.

use super::causes::{CauseId, Stage};
use super::facts::Facts;
use super::signals::Signal;
use super::{Cause, Confidence, Origin, PublisherEntry};
use crate::diagnostic::{Diagnostic, Severity};
use crate::knowledge::npm_errors::NpmError;
use crate::publish::{EvidenceFact, IdToken, Outcome, SiteReport, Verdict as SiteVerdict};
use crate::versions::version::Truth;
use crate::workspace::Workspace;

/// The causes in the order in which log and repository speak for them.
pub(crate) fn weigh(mut causes: Vec<Cause>, facts: &Facts, origin: &Origin<'_>) -> Vec<Cause> {
    let Some(workspace) = origin.repository else {
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.confidence));
        return causes;
    };
    causes.extend(foretold(workspace, &causes, facts, origin));
    let means_token = sites_all(workspace, origin, means_token);
    if means_token {
        by_token(&mut causes, facts);
    }
    if sites_all(workspace, origin, has_no_login) && has(&causes, CauseId::IdTokenMissing) {
        // What was meant, nothing says.
        causes.extend(
            (!has(&causes, CauseId::TokenEmpty))
                .then(|| Cause::new(CauseId::TokenEmpty, Confidence::Possible)),
        );
    }
    let is_left = |cause: &Cause| {
        let is_proved = cause.confidence == Confidence::Certain || proves(facts, cause.id);
        is_proved || !is_refuted(workspace, cause.id, origin)
    };
    // Files that refute every cause are not those that the log is of.
    if causes.iter().any(is_left) {
        causes.retain(is_left);
    }
    for cause in &mut causes {
        cause.diagnostics = found(workspace, cause.id.text().rules, origin);
        let is_shown = cause
            .diagnostics
            .iter()
            .any(|found| found.severity >= Severity::Warning)
            || fits_repository(workspace, cause.id, origin);
        let is_meant = !means_token || !is_of_exchange(cause.id) || is_of_token(cause.id);
        if is_shown && is_meant && cause.confidence == Confidence::Possible {
            cause.confidence = Confidence::Likely;
        }
    }
    let fits = |id: &CauseId| fits_repository(workspace, *id, origin);
    let fitting: Vec<CauseId> = causes.iter().map(|cause| cause.id).filter(fits).collect();
    sort(&mut causes, facts, &fitting);
    causes
}

fn has(causes: &[Cause], id: CauseId) -> bool {
    causes.iter().any(|cause| cause.id == id)
}

/// Whether a step is meant to publish with an access token: it does, or it has one and cannot get an ID token.
fn means_token(site: &SiteReport) -> bool {
    site.outcome == Outcome::Token || (site.id_token == IdToken::None && !site.credentials.is_empty())
}

/// Whether a step can get neither an ID token nor an access token.
fn has_no_login(site: &SiteReport) -> bool {
    site.id_token == IdToken::None && site.credentials.is_empty()
}

/// Whether a cause is about the way to the token exchange, or about the exchange.
fn is_of_exchange(id: CauseId) -> bool {
    matches!(id.text().stage, Stage::BeforeExchange | Stage::Exchange)
}

fn is_of_token(id: CauseId) -> bool {
    matches!(
        id,
        CauseId::TokenExpired | CauseId::TokenEmpty | CauseId::TokenMalformed
    )
}

/// The causes that rules find in the files where the publish step is predicted to fail with a code that the log has, and that
/// the log does not name.
fn foretold(workspace: &Workspace, causes: &[Cause], facts: &Facts, origin: &Origin<'_>) -> Vec<Cause> {
    let is_open = causes.iter().all(|cause| cause.confidence < Confidence::Certain);
    // What failed elsewhere is not what the files foretell of the publish.
    let is_open = is_open && causes.iter().any(|cause| cause.id.text().stage != Stage::Job);
    let fails = |site: &SiteReport| site.error.is_some_and(|code| facts.has_code(code));
    let mut sites = sites(workspace, origin).filter(|site| fails(site)).peekable();
    if !is_open || sites.peek().is_none() {
        return Vec::new();
    }
    let is_login = sites
        .peek()
        .and_then(|site| site.error)
        .is_some_and(NpmError::is_for_want_of_credential);
    // The causes would be those of trusted publishing.
    if is_login && facts.is_before_trusted_publishing() {
        return Vec::new();
    }
    let paths: Vec<&str> = sites.map(|site| site.path.as_str()).collect();
    let mut added: Vec<Cause> = Vec::new();
    for diagnostic in workspace.all_diagnostics() {
        let is_of_job = paths.contains(&diagnostic.path.as_str()) || !is_workflow(diagnostic.path.as_str());
        if diagnostic.severity != Severity::Error || !is_of_job {
            continue;
        }
        // What stands in the way of the login is not what the registry finds after it.
        let is_of_code = |id: &CauseId| match id.text().stage {
            Stage::BeforeExchange => true,
            Stage::Exchange => is_login,
            Stage::Registry => !is_login,
            Stage::Job => false,
        };
        let of_rule = |id: &&CauseId| id.text().rules.contains(&diagnostic.rule) && is_of_code(id);
        let is_possible = |id: &&CauseId| of_rule(id) && !disproves(facts, **id);
        let Some(id) = CauseId::ALL.iter().find(is_possible) else {
            continue;
        };
        if causes
            .iter()
            .chain(&added)
            .all(|cause| !cause.id.text().rules.contains(&diagnostic.rule))
        {
            added.push(Cause::new(*id, Confidence::Likely));
        }
    }
    added
}

/// Whether the log shows that a cause is there, whatever the files say now: it may be of an older state of them.
fn proves(facts: &Facts, id: CauseId) -> bool {
    match id {
        CauseId::NpmTooOld | CauseId::NpmShadowedOnPath => facts.versions.npm_is_too_old() == Truth::Yes,
        CauseId::IdTokenMissing => facts.login.has_id_token == Some(false),
        CauseId::TokenExpired | CauseId::TokenEmpty | CauseId::TokenMixing => facts.login.has_secret,
        _ => false,
    }
}

/// Whether the log shows that a cause was not there.
fn disproves(facts: &Facts, id: CauseId) -> bool {
    match id {
        CauseId::NpmTooOld | CauseId::NpmShadowedOnPath => facts.versions.npm_is_too_old() == Truth::No,
        CauseId::IdTokenMissing | CauseId::EnvStripped | CauseId::ReusableCallerPermissions => {
            facts.login.has_id_token == Some(true)
        }
        _ => false,
    }
}

/// In a repository that publishes with a token, the token's causes come before those of trusted publishing, which it does not use.
fn by_token(causes: &mut Vec<Cause>, facts: &Facts) {
    let is_about_login = |cause: &Cause| cause.confidence < Confidence::Certain && is_of_exchange(cause.id);
    // The request for a dist-tag is not the publish, whose token it may not have.
    if !causes.iter().any(is_about_login) || facts.has(Signal::DistTagRequest) {
        return;
    }
    let packages: Vec<String> = causes
        .iter()
        .find(|cause| is_about_login(cause))
        .map_or_else(Vec::new, |cause| cause.packages.clone());
    for cause in causes.iter_mut().filter(|cause| is_about_login(cause)) {
        cause.confidence = if is_of_token(cause.id) {
            Confidence::Likely
        } else {
            Confidence::Possible
        };
    }
    let mut first = Vec::new();
    if facts.has_code(NpmError::NeedAuth) {
        first.push(CauseId::TokenEmpty);
    }
    first.push(CauseId::TokenExpired);
    for id in first.into_iter().rev() {
        let known = causes
            .iter()
            .position(|cause| cause.id == id)
            .map(|at| causes.remove(at));
        let mut cause = known.unwrap_or_else(|| Cause::new(id, Confidence::Likely));
        cause.packages.clone_from(&packages);
        causes.insert(0, cause);
    }
}

/// Whether all publish steps that the log may be of are such; no if there is none.
fn sites_all(workspace: &Workspace, origin: &Origin<'_>, is_such: impl Fn(&SiteReport) -> bool) -> bool {
    let mut sites = sites(workspace, origin).peekable();
    sites.peek().is_some() && sites.all(is_such)
}

/// The likeliest first. Of causes that are as likely, those that fit the repository.
fn sort(causes: &mut [Cause], facts: &Facts, fitting: &[CauseId]) {
    // The sort is stable: what the log ranked stays where the files say nothing.
    causes.sort_by_key(|cause| {
        let is_error = cause
            .diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error);
        std::cmp::Reverse((
            cause.confidence == Confidence::Certain,
            // The files may have changed since.
            cause.confidence == Confidence::Likely && proves(facts, cause.id),
            is_error,
            cause.confidence,
            fitting.contains(&cause.id),
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

/// What npm's entry must carry for each publish step.
pub(crate) fn registrations(origin: &Origin<'_>) -> Vec<PublisherEntry> {
    let Some(workspace) = origin.repository else {
        return Vec::new();
    };
    let slug = workspace.slug();
    let mut found: Vec<PublisherEntry> = Vec::new();
    for site in sites(workspace, origin).filter(|site| site.may_publish_to_npm()) {
        for publisher in &site.trusted_publishers {
            let entry = PublisherEntry {
                owner: slug.map(|slug| slug.owner.clone()),
                repository: slug.map(|slug| slug.name.clone()),
                workflow: publisher.workflow.clone(),
                environment: publisher.environment.clone(),
                packages: site.packages.clone(),
            };
            let known = found
                .iter_mut()
                .find(|known| (&known.workflow, &known.environment) == (&entry.workflow, &entry.environment));
            match known {
                Some(known) => {
                    let packages = entry.packages.into_iter();
                    let new: Vec<String> = packages
                        .filter(|package| !known.packages.contains(package))
                        .collect();
                    known.packages.extend(new);
                }
                None => found.push(entry),
            }
        }
    }
    found
}

fn sites<'w>(workspace: &'w Workspace, origin: &Origin<'w>) -> impl Iterator<Item = &'w SiteReport> {
    let origin = *origin;
    workspace
        .sites()
        .filter(move |site| is_of_workflow(site.path.as_str(), &origin))
        .filter(move |site| origin.job.is_none_or(|job| site.job == job))
}

/// The id of the job that a log calls by this name: its `name` or its id, with the values of a matrix after it, and after
/// the name of the job that calls its workflow. None if several could be meant.
pub(crate) fn job_id(workspace: &Workspace, logged: &str, origin: &Origin<'_>) -> Option<String> {
    let logged = logged.rsplit(" / ").next().unwrap_or(logged);
    let jobs = workspace.job_names();
    let of_workflow = jobs.filter(|(path, _, _)| is_of_workflow(path.as_str(), origin));
    let mut ids: Vec<&str> = of_workflow
        .filter(|(_, id, name)| is_called(logged, name.unwrap_or(id)))
        .map(|(_, id, _)| id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    match ids.as_slice() {
        [id] => Some((*id).to_owned()),
        _ => None,
    }
}

/// Whether a log may call a job like this: `publish (ubuntu-latest, 24)` for `publish`.
fn is_called(logged: &str, name: &str) -> bool {
    let fixed = name.split("${{").next().unwrap_or_default();
    let has_expression = fixed.len() < name.len();
    match logged.strip_prefix(fixed) {
        Some(_) if has_expression => !fixed.trim().is_empty(),
        Some(rest) => rest.is_empty() || (rest.starts_with(" (") && rest.ends_with(')')),
        None => false,
    }
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
    !is_workflow(path) || path == workflow || path.ends_with(&format!("/{workflow}"))
}

fn is_workflow(path: &str) -> bool {
    path.starts_with(".github/workflows/")
}

/// Whether every step that publishes is such that a cause cannot be there, as the files are now.
fn is_refuted(workspace: &Workspace, id: CauseId, origin: &Origin<'_>) -> bool {
    let is_refuted_by = |site: &SiteReport| match id {
        CauseId::NpmTooOld | CauseId::NpmShadowedOnPath => site
            .evidence
            .iter()
            .any(|evidence| evidence.fact == EvidenceFact::Npm && evidence.verdict == SiteVerdict::Good),
        CauseId::IdTokenMissing => site.id_token == IdToken::Write,
        CauseId::TpReusableWorkflow => {
            !site.entry_workflows.is_empty()
                && site
                    .entry_workflows
                    .iter()
                    .all(|entry| entry == site.path.file_name())
        }
        CauseId::TokenExpired | CauseId::TokenEmpty | CauseId::TokenMixing => {
            let means_id_token = site.outcome == Outcome::Oidc || site.id_token == IdToken::Write;
            means_id_token && site.credentials.is_empty()
        }
        // The tool exchanges the ID token.
        CauseId::LernaOld
        | CauseId::SemanticReleaseOld
        | CauseId::PnpmVersion
        | CauseId::YarnOidc
        | CauseId::NpmPublishOld
        | CauseId::ChangesetsActionOld => site.outcome == Outcome::Oidc,
        _ => false,
    };
    sites_all(workspace, origin, is_refuted_by)
}

/// Whether the repository is such that a cause is likelier than the others.
fn fits_repository(workspace: &Workspace, id: CauseId, origin: &Origin<'_>) -> bool {
    let mut sites = sites(workspace, origin);
    let file_name = |site: &SiteReport| site.path.file_name().to_owned();
    match id {
        // Several workflows publish, and one may have no trusted publisher.
        CauseId::TpWorkflowFilename => {
            let mut files: Vec<String> = workspace.sites().map(file_name).collect();
            files.sort();
            files.dedup();
            files.len() > 1
        }
        // A workflow that is called may also be started by itself, and npm needs an entry for each way.
        CauseId::TpReusableWorkflow => sites.any(|site| {
            let mut entries = site.entry_workflows.iter();
            entries.any(|entry| *entry != file_name(site))
        }),
        _ => false,
    }
}
