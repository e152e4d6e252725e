//! From the facts of a log to its causes.

mod before;
mod by_npm_code;
mod by_tool;
mod refused;

use super::Confidence;
use super::causes::{CauseId, Stage};
use super::facts::{Facts, LogLogin};
use super::scripts::is_of_machine;
use super::signals::Signal;
use crate::knowledge::npm_errors::NpmError;
use crate::publish::Tool;
use crate::versions::version::Truth;
use crate::versions::version::Version;
use by_npm_code::by_npm_code;
use by_tool::by_tool;
use refused::{read_refused, token_refused};

/// A cause by its id, and how sure it is.
pub(crate) type CauseVerdict = (CauseId, Confidence);

/// The causes that the log leaves, the likeliest first. One where the log decides.
pub(crate) fn decide(facts: &Facts) -> Vec<CauseVerdict> {
    let verdicts = verdicts(facts);
    match facts.is_before_trusted_publishing() {
        true => before::without_trusted_publishing(verdicts, facts),
        false => verdicts,
    }
}

fn verdicts(facts: &Facts) -> Vec<CauseVerdict> {
    // The tool went on.
    if facts.has(Signal::SkipsExisting) && facts.has(Signal::Names(CauseId::VersionExists)) {
        return Vec::new();
    }
    let named = named(facts);
    // What ends a job elsewhere, and what follows a failure, explains it only where nothing nearer does.
    let (beside, named): (Vec<CauseId>, Vec<CauseId>) =
        named.into_iter().partition(|cause| is_beside(*cause));
    if !named.is_empty() {
        let how_sure = |id: &CauseId| match facts.is_plain(*id) || !facts.named().any(|named| named == *id) {
            true => Confidence::Certain,
            false => Confidence::Likely,
        };
        let mut verdicts: Vec<CauseVerdict> = named.iter().map(|id| (*id, how_sure(id))).collect();
        if may_be_renamed(facts) && !named.contains(&CauseId::RepoRenamed) {
            verdicts.push((CauseId::RepoRenamed, Confidence::Possible));
        }
        return verdicts;
    }
    let verdicts = by_tool(facts).unwrap_or_else(|| by_code(facts));
    // git says why it could not push, and that it could not.
    let is_only_push = verdicts
        .iter()
        .all(|(id, _)| matches!(id, CauseId::GitPushRefused | CauseId::BranchMoved));
    // Nothing else says why.
    if verdicts.is_empty() && beside.is_empty() && facts.script_failed() {
        return vec![(CauseId::ScriptFailed, Confidence::Likely)];
    }
    // A script that was stopped failed too, and so did one that does not exist or starts what does not.
    let is_only_script = verdicts.iter().all(|(id, _)| *id == CauseId::ScriptFailed);
    let is_nearer =
        |id: &CauseId| is_of_machine(*id) || matches!(id, CauseId::ScriptMissing | CauseId::ProgramMissing);
    let is_told = beside.iter().any(is_nearer);
    match is_only_push && !beside.is_empty() || is_only_script && is_told {
        true => {
            let (first, others): (Vec<CauseId>, Vec<CauseId>) = beside.into_iter().partition(is_nearer);
            let causes = first.into_iter().chain(others);
            causes.map(|id| (id, Confidence::Likely)).collect()
        }
        false => verdicts,
    }
}

/// The causes where nothing failed but to read what is published.
pub(crate) fn read(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Likely, Possible};
    let is_lagging = !facts.published.is_empty() && !facts.has(Signal::DistTagRequest);
    match is_lagging {
        true => vec![
            (CauseId::PublishNotVisible, Likely),
            (CauseId::ReadRefused, Possible),
        ],
        false => decide(facts),
    }
}

/// Whether a cause is about something else than the publish: it may be in the log of a publish that failed for itself.
fn is_beside(cause: CauseId) -> bool {
    let is_of_publish = matches!(
        cause,
        CauseId::Whoami
            | CauseId::NeedsLoginCommand
            | CauseId::DeploymentRejected
            | CauseId::NpmTrustFlag
            | CauseId::NpmTrustOtp
    );
    let is_beside = matches!(
        cause,
        CauseId::ChangesetsCliCrash
            | CauseId::RegistryUnavailable
            | CauseId::StagedNotApproved
            | CauseId::PublishNotVisible
    );
    is_beside || (cause.text().stage == Stage::Job && !is_of_publish)
}

