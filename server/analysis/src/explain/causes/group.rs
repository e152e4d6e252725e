//! Causes that are one answer to a reader, because the same look at the same place decides among them.

use super::{CauseId, EvidenceTopic};

/// What some causes have in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CauseGroup {
    /// The job and the entry on npm differ in a field, or the entry is missing.
    TrustedPublisher,
    /// The tool gets no ID token from GitHub.
    IdToken,
    /// An access token was sent, or should have been, and does not work.
    AccessToken,
}

impl CauseGroup {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TrustedPublisher => "trusted-publisher",
            Self::IdToken => "id-token",
            Self::AccessToken => "access-token",
        }
    }

    /// What is wrong, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::TrustedPublisher => "The trusted publisher on npm does not match this run",
            Self::IdToken => "The job cannot request an ID token",
            Self::AccessToken => "The access token does not work",
        }
    }

    /// What happens, and why.
    #[must_use]
    pub fn why(self) -> &'static str {
        match self {
            Self::TrustedPublisher => {
                "npm exchanges the ID token only if every field is the same. It never says which one differs."
            }
            Self::IdToken => CauseId::IdTokenMissing.text().why,
            Self::AccessToken => {
                "The token is empty, expired, revoked or may not publish this package. If trusted publishing fails, npm silently falls back to the token, and the error is about the token."
            }
        }
    }

    /// What to do.
    #[must_use]
    pub fn fix(self) -> &'static str {
        match self {
            Self::TrustedPublisher => CauseId::TpMismatchUnspecified.text().fix,
            Self::IdToken => CauseId::IdTokenMissing.text().fix,
            Self::AccessToken => {
                "Publish by trusted publishing and remove the token from the publish step. A new token is a stopgap."
            }
        }
    }
}

impl CauseId {
    /// The causes to which this one belongs.
    #[must_use]
    pub fn group(self) -> Option<CauseGroup> {
        match self {
            Self::TpNotConfigured
            | Self::TpWorkflowFilename
            | Self::TpReusableWorkflow
            | Self::TpEnvironment
            | Self::TpOwnerRepoCase
            | Self::TpImmutableSub
            | Self::TpMismatchUnspecified
            | Self::FirstPublish => Some(CauseGroup::TrustedPublisher),
            Self::IdTokenMissing | Self::EnvStripped => Some(CauseGroup::IdToken),
            Self::TokenExpired | Self::TokenEmpty | Self::TokenMixing => Some(CauseGroup::AccessToken),
            _ => None,
        }
    }

    /// Whether the cause says no more than its group does.
    #[must_use]
    pub fn is_whole_group(self) -> bool {
        matches!(self, Self::TpNotConfigured | Self::TpMismatchUnspecified)
    }

    /// What the cause adds to the answer of its group: where to look, in one line.
    #[must_use]
    pub fn note(self) -> Option<&'static str> {
        Some(match self {
            Self::TpWorkflowFilename => {
                "Several workflows publish: each file needs a trusted publisher of its own."
            }
            Self::TpReusableWorkflow => "A called workflow publishes: enter the file name of each caller.",
            Self::TpEnvironment => "A trusted publisher must have the environment of the job.",
            Self::TpOwnerRepoCase => "Owner and repository must have the letter case that GitHub shows.",
            Self::FirstPublish => {
                "The package must exist: publish its first version by hand or with a token."
            }
            Self::TpImmutableSub => {
                "Repository created, renamed or moved after 15 July 2026: see npm/cli#9969."
            }
            Self::EnvStripped => {
                "If it has the permission: sudo, `docker run` or a task runner may hide it from npm."
            }
            _ => return None,
        })
    }

    /// Whether the note matters even if nothing speaks for the cause: it is about something that is not entered on npm.
    #[must_use]
    pub fn is_always_noted(self) -> bool {
        matches!(
            self,
            Self::FirstPublish | Self::TpImmutableSub | Self::EnvStripped
        )
    }

    /// Whether a line of the log about this speaks for the cause.
    #[must_use]
    pub fn is_shown_by(self, topic: EvidenceTopic) -> bool {
        self.shown_by().contains(&topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_belongs_to_a_cause_of_a_group() {
        for cause in CauseId::ALL {
            let is_noted = cause.note().is_some() || cause.is_always_noted() || cause.is_whole_group();
            assert!(!is_noted || cause.group().is_some(), "{}", cause.name());
            assert!(
                !cause.is_always_noted() || cause.note().is_some(),
                "{}",
                cause.name()
            );
            // A line of the answer.
            assert!(
                cause.note().is_none_or(|note| note.len() <= 90),
                "{}",
                cause.name()
            );
        }
    }
}
