//! The texts by which a log tells what happened: those of npm, GitHub and the registry, and those of the register of tools. Each
//! is in the source of a tool, or was printed by it.

use std::sync::LazyLock;

use crate::knowledge::npm_errors::NpmError;
use crate::publish::{Says, Tool, tools};
use crate::versions::version::Version;
use crate::versions::version::parse_loose;

/// What a line tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Signal {
    /// npm's error code.
    Code(NpmError),
    /// Words that come with npm's error code, where the line with the code itself is not in the log.
    WordsOf(NpmError),
    /// An error code of npm that tells nothing about publishing.
    OtherCode,
    /// npm asked for a package and did not get it, in an installation for example.
    ReadRefused,
    /// A script of the package failed.
    ScriptFailed,
    /// A tool says that it could not publish, without a reason.
    PublishFailed,
    /// The wording of E404 before npm 11.5.0, which knew nothing of OIDC.
    NotInRegistry,
    /// The wording of E404 from npm 11.5.0 on.
    NoPermissionToAccess,
    /// npm up to 10.5 calls its errors `ERR!`.
    OldErrorPrefix,
    /// `npm login` is named where older versions named `npm adduser`: npm 12.
    NpmLogin,
    /// A version of npm.
    NpmVersion,
    /// A version of Node.
    NodeVersion,
    /// npm runs on a Node that it does not support; the line has both versions.
    UnsupportedNode,
    /// npm tells every request that it makes.
    NpmVerbose,
    /// A step runs a command of npm that needs a logged-in user.
    LoginCommand,
    /// The registry is GitHub Packages.
    GithubPackages,
    /// The registry refuses the name of a new package.
    NameRefused,
    /// A step installs npm.
    NpmInstall,
    /// npm itself does not run on this Node.
    NpmRefusesNode,
    /// The registry, tag and access of a publish.
    PublishingTo,
    /// The publish succeeded.
    Published,
    /// setup-node's placeholder stands in the environment.
    PlaceholderToken,
    /// A secret is passed.
    SecretToken,
    /// A secret is passed, and it is empty.
    EmptyToken,
    /// The registry refused the token that was sent, placeholder or not.
    TokenRefused,
    /// The list of what the job's token may do.
    PermissionList,
    /// The job can get an id token.
    IdTokenGranted,
    /// GitHub gave the ID token; the line has the registry that it is for.
    IdTokenFetched,
    /// This npm has no `npm stage`.
    NoStage,
    /// The exchange was tried; the line has the status.
    ExchangeRequest,
    /// The exchange was refused; the line has the reason.
    ExchangeRefused,
    /// The exchange succeeded.
    ExchangeSucceeded,
    /// npm or another tool found no way to get an id token.
    IdTokenAbsent,
    /// changesets/action found no way to publish, which it may not have to.
    NoCredentialYet,
    /// GitHub did not give the id token.
    IdTokenFetchFailed,
    /// Provenance was asked for without an id token.
    ProvenanceWithoutIdToken,
    /// Provenance of a package that is new or not public.
    ProvenanceOfNewPackage,
    /// npm does not see that it runs on GitHub.
    ProvenanceProvider,
    /// Provenance was signed.
    SignedProvenance,
    /// The registry compared `repository` with the provenance; the line has both.
    RepositoryCompared,
    /// Provenance from a runner that GitHub does not host.
    SelfHosted,
    /// Provenance from a private repository.
    PrivateRepository,
    /// The signing certificate lacks a claim.
    CertificateClaim,
    /// The transparency log or another part of sigstore failed.
    Sigstore,
    /// The trusted publisher matches and does not allow this.
    ActionNotAllowed,
    /// The package would be private, which costs money.
    PrivatePackagePlan,
    /// The token is invalid.
    InvalidToken,
    /// `npm whoami` was refused.
    Whoami,
    /// The token needs a second factor.
    OneTimePassword,
    /// Two publishes at a time.
    PackumentConflict,
    /// The version is there already.
    VersionExists,
    /// A prerelease without a tag.
    PrereleaseTag,
    /// npm's own upgrade loses one of its modules.
    BrokenSelfUpgrade,
    /// Yarn 1 or pnpm cannot fill in a variable of `.npmrc`.
    UnfilledVariable,
    /// A called workflow asks for more than its caller has.
    NestedJobPermission,
    /// The environment does not let this branch or tag deploy.
    EnvironmentProtection,
    /// pnpm says which it is, at the end of an installation.
    PnpmVersion,
    /// GitHub downloads changesets/action in a version.
    ChangesetsAction,
    /// The text `undefined` was written as a token.
    UndefinedToken,
    /// Signatures or attestations of installed packages do not verify.
    AuditSignatures,
    /// A tool other than npm says this.
    Tool(Tool, Says),
}

