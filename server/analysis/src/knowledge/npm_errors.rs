//! The codes with which npm, or a tool that publishes in its place, fails.

use std::fmt;

/// The code of an error of npm, or of a tool that publishes in its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NpmError {
    /// The registry did not understand the request.
    E400,
    /// The registry does not know the credential.
    E401,
    /// The package would be private, which costs money.
    E402,
    /// The registry knows the credential and refuses.
    E403,
    /// The package does not exist, or the credential does not allow this.
    E404,
    /// Two publishes at a time.
    E409,
    /// The registry refuses the provenance.
    E422,
    /// Too many requests.
    E429,
    /// The registry failed.
    E500,
    /// A proxy before the registry failed.
    E502,
    /// The registry is unavailable.
    E503,
    /// The registry did not answer its proxy in time.
    E504,
    /// npm has no credential.
    NeedAuth,
    /// The registry asks for a second factor.
    OneTimePassword,
    /// The manifest says `private: true`.
    Private,
    /// npm cannot do what it was asked, for example sign provenance without an ID token.
    Usage,
    /// A package without a scope cannot be restricted.
    Unscoped,
    /// pnpm's check of git found no branch.
    GitUnknownBranch,
    /// pnpm's check of git found another branch than those to publish from.
    GitWrongBranch,
    /// pnpm's check of git found changes that are not committed.
    GitUnclean,
    /// pnpm 12: the registry refused what was sent.
    PnpmFailedToPublish,
    /// pnpm 12: the manifest says `private: true`.
    PnpmPrivatePackage,
    /// pnpm 12: a package without a scope cannot be restricted.
    PnpmUnscopedRestricted,
    /// pnpm 12: the job cannot get the ID token to sign provenance with.
    PnpmNoIdToken,
    /// pnpm found no command of this name to run.
    PnpmNoCommand,
    /// Yarn has no token for the registry.
    YarnNoAuthentication,
    /// Yarn: the registry refused the request.
    YarnNetwork,
    /// Yarn cannot sign provenance.
    YarnProvenance,
    /// npm was asked for something that only git can fetch, and fetches nothing from git.
    GitNotAllowed,
    /// npm does not know a flag or a setting.
    UnknownConfig,
    /// A package, possibly npm itself, does not run on this Node.
    BadEngine,
    /// npm lacks a part of itself.
    ModuleNotFound,
    /// The manifest's `devEngines` ask for another package manager or runtime.
    BadDevEngines,
    /// An `.npmrc` holds a credential that names no registry.
    InvalidAuth,
    /// lerna's `npm whoami` was refused.
    Whoami,
    /// semantic-release found no token.
    NoNpmToken,
    /// semantic-release's token is invalid.
    InvalidNpmToken,
    /// semantic-release's credentials are invalid.
    InvalidNpmAuth,
    /// The connection was closed.
    ConnectionReset,
    /// The host does not accept the connection.
    ConnectionRefused,
    /// The host did not answer in time.
    TimedOut,
    /// The name of the host is unknown.
    HostNotFound,
    /// The name server did not answer.
    LookupFailed,
}

impl NpmError {
    /// Whether npm, or the tool in its place, says so when it has nothing to publish with, or nothing to sign with.
    pub(crate) fn is_for_want_of_credential(self) -> bool {
        matches!(
            self,
            Self::NeedAuth
                | Self::E404
                | Self::Usage
                | Self::InvalidNpmToken
                | Self::NoNpmToken
                | Self::PnpmFailedToPublish
                | Self::PnpmNoIdToken
                | Self::YarnNoAuthentication
                | Self::YarnNetwork
                | Self::YarnProvenance
        )
    }

    /// Whether provenance cannot be signed for want of an ID token.
    pub(crate) fn is_unsigned(self) -> bool {
        matches!(self, Self::Usage | Self::YarnProvenance | Self::PnpmNoIdToken)
    }

    /// The code as it is printed, for example `ENEEDAUTH`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::E400 => "E400",
            Self::E401 => "E401",
            Self::E402 => "E402",
            Self::E403 => "E403",
            Self::E404 => "E404",
            Self::E409 => "E409",
            Self::E422 => "E422",
            Self::E429 => "E429",
            Self::E500 => "E500",
            Self::E502 => "E502",
            Self::E503 => "E503",
            Self::E504 => "E504",
            Self::NeedAuth => "ENEEDAUTH",
            Self::OneTimePassword => "EOTP",
            Self::Private => "EPRIVATE",
            Self::Usage => "EUSAGE",
            Self::Unscoped => "EUNSCOPED",
            Self::GitUnknownBranch => "ERR_PNPM_GIT_UNKNOWN_BRANCH",
            Self::GitWrongBranch => "ERR_PNPM_GIT_NOT_CORRECT_BRANCH",
            Self::GitUnclean => "ERR_PNPM_GIT_UNCLEAN",
            Self::PnpmFailedToPublish => "ERR_PNPM_FAILED_TO_PUBLISH",
            Self::PnpmPrivatePackage => "ERR_PNPM_PRIVATE_PACKAGE",
            Self::PnpmUnscopedRestricted => "ERR_PNPM_UNSCOPED_RESTRICTED",
            Self::PnpmNoIdToken => "ERR_PNPM_ID_TOKEN_GITHUB_WORKFLOW_INCORRECT_PERMISSIONS",
            Self::PnpmNoCommand => "ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL",
            Self::YarnNoAuthentication => "YN0033",
            Self::YarnNetwork => "YN0035",
            Self::YarnProvenance => "YN0091",
            Self::GitNotAllowed => "EALLOWGIT",
            Self::UnknownConfig => "EUNKNOWNCONFIG",
            Self::BadEngine => "EBADENGINE",
            Self::BadDevEngines => "EBADDEVENGINES",
            Self::ModuleNotFound => "MODULE_NOT_FOUND",
            Self::InvalidAuth => "ERR_INVALID_AUTH",
            Self::Whoami => "EWHOAMI",
            Self::NoNpmToken => "ENONPMTOKEN",
            Self::InvalidNpmToken => "EINVALIDNPMTOKEN",
            Self::InvalidNpmAuth => "EINVALIDNPMAUTH",
            Self::ConnectionReset => "ECONNRESET",
            Self::ConnectionRefused => "ECONNREFUSED",
            Self::TimedOut => "ETIMEDOUT",
            Self::HostNotFound => "ENOTFOUND",
            Self::LookupFailed => "EAI_AGAIN",
        }
    }
}

impl fmt::Display for NpmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
