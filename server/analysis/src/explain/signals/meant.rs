//! Whether a line means what a text in it says: source code, prose and what a test prints are left alone.

use super::super::{CauseId, Stage};
use super::Signal;
use super::of_causes::NO_FILE;
use super::of_words::CODES;
use crate::publish::{Says, Tool};
use crate::versions::version::{Version, parse_loose};

impl Signal {
    /// The signal, as the line makes it out, and the action that printed it.
    pub(crate) fn read_in(self, line: &str, is_of_checkout: bool) -> Self {
        match self {
            // What actions/checkout fetches with is a token that it was given.
            Self::Names(CauseId::GitPushRefused) if is_of_checkout && asks_for_login(line) => {
                Self::Names(CauseId::GithubTokenInvalid)
            }
            // cmd.exe does not know variables before a command.
            Self::Names(CauseId::ProgramMissing) if names_variable(line) => Self::ScriptFailed,
            // The status says why.
            Self::Names(CauseId::GithubReleaseFailed) if line.contains("status: 403") => {
                Self::Names(CauseId::GithubTokenRights)
            }
            Self::Names(CauseId::GithubReleaseFailed) if line.contains("status: 401") => {
                Self::Names(CauseId::GithubTokenInvalid)
            }
            Self::TokenLine => token_value(line).unwrap_or(self),
            // A publish names a version. A question about what is published often names a tag or nothing.
            Self::NotInRegistry | Self::NoPermissionToAccess if asks_for_tag(line) => Self::ReadRefused,
            Self::CommandFailed if names_publish(line) => Self::PublishFailed,
            Self::CommandFailed if names_install(line) => Self::Names(CauseId::InstallFailed),
            Self::TestsFailed if failed_tests(line) == Some(0) => Self::TestsPassed,
            _ => self,
        }
    }

    /// Whether nothing but a short line has it: the start of a script, or what a runner of tests sums up.
    pub(crate) fn is_of_short_line(self) -> bool {
        matches!(
            self,
            Self::PublishScript | Self::PrepareScript | Self::RunScript | Self::TestsFailed
        )
    }

    /// Whether GitHub has to mark the line as an error: the action may also go on with it.
    pub(crate) fn is_meant_as_error(self, line: &str) -> bool {
        let may_go_on = [
            "Unable to find any artifacts for ",
            "no artifacts found",
            "no matching workflow run found",
            "no matching artifact in this workflow",
        ];
        self == Self::Names(CauseId::ArtifactMissing) && may_go_on.iter().any(|text| line.contains(text))
    }

