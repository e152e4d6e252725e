//! From the facts of a log to its causes.

mod by_tool;

use super::Confidence;
use super::facts::{Facts, LogLogin};
use super::signals::Signal;
use crate::knowledge::npm_errors::NpmError;
use crate::publish::Tool;
use crate::versions::version::Truth;
use crate::versions::version::Version;
use by_tool::by_tool;

/// A cause by its id, and how sure it is.
pub(crate) type CauseVerdict = (&'static str, Confidence);

/// The causes that the log leaves, the likeliest first. One where the log decides.
pub(crate) fn decide(facts: &Facts) -> Vec<CauseVerdict> {
    let named = named(facts);
    if !named.is_empty() {
        let named = named.into_iter().map(|id| (id, Confidence::Certain));
        return named.chain(of_other_packages(facts)).collect();
    }
    if let Some(verdicts) = by_tool(facts) {
        return verdicts;
    }
    if is_about_authentication(facts) && !is_only_read(facts) {
        return authentication(facts);
    }
    match () {
        () if facts.has(Signal::GithubPackages) => {
            vec![
                ("wrong-registry", Confidence::Likely),
                ("token-expired", Confidence::Possible),
            ]
        }
        // What took the place of the exchange was refused too.
        () if facts.login.exchange_succeeded == Some(false) && facts.has_code(NpmError::E401) => {
            authentication(facts)
        }
        () if facts.has(Signal::ReadRefused) => vec![("read-refused", Confidence::Likely)],
        () if facts.has(Signal::Whoami) && !facts.has(Signal::InvalidToken) => {
            vec![
                ("whoami", Confidence::Likely),
                ("token-expired", Confidence::Possible),
            ]
        }
        () if facts.has(Signal::InvalidToken) || facts.has_code(NpmError::E401) => {
            vec![("token-expired", Confidence::Likely)]
        }
        () if facts.has_code(NpmError::E402) => vec![("scoped-access", Confidence::Likely)],
        () if facts.has_code(NpmError::E403) => vec![
            ("token-expired", Confidence::Possible),
            ("version-exists", Confidence::Possible),
            ("tp-allowed-actions", Confidence::Possible),
        ],
        () if facts.has_code(NpmError::E409) => vec![("packument-conflict", Confidence::Likely)],
        () if facts.has_code(NpmError::E400) => vec![("tp-mismatch-unspecified", Confidence::Possible)],
        () if facts.has_code(NpmError::E422) => vec![
            ("repository-missing", Confidence::Possible),
            ("repository-mismatch", Confidence::Possible),
        ],
        () if facts.has(Signal::ScriptFailed) => vec![("script-failed", Confidence::Certain)],
        () if UNAVAILABLE.iter().any(|code| facts.has_code(*code)) => {
            vec![("registry-unavailable", Confidence::Likely)]
        }
        () if exchange_alone(facts) => authentication(facts),
        () if facts.has_code(NpmError::BadEngine) => {
            vec![("npm-latest-needs-newer-node", Confidence::Likely)]
        }
        () => Vec::new(),
    }
}

/// The causes of a 404 beside the causes that other packages' errors name.
fn of_other_packages(facts: &Facts) -> Vec<CauseVerdict> {
    let packages_refused = facts.refused_packages;
    if packages_refused < 2 || !facts.has(Signal::WordsOf(NpmError::E404)) {
        return Vec::new();
    }
    let verdicts = authentication(facts).into_iter();
    verdicts
        .map(|(id, confidence)| (id, confidence.min(Confidence::Likely)))
        .collect()
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

/// A part of a log that tells of the exchange and not of the publish behind it.
fn exchange_alone(facts: &Facts) -> bool {
    facts.login.exchange_succeeded == Some(false)
        || facts.has(Signal::IdTokenAbsent)
        || facts.has(Signal::IdTokenFetchFailed)
}

/// The causes that texts of the log name by themselves. A job may run into several: one for each package.
fn named(facts: &Facts) -> Vec<&'static str> {
    let mut found = Vec::new();
    if let Some((found_url, expected)) = &facts.repository {
        found.push(repository(found_url, expected));
    }
    let by_text = [
        (Signal::NestedJobPermission, "reusable-caller-permissions"),
        (Signal::EnvironmentProtection, "environment-protection"),
        (Signal::SelfHosted, "self-hosted-runner"),
        (Signal::PrivateRepository, "private-repo-provenance"),
        (Signal::CertificateClaim, "sigstore-cert-claims"),
        (Signal::ProvenanceProvider, "env-stripped"),
        (Signal::ProvenanceOfNewPackage, "new-package-access"),
        (Signal::ProvenanceWithoutIdToken, "id-token-missing"),
        (Signal::BrokenSelfUpgrade, "broken-npm-self-upgrade"),
        (Signal::Sigstore, "sigstore-tlog"),
        (Signal::ActionNotAllowed, "tp-allowed-actions"),
        (Signal::PrivatePackagePlan, "scoped-access"),
        (Signal::OneTimePassword, "eotp-token-2fa"),
        (Signal::Code(NpmError::OneTimePassword), "eotp-token-2fa"),
        (Signal::VersionExists, "version-exists"),
        (Signal::PrereleaseTag, "prerelease-tag"),
        (Signal::PackumentConflict, "packument-conflict"),
        (Signal::AuditSignatures, "audit-signatures"),
        (Signal::Code(NpmError::BadDevEngines), "dev-engines"),
        (Signal::Code(NpmError::Private), "private-package"),
        (Signal::Code(NpmError::Unscoped), "unscoped-restricted"),
        (Signal::Code(NpmError::PnpmPrivatePackage), "private-package"),
        (
            Signal::Code(NpmError::PnpmUnscopedRestricted),
            "unscoped-restricted",
        ),
        (Signal::Code(NpmError::GitUnknownBranch), "pnpm-git-checks"),
        (Signal::Code(NpmError::GitWrongBranch), "pnpm-git-checks"),
        (Signal::Code(NpmError::GitUnclean), "pnpm-git-checks"),
        (Signal::Code(NpmError::UnknownConfig), "npm-unknown-config"),
        (Signal::NoStage, "npm-too-old"),
        (Signal::NameRefused, "name-refused"),
    ];
    // An install of npm that fails ends the job; of other packages the code is only a warning.
    let is_npm_refused =
        facts.has(Signal::NpmRefusesNode) || (facts.has_code(NpmError::BadEngine) && facts.installs_npm);
    let is_last = is_npm_refused && !facts.has_code(NpmError::E404);
    let by_text = by_text
        .iter()
        .filter(|(signal, _)| facts.has(*signal) || facts.has_words(*signal));
    for id in by_text
        .map(|(_, id)| *id)
        .chain(is_last.then_some("npm-latest-needs-newer-node"))
    {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

fn repository(found: &str, expected: &str) -> &'static str {
    let bare = |url: &str| {
        url.trim_start_matches("git+")
            .trim_end_matches('/')
            .trim_end_matches(".git")
            .to_owned()
    };
    let (found, expected) = (bare(found), bare(expected));
    let owner = |url: &str| url.rsplit('/').nth(1).map(str::to_ascii_lowercase);
    match () {
        () if found.is_empty() => "repository-missing",
        () if found.eq_ignore_ascii_case(&expected) => "repository-case",
        // The same owner and another name: most often the repository was renamed.
        () if owner(&found) == owner(&expected) => "repo-renamed",
        () => "repository-mismatch",
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
    facts.has(Signal::ReadRefused)
        && !facts.has(Signal::WordsOf(NpmError::E404))
        && !facts.has_code(NpmError::NeedAuth)
}

fn authentication(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Certain, Likely, Possible};
    if facts.other_registry.is_some() {
        return vec![("wrong-registry", Likely), ("token-expired", Possible)];
    }
    if facts.versions.npm_is_too_old() == Truth::Yes {
        return too_old(facts);
    }
    if facts.has(Signal::IdTokenFetchFailed) {
        // The job could ask, and GitHub refused: most often that passes, but a policy may forbid id tokens.
        return vec![("id-token-fetch-failed", Likely), ("id-token-missing", Likely)];
    }
    if facts.tool == Some(Tool::Pnpm) && facts.versions.pnpm.as_ref().is_some_and(is_defective_pnpm) {
        return vec![("pnpm-version", Likely), ("tp-mismatch-unspecified", Possible)];
    }
    if facts.login.has_id_token == Some(false) {
        let certainty = if facts.has(Signal::IdTokenAbsent) {
            Certain
        } else {
            Likely
        };
        return vec![("id-token-missing", certainty), ("env-stripped", Possible)];
    }
    if facts.has_code(NpmError::NeedAuth) && facts.has(Signal::LoginCommand) {
        return vec![("whoami", Likely), ("token-expired", Possible)];
    }
    // It would have told of an exchange.
    let is_silent = facts.has(Signal::NpmVerbose) && facts.login == LogLogin::default();
    if is_silent && facts.versions.npm_is_too_old() == Truth::No {
        return vec![("id-token-missing", Likely), ("env-stripped", Possible)];
    }
    match facts.login.exchange_succeeded {
        Some(false) => exchange_refused(Possible),
        // The short-lived token was there, and the package did not take it.
        Some(true) => vec![("tp-allowed-actions", Possible), ("first-publish", Possible)],
        // The job could publish other packages.
        None if !facts.published.is_empty() && !facts.login.has_secret => {
            let others = exchange_refused(Possible).into_iter();
            let others = others.filter(|(id, _)| !matches!(*id, "tp-not-configured" | "first-publish"));
            let first = [("tp-not-configured", Likely), ("first-publish", Likely)];
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
    let id = if facts.installs_npm {
        "npm-shadowed-on-path"
    } else {
        "npm-too-old"
    };
    if facts.login.has_secret || facts.has(Signal::TokenRefused) {
        // A token was sent. What was meant, the log does not say.
        return vec![
            (id, Likely),
            ("token-expired", Likely),
            ("first-publish", Possible),
        ];
    }
    vec![(id, Certain)]
}

/// The registry refused the exchange: what is entered on npm decides, and no log shows it. Nothing speaks for one of its fields.
fn exchange_refused(usual: Confidence) -> Vec<CauseVerdict> {
    let verdict = |id| match id {
        "tp-not-configured" | "tp-mismatch-unspecified" => (id, usual),
        _ => (id, Confidence::Possible),
    };
    [
        "tp-not-configured",
        "tp-workflow-filename",
        "tp-reusable-workflow",
        "tp-environment",
        "tp-owner-repo-case",
        "first-publish",
        "tp-immutable-sub",
        "tp-mismatch-unspecified",
    ]
    .map(verdict)
    .to_vec()
}

/// npm says nothing of the exchange unless it is asked to.
fn unseen(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Likely, Possible};
    let mut verdicts = Vec::new();
    let may_be_too_old = facts.versions.npm_is_too_old() == Truth::Maybe && !facts.is_by_client_of_pnpm;
    // Where nothing is known, an old npm and a missing permission are what most reports turn out to be.
    let usual = if may_be_too_old { Likely } else { Possible };
    let of_old = if facts.is_npm_likely_new() {
        Possible
    } else {
        usual
    };
    if may_be_too_old {
        // Some tools publish with their own code.
        let old = match facts.tool {
            Some(Tool::Lerna | Tool::LernaLite) => "lerna-old",
            Some(Tool::YarnBerry) => "yarn-oidc",
            // Up to 10 it leaves it to the npm on the path, whose version this log does not show.
            _ if facts
                .versions
                .pnpm
                .as_ref()
                .is_some_and(|version| version.major() < 11) =>
            {
                "pnpm-version"
            }
            _ if facts.installs_npm => "npm-shadowed-on-path",
            _ => "npm-too-old",
        };
        verdicts.push((old, of_old));
    }
    if facts.login.has_id_token.is_none() {
        verdicts.push(("id-token-missing", usual));
    }
    if facts.has(Signal::EmptyToken) && facts.has_code(NpmError::NeedAuth) {
        verdicts.push(("token-empty", usual));
    }
    if facts.login.has_secret {
        verdicts.push(("token-mixing", Possible));
        verdicts.push(("token-expired", Possible));
        if facts.has_code(NpmError::NeedAuth) {
            verdicts.push(("token-empty", Possible));
        }
    }
    verdicts.extend(exchange_refused(usual));
    verdicts.push(("env-stripped", Possible));
    verdicts
}
