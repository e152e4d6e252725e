//! Why a step keeps its token, and what must be done by hand first.

use std::collections::BTreeSet;

use super::concern::Concern;
use crate::checker::context::CheckContext;
use crate::checker::node_24::{Node24Obstacle, node_24_obstacle};
use crate::checker::tool_remedy::tool_remedy;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fixes::installs::{PrivateDependencies, goes_to_installs, installs_with, private_dependencies};
use crate::fixes::token::token_edits;
use crate::fixes::tool::publish_with_npm;
use crate::model::permissions::Grant;
use crate::publish::{Credential, CredentialSource, Exchange, Outcome, Site};
use crate::text::FilePath;
use crate::versions::version::Truth;
use crate::workspace::Workspace;

/// What no edit can change; none if the move can be tried.
pub(super) fn before(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    let command = &site.publisher.command;
    if let Some(broken) = broken_file(context, site) {
        return Some(format!("`{broken}` has a syntax error; fix it first"));
    }
    if site.publisher.is_guess {
        return Some(format!(
            "it is not certain that `{command}` publishes; if it does, name it in `trustpub.toml` under `[[publish-command]]`"
        ));
    }
    if let Some(why) = no_package(context, site) {
        return Some(why);
    }
    let cannot = site.publisher.exchange == Exchange::Unsupported || site.publisher.needs_token();
    if cannot && publish_with_npm(context, site).is_none() {
        return Some(cannot_exchange(site));
    }
    let private = private_dependencies(context.sources);
    let mut tokens = site.credentials.tokens.iter();
    tokens.find_map(|token| {
        if private == PrivateDependencies::Likely && let Some(step) = installs_here(context, site, token) {
            return Some(format!(
                "line {step} also installs packages with `{}`, and some may be private; give the token only to a step that installs",
                token.name
            ));
        }
        let edits = token_edits(context, site, token);
        edits.is_none().then(|| cannot_remove(context, site, token))
    })
}

/// Why nothing is known of the package: whether the registry takes it with the provenance of trusted publishing cannot be told.
fn no_package(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    let packages = &site.packages;
    if !packages.manifests.is_empty() || !packages.candidates.is_empty() {
        return None;
    }
    let mut files = context.sources.files.iter();
    if let Some((broken, _)) = files.find(|(_, file)| file.is_unreadable_manifest()) {
        return Some(format!("`{broken}` is not valid JSON; repair it first"));
    }
    if packages.is_complete && packages.skips_private {
        return Some("the repository has no package that it would publish".to_owned());
    }
    let mut manifests = context.sources.manifest_paths();
    let is_named = |path: &FilePath| {
        let manifest = context.sources.manifest(path);
        manifest.is_some_and(|manifest| manifest.name.is_some())
    };
    (!manifests.any(is_named)).then(|| {
        "no `package.json` with a `name` is in the repository, so its `repository` cannot be checked; commit one first".to_owned()
    })
}

/// The line of a step that installs packages with a token that the move takes away from it.
pub(super) fn installs_here(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    token: &Credential,
) -> Option<usize> {
    if goes_to_installs(context, site, token) {
        return None;
    }
    let installing = installs_with(context, site, token);
    let file = context.sources.file(&site.job.path)?;
    let step = installing.first()?;
    let start = match (&step.run, &step.uses) {
        (Some(run), _) => run.range.start(),
        (None, Some(uses)) => uses.range.start(),
        (None, None) => step.range.start(),
    };
    Some(file.line_index.line_of(start) + 1)
}

fn cannot_exchange(site: &Site<'_>) -> String {
    let (name, version) = site.publisher.last();
    let version = version.map(|version| format!(" {version}")).unwrap_or_default();
    format!(
        "{name}{version} cannot use trusted publishing; {} first",
        tool_remedy(site)
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

fn cannot_remove(context: &CheckContext<'_>, site: &Site<'_>, token: &Credential) -> String {
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
            needed.site.publisher.command
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
            format!("a command exports `{name}` ({file}:{line}); remove it by hand")
        }
        CredentialSource::OwnFile => format!(
            "`{name}` is set in `{file}` (line {line}), which {} reads; remove it by hand",
            site.publisher.name
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
    let publisher = &site.publisher;
    if publisher.exchange == Exchange::Unsupported {
        return cannot_exchange(site);
    }
    if publisher.exchange == Exchange::Unknown && !site.runs_npm_or_exchanges() {
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
        return "the files do not show whether the job can get an ID token; grant `id-token: write` where the workflow is called"
            .to_owned();
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
        (Some(found), _) if known.contains(&(found.rule, found.message.clone())) => cause(found),
        (Some(found), _) => format!("without the token, {}", cause(found)),
        (None, Outcome::Oidc) => "a token would still reach the step; remove it by hand".to_owned(),
        (None, Outcome::Unknown) => {
            "the files do not show whether it would publish without the token".to_owned()
        }
        (None, _) => format!("without the token, {}", site.view(context.sources).outcome_text()),
    }
}

/// The cause that a finding names. That the step fails for it, the message says after a colon.
fn cause(found: &Diagnostic) -> String {
    let message = found.message.as_str();
    let cause = match message.split_once(": ") {
        Some((cause, consequence)) if consequence.contains(" will ") => cause,
        _ => message,
    };
    let cause = match cause.split_once(' ') {
        Some((word @ ("The" | "This" | "Missing" | "No"), rest)) => format!("{} {rest}", word.to_lowercase()),
        _ => cause.to_owned(),
    };
    format!("{cause} ({})", found.rule)
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
