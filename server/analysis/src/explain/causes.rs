//! The causes that a failed publish can have. To add one, write its text in the file of its subject and its line in the list.

mod git;
mod github;
mod group;
mod id_token;
mod install;
mod job;
mod npm;
mod provenance;
mod publisher;
mod registry;
mod token;
mod tools;

pub use group::CauseGroup;

use super::evidence_topic::EvidenceTopic;

/// How far a publish came before its cause stopped it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// The job ended before its publish step began to publish.
    Job,
    /// npm, or another tool, did not come to the token exchange.
    BeforeExchange,
    /// The registry did not exchange the ID token, or did not take the access token.
    Exchange,
    /// The registry knew who publishes, or did not need to.
    Registry,
}

/// A cause in words.
#[derive(PartialEq, Eq, Debug)]
pub struct CauseText {
    /// Its id, which does not change.
    pub id: &'static str,
    /// How far the publish came.
    pub stage: Stage,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What happens, and why.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Rules that find this cause in the files.
    pub rules: &'static [&'static str],
}

macro_rules! causes {
    ($($cause:ident: $file:ident::$text:ident,)+) => {
        /// A cause.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum CauseId {
            $(#[doc = concat!("See `", stringify!($file), "`.")] $cause,)+
        }

        impl CauseId {
            /// Every cause.
            pub const ALL: &'static [Self] = &[$(Self::$cause,)+];

            /// The cause in words.
            #[must_use]
            pub fn text(self) -> &'static CauseText {
                match self {
                    $(Self::$cause => const { &$file::$text },)+
                }
            }

            /// What the lines of a log that speak for the cause are about.
            fn shown_by(self) -> &'static [EvidenceTopic] {
                match self {
                    $(Self::$cause => $file::SHOWN_BY,)+
                }
            }
        }
    };
}