/// The texts. None is a part of another, so that each line is told by all that it says.
pub(crate) static SIGNALS: LazyLock<Vec<(&'static str, Signal)>> = LazyLock::new(|| {
    let mut signals = OF_NPM.to_vec();
    for tool in tools() {
        for (text, says) in tool.errors.texts {
            // The forms of semantic-release print the same.
            if !signals.iter().any(|(known, _)| known == text) {
                signals.push((text, Signal::Tool(tool.tool, *says)));
            }
        }
    }
    signals
});

/// The texts of npm, GitHub and the registry, and the codes of all tools.
static OF_NPM: &[(&str, Signal)] = &[
    code(NpmError::E400),
    code(NpmError::E401),
    code(NpmError::E402),
    code(NpmError::E403),
    code(NpmError::E404),
    code(NpmError::E409),
    code(NpmError::E422),
    code(NpmError::NeedAuth),
    code(NpmError::OneTimePassword),
    code(NpmError::Private),
    code(NpmError::Usage),
    code(NpmError::Whoami),
    code(NpmError::NoNpmToken),
    code(NpmError::InvalidNpmToken),
    code(NpmError::InvalidNpmAuth),
    code(NpmError::BadEngine),
    code(NpmError::BadDevEngines),
    code(NpmError::Unscoped),
    code(NpmError::GitNotAllowed),
    code(NpmError::UnknownConfig),
    code(NpmError::E429),
    code(NpmError::E500),
    code(NpmError::E502),
    code(NpmError::E503),
    code(NpmError::E504),
    code(NpmError::ConnectionReset),
    code(NpmError::ConnectionRefused),
    code(NpmError::TimedOut),
    code(NpmError::HostNotFound),
    code(NpmError::LookupFailed),
    code(NpmError::PnpmFailedToPublish),
    code(NpmError::PnpmPrivatePackage),
    code(NpmError::PnpmUnscopedRestricted),
    code(NpmError::GitUnknownBranch),
    code(NpmError::GitWrongBranch),
    code(NpmError::GitUnclean),
    ("npm error code ", Signal::OtherCode),
    ("404 Not Found - PUT ", Signal::WordsOf(NpmError::E404)),
    ("404 Not Found - POST ", Signal::WordsOf(NpmError::E404)),
    ("401 Unauthorized - PUT ", Signal::WordsOf(NpmError::E401)),
    ("403 Forbidden - PUT ", Signal::WordsOf(NpmError::E403)),
    ("422 Unprocessable Entity - PUT ", Signal::WordsOf(NpmError::E422)),
    ("503 Service Unavailable - PUT ", Signal::WordsOf(NpmError::E503)),
    ("404 Not Found - GET ", Signal::ReadRefused),
    ("401 Unauthorized - GET ", Signal::ReadRefused),
    ("403 Forbidden - GET ", Signal::ReadRefused),
    (
        "This command requires you to be logged in",
        Signal::WordsOf(NpmError::NeedAuth),
    ),
    (
        "You need to authorize this machine",
        Signal::WordsOf(NpmError::NeedAuth),
    ),
    (
        "Error verifying sigstore provenance bundle",
        Signal::WordsOf(NpmError::E422),
    ),
    ("Incorrect or missing password", Signal::WordsOf(NpmError::E401)),
    ("Unable to authenticate, need: ", Signal::WordsOf(NpmError::E401)),
    (
        "OIDC publish authorize: Invalid token",
        Signal::WordsOf(NpmError::E400),
    ),
    (
        "This package has been marked as private",
        Signal::WordsOf(NpmError::Private),
    ),
    (
        "restrict access to unscoped packages",
        Signal::WordsOf(NpmError::Unscoped),
    ),
    ("npm error command failed", Signal::ScriptFailed),
    ("npm error Missing script: ", Signal::ScriptFailed),
    ("ackages failed to publish:", Signal::PublishFailed),
    ("Package failed to publish: ", Signal::PublishFailed),
    ("is not in this registry", Signal::NotInRegistry),
    (
        "could not be found or you do not have permission",
        Signal::NoPermissionToAccess,
    ),
    ("npm ERR! ", Signal::OldErrorPrefix),
    ("using `npm login`", Signal::NpmLogin),
    ("using npm@", Signal::NpmVersion),
    // The notice of an update: "New minor version of npm available! 11.6.1 -> 11.6.2".
    (" version of npm available! ", Signal::NpmVersion),
    ("npm verbose title ", Signal::NpmVerbose),
    ("npm dist-tag add ", Signal::LoginCommand),
    ("npm owner ", Signal::LoginCommand),
    ("npm deprecate ", Signal::LoginCommand),
    ("realm=\"GitHub Package Registry\"", Signal::GithubPackages),
    ("npm verbose npm ", Signal::NpmVersion),
    ("npm: ", Signal::NpmVersion),
    ("using node@v", Signal::NodeVersion),
    ("npm verbose node v", Signal::NodeVersion),
    ("node: v", Signal::NodeVersion),
    ("/opt/hostedtoolcache/node/", Signal::NodeVersion),
    ("does not support Node.js v", Signal::UnsupportedNode),
    ("Not compatible with your version of node", Signal::NpmRefusesNode),
    ("npm install -g npm", Signal::NpmInstall),
    ("npm install --global npm", Signal::NpmInstall),
    ("npm i -g npm", Signal::NpmInstall),
    ("Publishing to http", Signal::PublishingTo),
    ("\n+ ", Signal::Published),
    ("Z + ", Signal::Published),
    ("🦋  success packages published", Signal::Published),
    ("✅ Published package ", Signal::Published),
    ("NODE_AUTH_TOKEN: XXXXX", Signal::PlaceholderToken),
    ("NODE_AUTH_TOKEN: ***", Signal::SecretToken),
    ("NPM_TOKEN: ***", Signal::SecretToken),
    ("NODE_AUTH_TOKEN:\n", Signal::EmptyToken),
    ("NODE_AUTH_TOKEN: \n", Signal::EmptyToken),
    ("NODE_AUTH_TOKEN: \r", Signal::EmptyToken),
    ("NPM_TOKEN:\n", Signal::EmptyToken),
    ("NPM_TOKEN: \n", Signal::EmptyToken),
    ("NPM_TOKEN: \r", Signal::EmptyToken),
    ("Access token expired or revoked", Signal::TokenRefused),
    ("GITHUB_TOKEN Permissions", Signal::PermissionList),
    ("Id-token: write", Signal::IdTokenGranted),
    ("&audience=npm", Signal::IdTokenFetched),
    ("Unknown command: \"stage\"", Signal::NoStage),
    ("IdToken: write", Signal::IdTokenGranted),
    ("/-/npm/v1/oidc/token/exchange/", Signal::ExchangeRequest),
    ("Failed token exchange request", Signal::ExchangeRefused),
    (
        "OIDC token exchange with the npm registry failed",
        Signal::ExchangeRefused,
    ),
    (
        "OIDC token exchange with the npm registry succeeded",
        Signal::ExchangeSucceeded,
    ),
    ("Successfully retrieved and set token", Signal::ExchangeSucceeded),
    (
        "Skipped because incorrect permissions for id-token",
        Signal::IdTokenAbsent,
    ),
    (
        "ID_TOKEN_GITHUB_WORKFLOW_INCORRECT_PERMISSIONS",
        Signal::IdTokenAbsent,
    ),
    (
        "Retrieval of GitHub Actions OIDC token failed",
        Signal::IdTokenAbsent,
    ),
    ("No NPM_TOKEN or OIDC available", Signal::NoCredentialYet),
    ("Failed to fetch id_token from GitHub", Signal::IdTokenFetchFailed),
    (
        "Provenance generation in GitHub Actions requires",
        Signal::ProvenanceWithoutIdToken,
    ),
    (
        "generate provenance for new or private package",
        Signal::ProvenanceOfNewPackage,
    ),
    (
        "provenance generation not supported for provider",
        Signal::ProvenanceProvider,
    ),
    ("Signed provenance statement", Signal::SignedProvenance),
    (
        "Failed to validate repository information",
        Signal::RepositoryCompared,
    ),
    ("\"repository.url\" is \"", Signal::RepositoryCompared),
    (
        "Unsupported GitHub Actions runner environment",
        Signal::SelfHosted,
    ),
    (
        "Unsupported GitHub Actions source repository visibility",
        Signal::PrivateRepository,
    ),
    ("in signing certificate", Signal::CertificateClaim),
    ("error creating tlog entry", Signal::Sigstore),
    ("error creating signing certificate", Signal::Sigstore),
    ("CA_CREATE_SIGNING_CERTIFICATE_ERROR", Signal::Sigstore),
    ("TLOG_CREATE_ENTRY_ERROR", Signal::Sigstore),
    ("TLOG_FETCH_", Signal::Sigstore),
    ("error refreshing TUF metadata", Signal::Sigstore),
    ("TSA_CREATE_", Signal::Sigstore),
    ("OIDC permission denied for this action", Signal::ActionNotAllowed),
    (
        "You must sign up for private packages",
        Signal::PrivatePackagePlan,
    ),
    (
        "your authentication token seems to be invalid",
        Signal::InvalidToken,
    ),
    ("/-/whoami", Signal::Whoami),
    ("requires a one-time password", Signal::OneTimePassword),
    ("Failed to save packument", Signal::PackumentConflict),
    (
        "cannot publish over the previously published",
        Signal::VersionExists,
    ),
    ("Cannot publish over previously staged", Signal::VersionExists),
    ("Cannot publish over previously published", Signal::VersionExists),
    ("Package name too similar to existing", Signal::NameRefused),
    ("using --tag when publishing a prerelease", Signal::PrereleaseTag),
    (
        "Cannot implicitly apply the \"latest\" tag",
        Signal::PrereleaseTag,
    ),
    ("Cannot find module 'promise-retry'", Signal::BrokenSelfUpgrade),
    ("Failed to replace env in config", Signal::UnfilledVariable),
    ("is requesting 'id-token: write'", Signal::NestedJobPermission),
    ("environment protection rules", Signal::EnvironmentProtection),
    (" using pnpm v", Signal::PnpmVersion),
    ("changesets/action@v", Signal::ChangesetsAction),
    ("_authToken=undefined", Signal::UndefinedToken),
    ("missing registry signatures", Signal::AuditSignatures),
    ("have invalid attestations", Signal::AuditSignatures),
    ("has invalid attestations", Signal::AuditSignatures),
    ("has an invalid attestation", Signal::AuditSignatures),
    ("has a missing registry signature", Signal::AuditSignatures),
    ("but no corresponding public key can be", Signal::AuditSignatures),
    ("have invalid registry signatures", Signal::AuditSignatures),
    ("has an invalid registry signature", Signal::AuditSignatures),
    ("pnpm: ", Signal::Tool(Tool::Pnpm, Says::Runs)),
];