/// The causes that npm's codes leave.
fn by_code(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Likely, Possible};
    if facts.reads_folder_as_package {
        let of_code = match facts.installation_failed() {
            true => CauseId::InstallFailed,
            false => CauseId::ReadRefused,
        };
        return vec![(CauseId::FolderReadAsPackage, Likely), (of_code, Possible)];
    }
    if facts.is_github_packages() && facts.has_code(NpmError::E403) {
        return vec![
            (CauseId::GithubPackagesRights, Likely),
            (CauseId::TokenExpired, Possible),
        ];
    }
    let is_unread = facts.is_github_packages() && facts.has_code(NpmError::E400);
    if is_unread && facts.has_sentence() {
        return vec![
            (CauseId::RegistryRefused, Likely),
            (CauseId::WrongRegistry, Likely),
        ];
    }
    if facts.has(Signal::GithubPackages) || is_unread || facts.is_github_packages() && is_refused(facts) {
        return vec![
            (CauseId::WrongRegistry, Likely),
            (CauseId::GithubPackagesRights, Possible),
            (CauseId::TokenExpired, Possible),
        ];
    }
    if facts.has(Signal::NoRights) {
        return vec![(CauseId::TokenExpired, Likely), (CauseId::FirstPublish, Possible)];
    }
    if facts.has(Signal::DistTagRequest) && is_refused(facts) {
        return match facts.login.has_secret {
            true => vec![
                (CauseId::TokenExpired, Likely),
                (CauseId::NeedsLoginCommand, Possible),
            ],
            false => vec![
                (CauseId::NeedsLoginCommand, Likely),
                (CauseId::TokenExpired, Possible),
            ],
        };
    }
    if facts.has_sentence() {
        return vec![(CauseId::RegistryRefused, Likely)];
    }
    if is_about_authentication(facts) && !is_only_read(facts) {
        return authentication(facts);
    }
    match () {
        // What took the place of the exchange was refused too.
        () if facts.login.exchange_succeeded == Some(false) && facts.has_code(NpmError::E401) => {
            authentication(facts)
        }
        () if (facts.has(Signal::ReadCommand) || facts.has(Signal::ReadRefused)) && !facts.is_sent() => {
            read_refused(facts)
        }
        () if facts.has(Signal::Whoami) && !facts.has(Signal::InvalidToken) => {
            vec![(CauseId::Whoami, Likely), (CauseId::TokenExpired, Possible)]
        }
        () if facts.has(Signal::InvalidToken) || facts.has_code(NpmError::E401) => token_refused(facts),
        () if facts.has_code(NpmError::E402) => vec![(CauseId::ScopedAccess, Likely)],
        () if facts.has_code(NpmError::E403) => vec![
            (CauseId::TokenExpired, Possible),
            (CauseId::VersionExists, Possible),
            (CauseId::TpAllowedActions, Possible),
        ],
        () if facts.has_code(NpmError::E409) => vec![(CauseId::PackumentConflict, Likely)],
        () if facts.has_code(NpmError::E400) => vec![(CauseId::TpMismatchUnspecified, Possible)],
        () if facts.has_code(NpmError::E422) => vec![
            (CauseId::RepositoryMissing, Possible),
            (CauseId::RepositoryMismatch, Possible),
        ],
        () if facts.has(Signal::LoginPrompt) || facts.has(Signal::NotLoggedIn) => {
            vec![(CauseId::Whoami, Likely), (CauseId::NeedsLoginCommand, Possible)]
        }
        () if facts.has(Signal::TarballPath) && facts.other_code.as_deref() == Some("ENOENT") => {
            vec![(CauseId::TarballMissing, Likely)]
        }
        // A dependency from a private repository reads the same.
        () if facts.has(Signal::GitRead) => vec![
            (CauseId::FolderReadAsPackage, Likely),
            (CauseId::InstallFailed, Possible),
        ],
        () if facts.has(Signal::ScriptFailed) => vec![(CauseId::ScriptFailed, Likely)],
        () if facts.has(Signal::WordsOf(NpmError::E429)) => vec![(CauseId::RateLimited, Likely)],
        () if UNAVAILABLE.iter().any(|code| facts.has_code(*code)) => {
            vec![(CauseId::RegistryUnavailable, Likely)]
        }
        () if exchange_alone(facts) => authentication(facts),
        () if facts.has_code(NpmError::BadEngine) => {
            vec![(CauseId::NpmLatestNeedsNewerNode, Likely)]
        }
        () if facts.has(Signal::DetachedHead) && facts.tool == Some(Tool::Pnpm) => {
            vec![(CauseId::PnpmGitChecks, Likely)]
        }
        () if facts.has(Signal::DetachedHead) => {
            vec![
                (CauseId::ReleaseGitChecks, Likely),
                (CauseId::PnpmGitChecks, Likely),
            ]
        }
        () if facts.has(Signal::PushFailed) => {
            vec![
                (CauseId::GitPushRefused, Likely),
                (CauseId::BranchMoved, Possible),
            ]
        }
        () if facts.publish_script_failed() => vec![(CauseId::ScriptFailed, Likely)],
        () if facts.has(Signal::TokenRefused) => vec![(CauseId::TokenExpired, Likely)],
        // The version that was published a moment ago.
        () if facts.installation_failed() && !facts.published.is_empty() => vec![
            (CauseId::PublishNotVisible, Likely),
            (CauseId::InstallFailed, Possible),
        ],
        () if facts.installation_failed() => vec![
            (CauseId::InstallFailed, Likely),
            (CauseId::PublishNotVisible, Possible),
        ],
        () => of_other_code(facts).map(|id| (id, Likely)).into_iter().collect(),
    }
}

