//! What hides a failure of a command.

use super::script_context::ScriptContext;
use crate::publish::eval::condition_inside;
use crate::publish::site::{IgnoredBy, IgnoredFailure};
use crate::publish::walk::Walker;
use crate::syntax::shell::Command;
use crate::text::FilePath;
use crate::text::Place;
use crate::text::Ranged;

/// What `continue-on-error` of a step or a job hides. An expression may hide nothing.
pub(crate) fn of_continue_on_error(
    value: Option<&Ranged<String>>,
    by: IgnoredBy,
    path: &FilePath,
) -> Option<IgnoredFailure> {
    let value = value.filter(|value| condition_inside(&value.value) == "true")?;
    Some(IgnoredFailure {
        by,
        place: Place::new(path, value.range),
    })
}

impl<'a> Walker<'_, 'a> {
    /// What hides a failure of a command: something in its script, or around the script.
    pub(crate) fn ignored_failure(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
    ) -> Option<IgnoredFailure> {
        let in_script = command.failure_is_ignored.then(|| IgnoredFailure {
            by: IgnoredBy::Script,
            place: context.source.place(self.sources, command.range),
        });
        let of_pipe = || {
            self.is_lost_in_pipe(context, command).then(|| IgnoredFailure {
                by: IgnoredBy::Pipe,
                place: context.source.place(self.sources, command.range),
            })
        };
        in_script
            .or_else(of_pipe)
            .or_else(|| context.ignored_failure.clone())
    }

    /// Whether the output of the command goes to another one, whose failure alone counts. GitHub starts bash with `pipefail`
    /// only where `shell: bash` is written.
    /// Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    fn is_lost_in_pipe(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> bool {
        if !command.is_piped {
            return false;
        }
        !context.index.handles_pipes() && self.has_no_pipefail(context)
    }

    /// `set +e` in front of a command. It hides the failure only where another command ends the script, and where
    /// nothing after looks at `$?`.
    pub(crate) fn errexit_off(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
    ) -> Option<IgnoredFailure> {
        let index = context.index;
        if !index.may_turn_errexit_off() {
            return None;
        }
        let (last, is_on) = index.errexit_before(command.range.start())?;
        let end = command.range.end();
        let is_meant = !is_on && index.goes_on_after(end) && !index.looks_at_status_after(end);
        is_meant.then(|| IgnoredFailure {
            by: IgnoredBy::ErrexitOff,
            place: context.source.place(self.sources, last.range),
        })
    }
}

/// Whether a command is `set -e`, or `set +e`, in whatever words.
pub(crate) fn switches_errexit(command: &Command) -> Option<bool> {
    if command.word(0) != Some("set") {
        return None;
    }
    let option = command.word(1)?;
    let (is_on, letters) = match (option.strip_prefix('-'), option.strip_prefix('+')) {
        (Some(letters), _) => (true, letters),
        (None, Some(letters)) => (false, letters),
        (None, None) => return None,
    };
    let names_it = letters.contains('e') || (letters.ends_with('o') && command.word(2) == Some("errexit"));
    names_it.then_some(is_on)
}