/// The code in the log that tells of an error.
const fn code(error: NpmError) -> (&'static str, Signal) {
    (error.code(), Signal::Code(error))
}

impl Signal {
    /// Whether a line in which the text was found means it, so that source code and prose are left alone.
    pub(crate) fn is_meant_by(self, line: &str) -> bool {
        match self {
            Self::Code(code) => is_code(code.code(), line),
            Self::OtherCode => {
                line.starts_with("npm error code ") && !SIGNALS.iter().any(|(text, _)| line.ends_with(text))
            }
            // Who is logged in, and whether there is a token, is no package.
            Self::ReadRefused => line.starts_with("npm ") && !line.contains("/-/"),
            Self::NpmRefusesNode => line.contains("node/npm: npm@"),
            Self::IdTokenFetched => line.contains(" 200"),
            Self::NoStage => line.starts_with("Unknown command") || line.starts_with("npm "),
            Self::Tool(Tool::YarnClassic, Says::NoCredential | Says::NotPublished) => {
                line.starts_with("error ")
            }
            Self::Tool(Tool::Bun, Says::Failed(_)) => {
                line.starts_with("404") && line.contains("://registry.")
            }
            Self::Tool(Tool::Lerna | Tool::LernaLite, Says::PrintsRequests) => line.starts_with("lerna"),
            Self::Tool(Tool::NpmPublish, Says::Runs) => {
                line.starts_with("Run ") || line.starts_with("Download action")
            }
            Self::Tool(_, Says::Version) => version_in(line).is_some(),
            Self::Tool(Tool::Pnpm, Says::Failed(_)) => line.contains(" package "),
            Self::Tool(Tool::Pnpm, Says::Registry) => line.contains(" → http"),
            Self::Published => {
                let published = line.strip_prefix("+ ");
                let is_package = |text: &str| {
                    let version = text.rsplit_once('@').map_or("", |(_, version)| version);
                    version.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(' ')
                };
                published.is_some_and(is_package)
                    || line.contains("packages published")
                    || line.starts_with("✅")
            }
            Self::Whoami => line.contains("401") || line.contains("403"),
            // `pnpm: 10.1.0` and `node/npm: vite@7.0.0` are not about npm.
            Self::NpmVersion => {
                let is_own = !line.contains("npm: ") || line.starts_with("npm: ");
                is_own && version_in(line).is_some()
            }
            Self::NodeVersion => version_in(line).is_some(),
            // To pnpm it is a warning.
            Self::UnfilledVariable => line.to_ascii_lowercase().starts_with("error"),
            // In the list of a step's commands, or typed in a script.
            Self::LoginCommand => line.starts_with("Run ") || line.starts_with("+ npm "),
            // A notice that there is a newer one is printed in the same words.
            Self::NpmInstall if line.starts_with("npm notice") => false,
            Self::NpmInstall => {
                line.starts_with("Run ") || line.starts_with("npm ") || line.starts_with("+ npm ")
            }
            Self::Tool(Tool::Pnpm, Says::Runs) => line.starts_with("pnpm: "),
            _ => true,
        }
    }
}