/// The cause that npm's last code names, although it tells nothing about publishing.
pub(crate) fn of_other_code(facts: &Facts) -> Option<CauseId> {
    by_npm_code(facts.other_code.as_deref()?)
}

/// Whether the registry did not take the credential, or none was there.
fn is_refused(facts: &Facts) -> bool {
    is_about_authentication(facts) || facts.has_code(NpmError::E401) || facts.has_code(NpmError::E403)
}

/// The registry or the way to it was out of order.
const UNAVAILABLE: [NpmError; 10] = [
    NpmError::E429,
    NpmError::E500,
    NpmError::E502,
    NpmError::E503,
    NpmError::E504,
    NpmError::ConnectionReset,
    NpmError::ConnectionRefused,
    NpmError::TimedOut,
    NpmError::HostNotFound,
    NpmError::LookupFailed,
];

/// A part of a log that tells of the exchange and not of the publish after it.
fn exchange_alone(facts: &Facts) -> bool {
    facts.login.exchange_succeeded == Some(false)
        || facts.has(Signal::IdTokenAbsent)
        || facts.has(Signal::IdTokenFetchFailed)
}

/// The causes that texts of the log name by themselves, in the order of the log.
fn named(facts: &Facts) -> Vec<CauseId> {
    let mut found = Vec::new();
    if let Some((found_url, expected)) = &facts.repository {
        found.push(repository(found_url, expected));
    }
    // An install of npm that fails ends the job; of other packages the code is only a warning.
    let is_npm_refused =
        facts.has(Signal::NpmRefusesNode) || (facts.has_code(NpmError::BadEngine) && facts.installs_npm);
    let is_last = is_npm_refused && !facts.has_code(NpmError::E404);
    let last = is_last.then_some(CauseId::NpmLatestNeedsNewerNode);
    let names = |wanted: CauseId| facts.named().any(|cause| cause == wanted);
    for cause in facts.named().chain(last) {
        let cause = match cause {
            CauseId::EotpToken2fa if facts.has(Signal::TrustCommand) => CauseId::NpmTrustOtp,
            // What GitHub Packages answers to an installation.
            CauseId::GithubPackagesRights if facts.has(Signal::ReadRefused) && !facts.is_sent() => continue,
            // GitHub says both if the environment excludes the ref.
            CauseId::DeploymentRejected if names(CauseId::EnvironmentProtection) => continue,
            // npm could not even say why.
            CauseId::NpmCrash if facts.installation_failed() => continue,
            // Why it failed is said too.
            CauseId::GithubReleaseFailed if names(CauseId::GithubTokenRights) => continue,
            cause => cause,
        };
        if !found.contains(&cause) {
            found.push(cause);
        }
    }
    found
}

