use super::super::CauseId;
use super::super::scan::Hit;
use super::super::signals::Signal;
use crate::publish::Says;

/// What a log tells about how the job logged in to npm.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct LogLogin {
    /// Whether the job can get an ID token.
    pub(crate) has_id_token: Option<bool>,
    /// Whether the token exchange gave a token; none unless the log shows it.
    pub(crate) exchange_succeeded: Option<bool>,
    /// Whether a secret was passed as an access token.
    pub(crate) has_secret: bool,
}

impl LogLogin {
    pub(super) fn take(&mut self, hit: &Hit) {
        match hit.signal {
            Signal::SecretToken => self.has_secret = true,
            Signal::IdTokenGranted
            | Signal::IdTokenFetched
            | Signal::SignedProvenance
            | Signal::Tool(_, Says::IdToken) => self.has_id_token = Some(true),
            Signal::IdTokenAbsent
            | Signal::NoCredentialYet
            | Signal::Names(CauseId::IdTokenMissing)
            | Signal::Names(CauseId::ReusableCallerPermissions) => self.has_id_token = Some(false),
            Signal::ExchangeRequest => {
                self.has_id_token = Some(true);
                let status = |code: &str| hit.text.contains(&format!(" {code} "));
                if status("201") || status("200") {
                    self.exchange_succeeded = Some(true);
                } else if ["400", "401", "403", "404", "422"].into_iter().any(status) {
                    self.exchange_succeeded = Some(false);
                }
            }
            Signal::ExchangeRefused => {
                self.has_id_token = Some(true);
                self.exchange_succeeded = Some(false);
            }
            Signal::ExchangeSucceeded => {
                self.has_id_token = Some(true);
                self.exchange_succeeded = Some(true);
            }
            _ => {}
        }
    }
}
