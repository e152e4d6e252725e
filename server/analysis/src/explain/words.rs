//! The evidence of a log in words.

use super::causes::{CauseGroup, CauseId, Stage};
use super::facts::{Facts, tells_of_exchange};
use super::scan::{Day, Hit};
use super::signals::{Signal, version_in};
use super::{Cause, LogEvidence};
use crate::knowledge::npm_errors::NpmError;
use crate::publish::{Says, Tool};
use crate::versions::version::Version;

/// GitHub revoked all classic tokens of npm on that day.
/// <https://github.blog/changelog/2025-12-09-npm-classic-tokens-revoked-session-based-auth-and-cli-token-management-now-available/>
const CLASSIC_TOKENS_ENDED: Day = (2025, 12, 9);

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
            // Words of an old npm mean nothing if npm tells of its exchange.
            Signal::NotInRegistry | Signal::OldErrorPrefix => others
                .into_iter()
                .any(|(_, other)| tells_of_exchange(other) && other.step == hit.step),
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
        topic: hit.signal.topic(),
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
        topic: hit.signal.topic(),
    })
}

fn code_meaning(code: NpmError) -> Option<&'static str> {
    Some(match code {
        NpmError::E400 => "the registry did not understand the request",
        NpmError::E401 => "the registry does not recognize the token",
        NpmError::E402 => "the registry requires a paid account: the package would be private",
        NpmError::E403 => "the registry recognizes the token but rejects the request",
        NpmError::E404 => "the registry rejected the publish; it gives this code for many reasons",
        NpmError::E409 => "the registry reported a conflict",
        NpmError::E422 => "the registry refused the provenance",
        NpmError::NeedAuth => "npm has no token, so it sent nothing",
        NpmError::OneTimePassword => "the registry requires a second factor",
        NpmError::E429 | NpmError::E500 | NpmError::E502 | NpmError::E503 | NpmError::E504 => {
            "the registry is temporarily unavailable"
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
        NpmError::YarnNoAuthentication => "Yarn has no token for the registry",
        NpmError::YarnNetwork => "the registry rejected Yarn's request",
        NpmError::YarnProvenance => "Yarn cannot sign provenance without an ID token",
        NpmError::GitNotAllowed => {
            "npm 12 does not fetch from git, but the package can only be fetched with git"
        }
        NpmError::UnknownConfig => "npm 12 rejects unknown flags and settings",
        NpmError::Private => "the package is private",
        NpmError::Usage => "npm cannot do what it was asked",
        NpmError::BadDevEngines => "`devEngines` in package.json requires another package manager or runtime",
        NpmError::BadEngine => "a package does not run on this Node",
        NpmError::Whoami => "lerna checked the login, but no user is logged in",
        NpmError::NoNpmToken | NpmError::InvalidNpmToken | NpmError::InvalidNpmAuth => {
            "semantic-release has no valid token"
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

/// The script that failed; the two addresses, where the registry compared them.
pub(crate) fn detail(id: CauseId, facts: &Facts) -> Option<String> {
    if id == CauseId::TokenExpired && !facts.is_before(CLASSIC_TOKENS_ENDED) {
        return Some("Classic tokens have not worked since December 2025.".to_owned());
    }
    if id == CauseId::NpmTooOld && facts.has(Signal::Names(CauseId::NpmTooOld)) {
        return Some("`npm stage` needs npm 11.15.0 or later.".to_owned());
    }
    if id == CauseId::InstallFailed && facts.unfilled.is_some() {
        let name = facts.unfilled.as_deref()?;
        return Some(format!(
            "`.npmrc` or `.yarnrc.yml` names the variable `{name}`, which this step does not set."
        ));
    }
    if id == CauseId::ScriptFailed {
        return match &facts.script {
            (Some(name), Some(command)) => Some(format!("`{name}` ran `{command}`.")),
            (Some(name), None) => Some(format!("The script is `{name}`.")),
            (None, Some(command)) => Some(format!("The script ran `{command}`.")),
            (None, None) => None,
        };
    }
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
pub(crate) fn would_decide(facts: &Facts, causes: &[Cause]) -> Vec<String> {
    let has = |id: CauseId| causes.iter().any(|cause| cause.id == id);
    let is_open = facts.login.exchange_succeeded.is_none() && has(CauseId::TpMismatchUnspecified);
    if causes.len() < 2 || !is_open {
        return Vec::new();
    }
    let mut hints: Vec<String> = verbose(facts).map(str::to_owned).into_iter().collect();
    let best = causes.first().map(|cause| cause.confidence);
    let mut id_token = causes.iter().filter(|cause| cause.id == CauseId::IdTokenMissing);
    // If the files show it, or refute it, the reader need not look.
    let is_open = id_token.any(|cause| cause.diagnostics.is_empty() && Some(cause.confidence) == best);
    if facts.login.has_id_token.is_none() && is_open {
        hints.push(
            "see \"Set up job\" in the log of this job: \"GITHUB_TOKEN Permissions\" must list `Id-token: write`"
                .to_owned(),
        );
    }
    hints
}

/// How the tool is told to speak of the exchange, if it does not yet. At `verbose` npm tells each request, what GitHub and the
/// registry answered, and its own version; it is silent only if the job cannot request an ID token.
/// Source: `lib/utils/oidc.js` of npm 11.19.1 and 12.2.2; lerna 9 has the same levels.
fn verbose(facts: &Facts) -> Option<&'static str> {
    if facts.has(Signal::NpmVerbose) || facts.is_by_client_of_pnpm {
        return None;
    }
    match facts.tool {
        None | Some(Tool::Npm | Tool::Lerna | Tool::LernaLite) => Some(
            "run it again with `--loglevel verbose` and explain that log: npm then logs the token exchange",
        ),
        // They ask for the exchange themselves, or never do.
        Some(Tool::YarnBerry | Tool::YarnClassic | Tool::Bun) => None,
        Some(_) => {
            Some("run it again with `NPM_CONFIG_LOGLEVEL: verbose` in the step's `env` and explain that log")
        }
    }
}

/// Which error is likely to come once the first cause is gone. What the files show is told apart from this, and what is among
/// the causes is not said again.
pub(crate) fn next(facts: &Facts, causes: &[Cause], knows_repository: bool) -> Vec<String> {
    let Some(first) = causes.first().map(|cause| cause.id) else {
        return Vec::new();
    };
    // What failed is not a publish, or is one after others that worked.
    let asks_for_login = matches!(first, CauseId::Whoami | CauseId::NeedsLoginCommand);
    let is_beside = first.text().stage == Stage::Job && !asks_for_login;
    if is_beside || !facts.published.is_empty() {
        return Vec::new();
    }
    let is_before_exchange = first.text().stage < Stage::Exchange;
    let is_of_token = matches!(first, CauseId::TokenMalformed);
    let is_about_exchange = first.text().stage <= Stage::Exchange && !is_of_token;
    let names_publisher = causes
        .iter()
        .any(|cause| cause.id.group() == Some(CauseGroup::TrustedPublisher));
    let names_repository = causes.iter().any(|cause| {
        matches!(
            cause.id,
            CauseId::RepositoryMissing
                | CauseId::RepositoryCase
                | CauseId::RepositoryMismatch
                | CauseId::RepoRenamed
        )
    });
    let mut next = Vec::new();
    if is_before_exchange && !names_publisher {
        next.push("E404 or ENEEDAUTH if the trusted publisher on npm does not match this run".to_owned());
    }
    if is_about_exchange && !names_repository && facts.repository.is_none() && !knows_repository {
        next.push("E422 if `repository` in package.json is missing or names another repository".to_owned());
    }
    next
}

#[cfg(test)]
mod tests {
    use super::super::{Origin, explain};

    const REFUSED: &str =
        "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/w - Not found\n";

    #[test]
    fn what_comes_next_is_not_among_the_causes() {
        for (log, expected) in [
            // The trusted publisher is one of the causes.
            (REFUSED, &["E422"][..]),
            (
                "npm error code E404\nnpm error 404  'w@1.0.0' is not in this registry.\n",
                &["E404 or ENEEDAUTH", "E422"],
            ),
            (
                "npm error 422 \"repository.url\" is \"\", expected to match \"https://github.com/o/r\" from provenance\n",
                &[],
            ),
            // Nothing of the publish failed.
            (
                "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/w - Not found\n",
                &[],
            ),
            (
                "Run npm publish\n+ w@1.0.0\nRun npm dist-tag add w@1.0.0 next\nnpm error code ENEEDAUTH\n",
                &[],
            ),
        ] {
            let next = explain(log, &Origin::default()).next;
            assert_eq!(next.len(), expected.len(), "{log}: {next:?}");
            for (next, start) in next.iter().zip(expected) {
                assert!(next.starts_with(start), "{log}: {next}");
            }
        }
    }

    #[test]
    fn a_tool_is_asked_to_say_more_in_its_own_way() {
        for (before, expected) in [
            ("", Some("`--loglevel verbose`")),
            ("changeset v2.29.0\n", Some("`NPM_CONFIG_LOGLEVEL: verbose`")),
            // It says all of it.
            ("npm verbose title npm publish\n", None),
            // Its own client tells of a failed exchange in any case.
            ("📦 w@1.0.0 → https://registry.npmjs.org/\n", None),
        ] {
            let log = format!("{before}{REFUSED}");
            let hints = explain(&log, &Origin::default()).would_decide;
            let hint = hints.iter().find(|hint| hint.starts_with("run it again"));
            assert_eq!(hint.is_some(), expected.is_some(), "{log}: {hints:?}");
            let has = |text: &str| hint.is_some_and(|hint| hint.contains(text));
            assert!(expected.is_none_or(has), "{log}: {hints:?}");
        }
    }
}
