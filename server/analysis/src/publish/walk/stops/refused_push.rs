//! Pushes and releases for which the job's `GITHUB_TOKEN` may not write.

use crate::knowledge::actions::leaves_git_alone;
use crate::model::permissions::{Grant, Permissions};
use crate::model::read::find_input;
use crate::publish::eval::Possible;
use crate::publish::read::command::{
    GithubTokenUse, Meaning, PublishCommand, github_token_use, written_by_gh,
};
use crate::publish::site::{ActionQuestion, PublishStop, Site, StopCause, StopPoint, UsedAction};
use crate::publish::tools::Tool;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::commands::script_failures::failure_ends_job;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::Command;
use crate::text::{FolderPath, Place};
use crate::versions::action_reference::ActionReference;

impl<'a> Walker<'_, 'a> {
    /// Notes that GitHub refuses what a command writes, with 403, because the job's block does not grant `contents: write`.
    pub(crate) fn note_refused_push(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        meaning: &Meaning,
        folder: Option<&FolderPath>,
    ) {
        self.has_other_git_credentials |=
            matches!(meaning, Meaning::LocalScript(_)) || sets_git_credentials(command);
        if !matches!(command.word(0), Some("git" | "gh")) {
            return;
        }
        let is_refused = match github_token_use(command) {
            GithubTokenUse::Pushes => {
                command.word(0) == Some("git")
                    && folder.is_some_and(FolderPath::is_root)
                    && pushes_to_origin(command)
                    && self.pushes_with_own_token()
            }
            GithubTokenUse::Writes(scopes) => {
                let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
                // It works without where the branch is pushed already.
                let creates_pull_request = words.windows(2).any(|two| two == ["pr", "create"]);
                scopes.contains(&"contents")
                    && !creates_pull_request
                    && self.has_own_token(context.frame, &["GH_TOKEN", "GITHUB_TOKEN"])
            }
            _ => false,
        };
        let elsewhere = self.repository_elsewhere(context.frame, command);
        let place = match &elsewhere {
            Some(_) => Some(context.source.place(self.sources, command.range)),
            None => self.refusing_place().filter(|_| is_refused),
        };
        let Some(place) = place else {
            return;
        };
        let words: Vec<&str> = command
            .words
            .iter()
            .take(2)
            .map(|word| word.text.as_str())
            .collect();
        let stop = PublishStop {
            cause: StopCause::MayNotWrite {
                command: words.join(" "),
                elsewhere,
            },
            point: StopPoint::EarlierStep(words.join(" ")),
            place,
            error: None,
            is_in_every_run: true,
        };
        if failure_ends_job(context, command) {
            let at = context.source.place(self.sources, command.range);
            self.note_refused_write(context.frame, &stop, at);
        }
        self.note_command_stop(context, command, stop);
    }

    /// The stop of semantic-release, which tries a push before anything else and ends with EGITNOPERMISSION.
    /// Source: index.js and lib/get-git-auth-url.js of semantic-release 24.2.9 and 25.0.2.
    pub(crate) fn refused_release(
        &self,
        frame: &WalkFrame<'a>,
        publish: &PublishCommand,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        let is_meant = publish.tool == Tool::SemanticRelease && !publish.is_configured;
        if !is_meant
            || !self.has_own_token(frame, &["GH_TOKEN", "GITHUB_TOKEN"])
            || !self.pushes_with_own_token()
        {
            return None;
        }
        Some(PublishStop {
            cause: StopCause::MayNotWrite {
                command: site.publishing_tool.command.clone(),
                elsewhere: None,
            },
            point: StopPoint::Command,
            place: self.refusing_place()?,
            error: None,
            is_in_every_run: true,
        })
    }

    /// The words of the block that certainly does not grant `contents: write`.
    pub(in crate::publish::walk) fn refusing_place(&self) -> Option<Place> {
        let own = self.job.job.and_then(|job| job.permissions.as_ref());
        let block: &Permissions = own.or_else(|| self.job.workflow?.permissions.as_ref())?;
        if block.grants_contents_write() != Grant::No {
            return None;
        }
        let range = block
            .scope("contents")
            .map_or(block.range, |entry| entry.level.range);
        Some(Place::new(&self.job.path, range))
    }

    /// Whether git has the job's token and nothing else: a plain checkout left it, and nothing that was not read came after.
    fn pushes_with_own_token(&self) -> bool {
        let is_plain = |action: &UsedAction<'_>| match &action.reference {
            ActionReference::Remote(remote) if remote.is("actions/checkout") => {
                let mut others = ["token", "ssh-key", "persist-credentials", "repository"].iter();
                others.all(|input| find_input(&action.step.with, input).is_none())
            }
            ActionReference::Remote(remote) => leaves_git_alone(remote),
            ActionReference::Local(_) | ActionReference::RepositoryRoot(_) => true,
            ActionReference::Docker(_) | ActionReference::Invalid => false,
        };
        let contents = &self.contents;
        !self.has_other_git_credentials
            && !self.has_unread_action()
            && contents.any_action(ActionQuestion::IsCheckout, |action| action.is("actions/checkout"))
            && !contents.any_action(ActionQuestion::MayGiveGitToken, |action| !is_plain(action))
    }

    /// The other repository to which `gh` is to write with the job's own token, as it is written.
    /// Source: "Automatic token authentication": the token is limited to the repository that contains the workflow.
    fn repository_elsewhere(&self, frame: &WalkFrame<'a>, command: &Command) -> Option<String> {
        let repository = written_by_gh(command)?;
        let own = self.sources.slug()?;
        let named = self.evaluate(frame, &repository);
        let named = named.known().filter(|named| !named.contains(['$', '`']))?;
        let slug = named
            .trim_start_matches("https://")
            .trim_start_matches("github.com/");
        let is_own = slug.eq_ignore_ascii_case(&own.to_string());
        (!is_own && self.has_own_token(frame, &["GH_TOKEN", "GITHUB_TOKEN"])).then(|| named.to_owned())
    }

    /// Whether the first of these variables that is set certainly holds the job's token.
    fn has_own_token(&self, frame: &WalkFrame<'a>, names: &[&str]) -> bool {
        let scope = self.scope(frame);
        let value = names.iter().find_map(|name| scope.env_value(name));
        value.is_some_and(|value| matches!(value.values(), [Possible::GithubToken]))
    }
}

/// Whether a command may give git another token than that of the checkout.
fn sets_git_credentials(command: &Command) -> bool {
    let has = |word: &str| command.words.iter().any(|other| other.text.contains(word));
    match command.word(0) {
        Some("git") => {
            let configures = [
                "insteadOf",
                "insteadof",
                "extraheader",
                "credential",
                "x-access-token",
                "://",
                "sshCommand",
            ];
            has("remote") && (has("set-url") || has("add")) || configures.iter().any(|word| has(word))
        }
        Some("gh") => has("auth"),
        Some("ssh-agent" | "ssh-add" | "eval" | "source" | ".") => true,
        _ => false,
    }
}

/// Whether a push goes to the repository itself.
pub(super) fn pushes_to_origin(command: &Command) -> bool {
    let mut words = command.words.iter().skip(2);
    let remote = words.find(|word| !word.text.starts_with('-'));
    command.word(1) == Some("push") && remote.is_none_or(|word| word.text == "origin")
}
