//! Changes in the working tree at which pnpm's check of git stops.

use crate::knowledge::npm_errors::NpmError;
use crate::publish::read::command::{
    Meaning, PublishCommand, bumps_without_commit, doubt, made_branch, may_choose_branch,
};
use crate::publish::read::release_it_config::release_it_settings;
use crate::publish::site::{
    ActionQuestion, PublishStop, Site, StopCause, StopPoint, UsedAction, VersionChange,
};
use crate::publish::tools::Tool;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::survival::runs_after_failure;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::expression::has_expression;
use crate::syntax::shell::{Command, Word};
use crate::text::{FolderPath, Place};
use crate::versions::version::Truth;

/// The most lines of a `.gitignore` that are compared with the files that commands write.
const MOST_PATTERNS: usize = 1000;

/// A manifest or another file that a command has changed and nothing has committed.
pub(crate) struct UncommittedChange {
    place: Place,
    /// The file's name.
    file: String,
    conditions: Vec<String>,
    /// Whether it is a manifest, and what is changed in it the version.
    is_version: bool,
    /// Whether the command certainly changes it.
    is_certain: bool,
    /// How many actions the job had used then.
    actions_before: usize,
}

impl<'a> Walker<'_, 'a> {
    /// Notes whether a command changes a manifest, or may commit or take back such a change.
    pub(crate) fn note_change(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        meaning: &Meaning,
        folder: Option<&FolderPath>,
        conditions: &[String],
    ) {
        if makes_repository(command) {
            // Which of them the commands after it are in is not known.
            self.may_be_in_other_repository = true;
        }
        if may_choose_branch(command) {
            let is_in_root = folder.is_some_and(FolderPath::is_root) && !self.may_be_in_other_repository;
            let is_certain = conditions.is_empty() && !command.is_conditional && !context.is_conditional;
            self.made_branch = made_branch(command).filter(|_| is_in_root && is_certain);
        }
        let is_change = matches!(meaning, Meaning::ChangeManifest);
        let is_bump = bumps_without_commit(command);
        if is_change || is_bump != Truth::No {
            self.uncommitted = Some(UncommittedChange {
                place: context.source.place(self.sources, command.range),
                file: "package.json".to_owned(),
                conditions: conditions.to_vec(),
                is_version: true,
                is_certain: is_bump == Truth::Yes && !command.failure_is_ignored,
                actions_before: self.contents.actions.len(),
            });
        } else if let Some(change) = &self.uncommitted {
            if command.word(0) == Some("git") && !leaves_changes(command)
                || takes_away(command, &change.file)
                || doubt(command, meaning).version != VersionChange::No
            {
                self.uncommitted = None;
            }
        } else if let Some((file, is_new)) = self.written_file(command, folder) {
            let is_certain =
                !command.is_conditional && !context.is_conditional && !command.failure_is_ignored;
            self.uncommitted = Some(UncommittedChange {
                place: context.source.place(self.sources, command.range),
                file,
                conditions: conditions.to_vec(),
                is_version: false,
                is_certain: is_certain && is_new,
                actions_before: self.contents.actions.len(),
            });
        }
    }

    /// The file that a command writes into the root of the checkout and that git does not ignore: `echo … > .npmrc`. With it, whether that
    /// is certainly a change: a file that is replaced may have the same content as before.
    /// Source: `isWorkingTreeClean` of pnpm looks at `git status --porcelain`, which lists files that are not tracked as well;
    /// measured with pnpm 10.34.9.
    fn written_file(&self, command: &Command, folder: Option<&FolderPath>) -> Option<(String, bool)> {
        if !folder.is_some_and(FolderPath::is_root)
            || command.function.is_some()
            || !command.loops.is_empty()
            || !self.is_on_the_commit()
        {
            return None;
        }
        let mut written = command.redirects.iter().filter(|redirect| {
            matches!(redirect.operator.as_str(), ">" | ">>") && !redirect.target.is_dynamic
        });
        written.find_map(|redirect| {
            let name = redirect.target.text.trim_start_matches("./");
            let is_name = !name.is_empty() && !name.contains(['/', '\\', '~']) && !has_expression(name);
            // A device on Windows.
            if !is_name
                || name.eq_ignore_ascii_case("nul")
                || self.may_be_ignored(name)
                || self.tells_git_to_look_away()
            {
                return None;
            }
            let path = FolderPath::root().file(name)?;
            let exists = self.sources.file(&path).is_some() || self.sources.file_on_demand(&path).is_some();
            Some((name.to_owned(), redirect.operator == ">>" || !exists))
        })
    }

    /// Whether the workflow has git leave files out of its status by other means than a `.gitignore`.
    fn tells_git_to_look_away(&self) -> bool {
        const SIGNS: [&str; 4] = [
            "assume-unchanged",
            "skip-worktree",
            "info/exclude",
            "core.excludes",
        ];
        *self.git_looks_away.get_or_init(|| {
            let text = self.sources.file(&self.job.path).map_or("", |file| &file.text);
            SIGNS.iter().any(|sign| text.contains(sign))
        })
    }

    /// Whether git may ignore a file in the root.
    fn may_be_ignored(&self, name: &str) -> bool {
        let path = FolderPath::root().file(".gitignore");
        let Some(file) = path.and_then(|path| self.sources.file_on_demand(&path)) else {
            return false;
        };
        // A longer list is not searched for each file that is written.
        let mut lines = file.text.lines().map(str::trim);
        lines.clone().count() > MOST_PATTERNS
            || lines.any(|line| {
                let pattern = line.trim_start_matches("**/").trim_start_matches(['!', '/']);
                let pattern = pattern.trim_end_matches('/');
                let has_glob = |text: &str| text.contains(['*', '?', '[']);
                match pattern.strip_prefix('*') {
                    _ if line.starts_with('#') || line.is_empty() => false,
                    Some(end) if !has_glob(end) => name.ends_with(end),
                    _ => pattern == name || has_glob(pattern) && !pattern.contains('/'),
                }
            })
    }

    /// The stop of pnpm at such a change.
    /// Source: measured with pnpm 9.15.9, 10.34.8, 11.26.0, 11.28.10, 12.5.1 and 12.6.0, in CI.
    pub(crate) fn unclean_tree(
        &self,
        frame: &WalkFrame<'a>,
        publish: &PublishCommand,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        let change = self.uncommitted.as_ref()?;
        let is_pnpm = publish.tool == Tool::Pnpm && !publish.is_configured && !publish.is_staged;
        let is_checkout = |action: &UsedAction<'_>| action.is("actions/checkout");
        let has_repository = self.contents.any_action(ActionQuestion::IsCheckout, is_checkout)
            && self.job.job.is_some_and(|job| job.container.is_none());
        let is_untouched = self.contents.actions.len() == change.actions_before;
        let mut conditions = change.conditions.iter();
        let happened = conditions.all(|condition| frame.conditions.contains(condition));
        let may_have_happened = || {
            change
                .conditions
                .iter()
                .all(|condition| !excludes(&frame.conditions, condition))
        };
        let stops = is_pnpm
            && has_repository
            && is_untouched
            && (happened || may_have_happened())
            && self.looks_at_git(frame, publish, pnpm, site);
        stops.then(|| PublishStop {
            cause: StopCause::UncommittedChange {
                changed_at: change.place.clone(),
                is_version: change.is_version,
            },
            point: StopPoint::Command,
            place: site.place.clone(),
            error: Some(NpmError::GitUnclean),
            is_in_every_run: change.is_certain && happened,
        })
    }
}

