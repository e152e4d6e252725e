//! Why a step keeps its token, and what must be done by hand first.

use std::collections::BTreeSet;

use super::concern::Concern;
use crate::checker::context::CheckContext;
use crate::checker::node_24::{Node24Obstacle, node_24_obstacle};
use crate::checker::other_repository::runs_in_other_repository;
use crate::checker::published_packages::no_package;
use crate::checker::tool_remedy::tool_remedy;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::yaml::is_shared;
use crate::fixes::installs::{PrivateDependencies, goes_to_installs, installs_with, private_dependencies};
use crate::fixes::other_installs::installs_of_others;
use crate::fixes::permissions::node_of;
use crate::fixes::token::{other_user, removal_edits};
use crate::fixes::token_action::token_action;
use crate::fixes::token_command::is_command;
use crate::fixes::tool::publish_with_npm;
use crate::model::job::{Job, Step};
use crate::model::permissions::{Grant, PermissionsKind};
use crate::publish::{Credential, CredentialSource, Exchange, Outcome, Site};
use crate::sources::File;
use crate::text::FilePath;
use crate::versions::version::Truth;
use crate::workspace::Workspace;

/// What no edit can change; none if the move can be tried. `moving` are the jobs of the workflow that move together.
pub(super) fn before(context: &CheckContext<'_>, site: &Site<'_>, moving: &[&Job]) -> Option<String> {
    let command = &site.publishing_tool.command;
    if let Some(broken) = broken_file(context, site) {
        return Some(format!("`{broken}` has a syntax error; fix it first"));
    }
    if site.publishing_tool.is_guess {
        return Some(format!(
            "it is not certain that `{command}` publishes; if it does, name it in `trustpub.toml` under `[[publish-command]]`"
        ));
    }
    if let Some(why) = runs_in_other_repository(context, site) {
        return Some(why);
    }
    if let Some(why) = no_package(context, site) {
        return Some(why);
    }
    let cannot = site.publishing_tool.exchange == Exchange::Unsupported || site.publishing_tool.needs_token();
    if cannot && publish_with_npm(context, site).is_none() {
        return Some(cannot_exchange(context, site));
    }
    let private = private_dependencies(context.sources);
    let mut tokens = site.credentials.tokens.iter();
    tokens.find_map(|token| {
        if private == PrivateDependencies::Likely
            && let Some(step) = installs_here(context, site, token)
            && let Some(file) = context.sources.file(&site.job.path)
        {
            return Some(format!(
                "line {} also installs packages with `{}`, and some may be private; give the token only to a step that installs",
                line_of(file, step),
                token.name
            ));
        }
        if private == PrivateDependencies::Likely
            && let Some(other) = installs_of_others(context.sources, site, token).first()
        {
            return Some(format!(
                "the job `{}` of `{}` installs packages with the token that `{}` writes, and some may be private; give that job a token \
                 of its own first",
                other.job, other.path, token.place.path
            ));
        }
        let edits = removal_edits(context, site, token, moving);
        edits.is_none().then(|| cannot_remove(context, site, token, moving))
    })
}

/// A step that installs packages with a token that the move takes away from it.
pub(super) fn installs_here<'s>(
    context: &CheckContext<'_>,
    site: &'s Site<'_>,
    token: &Credential,
) -> Option<&'s Step> {
    if goes_to_installs(context, site, token) {
        return None;
    }
    installs_with(context, site, token).into_iter().next()
}

/// The line of what a step runs or uses, from 1.
pub(super) fn line_of(file: &File, step: &Step) -> usize {
    let start = match (&step.run, &step.uses) {
        (Some(run), _) => run.range.start(),
        (None, Some(uses)) => uses.range.start(),
        (None, None) => step.range.start(),
    };
    file.line_index.line_of(start) + 1
}

fn cannot_exchange(context: &CheckContext<'_>, site: &Site<'_>) -> String {
    let (name, version) = site.publishing_tool.last();
    let version = version.map(|version| format!(" {version}")).unwrap_or_default();
    format!(
        "{name}{version} cannot use trusted publishing; {} first",
        tool_remedy(context.sources, site)
    )
}

