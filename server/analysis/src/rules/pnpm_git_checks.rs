use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::command::add_flag;
use crate::publish::{StopCause, Tool};
use crate::versions::version::Truth;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `pnpm publish` without `--no-git-checks` in a workflow that runs for tags or releases, with a pnpm that needs a branch:
    /// all releases before 11.27.1, and 12.0 to 12.5.
    ///
    /// Also reports one with such a pnpm after a checkout whose `ref` is a commit, as in `ref: ${{ github.sha }}`. It is a warning
    /// if only the name says so, as in `ref: ${{ needs.bump.outputs.sha }}`.
    ///
    /// Also reports one in a workflow that only pushes to branches other than `main` and `master` start, or other than the
    /// branch in `--publish-branch`. Conditions such as `if: github.ref == 'refs/heads/next'` count too.
    ///
    /// Also reports one after a command that changes a manifest without a commit, for example
    /// `npm version minor --no-git-tag-version`, with every version of pnpm. It is a warning if the command may leave the file
    /// unchanged, or has a condition of its own. release-it with `npm.publishPackageManager: pnpm` publishes before it commits.
    ///
    /// `publish-branch` in an `.npmrc` (up to pnpm 10) and `publishBranch` in `pnpm-workspace.yaml` (from pnpm 10.6 on) count
    /// like `--publish-branch`.
    ///
    /// The rule reports nothing with `git-checks` in an `.npmrc`, `gitChecks` in `pnpm-workspace.yaml` (from pnpm 10.6 on) or
    /// variables like `npm_config_git_checks`, in a container, or if a step chooses a branch or cannot be read. In a run for a tag
    /// or a release, it also ignores steps under a condition and a pnpm whose version the files do not show. If the workflow can
    /// also be started by hand, for a branch, it is a warning.
    ///
    /// ## Why it matters
    ///
    /// For a tag or a release, actions/checkout checks out a commit that no branch points to. Before pnpm publishes, it asks git
    /// for the branch, finds none, and fails with `ERR_PNPM_GIT_UNKNOWN_BRANCH`. From 11.27.1 and 12.6.0 on, pnpm no longer does
    /// so in CI.
    ///
    /// On a branch other than `main` or `master`, pnpm asks whether to continue. In CI it gets no answer: up to version 11, pnpm
    /// then publishes nothing and exits with code 0, so the job is green. From 12 on it fails with
    /// `ERR_PNPM_GIT_NOT_CORRECT_BRANCH`.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on:
    ///   push:
    ///     tags: ['v*']
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: pnpm/action-setup@v4
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: pnpm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "packageManager": "pnpm@10.30.2"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Add `--no-git-checks`. A tag or a release already decides which commit is published. On a branch, add
    /// `--publish-branch` with its name.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on:
    ///   push:
    ///     tags: ['v*']
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: pnpm/action-setup@v4
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: pnpm publish --no-git-checks
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "packageManager": "pnpm@10.30.2"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://pnpm.io/cli/publish#--no-git-checks>
    PNPM_GIT_CHECKS {
        id: "pnpm-git-checks",
        summary: "pnpm refuses to publish from this git branch or working tree.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, git_problem) {
        let command = &found.site.publishing_tool.command;
        let will = match found.stop.is_in_every_run {
            true => "will",
            false => "may",
        };
        let fails_with = |code| format!("`{command}` {will} fail with {code}");
        let mut flag = "--no-git-checks".to_owned();
        let is_release_it = found.site.publishing_tool.tool == Tool::ReleaseIt;
        let (what, end, why) = match &found.cause {
            GitProblem::NoBranch { by_ref } => (
                match by_ref {
                    true => "The `ref` of the checkout is a commit, without a branch".to_owned(),
                    false => "A run for a tag has no branch".to_owned(),
                },
                fails_with(NpmError::GitUnknownBranch),
                "pnpm asks git for the branch before it publishes.",
            ),
            GitProblem::Changed { .. } if is_release_it => (
                "release-it commits the version after it publishes".to_owned(),
                fails_with(NpmError::GitUnclean),
                "pnpm checks that all changes are committed before it publishes.",
            ),
            GitProblem::Changed { is_version, .. } => (
                match is_version {
                    true => "The version is changed but not committed".to_owned(),
                    false => "A file is written but not committed".to_owned(),
                },
                fails_with(NpmError::GitUnclean),
                "pnpm checks that all changes are committed before it publishes.",
            ),
            GitProblem::WrongBranch(wrong) => {
                if let (Some(branch), None) = (wrong.branch.filter(|branch| is_plain(branch)), wrong.wanted) {
                    flag = format!("--publish-branch {branch}");
                }
                let end = match wrong.is_silent {
                    Truth::Yes => format!("`{command}` never publishes and exits with code 0"),
                    Truth::No => fails_with(NpmError::GitWrongBranch),
                    Truth::Maybe => format!("`{command}` never publishes"),
                };
                (
                    wrong.describe(),
                    end,
                    "On another branch, pnpm asks whether to continue and gets no answer in CI.",
                )
            }
        };
        let message = format!("{what}: {end}");
        let fix = add_flag(context, found.site, &flag)
            .filter(|_| !is_release_it)
            .map(|fix| Fix {
                applicability: Applicability::Safe,
                ..fix
            });
        let mut diagnostic = found
            .report(&PNPM_GIT_CHECKS, message)
            .help(match is_release_it {
                true => format!("{why} Add `{flag}` to `npm.publishArgs`."),
                false => format!("{why} Add `{flag}`."),
            })
            .fix(fix);
        if let GitProblem::Changed { at, is_version } = found.cause
            && !is_release_it
        {
            let what = match is_version {
                true => "this changes a file that git tracks",
                false => "this writes a file that git does not ignore",
            };
            diagnostic = diagnostic.related(at, what);
        }
        findings.push(diagnostic);
    }
}

/// Whether a branch's name needs no quotes in a shell.
fn is_plain(branch: &str) -> bool {
    branch
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte))
}

/// What pnpm finds when it asks git.
enum GitProblem<'c> {
    NoBranch { by_ref: bool },
    Changed { at: &'c Place, is_version: bool },
    WrongBranch(WrongBranch<'c>),
}

/// A branch from which pnpm does not publish.
struct WrongBranch<'c> {
    branch: Option<&'c str>,
    wanted: Option<&'c str>,
    is_silent: Truth,
}

impl WrongBranch<'_> {
    fn describe(&self) -> String {
        let wanted = match self.wanted {
            Some(branch) => format!("`{branch}`"),
            None => "`main` or `master`".to_owned(),
        };
        match self.branch {
            Some(branch) => format!("The branch is `{branch}`, not {wanted}"),
            None => format!("No run is on {wanted}"),
        }
    }
}

fn git_problem(cause: &StopCause) -> Option<GitProblem<'_>> {
    match cause {
        StopCause::DetachedHead { by_ref } => Some(GitProblem::NoBranch { by_ref: *by_ref }),
        StopCause::WrongBranch {
            branch,
            wanted,
            is_silent,
        } => Some(GitProblem::WrongBranch(WrongBranch {
            branch: branch.as_deref(),
            wanted: wanted.as_deref(),
            is_silent: *is_silent,
        })),
        StopCause::UncommittedChange {
            changed_at,
            is_version,
        } => Some(GitProblem::Changed {
            at: changed_at,
            is_version: *is_version,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
