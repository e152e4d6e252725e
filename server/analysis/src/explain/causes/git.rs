//! Causes in git and in the checkout.

use super::{CauseText, EvidenceTopic, Stage};

/// What the lines that speak for these causes are about.
pub(super) const SHOWN_BY: &[EvidenceTopic] = &[EvidenceTopic::Failure];

pub(super) const BRANCH_MOVED: CauseText = CauseText {
    id: "branch-moved",
    stage: Stage::Job,
    title: "The branch moved while the job ran",
    why: "A person or another run pushed to the branch, so git rejected the push. Permissions are not the cause.",
    fix: "Run the workflow again on the newest commit, and set `concurrency` so that only one release runs at a time.",
    rules: &[],
};

pub(super) const TAG_EXISTS: CauseText = CauseText {
    id: "tag-exists",
    stage: Stage::Job,
    title: "The git tag already exists",
    why: "An earlier run made the tag and failed later, or the version was not raised.",
    fix: "Check whether the version is on npm. If not, delete the tag and run again.",
    rules: &[],
};

pub(super) const GIT_IDENTITY: CauseText = CauseText {
    id: "git-identity",
    stage: Stage::Job,
    title: "git has no name and email for the commit",
    why: "`npm version`, lerna and others commit, and the runner has no identity.",
    fix: "Run `git config user.name` and `git config user.email` first, for example with `github-actions[bot]`.",
    rules: &[],
};

pub(super) const GIT_CHECKOUT_MISSING: CauseText = CauseText {
    id: "git-checkout-missing",
    stage: Stage::Job,
    title: "The step does not run in a git checkout",
    why: "The step needs a git repository, but the job did not run `actions/checkout` before it, or only copied the files.",
    fix: "Add `actions/checkout` before the step, in the same job.",
    rules: &[],
};

pub(super) const GIT_HISTORY: CauseText = CauseText {
    id: "git-history",
    stage: Stage::Job,
    title: "The checkout lacks the history or the tags",
    why: "`actions/checkout` fetches one commit, and the tool looks for older commits or tags.",
    fix: "Set `fetch-depth: 0`.",
    rules: &[],
};

pub(super) const REF_MISSING: CauseText = CauseText {
    id: "ref-missing",
    stage: Stage::Job,
    title: "The branch or tag to check out is gone or has moved",
    why: "It was deleted or changed after the run started.",
    fix: "Start the workflow again for the ref as it is now.",
    rules: &[],
};

pub(super) const GIT_OWNERSHIP: CauseText = CauseText {
    id: "git-ownership",
    stage: Stage::Job,
    title: "git does not trust the folder",
    why: "The checkout belongs to another user, as in a container.",
    fix: "Run `git config --global --add safe.directory \"$GITHUB_WORKSPACE\"`.",
    rules: &[],
};

// husky@9.1.7/husky: the variable; https://git-scm.com/docs/git-commit: the flag.
pub(super) const GIT_HOOK: CauseText = CauseText {
    id: "git-hook",
    stage: Stage::Job,
    title: "A git hook stopped the commit or the push",
    why: "The installation of the dependencies set up the hooks of the repository, and the release tool commits or pushes in the same checkout. A hook, such as a linter of commit messages, ended with an error.",
    fix: "Set `HUSKY: 0` in the `env` of the step, which turns off the hooks of husky. Without husky, have the tool commit with `--no-verify`.",
    rules: &[],
};
