//! One attempt: the tokens of some steps go, and what keeps the steps from publishing without them is repaired.

use std::collections::{BTreeMap, BTreeSet};

use super::carrier::{EVERY_FIX, carrier};
use super::concern::Concern;
use super::leftover::Leftovers;
use super::reason;
use super::steps::{StepKey, for_each};
use super::surroundings::{other_reader, variable_of_line};
use crate::checker::context::CheckContext;
use crate::diagnostic::{Diagnostic, FileEdits, Severity};
use crate::fix_all::apply_fixes;
use crate::fixes::installs::{PrivateDependencies, installs_with, private_dependencies};
use crate::fixes::permissions::grant_edits;
use crate::fixes::token::{all_token_edits, removal_edits};
use crate::model::job::Job;
use crate::model::permissions::Grant;
use crate::publish::{Credential, CredentialSource, Intent, Outcome, Site};
use crate::text::{FilePath, Place, TextEdit};
use crate::workspace::Workspace;

/// Moves a group of steps. If one of them would not publish by OIDC afterwards, or another step would end worse, the
/// workspace is left as it was, and each step gets its reason.
pub(super) fn attempt(
    trial: &mut Workspace,
    group: &BTreeSet<StepKey>,
    moved: &BTreeSet<StepKey>,
    around: &BTreeSet<FilePath>,
    analyse: &mut impl FnMut(&mut Workspace),
) -> Result<(), BTreeMap<StepKey, String>> {
    let before = endings(trial);
    let errors_before = errors(trial);
    let leftovers = Leftovers::before(trial, group);
    let stuck = stuck(trial, group);
    if !stuck.is_empty() {
        return Err(shared(group, &stuck));
    }
    let fixed = apply_fixes(trial, EVERY_FIX, |trial| {
        analyse(trial);
        let removals = removals(trial, group);
        if !removals.is_empty() {
            return removals;
        }
        let repairs = repairs(trial, group);
        match repairs.is_empty() {
            true => grants(trial, group),
            false => repairs,
        }
    });
    analyse(trial);
    let mut reasons = unfinished(trial, group, &errors_before);
    if reasons.is_empty() {
        let after = endings(trial);
        let worse = worse(&before, &after, group, moved);
        reasons.extend(worse.into_iter().flat_map(|why| {
            let keys = group.iter().cloned();
            keys.map(move |key| (key, why.clone())).collect::<Vec<_>>()
        }));
    }
    if reasons.is_empty() {
        let new_error = || {
            errors(trial)
                .into_iter()
                .find(|error| !errors_before.contains(error))
        };
        let why = leftovers
            .found(trial, around)
            .or_else(|| new_error().map(|(_, message)| message));
        if let Some(why) = why {
            reasons.extend(group.iter().map(|key| (key.clone(), why.clone())));
        }
    }
    if reasons.is_empty() {
        return Ok(());
    }
    for (path, original) in fixed.originals {
        trial.set_file(path, original);
    }
    analyse(trial);
    Err(shared(group, &reasons))
}

/// The errors of all files: the rule and the message.
fn errors(trial: &Workspace) -> BTreeSet<(&'static str, String)> {
    let errors = trial
        .all_diagnostics()
        .filter(|found| found.severity == Severity::Error);
    errors.map(|found| (found.rule, found.message.clone())).collect()
}

/// The reason of each step of a group; a step that could move alone stays for the sake of the others.
fn shared(group: &BTreeSet<StepKey>, reasons: &BTreeMap<StepKey, String>) -> BTreeMap<StepKey, String> {
    let first = reasons.values().next();
    let of_step = |key: &StepKey| {
        let reason = match (reasons.get(key), first) {
            (Some(own), _) => own.clone(),
            (None, Some(other)) => {
                format!("it shares a token with a step that cannot move: {other}")
            }
            (None, None) => String::new(),
        };
        (key.clone(), reason)
    };
    group.iter().map(of_step).collect()
}

/// The steps that no edit can free of their tokens.
fn stuck(trial: &Workspace, group: &BTreeSet<StepKey>) -> BTreeMap<StepKey, String> {
    let mut found = BTreeMap::new();
    for_each(trial, group, |context, key, site| {
        let moving = jobs_of(context, group);
        if let Some(why) = reason::before(context, site, &moving) {
            found.insert(key.clone(), why);
        }
    });
    found
}

/// The jobs of a workflow whose steps are in the group.
fn jobs_of<'a>(context: &CheckContext<'a>, group: &BTreeSet<StepKey>) -> Vec<&'a Job> {
    let keys = group.iter().filter(|key| key.path == *context.path);
    let sites = keys.filter_map(|key| context.sites.get(key.index));
    sites.filter_map(|site| site.job.job).collect()
}

/// What removes the tokens that still reach the steps. Two in one mapping may have to go one after the other.
fn removals(trial: &Workspace, group: &BTreeSet<StepKey>) -> Vec<Diagnostic> {
    let mut own = Vec::new();
    for_each(trial, group, |_, _, site| {
        let tokens = site.credentials.tokens.iter();
        own.extend(tokens.map(|token| token.place.clone()));
    });
    let mut found = Vec::new();
    for_each(trial, group, |context, _, site| {
        let is_shared = |token: &Credential| is_line_of_others(context, &own, token);
        let moving = jobs_of(context, group);
        let tokens = &site.credentials.tokens;
        // Without its variable, the command that writes it would no longer be known as one that writes a token.
        let writes = |token: &&Credential| token.source == CredentialSource::NpmrcCommand;
        let has_commands = tokens
            .iter()
            .filter(writes)
            .any(|token| removal_edits(context, site, token, &moving).is_some());
        let together = match has_commands || tokens.iter().any(is_shared) {
            true => None,
            false => all_token_edits(context, site, &moving),
        };
        let one_by_one = || {
            let own = tokens
                .iter()
                .filter(|token| !is_shared(token) && (!has_commands || writes(token)));
            let edits = own.filter_map(|token| removal_edits(context, site, token, &moving));
            edits.collect()
        };
        let hidden = hidden_edits(context, site);
        for (path, edits) in together.unwrap_or_else(one_by_one).into_iter().chain(hidden) {
            let edits = FileEdits {
                path: path.clone(),
                edits,
            };
            let removal = carrier(vec![edits]);
            found.extend(removal.filter(|removal| !found.contains(removal)));
        }
    });
    found
}