    /// Whether a line in which the text was found means it, so that source code and prose are left alone.
    pub(crate) fn is_meant_by(self, line: &str) -> bool {
        match self {
            Self::NpmVerbose | Self::OtherCode if !line.starts_with("npm ") => false,
            Self::Names(cause @ (CauseId::TarballMissing | CauseId::PackageJsonMissing))
                if line.contains(NO_FILE) =>
            {
                let is_tarball = [".tgz'", ".tar.gz'"].iter().any(|end| line.contains(end));
                let is_manifest = line.contains("package.json'");
                line.starts_with("npm ")
                    && match cause {
                        CauseId::TarballMissing => is_tarball,
                        _ => is_manifest,
                    }
            }
            Self::Names(CauseId::ManifestInvalid) if line.contains("Invalid ") => line.starts_with("npm "),
            Self::Code(code) => is_code(code.code(), line),
            Self::OtherCode => {
                let code = line
                    .split(" code ")
                    .nth(1)
                    .and_then(|rest| rest.split_whitespace().next());
                let is_known = |text: &str| CODES.iter().any(|code| code.code() == text);
                (line.starts_with("npm error code ") || line.starts_with("npm ERR! code "))
                    && !code.is_some_and(is_known)
            }
            // The logged-in user and the presence of a token are not packages.
            Self::ReadRefused => {
                let is_warning = line.starts_with("npm warn ") || line.starts_with("npm WARN ");
                // `npm --json` says the same in a field.
                let is_of_npm = line.starts_with("npm ") || line.starts_with("\"summary\":");
                is_of_npm && !is_warning && !line.contains("/-/")
            }
            Self::TarballPath => is_tarball_path(line),
            Self::Checkout => line.starts_with("Run actions/checkout@"),
            Self::Names(cause) if cause.text().stage != Stage::Job && is_of_other_registry(line) => false,
            Self::Names(CauseId::TagExists) if line.contains("(already exists)") => {
                line.contains("[rejected]")
            }
            // lerna says `ERR!` too.
            Self::Names(CauseId::NpmCrash) if line.contains("ERR! Cannot ") => line.contains("npm ERR! "),
            Self::Names(CauseId::ProgramMissing)
                if line.contains(" spawn ") || line.starts_with("spawn ") =>
            {
                lacks_program(line)
            }
            // Of another host, the token is not GitHub's.
            Self::Names(CauseId::GitPushRefused | CauseId::GithubTokenInvalid)
                if asks_for_login(line) && line.contains("'https://") =>
            {
                line.contains("github.com")
            }
            Self::Names(CauseId::GitHook) => line.starts_with("husky") || line.contains("lint-staged "),
            // Of pnpm, its code tells.
            Self::Names(CauseId::ReleaseGitChecks) if line.contains("ERR_PNPM_GIT_") => false,
            Self::Names(CauseId::GitPushRefused) if line.contains("requested URL returned") => {
                line.contains("//github.com/")
            }
            Self::Names(CauseId::GithubUnavailable) if line.contains("requested URL returned") => {
                line.contains("//github.com/") || line.contains("RPC failed; HTTP 5")
            }
            // pnpm names the package. cargo says the status in the same way.
            Self::Names(_) if line.contains(" (status ") => line.contains(" package "),
            Self::NpmRefusesNode => line.contains("node/npm: npm@"),
            Self::IdTokenFetched => line.contains(" 200"),
            Self::Names(CauseId::NpmTooOld) => {
                line.starts_with("Unknown command") || line.starts_with("npm ")
            }
            // These are about a second factor.
            Self::Tool(Tool::YarnBerry, Says::NoCredential) => {
                !line.contains("requires additional authentication") && !line.contains("Invalid OTP token")
            }
            Self::Tool(Tool::YarnClassic, Says::NoCredential | Says::NotPublished) => {
                line.starts_with("error ") || line.starts_with("No token found and can't prompt")
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
                    || (line.starts_with("lerna success published ") && version_in(line).is_some())
            }
            Self::Whoami => line.contains("401") || line.contains("403"),
            // `pnpm: 10.1.0` and `node/npm: vite@7.0.0` are not about npm.
            Self::NpmVersion => {
                let is_own = !line.contains("npm: ") || line.starts_with("npm: ");
                is_own && version_in(line).is_some()
            }
            Self::NodeVersion => version_in(line).is_some(),
            // To pnpm it is a warning.
            Self::UnfilledVariable => {
                let line = line.to_ascii_lowercase();
                line.starts_with("error") || line.starts_with("usage error: environment variable")
            }
            Self::PublishScript | Self::PrepareScript => script_name(line).is_some_and(|name| match self {
                Self::PublishScript => matches!(name, "prepublishOnly" | "prepack"),
                _ => matches!(name, "prepublish" | "prepare"),
            }),
            Self::RunScript => script_name(line).is_some_and(is_of_run_script),
            Self::TestsFailed => failed_tests(line).is_some(),
            // `src/index.ts(1,2): error TS2304: …`
            Self::CompileFailed => line.split_once("error TS").is_some_and(|(_, rest)| {
                let number = rest.split(':').next().unwrap_or_default();
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            }),
            Self::EndedWell => matches!(line, "npm verbose exit 0" | "npm info ok"),
            Self::ReadCommand => {
                let line = line.to_ascii_lowercase();
                ["exited with", "failed", "exit code"]
                    .iter()
                    .any(|text| line.contains(text))
            }
            Self::NotLoggedIn => line.to_ascii_lowercase().contains("npm"),
            Self::LoginPrompt => line.starts_with("npm notice") || line.starts_with("Username:"),
            Self::ScriptFailed => {
                let is_other = line.contains("cmd.exe") && !line.starts_with("npm ");
                !is_other && (!line.contains("Lifecycle script `") || line.contains("failed with error"))
            }
            Self::TokenLine => token_value(line).is_some(),
            Self::CommandFailed => {
                let line = line.to_ascii_lowercase();
                line.starts_with("command failed")
                    || line.starts_with("elifecycle")
                    || line.contains("error: command failed")
                    || (line.starts_with("error: script \"") && line.contains("exited with code"))
                    // Yarn 1: src/cli/index.js
                    || line.starts_with("error command failed with exit code ")
            }
            Self::Names(CauseId::EotpToken2fa) if line.contains("user TTY") => line.contains("publish"),
            Self::Names(CauseId::WorkspaceNotFound) => {
                line.starts_with("npm ") || line.contains("Usage Error")
            }
            Self::Names(CauseId::OutOfMemory) if line.contains("code 137") => {
                let mut after = line.split("code 137").skip(1);
                !after.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            }
            Self::Names(CauseId::JobCancelled) if line.contains("timed out") => {
                line.starts_with("The action '")
            }
            Self::Names(CauseId::JobCancelled) => !line.contains('`'),
            // In the list of a step's commands, or typed in a script.
            Self::LoginCommand => line.starts_with("Run ") || line.starts_with("+ npm "),
            // A notice that there is a newer one is printed in the same words.
            Self::NpmInstall => is_npm_install(line),
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

/// Whether git found no user for GitHub, or GitHub did not accept the one that it was given.
fn asks_for_login(line: &str) -> bool {
    [
        "could not read Username for ",
        "could not read Password for ",
        "Authentication failed for ",
        "Invalid username or ",
        "Support for password authentication was removed",
    ]
    .iter()
    .any(|text| line.contains(text))
}

/// Whether Node did not find the program in `Error: spawn npm ENOENT`. A shell is always there: then the folder is not.
fn lacks_program(line: &str) -> bool {
    const SHELLS: [&str; 5] = ["sh", "bash", "cmd.exe", "powershell", "pwsh"];
    let program = line
        .split_once("spawn ")
        .and_then(|(_, rest)| rest.strip_suffix(" ENOENT"));
    program.is_some_and(|program| {
        let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
        !SHELLS.contains(&name)
    })
}

/// Whether the program that Windows did not find is a variable, as in `NODE_ENV=production webpack`: cmd.exe reads up to the sign.
fn names_variable(line: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let mut quoted = line.split('\'').skip(1);
    line.contains("is not recognized as an internal")
        && quoted
            .next()
            .is_some_and(|name| name.contains('_') && name.chars().all(is_of_name))
}

/// `npm error path /w/widget-1.0.0.tgz`
fn is_tarball_path(line: &str) -> bool {
    let path = line
        .strip_prefix("npm error path ")
        .or_else(|| line.strip_prefix("npm ERR! path "));
    path.is_some_and(|path| path.ends_with(".tgz") || path.ends_with(".tar.gz"))
}

/// Whether a line is about another registry than one of npm packages: of containers, of Python, Rust, Deno, Ruby or .NET.
fn is_of_other_registry(line: &str) -> bool {
    // Docker and Helm print the answer of a registry of containers after its code: distribution/registry/api/errcode.
    const OTHERS: [&str; 11] = [
        "denied: permission_denied",
        "unauthorized: unauthenticated",
        "the remote server responded with an error",
        "//ghcr.io",
        "//registry-1.docker.io",
        ".pypi.org/",
        "//pypi.org/",
        "//crates.io",
        "//jsr.io",
        "//rubygems.org",
        "//api.nuget.org",
    ];
    OTHERS.iter().any(|other| line.contains(other))
}

/// The script in the line with which a package manager begins it, without its `> `: `widget@1.0.0 prepare`. pnpm adds the folder.
pub(crate) fn script_name(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let (package, name, folder, rest) = (words.next()?, words.next()?, words.next(), words.next());
    let is_folder = |folder: &str| folder.starts_with('/') || folder.contains(":\\");
    let is_header = package.contains('@') && folder.is_none_or(is_folder) && rest.is_none();
    is_header.then_some(name)
}

/// Whether a script builds, tests or checks, by its name: `build`, `test:unit`, `lint-all`.
fn is_of_run_script(name: &str) -> bool {
    const FIRST: [&str; 8] = [
        "build",
        "test",
        "tests",
        "lint",
        "check",
        "typecheck",
        "compile",
        "bundle",
    ];
    const OF_PUBLISH: [&str; 4] = ["publish", "release", "deploy", "ship"];
    let words = || name.split([':', '-', '_', '.']);
    let is_typecheck = name == "type-check";
    (is_typecheck || words().next().is_some_and(|word| FIRST.contains(&word)))
        && !words().any(|word| OF_PUBLISH.contains(&word))
}

/// Whether a command that failed is a publish: `Error: Command failed with exit code 1: npm publish --tag next`.
fn names_publish(line: &str) -> bool {
    command_of_manager(line).is_some_and(|mut words| words.any(|word| word == "publish"))
}

/// Whether a command that failed is an installation: `Error: Command failed: npm ci`.
fn names_install(line: &str) -> bool {
    let word = command_of_manager(line).and_then(|mut words| words.next());
    matches!(word, Some("install" | "i" | "ci"))
}

/// The first words of the command that failed, after the package manager that it starts.
fn command_of_manager(line: &str) -> Option<impl Iterator<Item = &str>> {
    let (_, rest) = line.split_once("ommand failed")?;
    let (_, command) = rest.split_once(": ")?;
    let mut words = command.split_whitespace().take(4);
    matches!(words.next(), Some("npm" | "pnpm" | "yarn" | "bun")).then_some(words)
}

/// How many tests failed, in the line with which a runner of tests sums up; none if it is another line.
fn failed_tests(line: &str) -> Option<usize> {
    let number = |text: &str| text.trim().parse::<usize>().ok();
    // Node's own.
    if let Some(rest) = line
        .strip_prefix("# fail ")
        .or_else(|| line.strip_prefix("ℹ fail "))
    {
        return number(rest);
    }
    // mocha: `12 passing (2s)`, `1 failing`.
    if let Some(count) = line.strip_suffix(" failing") {
        return number(count);
    }
    if let Some((count, time)) = line.split_once(" passing") {
        return (time.is_empty() || time.starts_with(" ("))
            .then(|| number(count))?
            .map(|_| 0);
    }
    // ava: `1 test failed`, `3 tests passed`.
    let of_ava = line
        .strip_suffix(" test failed")
        .or_else(|| line.strip_suffix(" tests failed"));
    if let Some(count) = of_ava {
        return number(count);
    }
    if let Some(count) = line.strip_suffix(" tests passed") {
        return number(count).map(|_| 0);
    }
    // jest: `Tests:       1 failed, 12 passed, 13 total`. vitest: `Test Files  1 failed | 2 passed (3)`.
    let of_jest = line
        .strip_prefix("Tests:")
        .filter(|rest| rest.ends_with(" total"));
    let of_vitest = line
        .strip_prefix("Test Files ")
        .filter(|rest| rest.ends_with(')'));
    let parts = of_jest.or(of_vitest)?.split([',', '|']).map(str::trim);
    let failed = parts.filter_map(|part| part.split_once(" failed"));
    Some(failed.filter_map(|(count, _)| number(count)).sum())
}

/// The first version in a line: three numbers with dots between them.
pub(crate) fn version_in(line: &str) -> Option<Version> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')))
        // A sentence may end with a version.
        .filter(|word| word.matches('.').count() >= 2)
        .filter_map(|word| parse_loose(word.trim_start_matches('v').trim_end_matches('.')))
        .next()
}

/// What the value of a variable for a token tells: `NODE_AUTH_TOKEN: ***`. None if it is source code or prose.
fn token_value(line: &str) -> Option<Signal> {
    let (name, value) = line.split_once(':')?;
    if name
        .trim()
        .contains(|c: char| !(c.is_ascii_uppercase() || c == '_'))
    {
        return None;
    }
    let value = value.trim();
    match () {
        () if value.starts_with("***") => Some(Signal::SecretToken),
        () if value.starts_with("XXXXX") => Some(Signal::PlaceholderToken),
        // A person who reports it may add a remark.
        () if !value.starts_with(|c: char| c.is_ascii()) => Some(Signal::EmptyToken),
        () => None,
    }
}

/// Whether a line such as `'widget@latest' is not in this registry` is about a package without a version.
fn asks_for_tag(line: &str) -> bool {
    let spec = line.split('\'').nth(1).unwrap_or_default();
    let (_, version) = spec
        .get(1..)
        .and_then(|rest| rest.split_once('@'))
        .unwrap_or_default();
    !spec.is_empty() && !version.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a command installs npm, or runs another npm once: `npm install -g npm@11`, `npx npm@11 publish`.
fn is_npm_install(line: &str) -> bool {
    let Some(command) = ["Run ", "+ ", "$ ", "npm ", "npx "]
        .iter()
        .find(|start| line.starts_with(*start))
    else {
        return false;
    };
    let words: Vec<&str> = line
        .split_whitespace()
        .skip(usize::from(matches!(*command, "Run " | "+ " | "$ ")))
        .map(|word| word.trim_matches(['"', '\'']))
        .collect();
    let has = |options: &[&str]| words.iter().any(|word| options.contains(word));
    let is_versioned = words.iter().any(|word| word.starts_with("npm@"));
    let is_global = has(&["-g", "--global", "--location=global"]);
    let installs = has(&["install", "i", "in", "add", "up", "update", "upgrade"]);
    let is_npm = words.iter().skip(1).any(|word| *word == "npm");
    let runs_once = has(&["npx", "dlx", "exec", "x", "corepack"]);
    (is_versioned && (installs || runs_once)) || (is_npm && is_global && installs)
}
