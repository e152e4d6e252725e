//! What commands may do with git.

use crate::syntax::shell::Command;

/// Whether a command may talk to a remote with the credentials that the checkout has left: git itself, and tools whose
/// words speak of releasing, since these push.
pub(crate) fn may_use_git_credentials(command: &Command) -> bool {
    let mut words = command.words.iter().map(|word| word.text.as_str());
    let is_remote = |word: &str| {
        matches!(
            word,
            "push" | "pull" | "fetch" | "clone" | "ls-remote" | "submodule"
        )
    };
    let speaks_of_pushing = |word: &str| {
        ["release", "gh-pages", "lerna", "bump", "deploy", "changeset"]
            .iter()
            .any(|part| word.contains(part))
    };
    // GitHub's own tool is given its token by name.
    if words.clone().next() == Some("gh") {
        return false;
    }
    let is_git = may_run_git(command);
    words.any(|word| (is_git && is_remote(word)) || speaks_of_pushing(word))
}

/// Whether git is among the words, or in one of them, or may be the program that a variable names.
fn may_run_git(command: &Command) -> bool {
    let is_variable = command.words.first().is_some_and(|word| word.is_dynamic);
    is_variable || command.words.iter().any(|word| word.text == "git")
}

/// Whether a program that is not known may be told to run `git push`: `$GIT push`, `retry 3 git push`, `eval "git push"`.
pub(crate) fn may_run_git_push(command: &Command) -> bool {
    let mut words = command.words.iter().map(|word| word.text.as_str());
    words.clone().any(|word| word.contains("git push"))
        || may_run_git(command) && words.any(|word| word == "push")
}

/// Whether a command may choose the branch of the working tree, make another one, or configure pnpm's checks of git.
pub(crate) fn may_choose_branch(command: &Command) -> bool {
    let words = || command.words.iter().map(|word| word.text.as_str());
    let is_git = words().any(|word| matches!(word, "git" | "gh" | "hub"));
    let chooses = |word: &str| {
        matches!(
            word,
            "checkout" | "switch" | "branch" | "symbolic-ref" | "init" | "clone" | "worktree" | "rebase"
        )
    };
    let is_config = words().any(|word| word == "config");
    let names_the_check = |word: &str| {
        [
            "git-checks",
            "gitChecks",
            "git_checks",
            "publish-branch",
            "publishBranch",
            "publish_branch",
        ]
        .iter()
        .any(|name| word.contains(name))
    };
    words().any(|word| (is_git && chooses(word)) || (is_config && names_the_check(word)))
}

/// The branch that a command makes and checks out: `git checkout -b release`, `git switch --create release`.
pub(crate) fn made_branch(command: &Command) -> Option<String> {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let (name, rest) = match words.as_slice() {
        ["git", "checkout", "-b" | "-B", name, rest @ ..] => (*name, rest),
        [
            "git",
            "switch",
            "-c" | "-C" | "--create" | "--force-create",
            name,
            rest @ ..,
        ] => (*name, rest),
        _ => return None,
    };
    let is_name = |text: &str| !text.starts_with('-') && !text.contains(['$', '`', '*']);
    (is_name(name) && rest.len() <= 1).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::test_support::command_of;
    use super::*;

    #[test]
    fn commands_that_may_push() {
        for (script, expected) in [
            ("git push --follow-tags", true),
            ("git -C site push", true),
            ("git fetch --tags", true),
            ("npx bumpp", true),
            ("npx gh-pages -d dist", true),
            ("git config user.name bot", false),
            ("git tag v1", false),
            ("npm run build", false),
            ("npm publish", false),
            ("gh release upload v1 dist.tgz", false),
        ] {
            assert_eq!(may_use_git_credentials(&command_of(script)), expected, "{script}");
        }
    }

    #[test]
    fn commands_that_make_a_branch() {
        for (script, expected) in [
            ("git checkout -b next", Some("next")),
            ("git checkout -B release origin/main", Some("release")),
            ("git switch -c release", Some("release")),
            ("git switch --create release", Some("release")),
            ("git checkout next", None),
            ("git checkout -b $BRANCH", None),
            ("git checkout -b release-${{ github.run_id }}", None),
            ("git branch next", None),
        ] {
            assert_eq!(made_branch(&command_of(script)).as_deref(), expected, "{script}");
        }
    }

    #[test]
    fn commands_that_may_choose_a_branch() {
        for (script, expected) in [
            ("git checkout main", true),
            ("git -C . switch main", true),
            ("sudo git checkout -B release", true),
            ("gh pr checkout 1", true),
            ("pnpm config set git-checks false", true),
            ("pnpm config set gitChecks=false --location project", true),
            ("pnpm config set publish-branch release", true),
            ("git status", false),
            ("git config user.name bot", false),
            ("pnpm publish --no-git-checks", false),
            ("npm init -y", false),
        ] {
            assert_eq!(may_choose_branch(&command_of(script)), expected, "{script}");
        }
    }
}
