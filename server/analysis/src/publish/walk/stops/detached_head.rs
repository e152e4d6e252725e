//! Checkouts of a commit, after which git is on no branch.

use crate::knowledge::actions::leaves_git_alone;
use crate::knowledge::pnpm_releases::needs_branch;
use crate::model::read::find_input;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{ActionQuestion, Site, UsedAction};
use crate::publish::tools::Tool;
use crate::publish::walk::{WalkFrame, Walker};
use crate::versions::action_reference::ActionReference;
use crate::versions::version::Truth;

/// Where the `ref` of a checkout leaves git.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum CheckedOut {
    /// On a branch, or as the event of the run decides.
    Branch,
    /// On a branch or a commit.
    Unknown,
    /// On a commit, as its name says.
    PerhapsCommit,
    /// On a commit, and so on no branch.
    Commit,
}

impl<'a> Walker<'_, 'a> {
    /// Where the job's checkout leaves git for a pnpm that asks for the branch.
    ///
    /// Source: `getInputs` in src/input-helper.ts and `getCheckoutInfo` in src/ref-helper.ts of actions/checkout v6: a `ref` of
    /// 40 hexadecimal digits is a commit; measured with pnpm 9.15.9 and 10.34.8 on a detached HEAD: ERR_PNPM_GIT_UNKNOWN_BRANCH.
    pub(crate) fn head_for_pnpm(
        &self,
        frame: &WalkFrame<'a>,
        publish: &PublishCommand,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> CheckedOut {
        let is_pnpm = publish.tool == Tool::Pnpm && !publish.is_configured && !publish.is_staged;
        let asks = || pnpm.is_some_and(|text| needs_branch(text) == Truth::Yes);
        let has_ref = |action: &UsedAction<'_>| ref_of_checkout(action).is_some();
        let is_relevant = is_pnpm
            && asks()
            && self.contents.any_action(ActionQuestion::ChecksOutARef, has_ref)
            && !self.contents.may_choose_branch
            && self.job.job.is_some_and(|job| job.container.is_none())
            && self.looks_at_git(frame, publish, pnpm, site);
        match is_relevant {
            true if self.has_unread_action() => self.checked_out().min(CheckedOut::Unknown),
            true => self.checked_out(),
            false => CheckedOut::Branch,
        }
    }

    fn checked_out(&self) -> CheckedOut {
        let mut found = CheckedOut::Branch;
        for action in &self.contents.actions {
            match &action.reference {
                ActionReference::Remote(remote) if remote.is("actions/checkout") => {
                    let elsewhere = ["repository", "path"];
                    if elsewhere
                        .iter()
                        .any(|input| find_input(&action.step.with, input).is_some())
                    {
                        return CheckedOut::Branch;
                    }
                    let head = ref_of_checkout(action).map_or(CheckedOut::Branch, of_ref);
                    found = match action.step.condition {
                        None => head,
                        Some(_) if head == found => head,
                        // Either of them.
                        Some(_) => head.max(found).min(CheckedOut::Unknown),
                    };
                }
                // It may choose a branch.
                ActionReference::Remote(remote) if !leaves_git_alone(remote) => {
                    let most = match speaks_of_git(&remote.name()) {
                        true => CheckedOut::Unknown,
                        false => CheckedOut::PerhapsCommit,
                    };
                    found = found.min(most);
                }
                ActionReference::Docker(_) | ActionReference::Invalid => {
                    found = found.min(CheckedOut::Unknown)
                }
                _ => {}
            }
        }
        found
    }
}

fn speaks_of_git(action: &str) -> bool {
    let mut words = action.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| ["git", "branch", "checkout", "commit", "push"].contains(&word))
}

fn ref_of_checkout<'a>(action: &UsedAction<'a>) -> Option<&'a str> {
    let input = find_input(&action.step.with, "ref").filter(|_| action.is("actions/checkout"))?;
    Some(input.value.value.trim()).filter(|text| !text.is_empty())
}

/// Where a `ref` leaves git.
fn of_ref(text: &str) -> CheckedOut {
    let is_hex = |text: &str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let inner = text
        .strip_prefix("${{")
        .and_then(|inner| inner.strip_suffix("}}"));
    match inner {
        _ if text.starts_with("refs/tags/") || is_hex(text) => CheckedOut::Commit,
        Some(inner) if !inner.contains("}}") => {
            // Any of the alternatives may be the one.
            let parts: Vec<CheckedOut> = inner.split("||").map(|part| of_expression(part.trim())).collect();
            match (parts.iter().min(), parts.iter().max()) {
                (Some(lowest), Some(highest)) if lowest == highest => *lowest,
                (_, Some(CheckedOut::Branch)) | (_, None) => CheckedOut::Branch,
                _ => CheckedOut::Unknown,
            }
        }
        _ => CheckedOut::Branch,
    }
}

fn of_expression(text: &str) -> CheckedOut {
    let text = text.to_ascii_lowercase();
    let commits = [
        ".head_sha",
        ".head.sha",
        ".base.sha",
        ".merge_commit_sha",
        ".head_commit.id",
    ];
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
    let is_plain = !text.contains(['(', '&', '=', '\'']);
    match text.as_str() {
        "github.sha" | "github.event.after" if is_plain => CheckedOut::Commit,
        event
            if is_plain
                && event.starts_with("github.event.")
                && commits.iter().any(|end| event.ends_with(end)) =>
        {
            CheckedOut::Commit
        }
        // The branch of the run, or its tag.
        event if event.starts_with("github.") => CheckedOut::Branch,
        _ if has(&["branch"]) => CheckedOut::Branch,
        _ if has(&["sha", "commit", "hash", "rev", "revision", "tag"]) => CheckedOut::PerhapsCommit,
        _ => CheckedOut::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_may_be_a_commit() {
        use CheckedOut::{Branch, Commit, PerhapsCommit, Unknown};
        for (text, expected) in [
            ("main", Branch),
            ("${{ github.ref }}", Branch),
            ("${{ github.head_ref }}", Branch),
            ("${{ github.event.pull_request.base.ref }}", Branch),
            ("${{ inputs.branch }}", Branch),
            ("${{ inputs.ref }}", Unknown),
            ("${{ inputs.ref || github.sha }}", Unknown),
            ("${{ github.ref || 'main' }}", Unknown),
            ("${{ needs.bump.outputs.commit-hash }}", PerhapsCommit),
            ("${{ inputs.tag }}", PerhapsCommit),
            ("${{ github.sha }}", Commit),
            ("${{ github.event.workflow_run.head_sha || github.sha }}", Commit),
            ("${{ github.event.pull_request.head.sha }}", Commit),
            ("${{ github.event.after }}", Commit),
            ("refs/tags/v1.0.0", Commit),
            ("refs/tags/${{ inputs.tag }}", Commit),
            ("8e8c483db84b4bee98b60c0593521ed34d9990e8", Commit),
        ] {
            assert_eq!(of_ref(text), expected, "{text}");
        }
    }
}
