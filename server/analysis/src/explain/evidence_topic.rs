//! What a line of a log is about, so that an answer shows only the lines that speak for it.

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