fn repository(found: &str, expected: &str) -> CauseId {
    let (found, expected) = (bare_url(found), bare_url(expected));
    match () {
        // What JavaScript makes of a field that is not there.
        () if matches!(found, "" | "undefined" | "null") => CauseId::RepositoryMissing,
        () if found.eq_ignore_ascii_case(expected) => CauseId::RepositoryCase,
        () => CauseId::RepositoryMismatch,
    }
}

fn bare_url(url: &str) -> &str {
    url.trim_start_matches("git+")
        .trim_end_matches('/')
        .trim_end_matches(".git")
}

/// Whether the package may name the repository as it was called before: the owner or the name is the same, and not both. A manifest
/// that was copied from another repository of the owner looks the same.
fn may_be_renamed(facts: &Facts) -> bool {
    let Some((found, expected)) = &facts.repository else {
        return false;
    };
    let names = |url: &str| {
        let mut parts = bare_url(url).rsplit(['/', ':']).map(str::to_ascii_lowercase);
        Some((parts.next()?, parts.next()?))
    };
    match (names(found), names(expected)) {
        (Some((name, owner)), Some((now, new_owner))) => (name == now) != (owner == new_owner),
        _ => false,
    }
}

/// The answers of npm that have a dozen causes.
fn is_about_authentication(facts: &Facts) -> bool {
    facts.has_code(NpmError::E404)
        || facts.has_code(NpmError::NeedAuth)
        || facts.has_code(NpmError::PnpmFailedToPublish) && !facts.has_other_status()
        || facts.has(Signal::NotInRegistry)
        || facts.has(Signal::NoPermissionToAccess)
}

/// A 404 that answers a GET is about a package that npm reads, such as a dependency.
fn is_only_read(facts: &Facts) -> bool {
    (facts.has(Signal::ReadRefused) || facts.has(Signal::ReadCommand))
        && !facts.has(Signal::WordsOf(NpmError::E404))
        && !facts.has_code(NpmError::NeedAuth)
}

fn authentication(facts: &Facts) -> Vec<CauseVerdict> {
    let mut verdicts = login(facts);
    if facts.has(Signal::NotYetPublished) {
        // A package that npm does not have has no trusted publisher either.
        verdicts.retain(|(id, _)| *id != CauseId::FirstPublish);
        verdicts.insert(0, (CauseId::FirstPublish, Confidence::Likely));
    }
    verdicts
}

