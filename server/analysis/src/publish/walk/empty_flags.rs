//! Flags of npm that get no value, mostly because an expression is empty in every run.

use super::Walker;
use super::scripts::ScriptContext;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{Argument, PublishStop, Site, StopCause, StopPoint};
use crate::publish::tools::Tool;
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
        if publish.is_configured || site.publisher.tool != Tool::Npm {
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
            let is_empty = |value: &String| self.evaluate(context.frame, value).is_empty();
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
            return Some(self.stop_at_flag(context, word, flag, value.filter(is_flag)));
        }
        None
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