/// Whether a line tells that something failed with this code: npm itself, pnpm, lerna, changesets 2 and 3, and nx, each
/// in its own dress. A code in a sentence, or in what a test prints, is none.
fn is_code(code: &str, line: &str) -> bool {
    let starts = |before: &str, after: &str| {
        let rest = line.strip_prefix(before).and_then(|rest| rest.strip_prefix(code));
        rest.is_some_and(|rest| rest.starts_with(after))
    };
    let contains = |before: &str| {
        let mut parts = line.split(before).skip(1);
        parts.any(|rest| rest.trim_start().starts_with(code))
    };
    // What a test expected is quoted.
    if line.contains("'npm error") || line.contains("\"npm error") {
        return false;
    }
    line == code
        || starts("code ", "")
        || line.strip_prefix("Error: ") == Some(code)
        || (code.starts_with("ERR_PNPM_") && starts("", " "))
        || starts("[", "]")
        || starts("", ":")
        || starts("", " No ")
        || starts("", " Invalid ")
        || contains(" error code ")
        || contains("ERR! code ")
        || contains("ERR! ")
        || contains("✖ ")
        || contains("✘  ")
        || contains("\"code\": \"")
        || contains("\"code\":\"")
        || line.contains(&format!(": {code} "))
        || (line.starts_with("npm error") && line.contains(code))
}

/// The first version in a line: three numbers with dots between them.
pub(crate) fn version_in(line: &str) -> Option<Version> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')))
        // A sentence may end with a version.
        .filter(|word| word.matches('.').count() >= 2)
        .filter_map(|word| parse_loose(word.trim_start_matches('v').trim_end_matches('.')))
        .next()
}
