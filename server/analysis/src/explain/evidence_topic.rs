//! What a line of a log is about, so that an answer shows only the lines that speak for it.

use super::signals::Signal;
use crate::publish::Says;

/// What a line of a log is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EvidenceTopic {
    /// Something failed.
    Failure,
    /// Which versions run.
    Version,
    /// Words that only some versions print.
    Wording,
    /// Whether the job gets an ID token.
    IdToken,
    /// The exchange of the ID token.
    Exchange,
    /// An access token.
    AccessToken,
    /// Provenance.
    Provenance,
    /// Where the package goes, and that it was published.
    Target,
}

/// What a line with this signal is about. A line that is not listed is a failure.
pub(super) fn topic(signal: Signal) -> EvidenceTopic {
    match signal {
        Signal::NotInRegistry | Signal::NoPermissionToAccess | Signal::OldErrorPrefix | Signal::NpmLogin => {
            EvidenceTopic::Wording
        }
        Signal::NpmVersion
        | Signal::NodeVersion
        | Signal::PnpmVersion
        | Signal::UnsupportedNode
        | Signal::NpmInstall
        | Signal::ChangesetsAction
        | Signal::Tool(_, Says::Version) => EvidenceTopic::Version,
        Signal::PermissionList
        | Signal::IdTokenGranted
        | Signal::IdTokenFetched
        | Signal::IdTokenAbsent
        | Signal::IdTokenFetchFailed
        | Signal::NoCredentialYet
        | Signal::Tool(_, Says::IdToken) => EvidenceTopic::IdToken,
        Signal::ExchangeRequest | Signal::ExchangeRefused | Signal::ExchangeSucceeded => {
            EvidenceTopic::Exchange
        }
        Signal::PlaceholderToken | Signal::SecretToken | Signal::EmptyToken | Signal::TokenRefused => {
            EvidenceTopic::AccessToken
        }
        Signal::SignedProvenance => EvidenceTopic::Provenance,
        Signal::PublishingTo
        | Signal::NotYetPublished
        | Signal::NothingToPublish
        | Signal::SkipsExisting
        | Signal::Published
        | Signal::GithubPackages
        | Signal::Tool(_, Says::Registry) => EvidenceTopic::Target,
        _ => EvidenceTopic::Failure,
    }
}
