//! changesets/action, as far as it can end the job before anything is published, and the commands that it runs without a shell.

use crate::knowledge::changesets_action::renamed_input;
use crate::model::job::Step;
use crate::model::read::{Variable, find_input};
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::predict::prediction::predict;
use crate::publish::read::command::{Meaning, meaning};
use crate::publish::site::{PublishStop, StopCause, StopPoint};
use crate::publish::tools::Tool;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::split_script;
use crate::syntax::yaml::YamlNode;
use crate::text::{FolderPath, Place, Ranged, TextRange};
use crate::versions::action_reference::RemoteAction;
use crate::versions::version::{Truth, Version};

/// The first major with other inputs. It works with @changesets/cli from this major on.
const SECOND_MAJOR: u64 = 2;
const FIRST_CLI_MAJOR: u64 = 3;

impl<'a> Walker<'_, 'a> {
    /// Notes that v2 of the action stops before it does anything: the repository has @changesets/cli 2, or an input has the
    /// name that v1 gave it (`validateChangesetsCliVersion` and `throwOnRenamedInputs` in src/utils.ts of v2.1.1, in this
    /// order).
    pub(crate) fn note_changesets_stops(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &'a Ranged<String>,
        action: &RemoteAction,
    ) {
        let is_root = action.is("changesets/action");
        if !is_root && !action.is("changesets/action/publish") || !self.is_second_major(frame, uses, action) {
            return;
        }
        let stop = |cause, range| PublishStop {
            cause,
            point: StopPoint::EarlierStep(action.name()),
            place: Place::new(&frame.path, range),
            error: None,
            is_in_every_run: true,
        };
        if let Some(range) = self.old_changesets_cli(frame, step) {
            self.note_stop(frame, stop(StopCause::ChangesetsCli2(range), uses.range));
        }
        if let Some((old, new)) = self.renamed_input(frame, step).filter(|_| is_root) {
            let cause = StopCause::RenamedInput {
                old: old.value.clone(),
                new,
            };
            self.note_stop(frame, stop(cause, old.range));
        }
        if let Some(place) = self.other_github_token(frame, step).filter(|_| is_root) {
            let cause = StopCause::OtherGithubToken;
            self.note_stop(
                frame,
                PublishStop {
                    place,
                    ..stop(cause, uses.range)
                },
            );
        }
    }

    /// Where `GITHUB_TOKEN` is set to another token than the action's own input, which v2 refuses (src/index.ts of v2.0.0).
    fn other_github_token(&self, frame: &WalkFrame<'a>, step: &Step) -> Option<Place> {
        let layers = frame.env.iter().rev();
        let mut set = layers.filter_map(|layer| {
            let variable = layer.find("GITHUB_TOKEN")?;
            Some((&layer.path, variable))
        });
        let (path, variable) = set.next()?;
        let in_env = token_of(&variable.value.value)?;
        let given = match find_input(&step.with, "github-token") {
            Some(input) => token_of(&input.value.value)?,
            None => OWN_TOKEN.to_owned(),
        };
        (in_env != given).then(|| Place::new(path, variable.value.range))
    }

    /// Whether the action is v2 or newer. Its first prereleases were still like v1.
    fn is_second_major(&self, frame: &WalkFrame<'a>, uses: &Ranged<String>, action: &RemoteAction) -> bool {
        let comment = self.comment_after(frame, uses).unwrap_or_default();
        action.is_at_least(SECOND_MAJOR, 0) == Truth::Yes
            && !uses.value.contains("-next")
            && !comment.contains("-next")
    }

    /// The first input that v2 has renamed and that is not empty.
    fn renamed_input(
        &self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
    ) -> Option<(&'a Ranged<String>, &'static str)> {
        step.with.iter().find_map(|input| {
            let (_, new) = renamed_input(&input.name.value)?;
            let value = self.evaluate(frame, &input.value.value);
            let is_set = value.texts()?.iter().all(|text| !text.trim().is_empty());
            is_set.then_some((&input.name, new))
        })
    }

    /// The range of @changesets/cli in the root manifest, if it is one of version 2.
    fn old_changesets_cli(&self, frame: &WalkFrame<'a>, step: &Step) -> Option<String> {
        if find_input(&step.with, "cwd").is_some() || self.machine(&frame.conditions).manifest_is_changed {
            return None;
        }
        let machine = self.machine(&frame.conditions);
        let root = FolderPath::root();
        let search = ToolSearch {
            sources: self.sources,
            machine: &machine,
            folder: Some(&root),
        };
        let turning_point = Version::from((FIRST_CLI_MAJOR, 0, 0));
        let ((range, _), versions) = search.dependency_with_range("@changesets/cli", &[turning_point])?;
        let is_old = |version: &Version| version.major() == FIRST_CLI_MAJOR - 1;
        (!versions.is_empty() && versions.iter().all(is_old)).then_some(range)
    }

    /// Says of the sites from `first` on that their command's words are started without a shell, so that what follows an
    /// operator is never run: it is passed to the first program (`getExecOutput` in src/run.ts, in v1 and in v2).
    pub(crate) fn mark_without_shell(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        command: &Variable,
        first: usize,
    ) {
        let Some(found) = first_shell_word(&command.value.value) else {
            return;
        };
        let place = self.place_in_scalar(frame, command, found.range);
        // It takes one word: "Too many arguments passed to changesets" and exit code 0, measured with 2.29.7.
        let refuses_words = found.is_changesets && self.old_changesets_cli(frame, step).is_some();
        for site in self.sites.iter_mut().skip(first) {
            let is_left_out =
                found.is_assignment || refuses_words || site.place.range.start() >= place.range.start();
            if is_left_out && !site.publishing_tool.is_guess && site.outcome.stop.is_none() {
                site.outcome.stop = Some(PublishStop {
                    cause: StopCause::NoShell(found.text.clone()),
                    point: StopPoint::Command,
                    place: place.clone(),
                    error: None,
                    is_in_every_run: true,
                });
                site.outcome.prediction = predict(site, self.sources.assumptions());
            }
        }
    }

    fn place_in_scalar(&self, frame: &WalkFrame<'a>, variable: &Variable, range: TextRange) -> Place {
        let file = self.sources.file(&frame.path);
        let range = file.and_then(|file| {
            Some(YamlNode::new(file.yaml()?, variable.node).content_range(&file.text, range))
        });
        Place::new(&frame.path, range.unwrap_or(variable.value.range))
    }
}

