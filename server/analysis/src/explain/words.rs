//! The evidence of a log in words.

use super::causes::{CauseId, Stage};
use super::facts::Facts;
use super::scan::Hit;
use super::signals::{Signal, version_in};
use super::{Cause, LogEvidence};
use crate::knowledge::npm_errors::NpmError;
use crate::publish::{Says, Tool};
use crate::versions::version::Version;

/// The lines with their meaning, without those that say nothing to a person, or say again what was said.
pub(crate) fn evidence(hits: &[Hit]) -> Vec<LogEvidence> {
    let mut found: Vec<LogEvidence> = Vec::new();
    for (at, hit) in hits.iter().enumerate() {
        let Some(evidence) = line_evidence(hit) else {
            continue;
        };
        let others = hits.iter().enumerate().filter(|(other, _)| *other != at);
        let is_told = match hit.signal {
            // The line with the code, or what else this line tells, says it better.
            Signal::WordsOf(code) => others.into_iter().any(|(_, other)| {
                let is_code = other.signal == Signal::Code(code) && !evidence.text.contains(" - PUT ");
                is_code || other.line == hit.line
            }),
            Signal::NpmVersion | Signal::NodeVersion => {
                let version = version_in(&hit.text);
                let mut earlier = others.filter(|(other, _)| *other < at);
                earlier.any(|(_, other)| other.signal == hit.signal && version_in(&other.text) == version)
            }
            _ => false,
        };
        // A line that tells two things is shown once, with what it tells first.
        if !is_told && found.last().is_none_or(|last| last.line != evidence.line) {
            found.push(evidence);
        }
    }
    found
}

fn line_evidence(hit: &Hit) -> Option<LogEvidence> {
    let meaning = match hit.signal {
        Signal::Code(code) | Signal::WordsOf(code) => code_meaning(code)?,
        Signal::Tool(tool, says) => return tool_evidence(hit, tool, says),
        signal => signal.meaning(),
    };
    (!meaning.is_empty()).then(|| LogEvidence {
        line: hit.line,
        text: hit.text.clone(),
        meaning: meaning.to_owned(),
    })
}

/// What a line of a tool means.
fn tool_evidence(hit: &Hit, tool: Tool, says: Says) -> Option<LogEvidence> {
    let name = tool.entry()?.name;
    let meaning = match says {
        Says::Runs | Says::Exchanges | Says::PrintsRequests => return None,
        Says::Version => format!("the version of {name}"),
        Says::Registry => "the registry".to_owned(),
        Says::IdToken => "the job can get an ID token".to_owned(),
        Says::NoCredential => format!("{name} has no credential for the registry"),
        Says::NotLoggedIn => format!("{name} asked npm who is logged in"),
        Says::CannotSign => format!("this {name} cannot sign provenance"),
        Says::UnknownCommand => format!("this {name} does not know the command"),
        Says::Failed(code) => code_meaning(code)?.to_owned(),
        Says::Reads => format!("{name} was reading a package, not publishing one"),
        Says::NotPublished => format!("{name} could not publish"),
    };
    Some(LogEvidence {
        line: hit.line,
        text: hit.text.clone(),
        meaning,
    })
}

fn code_meaning(code: NpmError) -> Option<&'static str> {
    Some(match code {
        NpmError::E400 => "the registry did not understand the request",
        NpmError::E401 => "the registry does not know the credential",
        NpmError::E402 => "the registry wants to be paid: the package would be private",
        NpmError::E403 => "the registry knows the credential and refuses",
        NpmError::E404 => {
            "the registry refused, and says that the package is not there: it says so for a dozen causes"
        }
        NpmError::E409 => "the registry met a conflict",
        NpmError::E422 => "the registry refused the provenance",
        NpmError::NeedAuth => "npm has no credential at all; nothing was sent",
        NpmError::OneTimePassword => "the registry wants a second factor",
        NpmError::E429 | NpmError::E500 | NpmError::E502 | NpmError::E503 | NpmError::E504 => {
            "the registry cannot work just now"
        }
        NpmError::ConnectionReset
        | NpmError::ConnectionRefused
        | NpmError::TimedOut
        | NpmError::HostNotFound
        | NpmError::LookupFailed => "the registry could not be reached",
        NpmError::Unscoped => "a package without a scope cannot be private",
        NpmError::GitUnknownBranch => "pnpm found no branch, because git has checked out a commit",
        NpmError::GitWrongBranch => "pnpm found another branch than `main`, `master` or its `publish-branch`",
        NpmError::GitUnclean => "pnpm found changes that are not committed",
        NpmError::PnpmFailedToPublish => "pnpm sent the package, and the registry refused it",
        NpmError::PnpmPrivatePackage => "the package is private",
        NpmError::PnpmUnscopedRestricted => "a package without a scope cannot be private",
        NpmError::PnpmNoIdToken => "pnpm cannot sign provenance without an ID token",
        NpmError::PnpmNoCommand => "pnpm does not know the command, and found no program of its name",
        NpmError::YarnNoAuthentication => "Yarn has no credential for the registry",
        NpmError::YarnNetwork => "the registry refused what Yarn asked for",
        NpmError::YarnProvenance => "Yarn cannot sign provenance without an ID token",
        NpmError::GitNotAllowed => {
            "npm 12 fetches nothing from git, and it was given what only git can fetch"
        }
        NpmError::UnknownConfig => "npm 12 refuses flags and settings that it does not know",
        NpmError::Private => "the package is private",
        NpmError::Usage => "npm cannot do what it was asked",
        NpmError::BadDevEngines => "`devEngines` in package.json ask for another package manager or runtime",
        NpmError::BadEngine => "a package does not run on this Node",
        NpmError::Whoami => "lerna checked who is logged in, and nobody is",
        NpmError::NoNpmToken | NpmError::InvalidNpmToken | NpmError::InvalidNpmAuth => {
            "semantic-release has no usable token"
        }
        NpmError::InvalidAuth | NpmError::ModuleNotFound => return None,
    })
}