fn broken_file(context: &CheckContext<'_>, site: &Site<'_>) -> Option<FilePath> {
    let callers = site.job.entry.callers.iter().map(|calling| &calling.path);
    let mut paths = callers.chain([&site.job.path, &site.place.path]);
    let is_broken = |path: &&FilePath| {
        let file = context.sources.file(path);
        file.is_some_and(|file| !file.syntax_errors().is_empty())
    };
    paths.find(is_broken).cloned()
}

fn cannot_remove(context: &CheckContext<'_>, site: &Site<'_>, token: &Credential, moving: &[&Job]) -> String {
    let name = &token.name;
    let (file, line) = place(context, token);
    let is_needed = context.registry_commands.iter().find(|command| {
        let mut tokens = command.site.credentials.tokens.iter();
        tokens.any(|other| other.place == token.place) && command.npm_exchanges() != Truth::Yes
    });
    if let Some(needed) = is_needed {
        return format!(
            "`{}` in this job needs `{name}`, because trusted publishing does not log in; remove that command or move it to a \
             job of its own",
            needed.site.publishing_tool.command
        );
    }
    if token.source == CredentialSource::WorkflowEnv
        && let Some(other) = other_user(context, site, token, moving)
    {
        return format!(
            "the job `{}` may need `{name}` ({file}:{line}) too; set it only for the jobs that do",
            other.id.value
        );
    }
    if let Some(folder) = token_action(context.sources, token) {
        return format!(
            "the action `{folder}` does nothing but write the token; remove the steps that use it by hand"
        );
    }
    let is_of_script = token.source == CredentialSource::NpmrcCommand
        && context
            .sources
            .file(&token.place.path)
            .is_some_and(|file| !is_command(file, token));
    if is_of_script {
        return format!(
            "what `{file}:{line}` runs writes `{name}`; remove that there by hand, together with the variable that it needs"
        );
    }
    let node = context
        .sources
        .file(&token.place.path)
        .and_then(|file| node_of(file, &token.place));
    if node.is_some_and(is_shared) {
        return format!(
            "an anchor of YAML shares `{name}` ({file}:{line}) with other places; write it out where it is still needed, and remove the \
             rest by hand"
        );
    }
    match token.source {
        CredentialSource::JobEnv if goes_to_installs(context, site, token) => format!(
            "a step that publishes also installs packages with `{name}` ({file}:{line}); install them in a step of its own"
        ),
        CredentialSource::JobEnv | CredentialSource::WorkflowEnv => format!(
            "other steps may need `{name}` ({file}:{line}) too, for example to install private packages; set it only for the steps \
             that do"
        ),
        CredentialSource::Exported => {
            format!("an earlier step exports `{name}` ({file}:{line}); remove it by hand")
        }
        CredentialSource::OwnFile => format!(
            "`{name}` is set in `{file}` (line {line}), which {} reads; remove it by hand",
            site.publishing_tool.name
        ),
        _ if is_beside_comment(context, token) => {
            format!("a comment beside `{name}` ({file}:{line}) would be lost; remove both by hand")
        }
        _ => format!("`{name}` ({file}:{line}) cannot be removed by an edit; remove it by hand"),
    }
}

fn place(context: &CheckContext<'_>, token: &Credential) -> (String, usize) {
    let path = &token.place.path;
    let file = context.sources.file(path);
    let line = file.map_or(0, |file| file.line_index.line_of(token.place.range.start()));
    (path.file_name().to_owned(), line + 1)
}

