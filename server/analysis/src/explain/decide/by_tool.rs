//! Causes that are in a tool other than npm, or that it tells in words of its own.

use super::super::Confidence::{Certain, Likely, Possible};
use super::super::causes::CauseId;
use super::super::facts::Facts;
use super::super::signals::Signal;
use super::{CauseVerdict, exchange_refused, is_about_authentication};
use crate::knowledge::npm_errors::NpmError;
use crate::publish::{Says, Tool};
use crate::versions::version::{Truth, Version};

/// The causes; none if npm's errors decide.
pub(super) fn by_tool(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    asks_for_token(facts)
        .or_else(|| asks_for_login(facts))
        .or_else(|| bun(facts))
        .or_else(|| yarn(facts))
        .or_else(|| semantic_release(facts))
        .or_else(|| lerna(facts))
        .or_else(|| nx(facts))
        .or_else(|| pnpm(facts))
        .or_else(|| changesets_action(facts))
}

/// Tools that never exchange an ID token and stop without an access token.
fn asks_for_token(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    // Other actions with a required input of this name say the same.
    let is_known = facts.says(Tool::NpmPublish, Says::Runs);
    let lacks_input = facts.says(Tool::NpmPublishWithToken, Says::NoCredential);
    match lacks_input {
        true if facts.checkout_lacks_token => Some(vec![(CauseId::GithubTokenMissing, Certain)]),
        true if is_known => Some(vec![(CauseId::NpmPublishOld, Certain)]),
        true if !is_about_authentication(facts) => Some(vec![
            (CauseId::NpmPublishOld, Possible),
            (CauseId::GithubTokenMissing, Possible),
        ]),
        _ => None,
    }
}

/// Tools that ask npm who is logged in before they publish.
fn asks_for_login(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    if facts.says(Tool::ReleaseIt, Says::NotLoggedIn) {
        return Some(vec![(CauseId::Whoami, Likely), (CauseId::TokenExpired, Possible)]);
    }
    if !facts.says(Tool::Np, Says::NotLoggedIn) {
        return None;
    }
    // A newer np does not ask if the job can get an ID token.
    Some(match facts.login.has_id_token {
        Some(true) => vec![(CauseId::Whoami, Likely), (CauseId::TokenExpired, Possible)],
        Some(false) => vec![(CauseId::IdTokenMissing, Likely), (CauseId::Whoami, Possible)],
        None => vec![
            (CauseId::Whoami, Likely),
            (CauseId::IdTokenMissing, Likely),
            (CauseId::TokenExpired, Possible),
        ],
    })
}

/// A tool without a credential that cannot exchange an ID token. A job that cannot get one was meant to have a token.
fn knows_only_tokens(facts: &Facts, cause: CauseId) -> Vec<CauseVerdict> {
    match facts.login.has_id_token {
        Some(true) => vec![(cause, Certain)],
        _ => vec![(cause, Likely), (CauseId::TokenEmpty, Possible)],
    }
}

fn bun(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    if facts.says(Tool::Bun, Says::CannotSign) {
        return Some(vec![(CauseId::BunProvenance, Certain)]);
    }
    if facts.says(Tool::Bun, Says::NoCredential) {
        return Some(knows_only_tokens(facts, CauseId::BunOidc));
    }
    let is_refused = facts.says(Tool::Bun, Says::Failed(NpmError::E404));
    let sent = if facts.login.has_secret { Likely } else { Possible };
    is_refused.then(|| vec![(CauseId::BunOidc, Likely), (CauseId::TokenExpired, sent)])
}

