//! Requests that the registry refused.

use super::super::Confidence;
use super::super::causes::CauseId;
use super::super::facts::Facts;
use super::super::signals::Signal;
use super::CauseVerdict;
use crate::knowledge::npm_errors::NpmError;

/// A package could not be read.
pub(super) fn read_refused(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Likely, Possible};
    let is_about_token = facts.has_code(NpmError::E401) || facts.has_code(NpmError::E403);
    let is_of_github =
        facts.is_github_packages() || facts.named().any(|id| id == CauseId::GithubPackagesRights);
    let others = [
        (CauseId::GithubPackagesRights, is_of_github && is_about_token),
        (
            CauseId::FirstPublish,
            facts.has(Signal::ReadCommand) && !is_about_token,
        ),
    ];
    let others = others.into_iter().filter(|(_, is_possible)| *is_possible);
    let others = others.map(|(id, _)| (id, Possible));
    [(CauseId::ReadRefused, Likely)]
        .into_iter()
        .chain(others)
        .collect()
}

/// The registry did not accept the token, or there was none, which it answers in the same way.
pub(super) fn token_refused(facts: &Facts) -> Vec<CauseVerdict> {
    use Confidence::{Likely, Possible};
    if facts.is_registry_of_yarn() {
        // npm sends the token of setup-node to `registry.npmjs.org` only.
        return vec![
            (CauseId::WrongRegistry, Likely),
            (CauseId::TokenExpired, Possible),
        ];
    }
    let may_be_empty = !facts.has(Signal::InvalidToken) && !facts.login.has_secret;
    let others = [
        (CauseId::TokenEmpty, may_be_empty),
        (CauseId::WrongRegistry, facts.other_registry.is_some()),
    ];
    let others = others.into_iter().filter(|(_, is_possible)| *is_possible);
    let others = others.map(|(id, _)| (id, Possible));
    [(CauseId::TokenExpired, Likely)]
        .into_iter()
        .chain(others)
        .collect()
}
