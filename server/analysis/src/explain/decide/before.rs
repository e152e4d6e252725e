//! Logs that are older than trusted publishing.

use super::super::Confidence::{Likely, Possible};
use super::super::causes::CauseId;
use super::super::facts::Facts;
use super::CauseVerdict;
use crate::knowledge::npm_errors::NpmError;
use crate::publish::{Says, Tool};

/// The causes without those of trusted publishing, which was not there yet: what failed was the login with an access token.
pub(super) fn without_trusted_publishing(verdicts: Vec<CauseVerdict>, facts: &Facts) -> Vec<CauseVerdict> {
    let is_possible =
        |(id, _): &CauseVerdict| !is_of_trusted_publishing(*id) || facts.named().any(|named| named == *id);
    let (left, removed): (Vec<CauseVerdict>, Vec<CauseVerdict>) = verdicts.into_iter().partition(is_possible);
    if removed.is_empty() {
        return left;
    }
    let lacks_one = facts.has_code(NpmError::NeedAuth)
        || facts.has_code(NpmError::NoNpmToken)
        || [Tool::YarnBerry, Tool::YarnClassic, Tool::Bun]
            .into_iter()
            .any(|tool| facts.says(tool, Says::NoCredential));
    let first = match lacks_one {
        true => vec![(CauseId::TokenEmpty, Likely)],
        false if facts.login.has_secret => vec![(CauseId::TokenExpired, Likely)],
        // The registry answers the same without a token.
        false => vec![(CauseId::TokenExpired, Likely), (CauseId::TokenEmpty, Possible)],
    };
    let is_other = |(id, _): &CauseVerdict| first.iter().all(|(known, _)| known != id);
    let others: Vec<CauseVerdict> = left.into_iter().filter(is_other).collect();
    [first, others].concat()
}

fn is_of_trusted_publishing(id: CauseId) -> bool {
    matches!(
        id,
        CauseId::NpmTooOld
            | CauseId::NpmShadowedOnPath
            | CauseId::IdTokenMissing
            | CauseId::EnvStripped
            | CauseId::TpNotConfigured
            | CauseId::TpWorkflowFilename
            | CauseId::TpReusableWorkflow
            | CauseId::TpEnvironment
            | CauseId::TpOwnerRepoCase
            | CauseId::TpAllowedActions
            | CauseId::TpImmutableSub
            | CauseId::TpMismatchUnspecified
            | CauseId::FirstPublish
            | CauseId::TokenMixing
            | CauseId::LernaOld
            | CauseId::SemanticReleaseOld
    )
}