fn login(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Certain, Likely, Possible};
    if facts.other_registry.is_some() {
        return vec![
            (CauseId::WrongRegistry, Likely),
            (CauseId::TokenExpired, Possible),
        ];
    }
    if facts.versions.npm_is_too_old() == Truth::Yes {
        return too_old(facts);
    }
    if facts.has(Signal::IdTokenFetchFailed) {
        // The job could ask, and GitHub refused: most often that passes, but a policy may forbid ID tokens.
        return vec![
            (CauseId::IdTokenFetchFailed, Likely),
            (CauseId::IdTokenMissing, Likely),
        ];
    }
    if facts.tool == Some(Tool::Pnpm) && facts.versions.pnpm.as_ref().is_some_and(is_defective_pnpm) {
        return vec![
            (CauseId::PnpmVersion, Likely),
            (CauseId::TpMismatchUnspecified, Possible),
        ];
    }
    if facts.login.has_id_token == Some(false) {
        let certainty = if facts.has(Signal::IdTokenAbsent) {
            Certain
        } else {
            Likely
        };
        return vec![
            (CauseId::IdTokenMissing, certainty),
            (CauseId::EnvStripped, Possible),
        ];
    }
    if facts.has_code(NpmError::NeedAuth) && facts.has(Signal::LoginCommand) {
        return vec![
            (CauseId::NeedsLoginCommand, Likely),
            (CauseId::TokenExpired, Possible),
        ];
    }
    // It would have told of an exchange.
    let is_silent = facts.has(Signal::NpmVerbose) && facts.login == LogLogin::default();
    if is_silent && facts.versions.npm_is_too_old() == Truth::No {
        return vec![
            (CauseId::IdTokenMissing, Likely),
            (CauseId::EnvStripped, Possible),
        ];
    }
    match facts.login.exchange_succeeded {
        Some(false) => exchange_refused(Possible),
        // The short-lived token was there, and the package did not take it.
        Some(true) => vec![(CauseId::TpAllowedActions, Possible)],
        // The job could publish other packages.
        None if !facts.published.is_empty() && !facts.login.has_secret => {
            let others = exchange_refused(Possible).into_iter();
            let others =
                others.filter(|(id, _)| !matches!(*id, CauseId::TpNotConfigured | CauseId::FirstPublish));
            let first = [
                (CauseId::TpNotConfigured, Likely),
                (CauseId::FirstPublish, Likely),
            ];
            first.into_iter().chain(others).collect()
        }
        None => unseen(facts),
    }
}

/// Releases of pnpm 11 whose exchange does not work although everything is in order: 11.0 and 11.25.0.
fn is_defective_pnpm(version: &Version) -> bool {
    version.major() == 11 && (version.minor() == 0 || (version.minor(), version.patch()) == (25, 0))
}

fn too_old(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Certain, Likely, Possible};
    let id = if facts.installs_npm || facts.versions.is_older_npm {
        CauseId::NpmShadowedOnPath
    } else {
        CauseId::NpmTooOld
    };
    let is_refused = facts.has(Signal::TokenRefused);
    if facts.login.has_secret || is_refused {
        // A token was sent. What was meant, the log does not say, unless npm names what became of the secret.
        let of_token = (CauseId::TokenExpired, Likely);
        let both = match facts.login.has_secret && is_refused {
            true => [of_token, (id, Likely)],
            false => [(id, Likely), of_token],
        };
        return [both.as_slice(), &[(CauseId::FirstPublish, Possible)]].concat();
    }
    // Without a sign that trusted publishing was meant, a token may have been sent that this part of the log does not show.
    let is_meant = facts.login.has_id_token == Some(true) || facts.has(Signal::PlaceholderToken);
    // npm 10.5 and older are seldom run since trusted publishing is there: most such logs are of before.
    let of_token = if facts.has(Signal::OldErrorPrefix) {
        Likely
    } else {
        Possible
    };
    // An old npm signs provenance only if it is asked to, which jobs do that publish with a token too.
    let may_be_signed_beside_token =
        facts.has(Signal::SignedProvenance) && !facts.has(Signal::PlaceholderToken);
    match is_meant {
        true if may_be_signed_beside_token => vec![(id, Likely), (CauseId::TokenExpired, Possible)],
        true => vec![(id, Certain)],
        // Its Node was out of support when trusted publishing came.
        false if facts.versions.is_npm_6 => vec![(CauseId::TokenExpired, Likely), (id, Likely)],
        false if !facts.has_code(NpmError::NeedAuth) => vec![(id, Likely), (CauseId::TokenExpired, of_token)],
        false if of_token == Likely => vec![(CauseId::TokenEmpty, Likely), (id, Likely)],
        false => vec![(id, Likely), (CauseId::TokenEmpty, Possible)],
    }
}