causes! {
    NpmTooOld: npm::NPM_TOO_OLD,
    NpmShadowedOnPath: npm::NPM_SHADOWED_ON_PATH,
    NpmLatestNeedsNewerNode: npm::NPM_LATEST_NEEDS_NEWER_NODE,
    BrokenNpmSelfUpgrade: npm::BROKEN_NPM_SELF_UPGRADE,
    NpmUnknownConfig: npm::NPM_UNKNOWN_CONFIG,
    DevEngines: npm::DEV_ENGINES,
    NpmTrustFlag: npm::NPM_TRUST_FLAG,
    NpmTrustOtp: npm::NPM_TRUST_OTP,
    ToolNeedsNewerNode: npm::TOOL_NEEDS_NEWER_NODE,
    VersionUnchanged: npm::VERSION_UNCHANGED,
    ManifestInvalid: npm::MANIFEST_INVALID,
    FolderReadAsPackage: npm::FOLDER_READ_AS_PACKAGE,
    FilesMissing: npm::FILES_MISSING,
    WorkspaceFlag: npm::WORKSPACE_FLAG,
    NpmCrash: npm::NPM_CRASH,
    IdTokenMissing: id_token::ID_TOKEN_MISSING,
    IdTokenFetchFailed: id_token::ID_TOKEN_FETCH_FAILED,
    ReusableCallerPermissions: id_token::REUSABLE_CALLER_PERMISSIONS,
    EnvironmentProtection: id_token::ENVIRONMENT_PROTECTION,
    EnvStripped: id_token::ENV_STRIPPED,
    TpNotConfigured: publisher::TP_NOT_CONFIGURED,
    TpWorkflowFilename: publisher::TP_WORKFLOW_FILENAME,
    TpReusableWorkflow: publisher::TP_REUSABLE_WORKFLOW,
    TpEnvironment: publisher::TP_ENVIRONMENT,
    TpOwnerRepoCase: publisher::TP_OWNER_REPO_CASE,
    TpAllowedActions: publisher::TP_ALLOWED_ACTIONS,
    TpImmutableSub: publisher::TP_IMMUTABLE_SUB,
    TpMismatchUnspecified: publisher::TP_MISMATCH_UNSPECIFIED,
    FirstPublish: publisher::FIRST_PUBLISH,
    RepositoryMissing: provenance::REPOSITORY_MISSING,
    RepositoryCase: provenance::REPOSITORY_CASE,
    RepositoryMismatch: provenance::REPOSITORY_MISMATCH,
    RepoRenamed: provenance::REPO_RENAMED,
    PrivateRepoProvenance: provenance::PRIVATE_REPO_PROVENANCE,
    SelfHostedRunner: provenance::SELF_HOSTED_RUNNER,
    NewPackageAccess: provenance::NEW_PACKAGE_ACCESS,
    SigstoreTlog: provenance::SIGSTORE_TLOG,
    SigstoreCertClaims: provenance::SIGSTORE_CERT_CLAIMS,
    AuditSignatures: provenance::AUDIT_SIGNATURES,
    ProvenanceFile: provenance::PROVENANCE_FILE,
    TokenExpired: token::TOKEN_EXPIRED,
    TokenEmpty: token::TOKEN_EMPTY,
    TokenMixing: token::TOKEN_MIXING,
    EotpToken2fa: token::EOTP_TOKEN_2FA,
    Whoami: token::WHOAMI,
    NeedsLoginCommand: token::NEEDS_LOGIN_COMMAND,
    TokenMalformed: token::TOKEN_MALFORMED,
    TokenIp: token::TOKEN_IP,
    TokenUnscoped: token::TOKEN_UNSCOPED,
    ScopedAccess: registry::SCOPED_ACCESS,
    RegistryUnavailable: registry::REGISTRY_UNAVAILABLE,
    WrongRegistry: registry::WRONG_REGISTRY,
    NameRefused: registry::NAME_REFUSED,
    PrereleaseTag: registry::PRERELEASE_TAG,
    VersionExists: registry::VERSION_EXISTS,
    PackumentConflict: registry::PACKUMENT_CONFLICT,
    UnscopedRestricted: registry::UNSCOPED_RESTRICTED,
    PrivatePackage: registry::PRIVATE_PACKAGE,
    RegistryRefused: registry::REGISTRY_REFUSED,
    RepublishWait: registry::REPUBLISH_WAIT,
    PayloadTooLarge: registry::PAYLOAD_TOO_LARGE,
    ScopeNotFound: registry::SCOPE_NOT_FOUND,
    TagIsVersion: registry::TAG_IS_VERSION,
    GithubPackagesRights: registry::GITHUB_PACKAGES_RIGHTS,
    RateLimited: registry::RATE_LIMITED,
    StagedNotApproved: registry::STAGED_NOT_APPROVED,
    PublishNotVisible: registry::PUBLISH_NOT_VISIBLE,
    EmailNotVerified: registry::EMAIL_NOT_VERIFIED,
    ReadRefused: job::READ_REFUSED,
    ScriptFailed: job::SCRIPT_FAILED,
    InstallFailed: job::INSTALL_FAILED,
    JobCancelled: job::JOB_CANCELLED,
    DeploymentRejected: job::DEPLOYMENT_REJECTED,
    PackageJsonMissing: job::PACKAGE_JSON_MISSING,
    TarballMissing: job::TARBALL_MISSING,
    ScriptMissing: job::SCRIPT_MISSING,
    ProgramMissing: job::PROGRAM_MISSING,
    GitPushRefused: job::GIT_PUSH_REFUSED,
    GithubTokenRights: job::GITHUB_TOKEN_RIGHTS,
    WorkspaceNotFound: job::WORKSPACE_NOT_FOUND,
    Integrity: install::INTEGRITY,
    WorkspaceProtocol: install::WORKSPACE_PROTOCOL,
    PackageManagerMismatch: install::PACKAGE_MANAGER_MISMATCH,
    CorepackOutdated: install::COREPACK_OUTDATED,
    ReleaseAgePolicy: install::RELEASE_AGE_POLICY,
    GithubTokenInvalid: github::GITHUB_TOKEN_INVALID,
    GithubTokenMissing: github::GITHUB_TOKEN_MISSING,
    GithubReleaseExists: github::GITHUB_RELEASE_EXISTS,
    Billing: github::BILLING,
    RunnerLost: github::RUNNER_LOST,
    ActionUnresolved: github::ACTION_UNRESOLVED,
    ActionDeprecated: github::ACTION_DEPRECATED,
    ActionNotAllowed: github::ACTION_NOT_ALLOWED,
    ArtifactMissing: github::ARTIFACT_MISSING,
    ArtifactUpload: github::ARTIFACT_UPLOAD,
    NodeUnavailable: github::NODE_UNAVAILABLE,
    OutOfMemory: github::OUT_OF_MEMORY,
    DiskFull: github::DISK_FULL,
    GithubReleaseFailed: github::GITHUB_RELEASE_FAILED,
    FilePermission: github::FILE_PERMISSION,
    NoRunner: github::NO_RUNNER,
    WorkflowInvalid: github::WORKFLOW_INVALID,
    GithubUnavailable: github::GITHUB_UNAVAILABLE,
    ContainerFailed: github::CONTAINER_FAILED,
    GithubRateLimit: github::GITHUB_RATE_LIMIT,
    ContainerTooOld: github::CONTAINER_TOO_OLD,
    BranchMoved: git::BRANCH_MOVED,
    TagExists: git::TAG_EXISTS,
    GitIdentity: git::GIT_IDENTITY,
    GitCheckoutMissing: git::GIT_CHECKOUT_MISSING,
    GitHistory: git::GIT_HISTORY,
    RefMissing: git::REF_MISSING,
    GitOwnership: git::GIT_OWNERSHIP,
    GitHook: git::GIT_HOOK,
    SetupNodeV7Yarn1: tools::SETUP_NODE_V7_YARN1,
    YarnOidc: tools::YARN_OIDC,
    NpmPublishOld: tools::NPM_PUBLISH_OLD,
    BunProvenance: tools::BUN_PROVENANCE,
    SemanticReleaseNpm: tools::SEMANTIC_RELEASE_NPM,
    PnpmGitChecks: tools::PNPM_GIT_CHECKS,
    BunOidc: tools::BUN_OIDC,
    PnpmVersion: tools::PNPM_VERSION,
    LernaOld: tools::LERNA_OLD,
    SemanticReleaseOld: tools::SEMANTIC_RELEASE_OLD,
    ChangesetsActionOld: tools::CHANGESETS_ACTION_OLD,
    ChangesetsCliCrash: tools::CHANGESETS_CLI_CRASH,
    ChangesetsYarn: tools::CHANGESETS_YARN,
    ReleaseGitChecks: tools::RELEASE_GIT_CHECKS,
    ChangesetsActionCli: tools::CHANGESETS_ACTION_CLI,
    ToolConfig: tools::TOOL_CONFIG,
    VersionOutOfRange: tools::VERSION_OUT_OF_RANGE,
    ChangesetMissing: tools::CHANGESET_MISSING,
    LatestMissing: tools::LATEST_MISSING,
}

impl CauseId {
    /// The id in JSON and in texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.text().id
    }
}