/// The token of the job, by one of its two names.
const OWN_TOKEN: &str = "github.token";

/// The token that a text stands for, as one expression: a secret, or an output of a step that made it.
fn token_of(text: &str) -> Option<String> {
    let inside = text.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let is_path = inside
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    let is_token = inside.starts_with("secrets.") || inside.starts_with("steps.") || inside == OWN_TOKEN;
    let is_own = inside.eq_ignore_ascii_case("secrets.GITHUB_TOKEN");
    (is_path && is_token).then(|| if is_own { OWN_TOKEN } else { inside }.to_owned())
}

/// A word that only a shell understands.
struct ShellWord {
    text: String,
    range: TextRange,
    /// Whether it is a variable before the program.
    is_assignment: bool,
    /// Whether the program before it is changesets.
    is_changesets: bool,
}

/// The first word that only a shell understands: an operator, or a variable before the program. Words in quotes are left alone.
fn first_shell_word(command: &str) -> Option<ShellWord> {
    let script = split_script(command);
    let first = script.commands.first()?;
    let found = |range: TextRange, is_assignment| ShellWord {
        text: range.slice(command).to_owned(),
        range,
        is_assignment,
        is_changesets: matches!(meaning(first), Meaning::Publish(publish) if publish.tool == Tool::Changesets),
    };
    if let Some(assignment) = first.assignments.first() {
        return Some(found(assignment.range, true));
    }
    // The commands inside of its words are words here.
    let end = first.range.end();
    let second = script
        .commands
        .iter()
        .find(|command| command.range.start() >= end)?;
    let between = TextRange::new(end, second.range.start());
    let text = between.slice(command);
    let operator = ["&&", "||", ";", "|", "&", "\n"]
        .into_iter()
        .find(|operator| text.contains(operator))?;
    let start = between.start() + text.find(operator)?;
    Some(found(TextRange::new(start, start + operator.len()), false))
}

#[cfg(test)]
mod tests {
    use super::first_shell_word;

    #[test]
    fn words_that_only_a_shell_understands() {
        for (command, expected) in [
            ("pnpm build && pnpm changeset publish", Some("&&")),
            ("pnpm build&& changeset publish", Some("&&")),
            ("pnpm build; changeset publish", Some(";")),
            ("changeset publish | tee log", Some("|")),
            ("changeset publish || true", Some("||")),
            ("CI=true changeset publish", Some("CI=true")),
            ("changeset publish --tag next", None),
            ("sh -c 'pnpm build && changeset publish'", None),
            ("bash -c 'a && b' && changeset publish", Some("&&")),
            ("pnpm build\nchangeset publish", Some("\n")),
            ("changeset publish --otp=$(cat otp)", None),
            ("", None),
        ] {
            let found = first_shell_word(command).map(|word| word.text);
            assert_eq!(found.as_deref(), expected, "{command}");
        }
    }
}
