//! Commands that need a token of GitHub and certainly have none.

use crate::knowledge::actions::leaves_git_alone;
use crate::model::job::Job;
use crate::model::read::find_input;
use crate::publish::site::{ActionQuestion, PublishStop, RunnerFact, StopCause, StopPoint, UsedAction};
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::Command;
use crate::text::FolderPath;
use crate::versions::action_reference::ActionReference;

use super::refused_push::pushes_to_origin;

/// The variables in which `gh` looks for its token. Source: `gh help environment`.
const TOKENS_OF_GH: [&str; 4] = [
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
];

/// Variables by which git may get credentials. Source: gitcredentials(7) and git(1).
const CREDENTIALS_OF_GIT: [&str; 6] = [
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "GIT_SSH_COMMAND",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_GLOBAL",
];

/// The commands of `gh` that ask GitHub for something. Source: measured with gh 2.23.0 and `GITHUB_ACTIONS=true`: each ends
/// with exit code 4 and "set the GH_TOKEN environment variable".
const VERBS_OF_GH: [&str; 7] = ["api", "issue", "label", "pr", "release", "run", "workflow"];

/// Words of scripts that may give later commands a token.
const GIVES_TOKEN: [&str; 5] = ["GITHUB_ENV", "GH_TOKEN", "GITHUB_TOKEN", "gh auth", "hosts.yml"];

/// Whether a script may give later commands a token.
pub(crate) fn gives_token(text: &str) -> bool {
    GIVES_TOKEN.iter().any(|word| text.contains(word))
}

impl<'a> Walker<'_, 'a> {
    /// Notes that git or `gh` fails, because the job gives it no credentials.
    pub(crate) fn note_missing_github_token(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<&FolderPath>,
    ) {
        self.has_other_git_credentials |= writes_git_credentials(command);
        let fails = match command.word(0) {
            Some("gh") => asks_github(command) && self.gh_has_no_token(context, command),
            Some("git") => {
                folder.is_some_and(FolderPath::is_root)
                    && pushes_to_origin(command)
                    && !command.words.iter().any(|word| is_help(&word.text))
                    && self.git_has_no_credentials(context.frame, command)
            }
            _ => false,
        };
        if !fails {
            return;
        }
        let words = command.words.iter().take(match command.word(0) {
            Some("gh") if command.word(1) != Some("api") => 3,
            _ => 2,
        });
        let words: Vec<&str> = words.map(|word| word.text.as_str()).collect();
        let stop = PublishStop {
            cause: StopCause::NoGithubToken {
                command: words.join(" "),
                is_git: command.word(0) == Some("git"),
            },
            point: StopPoint::EarlierStep(words.join(" ")),
            place: context.source.place(self.sources, command.range),
            error: None,
            is_in_every_run: true,
        };
        self.note_command_stop(context, command, stop);
    }

    /// Whether nothing can have given `gh` a token on a runner of GitHub, where no user is logged in.
    fn gh_has_no_token(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> bool {
        let frame = context.frame;
        let is_set = |name: &&str| {
            let mut assigned = command.assignments.iter().map(|assignment| &assignment.name);
            self.environment_has(frame, name)
                || assigned.any(|assigned| assigned == name)
                || context
                    .assignments
                    .iter()
                    .any(|(assigned, _, _)| assigned == name)
        };
        let some_script_gives_token = |job: &Job| {
            let mut scripts = job.steps.iter().filter_map(|step| step.run.as_ref());
            scripts.any(|run| gives_token(&run.text))
        };
        self.is_plain_runner().is_some_and(|job| {
            !*self
                .a_script_gives_token
                .get_or_init(|| some_script_gives_token(job))
        }) && !frame.is_composite
            && !context.index.gives_token()
            && !TOKENS_OF_GH.iter().any(is_set)
            && !self.may_have_other_credentials()
            && !self.may_actions_give_token()
    }

    fn may_actions_give_token(&self) -> bool {
        let contents = &self.contents;
        contents.any_action(ActionQuestion::MayGiveToken, |action| !is_known(action))
    }

    /// Whether the checkout leaves no credentials, and nothing else can have given git some.
    fn git_has_no_credentials(&self, frame: &WalkFrame<'a>, command: &Command) -> bool {
        let actions = &self.contents.actions;
        let mut checkouts = actions.iter().filter(|action| action.is("actions/checkout"));
        let is_ubuntu = |job: &Job| {
            let runs_on = job.runs_on.as_ref();
            runs_on.is_some_and(|runs_on| {
                runs_on
                    .labels
                    .iter()
                    .all(|label| label.value.starts_with("ubuntu-"))
            })
        };
        // Git for Windows comes with a credential manager.
        self.is_plain_runner().is_some_and(is_ubuntu)
            && command.assignments.is_empty()
            && !CREDENTIALS_OF_GIT
                .iter()
                .any(|name| self.environment_has(frame, name))
            && !self.may_have_other_credentials()
            && !self.may_actions_give_token()
            && actions.iter().any(|action| action.is("actions/checkout"))
            && checkouts.all(|action| self.leaves_no_credentials(frame, action))
    }

    fn leaves_no_credentials(&self, frame: &WalkFrame<'a>, action: &UsedAction<'_>) -> bool {
        let with = &action.step.with;
        let persists = find_input(with, "persist-credentials");
        let is_off =
            persists.is_some_and(|input| self.evaluate(frame, &input.value.value).known() == Some("false"));
        let mut others = ["ssh-key", "repository", "path"].iter();
        is_off && others.all(|input| find_input(with, input).is_none())
    }

    /// The job, if it runs on a machine of GitHub and not in a container.
    fn is_plain_runner(&self) -> Option<&'a Job> {
        let is_hosted = matches!(self.job.runner, RunnerFact::GithubHosted);
        self.job.job.filter(|job| is_hosted && job.container.is_none())
    }

    fn may_have_other_credentials(&self) -> bool {
        self.has_other_git_credentials || self.has_unread_action()
    }
}

/// Whether it is known that an action gives neither git nor `gh` credentials, the checkout left aside.
fn is_known(action: &UsedAction<'_>) -> bool {
    match &action.reference {
        ActionReference::Remote(remote) => remote.is("actions/checkout") || leaves_git_alone(remote),
        ActionReference::Local(_) | ActionReference::RepositoryRoot(_) => true,
        ActionReference::Docker(_) | ActionReference::Invalid => false,
    }
}

fn asks_github(command: &Command) -> bool {
    let verb = command.word(1).is_some_and(|verb| VERBS_OF_GH.contains(&verb));
    let mut words = command.words.iter();
    // An attestation is verified without a token too.
    verb && !words.any(|word| is_help(&word.text) || word.text.starts_with("verify"))
}

fn is_help(word: &str) -> bool {
    matches!(word, "--help" | "-h" | "help")
}

/// Whether a command writes a file in which git looks for credentials.
fn writes_git_credentials(command: &Command) -> bool {
    let names_file = |text: &str| {
        text.contains("netrc") || text.contains(".git-credentials") || text.contains(".gitconfig")
    };
    let mut targets = command.redirects.iter().map(|redirect| &redirect.target);
    targets.any(|target| names_file(&target.text)) || command.words.iter().any(|word| names_file(&word.text))
}
