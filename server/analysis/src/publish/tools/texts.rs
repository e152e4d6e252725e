//! What a tool prints, by which `explain` tells what happened. The texts are beside the tool, in its [`ErrorCodes`].
//!
//! Each was printed by the release that its tool names as the source, in the runs of `tests/oracle/tools`.
//!
//! [`ErrorCodes`]: super::ErrorCodes

use crate::knowledge::npm_errors::NpmError;

/// Texts, and what each says. None is part of another tool's.
pub(crate) type Texts = &'static [(&'static str, Says)];

/// What a text says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Says {
    /// The tool runs.
    Runs,
    /// The tool runs, in a release that exchanges the ID token.
    Exchanges,
    /// The version follows, in a line that begins with the text.
    Version,
    /// The registry follows.
    Registry,
    /// The job can get an ID token.
    IdToken,
    /// The tool has no access token and got none for an ID token.
    NoCredential,
    /// The tool asked npm who is logged in.
    NotLoggedIn,
    /// The tool cannot sign provenance in this release.
    CannotSign,
    /// The tool does not know the command.
    UnknownCommand,
    /// The registry rejected the package, or npm did, for what has this code.
    Failed(NpmError),
    /// The package was not published.
    NotPublished,
    /// The request that failed was to read a package.
    Reads,
    /// From here on, the tool prints each request.
    PrintsRequests,
}
