//! The texts by which a log tells what happened: those of npm, GitHub and the registry, and those of the register of tools. Each
//! is in the source of a tool, or was printed by it. A text that says its cause by itself is one line in `of_causes`.

mod meant;
mod of_causes;
mod of_facts;
mod of_words;
mod topic;

pub(crate) use meant::{script_name, version_in};

use std::sync::LazyLock;

use super::CauseId;
use crate::knowledge::npm_errors::NpmError;
use crate::publish::{Says, Tool, tools};
use of_causes::{meaning_of, of_causes};
use of_facts::OF_FACTS;
use of_words::{CODES, OF_BUN, OF_WORDS};

/// What a line tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Signal {
    /// The cause itself.
    Names(CauseId),
    /// The code of an error of npm, or of a tool that publishes in its place.
    Code(NpmError),
    /// Words that come with a code, where the line with the code itself is not in the log.
    WordsOf(NpmError),
    /// A tool other than npm says this.
    Tool(Tool, Says),
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
    /// A step installs npm.
    NpmInstall,
    /// npm itself does not run on this Node.
    NpmRefusesNode,
    /// The registry, tag and access of a publish.
    PublishingTo,
    /// The account may not publish the package.
    NoRights,
    /// npm looks with git for what it takes for a repository.
    GitRead,
    /// The tool found nothing to publish.
    NothingToPublish,
    /// A dist-tag is set.
    DistTagRequest,
    /// npm asks a person to log in.
    LoginPrompt,
    /// A script of package.json that comes before a publish.
    PublishScript,
    /// A script of package.json that npm runs before a publish and after an installation.
    PrepareScript,
    /// A script of package.json that builds, tests or checks.
    RunScript,
    /// A runner of tests sums up, and tests failed.
    TestsFailed,
    /// A runner of tests sums up, and no test failed.
    TestsPassed,
    /// The compiler of TypeScript found an error.
    CompileFailed,
    /// nx could not read the dist-tags of a package.
    DistTagsUnread,
    /// A tool read JSON, and there was none.
    EmptyAnswer,
    /// npm lists what is in the tarball: the scripts before a publish are over.
    Packed,
    /// The name of the log that npm writes.
    LogFile,
    /// semantic-release failed at the publish of its npm plugin, which verifies the login in an earlier step.
    PublishByPlugin,
    /// npm ended without an error.
    EndedWell,
    /// A command of a script failed.
    CommandFailed,
    /// A package was never published.
    NotYetPublished,
    /// The tool passes over what is published already.
    SkipsExisting,
    /// A tool asked git for the branch, and there is none.
    DetachedHead,
    /// The steps of a job are over.
    JobEnded,
    /// A command failed that reads what is published.
    ReadCommand,
    /// A script, or a tool, found no logged-in npm user.
    NotLoggedIn,
    /// git could not push, for whatever reason.
    PushFailed,
    /// `npm trust`.
    TrustCommand,
    /// GitHub ended a step that failed.
    StepFailed,
    /// The publish succeeded.
    Published,
    /// setup-node's placeholder is in the environment.
    PlaceholderToken,
    /// A secret is passed.
    SecretToken,
    /// A variable for a token in the list of a step's environment; its value tells one of the other three.
    TokenLine,
    /// A secret is passed, and it is empty.
    EmptyToken,
    /// The registry refused the token that was sent, placeholder or not.
    TokenRefused,
    /// The list of what the job's token may do.
    PermissionList,
    /// The job can get an ID token.
    IdTokenGranted,
    /// GitHub gave the ID token; the line has the registry that it is for.
    IdTokenFetched,
    /// The exchange was tried; the line has the status.
    ExchangeRequest,
    /// The exchange was refused; the line has the reason.
    ExchangeRefused,
    /// The exchange succeeded.
    ExchangeSucceeded,
    /// npm or another tool found no way to get an ID token.
    IdTokenAbsent,
    /// changesets/action found no way to publish, which it may not have to.
    NoCredentialYet,
    /// GitHub did not give the ID token.
    IdTokenFetchFailed,
    /// Provenance was signed.
    SignedProvenance,
    /// The registry compared `repository` with the provenance; the line has both.
    RepositoryCompared,
    /// The token is invalid.
    InvalidToken,
    /// `npm whoami`, or another question for the user of the token, was refused.
    Whoami,
    /// npm stopped at the path of a tarball.
    TarballPath,
    /// actions/checkout starts.
    Checkout,
    /// Yarn 1 or pnpm cannot fill in a variable of `.npmrc`.
    UnfilledVariable,
    /// pnpm says which it is, at the end of an installation.
    PnpmVersion,
    /// GitHub downloads changesets/action in a version.
    ChangesetsAction,
    /// The text `undefined` was written as a token.
    UndefinedToken,
}