/// Why a step does not publish by OIDC although all was done that edits can do.
pub(super) fn after(
    context: &CheckContext<'_>,
    trial: &Workspace,
    (concern, known): (&Concern, &BTreeSet<(&'static str, String)>),
    site: &Site<'_>,
) -> String {
    let publisher = &site.publishing_tool;
    if publisher.exchange == Exchange::Unsupported {
        return cannot_exchange(context, site);
    }
    let is_known = publisher.last().1.is_some();
    if publisher.exchange == Exchange::Unknown && !site.runs_npm_or_exchanges() && !is_known {
        return match &publisher.since {
            Some((package, since)) => format!(
                "the files do not show which {package} runs; trusted publishing needs {since}, so pin it or commit a lock file \
                 first"
            ),
            None => format!(
                "it is not known whether {} can use trusted publishing",
                publisher.name
            ),
        };
    }
    if site.identity.id_token.grant == Grant::Unknown {
        return unknown_permission(context, site);
    }
    if publisher.exchange == Exchange::NpmOnPath
        && site.can_exchange() == Truth::No
        && let Some(obstacle) = node_24_obstacle(context, site)
        && obstacle != Node24Obstacle::Rush
    {
        return obstacle.reason();
    }
    let found = trial.all_diagnostics().filter(|found| concern.includes(found));
    let worst = found
        .filter(|found| found.advice.is_none() && found.severity >= Severity::Warning)
        .max_by_key(|found| found.severity);
    match (worst, site.outcome.prediction.outcome) {
        (Some(found), _) if known.contains(&(found.rule, found.message.clone())) => with_help(found),
        (Some(found), _) => {
            format!("trusted publishing would not work: {}", with_help(found))
        }
        (None, Outcome::Oidc) => "a token would still reach the step; remove it by hand".to_owned(),
        (None, Outcome::Unknown) => {
            "the files do not show whether it would publish without the token".to_owned()
        }
        (None, _) => format!("without the token, {}", site.view(context.sources).outcome_text()),
    }
}

/// Why it is not known whether the job gets an ID token.
fn unknown_permission(context: &CheckContext<'_>, site: &Site<'_>) -> String {
    let fact = &site.identity.id_token;
    let path = &fact.place.path;
    let blocks = context.sources.workflow(path).into_iter().flat_map(|workflow| {
        let jobs = workflow.jobs.iter();
        jobs.filter_map(|job| job.permissions.as_ref())
            .chain(workflow.permissions.as_ref())
    });
    let mut unclear = blocks.filter(|block| matches!(block.kind, PermissionsKind::Unknown));
    let Some(unclear) = unclear.find(|block| block.key == fact.place.range) else {
        return "the files do not show whether the job can get an ID token; grant `id-token: write` where the workflow is called"
            .to_owned();
    };
    let file = context.sources.file(path);
    let line = file.map_or(0, |file| file.line_index.line_of(unclear.range.start()));
    format!(
        "`permissions` in `{path}:{}` does not show whether the job can get an ID token; list the permissions there, with \
         `id-token: write`",
        line + 1
    )
}

/// The cause that a finding names, and what it says to do.
fn with_help(found: &Diagnostic) -> String {
    let title = found.fixes.first().map(|fix| format!("{}.", fix.title));
    match found.help.clone().or(title) {
        Some(help) => format!("{}. {help}", cause(found)),
        None => cause(found),
    }
}

/// The cause that a finding names. That the step fails for it, the message says after a colon.
fn cause(found: &Diagnostic) -> String {
    let message = found.message.as_str();
    let colon = message.match_indices(": ").map(|(at, _)| message.split_at(at));
    let mut colon = colon.filter(|(cause, _)| !is_in_code(cause));
    let cause = match colon.next() {
        Some((cause, consequence)) if consequence.contains(" will ") => cause,
        _ => message,
    };
    let cause = match cause.split_once(' ') {
        Some((
            word @ ("A" | "Always" | "Anyone" | "Invalid" | "Missing" | "No" | "Since" | "The" | "This"
            | "Trusted"),
            rest,
        )) => format!("{} {rest}", word.to_lowercase()),
        _ => cause.to_owned(),
    };
    format!("{cause} ({})", found.rule)
}

/// Whether what follows a text is in backticks, as the colon of `` `id-token: write` ``.
fn is_in_code(before: &str) -> bool {
    before.matches('`').count() % 2 == 1
}

/// Whether the line before or after a token is a comment.
fn is_beside_comment(context: &CheckContext<'_>, token: &Credential) -> bool {
    let Some(file) = context.sources.file(&token.place.path) else {
        return false;
    };
    let before = file.text.get(..token.place.range.start()).unwrap_or_default();
    let after = file.text.get(token.place.range.end()..).unwrap_or_default();
    let mut beside = [before.lines().rev().nth(1), after.lines().nth(1)]
        .into_iter()
        .flatten();
    beside.any(|line| line.trim_start().starts_with('#'))
}
