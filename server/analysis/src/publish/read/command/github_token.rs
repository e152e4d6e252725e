//! What commands do with the `GITHUB_TOKEN` of the job, or with the credentials that the checkout has left.

use super::git::{may_run_git_push, may_use_git_credentials};
use super::wrappers::{Invocation, Unwrapped, unwrap};
use crate::publish::tools::{Arguments, CommandWords, Tool, started_by};
use crate::syntax::shell::Command;

/// What a command does with the job's `GITHUB_TOKEN`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum GithubTokenUse {
    /// Nothing that needs more than reading the repository.
    Reads,
    /// It writes, and needs these scopes with `write`.
    Writes(&'static [&'static str]),
    /// It pushes with the credentials of the checkout.
    Pushes,
    /// It reads something beside the repository's contents: this scope.
    ReadsScope(&'static str),
    /// It may do anything.
    Unknown,
}

/// Says what a command does with the job's `GITHUB_TOKEN`.
pub(crate) fn github_token_use(command: &Command) -> GithubTokenUse {
    let unknown = || {
        if may_run_git_push(command) {
            GithubTokenUse::Pushes
        } else if may_use_git_credentials(command) {
            GithubTokenUse::Unknown
        } else {
            GithubTokenUse::Reads
        }
    };
    let Unwrapped::Invocation(invocation) = unwrap(command) else {
        return unknown();
    };
    let arguments = invocation.arguments();
    let positionals = arguments.texts();
    match (invocation.name(), positionals.as_slice()) {
        // These only print their words.
        ("echo" | "printf" | "cat" | "grep", _) => GithubTokenUse::Reads,
        ("git", _) => of_git(&arguments),
        ("gh", _) if names_other_repository(&arguments) => GithubTokenUse::Unknown,
        ("gh", verbs) => of_gh(verbs),
        ("docker" | "podman" | "buildah" | "skopeo", _) => of_docker(&arguments),
        ("gh-pages" | "bumpp" | "push-dir", _) => GithubTokenUse::Pushes,
        ("release-please", _) => GithubTokenUse::Writes(&["contents", "pull-requests"]),
        ("lerna", ["version", ..]) => of_lerna(&arguments),
        ("nx", ["release", "version" | "changelog", ..]) => GithubTokenUse::Pushes,
        _ => of_tool(&invocation, &positionals, &arguments).unwrap_or_else(unknown),
    }
}

fn of_tool(invocation: &Invocation, verbs: &[&str], arguments: &Arguments<'_>) -> Option<GithubTokenUse> {
    let words = CommandWords {
        program: invocation.name(),
        verbs,
        arguments: *arguments,
    };
    let (entry, _) = started_by(&words, invocation.package.as_deref())?;
    Some(match entry.tool {
        Tool::Npm
        | Tool::Pnpm
        | Tool::YarnClassic
        | Tool::YarnBerry
        | Tool::Bun
        | Tool::Publib
        | Tool::VitePlus
        | Tool::Ni
        | Tool::Changesets
        | Tool::NpmPublish
        | Tool::NpmPublishWithToken
        | Tool::ActionWithToken
        | Tool::SemanticReleaseNpm
        | Tool::CleanPublish
        | Tool::WasmPack => GithubTokenUse::Reads,
        // It pushes tags, makes a release, and comments on what the release closes.
        // Source: "Permissions for GITHUB_TOKEN" in semantic-release's recipe for GitHub Actions.
        Tool::SemanticRelease | Tool::MultiSemanticRelease | Tool::Auto => {
            GithubTokenUse::Writes(&["contents", "issues", "pull-requests"])
        }
        Tool::Lerna | Tool::LernaLite => of_lerna(arguments),
        // `nx release` pushes, `nx release publish` only publishes.
        Tool::Nx if verbs.contains(&"publish") => GithubTokenUse::Reads,
        Tool::Nx
        | Tool::Np
        | Tool::ReleaseIt
        | Tool::Beachball
        | Tool::Shipjs
        | Tool::OssjsRelease
        | Tool::ReleasePlan
        | Tool::Rollingversions
        | Tool::Rush => GithubTokenUse::Pushes,
        // It makes a release on GitHub, unless it is told not to.
        Tool::Napi if arguments.has(&["--no-gh-release"]) => GithubTokenUse::Reads,
        Tool::Napi => GithubTokenUse::Writes(&["contents"]),
        Tool::Script | Tool::Action => GithubTokenUse::Unknown,
    })
}

/// `from-package` and `from-git` publish what is tagged already.
fn of_lerna(arguments: &Arguments<'_>) -> GithubTokenUse {
    let pushes_nothing = arguments.has(&["--no-push", "--no-git-tag-version"])
        || arguments
            .texts()
            .iter()
            .any(|word| matches!(*word, "from-package" | "from-git"));
    match pushes_nothing {
        true => GithubTokenUse::Reads,
        false => GithubTokenUse::Pushes,
    }
}

fn of_git(arguments: &Arguments<'_>) -> GithubTokenUse {
    let words = || arguments.words().iter().map(|word| word.text.as_str());
    // `git stash push` and `git subtree push`
    let pushes = words().any(|word| word == "push") && !words().any(|word| word == "stash");
    match pushes && !words().any(|word| matches!(word, "--dry-run" | "-n" | "--help" | "-h")) {
        true => GithubTokenUse::Pushes,
        false => GithubTokenUse::Reads,
    }
}