/// What a signal says about the outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tells {
    /// Nothing.
    Fact,
    /// Something failed.
    Failure,
    /// The token exchange failed. A token may have taken its place: then the log shows that something was published.
    Exchange,
}

/// What npm prints before a package that it published.
pub(crate) const PUBLISHED: &str = "+ ";

/// The texts. Each line is told by all that it has.
pub(crate) static SIGNALS: LazyLock<Vec<(&'static str, Signal)>> = LazyLock::new(|| {
    let mut signals: Vec<(&str, Signal)> = CODES
        .iter()
        .map(|code| (code.code(), Signal::Code(*code)))
        .collect();
    for (cause, texts) in of_causes() {
        signals.extend(texts.iter().map(|text| (*text, Signal::Names(cause))));
    }
    for (signal, _, _, texts) in OF_FACTS {
        signals.extend(texts.iter().map(|text| (*text, *signal)));
    }
    let of_bun = OF_BUN.iter();
    signals.extend(of_bun.map(|(text, code)| (*text, Signal::WordsOf(*code))));
    signals.extend(
        OF_WORDS
            .iter()
            .map(|(text, code)| (*text, Signal::WordsOf(*code))),
    );
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

impl CauseId {
    /// The texts in a log that say this cause by themselves; none if several lines are weighed.
    pub fn log_texts(self) -> impl Iterator<Item = &'static str> {
        let texts = of_causes().filter(move |(cause, _)| *cause == self);
        texts.flat_map(|(_, texts)| texts.iter().copied())
    }
}

impl Signal {
    /// What it says about the outcome.
    pub(crate) fn tells(self) -> Tells {
        let is_failure = match self {
            Self::Names(_) => true,
            // A package that does not like the engine is a warning at most; npm's own refusal is told apart later.
            Self::Code(code) => code != NpmError::BadEngine,
            Self::WordsOf(_) => true,
            Self::Tool(_, says) => matches!(
                says,
                Says::NoCredential
                    | Says::NotLoggedIn
                    | Says::CannotSign
                    | Says::UnknownCommand
                    | Says::Failed(_)
                    | Says::NotPublished
            ),
            _ => return of_facts(self).map_or(Tells::Fact, |(_, tells, _, _)| *tells),
        };
        if is_failure { Tells::Failure } else { Tells::Fact }
    }

    /// Whether it tells that something failed, if only beside what is weighed.
    pub(crate) fn is_failure(self) -> bool {
        self.tells() != Tells::Fact
            || matches!(self, Self::OtherCode | Self::CommandFailed | Self::PushFailed)
    }

    /// The cause that it names.
    pub(crate) fn cause(self) -> Option<CauseId> {
        match self {
            Self::Names(cause) => Some(cause),
            Self::Code(code) | Self::WordsOf(code) => cause_of(code),
            _ => None,
        }
    }

    /// What it means to a person; empty if nothing. Codes and tools have words of their own.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Names(cause) => meaning_of(cause),
            _ => of_facts(self).map_or("", |(_, _, meaning, _)| meaning),
        }
    }
}

fn of_facts(signal: Signal) -> Option<&'static (Signal, Tells, &'static str, &'static [&'static str])> {
    OF_FACTS.iter().find(|(other, _, _, _)| *other == signal)
}

/// The cause that a code names by itself.
fn cause_of(code: NpmError) -> Option<CauseId> {
    Some(match code {
        NpmError::OneTimePassword => CauseId::EotpToken2fa,
        NpmError::BadDevEngines => CauseId::DevEngines,
        NpmError::Private | NpmError::PnpmPrivatePackage => CauseId::PrivatePackage,
        NpmError::Unscoped | NpmError::PnpmUnscopedRestricted => CauseId::UnscopedRestricted,
        NpmError::GitUnknownBranch | NpmError::GitWrongBranch | NpmError::GitUnclean => {
            CauseId::PnpmGitChecks
        }
        NpmError::UnknownConfig => CauseId::NpmUnknownConfig,
        _ => return None,
    })
}
