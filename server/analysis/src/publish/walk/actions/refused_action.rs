//! Actions that write to the repository with the job's `GITHUB_TOKEN`, which may not.

use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::eval::{Evaluated, Possible};
use crate::publish::site::{PublishStop, RefusedWrite, StopCause, StopPoint};
use crate::publish::walk::{WalkFrame, Walker};
use crate::text::{Place, Ranged};
use crate::versions::action_reference::RemoteAction;

/// An action that makes a release, or adds to one, in every run, which needs `contents: write`.
struct ReleaseAction {
    name: &'static str,
    /// The inputs for the token.
    token_inputs: &'static [&'static str],
    /// Whether it takes the job's token if none is given.
    has_default: bool,
    /// With one of these inputs, it may write elsewhere or not at all.
    leaves_open: &'static [&'static str],
}

/// Sources: action.yml and src/util.ts of softprops/action-gh-release, whose token is `GITHUB_TOKEN` or else the input; README of
/// ncipollo/release-action and svenstaro/upload-release-action; action.yml and README of the others. They are archived, and read
/// `GITHUB_TOKEN` or their input. Each ends with an error where GitHub refuses the release: "Resource not accessible by integration".
const RELEASE_ACTIONS: [ReleaseAction; 6] = [
    ReleaseAction {
        name: "softprops/action-gh-release",
        token_inputs: &["token"],
        has_default: true,
        leaves_open: &["repository"],
    },
    ReleaseAction {
        name: "ncipollo/release-action",
        token_inputs: &["token"],
        has_default: true,
        leaves_open: &["owner", "repo", "skipIfReleaseExists"],
    },
    ReleaseAction {
        name: "svenstaro/upload-release-action",
        token_inputs: &["repo_token"],
        has_default: true,
        leaves_open: &["repo_name"],
    },
    ReleaseAction {
        name: "actions/create-release",
        token_inputs: &[],
        has_default: false,
        leaves_open: &["owner", "repo"],
    },
    ReleaseAction {
        name: "actions/upload-release-asset",
        token_inputs: &[],
        has_default: false,
        leaves_open: &[],
    },
    ReleaseAction {
        name: "marvinpinto/action-automatic-releases",
        token_inputs: &["repo_token"],
        has_default: false,
        leaves_open: &[],
    },
];

/// Calls of GitHub's API by which a script of actions/github-script needs `contents: write`.
/// Source: "Permissions required for fine-grained personal access tokens" in GitHub's REST documentation.
const WRITING_CALLS: [&str; 4] = [
    "repos.createRelease(",
    "repos.updateRelease(",
    "git.createRef(",
    "git.createTag(",
];

/// Words by which a script chooses whether it makes a call, or goes on after it fails.
const OPEN_WORDS: [&str; 9] = ["catch", "if ", "if(", "?", "||", "&&", "switch", "for ", "for("];

impl<'a> Walker<'_, 'a> {
    /// Notes that GitHub refuses what an action writes, because the job's block does not grant `contents: write`.
    pub(crate) fn note_refused_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        action: &RemoteAction,
    ) {
        if !self.writes_a_release(frame, step, action) && !self.calls_the_api(frame, step, action) {
            return;
        }
        let Some(place) = self.refusing_place() else {
            return;
        };
        let name = action.name();
        let stop = PublishStop {
            cause: StopCause::MayNotWrite {
                command: name.clone(),
                elsewhere: None,
            },
            point: StopPoint::EarlierStep(name),
            place,
            error: None,
            is_in_every_run: true,
        };
        self.note_refused_write(frame, &stop, Place::new(&frame.path, uses.range));
        self.note_stop(frame, stop);
    }

    /// Notes a step that ends the job because its token may not write, for what comes before it.
    pub(crate) fn note_refused_write(&mut self, frame: &WalkFrame<'a>, stop: &PublishStop, at: Place) {
        let StopCause::MayNotWrite {
            command,
            elsewhere: None,
        } = &stop.cause
        else {
            return;
        };
        // After a publish that succeeds, a step for failures does not run.
        let is_for_failures = frame
            .conditions
            .iter()
            .any(|condition| condition.contains("failure(") || condition.contains("cancelled("));
        if frame.may_go_on_after_failure
            || is_for_failures
            || frame.never_runs.is_some()
            || self.sites.is_empty()
        {
            return;
        }
        self.contents.refused_writes.push(RefusedWrite {
            command: command.clone(),
            place: stop.place.clone(),
            at,
            sites_before: self.sites.len(),
            conditions: frame.conditions.clone(),
        });
    }

    fn writes_a_release(&self, frame: &WalkFrame<'a>, step: &Step, action: &RemoteAction) -> bool {
        let Some(known) = RELEASE_ACTIONS.iter().find(|known| action.is(known.name)) else {
            return false;
        };
        let given = |name: &&str| find_input(&step.with, name);
        let mut tokens: Vec<Evaluated> = Vec::new();
        for input in known.token_inputs.iter().filter_map(given) {
            tokens.push(self.evaluate(frame, &input.value.value));
        }
        tokens.extend(self.scope(frame).env_value("GITHUB_TOKEN"));
        let is_default =
            tokens.is_empty() && known.has_default && !self.environment_has(frame, "GITHUB_TOKEN");
        // Which of several it takes depends on its version.
        let all_are_own = tokens
            .iter()
            .all(|token| matches!(token.values(), [Possible::GithubToken]));
        (is_default || !tokens.is_empty() && all_are_own)
            && known.leaves_open.iter().find_map(given).is_none()
    }

    fn calls_the_api(&self, frame: &WalkFrame<'a>, step: &Step, action: &RemoteAction) -> bool {
        if !action.is("actions/github-script") {
            return false;
        }
        let has_own_token = find_input(&step.with, "github-token").is_none_or(|input| {
            matches!(
                self.evaluate(frame, &input.value.value).values(),
                [Possible::GithubToken]
            )
        });
        let script = find_input(&step.with, "script").map_or("", |script| script.value.value.as_str());
        let writes_here = script.contains("context.repo")
            && WRITING_CALLS.iter().any(|call| script.contains(call))
            && !OPEN_WORDS.iter().any(|word| script.contains(word));
        has_own_token && writes_here
    }
}