impl<'a> Walker<'_, 'a> {
    /// The stop of release-it that has pnpm publish: it changes the version, publishes, and commits only then.
    /// Source: lib/index.js and lib/plugin/npm/npm.js of release-it 20.2.0: the npm plugin releases before that for git.
    pub(crate) fn unclean_release(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        pnpm: Option<&str>,
        (folder, site): (Option<&FolderPath>, &Site<'a>),
    ) -> Option<PublishStop> {
        let is_release_it =
            publish.tool == Tool::ReleaseIt && !publish.is_configured && !publish.options.has_own_config;
        let settings = release_it_settings(self.sources, folder.filter(|_| is_release_it)?);
        let may_differ = |text: &str| {
            text.starts_with("--npm") || text.starts_with("--no-npm") || text.contains("increment")
        };
        let is_checkout = |action: &UsedAction<'_>| action.is("actions/checkout");
        let stops = settings.runs_pnpm
            && !settings.may_pass_git_checks
            && !command.words.iter().any(|word| may_differ(&word.text))
            && self.contents.any_action(ActionQuestion::IsCheckout, is_checkout)
            && self.job.job.is_some_and(|job| job.container.is_none())
            && self.looks_at_git(context.frame, publish, pnpm, site);
        stops.then(|| PublishStop {
            cause: StopCause::UncommittedChange {
                changed_at: site.place.clone(),
                is_version: true,
            },
            point: StopPoint::Command,
            place: site.place.clone(),
            error: Some(NpmError::GitUnclean),
            is_in_every_run: true,
        })
    }
}