/// Whether `gh` is sent to another repository, to which the job's token never writes; a variable may be this one.
fn names_other_repository(arguments: &Arguments<'_>) -> bool {
    let is_own = |text: &str| {
        text.to_ascii_lowercase().contains("github.repository") || text.contains("GITHUB_REPOSITORY")
    };
    arguments
        .value(&["-R", "--repo"])
        .is_some_and(|name| !is_own(&name.text))
}

/// The repository to which a command of `gh` writes, if it names one.
pub(crate) fn written_by_gh(command: &Command) -> Option<String> {
    let Unwrapped::Invocation(invocation) = unwrap(command) else {
        return None;
    };
    let arguments = invocation.arguments();
    let writes = matches!(of_gh(arguments.texts().as_slice()), GithubTokenUse::Writes(_));
    let is_write = invocation.name() == "gh" && writes;
    arguments
        .value(&["-R", "--repo"])
        .filter(|_| is_write)
        .map(|name| name.text)
}

/// Source: `gh help reference` of gh 2.80 and GitHub's "Permissions required for fine-grained personal access tokens".
fn of_gh(verbs: &[&str]) -> GithubTokenUse {
    match verbs {
        ["release", "view" | "list" | "ls" | "download" | "verify", ..]
        | ["repo", "view" | "clone" | "list", ..]
        | [
            "auth" | "config" | "alias" | "extension" | "version" | "help" | "completion",
            ..,
        ]
        | [] => GithubTokenUse::Reads,
        ["release", ..] => GithubTokenUse::Writes(&["contents"]),
        [
            "pr",
            "view" | "list" | "ls" | "checkout" | "diff" | "status" | "checks",
            ..,
        ] => GithubTokenUse::ReadsScope("pull-requests"),
        // Creating one needs no more than pull requests, but may push the branch.
        ["pr", "merge" | "create" | "update-branch", ..] => {
            GithubTokenUse::Writes(&["contents", "pull-requests"])
        }
        ["pr", ..] => GithubTokenUse::Writes(&["pull-requests"]),
        ["issue", "view" | "list" | "ls" | "status", ..] | ["label", "list", ..] => {
            GithubTokenUse::ReadsScope("issues")
        }
        ["issue" | "label", ..] => GithubTokenUse::Writes(&["issues"]),
        ["run", "view" | "list" | "ls" | "watch" | "download", ..]
        | ["workflow", "view" | "list" | "ls", ..]
        | ["cache", "list" | "ls", ..] => GithubTokenUse::ReadsScope("actions"),
        ["run" | "workflow" | "cache", ..] => GithubTokenUse::Writes(&["actions"]),
        ["attestation", ..] => GithubTokenUse::ReadsScope("attestations"),
        _ => GithubTokenUse::Unknown,
    }
}

/// Images are pushed to GitHub's registry with the job's token; which registry a variable names is not known.
fn of_docker(arguments: &Arguments<'_>) -> GithubTokenUse {
    let words = arguments.words();
    let pushes = words
        .iter()
        .any(|word| matches!(word.text.as_str(), "push" | "--push" | "copy"));
    let names = |part: &str| words.iter().any(|word| word.text.contains(part));
    match pushes {
        true if names("ghcr.io") => GithubTokenUse::Writes(&["packages"]),
        true if names("$") => GithubTokenUse::Unknown,
        _ => GithubTokenUse::Reads,
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::command_of;
    use super::GithubTokenUse::{Pushes, Reads, ReadsScope, Unknown, Writes};
    use super::*;

    #[test]
    fn what_commands_do_with_the_token() {
        for (script, expected) in [
            ("git push --follow-tags", Pushes),
            ("git -C site push origin HEAD", Pushes),
            ("git stash push", Reads),
            ("$GIT push", Pushes),
            ("\"${GIT[@]}\" push origin HEAD", Pushes),
            ("retry 3 git push", Pushes),
            ("eval \"git push\"", Pushes),
            ("echo git push", Reads),
            ("$NPM run build", Reads),
            ("git fetch --tags", Reads),
            ("gh release create v1 --generate-notes", Writes(&["contents"])),
            ("gh release view v1", Reads),
            ("gh pr create --fill", Writes(&["contents", "pull-requests"])),
            ("gh pr merge 1", Writes(&["contents", "pull-requests"])),
            ("gh release create v1 -R acme/other", Unknown),
            (
                "gh release create v1 --repo ${{ github.repository }}",
                Writes(&["contents"]),
            ),
            ("git push --help", Reads),
            ("gh pr list", ReadsScope("pull-requests")),
            ("gh issue comment 1 -b x", Writes(&["issues"])),
            ("gh workflow run next.yml", Writes(&["actions"])),
            ("gh api repos/a/b/dispatches -f event_type=x", Unknown),
            ("docker push ghcr.io/acme/w:1", Writes(&["packages"])),
            ("docker push \"$IMAGE\"", Unknown),
            ("docker push acme/w:1", Reads),
            ("docker build -t w .", Reads),
            (
                "npx semantic-release",
                Writes(&["contents", "issues", "pull-requests"]),
            ),
            ("npx lerna publish from-package --yes", Reads),
            ("npx lerna publish --yes", Pushes),
            ("npx nx release publish", Reads),
            ("npx nx release --yes", Pushes),
            ("npx gh-pages -d dist", Pushes),
            ("pnpm changeset publish", Reads),
            ("npm publish", Reads),
            ("npm ci", Reads),
            ("npx tsc -p .", Reads),
            ("echo git push", Reads),
            ("npx some-release-tool", Unknown),
        ] {
            assert_eq!(github_token_use(&command_of(script)), expected, "{script}");
        }
    }
}
