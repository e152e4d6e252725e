//! Flags of npm that get no value, mostly because an expression is empty in every run.

use crate::publish::eval::condition_inside;
use crate::publish::find::start::input_is_unset;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{Argument, PublishStop, Site, StopCause, StopPoint};
use crate::publish::tools::Tool;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::{Command, Word};

impl<'a> Walker<'_, 'a> {
    /// The stop at `--workspace` or `--tag` without a value. Measured with npm 10.9.8 and 11.19.1: the workspace then has the name of
    /// the next flag, or none ("No workspaces found"), and the dist-tag is empty ("Tag name must not be a valid SemVer range").
    pub(crate) fn flag_without_value(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        if publish.is_configured || site.publishing_tool.tool != Tool::Npm {
            return None;
        }
        let mut words = command
            .words
            .iter()
            .take_while(|word| word.text != "--")
            .peekable();
        while let Some(word) = words.next() {
            let (flag, value) = match word.text.split_once('=') {
                Some((flag, value)) => (flag, Some(value.to_owned())),
                None => (word.text.as_str(), words.peek().map(|next| next.text.clone())),
            };
            let is_workspace = matches!(flag, "--workspace" | "-w");
            if !is_workspace && flag != "--tag" {
                continue;
            }
            let is_attached = word.text.contains('=');
            let is_flag = |value: &String| !is_attached && value.starts_with('-');
            let is_empty = |value: &String| {
                self.evaluate(context.frame, value).is_empty() || self.is_unset_input(context.frame, value)
            };
            if value
                .as_ref()
                .is_some_and(|value| !is_flag(value) && !is_empty(value))
            {
                // The value may look like a flag itself.
                if !is_attached {
                    words.next();
                }
                continue;
            }
            // A value without quotes disappears, and npm takes the next word: `--tag ./dist` publishes the folder it is in.
            let mut rest = words.clone().skip(1);
            if !is_attached
                && words
                    .peek()
                    .is_some_and(|value| is_bare(value) && !value.text.starts_with('-'))
                && rest.next().is_some_and(|next| !next.text.starts_with('-'))
            {
                return None;
            }
            return Some(self.stop_at_flag(context, word, flag, value.filter(is_flag)));
        }
        None
    }

    /// Whether a text is an input of the workflow that no run sets: the workflow is not started by hand there.
    fn is_unset_input(&self, frame: &WalkFrame<'a>, text: &str) -> bool {
        let inside = condition_inside(text);
        let name = inside
            .strip_prefix("inputs.")
            .or_else(|| inside.strip_prefix("github.event.inputs."));
        let is_name = |name: &str| {
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        // A boolean that is off is the word `false`.
        let is_boolean = |name: &str| {
            self.job.workflow.is_none_or(|workflow| {
                let mut inputs = workflow.dispatch_inputs.iter();
                inputs.any(|input| input.is_boolean && input.name.eq_ignore_ascii_case(name))
            })
        };
        text.starts_with("${{")
            && !frame.is_composite
            && name.is_some_and(|name| is_name(name) && !is_boolean(name))
            && input_is_unset(&self.job, &frame.conditions, inside)
    }

    fn stop_at_flag(
        &self,
        context: &ScriptContext<'_, 'a>,
        word: &Word,
        flag: &str,
        taken: Option<String>,
    ) -> PublishStop {
        let place = context.source.place(self.sources, word.range);
        PublishStop {
            cause: StopCause::FlagWithoutValue {
                flag: Argument {
                    text: flag.to_owned(),
                    place: place.clone(),
                },
                taken,
            },
            point: StopPoint::Command,
            place,
            error: None,
            is_in_every_run: true,
        }
    }
}

/// Whether a word is written without quotes.
fn is_bare(word: &Word) -> bool {
    word.inner.is_none_or(|inner| inner == word.range)
}