/// npm, where its own lines are there.
pub(crate) fn npm_speaks(facts: &Facts) -> Option<String> {
    let speaks = facts.versions.npm.is_some()
        || facts.versions.npm_knows_oidc.is_some()
        || facts.has(Signal::PublishingTo)
        || facts.has_code(NpmError::NeedAuth);
    speaks.then(|| "npm".to_owned())
}

/// The versions that the log shows.
pub(crate) fn versions(facts: &Facts) -> Vec<(String, String)> {
    let versions = &facts.versions;
    let name = |tool: Tool| tool.entry().map_or("tool", |entry| entry.name);
    let mut tools: Vec<(&str, &Version)> = Vec::new();
    for (tool, _) in &versions.tools {
        if !tools.iter().any(|(known, _)| *known == name(*tool)) {
            tools.extend(versions.of(*tool).map(|version| (name(*tool), version)));
        }
    }
    let of_npm = [("npm", &versions.npm), ("node", &versions.node)];
    let others = [
        ("changesets/action", &versions.changesets_action),
        ("pnpm", &versions.pnpm),
    ];
    let known = |(name, version): (&'static str, &'_ Option<Version>)| {
        Some((name.to_owned(), version.as_ref()?.to_string()))
    };
    let tools = tools
        .into_iter()
        .map(|(name, version)| (name.to_owned(), version.to_string()));
    let of_npm = of_npm.into_iter().filter_map(known);
    of_npm
        .chain(tools)
        .chain(others.into_iter().filter_map(known))
        .collect()
}

/// The two addresses, where the registry compared them.
pub(crate) fn detail(id: CauseId, facts: &Facts) -> Option<String> {
    let (found, expected) = facts.repository.as_ref()?;
    matches!(
        id,
        CauseId::RepositoryMissing
            | CauseId::RepositoryCase
            | CauseId::RepositoryMismatch
            | CauseId::RepoRenamed
    )
    .then(|| match found.as_str() {
        "" => format!("The provenance says `{expected}`."),
        found => format!("The package says `{found}`, and the provenance says `{expected}`."),
    })
}

/// What to look at, or to add, so that one cause remains.
pub(crate) fn would_decide(facts: &Facts, causes: &[Cause], registrations: &[String]) -> Vec<String> {
    if causes.len() < 2 {
        return Vec::new();
    }
    let has = |id: CauseId| causes.iter().any(|cause| cause.id == id);
    let mut hints = Vec::new();
    if facts.login.exchange_succeeded.is_none() && has(CauseId::TpMismatchUnspecified) {
        hints.push(
            "add `--loglevel silly` to the publish command (or `NPM_CONFIG_LOGLEVEL: silly` to its `env`), run it again, \
             and explain that log: npm says nothing of the exchange otherwise"
                .to_owned(),
        );
    }
    if facts.login.has_id_token.is_none() && has(CauseId::IdTokenMissing) {
        hints.push(
            "look into \"Set up job\" of the same job: \"GITHUB_TOKEN Permissions\" must list `Id-token: write`"
                .to_owned(),
        );
    }
    if has(CauseId::NpmTooOld) && facts.versions.npm.is_none() {
        hints.push("print `npm --version` in the publish step: it must be 11.5.1 or newer".to_owned());
    }
    if has(CauseId::TpNotConfigured) {
        hints.push(match registrations {
            [] => "compare the entry on the package's access page with owner, repository, workflow file and environment".to_owned(),
            entries => format!(
                "compare the entry on the package's access page with what this repository needs: {}",
                entries.join("; or ")
            ),
        });
    }
    hints
}

/// Which error is likely to come once the first cause is gone. What the files show is told apart from this.
pub(crate) fn next(facts: &Facts, causes: &[Cause], knows_repository: bool) -> Vec<String> {
    let Some(first) = causes.first().map(|cause| cause.id) else {
        return Vec::new();
    };
    let stage = first.text().stage;
    let is_before_exchange =
        stage < Stage::Exchange && !matches!(first, CauseId::ReadRefused | CauseId::ScriptFailed);
    let is_about_exchange = stage <= Stage::Exchange;
    let mut next = Vec::new();
    if is_before_exchange {
        next.push(
            "E404 or ENEEDAUTH, where the trusted publisher on npm does not name this repository, workflow file and environment: \
             only then does npm ask for it"
                .to_owned(),
        );
    }
    if is_about_exchange && facts.repository.is_none() && !knows_repository {
        next.push(
            "E422, where `repository` in package.json is missing or names another repository: publishing by trusted publishing makes \
             provenance, and the registry compares the two"
                .to_owned(),
        );
    }
    next
}