fn yarn(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    if facts.says(Tool::YarnClassic, Says::NotPublished) {
        return Some(vec![
            (CauseId::YarnOidc, Likely),
            (CauseId::TokenExpired, Possible),
        ]);
    }
    if facts.has(Signal::UnfilledVariable) && !is_about_authentication(facts) {
        // setup-node writes the name of no other variable.
        let is_of_setup_node = facts
            .unfilled
            .as_deref()
            .is_none_or(|name| name == "NODE_AUTH_TOKEN");
        return Some(match is_of_setup_node && !facts.is_before_trusted_publishing() {
            true => vec![(CauseId::SetupNodeV7Yarn1, Certain)],
            false => vec![(CauseId::InstallFailed, Likely), (CauseId::TokenEmpty, Possible)],
        });
    }
    if facts.says(Tool::YarnClassic, Says::NoCredential) {
        return Some(knows_only_tokens(facts, CauseId::YarnOidc));
    }
    let berry = |says| facts.says(Tool::YarnBerry, says);
    if !berry(Says::NoCredential) && !berry(Says::Failed(NpmError::E404)) {
        return None;
    }
    if berry(Says::Reads) && !berry(Says::NoCredential) {
        return Some(vec![(CauseId::ReadRefused, Likely)]);
    }
    // From 4.10.0 on it exchanges the ID token; no line says that it tried.
    let is_old = facts.versions.is_before_exchange(Tool::YarnBerry);
    let exchanges = is_old == Some(false) || berry(Says::Exchanges);
    Some(match facts.login.has_id_token {
        _ if is_old == Some(true) => vec![(CauseId::YarnOidc, Certain)],
        Some(false) => vec![(CauseId::IdTokenMissing, Likely), (CauseId::YarnOidc, Possible)],
        Some(true) if exchanges => [exchange_refused(Likely), vec![(CauseId::YarnOidc, Possible)]].concat(),
        Some(true) => [vec![(CauseId::YarnOidc, Likely)], exchange_refused(Likely)].concat(),
        None if exchanges => {
            let first = vec![(CauseId::IdTokenMissing, Likely)];
            [
                first,
                exchange_refused(Likely),
                vec![(CauseId::YarnOidc, Possible)],
            ]
            .concat()
        }
        None => {
            let first = vec![(CauseId::YarnOidc, Likely), (CauseId::IdTokenMissing, Likely)];
            [first, exchange_refused(Likely)].concat()
        }
    })
}

fn semantic_release(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    const CODES: [NpmError; 3] = [
        NpmError::NoNpmToken,
        NpmError::InvalidNpmToken,
        NpmError::InvalidNpmAuth,
    ];
    let asks_for_token = CODES.iter().any(|code| facts.has_code(*code));
    if !asks_for_token {
        // It has exchanged the ID token, and the npm that it started knows nothing of that.
        // Where it does not say so: it would have stopped before, and with an access token npm would have found one.
        let has_verified = facts.has(Signal::PublishByPlugin) && facts.login.exchange_succeeded.is_none();
        let is_other_npm = facts.speaks(Tool::SemanticRelease)
            && (facts.login.exchange_succeeded == Some(true) || has_verified)
            && facts.has_code(NpmError::NeedAuth)
            && facts.other_registry.is_none();
        return is_other_npm.then(|| {
            vec![
                (CauseId::SemanticReleaseNpm, Likely),
                (CauseId::NpmTooOld, Possible),
            ]
        });
    }
    let is_old = facts.versions.is_before_exchange(Tool::SemanticRelease);
    if is_old == Some(true) {
        return Some(vec![
            (CauseId::SemanticReleaseOld, Certain),
            (CauseId::TokenExpired, Possible),
        ]);
    }
    if facts.login.has_id_token == Some(false) {
        return Some(vec![(CauseId::IdTokenMissing, Certain)]);
    }
    if facts.login.exchange_succeeded == Some(false) {
        return Some(exchange_refused(Possible));
    }
    if facts.other_registry.is_some() {
        return Some(vec![
            (CauseId::WrongRegistry, Likely),
            (CauseId::TokenExpired, Possible),
        ]);
    }
    // A token was sent, and npm refused it.
    if is_old.is_none() && !facts.has_code(NpmError::NoNpmToken) {
        return Some(vec![
            (CauseId::TokenExpired, Likely),
            (CauseId::SemanticReleaseOld, Possible),
        ]);
    }
    if is_old == Some(false) && !facts.has_code(NpmError::NoNpmToken) {
        let others = vec![
            (CauseId::TokenExpired, Likely),
            (CauseId::IdTokenMissing, Possible),
        ];
        return Some([others, exchange_refused(Possible)].concat());
    }
    if is_old == Some(false) {
        let first = vec![
            (CauseId::IdTokenMissing, Likely),
            (CauseId::TokenExpired, Possible),
        ];
        return Some([first, exchange_refused(Likely)].concat());
    }
    Some(vec![
        (CauseId::SemanticReleaseOld, Likely),
        (CauseId::TokenExpired, Possible),
    ])
}