/// The registry refused the exchange: what is entered on npm decides, and no log shows it. Nothing speaks for one of its fields.
fn exchange_refused(usual: Confidence) -> Vec<CauseVerdict> {
    let verdict = |id| match id {
        CauseId::TpNotConfigured | CauseId::TpMismatchUnspecified => (id, usual),
        _ => (id, Confidence::Possible),
    };
    [
        CauseId::TpNotConfigured,
        CauseId::TpWorkflowFilename,
        CauseId::TpReusableWorkflow,
        CauseId::TpEnvironment,
        CauseId::TpOwnerRepoCase,
        CauseId::FirstPublish,
        CauseId::TpImmutableSub,
        CauseId::TpMismatchUnspecified,
    ]
    .map(verdict)
    .to_vec()
}

/// npm says nothing of the exchange unless it is asked to.
fn unseen(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Likely, Possible};
    let mut verdicts = Vec::new();
    let may_be_too_old = facts.versions.npm_is_too_old() == Truth::Maybe && !facts.is_by_client_of_pnpm;
    // Where nothing is known, these are what most reports turn out to be.
    let usual = if may_be_too_old { Likely } else { Possible };
    let of_old = if facts.is_npm_likely_new() {
        Possible
    } else {
        usual
    };
    if may_be_too_old {
        // Some tools publish with their own code.
        let old = match facts.tool {
            Some(Tool::Lerna | Tool::LernaLite) => CauseId::LernaOld,
            Some(Tool::YarnBerry) => CauseId::YarnOidc,
            // Up to 10 it leaves it to the npm on the path, whose version this log does not show.
            _ if facts
                .versions
                .pnpm
                .as_ref()
                .is_some_and(|version| version.major() < 11) =>
            {
                CauseId::PnpmVersion
            }
            _ if facts.installs_npm => CauseId::NpmShadowedOnPath,
            _ => CauseId::NpmTooOld,
        };
        verdicts.push((old, of_old));
    }
    if facts.login.has_id_token.is_none() {
        verdicts.push((CauseId::IdTokenMissing, usual));
    }
    let mut refused = exchange_refused(usual);
    // What is entered on npm is what most reports turn out to be. With an old npm, provenance that was asked for is signed, and
    // the publish refused after it.
    let is_told = facts.versions.npm.is_some() || facts.installs_npm;
    let lists_old = is_told && !facts.is_npm_likely_new();
    let is_likely_old = may_be_too_old && (lists_old || facts.has(Signal::SignedProvenance));
    let rest = refused.split_off(usize::from(!is_likely_old));
    verdicts = [refused, verdicts, rest].concat();
    verdicts.push((CauseId::EnvStripped, Possible));
    let of_token = of_token(facts, may_be_too_old);
    // Nothing tells that trusted publishing was meant. Other tools say which login they use.
    let is_open = facts.login.has_id_token.is_none() && !facts.has(Signal::PlaceholderToken);
    let is_silent = matches!(facts.tool, None | Some(Tool::Npm | Tool::Lerna | Tool::LernaLite));
    if is_open && is_silent && of_token.is_empty() {
        let unseen = match facts.has_code(NpmError::NeedAuth) {
            true => CauseId::TokenEmpty,
            false => CauseId::TokenExpired,
        };
        verdicts.push((unseen, Possible));
    }
    [of_token, verdicts].concat()
}

/// What the log says of an access token that was sent, or should have been.
fn of_token(facts: &Facts, may_be_too_old: bool) -> Vec<CauseVerdict> {
    use Confidence::{Likely, Possible};
    let needs_one = facts.has_code(NpmError::NeedAuth);
    if facts.has(Signal::EmptyToken) && needs_one {
        return vec![(CauseId::TokenEmpty, Likely)];
    }
    // A newer npm says so of setup-node's placeholder too.
    let is_refused = facts.has(Signal::TokenRefused) && may_be_too_old;
    match facts.login.has_secret {
        true if needs_one => vec![
            (CauseId::TokenMixing, Possible),
            (CauseId::TokenExpired, Possible),
            (CauseId::TokenEmpty, Possible),
        ],
        true => vec![(CauseId::TokenExpired, Likely), (CauseId::TokenMixing, Possible)],
        false if is_refused => vec![(CauseId::TokenExpired, Likely)],
        false => Vec::new(),
    }
}