/// What removes the logins that npm does not read, since setup-node names another file. Steps that install packages may read them.
fn hidden_edits<'s>(context: &CheckContext<'_>, site: &'s Site<'_>) -> Vec<(&'s FilePath, Vec<TextEdit>)> {
    let hidden = site.credentials.hidden_tokens.iter();
    let is_free = |token: &&Credential| {
        private_dependencies(context.sources) == PrivateDependencies::No
            || installs_with(context, site, token).is_empty()
    };
    let edits = hidden.filter(is_free);
    edits
        .filter_map(|token| removal_edits(context, site, token, &[]))
        .collect()
}

/// Whether a token is a line of an `.npmrc` with a variable that something else uses too.
fn is_line_of_others(context: &CheckContext<'_>, own: &[Place], token: &Credential) -> bool {
    let name = variable_of_line(context, token);
    name.is_some_and(|name| other_reader(context.sources, name, own).is_some())
}

/// The findings about the steps whose fixes are part of the move.
fn repairs(trial: &Workspace, group: &BTreeSet<StepKey>) -> Vec<Diagnostic> {
    let concern = Concern::of(trial, group);
    let found = trial.all_diagnostics().filter(|found| concern.repairs(found));
    found.cloned().collect()
}

/// What grants the ID token where nothing reports that it is missing, since it is not known what the step publishes with now.
fn grants(trial: &Workspace, group: &BTreeSet<StepKey>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for_each(trial, group, |context, _, site| {
        let is_missing = site.identity.id_token.grant == Grant::No && site.job.entry.callers.is_empty();
        let job = site.job.workflow.zip(site.job.job).filter(|_| is_missing);
        let path = &site.job.path;
        let edits = job.and_then(|(workflow, job)| grant_edits(context, path, workflow, job));
        let edits = edits.map(|edits| FileEdits {
            path: path.clone(),
            edits,
        });
        let grant = edits.and_then(|edits| carrier(vec![edits]));
        found.extend(grant.filter(|grant| !found.contains(grant)));
    });
    found
}

/// The steps that would not publish by OIDC, and why. `known` are the errors that the repository has anyway.
fn unfinished(
    trial: &Workspace,
    group: &BTreeSet<StepKey>,
    known: &BTreeSet<(&'static str, String)>,
) -> BTreeMap<StepKey, String> {
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for_each(trial, group, |context, key, site| {
        seen.insert(key.clone());
        let is_oidc = site.outcome.prediction.outcome == Outcome::Oidc
            && site.intent() == Intent::Oidc
            && super::steps::has_id_token(site);
        if !is_oidc {
            let concern = Concern::of(trial, &BTreeSet::from([key.clone()]));
            found.insert(
                key.clone(),
                reason::after(context, trial, (&concern, known), site),
            );
        }
    });
    for key in group.difference(&seen) {
        found.insert(key.clone(), "the edits would remove the publish step".to_owned());
    }
    found
}

/// How the other publish steps and the commands that need a login end.
#[derive(PartialEq, Eq, Debug)]
struct Endings {
    steps: BTreeMap<StepKey, (Outcome, String)>,
    refused_logins: usize,
}

fn endings(trial: &Workspace) -> Endings {
    let mut endings = Endings {
        steps: BTreeMap::new(),
        refused_logins: 0,
    };
    for (path, _) in trial.files() {
        trial.in_context(path, |context| {
            for (index, site) in context.sites.iter().enumerate() {
                let key = StepKey {
                    path: path.clone(),
                    index,
                };
                let ending = (
                    site.outcome.prediction.outcome,
                    site.publishing_tool.command.clone(),
                );
                endings.steps.insert(key, ending);
            }
            let refused = context.registry_commands.iter();
            endings.refused_logins += refused.filter(|command| command.refusal().is_some()).count();
        });
    }
    endings
}

/// What ends worse than before, apart from the steps themselves.
fn worse(
    before: &Endings,
    after: &Endings,
    group: &BTreeSet<StepKey>,
    moved: &BTreeSet<StepKey>,
) -> Option<String> {
    let fails = |outcome: Outcome| matches!(outcome, Outcome::Fails | Outcome::NotReached | Outcome::Unknown);
    for (key, (outcome, command)) in &before.steps {
        let now = after.steps.get(key).map(|(now, _)| *now);
        let is_worse = match now {
            None => true,
            Some(now) if moved.contains(key) => now != Outcome::Oidc,
            Some(now) => now != *outcome && fails(now) && !fails(*outcome),
        };
        if !group.contains(key) && is_worse {
            return Some(format!(
                "`{command}` in `{}` needs the same token, and would not publish without it",
                key.path.file_name()
            ));
        }
    }
    (after.refused_logins > before.refused_logins).then(|| {
        "a command such as `npm whoami` or `npm dist-tag` needs the same token, and would fail without it"
            .to_owned()
    })
}