/// Whether one of these conditions may exclude another: both ask for the same value, or one is about failures.
fn excludes(conditions: &[String], other: &str) -> bool {
    fn values(condition: &str) -> impl Iterator<Item = &str> {
        let parts = condition.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-'));
        parts.filter(|part| part.contains('.') && !part.starts_with(|c: char| c.is_ascii_digit()))
    }
    // The event, the ref and the inputs of a run depend on each other.
    let of_run = |value: &str| {
        ["github", "inputs"]
            .iter()
            .any(|context| value.starts_with(context))
    };
    let depends = |one: &str, other: &str| one == other || of_run(one) && of_run(other);
    runs_after_failure(other)
        || values(other).next().is_none()
        || conditions.iter().any(|condition| {
            condition != other && values(condition).any(|one| values(other).any(|value| depends(one, value)))
        })
}

/// Whether a command makes a repository, whose branches are not those of the checkout: `git init`, `git clone URL`.
fn makes_repository(command: &Command) -> bool {
    let has = |verb: &str| command.words.iter().skip(1).any(|word| word.text == verb);
    command.word(0) == Some("git") && (has("init") || has("clone") || has("worktree"))
}

/// Whether a command removes a file or puts another in its place, or may: `rm .npmrc`, `sudo rm .npmrc`, `mv package.old.json
/// package.json`. A copy of the file leaves it as it is.
fn takes_away(command: &Command, file: &str) -> bool {
    const REMOVE: [&str; 6] = ["rm", "mv", "unlink", "rimraf", "del", "del-cli"];
    let is = |programs: &[&str]| {
        let mut words = command.words.iter();
        words.any(|word| programs.contains(&word.text.rsplit('/').next().unwrap_or(&word.text)))
    };
    let may_be_file = |word: &Word| {
        let name = word.text.rsplit('/').next().unwrap_or(&word.text);
        word.is_dynamic || name == file || word.text.contains(['*', '?', '['])
    };
    is(&REMOVE) && command.words.iter().skip(1).any(may_be_file)
        || is(&["cp"]) && command.words.last().is_some_and(may_be_file)
}

/// Whether a command of git neither commits nor takes changes back.
fn leaves_changes(command: &Command) -> bool {
    let verb = command
        .words
        .iter()
        .skip(1)
        .find(|word| !word.text.starts_with('-'));
    verb.is_some_and(|verb| {
        matches!(
            verb.text.as_str(),
            "add"
                | "config"
                | "describe"
                | "diff"
                | "fetch"
                | "log"
                | "push"
                | "rev-parse"
                | "show"
                | "status"
                | "tag"
        )
    })
}
