//! What the lines of a signal are about.

use super::Signal;
use crate::explain::EvidenceTopic;
use crate::publish::Says;

impl Signal {
    /// What a line with this signal is about. A line that is not listed is a failure.
    pub(crate) fn topic(self) -> EvidenceTopic {
        match self {
            Self::NotInRegistry | Self::NoPermissionToAccess | Self::OldErrorPrefix | Self::NpmLogin => {
                EvidenceTopic::Wording
            }
            Self::NpmVersion
            | Self::NodeVersion
            | Self::PnpmVersion
            | Self::UnsupportedNode
            | Self::NpmInstall
            | Self::ChangesetsAction
            | Self::Tool(_, Says::Version) => EvidenceTopic::Version,
            Self::PermissionList
            | Self::IdTokenGranted
            | Self::IdTokenFetched
            | Self::IdTokenAbsent
            | Self::IdTokenFetchFailed
            | Self::NoCredentialYet
            | Self::Tool(_, Says::IdToken) => EvidenceTopic::IdToken,
            Self::ExchangeRequest | Self::ExchangeRefused | Self::ExchangeSucceeded => {
                EvidenceTopic::Exchange
            }
            Self::PlaceholderToken | Self::SecretToken | Self::EmptyToken | Self::TokenRefused => {
                EvidenceTopic::AccessToken
            }
            Self::SignedProvenance => EvidenceTopic::Provenance,
            Self::PublishingTo
            | Self::NotYetPublished
            | Self::NothingToPublish
            | Self::SkipsExisting
            | Self::Published
            | Self::GithubPackages
            | Self::Tool(_, Says::Registry) => EvidenceTopic::Target,
            _ => EvidenceTopic::Failure,
        }
    }
}