/// lerna and lerna-lite publish with their own client, which says when it has fetched the ID token.
fn lerna(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    let tool = [Tool::LernaLite, Tool::Lerna]
        .into_iter()
        .find(|tool| facts.speaks(*tool))?;
    let is_old = facts.versions.is_before_exchange(tool);
    if facts.has_code(NpmError::Whoami) {
        return Some(match is_old {
            Some(false) => vec![(CauseId::Whoami, Likely), (CauseId::TokenExpired, Possible)],
            Some(true) | None => vec![(CauseId::LernaOld, Likely), (CauseId::TokenExpired, Possible)],
        });
    }
    if !is_about_authentication(facts) {
        return None;
    }
    let is_meant = facts.login.has_id_token == Some(true) || facts.has(Signal::PlaceholderToken);
    match (is_old, facts.login.has_id_token) {
        (Some(_), _) if facts.other_registry.is_some() => Some(vec![
            (CauseId::WrongRegistry, Likely),
            (CauseId::TokenExpired, Possible),
        ]),
        (Some(true), _) if is_meant => Some(vec![(CauseId::LernaOld, Certain)]),
        // Nothing tells that trusted publishing was meant: a token may have been sent.
        (Some(true), _) => {
            let of_token = if facts.login.has_secret { Likely } else { Possible };
            Some(vec![
                (CauseId::LernaOld, Likely),
                (CauseId::TokenExpired, of_token),
            ])
        }
        (Some(false), Some(true)) => Some(exchange_refused(Likely)),
        (Some(false), None) if !facts.says(tool, Says::PrintsRequests) => {
            Some([vec![(CauseId::IdTokenMissing, Likely)], exchange_refused(Likely)].concat())
        }
        (Some(false), Some(false) | None) => {
            let others = exchange_refused(Possible);
            Some([vec![(CauseId::IdTokenMissing, Likely)], others].concat())
        }
        (None, _) => None,
    }
}

/// nx reads the dist-tags of a package before it publishes it. Without `latest`, `npm view` prints nothing and ends well.
fn nx(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    let is_refused =
        facts.has(Signal::ReadRefused) || facts.has(Signal::ReadCommand) || is_about_authentication(facts);
    match (facts.has(Signal::DistTagsUnread), facts.has(Signal::EmptyAnswer)) {
        (true, true) => Some(vec![(CauseId::LatestMissing, Likely)]),
        (true, false) if !is_refused => Some(vec![
            (CauseId::LatestMissing, Likely),
            (CauseId::ReadRefused, Possible),
        ]),
        _ => None,
    }
}

fn pnpm(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    if facts.says(Tool::Pnpm, Says::UnknownCommand) {
        return Some(vec![(CauseId::PnpmVersion, Certain)]);
    }
    // Another reason than the credential: the line with the status is not in the log.
    let is_refused = facts.has_code(NpmError::PnpmFailedToPublish) && !is_about_authentication(facts);
    if is_refused && facts.has_code(NpmError::E401) {
        return Some(vec![(CauseId::TokenExpired, Likely)]);
    }
    None
}

fn changesets_action(facts: &Facts) -> Option<Vec<CauseVerdict>> {
    let first_without = Version::from((1, 7, 0));
    let version = facts.versions.changesets_action.as_ref();
    let is_old = version.is_some_and(|version| *version < first_without);
    let writes_it =
        facts.has(Signal::UndefinedToken) || (is_old && facts.versions.npm_is_too_old() == Truth::No);
    writes_it.then(|| {
        vec![
            (CauseId::ChangesetsActionOld, Likely),
            (CauseId::TpMismatchUnspecified, Possible),
        ]
    })
}
